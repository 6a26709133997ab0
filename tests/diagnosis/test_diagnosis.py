"""``lrcourse diagnose``: it reads what others wrote, is right about what it has not seen, and says
so where it cannot tell."""

import csv
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

from lrcourse import CAUSES, BadInput, cases, cli
from lrcourse.classroom.handout import student_edition
from lrcourse.classroom.sandbox import library_copy
from lrcourse.diagnosis.evidence import columns
from lrcourse.diagnosis.reading import read
from lrcourse.diagnosis.rules import verdict
from lrcourse.diagnosis.runs import TRAINED, group, open_cases
from lrcourse.diagnosis.verdicts import SEEN_AS, VERDICTS
from lrcourse.exercises import exercise, lesson_named

LOGS = Path(__file__).parent / "logs"
REAL = {
    "torch_cosine": "nothing wrong",
    "torch_stepped_twice": "scheduler stepped twice",
    "torch_gamma_by_step": "steps and epochs confused",
    "torch_gamma_too_small": "decayed too early",
    "torch_rate_100": "near the cliff",
    "torch_adam_1e-5": "too low",
    "torch_no_zero_grad": "near the cliff",
    "keras_adam": "nothing wrong",
    "keras_decay_steps_1": "steps and epochs confused",
    "keras_monitored": "nothing wrong",
    "keras_wrong_labels": "validation left training behind",
}
"""What was done to each real run: see ``make_real_logs.py``."""


def says(log):
    return verdict(columns(log))[0]


@pytest.mark.parametrize("name", REAL)
def test_a_log_of_a_real_loop_is_diagnosed(name):
    assert says(read(LOGS / f"{name}.csv").log) == REAL[name]


def test_the_real_logs_are_those_that_the_script_made():
    made = json.loads((LOGS / "made.json").read_text())
    script = Path(__file__).with_name("make_real_logs.py").read_bytes()
    assert hashlib.sha256(script).hexdigest() == made["script"]
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in LOGS.glob("*.csv")
    }
    assert found == made["logs"] and {f"{name}.csv" for name in REAL} == {*found}
    assert made["torch"] and made["keras"] and made["python"]


@pytest.mark.parametrize("fault", TRAINED)
def test_runs_with_settings_that_no_rule_has_seen_are_named(fault):
    logs = [log for seed in (900, 901) for log in group(fault, seed, 8, unseen=True)]
    right = sum(says(log) == fault for log in logs)
    assert len(logs) >= 4 and right >= (len(logs) if fault == "nothing wrong" else 0.85 * len(logs))


def test_what_nobody_can_tell_is_not_told():
    verdicts = [says(log) for _, log in open_cases(900, 4)]
    assert verdicts.count("cannot tell") >= len(verdicts) - 1


def test_one_table_leads_from_each_cause_to_verdicts_and_they_come():
    assert tuple(SEEN_AS) == CAUSES and set().union(*SEEN_AS.values()) <= {*VERDICTS}
    named = [says(log) in SEEN_AS[cause] for cause, log in cases(900, each=4)]
    assert sum(named) >= len(named) - 2


def test_each_verdict_has_advice_and_a_lesson_that_is_there():
    assert {*TRAINED, "cannot tell"} == {*VERDICTS}
    for told in VERDICTS.values():
        assert len(told.advice) > 20 and lesson_named(told.lesson).number == told.lesson


def written(path, header, rows, mark=","):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=mark).writerows([header, *rows])
    return path


FORMS = {
    "plain": ["step", "epoch", "loss", "val_loss", "lr"],
    "Hugging Face": ["step", "epoch", "loss", "eval_loss", "learning_rate"],
    "Weights & Biases": [
        *("train/global_step", "train/epoch", "train/loss", "eval/loss", "train/learning_rate")
    ],
    "Lightning": ["step", "epoch", "train_loss_step", "val_loss", "lr-AdamW/pg1"],
    "TensorBoard": ["Step", "Epoch", "Loss/train", "Loss/val", "Learning Rate"],
}


@pytest.mark.parametrize("form", FORMS)
def test_columns_are_known_by_the_names_that_frameworks_use(form, tmp_path):
    (_, log), *_ = cases(900)
    rows = zip(*log.values(), strict=True)
    cells = [["" if isinstance(x, float) and np.isnan(x) else x for x in row] for row in rows]
    seen = read(written(tmp_path / "log.csv", FORMS[form], cells)).log
    for name, column in log.items():
        assert np.array_equal(seen[name], column, equal_nan=True), name


def test_rows_that_share_a_step_are_one_and_a_rate_holds_until_the_next(tmp_path):
    rows = [[0, "", "", 0.5], [0, 2.0, "", ""], [1, 1.5, "", ""], [1, "", 1.8, ""], [2, 1, "", 0.1]]
    log = read(written(tmp_path / "m.csv", ["step", "train_loss", "val_loss", "lr-SGD"], rows)).log
    assert log["loss"].tolist() == [2, 1.5, 1] and log["lr"].tolist() == [0.5, 0.5, 0.1]
    assert np.isnan(log["val_loss"][[0, 2]]).all() and log["val_loss"][1] == 1.8


def test_semicolons_decimal_commas_and_the_bytes_that_excel_writes_are_read(tmp_path):
    text = "epoch;loss;lr\n0;2,5;0,1\n1;nan;0,1\n"
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "log.csv").write_text(text, encoding=encoding)
        log = read(tmp_path / "log.csv").log
        assert log["loss"][0] == 2.5 and np.isnan(log["loss"][1]) and log["lr"][1] == 0.1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\xff", "is no text"),
        (b"accuracy,f1\n1,2\n", "it has accuracy, f1. Call it loss"),
        (b"1,2,3\n4,5,6\n", "begins with numbers"),
        (b"loss,lr\n2.5,high\n", "line 2: lr is 'high', and no number"),
        (b"loss,lr\n", "no row with a loss"),
        (b"loss\n,\n", "no row with a loss"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(content, words, tmp_path):
    (tmp_path / "log.csv").write_bytes(content)
    with pytest.raises(BadInput, match=words) as told:
        read(tmp_path / "log.csv")
    assert "\n" not in str(told.value)


def test_too_few_rows_are_no_ground_for_a_verdict():
    assert says({"loss": np.array([2.0, 1.0])}) == "cannot tell"


def test_a_loss_below_zero_or_constant_is_no_trouble():
    for loss in (-np.arange(50.0), np.zeros(50), np.full(50, np.nan)):
        assert says({"loss": loss}) in VERDICTS


def test_the_command_says_verdict_reason_advice_and_lesson_and_draws(tmp_path):
    told = CliRunner().invoke(
        cli.app,
        ["diagnose", str(LOGS / "torch_gamma_by_step.csv"), "--picture", f"{tmp_path}/p.png"],
    )
    assert told.exit_code == 0, told.output
    assert "Verdict: steps and epochs confused." in told.output
    assert "Lesson 08, Decay, explains it." in told.output
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_the_command_refuses_in_one_sentence(tmp_path):
    for argv, words in (
        (["diagnose", str(tmp_path / "no.csv")], "there is no file"),
        (["diagnose", str(tmp_path)], "is a folder"),
        (["diagnose", str(LOGS / "keras_adam.csv"), "--picture", "p.jpg"], "call it p.png"),
    ):
        with pytest.raises(SystemExit, match=words):
            cli.main(argv)


def test_a_picture_of_ours_is_made_anew_and_anything_else_stays(tmp_path):
    argv = ["diagnose", str(LOGS / "keras_adam.csv"), "--picture", str(tmp_path / "p.png")]
    for _ in range(2):
        assert CliRunner().invoke(cli.app, argv).exit_code == 0
    for theirs in (b"my thesis", drawn_by_somebody()):
        (tmp_path / "p.png").write_bytes(theirs)
        with pytest.raises(SystemExit, match="no picture of ours: name another with --picture"):
            cli.main(argv)
        assert (tmp_path / "p.png").read_bytes() == theirs


def drawn_by_somebody():
    """A PNG as matplotlib writes it for anybody."""
    data = io.BytesIO()
    Figure().savefig(data, format="png")
    return data.getvalue()


def test_what_it_computes_is_the_answer_to_an_exercise_and_so_not_handed_out(monkeypatch, capsys):
    assert exercise("diagnose").answer and "diagnosis" not in library_copy.TAKEN
    monkeypatch.setattr(student_edition, "exercise_modules", lambda chosen: {})
    assert not [name for name in student_edition.student([]) if "diagnosis" in name]


def test_the_student_edition_says_that_it_is_the_teachers(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lrcourse.diagnosis.command", None)
    with pytest.raises(SystemExit, match="the teacher's has that verb"):
        cli.main(["diagnose", "run.csv"])
