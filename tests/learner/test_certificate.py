"""The certificate: what the progress file says, no more, and safe to open."""

import json
from html.parser import HTMLParser

import pytest

from lrcourse.base import BadInput
from lrcourse.learner.certificate import certificate, write_certificate
from lrcourse.progress_store import journal


def check(name, solved, day="2026-05-01"):
    return {"kind": "check", "exercise": name, "solved": solved, "time": f"{day}T10:00:00"}


ENTRIES = [
    {"kind": "hint", "exercise": "gd_step"},
    check("gd_step", False),
    check("gd_step", True, "2026-05-02"),
    {"kind": "solution", "exercise": "gd_step"},
    check("gd_step", True, "2026-06-30"),
    {"kind": "solution", "exercise": "mse_loss_and_grad"},
    check("mse_loss_and_grad", True),
    check("regime", False),
    check("mlp_gradients", True),
    check("no_such_exercise", True),
    {"kind": "check", "exercise": "ema", "solved": "yes"},
    {"kind": "check", "exercise": ["ema"], "solved": True},
]


class Reader(HTMLParser):
    """Takes a page apart: its tags, its words, and those of each row of its tables."""

    def __init__(self):
        super().__init__()
        self.tags, self.rows, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append("")

        if tag == "table":
            self.rows.append("")

    def handle_data(self, data):
        self.words.append(data)
        if self.rows:
            self.rows[-1] += f" {data.strip()}"


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def row(page, name):
    (found,) = [" ".join(each.split()) for each in read(page).rows if f" {name} " in each]
    return found


def test_it_lists_what_was_solved_with_the_help_that_came_before_and_nothing_else():
    page = certificate("Ada", ENTRIES)
    assert row(page, "gd_step") == "gd_step 1 2026-05-02 at check 2, 1 hint"
    assert row(page, "mse_loss_and_grad").endswith("at check 1, after looking at the answer")
    assert "★" in row(page, "mlp_gradients")
    words = " ".join(" ".join(read(page).words).split())
    assert "solved 3 exercises" in words and "1 of them without a hint" in words
    assert not {"regime", "ema", "no_such_exercise"} & {*words.split()}
    assert "Nobody watched" in words


def test_a_name_is_text_and_never_a_part_of_the_page():
    name = "<script>alert(1)</script>&\"'"
    page = read(certificate(name, ENTRIES))
    assert "script" not in page.tags and name in page.words


@pytest.mark.parametrize("name", ["", " \t", "\x00", "a" * 81])
def test_a_name_that_cannot_stand_there_is_refused(name):
    with pytest.raises(BadInput, match="1 to 80 letters, got"):
        certificate(name, ENTRIES)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LRCOURSE_FOLDER", str(tmp_path))
    path = journal(tmp_path)
    path.parent.mkdir()
    path.write_text("".join(json.dumps(each) + "\n" for each in ENTRIES) + "torn {\n")
    return tmp_path


def test_a_line_that_cannot_be_read_is_told_on_the_page_and_ours_is_written_anew(folder):
    out = folder / "certificate.html"
    assert write_certificate("Ada", out) == write_certificate("Grace", out) == 3
    assert "Grace" in out.read_text() and "1 of 13 lines" in out.read_text()


def test_a_strangers_file_stays_and_an_empty_certificate_is_none(folder):
    theirs = folder / "mine.html"
    theirs.write_text("my own")
    with pytest.raises(BadInput, match=r"mine\.html is there and no certificate"):
        write_certificate("Ada", theirs)
    assert theirs.read_text() == "my own"
    journal(folder).write_text("")
    with pytest.raises(BadInput, match="nothing is solved yet"):
        write_certificate("Ada", folder / "new.html")
    assert not (folder / "new.html").exists()
