"""Every lesson's printed text under the matrix kernels of three kinds of machine:
``python -m lrcourse.authoring.kernels [LESSON ...]``."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import nbformat

from lrcourse.authoring.building import named
from lrcourse.authoring.executing import ALIVE, surroundings
from lrcourse.setup.environment import CLONE

CORES = ("Nehalem", "Haswell", "SkylakeX")
"""OpenBLAS's kernels for x86-64 without AVX, with AVX2 and with AVX-512."""

ILLEGAL = (-signal.SIGILL, 0xC000001D)
"""How a process ends whose processor lacks the kernel it was given: OpenBLAS does not ask."""


def printed(path: Path) -> list[str]:
    """Run the code cells of a notebook in this process; return what each prints. What an explorer
    shows does not count: the pictures differ."""
    names: dict = {}
    texts = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            text = run(cell.source, names)
            texts.append("" if ALIVE in cell.metadata.get("tags", []) else text)
    return texts


def run(code: str, names: dict) -> str:
    """Run one cell as IPython would; return what it prints and the value it ends in.

    >>> run("lr = 0.1\\nprint(lr)\\n2 * lr", {})
    '0.1\\n0.2\\n'
    """
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, "<cell>", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
        if value is not None:
            print(repr(value))
    return out.getvalue()


def architecture() -> str:
    """Return the kernel that OpenBLAS chose in this process, "" where there is no OpenBLAS."""
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    found = [each.get("architecture") for each in threadpool_info()]
    return next(filter(None, found), "")


def start(core: str, paths: list[Path]) -> subprocess.Popen:
    """Start a process that prints, as JSON, which kernel it has and what the notebooks print."""
    environ = {**surroundings(CLONE, ""), "OPENBLAS_CORETYPE": core}
    command = [sys.executable, "-m", "lrcourse.authoring.kernels", "--child", *map(str, paths)]
    return subprocess.Popen(
        command,
        env={**environ, "MPLBACKEND": "agg"},
        cwd=CLONE / "notebooks",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def under(cores: tuple[str, ...], paths: list[Path]) -> dict[str, dict[str, list[str]]]:
    """Return ``{kernel: {notebook: texts}}`` for the kernels that took effect on this machine;
    those that its processor lacks are left out.

    Raises ``RuntimeError`` with its last words where a notebook does not run.
    """
    found = {}
    for core, process in [(core, start(core, paths)) for core in cores]:
        out, err = process.communicate()
        if process.returncode in ILLEGAL:
            continue
        if process.returncode:
            raise RuntimeError(f"Under {core}: {err.strip().splitlines()[-1]}")
        kernel, texts = json.loads(out)
        found[kernel] = texts
    return found


def differences(found: dict[str, dict[str, list[str]]]) -> list[str]:
    """Return a sentence for each cell that prints different text under different kernels.

    >>> differences({"Haswell": {"a": ["0.98"]}, "Nehalem": {"a": ["0.97"]}})
    ["a, code cell 1: Haswell printed '0.98', Nehalem printed '0.97'"]
    """
    (first, texts), *others = found.items()
    return [
        f"{name}, code cell {place}: {first} printed {ours!r}, {kernel} printed {theirs!r}"
        for kernel, other in others
        for name in texts
        for place, (ours, theirs) in enumerate(zip(texts[name], other[name], strict=True), 1)
        if ours != theirs
    ]


def answer_as_child(paths: list[str]) -> None:
    """Print the kernel and the texts of ``paths`` as JSON, for the process that asked."""
    texts = {Path(path).name: printed(Path(path)) for path in paths}
    json.dump([architecture(), texts], sys.stdout)


def main(arguments: list[str]) -> None:
    """Compare the lessons named, or all; exit with the differences if there are any."""
    if arguments[:1] == ["--child"]:
        answer_as_child(arguments[1:])
        return
    paths = [CLONE / f"notebooks/{lesson.stem}.ipynb" for lesson in named(arguments or None)]
    found = under(CORES, [path for path in paths if path.exists()])
    print(f"Kernels that took effect: {', '.join(found)}")
    if different := differences(found):
        sys.exit("\n".join(different))
    print(f"{len(paths)} lessons print the same text under all of them.")


if __name__ == "__main__":
    main(sys.argv[1:])
