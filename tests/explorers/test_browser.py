"""Explorers in JupyterLab in a real browser: fitted, hidden, left by their kernel, and the two
that a kernel computes. That every slider answers is tried in the lessons, by ``learner``."""

import nbformat
import pytest
from browser import (
    CHROMIUM,
    explorer_in,
    lab,
    move_every_slider,
    open_and_run,
    shown,
    wait_for_other_pixels,
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a notebook for each of some explorers."""
    folder = tmp_path_factory.mktemp("course")
    write_notebook(folder / "one.ipynb", "step_on_the_parabola", "explore(step_on_the_parabola())")
    for name in ("edge_of_stability", "trainability_boundary"):
        write_notebook(folder / f"{name}.ipynb", name, f"{name}()")
    return folder


def write_notebook(path, explorer, call):
    cells = [nbformat.v4.new_code_cell(f"from lrcourse import explore, {explorer}\n{call}")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)


@pytest.fixture(scope="module")
def server(folder, tmp_path_factory):
    """The address of a JupyterLab in that folder."""
    with lab(folder, tmp_path_factory.mktemp("jupyter")) as address:
        yield address


def test_an_explorer_fits_a_narrow_window_and_stays_sharp(page, server):
    open_and_run(page, server, "one.ipynb")
    explorer = explorer_in(page, 0)
    page.set_viewport_size({"width": 480, "height": 900})
    page.wait_for_function(
        "canvas => canvas.clientWidth < 470 && canvas.width === Math.round(2 * canvas.clientWidth)",
        arg=explorer.locator("canvas").element_handle(),
    )


def test_an_explorer_lives_on_when_its_kernel_is_gone(page, server, complaints):
    open_and_run(page, server, "one.ipynb")
    explorer = explorer_in(page, 0)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function(
        "() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    )
    move_every_slider(page, explorer)
    assert all("Could not send widget sync message" in said for said in complaints), complaints
    complaints.clear()


def test_an_explorer_hidden_for_less_than_a_frame_keeps_its_picture(page, server):
    """JupyterLab does this to cells off screen when its theme changes: no resize is ever seen."""
    open_and_run(page, server, "one.ipynb")
    explorer = explorer_in(page, 0)
    before = shown(explorer)
    explorer.evaluate(
        "box => new Promise(done => {"
        "requestAnimationFrame(() => { box.style.display = 'none'; });"
        "window.dispatchEvent(new Event('resize'));"
        "requestAnimationFrame(() => { box.style.display = ''; done(); }); })"
    )
    assert shown(explorer) == before


def wait_for_words(page, explorer, pattern):
    """Wait until the words below the canvas match a pattern of JavaScript."""
    page.wait_for_function(
        "([status, pattern]) => new RegExp(pattern).test(status.textContent)",
        arg=[explorer.locator("[role=status]").element_handle(), pattern],
    )


HEIGHT_OF_THE_LINE = """canvas => {
    const [x, width] = [Math.round(0.92 * canvas.width), Math.round(0.05 * canvas.width)];
    const { data } = canvas.getContext("2d").getImageData(x, 0, width, canvas.height);
    const rows = [];
    for (let i = 0; i < data.length; i += 4)
        if (data[i] === 213 && data[i + 1] === 94 && data[i + 2] === 0) rows.push(i / 4 / width);
    return 1 - rows.reduce((sum, row) => sum + row, 0) / rows.length / canvas.height;
}"""
"""How far up the canvas red stands near the right edge: there only the line 2/lr is red."""


def test_a_rate_moved_in_mid_run_moves_the_line_and_the_run_goes_on(page, server):
    open_and_run(page, server, "edge_of_stability.ipynb")
    explorer = explorer_in(page, 0)
    canvas = explorer.locator("canvas")
    before, line = shown(explorer), canvas.evaluate(HEIGHT_OF_THE_LINE)
    explorer.get_by_role("button", name="Start").click()
    wait_for_words(page, explorer, "^Step .* line 2/lr is at 10\\.")
    assert shown(explorer)[0] != before[0]
    explorer.locator(".noUi-handle").press("ArrowRight")
    page.wait_for_function(
        f"([canvas, line]) => ({HEIGHT_OF_THE_LINE})(canvas) < line - 0.005",
        arg=[canvas.element_handle(), line],
    )
    wait_for_words(page, explorer, "^Step .* line 2/lr is at 9.\\d*\\.")
    explorer.get_by_role("button", name="Pause").click()
    explorer.get_by_role("button", name="Start").wait_for()
    explorer.get_by_role("button", name="Begin anew").click()
    wait_for_words(page, explorer, "^At the start")


def test_a_descent_that_nobody_looks_at_waits(page, server):
    """Its output is cleared, so the kernel has no reader; a cell that runs then finds it idle."""
    open_and_run(page, server, "edge_of_stability.ipynb")
    explorer = explorer_in(page, 0)
    explorer.get_by_role("button", name="Start").click()
    wait_for_words(page, explorer, "^Step")
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    explorer.wait_for(state="detached")
    frames = ask_kernel(page, NOT_YET_SEEN)
    assert int(frames) == 46


NOT_YET_SEEN = """
import asyncio
canvas = _.canvas
async with asyncio.timeout(60):
    while canvas.told is None or canvas.told.is_set():
        await asyncio.sleep(0.01)
print(canvas.scene["frame"] - canvas.seen)
"""


ASK_KERNEL = """code => new Promise((done, failed) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const request = kernel.requestExecute({ code });
    let said = "";
    request.onIOPub = ({ content }) => {
        if (content.text) said += content.text;
        if (content.evalue) failed(new Error(content.evalue));
    };
    request.done.then(() => done(said));
})"""


def ask_kernel(page, code):
    """Run a line or two in the notebook's kernel; return what it printed."""
    return page.evaluate(ASK_KERNEL, code)


def test_a_boundary_zooms_by_click_and_by_key_and_goes_back(page, server):
    open_and_run(page, server, "trainability_boundary.ipynb")
    explorer = explorer_in(page, 0)
    canvas = explorer.locator("canvas")
    wait_for_words(page, explorer, "second −1.5 to 2.0.*(blows up|comes down)")
    whole = shown(explorer)[0]
    box = canvas.bounding_box()
    canvas.click(position={"x": 0.3 * box["width"], "y": 0.5 * box["height"]})
    wait_for_words(page, explorer, "8 times as close")
    wait_for_other_pixels(page, canvas, whole)  # It glides there.
    near = shown(explorer)[1]
    canvas.press("ArrowUp")
    page.wait_for_function(
        "([status, near]) => status.textContent !== near",
        arg=[explorer.locator("[role=status]").element_handle(), near],
    )
    canvas.press("Enter")
    wait_for_words(page, explorer, " 64 times as close")
    canvas.press("Backspace")
    wait_for_words(page, explorer, " 8 times as close")
    explorer.get_by_role("button", name="Back").click()
    wait_for_words(page, explorer, "second −1.5 to 2.0")


def test_a_stopped_boundary_stays_as_far_as_it_is(page, server):
    open_and_run(page, server, "trainability_boundary.ipynb")
    explorer = explorer_in(page, 0)
    explorer.get_by_role("button", name="Stop").click()
    explorer.get_by_role("button", name="Stop", disabled=True).wait_for()
    assert "not computed yet" in shown(explorer)[1]
