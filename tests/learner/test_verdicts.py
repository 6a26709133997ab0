"""Lesson 14 collects the verdicts of the lessons before it, and gives none away."""

import pytest

from lrcourse.exercises import lessons
from lrcourse.learner import journal
from lrcourse.learner.notebook_api import predict, settle
from lrcourse.learner.verdicts import verdicts_so_far
from lrcourse.trial.claims import claims

READ_OTHERWISE = {1, 9}
"""Lessons whose claim gets another verdict in the list: lesson 14 says how it is read there."""


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.delenv("LRCOURSE_SHOW_RESULTS", raising=False)
    monkeypatch.delenv("LRCOURSE_FOLDER", raising=False)
    monkeypatch.setattr(journal, "_kept", [])


@pytest.fixture
def lines(capsys):
    def told():
        verdicts_so_far()
        return capsys.readouterr().out.splitlines()

    return told


@pytest.mark.parametrize("lesson", lessons(), ids=lambda each: each.name)
def test_a_lesson_s_claim_is_on_the_list_and_has_its_verdict_there_as_well(lesson):
    kinds = {claim.kind for claim in claims() if claim.lesson == lesson.number}
    assert kinds
    assert (lesson.claim.answer not in kinds) == (lesson.number in READ_OTHERWISE)


def test_no_verdict_is_given_away_before_one_s_own(lines):
    *told, last = lines()
    assert len(told) == 14 and all(line.endswith("no verdict of yours yet") for line in told)
    assert last == "14 lessons tried 22 of the 88 claims. 14 of the lessons wait for your verdict."


def test_one_s_own_verdict_stands_beside_that_of_the_lesson(lines, capsys):
    predict("claim-03", "holds", sure=90)
    predict("claim-04", "only if", sure=70)
    settle("claim-10", without=True)
    capsys.readouterr()
    told = lines()
    assert " ".join(told[3].split()) == "03 S53, S54, S55 fails ✗ You bet holds, 90 % sure."
    assert " ".join(told[4].split()) == "04 S10 only if ✓ You bet only if, 70 % sure."
    assert " ".join(told[10].split()) == "10 S40 holds"
    assert told[-1].endswith("11 of the lessons wait for your verdict.")


def test_authors_see_all(lines, monkeypatch):
    monkeypatch.setenv("LRCOURSE_SHOW_RESULTS", "1")
    assert lines()[-1] == "14 lessons tried 22 of the 88 claims."
