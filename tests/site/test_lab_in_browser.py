"""JupyterLite as a learner meets it, in Chromium, with every other host refused: a lesson opens by
its link and runs with nothing installed, and what was done is there after the tab was closed."""

import functools
import http.server
import json
import threading

import pytest
from browser import CHROMIUM, PATIENCE, cell, command, wait_for_kernel
from runtime_here import runtime

from lrcourse.exercises import lessons, question
from lrcourse.progress_store import write_whole
from lrcourse.site.course_parts import python_parts
from lrcourse.site.edition import public
from lrcourse.site.lite import link, write_lab

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A web server as plain as there are, which says nothing."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a site whose ``lab`` is JupyterLite, opened up to what a test asks of it."""
    folder = runtime()
    pytest.importorskip("jupyterlite_core", reason="no JupyterLite here: extra `site`")
    site = tmp_path_factory.mktemp("site")
    write_lab(site / "lab", public(), folder)
    for name, data in python_parts(folder).items():
        write_whole(site / name, data)
    told = json.loads((site / "lab/jupyter-lite.json").read_text())
    told["jupyter-config-data"]["exposeAppInBrowser"] = True
    (site / "lab/jupyter-lite.json").write_text(json.dumps(told))
    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def open_by_link(page, address, notebook):
    """Open a notebook by its link and wait for its kernel, which has the course to load."""
    page.set_default_timeout(2 * PATIENCE)
    page.goto(f"{address}/lab/{link(notebook)}")
    wait_for_kernel(page)


def source_of(page, number):
    return page.evaluate(
        "n => window.jupyterapp.shell.currentWidget.content.model.cells.get(n)"
        ".sharedModel.getSource()",
        number,
    )


def write(page, number, code):
    page.evaluate(
        "([n, code]) => { window.jupyterapp.shell.currentWidget.content.model.cells.get(n)"
        ".sharedModel.setSource(code); }",
        [number, code],
    )


def run_cells(page, *numbers):
    """Run cells by number; what the last shows is returned as text when the kernel is idle."""
    for number in numbers:
        page.evaluate(
            "n => { const { content } = window.jupyterapp.shell.currentWidget;"
            " content.deselectAll(); content.activeCellIndex = n; }",
            number,
        )
        command(page, "notebook:run-cell")
    return cell(page, numbers[-1]).locator(".jp-OutputArea").first


def calls(page, beginning):
    """Return the number of the first cell whose code begins so."""
    count = page.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.length")
    return next(n for n in range(count) if source_of(page, n).startswith(beginning))


def test_a_lesson_opens_by_its_link_and_runs_with_nothing_installed(page, address):
    first = lessons()[0]
    open_by_link(page, address, f"notebooks/{first.stem}.ipynb")
    command(page, "notebook:run-all-cells")
    notebook = "window.jupyterapp.shell.currentWidget.content.model.toJSON()"
    outputs = page.evaluate(
        f"{notebook}.cells.flatMap(each => each.outputs ?? [])"
        ".filter(each => each.output_type === 'error')"
    )
    assert outputs == [] and "font cache" not in page.evaluate(f"JSON.stringify({notebook})")
    asked = first.questions[0]
    settled = cell(page, calls(page, f'settle("{asked.id}")'))
    assert asked.because[:40] not in page.evaluate(f"JSON.stringify({notebook})")
    form = cell(page, calls(page, f'predict("{asked.id}")')).locator("form")
    form.locator("input").first.check()
    form.get_by_role("radio", name="50").check()
    form.get_by_role("button").first.click()
    settled = cell(page, calls(page, f'settle("{asked.id}")'))
    settled.locator("[role=status]").get_by_text("You bet").wait_for()
    assert question(asked.id).because[:40] in page.evaluate(
        f"{notebook}.cells.map(each => JSON.stringify(each)).join()"
    )


def test_an_explorer_moves_there(page, address):
    open_by_link(page, address, f"notebooks/{lessons()[0].stem}.ipynb")
    number = calls(page, "from lrcourse import explore")
    explorer = run_cells(page, number)
    slider, words = explorer.locator(".lrcourse-slider").first, explorer.locator("[role=status]")
    slider.wait_for()
    before = words.first.inner_text()
    slider.press("ArrowRight")
    page.wait_for_function(
        "([words, before]) => words.innerText !== before",
        arg=[words.first.element_handle(), before],
    )


WRONG = "def gd_step(w, grad, lr):\n    return w + lr * grad"
ENDLESS = "def gd_step(w, grad, lr):\n    while True:\n        pass"
RIGHT = "def gd_step(w, grad, lr):\n    return w - lr * grad"


def test_an_exercise_is_checked_and_all_of_it_is_there_after_the_tab_was_closed(page, address):
    open_by_link(page, address, lessons()[0].exercises_path)
    answer, checks = calls(page, "def gd_step"), calls(page, "check(gd_step)")
    for code, words in {
        WRONG: "These are the values of an answer that adds the step, and so climbs.",
        ENDLESS: "was still running after 5 s. Does every loop end?",
        RIGHT: "all 9 promises hold",
    }.items():
        write(page, answer, code)
        run_cells(page, answer, checks).get_by_text(words).first.wait_for()
    command(page, "docmanager:save")
    page.close()
    again = page.context.new_page()
    open_by_link(again, address, lessons()[0].exercises_path)
    assert source_of(again, answer) == RIGHT
    write(again, checks, "progress()")
    run_cells(again, calls(again, "import numpy"), checks).get_by_text(
        "solved at try 3"
    ).first.wait_for()
