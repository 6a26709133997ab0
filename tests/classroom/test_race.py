"""The race: one problem, the same draws for all, and how sure each place is."""

import numpy as np
import pytest
from submitted import notebook

from lrcourse import cli
from lrcourse.base import BadInput
from lrcourse.classroom import race as racing
from lrcourse.classroom.race import Entry, as_csv, race, ranked, said, same_problem

DOWN = """import numpy as np
def train_it(problem, budget, rng):
    w = problem.start
    for call in range({calls}):
        loss, grad = problem.loss_and_grad(w)
        w = w - {share} * loss / (grad @ grad) * grad
    return w
"""
REMEMBERS = """import numpy as np
seen = []
def train_it(problem, budget, rng):
    w = seen[-1] if seen else problem.start
    for call in range(30):
        loss, grad = problem.loss_and_grad(w)
        w = w - 0.1 * loss / (grad @ grad) * grad
    seen.append(w)
    open("w.txt", "a").write("x")
    return w if len(open("w.txt").read()) == 1 else np.full(8, np.nan)
"""


def entry(name, *scores, **more):
    return Entry(name, np.array(scores, float), **more)


def test_the_runs_share_the_valley_and_not_the_draws_and_a_seed_gives_the_same_again():
    one, two = same_problem(7, runs=3), same_problem(7, runs=3)
    assert all((each.valley.minimum == one[0].valley.minimum).all() for each in one)
    assert not (one[0].valley.draws == one[1].valley.draws).any()
    assert all((a.valley.draws == b.valley.draws).all() for a, b in zip(one, two, strict=True))
    assert (same_problem(8, runs=1)[0].valley.minimum != one[0].valley.minimum).all()


def test_luck_that_falls_on_both_does_not_hide_who_is_ahead_and_luck_of_ones_own_does():
    luck = np.exp(np.random.default_rng(0).normal(size=16))
    small = np.exp(0.01 * np.random.default_rng(1).normal(size=16))
    board = ranked([entry("b", *(1.1 * luck * small)), entry("a", *luck)])
    assert [(each.entry.name, each.alike) for each in board] == [("a", []), ("b", [])]
    assert board[1].behind == pytest.approx(1.1, rel=0.02) and 1 < board[1].error < 1.01
    board = ranked([entry("b", *(1.1 * np.flip(luck))), entry("a", *luck)])
    assert board[0].alike == [2] and board[1].alike == [1]
    assert "not to be told from 1" in [*said(board, 7)][-1]


def test_two_of_the_same_cannot_be_told_apart_and_who_is_above_is_the_alphabet():
    board = ranked([entry("b", 1, 2), entry("a", 1, 2), entry("c", 5, 9)])
    assert [(each.entry.name, each.alike) for each in board] == [("a", [2]), ("b", [1]), ("c", [])]


@pytest.fixture
def klass(tmp_path):
    for name, cell in {
        "quick": DOWN.format(calls="budget", share=0.1),
        "brief": DOWN.format(calls=20, share=0.1),
        "greedy": DOWN.format(calls="budget + 1", share=0.1),
        "keeper": REMEMBERS,
        "breaks": "def train_it(problem, budget, rng):\n    return 1 / 0",
        "other": "def gd_step(w, grad, lr):\n    return w",
    }.items():
        (tmp_path / f"{name}.ipynb").write_bytes(notebook(cell))
    return tmp_path


def test_a_class_is_ranked_twice_alike_and_nothing_is_kept_from_run_to_run(klass):
    boards = [race(klass, seed=7, runs=3) for _ in range(2)]
    assert as_csv(boards[0]) == as_csv(boards[1]) != as_csv(race(klass, seed=8, runs=3))
    places = {each.entry.name: each for each in boards[0]}
    assert set(places) == {"quick", "brief", "greedy", "keeper", "breaks"}
    assert boards[0][0].entry.name == "quick" and not places["quick"].entry.failed
    assert places["keeper"].entry.failed == 0
    assert places["keeper"].score > places["quick"].score
    assert places["greedy"].entry.failed == 3 and "call 501" in places["greedy"].entry.why
    assert "ZeroDivisionError" in places["breaks"].entry.why
    assert places["greedy"].score == places["breaks"].score > places["brief"].score


def test_the_command_prints_the_board_and_writes_it(klass, tmp_path, monkeypatch, capsys):
    board = ranked([entry("=quick", 1, 2), entry("brief", 3, 4)])
    monkeypatch.setattr(racing, "race", lambda *given: board)
    with pytest.raises(SystemExit) as ended:
        cli.main(["race", str(klass), "--seed", "7", "--out", str(tmp_path / "race.csv")])
    assert ended.value.code in (0, None) and "Seed 7" in capsys.readouterr().out
    table = (tmp_path / "race.csv").read_text().splitlines()
    assert table[1].startswith("1,'=quick,1.41421,1,1,")


def test_a_board_takes_the_place_of_a_board_and_of_nothing_else(klass, tmp_path, monkeypatch):
    board = ranked([entry("quick", 1, 2), entry("brief", 3, 4)])
    monkeypatch.setattr(racing, "race", lambda *given: board)
    argv, out = ["race", str(klass), "--out", str(tmp_path / "race.csv")], tmp_path / "race.csv"
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            cli.main(argv)
        assert ended.value.code in (0, None)
    out.write_text("name,grade\nada,4\n")
    with pytest.raises(SystemExit, match="no board of a race: name another file with --out"):
        cli.main(argv)
    assert out.read_text() == "name,grade\nada,4\n"


def test_a_class_that_answers_something_else_is_told_so(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(notebook("def gd_step(w, grad, lr):\n    return w"))
    with pytest.raises(BadInput, match="no notebook in .* answers train_it"):
        race(tmp_path, seed=1)
