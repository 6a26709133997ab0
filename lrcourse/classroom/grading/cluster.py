"""More than one machine: a Dask cluster that runs the same function as this machine's processes."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import lrcourse
from lrcourse.base import BadInput
from lrcourse.classroom.sandbox.walls import NoWalls

PATIENCE = 30
"""Seconds that a scheduler may take to answer, and the first worker to join it."""
HERE = threading.local()
"""Each of a worker's threads has a process of its own."""
START = "from lrcourse.classroom.grading.cluster import obey; obey()"


class Cluster(Executor):
    """The executor of a Dask scheduler, as in ``tcp://host:8786``."""

    def __init__(self, address: str):
        """Join the scheduler; raise ``BadInput`` where there is none, or nobody works for it."""
        try:
            from distributed import Client
        except ImportError:
            raise BadInput(
                "--executor needs Dask: install it with `pip install -e '.[dask]'` in the clone"
            ) from None
        try:
            self.client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise BadInput(f"no Dask scheduler answers at {address}: {error}") from None
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            self.client.close()
            raise BadInput(
                f"no worker has joined {address}: start some with `dask worker {address}`"
            ) from None
        self.pool = self.client.get_executor(pure=False)

    def submit(self, function: Callable, *args: Any) -> Future:
        """Let a worker of this version of the course call ``function``."""
        return self.pool.submit(apart, edition(), function, *args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on; what was not finished is cancelled unless we wait."""
        self.pool.shutdown(wait=wait and not cancel_futures)
        self.client.close()

    def threads(self) -> int:
        """Return how many notebooks the cluster grades at a time."""
        return sum(self.client.nthreads().values())


@cache
def edition() -> str:
    """Return what stands for all that decides a grade here: the course's code, Python, NumPy."""
    python = ".".join(map(str, sys.version_info[:2]))
    digest = hashlib.sha256(f"Python {python} NumPy {np.__version__}".encode())
    package = Path(lrcourse.__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return f"{lrcourse.__version__}, {digest.hexdigest()[:12]}"


def apart(wanted: str, function: Callable, *args: Any) -> Any:
    """Call ``function`` in this thread's own process, if the course here is the one ``wanted``.

    A process of its own, because an alarm that ends an answer is heard safely only in the main
    thread, and Dask calls functions in another. It ends with the worker, however that ends.
    """
    if edition() != wanted:
        raise BadInput(
            f"a worker has another lrcourse ({edition()}) than this machine ({wanted}): "
            "install the same version of it, of Python and of NumPy everywhere"
        )
    process = getattr(HERE, "process", None)
    if process is None:
        command = [sys.executable, "-c", START]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        HERE.process = process
    try:
        pickle.dump((function, args), process.stdin)
        process.stdin.flush()
        error, value = pickle.load(process.stdout)
    except (OSError, EOFError):
        del HERE.process
        raise BrokenExecutor("the process that graded on a worker ended") from None
    if error is not None:
        raise error
    return value


def obey() -> None:
    """Call what comes in, as ``apart`` sends it, until nothing comes any more."""
    calls, answers, sys.stdout = sys.stdin.buffer, sys.stdout.buffer, sys.stderr
    while True:
        try:
            function, args = pickle.load(calls)
        except EOFError:
            return
        try:
            answer = None, function(*args)
        except NoWalls as error:
            answer = BadInput(f"On a worker: {error}"), None
        except Exception as error:
            answer = error, None
        pickle.dump(answer, answers)
        answers.flush()
