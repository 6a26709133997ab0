"""The site as a person meets it: read, bet, moved, written and checked in Chromium, from a folder
and from a server, with every other host refused."""

import csv
import json
import re
from pathlib import Path
from urllib.parse import urldefrag

import nbformat
import pytest
from browser import CHROMIUM, PATIENCE
from runtime_here import runtime
from served import served

from lrcourse.authoring import units
from lrcourse.classroom.handout.unit_code import unit
from lrcourse.classroom.sandbox.walls import missing
from lrcourse.cli import main
from lrcourse.exercises import exercise, lessons
from lrcourse.learner.check_notebook import check_notebook
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import CLONE
from lrcourse.site import assets
from lrcourse.site.chosen import Edition
from lrcourse.site.writing import write_site

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: apt-get install chromium"
)
AXE = Path(__file__).with_name("axe.min.js")
LESSONS = [f"notebooks/{lesson.stem}.html" for lesson in lessons()]
EXERCISES = [lesson.exercises_path.replace(".ipynb", ".html") for lesson in lessons()]
LONG = 5 * PATIENCE
"""Milliseconds for what begins with Python's start on a machine that has other work as well."""
WRONG = "def gd_step(w, grad, lr):\n    return w + lr * grad"
RIGHT = "def gd_step(w, grad, lr):\n    return w - lr * grad"
ENDLESS = "def gd_step(w, grad, lr):\n    while True:\n        pass"


@pytest.fixture(scope="module")
def places(site):
    """Place -> what its addresses begin with."""
    with served(site) as address:
        yield {"folder": site.as_uri(), "server": address}


def html(site):
    """The pages of a site; those of JupyterLite are not ours."""
    return [path for path in sorted(site.rglob("*.html")) if site / "lab" not in path.parents]


def dead_links(site):
    """Links of pages that lead to no file, or to no place on a page."""
    pages = {path: path.read_text("utf-8") for path in html(site)}
    ids = {path: {*re.findall(r'\bid="([^"]+)"', text)} for path, text in pages.items()}
    for path, text in pages.items():
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            name, place = urldefrag(link.partition("?")[0])
            target = (path.parent / name).resolve() if name else path
            if re.match(r"https?:|data:", name):
                continue
            if not target.is_file() or (place and place not in ids.get(target, {place})):
                yield f"{path.name} leads to {link}"


def test_every_link_leads_to_a_page_and_a_place_on_it(site):
    assert len(html(site)) == 2 * len(lessons()) + 1
    assert [*dead_links(site)] == []


def test_nothing_on_a_page_comes_from_elsewhere(site):
    for path in html(site):
        loaded = re.findall(
            r'<(?:script|img|link|iframe)[^>]*(?:src|href)="([^"]+)"', path.read_text()
        )
        assert not [each for each in loaded if re.match(r"(?:https?:)?//", each)], path


def test_what_settles_a_question_waits_and_no_search_finds_it(site):
    sections = json.loads(
        (site / "assets/sections.js").read_text()[len("lrcourse.sections = ") : -2]
    )
    text = " ".join(each["text"] for each in sections)
    for lesson in lessons():
        page = (site / f"notebooks/{lesson.stem}.html").read_text()
        for each in lesson.predictions:
            assert f'id="ask-{each.id}"' in page and f'id="settle-{each.id}"' in page
            assert each.because[:60] not in text
    assert "After your bet" not in text and len(sections) > 150


AS_SEEN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"], preload: false });
  const bad = found.violations.filter((each) => ["serious", "critical"].includes(each.impact));
  return bad.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3)}`);
}"""
ALL_OPEN = """() => {
  const bets = {};
  for (const el of document.querySelectorAll(".question"))
    bets[el.dataset.question] = { shown: true };
  localStorage.setItem("lrcourse.bets", JSON.stringify(bets));
}"""


@needs_chromium
@pytest.mark.parametrize(
    ("place", "width", "look", "names"),
    [
        ("folder", 400, "light", [*LESSONS, *EXERCISES]),
        ("server", 1200, "dark", [*LESSONS, *EXERCISES]),
        ("server", 400, "dark", [LESSONS[0], EXERCISES[0]]),
        ("folder", 1200, "light", [LESSONS[0], EXERCISES[0]]),
    ],
)
def test_every_page_opens_fits_and_can_be_used_by_everybody(
    place, width, look, names, places, page
):
    page.emulate_media(color_scheme=look)
    page.set_viewport_size({"width": width, "height": 900})
    for name in ["index.html", *names]:
        page.goto(f"{places[place]}/{name}")
        if look == "dark" and name != "index.html":  # All that waits for bets is seen as well.
            page.evaluate(ALL_OPEN)
            page.reload()
            page.wait_for_function("!document.querySelector('.held[hidden]')")
        page.wait_for_function(
            "[...document.querySelectorAll('.question')].every((el) => el.querySelector('form'))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate(AS_SEEN) == [], name


@needs_chromium
def test_a_question_is_bet_by_keyboard_and_found_again_in_another_tab(places, page):
    lesson = lessons()[0]
    asked = lesson.predictions[0]
    address = f"{places['folder']}/{LESSONS[0]}"
    page.goto(address)
    result = page.locator(f"#settle-{asked.id} [role=status]")
    result.get_by_text("Bet first").wait_for()
    held = page.locator(f".output.held[data-waits~='{asked.id}']")
    assert held.count() and not held.first.is_visible()
    form = page.locator(f"#ask-{asked.id} form")
    form.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    result.get_by_text("You bet b, 50 % sure.").wait_for()
    page.close()
    again = page.context.new_page()
    again.goto(address)
    again.locator(f"#settle-{asked.id}").get_by_text("You bet b, 50 % sure.").wait_for()
    again.goto(f"{places['folder']}/index.html")
    again.get_by_text("1 of ").wait_for()


@needs_chromium
def test_every_explorer_moves_by_keyboard(places, page):
    moved = 0
    for name in LESSONS:
        page.goto(f"{places['folder']}/{name}")
        for place in page.locator(".explorer").all():
            place.scroll_into_view_if_needed()
            words = place.locator("[role=status]")
            words.filter(has_text=re.compile(r"\w")).wait_for()
            before = words.inner_text()
            place.locator("input[type=range], input[type=radio]").last.focus()
            for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
                page.keyboard.press(key)
                page.wait_for_timeout(0)
                if words.inner_text() != before:
                    break
            page.wait_for_function(
                "([el, before]) => el.innerText !== before", arg=[words.element_handle(), before]
            )
            moved += 1
    assert moved == 15


@needs_chromium
def test_words_are_found_and_lead_to_their_section(places, page):
    page.goto(f"{places['folder']}/index.html")
    page.get_by_label("Search").fill("warm-up instab")
    page.locator("#found a, #found p").first.wait_for()
    page.get_by_label("Search").fill("standardis")
    page.locator("#found a", has_text="03").first.wait_for()
    page.get_by_label("Search").press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notebooks/03_your_features.html#*")


def with_python(page):
    """Give a page time for what begins with Python's start; skip where there is none."""
    page.context.set_default_timeout(LONG)
    page.set_default_timeout(LONG)
    return runtime()


def write(page, name, code):
    """Put code into an editor as a person does: into it, over all that is there."""
    place = page.locator(f"[data-exercise={name}]")
    place.locator("textarea, .cm-content").first.focus()
    place.locator(".cm-content").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    return place


@needs_chromium
@pytest.mark.parametrize("place", ["folder", "server"])
def test_an_answer_is_checked_stopped_kept_saved_and_graded(place, places, page, tmp_path, capfd):
    with_python(page)
    address = f"{places[place]}/{EXERCISES[0]}"
    page.goto(address)
    editor, told = write(page, "gd_step", WRONG), page.locator("[data-exercise=gd_step] .told")
    page.keyboard.press("Shift+Enter")
    told.get_by_text(
        "These are the values of an answer that adds the step, and so climbs."
    ).wait_for()
    write(page, "gd_step", ENDLESS)
    editor.get_by_role("button", name="Check").click()
    editor.get_by_role("button", name="Stop").click()
    told.get_by_text("Stopped. Python starts anew at the next check.").wait_for()
    editor.get_by_role("button", name="Check").click()
    told.get_by_text("was still running after 5 s. Does every loop end?").wait_for()
    write(page, "gd_step", RIGHT)
    page.keyboard.press("Control+Enter")
    told.get_by_text("all 9 promises hold. Solved, 1 point.").wait_for()
    page.close()  # A tab is closed, and opened again.
    page = page.context.new_page()
    page.goto(address)
    assert page.locator("#code-gd_step").input_value() == RIGHT
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save 00_exercises.ipynb").click()
    saved.value.save_as(tmp_path / "00_exercises.ipynb")
    assert check_notebook(tmp_path / "00_exercises.ipynb")
    assert "gd_step: all 9 promises hold." in capfd.readouterr().out
    page.get_by_role("button", name="Reset").click()
    assert "not written yet" in page.locator("#code-gd_step").input_value()
    page.get_by_label("Load a notebook").set_input_files(tmp_path / "00_exercises.ipynb")
    page.get_by_text("Read from 00_exercises.ipynb: gd_step.").wait_for()
    assert page.locator("#code-gd_step").input_value() == RIGHT
    page.goto(f"{places[place]}/index.html")
    assert page.locator("[data-unit=gd_step]").inner_text().startswith("●")


def as_typed(cell, answers):
    """A cell of a notebook of exercises with the answer typed into it, if there is one."""
    name = cell.metadata.get("lrcourse", {}).get("exercise")
    return {**cell, "source": answers.get(name, cell.source)}


@needs_chromium
@pytest.mark.skipif(bool(missing()), reason=f"needs walls: {missing()}")
def test_what_a_page_saves_gets_the_points_of_the_same_answers_in_the_notebook(
    places, page, tmp_path
):
    lesson = lessons()[2]
    right, wrong = lesson.exercises[:2]
    answers = {right: units.answer(unit(right).text), wrong: f"def {wrong}(*_):\n    return 0.0"}
    page.goto(f"{places['folder']}/{EXERCISES[2]}")
    for name, code in answers.items():
        write(page, name, code)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save 02_exercises.ipynb").click()
    saved.value.save_as(tmp_path / "class/page/02_exercises.ipynb")
    blanks = nbformat.read(CLONE / lesson.exercises_path, as_version=4)
    cells = [as_typed(cell, answers) for cell in blanks.cells]
    typed = nbformat.writes(nbformat.from_dict({**blanks, "cells": cells}))
    write_whole(tmp_path / "class/notebook/02_exercises.ipynb", typed.encode())
    command = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--lessons", "02"]
    with pytest.raises(SystemExit, match="^0$"):
        main([*command, "--workers", "1", "--timeout", "600"])
    with (tmp_path / "out/grades.csv").open(newline="", encoding="utf-8-sig") as file:
        lines = {line.pop("student"): line for line in csv.DictReader(file)}
    assert lines["page"] == lines["notebook"]
    assert lines["page"][right] == str(exercise(right).points) and lines["page"][wrong] == "0"


@needs_chromium
def test_a_cell_of_a_lesson_is_changed_run_after_those_above_it_and_kept(places, page):
    with_python(page)
    page.goto(f"{places['server']}/{LESSONS[0]}")
    cell = page.locator("[data-cell=cell-06]")
    cell.get_by_role("button", name="Change").click()
    cell.locator(".cm-content").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("picture(camera, lr=0.3, step=2)")
    page.keyboard.press("Shift+Enter")
    cell.get_by_text("At step 2 the lens stands 2.45 mm short of the sharp point.").wait_for()
    cell.locator("img[alt='The figure that this cell draws now']").wait_for()
    page.reload()
    assert cell.locator("textarea").input_value() == "picture(camera, lr=0.3, step=2)"


@needs_chromium
def test_a_site_without_python_names_the_address_and_asks_nothing_of_it_before(
    page, tmp_path, monkeypatch
):
    asked = []
    with served(with_python(page)) as address:
        monkeypatch.setattr(assets, "ADDRESS", f"{address}/")
        write_site(tmp_path / "site", Edition(lessons()[:1]))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{(tmp_path / 'site').as_uri()}/{EXERCISES[0]}")
        page.get_by_text(f"from {address}/: nothing comes from there before").wait_for()
        write(page, "gd_step", RIGHT)
        assert not [url for url in asked if url.startswith("http")]
        page.get_by_role("button", name="Check").click()
        page.get_by_text("all 9 promises hold. Solved, 1 point.").wait_for()
        assert [url for url in asked if url.startswith(address)]


@needs_chromium
def test_what_a_server_gave_is_there_when_it_is_gone_and_a_page_can_be_printed(page, tmp_path):
    write_site(tmp_path / "site", Edition(lessons()[:2]))
    with served(tmp_path / "site") as address:
        page.goto(f"{address}/index.html")
        page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        page.wait_for_function("navigator.serviceWorker.controller")
    page.goto(f"{address}/{LESSONS[1]}")  # Never seen, and the server is gone.
    page.locator("h1", has_text="One step downhill").wait_for()
    page.locator("form.search").wait_for()
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible() and page.locator("h1").is_visible()


def test_one_file_without_a_python_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match="name its folder, as in --pyodide DIR"):
        main(["site", "--one-file", "00", str(tmp_path / "x.html")])


@pytest.mark.parametrize("students", [True, False])
def test_every_link_of_a_site_for_some_lessons_leads_somewhere(students, tmp_path):
    write_site(tmp_path, Edition(lessons()[1:3], students))
    assert [*dead_links(tmp_path)] == []
