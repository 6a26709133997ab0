"""Every exercise in every place where a browser checks it: its right answer is solved there, and a
wrong one is named. One page and one Python for each place, for all exercises."""

import json
import os
import re
import shutil
from html import unescape

import nbformat
import pytest
from browser import CHROMIUM, PATIENCE, command, guarded, wait_for_kernel
from runtime_here import runtime
from served import served

from lrcourse.authoring import units
from lrcourse.classroom.handout.unit_code import defines_names, free, names_of, unit
from lrcourse.exercises import exercise_names, lessons
from lrcourse.setup.environment import CLONE
from lrcourse.site.chosen import Edition
from lrcourse.site.exercise_pages import exercises_page
from lrcourse.site.lite import for_this_kernel
from lrcourse.site.writing import write_one_file

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


def right_answer(name):
    """The answer as a learner would write it."""
    return units.answer(unit(name).text)


def wrong_answer(name):
    """The first mistake that can be written without the answer, with all of the module that it
    uses, and what its author thought."""
    own = unit(name)
    defined = {
        each: node for node in own.tree.body if defines_names(node) for each in names_of(node)
    }
    for mistake in own.exercise.mistakes:
        called = mistake.function.__name__
        needed = used(called, defined)
        if needed and defined[name] not in needed:
            pieces = [units.lines_of(node, own.text) for node in own.tree.body if node in needed]
            code = "\n\n\n".join(pieces)
            return code.replace(f"def {called}(", f"def {name}("), mistake.thought


def used(name, defined):
    """The statements that define a name and all that it uses."""
    found, due = [], [name]
    while due:
        node = defined.get(due.pop())
        if node and node not in found:
            found.append(node)
            due += free(node)
    return found


ANSWERS = {
    name: {"right": right_answer(name), "wrong": wrong_answer(name)[0]} for name in exercise_names()
}


@pytest.fixture(scope="module")
def one_file(tmp_path_factory):
    """All exercises in one file with everything inside, opened by double click."""
    file = tmp_path_factory.mktemp("stick") / "all.html"
    write_one_file(file, Edition(lessons(), pyodide=runtime()))
    return file


def test_one_file_of_all_exercises_has_its_size(one_file):
    assert one_file.stat().st_size < 16e6


CHECKED = """async ([name, code]) => {
  const place = document.querySelector(`[data-exercise="${name}"]`);
  const check = place.querySelector("[data-do=check]");
  place.querySelector("textarea").value = code;
  check.click();
  const busy = () => check.ariaDisabled === "true" || place.querySelector(".drawing");
  while (busy()) await new Promise((done) => setTimeout(done, 10));
  return place.querySelector(".told").innerHTML;
}"""


def cards_of_a_page(page, address):
    """What a page with all exercises says of both answers of each."""
    page.goto(address)
    return {
        (name, kind): page.evaluate(CHECKED, [name, code])
        for name, answers in ANSWERS.items()
        for kind, code in answers.items()
    }


def from_a_file(page, request):
    return cards_of_a_page(page, request.getfixturevalue("one_file").as_uri())


def from_a_server(page, request):
    """A page of all lessons, made as the page of each is, among those of the whole site."""
    (html,) = exercises_page(lessons(), Edition(lessons(), pyodide=runtime())).values()
    folder = request.getfixturevalue("tmp_path_factory").mktemp("server") / "public"
    shutil.copytree(request.getfixturevalue("site"), folder, copy_function=os.link)
    (folder / "exercises/all.html").write_text(html, "utf-8")
    with served(folder) as address:
        return cards_of_a_page(page, f"{address}/exercises/all.html")


def all_in_one_notebook():
    """The cells of all notebooks of exercises that define and check, once for each answer."""
    books = [nbformat.read(CLONE / lesson.exercises_path, as_version=4) for lesson in lessons()]
    cells = {cell.id: cell for book in books for cell in book.cells}
    found = [cells["imports"]]
    for name, answers in ANSWERS.items():
        for kind, code in answers.items():
            found.append({**cells[id_of(name)], "id": f"{kind}-{name}-answer", "source": code})
            found.append({**cells[f"{id_of(name)}-check"], "id": f"{kind}-{name}"})
    return json.loads(for_this_kernel(json.dumps({**books[0], "cells": found}).encode()))


def id_of(name):
    return name.replace("_", "-")


OPENED = """async (content) => {
  const { commands, restored, serviceManager } = window.jupyterapp;
  await restored;
  await serviceManager.contents.save("all.ipynb", { type: "notebook", format: "json", content });
  await commands.execute("docmanager:open", { path: "all.ipynb" });
}"""
SHOWN = """() => {
  const { cells } = window.jupyterapp.shell.currentWidget.content.model.toJSON();
  const text = (output) => [output.data?.["text/html"] ?? output.text ?? []].flat().join("");
  return Object.fromEntries(cells.map((cell) => [cell.id, cell.outputs.map(text).join("")]));
}"""


def in_jupyterlite(page, request):
    with served(request.getfixturevalue("with_lab")) as address:
        page.goto(f"{address}/lab/lab/index.html")
        page.wait_for_function("window.jupyterapp?.shell")
        page.evaluate(OPENED, all_in_one_notebook())
        wait_for_kernel(page)
        command(page, "notebook:run-all-cells")
        shown = page.evaluate(SHOWN)
    return {(name, kind): shown[f"{kind}-{name}"] for name in ANSWERS for kind in ANSWERS[name]}


PLACES = {"file": from_a_file, "server": from_a_server, "JupyterLite": in_jupyterlite}


@pytest.fixture(scope="module", params=PLACES)
def cards(request, browser):
    """The card of each answer in one place; nothing else may have gone wrong there."""
    complaints = []
    with guarded(browser, complaints) as page:
        page.set_default_timeout(2 * PATIENCE)
        found = PLACES[request.param](page, request)
    assert complaints == []
    return found


def as_read(html):
    """The words of a card."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


@pytest.mark.parametrize("name", exercise_names())
def test_a_right_answer_is_solved_and_a_wrong_one_is_named(name, cards):
    assert "promises hold. Solved" in as_read(cards[name, "right"])
    thought = " ".join(wrong_answer(name)[1].split())
    assert f"These are the values of an answer that {thought}." in as_read(cards[name, "wrong"])


def test_a_wrong_curve_is_drawn_over_the_expected_one(cards, request):
    """Not in one file, which Matplotlib would double."""
    drawn = "yours and the expected" in cards["ema", "wrong"]
    assert drawn == ("file" not in request.node.callspec.id)
