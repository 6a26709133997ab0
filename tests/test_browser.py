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
]
LESSONS = [
    path
    for path in sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
    if "explore(" in path.read_text(encoding="utf-8")
]
PATIENCE = 120_000
"""Milliseconds until a condition that never comes true counts as broken."""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with one notebook that holds every explorer, and copies of the lessons."""
    folder = tmp_path_factory.mktemp("course")
    cells = [
        nbformat.v4.new_code_cell(
            f"from lrcourse import explore, {name}\nexplore({name}())"
        )
        for name in EXPLORERS
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "all.ipynb")
    for lesson in LESSONS:
        shutil.copy(lesson, folder)
    return folder


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
    """Open a notebook in JupyterLab, run all of it, and wait until the kernel is idle again."""
    page.goto(f"{server}/lab/tree/{name}")
    page.wait_for_function(
        "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def explorers_on(page):
    """Every explorer: a box that holds sliders and a canvas."""
    return page.locator(".widget-vbox", has=page.locator("canvas[role=img]"))


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


def wait_for_pictures(page, count):
    page.wait_for_function(
        "count => [...document.querySelectorAll('canvas[role=img]')].filter(canvas => canvas.width"
        " > 300 && canvas.nextElementSibling.textContent).length === count",
        arg=count,
    )


def test_every_slider_of_every_explorer_answers_to_the_arrow_keys(page, server):
    open_and_run(page, server, "all.ipynb")
    wait_for_pictures(page, len(EXPLORERS))
    for number in range(len(EXPLORERS)):
        explorer = explorers_on(page).nth(number)
        for slider in range(explorer.locator(".noUi-handle").count()):
            press_and_see(page, explorer, slider, "ArrowRight")
            press_and_see(page, explorer, slider, "ArrowLeft")


def test_an_explorer_fits_a_narrow_window_and_stays_sharp(page, server):
    open_and_run(page, server, "all.ipynb")
    wait_for_pictures(page, len(EXPLORERS))
    page.set_viewport_size({"width": 480, "height": 900})
    canvas = page.locator("canvas[role=img]").first
    page.wait_for_function(
        "canvas => canvas.clientWidth < 470 && canvas.width === Math.round(2 * canvas.clientWidth)",
        arg=canvas.element_handle(),
    )


def test_an_explorer_lives_on_when_its_kernel_is_gone(page, server, complaints):
    open_and_run(page, server, "all.ipynb")
    wait_for_pictures(page, len(EXPLORERS))
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function(
        "() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    )
    press_and_see(page, explorers_on(page).first, 1, "ArrowRight")
    assert all("Could not send widget sync message" in said for said in complaints), complaints
    complaints.clear()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_explorers_of_a_lesson_move(lesson, page, server):
    cells = nbformat.read(lesson, as_version=4).cells
    count = sum("explore(" in cell.source for cell in cells if cell.cell_type == "code")
    open_and_run(page, server, lesson.name)
    wait_for_pictures(page, count)
    for number in range(count):
        explorer = explorers_on(page).nth(number)
        for slider in range(explorer.locator(".noUi-handle").count()):
            press_and_see(page, explorer, slider, "ArrowRight")
