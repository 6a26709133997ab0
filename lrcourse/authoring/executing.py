"""Running a composed notebook so that two runs give the same bytes."""

from __future__ import annotations

import os
import tempfile
from copy import deepcopy
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

LIMIT = 120
"""Seconds one cell may take: a lesson is held to fifteen."""

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
    return run


def surroundings(root: Path, settings: str) -> dict[str, str]:
    """Return the kernel's environment: this clone first, nobody's IPython settings, no learner."""
    environ = {**os.environ, "IPYTHONDIR": settings, "PYTHONHASHSEED": "0"}
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
