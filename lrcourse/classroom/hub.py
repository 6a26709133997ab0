"""A classroom server: JupyterHub's configuration, where it begins for a learner, and the drop box.

The hub starts each part of it as a process of its own: ``python -m lrcourse.classroom.hub server``
as the learner, ``python -m lrcourse.classroom.hub drop-box`` as the teacher.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from lrcourse import progress_store
from lrcourse.learner import course_folder
from lrcourse.learner.lab import START, jupyter_variables, settle, trust
from lrcourse.setup.environment import become

LARGEST = 50_000_000
"""Bytes that a submission may have."""
SERVICE = "lrcourse"
MAY_SUBMIT = f"access:services!service={SERVICE}"


def classroom(c: Any, drop: str | Path, port: int = 8790) -> None:
    """Make ``c``, the configuration of a hub, that of a class; what is handed in goes to ``drop``.

    The drop box listens on loopback at ``port``. Who may log in, and how servers are started, stays
    for the teacher to say.
    """
    python = [sys.executable, "-m", "lrcourse.classroom.hub"]
    address = f"http://127.0.0.1:{port}/services/{SERVICE}/"
    variables = {**jupyter_variables(), "LRCOURSE_SUBMIT": address}
    c.Spawner.cmd = [*python, "server"]
    c.Spawner.default_url = f"/lab/tree/{START}"
    c.Spawner.environment = variables
    c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", MAY_SUBMIT]
    c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", MAY_SUBMIT]}]
    box = {"name": SERVICE, "url": address.removesuffix(f"services/{SERVICE}/")}
    box |= {"command": [*python, "drop-box", str(Path(drop).absolute())], "display": False}
    c.JupyterHub.services = [{**box, "environment": jupyter_variables()}]


def serve_learner(arguments: list[str]) -> None:
    """Bring the learner's folder up to date, as the learner, and become the learner's server."""
    folder = settle(course_folder.default_folder())
    news = course_folder.deliver(folder)
    trust(folder, [*news.added, *news.updated])
    os.chdir(folder)
    become([sys.executable, "-m", "jupyterhub.singleuser", *arguments])


def keep(drop: Path, name: str, data: bytes, now: datetime) -> Path:
    """Keep what the user ``name`` handed in, whole or not at all, and return where.

    Raises ``ValueError`` where it is no zip.

    >>> import tempfile
    >>> box, whole = Path(tempfile.mkdtemp()), io.BytesIO()
    >>> zipfile.ZipFile(whole, "w").close()
    >>> keep(box, "../ada", whole.getvalue(), datetime(2026, 11, 22, 9, 30)).relative_to(box)
    PosixPath('%2E.%2Fada/20261122-093000-000000.zip')
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ValueError("what was sent is no zip")
    folder = quote(name, safe=" @")
    folder = f"%2E{folder[1:]}" if folder.startswith(".") else folder
    path = drop / folder / now.strftime("%Y%m%d-%H%M%S-%f.zip")
    progress_store.write_whole(path, data)
    return path


def box_for(drop: Path) -> type:
    """Return the request handler that keeps in ``drop`` what a user of the hub posts."""
    from jupyterhub.services.auth import HubAuthenticated
    from tornado.web import HTTPError, RequestHandler, authenticated

    class Box(HubAuthenticated, RequestHandler):
        def check_xsrf_cookie(self):
            """A token in the header is no cookie that another page could borrow."""

        @authenticated
        def post(self):
            now = datetime.now(UTC)
            try:
                path = keep(drop, self.current_user["name"], self.request.body, now)
            except ValueError as error:
                raise HTTPError(400, reason=str(error)) from None
            self.write(json.dumps({"received": f"received at {now:%Y-%m-%d %H:%M:%S} UTC"}))
            print(f"received {path.name} of {path.parent.name}", flush=True)

    return Box


def serve_drop_box(drop: Path) -> None:
    """Take what users hand in, until the hub ends this; only who runs it reads ``drop``."""
    from tornado.httpserver import HTTPServer
    from tornado.ioloop import IOLoop
    from tornado.web import Application

    drop.mkdir(parents=True, exist_ok=True)
    drop.chmod(0o700)
    here = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    server = HTTPServer(Application([(prefix, box_for(drop))]), max_buffer_size=LARGEST)
    server.listen(here.port, here.hostname)
    with suppress(KeyboardInterrupt):  # the hub's way to end it
        IOLoop.current().start()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["server", *arguments]:
            serve_learner(arguments)
        case ["drop-box", drop]:
            serve_drop_box(Path(drop))
        case _:
            sys.exit("The hub starts this itself: see lrcourse.classroom.hub.classroom.")
