"""Running a composed notebook so that two runs give the same bytes."""

from __future__ import annotations

import base64
import io
import os
import tempfile
from copy import deepcopy
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

from lrcourse.setup.environment import ONE_THREAD

LIMIT = 120
"""Seconds one cell may take: a lesson is held to fifteen."""

PNG = "image/png"
DRAWN = 8192
"""A drawing has some hundreds of colours, at most a few thousand; a photograph has many more."""
SHADES = [round(round(level / 255 * 36) * 255 / 36) for level in range(256)]
"""Of each colour a photograph keeps 37, black and white among them: a blur shows faint steps, where
256 colours in all would draw rings around a moon."""

ALIVE = "nbval-ignore-output"
"""The tag of cells whose output lives only in a kernel, such as explorers."""


class CellFailed(ValueError):
    """A cell did not run to its end; the sentence says which and why."""


def executed(composed: NotebookNode, root: Path) -> NotebookNode:
    """Return ``composed`` with its outputs, run in ``root / "notebooks"``.

    No clock times, no ids of widgets and no version of the language are kept. Raises
    ``CellFailed`` where a cell raises, takes too long or kills the kernel.
    """
    run, reached = deepcopy(composed), [0]
    with tempfile.TemporaryDirectory() as settings:
        client = NotebookClient(
            run,
            timeout=LIMIT,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
            on_cell_start=lambda cell, cell_index: reached.append(cell_index),
            resources={"metadata": {"path": str(root / "notebooks")}},
        )
        try:
            client.execute(env=surroundings(root, settings))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise CellFailed(what_failed(run.cells[reached[-1]], reached[-1], error)) from None
    run.metadata = deepcopy(composed.metadata)
    for cell in run.cells:
        if ALIVE in cell.metadata.get("tags", []):
            cell.outputs = []
        for output in cell.get("outputs", []):
            if png := output.get("data", {}).get(PNG):
                output.data[PNG] = lighter(png)
    return run


def lighter(png: str) -> str:
    """Return a picture, as Base64, so that with twice the pixels it weighs about as much as before:
    a drawing in at most 256 colours, a photograph, of more than ``DRAWN``, in fewer ``SHADES``."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    if image.getcolors(DRAWN):
        image = image.quantize(dither=Image.Dither.NONE)
    else:
        image = image.point(SHADES * 3)
    stored = io.BytesIO()
    image.save(stored, "PNG", optimize=True)
    return base64.b64encode(stored.getvalue()).decode()


def surroundings(root: Path, settings: str) -> dict[str, str]:
    """Return the kernel's environment: this clone first, nobody's IPython settings, no learner, the
    threads that a learner's kernel gets, and every result shown without a bet."""
    environ = {**os.environ, **ONE_THREAD, "IPYTHONDIR": settings, "PYTHONHASHSEED": "0"}
    environ["LRCOURSE_SHOW_RESULTS"] = "1"
    environ.pop("LRCOURSE_FOLDER", None)
    environ.pop("MPLBACKEND", None)  # a builder's own would leave the notebooks without pictures
    paths = [str(root), *filter(None, [environ.get("PYTHONPATH")])]
    return {**environ, "PYTHONPATH": os.pathsep.join(paths)}


def what_failed(cell: NotebookNode, place: int, error: Exception) -> str:
    """Say in one sentence which cell failed, and how."""
    begins = cell.source.strip().splitlines()[0]
    if isinstance(error, CellExecutionError):
        says = f"raises {error.ename}: {error.evalue}"
    elif isinstance(error, CellTimeoutError):
        says = f"was still running after {LIMIT} s"
    else:
        says = "ended the kernel"
    return f"cell {place + 1}, which begins `{begins}`, {says}"
