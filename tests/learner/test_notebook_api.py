"""What a learner sees of check, hint, predict, settle and progress, in a folder and outside."""

import numpy as np
import pytest

from lrcourse import progress_store
from lrcourse.checks.card import Card
from lrcourse.checks.examine import examine
from lrcourse.exercises import exercise, lessons
from lrcourse.learner import betting, journal, notebook_api
from lrcourse.learner.notebook_api import check, hint, how_far, predict, recall, settle
from lrcourse.setup.environment import CLONE

GUESS = lessons()[0].predictions[0]


def gd_step(w, grad, lr):
    return w - lr * grad


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No author looks on, and nothing was asked before."""
    monkeypatch.delenv("LRCOURSE_SHOW_RESULTS", raising=False)
    monkeypatch.setattr(betting, "asked_in_text", set())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / ".lrcourse").mkdir()
    monkeypatch.setenv("LRCOURSE_FOLDER", str(tmp_path))
    return tmp_path


@pytest.fixture
def nowhere(monkeypatch):
    monkeypatch.delenv("LRCOURSE_FOLDER", raising=False)
    monkeypatch.setattr(journal, "_kept", [])


def line(name):
    return next(each for each in how_far().lines if each.exercise == name)


def test_a_solved_exercise_joins_the_progress(folder, capsys):
    check(gd_step)
    assert "all" in capsys.readouterr().out
    assert line("gd_step").state == "solved at try 1"


def test_points_are_counted_as_in_marks(folder):
    known = [exercise(name) for lesson in lessons() for name in lesson.exercises]
    full = sum(unit.points for unit in known if unit.core)
    assert f". 0 of {full} points." in how_far().summary
    check(gd_step)
    assert f" 1 of {full} points" in how_far().summary


def test_a_blank_is_no_try(folder, capsys):
    def gd_step(w, grad, lr):
        raise NotImplementedError("gd_step is not written yet (one line)")

    check(gd_step)
    assert "not written yet" in capsys.readouterr().out
    assert line("gd_step").state == "not tried yet"


def test_tries_are_counted_until_the_first_that_holds(folder, capsys):
    def climbs(w, grad, lr):
        return w + lr * grad

    climbs.__name__ = "gd_step"
    check(climbs)
    assert "an answer that adds the step, and so climbs" in capsys.readouterr().out
    check(gd_step)
    assert line("gd_step").state == "solved at try 2"


def test_a_star_is_still_one_when_it_is_solved(folder):
    star = next(unit for unit in map(exercise, lessons()[10].exercises) if not unit.core)
    assert line(star.name).state == "★ optional, not tried yet"
    check(star.answer)
    assert line(star.name).state == "solved at try 1 ★"
    assert f", and {star.points} with ★." in how_far().summary


def test_check_of_something_that_is_no_exercise_gets_a_sentence(folder, capsys):
    check("gd_step")
    assert "the function itself" in capsys.readouterr().out
    check(lambda w: w)
    assert "no exercise called" in capsys.readouterr().out


def test_three_hints_then_the_way_to_the_solution(folder, capsys):
    for number in (1, 2, 3):
        hint(gd_step)
        assert f"Hint {number} of 3" in capsys.readouterr().out
    hint("gd_step")
    told = capsys.readouterr().out
    assert "lrcourse solution gd_step" in told
    assert all(each in told for each in exercise("gd_step").hints), "they can be read again"


WRONG = next(choice for choice in GUESS.choices if choice != GUESS.answer)


def test_a_prediction_is_stored_compared_and_then_stands(folder, capsys):
    predict(GUESS.id)
    assert GUESS.text in capsys.readouterr().out
    predict(GUESS.id, "not a choice")
    assert "The choices are" in capsys.readouterr().out
    predict(GUESS.id, WRONG.upper(), sure=70)
    assert "70 % sure" in capsys.readouterr().out
    settle(GUESS.id)
    assert f"You bet {WRONG}, 70 % sure." in capsys.readouterr().out
    predict(GUESS.id, GUESS.answer)
    assert f"settled; your bet stays: {WRONG}" in capsys.readouterr().out
    assert (how_far().predicted, how_far().right) == (1, 0)


def test_a_result_waits_for_a_bet_or_for_without(folder, capsys):
    settle(GUESS.id)
    told = capsys.readouterr().out
    assert "Bet first" in told and GUESS.because not in told
    settle(GUESS.id, without=True)
    assert GUESS.because in capsys.readouterr().out
    predict(GUESS.id, GUESS.answer)
    assert "settled; your bet stays: none" in capsys.readouterr().out
    assert how_far().predicted == 0


def test_progress_does_not_tell_what_became_of_a_bet_before_it_is_settled(folder, capsys):
    predict(GUESS.id, GUESS.answer, sure=90)
    assert how_far().predicted == 0
    settle(GUESS.id)
    assert "At 90 % sure: 1 of 1 came true." in repr(how_far())


def test_a_bet_may_be_changed_until_its_result_is_shown_and_the_last_counts(folder):
    predict(GUESS.id, WRONG, sure=90)
    predict(GUESS.id, GUESS.answer, sure=50)
    settle(GUESS.id)
    assert [(each.sure, each.right) for each in how_far().won] == [(50, 1)]


def test_copies_of_old_go_on_working(folder, capsys):
    predict(GUESS.id, "?")
    predict(GUESS.id)
    assert GUESS.because not in capsys.readouterr().out
    predict(GUESS.id, WRONG)
    predict(GUESS.id)
    assert GUESS.because in capsys.readouterr().out


def test_what_an_exercise_asks_first_is_answered_in_words_and_told_after(folder, capsys):
    told = exercise("gd_step").turned_out
    check(gd_step)
    assert told not in capsys.readouterr().out
    predict("gd_step", "left, by 1", sure=90)
    assert told in capsys.readouterr().out
    check(gd_step)
    assert told in capsys.readouterr().out


def test_recall_asks_the_five_questions_of_a_lesson(folder, capsys):
    recall(0)
    told = capsys.readouterr().out
    assert all(each.text in told and each.because not in told for each in lessons()[0].quiz)


def test_authors_and_tests_see_everything(folder, capsys, monkeypatch):
    monkeypatch.setenv("LRCOURSE_SHOW_RESULTS", "1")
    predict(GUESS.id)
    settle(GUESS.id)
    assert GUESS.because in capsys.readouterr().out
    assert not progress_store.entries()[0]


def test_outside_a_folder_a_prediction_lasts_as_long_as_the_kernel(nowhere, capsys):
    predict(GUESS.id, GUESS.answer)
    settle(GUESS.id)
    assert f"✓ You bet {GUESS.answer}" in capsys.readouterr().out
    assert "forgotten" in how_far().note


def test_a_torn_or_foreign_journal_costs_nothing_but_its_own_lines(folder, capsys):
    check(gd_step)
    journal = notebook_api.progress_store.journal(folder)
    torn = '{"kind": "check"}\n[1]\n{"kind": "prediction", "question": 3}\n{"kind": "che'
    journal.write_text(journal.read_text() + torn)
    assert line("gd_step").state == "solved at try 1"
    assert how_far().note
    check(gd_step)
    assert torn in journal.read_text()


def test_a_full_disk_is_told_and_the_card_is_still_shown(folder, capsys, monkeypatch):
    monkeypatch.setattr(
        notebook_api.progress_store, "record", lambda entry: "Progress could not be saved."
    )
    check(gd_step)
    told = capsys.readouterr().out
    assert "Progress could not be saved." in told and "Solved" in told


def test_a_card_says_the_same_in_text_and_html_and_nothing_by_colour_alone():
    unit = exercise("gd_step")
    card = Card(examine(unit, unit.mistakes[0].function), unit.mistakes[0].function)
    for outcome in card.report.outcomes:
        assert outcome.check.promise in repr(card) and outcome.check.promise in card._repr_html_()
    for mark in ("✓ holds", "✗ not yet", "· not looked at yet"):
        assert mark in repr(card) or mark not in card._repr_html_()
    assert card.report.broken.mistake.thought in card._repr_html_()


def test_a_card_draws_yours_beside_the_expected_and_says_so():
    unit = exercise("gradient_descent")
    card = Card(examine(unit, unit.mistakes[0].function), unit.mistakes[0].function)
    assert "<img alt=" in card._repr_html_() and "yours and the expected" in card._repr_html_()


def test_what_a_learner_wrote_cannot_become_html(folder):
    def gd_step(w, grad, lr):
        raise ValueError("<script>alert(1)</script>")

    card = Card(examine(exercise("gd_step"), gd_step), gd_step)
    assert "<script>" not in card._repr_html_()


def test_the_line_at_fault_is_quoted(folder):
    def gd_step(w, grad, lr):
        return w - lr * np.nonsense(grad)

    broken = examine(exercise("gd_step"), gd_step).broken
    assert "return w - lr * np.nonsense(grad)" in broken.seen


def test_the_readme_shows_what_a_check_says(nowhere, capsys):
    def climbs(w, grad, lr):
        return w + lr * grad

    climbs.__name__ = "gd_step"
    check(climbs)
    readme = (CLONE / "README.md").read_text("utf-8")
    shown = readme.split("```text\n")[1].split("```")[0]
    assert capsys.readouterr().out.startswith(shown)
