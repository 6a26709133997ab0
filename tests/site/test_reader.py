"""What a reader of the pages stumbles over: sentences, the editor, the keyboard, what is kept."""

import json
import re

import pytest
from browser import CHROMIUM, PATIENCE
from runtime_here import runtime

from lrcourse.exercises import exercise, lessons
from lrcourse.learner import page_check
from lrcourse.site.searching import words

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: apt-get install chromium"
)
OF_A_NOTEBOOK = re.compile(
    r"run (?:this|the) cell|folder \w+ on the left|in place of \?|hint\(\w|check below it",
    re.IGNORECASE,
)
TOP = "document.querySelector('main').getBoundingClientRect().top"
RIGHT = "def gd_step(w, grad, lr):\n    return w - lr * grad"


def test_no_page_speaks_of_the_notebook_that_its_reader_is_not_in(site):
    for path in site.rglob("*.html"):
        shown = re.sub(
            r"<(script|pre|textarea)\b.*?</\1>", " ", path.read_text("utf-8"), flags=re.S
        )
        assert not OF_A_NOTEBOOK.search(words(shown)), path.name


def test_a_lesson_leads_to_each_exercise_and_only_its_frame_to_the_next_lesson(site):
    for lesson, later in zip(lessons(), lessons()[1:], strict=False):
        text = (site / f"notebooks/{lesson.stem}.html").read_text("utf-8")
        stem = f"../exercises/{lesson.number:02d}_exercises.html"
        assert all(f'href="{stem}#{name}"' in text for name in lesson.exercises)
        assert not re.search(rf'Next: <a href="{later.stem}', text)


def test_no_search_finds_an_answer(site):
    found = (site / "assets/sections.js").read_text("utf-8")
    for lesson in lessons():
        for name in lesson.exercises:
            assert exercise(name).mistakes[0].thought not in found, name


def test_a_card_on_a_page_speaks_of_buttons_and_an_error_of_its_line():
    broken = page_check.checked("gd_step", f"{RIGHT}\n  x", predicted=True)
    assert broken.told == ["Your code is not Python yet (unindent does not match any outer "
                           "indentation level, line 3): x"]  # fmt: skip
    wrong = page_check.checked("gd_step", RIGHT.replace("-", "+"), predicted=True)
    assert "check again. Stuck? Press Hint." in wrong.html and "hint(" not in wrong.html
    assert "it stands above" in page_check.checked("gd_step", RIGHT, predicted=False).html


@needs_chromium
def test_a_lesson_keeps_what_was_reached_and_says_whose_result_it_shows(site, page):
    page.goto(f"{site.as_uri()}/notebooks/{lessons()[0].stem}.html")
    assert page.evaluate("document.documentElement.matches('.folder')")  # no link to JupyterLab
    top = page.evaluate(TOP)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate(TOP) == top
    asked = page.locator("#settle-00-ten")
    assert asked.get_by_role("link", name="Bet first on the question above").is_visible()
    assert not asked.locator("input").first.is_visible()
    explorer, play = page.locator(".explorer"), page.locator(".explorer button")
    explorer.scroll_into_view_if_needed()
    play.wait_for()
    still = play.bounding_box()["height"]
    play.click()
    page.get_by_role("button", name="Pause").wait_for()
    assert play.bounding_box()["height"] == still
    play.click()
    for number in explorer.locator("input.lrcourse-readout").all():
        number.fill("1")
        number.press("Enter")
    explorer.get_by_text("✓ Goal").wait_for()
    cell, said = page.locator("[data-cell=cell-06]"), "What stands below was found before this"
    cell.get_by_role("button", name="Change").click()
    cell.locator(".cm-content").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("print(1)")
    cell.get_by_text(said).wait_for()
    page.reload()
    cell.get_by_text(said).wait_for()
    explorer.scroll_into_view_if_needed()
    explorer.get_by_text("✓ Goal").wait_for()


@needs_chromium
def test_the_editor_leaves_enter_alone_and_lets_the_keyboard_out(site, page):
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(f"{site.as_uri()}/exercises/01_exercises.html")
    place = page.locator("[data-exercise=gradient_descent]")
    place.locator("textarea").focus()
    place.locator(".cm-content").wait_for()
    assert place.locator(".cm-scroller").evaluate("(el) => el.scrollWidth <= el.clientWidth")
    page.keyboard.press("Control+a")
    page.keyboard.type("steps = 1\nreturn steps", delay=20)
    page.wait_for_timeout(300)  # In which a pop-up would come.
    page.keyboard.press("Enter")
    page.keyboard.type("gra")
    typed = page.evaluate("JSON.parse(localStorage['lrcourse.answer.gradient_descent'])")
    assert typed == "steps = 1\nreturn steps\ngra"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "check"
    for _ in range(3):
        place.get_by_role("button", name="Hint").click()
    assert place.locator(".hints code").count() and "`" not in place.locator(".hints").inner_text()


@needs_chromium
def test_an_exercise_says_that_it_is_solved_and_check_keeps_the_focus(site, page):
    runtime()
    page.set_default_timeout(5 * PATIENCE)
    page.goto(f"{site.as_uri()}/exercises/00_exercises.html")
    question = page.locator(".question")
    question.locator("textarea").fill("to the left")
    question.get_by_label("70 %").check()
    question.get_by_role("button", name="Bet", exact=True).click()
    question.get_by_text("70 % sure").wait_for()
    place, title = page.locator("[data-exercise=gd_step]"), page.locator("#gd_step")
    place.locator("textarea").evaluate("(el, code) => { el.value = code; }", RIGHT)
    place.get_by_role("button", name="Check").focus()
    page.keyboard.press("Enter")
    place.get_by_text("Solved, 1 point").wait_for()
    assert page.evaluate("document.activeElement.dataset.do") == "check"
    assert not place.get_by_text("starts Python").count()
    page.reload()
    title.get_by_text("● solved").wait_for()
    place.get_by_role("button", name="Reset").click()
    assert place.locator(".told").inner_text() == ""


@needs_chromium
def test_what_is_found_is_reached_by_arrows_and_shows_whole_words(site, page):
    page.goto(f"{site.as_uri()}/index.html")
    page.get_by_label("Search").fill("narrow valley")
    page.locator("#found mark").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('#found') !== null")
    sections = (site / "assets/sections.js").read_text("utf-8")
    texts = [each["text"] for each in json.loads(sections[len("lrcourse.sections = ") : -2])]
    for excerpt in page.locator("#found p").all_inner_texts():
        part = excerpt.removeprefix("… ").removesuffix(" …")
        assert any(f" {part} " in f" {text} " for text in texts)
