"""No file of the browser's Python comes through unverified, and what is wrong is one sentence."""

import hashlib
import json
import shutil

import pytest
from runtime_here import runtime

from lrcourse.base import BadInput
from lrcourse.site import fetching, runtime as finding
from lrcourse.site.runtime import COMPILED, INTERPRETER, KERNEL, PURE, pinned, runtime_files

SMALL = {"numpy-1.whl": b"numpy", "cycler-1.whl": b"cycler"}


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A folder with an interpreter and two packages, each a few bytes, and their lock."""
    marks = {name: hashlib.sha256(data).hexdigest() for name, data in SMALL.items()}
    packages = {
        name.partition("-")[0]: {"file_name": name, "sha256": mark, "depends": []}
        for name, mark in marks.items()
    }
    packages["numpy"]["depends"] = ["cycler"]
    files = dict.fromkeys(INTERPRETER, b"interpreter") | SMALL
    files["pyodide-lock.json"] = json.dumps({"packages": packages}).encode()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    official = {name: hashlib.sha256(files[name]).hexdigest() for name in INTERPRETER}
    monkeypatch.setattr(finding, "INTERPRETER", official)
    return tmp_path


def test_a_package_comes_with_what_it_needs_and_nothing_else(small):
    (small / "other-1.whl").write_bytes(b"other")
    assert {*runtime_files(small, ["numpy"])} == {*INTERPRETER, *SMALL}
    assert {*runtime_files(small, ["cycler"])} == {*INTERPRETER, "cycler-1.whl"}


@pytest.mark.parametrize("name", [*INTERPRETER, *SMALL])
def test_a_file_that_is_not_the_official_one_is_one_sentence_with_its_name(small, name):
    (small / name).write_bytes((small / name).read_bytes() + b" ")
    with pytest.raises(BadInput, match=f"{name} is not the official file: its sha256 begins with"):
        runtime_files(small, ["numpy"])


@pytest.mark.parametrize("name", [*INTERPRETER, *SMALL])
def test_a_file_that_is_missing_is_one_sentence_with_what_to_do(small, name):
    (small / name).unlink()
    with pytest.raises(BadInput, match=f"{name} cannot be read: fetch the browser's Python"):
        runtime_files(small, ["numpy"])


def test_a_package_that_pyodide_does_not_have_is_named(small):
    with pytest.raises(BadInput, match="has no package torch: leave it out"):
        runtime_files(small, ["torch"])


def test_pure_packages_are_those_of_the_pinned_list(tmp_path):
    version, _ = pinned("tqdm")
    (tmp_path / f"tqdm-{version}-py3-none-any.whl").write_bytes(b"another")
    with pytest.raises(BadInput, match="is not the official file"):
        finding.pure_wheels(tmp_path, ["tqdm"])
    with pytest.raises(BadInput, match="perpetual-motion is not in requirements.txt"):
        finding.pure_wheels(tmp_path, ["perpetual-motion"])


def test_a_client_that_fails_is_one_sentence_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="npm is not installed: install it"):
        fetching.fetch(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_whole_official_runtime_is_let_through(tmp_path):
    files = fetching.all_files(runtime())
    assert len([name for name in files if name.endswith("wasm32.whl")]) == 7
    assert {*INTERPRETER} < {*files}
    for name in (*COMPILED, *KERNEL, *PURE):
        assert any(file.startswith(f"{name.replace('-', '_')}-") for file in files), name
    for name in files:
        shutil.copy(runtime() / name, tmp_path)
    assert fetching.fetch(tmp_path) == sorted(files)  # All there: no client is called.
