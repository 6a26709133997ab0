"""One command makes the environment, and survives what happens to learners' machines.

A clone in miniature stands in for the course: its list pins one tiny package, made here.
"""

import ast
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lrcourse.setup import installing
from lrcourse.setup.environment import CLONE, cause, python_of

PYTHON = sys._base_executable

CLI = """
import sys
def main():
    import lrcourse
    print("course", lrcourse.__file__, "in", sys.prefix, "says", sys.argv[1:])
"""

TINY = {
    "tinything.py": "size = 1\n",
    "tinything-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n",
    "tinything-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
    "Tag: py3-none-any\n",
    "tinything-1.0.dist-info/RECORD": "",
}

posix = pytest.mark.skipif(os.name == "nt", reason="needs signals and named pipes")


class Clone:
    """A clone in miniature, and how to start it."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, home / "a clone"
        self.bin, self.wheels = home / "bin", home / "wheels"
        for folder in (self.folder / "lrcourse", self.bin, self.wheels):
            folder.mkdir(parents=True)
        shutil.copytree(CLONE / "lrcourse/setup", self.folder / "lrcourse/setup")
        for name in ("__init__.py", "__init__.pyi", "__main__.py", "old_paths.py", "base.py"):
            shutil.copy(CLONE / "lrcourse" / name, self.folder / "lrcourse")
        (self.folder / "lrcourse" / "cli.py").write_text(CLI)
        project = '[project]\ndependencies = ["tinything>=1.0"]\n'
        (self.folder / "pyproject.toml").write_text(project)
        wheel = self.wheels / "tinything-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as file:
            for name, text in TINY.items():
                file.writestr(name, text)
        self.pin(hashlib.sha256(wheel.read_bytes()).hexdigest())

    def pin(self, mark: str) -> None:
        self.list = self.folder / "requirements.txt"
        self.list.write_text(f"tinything==1.0 --hash=sha256:{mark}\n")

    def start(self, *argv: str, **variables: str) -> subprocess.Popen:
        """Start the course as a learner does: no index but our folder, no PATH but our own."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "PYTHON"))}
        own = {"PATH": str(self.bin), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return subprocess.Popen(
            [PYTHON, "-u", "-m", "lrcourse", *argv],
            cwd=self.folder,
            env=plain | own | {"PIP_CONFIG_FILE": os.devnull} | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *argv: str, **variables: str) -> str:
        """Start it, wait, and return what it printed."""
        return self.start(*argv, **variables).communicate()[0]

    def give_uv(self, does: str) -> None:
        """Put a ``uv`` on the PATH that notes that it was called, then ``does`` something."""
        uv = self.bin / "uv"
        uv.write_text(f"#!{PYTHON}\nopen({str(self.home / 'calls')!r}, 'a').write('x')\n{does}\n")
        uv.chmod(0o755)

    @property
    def calls(self) -> int:
        return len((self.home / "calls").read_text())


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


def opened(clone: Clone, said: str) -> bool:
    """Whether the last line says that the course runs in its own environment."""
    venv = clone.folder / ".venv"
    course = clone.folder / "lrcourse" / "__init__.py"
    return said.splitlines()[-1].startswith(f"course {course} in {venv} says")


def test_pip_installs_the_list_and_the_second_start_installs_nothing(clone):
    said = clone.run("lab", "--port", "1")
    assert opened(clone, said) and said.rstrip().endswith("['lab', '--port', '1']")
    assert "Setting up the course, once: about 1 packages" in said
    second = clone.run(PIP_FIND_LINKS="nowhere")
    assert opened(clone, second) and len(second.splitlines()) == 1


def test_kernels_elsewhere_find_the_course_and_its_packages(clone, tmp_path):
    clone.run()
    python = python_of(clone.folder / ".venv")
    ask = "import lrcourse, tinything; print(lrcourse.__file__)"
    found = subprocess.run([python, "-c", ask], cwd=tmp_path, capture_output=True, text=True)
    assert found.stdout.strip() == str(clone.folder / "lrcourse" / "__init__.py")


@posix
def test_a_terminal_of_the_environment_has_the_command(clone, tmp_path):
    clone.give_uv("")
    clone.run()
    command = [clone.folder / ".venv" / "bin" / "lrcourse", "progress"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert opened(clone, said)


def test_a_package_with_another_hash_is_refused(clone):
    clone.pin("0" * 64)
    said = clone.run()
    assert "is not the one this course was tested with" in said.splitlines()[-1]
    assert "Traceback" not in said


def test_a_package_without_a_hash_is_refused(clone):
    clone.list.write_text("tinything==1.0\n")
    assert not opened(clone, clone.run())


def test_without_an_index_one_sentence_says_so(clone):
    dead = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    said = clone.run(PIP_NO_INDEX="0", PIP_FIND_LINKS="", **dead)
    assert "the package index does not answer" in said.splitlines()[-1]
    assert "Traceback" not in said


@posix
def test_where_uv_fails_pip_gets_through(clone):
    clone.give_uv("raise SystemExit('error: no such index')")
    said = clone.run()
    assert "uv did not get through, so pip tries" in said and opened(clone, said)


@posix
def test_a_changed_list_or_a_moved_clone_is_set_up_anew(clone):
    clone.give_uv("")
    clone.run()
    clone.list.write_text(clone.list.read_text() + "# newer\n")
    assert opened(clone, clone.run()) and clone.calls == 2
    clone.folder = clone.folder.rename(clone.home / "moved")
    assert opened(clone, clone.run()) and clone.calls == 3
    assert opened(clone, clone.run()) and clone.calls == 3


@posix
def test_two_starts_at_once_install_once(clone):
    clone.give_uv("")
    starts = [clone.start(), clone.start()]
    assert all(opened(clone, start.communicate()[0]) for start in starts)
    assert clone.calls == 1


@pytest.fixture
def pipes(clone):
    """A uv that tells that it has begun, then waits for leave to end."""
    begun, leave = clone.home / "begun", clone.home / "leave"
    os.mkfifo(begun)
    os.mkfifo(leave)
    clone.give_uv(f"open({str(begun)!r}, 'w').close(); open({str(leave)!r}).close()")
    return begun, leave


@posix
def test_after_a_kill_the_next_start_waits_for_the_orphan_and_begins_anew(clone, pipes):
    begun, leave = pipes
    first = clone.start()
    begun.open().close()
    first.kill()
    first.wait()
    second = clone.start()
    assert "waiting for it" in second.stdout.readline()
    leave.open("w").close()
    begun.open().close()
    leave.open("w").close()
    assert opened(clone, second.communicate()[0])
    assert clone.calls == 2


@posix
def test_ctrl_c_ends_in_a_sentence_and_the_next_start_works(clone, pipes):
    first = clone.start()
    pipes[0].open().close()
    first.send_signal(signal.SIGINT)
    said = first.communicate()[0]
    assert said.splitlines()[-1].startswith("Stopped. Nothing is broken")
    assert "Traceback" not in said and first.returncode != 0
    clone.give_uv("")
    assert opened(clone, clone.run())


def test_an_environment_of_somebody_else_is_left_alone(clone):
    venv = clone.folder / ".venv"
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", venv], check=True)
    before = sorted(venv.rglob("*"))
    said = clone.run()
    assert "lacks tinything. This command did not make that folder" in said
    assert sorted(venv.rglob("*")) == before


def test_an_own_environment_with_everything_is_used(clone):
    packages = clone.home / "own packages"
    with zipfile.ZipFile(next(clone.wheels.iterdir())) as wheel:
        wheel.extractall(packages)
    said = clone.run(PYTHONPATH=str(packages))
    assert f"in {sys.base_prefix} says" in said
    assert not (clone.folder / ".venv").exists()


def test_an_old_python_reads_one_sentence():
    ask = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1])"
    start = [sys.executable, "-c", ask, CLONE / "lrcourse" / "__main__.py"]
    old = subprocess.run(start, capture_output=True, text=True)
    assert old.returncode != 0
    assert old.stderr.startswith("This course needs Python 3.11 or newer") and "3.9" in old.stderr


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_what_it_meets_first(name):
    ast.parse((CLONE / "lrcourse" / name).read_text("utf-8"), feature_version=(3, 4))


def test_too_small_a_disk_is_said_before_anything_is_downloaded(clone, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 300 * 10**6))
    with pytest.raises(SystemExit, match="The disk is full.* There are 300 MB"):
        installing.announce(clone.folder)


DISK, FOLDER, NETWORK = (
    "The disk is full",
    "The course may not write",
    "The packages could not",
)
PIP_FOUND_NONE = "ERROR: No matching distribution found for numpy==2.4.6"

WORDS = {
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left": DISK,
    "error: Failed to install: numpy\n  Caused by: No space left on device (os error 28)": DISK,
    "[Errno 13] Permission denied: '.venv'": FOLDER,
    "[Errno 30] Read-only file system: '.venv'": FOLDER,
    "error: Request failed after 3 retries\n  Caused by: dns error": NETWORK,
    f"WARNING: Retrying after 'NewConnectionError('\n{PIP_FOUND_NONE}": NETWORK,
    PIP_FOUND_NONE: "There are no ready-made packages for Python",
    "\nnew\n": "The packages could not be installed; the installer's last words were: new",
    "": "The packages could not be installed",
}


@pytest.mark.parametrize("words", WORDS)
def test_an_installers_words_become_one_sentence(words):
    assert cause(words).startswith(WORDS[words])


@pytest.mark.parametrize("version, helps", [("23.0.1", True), ("20.3.4", False)])
def test_without_ensurepip_the_pip_at_hand_does_it_or_a_sentence_says_what_to_install(
    monkeypatch, version, helps
):
    monkeypatch.setattr(installing.importlib.util, "find_spec", {"pip": "there"}.get)
    monkeypatch.setattr(installing.metadata, "version", {"pip": version}.get)
    if helps:
        assert installing.pip_for("python", 0)[1:] == ["-m", "pip", "--python", "python"]
    else:
        with pytest.raises(SystemExit, match="apt install python3-venv"):
            installing.pip_for("python", 0)
