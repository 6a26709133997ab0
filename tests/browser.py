"""JupyterLab in Debian's Chromium, for tests that look at a notebook as a learner does; nothing may
talk to another host."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlparse

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
"""Where Debian's Chromium is; None where it is not installed."""
PATIENCE = 60_000
"""Milliseconds until a condition that never comes true counts as broken."""
OFTEN = 100
"""Milliseconds from one look at a kernel to the next: a look at every repaint asks for repaints."""
CONTROLS = ".lrcourse-slider, .lrcourse-names :checked"
"""Sliders, and the one that is chosen of names that stand side by side."""


@contextmanager
def lab(folder, own, variables=()):
    """Give the address of a JupyterLab in ``folder`` which keeps its settings in ``own``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = {f"JUPYTER_{kind}_DIR": str(own / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    quiet = own / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True, exist_ok=True)
    (quiet / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    places["JUPYTERLAB_SETTINGS_DIR"] = str(own / "settings")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "jupyterlab", "--no-browser", "--allow-root",
         "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
         "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True",
         f"--ServerApp.root_dir={folder}"],
        env={**os.environ, **places, **dict(variables)},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    said = []
    threading.Thread(target=lambda: said.extend(process.stderr), daemon=True).start()
    try:
        assert _takes_connections(process, port), "".join(said)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()  # One that is told to end may wait for a kernel that ends just now.
        process.wait(PATIENCE / 1000)


def _takes_connections(process, port):
    """Wait for a server to listen. It says that it "is running at" its port long before it does."""
    late = time.monotonic() + PATIENCE / 1000
    while process.poll() is None and time.monotonic() < late:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def browser():
    """Chromium, headless."""
    from playwright.sync_api import sync_playwright

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
    with guarded(browser, complaints) as page:
        yield page
    assert complaints == []


@contextmanager
def guarded(browser, complaints):
    """Give a page that is refused other hosts; what it does wrong joins the complaints."""
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


def open_notebook(page, server, name):
    """Open a notebook in a JupyterLab that shows nothing else, and wait for its kernel."""
    page.goto(f"{server}/lab/workspaces/{Path(name).stem}/tree/{name}?reset")
    wait_for_kernel(page)


def wait_for_kernel(page):
    """Wait until the kernel of the open notebook is there and has nothing to do."""
    page.wait_for_function(
        "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'",
        polling=OFTEN,
    )


def command(page, name):
    """Run a command of JupyterLab to its end."""
    page.evaluate(
        "name => { window.ended = false; window.jupyterapp.commands.execute(name)"
        ".then(() => { window.ended = true; }); }",
        name,
    )
    page.wait_for_function("window.ended", timeout=5 * PATIENCE, polling=OFTEN)


def open_and_run(page, server, name):
    """Open a notebook and run all of its cells."""
    open_notebook(page, server, name)
    command(page, "notebook:run-all-cells")


def cell(page, number):
    """Scroll to the cell of that number and return it."""
    page.evaluate(
        "cell => { window.jupyterapp.shell.currentWidget.content.scrollToItem(cell, 'start'); }",
        number,
    )
    return page.locator(f"[data-windowed-list-index='{number}']")


def explorer_in(page, number):
    """Scroll to the cell of that number and wait until its explorer has drawn something."""
    explorer = cell(page, number).locator(".jp-OutputArea-child").first
    page.wait_for_function(
        "canvas => canvas.width > 300 && canvas.nextElementSibling.textContent",
        arg=explorer.locator("canvas[role]").element_handle(),
    )
    return explorer


PIXELS = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const pixels = new Uint32Array(data.buffer);
    let mark = width;
    for (let i = 0; i < pixels.length; i++) mark = Math.imul(mark ^ pixels[i], 16777619);
    return mark;
}"""
"""A number that every pixel of a canvas has a part in: a PNG of it takes twenty times as long."""


def pixels_of(canvas):
    """Return a number that is another one when the canvas shows something else."""
    return canvas.evaluate(PIXELS)


def wait_for_other_pixels(page, canvas, before):
    """Wait until the canvas shows something else than it did."""
    page.wait_for_function(
        f"([canvas, before]) => ({PIXELS})(canvas) !== before",
        arg=[canvas.element_handle(), before],
    )


def shown(explorer):
    """Return the canvas's pixels, as a number, and the words below it."""
    return pixels_of(explorer.locator("canvas")), explorer.locator("[role=status]").inner_text()


def readout(explorer, slider):
    """Return the value a slider shows beside itself."""
    return (
        explorer.locator(CONTROLS)
        .nth(slider)
        .evaluate("shown => shown.getAttribute('aria-valuetext') ?? shown.parentNode.textContent")
    )


def press_and_see(page, explorer, slider, key):
    """Press an arrow key on a slider and wait until the canvas shows something else."""
    before, value = shown(explorer), readout(explorer, slider)
    handle = explorer.locator(CONTROLS).nth(slider)
    handle.focus()
    handle.press(key)
    wait_for_other_pixels(page, explorer.locator("canvas"), before[0])
    after = shown(explorer)
    assert after[1] != before[1], f"the words stayed: {after[1]}"
    assert readout(explorer, slider) != value


def move_every_slider(page, explorer):
    """Move each slider by one arrow key to and fro; picture, words and readout must follow."""
    for slider in range(explorer.locator(CONTROLS).count()):
        press_and_see(page, explorer, slider, "ArrowRight")
        press_and_see(page, explorer, slider, "ArrowLeft")
