"""The command line: every verb explains itself, and what goes wrong is one sentence."""

import os
import re
import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from lrcourse import cli, progress_store
from lrcourse.learner import course_folder, lab
from lrcourse.setup import doctor, environment
from lrcourse.setup.environment import CLONE

VERBS = sorted(get_command(cli.app).commands.keys() - {"bench"})
BLANK = "exercises/00_exercises.ipynb"


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """No folder is named before a test, and what a command names is forgotten after it."""
    monkeypatch.setenv("LRCOURSE_FOLDER", "")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A learner's folder in which we stand."""
    folder = tmp_path / "my course"
    course_folder.deliver(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LRCOURSE_FOLDER", str(folder))
    return folder


def run(*argv: str) -> str:
    """What the command line prints, on both channels, where it ends well."""
    ended = CliRunner().invoke(cli.app, argv)
    assert ended.exit_code == 0, ended.output
    return ended.output


def refusal(capsys, *argv: str) -> str:
    """The sentence with which the command line refuses."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(argv))
    assert ended.value.code not in (0, None)
    return str(ended.value.code) + capsys.readouterr().err


def test_these_are_the_verbs():
    wanted = {"lab", "check", "hint", "solution", "reset", "progress", "doctor", "build", "test"}
    assert set(VERBS) >= wanted


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_an_example(verb):
    help = run(verb, "--help")
    assert f"Example: lrcourse {verb}" in help
    assert len(run(verb, "--help").splitlines()) > 5


def test_the_command_line_comes_up_without_numpy_or_jupyter():
    ask = "import sys, lrcourse.cli; print('numpy' in sys.modules, 'nbformat' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", ask], cwd=CLONE, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "False False\n"


@pytest.mark.parametrize("verb", [["lab"], []], ids=["lab", "no verb"])
def test_lab_copies_the_course_prints_the_address(verb, tmp_path):
    folder = tmp_path / "a new folder"
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    lab = subprocess.Popen(
        [sys.executable, "-m", "lrcourse", *verb, "--no-browser", "--port=0", "--folder", folder],
        cwd=CLONE,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = ""
        while not (address := re.search(r"http://127\S+", said)):
            line = lab.stdout.readline()
            assert line, said
            said += line
        assert "/lab/tree/notebooks/00_start_here.ipynb?token=" in address[0]
    finally:
        lab.kill()  # A polite end is not heard before the server serves.
        lab.communicate()
    assert (folder / BLANK).exists() and not (folder / "solutions").exists()


def test_lab_says_which_files_it_left_alone(folder, capsys):
    lab.say(course_folder.Delivery([], ["notebooks/a.ipynb"], ["exercises/b.ipynb"]), folder)
    said = capsys.readouterr().out
    assert "Brought up to date: notebooks/a.ipynb" in said
    assert "You changed exercises/b.ipynb" in said and ".lrcourse/new/exercises/b.ipynb" in said


def test_lab_never_makes_a_learners_folder_of_the_clone(capsys):
    assert "name another folder" in refusal(capsys, "lab", "--folder", str(CLONE))


def test_three_hints_then_the_way_to_the_solution(folder):
    hints = [run("hint", "gd_step") for _ in range(4)]
    assert [text.split(":")[0] for text in hints[:3]] == [f"Hint {k} of 3" for k in (1, 2, 3)]
    assert "solution gd_step" in hints[3]


def test_the_solution_is_shown_and_the_progress_remembers_it(folder):
    assert "return w - lr * grad" in run("solution", "gd_step")
    assert [entry["kind"] for entry in progress_store.entries()[0]] == ["solution"]


def test_reset_says_where_the_old_answer_is(folder):
    assert "in the cell below it" in run("reset", "gd_step")


def test_progress_is_a_table_of_plain_text(folder):
    assert re.search(r"gd_step +not tried yet", run("progress"))


@pytest.mark.parametrize("verb", ["hint", "solution", "reset"])
def test_a_misspelt_exercise_is_answered_with_the_nearest_name(folder, capsys, verb):
    try:
        cli.main([verb, "gd_stepp"])
    except SystemExit as ended:
        print(ended.code)
    assert "gd_step?" in capsys.readouterr().out


def test_an_unknown_verb_is_answered_with_the_nearest_one(capsys):
    with pytest.raises(SystemExit):
        cli.main(["progres"])
    assert "progress" in capsys.readouterr().err


def test_the_doctor_finds_a_good_setup_well(folder, monkeypatch):
    monkeypatch.setattr(doctor, "course_importable", lambda: doctor.Finding("tried elsewhere"))
    found = {finding.seen: finding.cure for finding in doctor.findings(folder)}
    assert [seen for seen, cure in found.items() if cure] == []


def test_the_doctor_finds_a_kernel_of_another_environment(monkeypatch, tmp_path):
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        '{"argv": ["/opt/other/bin/python", "-m", "ipykernel_launcher"], "display_name": "x"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    finding = doctor.kernel()
    assert "/opt/other/bin/python" in finding.seen and "ipykernel install" in finding.cure


def test_the_doctor_finds_sliders_that_are_switched_off(monkeypatch, tmp_path):
    config = tmp_path / "labconfig"
    config.mkdir()
    (config / "page_config.json").write_text('{"disabledExtensions": {"anywidget": true}}')
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    assert "labextension enable anywidget" in doctor.widgets().cure


def test_the_doctor_finds_sliders_that_are_not_installed(monkeypatch):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [])
    finding = doctor.widgets()
    assert "jupyterlab-manager" in finding.seen and "ipywidgets" in finding.cure


def test_the_doctor_finds_old_packages(monkeypatch):
    monkeypatch.setattr(doctor, "requirements", lambda: {"numpy": "99.0", "perpetuum": "1.0"})
    finding = doctor.packages()
    assert "numpy 99.0 (there is" in finding.seen and "perpetuum" in finding.seen
    assert finding.cure.endswith('-m pip install "numpy>=99.0" "perpetuum>=1.0"')


def test_the_doctor_finds_a_clone_that_was_moved(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "PACKAGE", tmp_path)
    finding = doctor.course_importable()
    assert "not from" in finding.seen or "do not find" in finding.seen
    assert "was the folder moved" in finding.cure


def test_the_doctor_finds_another_jupyter_in_the_way(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/opt/conda/bin/{name}")
    assert "/opt/conda/bin/jupyter" in doctor.other_jupyterlab().seen
    assert "never with jupyter lab" in doctor.other_jupyterlab().cure


def test_the_doctor_finds_a_folder_that_cannot_be_written(tmp_path):
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("")
    assert doctor.writable(tmp_path / "new").cure == ""
    assert "--folder" in doctor.writable(in_the_way).cure


def test_the_doctor_finds_a_full_disk(monkeypatch, tmp_path):
    full = doctor.shutil._ntuple_diskusage(10**9, 10**9, 5 * 10**6)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: full)
    finding = doctor.room(tmp_path / "not there yet")
    assert finding.seen.startswith("5 MB free") and finding.cure


def test_the_doctor_says_its_findings_in_words_and_fails_where_something_is_to_mend(
    folder, monkeypatch
):
    findings = [doctor.Finding("all fine"), doctor.Finding("no room", "make room")]
    monkeypatch.setattr(doctor, "findings", lambda *_: findings)
    ended = CliRunner().invoke(cli.app, ["doctor"])
    assert ended.exit_code == 1
    assert "fine: all fine" in ended.output
    assert "PROBLEM: no room\n   cure: make room" in ended.output


def test_a_torn_journal_is_the_doctors_business_too(folder):
    progress_store.journal(folder).write_text('{"kind": "to')
    assert "cannot be read" in doctor.journal(progress_store.entries()[1]).seen


@pytest.mark.parametrize("verb", ["build", "test"])
def test_the_verbs_of_authors_ask_for_a_clone(monkeypatch, capsys, verb, tmp_path):
    monkeypatch.setattr(environment, "CLONE", tmp_path)
    assert "run it in a clone" in refusal(capsys, verb)


def test_what_follows_test_goes_to_pytest(monkeypatch):
    became = []
    monkeypatch.setattr(cli.authoring, "become", lambda command, **_: became.extend(command))
    monkeypatch.chdir(CLONE)
    cli.app(["test", "-k", "learner", "--maxfail=1"], standalone_mode=False)
    assert became[1:3] == ["-m", "pytest"] and became[-3:] == ["-k", "learner", "--maxfail=1"]


@pytest.mark.parametrize("name, code", [("solutions/00_start_here.ipynb", 0), (BLANK, 1)])
def test_check_ends_well_only_where_every_answer_is_right(name, code):
    ended = subprocess.run(
        [sys.executable, "-m", "lrcourse", "check", name],
        cwd=CLONE,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert "gd_step" in ended.stdout and ended.stderr == ""
