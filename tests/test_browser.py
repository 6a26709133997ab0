"""The explorers in a real browser: JupyterLab runs a notebook, arrow keys move the sliders, and
pixels and words change. Nothing here may talk to another host."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlparse

import nbformat
import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
EXPLORERS = [
    "focus_the_camera",
    "step_on_the_parabola",
    "cliff",
    "three_units",
    "accuracy_against_rate",
    "noise_cloud",
    "range_test_and_run",
    "schedule_editor",
    "cycles_above_the_loss",
    "chosen_rates",
    "arrow_finds_the_steepest",
    "trials_on_the_curve",
    "momentum_map",
    "turning_valley",
]
LESSONS = [
    path
    for path in sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
    if "explore(" in path.read_text(encoding="utf-8")
]
PATIENCE = 60_000
"""Milliseconds until a condition that never comes true counts as broken."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a notebook of every explorer, one of a single explorer, and the lessons."""
    folder = tmp_path_factory.mktemp("course")
    write_notebook(folder / "all.ipynb", EXPLORERS)
    write_notebook(folder / "one.ipynb", ["step_on_the_parabola"])
    for lesson in LESSONS:
        shutil.copy(lesson, folder)
    return folder


def write_notebook(path, explorers):
    cells = [
        nbformat.v4.new_code_cell(f"from lrcourse import explore, {name}\nexplore({name}())")
        for name in explorers
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)


@pytest.fixture(scope="module")
def server(folder, tmp_path_factory):
    """The address of a JupyterLab of its own, which ends with the tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = tmp_path_factory.mktemp("jupyter")
    places = {f"JUPYTER_{kind}_DIR": str(own / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    quiet = own / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    places["JUPYTERLAB_SETTINGS_DIR"] = str(own / "settings")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
         f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
         "--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={folder}"],
        env=os.environ | places | {"LRCOURSE_HOME": str(own / "learner")},
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    said, ready = [], threading.Event()
    threading.Thread(target=_listen, args=(process, said, ready), daemon=True).start()
    assert ready.wait(PATIENCE / 1000) and process.poll() is None, "".join(said)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def _listen(process, said, ready):
    """Read all the server says, so that it never waits for a reader, and notice its address."""
    for line in process.stderr:
        said.append(line)
        if "is running at" in line:
            ready.set()
    ready.set()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update",
                  "--disable-sync"],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    """What a page did wrong: it asked for another host, or logged an error."""
    return []


@pytest.fixture
def page(browser, complaints):
    """A page that is refused other hosts; no complaint may be left when the test is over."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, device_scale_factor=2)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def guard(route):
        if urlparse(route.request.url).hostname in ("127.0.0.1", None):
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    context.route("**/*", guard)
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


def open_and_run(page, server, name):
    """Open a notebook in a JupyterLab that shows nothing else, and run all of its cells."""
    page.goto(f"{server}/lab/workspaces/{Path(name).stem}/tree/{name}?reset")
    page.wait_for_function(
        "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'"
    )
    page.evaluate(
        "() => { window.jupyterapp.commands.execute('notebook:run-all-cells')"
        ".then(() => { window.everything_ran = true; }); }"
    )
    page.wait_for_function("window.everything_ran")


def explorer_in(page, cell):
    """Scroll to the cell of that number and wait until its explorer has drawn something."""
    page.evaluate(
        "cell => { window.jupyterapp.shell.currentWidget.content.scrollToItem(cell, 'start'); }",
        cell,
    )
    explorer = page.locator(f"[data-windowed-list-index='{cell}'] .widget-vbox")
    page.wait_for_function(
        "canvas => canvas.width > 300 && canvas.nextElementSibling.textContent",
        arg=explorer.locator("canvas[role=img]").element_handle(),
    )
    return explorer


def cells_with_explorers(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    return [
        number
        for number, cell in enumerate(cells)
        if cell.cell_type == "code" and "explore(" in cell.source
    ]


def shown(explorer):
    """Return the canvas's pixels and the words below it."""
    pixels = explorer.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    return pixels, explorer.locator("[role=status]").inner_text()


def readout(explorer, slider):
    """Return the value a slider shows beside itself."""
    return explorer.locator(".widget-readout").nth(slider).inner_text()


def press_and_see(page, explorer, slider, key):
    """Press an arrow key on a slider and wait until the canvas shows something else."""
    before, value = shown(explorer), readout(explorer, slider)
    handle = explorer.locator(".noUi-handle").nth(slider)
    handle.focus()
    handle.press(key)
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before",
        arg=[explorer.locator("canvas").element_handle(), before[0]],
    )
    after = shown(explorer)
    assert after[1] != before[1], f"the words stayed: {after[1]}"
    assert readout(explorer, slider) != value


def move_every_slider(page, explorer):
    for slider in range(explorer.locator(".noUi-handle").count()):
        press_and_see(page, explorer, slider, "ArrowRight")
        press_and_see(page, explorer, slider, "ArrowLeft")


def test_every_slider_of_every_explorer_answers_to_the_arrow_keys(page, server):
    open_and_run(page, server, "all.ipynb")
    for cell in range(len(EXPLORERS)):
        move_every_slider(page, explorer_in(page, cell))


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


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_explorers_of_a_lesson_move(lesson, page, server):
    open_and_run(page, server, lesson.name)
    for cell in cells_with_explorers(lesson):
        move_every_slider(page, explorer_in(page, cell))


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
