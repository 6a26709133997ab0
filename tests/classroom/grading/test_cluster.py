"""More than one machine: the same grades from a Dask cluster, also when a worker dies."""

import os
import select
import signal
import subprocess
import sys
import threading

import pytest
from submitted import CLIMBS, ENDLESS, RIGHT, notebook

from lrcourse.classroom.command import Options, executor_of, grade_class
from lrcourse.classroom.grading import batch, cluster
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.setup.environment import CLONE

distributed = pytest.importorskip(
    "distributed", reason="Dask is not installed: pip install -e '.[dask]'"
)


@pytest.fixture
def surroundings(monkeypatch):
    """Workers find this course where they start, and the functions of this file."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(CLONE), str(CLONE / "tests")]))


@pytest.fixture
def two_workers(surroundings):
    """The address of a scheduler on loopback with two processes of one thread each."""
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    )
    with local:
        yield local.scheduler_address


def handed_in(folder, count=12):
    """A class of which every third is wrong and one never ends, no two notebooks alike."""
    folder.mkdir()
    for number in range(count):
        answer = ENDLESS if number == 1 else CLIMBS if number % 3 == 0 else RIGHT
        (folder / f"student{number:02d}.ipynb").write_bytes(notebook(f"# {number}\n{answer}"))
    return folder


def graded(place, base, executor, done=lambda count: None):
    """The class's grades, through an executor."""
    book, settings = Gradebook(base), batch.Settings(["gd_step"], seed=1, limit=1)
    batch.note(place, book)
    batch.grade_all(book, settings, executor, 2, done)
    return [row[:6] for row in book.rows(settings.points, settings.versions)]


def test_a_cluster_gives_the_grades_of_this_machine_also_when_a_worker_dies(two_workers, tmp_path):
    place = handed_in(tmp_path / "class")
    here = graded(place, tmp_path / "here.sqlite", lambda: batch.processes(2))
    assert {row[3] for row in here} > {0.0, 1.0} and {row[5] for row in here} == {"graded"}
    killed = threading.Event()

    def kill_one(count):
        if not killed.is_set():
            killed.set()
            with distributed.Client(two_workers, set_as_default=False) as client:
                pid = next(iter(client.run(os.getpid).values()))
            os.kill(pid, signal.SIGKILL)

    there = graded(place, tmp_path / "there.sqlite", lambda: cluster.Cluster(two_workers), kill_one)
    assert killed.is_set() and there == here


def test_lrcourse_grade_takes_the_address_of_a_scheduler(two_workers, tmp_path, capsys):
    place = handed_in(tmp_path / "class", 3)
    options = Options(place, tmp_path / "out", "00", seed=1, timeout=1.0, executor=two_workers)
    grade_class(options)
    assert "3 students" in capsys.readouterr().out
    lines = (tmp_path / "out" / "grades.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("student,") and lines[3].startswith("student02,,,,1,1,1")


def test_a_task_that_kills_every_worker_that_takes_it_is_marked_and_the_others_are_graded(
    two_workers, tmp_path, monkeypatch
):
    place = handed_in(tmp_path / "class", 4)
    monkeypatch.setattr(batch, "work", fatal)
    rows = graded(place, tmp_path / "book.sqlite", lambda: cluster.Cluster(two_workers))
    assert [row[5] for row in rows] == ["graded", "graded", "failed", "graded"]


def fatal(task):
    """Grade a notebook; the one of student 2 takes the process that grades it along."""
    from lrcourse.classroom.grading.batch import work

    if b"# 2" in task.notebook:
        os._exit(1)
    return work(task)


def test_a_worker_of_another_version_is_refused_in_a_sentence(two_workers, tmp_path, monkeypatch):
    place = handed_in(tmp_path / "class", 1)
    monkeypatch.setattr(cluster, "edition", lambda: "0.0.1, other")
    with pytest.raises(ValueError, match="another lrcourse .* than this machine .0.0.1, other"):
        graded(place, tmp_path / "book.sqlite", lambda: cluster.Cluster(two_workers))


def test_no_scheduler_and_no_worker_are_a_sentence_each(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(ValueError, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
        executor_of("tcp://127.0.0.1:9", 1)
    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as local,
        pytest.raises(ValueError, match="start some with `dask worker"),
    ):
        executor_of(local.scheduler_address, 1)


def test_the_process_that_grades_ends_with_its_worker_also_if_that_is_killed():
    ask = (
        "import os; from lrcourse.classroom.grading.cluster import *; apart(edition(), abs, 1); "
        "print(HERE.process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", ask], cwd=CLONE, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL and has_ended(int(ended.stdout))


def has_ended(pid):
    """Whether a process ends within ten seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(10_000))
