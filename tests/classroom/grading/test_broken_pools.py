"""A pool that broke takes all its work with it; what may have broken it is graded alone, first."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace

from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.batch import Settings, Task

OLDER, YOUNGER = (b'{"cells": [], "name": "%s"}' % name for name in (b"older", b"younger"))


def test_all_that_broke_is_waited_for_and_the_oldest_comes_first(monkeypatch):
    """The younger one is told first. Were it graded at once, its turn would come before that of
    the notebook that may be why, and this one would break the next pool."""
    older, younger = Future(), Future()
    younger.set_exception(BrokenProcessPool())
    asked, alone = [], []

    def wait(futures, return_when=None):
        asked.append(return_when)
        if return_when is None:
            older.set_exception(BrokenProcessPool())
        return {each for each in futures if each.done()}, set()

    monkeypatch.setattr(batch, "wait", wait)
    monkeypatch.setattr(batch, "_alone", lambda task, _: alone.append(task.notebook) or ([], []))
    waiting = {
        future: Task(name, ["gd_step"], 0, None, False)
        for future, name in ((older, OLDER), (younger, YOUNGER))
    }
    entered = []
    book = SimpleNamespace(enter=lambda *what: entered.append(what))
    batch._collect(waiting, book, Settings(["gd_step"], 0), executor=None, done=lambda count: None)
    assert alone == [OLDER, YOUNGER] and not waiting and len(entered) == 2
