"""Repaints and milliseconds from a key on a slider, or a move of the pointer, to new pixels; the
repaint in which the move arrives counts as one. No test, because no test measures time. Run
`PYTHONPATH=tests python tests/explorers/measure_frames.py`."""

import statistics

from browser import CHROMIUM
from playwright.sync_api import sync_playwright
from static_page import page_of
from test_contract import EXPLORERS, made
from test_touch import handle_and_target, place_of, put

from lrcourse.explorers.widget import explore

MOVES = 20
WATCH = """() => {
    const canvas = document.querySelector("canvas"), context = canvas.getContext("2d");
    const hash = () => {
        const seen = new Uint32Array(
            context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        let sum = 0;
        for (let i = 0; i < seen.length; i += 3) sum = (31 * sum + seen[i]) | 0;
        return sum;
    };
    window.seen = [];
    let frame = 0, asked = null, pixels = hash();
    for (const kind of ["input", "pointermove"])
        window.addEventListener(kind, () => { asked ??= [frame, performance.now()]; }, true);
    const watch = () => {
        frame++;
        const now = hash();
        if (now !== pixels && asked) {
            window.seen.push([frame - asked[0], performance.now() - asked[1]]);
            asked = null;
        }
        if (asked && frame - asked[0] > 10) asked = null; // a move within one frame of the explorer
        pixels = now;
        requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
}"""


def moved_by_keys(page, name):
    """Move the first slider to and fro by its arrow keys."""
    slider = page.locator(".lrcourse-slider").first
    slider.focus()
    for move in range(MOVES):
        page.keyboard.press("ArrowRight" if move // 5 % 2 == 0 else "ArrowLeft")
        page.wait_for_timeout(60)


def moved_by_pointer(page, name):
    """Drag the handle to and fro."""
    mark, start, target = handle_and_target(name)
    put(page, start)
    ends = [place_of(page, name, mark, frame) for frame in (start, target)]
    page.mouse.move(*ends[0])
    page.mouse.down()
    for move in range(MOVES):
        page.mouse.move(*ends[(move + 1) % 2])
        page.wait_for_timeout(60)
    page.mouse.up()


def main():
    """Print a row for each explorer and input."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        print(f"{'':26}{'input':9}{'moves':>6}{'frames':>8}{'worst':>7}{'ms':>6}{'worst':>7}")
        for name, row in EXPLORERS.items():
            page = browser.new_page(viewport={"width": 900, "height": 1400})
            page.set_content(page_of(explore(made(name))))
            page.wait_for_function("window.ready && document.querySelector('canvas').layout")
            page.evaluate(WATCH)
            ways = {"slider": moved_by_keys} | (
                {"pointer": moved_by_pointer} if row[1] == "handle" else {}
            )
            for way, move in ways.items():
                page.evaluate("() => { window.seen = []; }")
                move(page, name)
                frames, times = zip(*page.evaluate("window.seen"), strict=True)
                print(
                    f"{name:26}{way:9}{len(frames):6}{statistics.median(frames):8.0f}"
                    f"{max(frames):7}{statistics.median(times):6.0f}{max(times):7.0f}"
                )
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
