"""Questions as a learner meets them: bet on by keyboard and mouse, results only afterwards, and all
of it there the next day. Lessons run here under another matrix kernel than this machine's own, with
which nbval runs them, and print what is stored."""

import json
import re

import nbformat
import pytest
from browser import (
    CHROMIUM,
    cell,
    command,
    explorer_in,
    lab,
    move_every_slider,
    open_and_run,
    open_notebook,
    wait_for_kernel,
)

from lrcourse.authoring import kernels
from lrcourse.authoring.executing import ALIVE
from lrcourse.checks.question import AFTER_THE_BET, GOES_ON
from lrcourse.exercises import lessons, question
from lrcourse.learner import course_folder
from lrcourse.learner.lab import jupyter_variables
from lrcourse.setup.environment import CLONE
from lrcourse.site.cells import KINDS, kind_of

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
BY_LESSON = [
    [*(each.id for each in [*lesson.questions, *lesson.quiz]), *lesson.exercises]
    for lesson in lessons()
]
EVERY_ID = [id for ids in BY_LESSON for id in ids]


def asking_all(lesson):
    """Return a cell that asks all questions of a lesson and of its exercises, in their order."""
    bets = "for id in {}:\n    predict(id)\n".format
    asked = bets([each.id for each in lesson.questions])
    return f"{asked}recall({lesson.number})\n{bets(lesson.exercises)}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A learner's folder as it is delivered, and a notebook that asks everything."""
    folder = tmp_path_factory.mktemp("learner")
    course_folder.deliver(folder)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    codes = [asking_all(each) for each in lessons()]
    cells = [nbformat.v4.new_code_cell(code) for code in codes]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "all.ipynb")
    return folder


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="module")
def settings(folder, own):
    """The variables of a learner's JupyterLab, in which nobody sees results without a bet."""
    own = {"LRCOURSE_FOLDER": str(folder), "LRCOURSE_SHOW_RESULTS": "", **another_matrix_kernel()}
    return {**jupyter_variables(), **own}


def another_matrix_kernel():
    """The variable that asks for one that this processor has and does not choose by itself: the
    fastest, of several."""
    others = [core for core in reversed(kernels.CORES) if core != kernels.architecture()]
    there = (core for core in others if core in kernels.under((core,), []))
    return next(({"OPENBLAS_CORETYPE": core} for core in there), {})


@pytest.fixture(scope="module")
def server(folder, own, settings):
    with lab(folder, own, settings) as address:
        yield address


def saved(page, folder, name):
    command(page, "docmanager:save")
    return nbformat.read(folder / name, 4)


def places(notebook, call):
    """``{question id: number of the cell}`` of the cells that call predict or settle."""
    found = {}
    for number, each in enumerate(notebook.cells):
        for id in EVERY_ID:
            if each.cell_type == "code" and f'{call}("{id}")' in each.source:
                found[id] = number
    return found


def cells_with_explorers(notebook):
    codes = [(n, each.source) for n, each in enumerate(notebook.cells) if each.cell_type == "code"]
    return [number for number, code in codes if "explore(" in code]


def section_end(notebook, number):
    """Return the number of the first cell below, in which the next section begins."""
    below = enumerate(notebook.cells[number + 1 :], number + 1)
    texts = [(n, each.source) for n, each in below if each.cell_type == "markdown"]
    return next(n for n, text in texts if re.search("^#+ ", text, re.MULTILINE))


def shown(one):
    """All that the outputs of a cell hold, as text."""
    return json.dumps(one.get("outputs", []))


def says_bet_first(one):
    outputs = one.get("outputs", [])
    texts = [each.get("data", {}).get("text/plain", each.get("text")) for each in outputs]
    return not texts or (texts[0].startswith("Bet first") and not any(texts[1:]))


def bet(form, choice, sure):
    """Bet by keyboard: arrows choose, Enter bets."""
    form.locator("input").first.focus()
    for _ in range(choice):
        form.page.keyboard.press("ArrowDown")
    form.page.keyboard.press("Tab")
    form.page.keyboard.press("Space")
    for _ in range((50, 70, 90).index(sure)):
        form.page.keyboard.press("ArrowRight")
    form.page.keyboard.press("Enter")


NOTHING_HELD = (
    "!JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.toJSON().cells)"
    ".includes('Bet first')"
)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.stem)
def test_run_all_without_a_bet_shows_no_result_then_a_click_does_and_explorers_move(
    lesson, page, server, folder
):
    name = f"notebooks/{lesson.stem}.ipynb"
    open_and_run(page, server, name)
    notebook = saved(page, folder, name)
    asked, settled = places(notebook, "predict"), places(notebook, "settle")
    assert set(asked) == set(settled) == {each.id for each in lesson.questions}
    held = set()
    for id, number in asked.items():
        held |= set(range(number + 1, section_end(notebook, settled[id])))
        assert question(id).because[:40] not in shown(notebook.cells[settled[id]])
    titles = [f"<summary>{title}</summary>" for title in (AFTER_THE_BET, GOES_ON)]
    folds = {n for n, each in enumerate(notebook.cells) if any(t in each.source for t in titles)}
    assert not any(cell(page, number).locator("details[open]").count() for number in folds)
    held -= {*asked.values(), *settled.values()}
    for number in held:
        assert says_bet_first(notebook.cells[number]), notebook.cells[number]
    for id in asked:
        one = cell(page, asked[id])
        one.get_by_role("button", name="Show me without a bet").press("Enter")
        one.get_by_text("No bet on this one.").wait_for()
    page.wait_for_function(NOTHING_HELD, polling=200)
    after = saved(page, folder, name)
    for number in [*held, *settled.values()]:
        assert "Bet first" not in shown(after.cells[number]), after.cells[number].source
    stored = nbformat.read(CLONE / name, 4)
    for now, before in zip(after.cells, stored.cells, strict=True):
        assert printed(now) == printed(before), before.source
    for id in asked:
        status = cell(page, settled[id]).locator("[role=status]")
        status.get_by_text("You made no bet.").wait_for()
        assert json.dumps(question(id).because[:40])[1:-1] in shown(after.cells[settled[id]])
    for number in folds:
        cell(page, number).locator("details[open]").wait_for()
    for number in cells_with_explorers(notebook):
        move_every_slider(page, explorer_in(page, number))


def printed(one):
    """What a cell shows as text, but for an explorer, for a question, which is a form here, and for
    what a learner has said so far."""
    own = kind_of(one)[0] in KINDS or "verdicts_so_far()" in one.source
    if own or ALIVE in one.metadata.get("tags", []):
        return ""
    outputs = [each for each in one.get("outputs", []) if each.get("name") != "stderr"]
    plain = [each for each in outputs if "text" in each or {*each.data} == {"text/plain"}]
    return "".join(each.get("text") or each.data["text/plain"] for each in plain)


ANSWER_ALL = """cell => {
    for (const form of cell.querySelectorAll("form")) {
        const [text] = form.getElementsByTagName("textarea");
        const [first, last] = [...form.querySelectorAll("[role=radiogroup]")];
        if (text) text.value = "I expect this.";
        else first.querySelectorAll("input")[1].checked = true;
        (last ?? first).querySelectorAll("input")[2].checked = true;
        form.requestSubmit();
    }
}"""
WHAT_STANDS = """cell => [...cell.querySelectorAll("form")].map((form) => ({
    text: form.innerText,
    choice: form.querySelector("textarea")?.value ?? form.querySelector("input:checked")?.value,
    labelled: [...form.querySelectorAll("textarea, [role=radiogroup]")].every((each) =>
        each.ariaLabel || document.getElementById(each.getAttribute("aria-labelledby"))),
}))"""
ALL_SAY = """([cell, count]) => count ===
    [...cell.querySelectorAll("form [role=status]")].filter((each) => each.innerText).length"""


def wait_for_bets(page, one, count):
    page.wait_for_function(ALL_SAY, arg=[one.element_handle(), count])


def test_every_question_of_the_course_is_shown_and_bet_on_and_there_again(page, server, folder):
    (folder / ".lrcourse/progress.jsonl").unlink(missing_ok=True)
    open_and_run(page, server, "all.ipynb")
    for number, ids in enumerate(BY_LESSON):
        one = cell(page, number)
        one.locator("form").nth(len(ids) - 1).wait_for()
        one.evaluate(ANSWER_ALL)
        wait_for_bets(page, one, len(ids))
    command(page, "notebook:run-all-cells")
    for number, ids in enumerate(BY_LESSON):
        one = cell(page, number)
        wait_for_bets(page, one, len(ids))
        for id, stands in zip(ids, one.evaluate(WHAT_STANDS), strict=True):
            asked = question(id)
            bet = "I expect this." if asked.open else list(asked.choices)[1]
            assert stands["choice"] == bet and stands["labelled"], (id, stands)
            assert "90 % sure" in stands["text"] or asked.open, (id, stands)


NEXT_DAY = "notebooks/00_start_here.ipynb"


SHUT_DOWN = "window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"


SAVED = "!window.jupyterapp.shell.currentWidget.context.model.dirty"


def save_often(own, often):
    """Have JupyterLab save by itself every second, or after its two minutes."""
    place = own / "settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text('{"autosaveInterval": 1}' if often else "{}")


def as_delivered(folder, name):
    """Forget what was answered and saved, and return the notebook as a learner first meets it."""
    (folder / name).unlink()
    (folder / ".lrcourse/progress.jsonl").unlink(missing_ok=True)
    course_folder.deliver(folder)
    return nbformat.read(folder / name, 4)


@pytest.mark.parametrize("killed", [False, True], ids=["saved", "killed, saved by itself"])
def test_the_next_day_everything_stands_there_before_a_cell_has_run(
    killed, page, folder, own, settings, complaints
):
    notebook = as_delivered(folder, NEXT_DAY)
    asked = places(notebook, "predict")["00-ten"]
    explored = next(n for n, each in enumerate(notebook.cells) if "explore(" in each.source)
    save_often(own, killed)
    with lab(folder, own, settings) as server:
        open_and_run(page, server, NEXT_DAY)
        bet(cell(page, asked).locator("form"), choice=2, sure=70)
        cell(page, asked).get_by_text("Your bet: c, 70 % sure.").wait_for()
        if killed:
            run_cell(page, asked + 1)  # A bet alone does not make JupyterLab save by itself.
            page.evaluate(SHUT_DOWN)
            page.wait_for_function(SAVED)
        else:
            saved(page, folder, NEXT_DAY)
        page.goto("about:blank")
    complaints.clear()
    with lab(folder, own, settings) as server:
        page.goto(f"{server}/lab/workspaces/next/tree/{NEXT_DAY}?reset")
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.content?.widgets?.length")
        cell(page, asked).get_by_text("Your bet: c, 70 % sure.").wait_for()
        assert cell(page, asked).locator("input:checked").first.get_attribute("value") == "c"
        explorer = cell(page, explored)
        before = words_of(explorer)
        explorer.locator(".lrcourse-slider").first.press("ArrowRight")
        page.wait_for_function(
            "([status, before]) => status.textContent !== before",
            arg=[explorer.locator("[role=status]").element_handle(), before],
        )
        assert page.get_by_text("model not found").count() == 0
        wait_for_kernel(page)  # Questions are drawn anew when it comes.
        open_still = cell(page, places(notebook, "predict")["claim-00"])
        open_still.get_by_role("button", name="Show me without a bet").press("Enter")
        open_still.get_by_text("run this cell (Shift+Enter)").wait_for()
        page.goto("about:blank")
    complaints.clear()


def words_of(explorer):
    explorer.locator("canvas[role]").wait_for()
    return explorer.locator("[role=status]").inner_text()


def test_a_question_fits_400_pixels_and_can_be_read_in_both_themes(page, server, folder):
    # With widgets saved in it, JupyterLab may log "model not found" until it has read them.
    number = places(as_delivered(folder, NEXT_DAY), "predict")["claim-00"]
    page.set_viewport_size({"width": 400, "height": 900})
    open_notebook(page, server, NEXT_DAY)
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    run_cell(page, number)
    form = cell(page, number).locator("form")
    form.wait_for()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate(THEME, theme)
        assert form.evaluate(
            "form => form.scrollWidth <= form.clientWidth && form.clientWidth < 400"
        )
        assert form.evaluate(CONTRAST) > 4.5


THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
CONTRAST = """form => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((each) => (each / 255) ** 2.2);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const { color, backgroundColor } = getComputedStyle(form);
    const [low, high] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
    return high / low;
}"""
"""How far the words stand out from what is behind them."""


RESTART = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
"""Another test may have run the notebook in the same JupyterLab."""


def run_cell(page, number):
    """Run one cell alone, as a learner who goes to it does."""
    page.evaluate(
        "number => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = number; }",
        number,
    )
    command(page, "notebook:run-cell")


def test_a_cell_run_first_is_held_as_well_and_one_that_needs_others_says_which(
    page, server, folder, complaints
):
    notebook = as_delivered(folder, NEXT_DAY)
    open_notebook(page, server, NEXT_DAY)
    page.evaluate(RESTART)
    settled = places(notebook, "settle")["00-ten"]
    run_cell(page, settled - 1)
    page.get_by_text("Bet first on the question above").wait_for()
    run_cell(page, settled)
    cell(page, settled).get_by_role("button", name="Show me without a bet").click()
    cell(page, settled - 1).get_by_text("17,433,922,005").wait_for()
    run_cell(page, places(notebook, "settle")["00-double"] - 1)
    page.get_by_text("`picture` is made in the cell that begins").wait_for()
    complaints.clear()
