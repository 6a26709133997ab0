"""Feedback goes back under the names that the platform gave out, and nobody gets another's."""

import json
import zipfile

import pytest

from lrcourse.grading.returning import APART, entries, write_zips


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "ada.html"
    path.write_text("<html><title>x</title><main>\n<h1>Feedback for Ada, é</h1>\n</main></html>")
    return path


ADA = "Ada L_123_assignsubmission_file"


@pytest.mark.parametrize(
    "file, entry",
    [
        (f"{ADA}/a.ipynb", f"{ADA}/feedback.html"),
        (f"{ADA}_/b/a.ipynb", f"{ADA}_/feedback.html"),
        (f"Week/{ADA}_a.ipynb", f"{ADA}_feedback.html"),
        ("A_1_assignsubmission_onlinetext_/onlinetext.html",)
        + ("A_1_assignsubmission_onlinetext_/feedback.html",),
    ],
)
def test_moodle_gets_a_page_in_the_folder_that_it_named(page, file, entry):
    assert list(entries(page, [file])) == [("moodle", entry, page.read_bytes())]


def test_canvas_gets_a_notebook_for_the_newest_upload_under_its_own_name(page):
    files = ["adal_LATE_7_99_b-1.ipynb", "week/adal_7_100_a.ipynb", "adal_7_101_work/x.ipynb"]
    ((platform, name, data),) = entries(page, [*files, "adal_7_102_x.pdf"])
    assert (platform, name) == ("canvas", "adal_7_100_a.ipynb")
    notebook = json.loads(data)
    first, rest = notebook["cells"][0]["source"].split("\n")
    assert (first, rest) == (f"<p><strong>{APART}</strong></p>", "<h1>Feedback for Ada, é</h1>")
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))


def test_what_a_student_wrote_is_no_markdown_and_no_formula_in_the_notebook(page):
    page.write_text("<main><p>it gave\n\n \n**bold** $x$ \\begin{a}</p></main>")
    ((_, _, data),) = entries(page, ["adal_7_1_a.ipynb"])
    source = json.loads(data)["cells"][0]["source"]
    assert source.endswith("\n<p>it gave\n**bold** &#36;x&#36; &#92;begin{a}</p>")


def test_each_platform_has_its_zip_and_the_same_pages_give_the_same_bytes(page, tmp_path):
    pages = [(page, ["adal_7_1_a.ipynb"]), (page, ["bob_8_2_a.ipynb"]), (page, ["cy/a.ipynb"])]
    (made,) = write_zips(tmp_path, pages)
    assert made.name == "feedback-canvas.zip"
    before = made.read_bytes()
    with zipfile.ZipFile(made) as packed:
        assert packed.namelist() == ["adal_7_1_a.ipynb", "bob_8_2_a.ipynb"]
    assert write_zips(tmp_path, pages) == [made] and made.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ada.html", "feedback-canvas.zip"]


def test_a_zip_that_nobody_is_in_any_more_goes(page, tmp_path):
    write_zips(tmp_path, [(page, ["adal_7_1_a.ipynb"])])
    assert write_zips(tmp_path, [(page, ["a.ipynb"])]) == []
    assert [each.name for each in tmp_path.iterdir()] == ["ada.html"]


def test_a_run_that_is_stopped_leaves_the_zip_of_before(page, tmp_path):
    (made,) = write_zips(tmp_path, [(page, ["adal_7_1_a.ipynb"])])
    before = made.read_bytes()

    def stopped():
        yield page, ["bob_8_2_a.ipynb"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_zips(tmp_path, stopped())
    assert made.read_bytes() == before and len(list(tmp_path.iterdir())) == 2
