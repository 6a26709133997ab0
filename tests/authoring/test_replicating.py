"""Claims are tried again on other seeds and splits, and each could have been false."""

import ast
import builtins
import json
import re

import numpy as np
import pytest

from lrcourse import digits
from lrcourse.authoring import replicating
from lrcourse.authoring.composing import source
from lrcourse.authoring.replicating import code, judged, outcomes, replicate, row, settled
from lrcourse.checks.lesson import Evidence
from lrcourse.exercises import lessons
from lrcourse.setup.environment import CLONE

CLAIMS = [(id, each) for lesson in lessons() for id, each in lesson.claims.items()]
LESSON = next(each for each in lessons() if each.claims)


def calls(lesson, name):
    """The calls of ``name`` in a lesson's source, with every name in their arguments."""
    tree = ast.parse((CLONE / source(lesson)).read_text("utf-8"))
    for node in ast.walk(tree):
        called = isinstance(node, ast.Call) and node.func
        if name in (getattr(called, "id", ""), getattr(called, "attr", "")):
            arguments = [
                *node.args,
                *(k.value for k in node.keywords if k.arg in (None, "seeds", "repeat")),
            ]
            yield node, {n.id for a in arguments for n in ast.walk(a) if isinstance(n, ast.Name)}


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.stem)
def test_no_seed_of_a_lesson_ignores_repeat(lesson):
    for name in ("default_rng", "digits", "on_trial", "judge", "task_curves"):
        for call, names in calls(lesson, name):
            assert "repeat" in names, f"line {call.lineno}: {ast.unparse(call)}"
    for call, names in calls(lesson, "sweep"):
        assert {"seeds", "how", "short"} & names, f"line {call.lineno}: {ast.unparse(call)}"


def test_another_repeat_deals_the_images_out_anew_and_draws_other_mini_batches():
    for seed in (0, 100):
        one, other = digits(seed), digits(seed + 1000)
        assert np.mean(one.y_train == other.y_train) < 0.2
        orders = [np.random.default_rng(s).permutation(1000) for s in (seed, seed + 1000)]
        assert np.mean(orders[0] == orders[1]) < 0.02


@pytest.mark.parametrize(("id", "evidence"), CLAIMS, ids=[id for id, _ in CLAIMS])
def test_a_claim_is_false_on_its_counter_example(id, evidence):
    names = {"np": np}
    exec(evidence.against, names)
    assert judged(evidence, names)[0] is False


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.stem)
def test_a_claim_is_that_of_a_question_or_says_its_section(lesson):
    questions = {each.id for each in lesson.questions}
    for id in lesson.claims:
        section = id.startswith(f"{lesson.number:02d}-section-")
        assert id in questions or section or id == f"{lesson.number:02d}-in-three-lines"


def names(tree, use):
    """The names that are read (``ast.Load``) or made (``ast.Store``) in a piece of code."""
    every = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
    return {n.id for n in every if isinstance(n.ctx, use)}


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.stem)
def test_a_claim_speaks_of_what_the_lesson_has_made_where_it_is_judged(lesson):
    cells = code(lesson)
    for id, evidence in lesson.claims.items():
        above = ast.parse("\n".join(cells[: settled(id, cells) + 1]))
        made = names(above, ast.Store) | set(dir(builtins))
        made |= {n.name for n in ast.walk(above) if isinstance(n, ast.FunctionDef)}
        made |= {n.asname or n.name for n in ast.walk(above) if isinstance(n, ast.alias)}
        claim = ast.parse(evidence.holds)
        assert names(claim, ast.Load) - names(claim, ast.Store) <= made, id


def test_a_lesson_runs_with_the_repeat_it_is_given_and_nothing_else_changed():
    cells = ["repeat = 0  # any", "x = 5 + repeat", "repeat_not = 0"]
    claims = {"end": Evidence("x == 12 and repeat_not == 0", "")}
    assert outcomes(cells, claims, 7) == {"end": [True, 12.0]}


def test_what_is_found_is_kept_at_once_and_only_what_is_missing_is_run(tmp_path, monkeypatch):
    asked = []

    def outcome(lesson, repeat):
        asked.append(repeat)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return {id: [True, float(repeat)] for id in lesson.claims}

    monkeypatch.setattr(replicating, "outcome", outcome)
    kept = tmp_path / "kept.json"
    with pytest.raises(KeyboardInterrupt):
        list(replicate([LESSON.stem], range(1, 4), kept))
    assert list(json.loads(kept.read_bytes())[LESSON.stem]["runs"]) == ["1", "2"]
    table = list(replicate([LESSON.stem], range(1, 4), kept))
    assert asked == ["1", "2", "3", "3"]
    assert "| 3 of 3 | 1 to 3 |" in table[2] and table[2 + len(LESSON.claims)] == ""


def test_what_an_older_text_of_a_lesson_gave_counts_no_more(tmp_path, monkeypatch):
    kept = tmp_path / "kept.json"
    old = {LESSON.stem: {"made_from": {"another": "text"}, "runs": {"1": {}}}}
    kept.write_text(json.dumps(old))
    fresh = {id: [False, None] for id in LESSON.claims}
    monkeypatch.setattr(replicating, "outcome", lambda lesson, repeat: fresh)
    assert "**0 of 1**" in list(replicate([LESSON.stem], [1], kept))[2]


def test_what_holds_in_fewer_than_seven_of_eight_stands_out():
    evidence = Evidence("x > 0", "x = 0")
    seven, six = ([[True, 1.0]] * n + [[False, -1.0]] * (8 - n) for n in (7, 6))
    assert "| 7 of 8 | **6 of 8** | -1 to 1 |" in row("x", evidence, [seven, six])


def test_the_claims_are_chosen_on_eight_repeats_and_reported_on_the_next(tmp_path, monkeypatch):
    def outcome(lesson, repeat):
        return {id: [int(repeat) != 12, float(repeat)] for id in lesson.claims}

    monkeypatch.setattr(replicating, "outcome", outcome)
    table = list(replicate([LESSON.stem], range(1, 17), tmp_path / "kept.json"))
    assert "in repeats 1 to 8 | in repeats 9 to 16" in table[0]
    assert "| 8 of 8 | 7 of 8 | 1 to 16 |" in table[2]
    id = next(iter(LESSON.claims))
    assert f"| {len(LESSON.claims)} | all | all but {id} (7 of 8)" in table[-1]


def test_every_claim_of_every_lesson_has_its_row_and_none_that_was_chosen_holds_below_seven():
    readme = (CLONE / "README.md").read_text("utf-8")
    chosen = readme.split("in repeats 1 to 8 | number |")[1].split("in repeats 9 to 16")[0]
    rows = [line for line in chosen.splitlines() if " | `" in line]
    begins = [row(id, evidence, []).split("` |")[0] for id, evidence in CLAIMS]
    assert [line.split("` |")[0] for line in rows] == begins, "lrcourse replicate --repeats 8"
    held = {line.split("|")[1].strip(): line.split("|")[-3].strip() for line in rows}
    assert {*held.values()} <= {"8 of 8", "7 of 8"}
    for lesson in lessons():
        (summary,) = re.findall(rf"^\| {lesson.number:02d} [^|]+\| (\d+) \| (.+) \|$", readme, re.M)
        missed = [f"{id} ({held[id]})" for id in lesson.claims if held[id] != "8 of 8"]
        told = f"all but {', '.join(missed)}" if missed else "all"
        assert summary == (f"{len(lesson.claims)}", told if lesson.claims else EXACT)


EXACT = "exact: no chance in it"


def test_what_fell_short_on_the_later_repeats_says_less_now_and_holds_on_new_ones():
    readme = (CLONE / "README.md").read_text("utf-8")
    later = readme.split("in repeats 9 to 16 | number |")[1].split("</details>")[0]
    reported, _, again = later.partition("in repeats 17 to 24 | number |")
    fell = [line.split("|")[1].strip() for line in reported.splitlines() if "**" in line]
    now = {id: row(id, evidence, []).split("` |")[0] for id, evidence in CLAIMS}
    rows = [line for line in again.splitlines() if " | `" in line]
    assert [line.split("` |")[0] for line in rows] == [now[id] for id in fell]
    assert all("| 8 of 8 |" in line or "| 7 of 8 |" in line for line in rows)
    for line in reported.splitlines():
        if " | `" in line and "**" not in line:
            assert line.split("` |")[0] in now.values(), line
