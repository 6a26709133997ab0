"""A classroom server on loopback: two users get a folder each, once, hand in, and are graded."""

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from lrcourse import cli
from lrcourse.base import BadInput
from lrcourse.learner.handing_in import packed, submit
from lrcourse.setup.environment import CLONE

PROXY = os.environ.get("CONFIGURABLE_HTTP_PROXY") or shutil.which("configurable-http-proxy")
CONFIG = """
from lrcourse.classroom.hub import classroom

classroom(get_config(), drop={drop!r}, port={box})

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "secret of the class"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.args = {options!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{front}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.command = [{command!r}]
c.ConfigurableHTTPProxy.should_start = True
"""


def free_ports(count):
    """Ports of loopback that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture
def hub(tmp_path):
    """The address of a hub for a class, with its drop box and the users' homes."""
    pytest.importorskip("jupyterhub", reason="JupyterHub is missing: pip install -e '.[hub]'")
    if not PROXY:
        pytest.skip("the proxy is missing: npm install -g configurable-http-proxy")
    front, inner, proxy, box = free_ports(4)
    homes, drop = tmp_path / "homes", tmp_path / "drop"
    options = [] if os.geteuid() else ["--allow-root"]
    values = {
        "options": options,
        "front": front,
        "hub": inner,
        "proxy": proxy,
        "box": box,
        "command": PROXY,
    }
    config = CONFIG.format(homes=str(homes), drop=str(drop), **values)
    (tmp_path / "jupyterhub_config.py").write_text(config)
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(CLONE), "LRCOURSE_FOLDER": ""},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{front}"
        until(lambda: answers(f"{address}/hub/api/"), process, tmp_path / "log")
        yield address, homes, drop
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def answers(address):
    """Whether somebody answers there."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def until(fact, process, log):
    """Wait until something is so, or the hub has ended."""
    over = time.monotonic() + 90
    while not fact():
        assert process.poll() is None and time.monotonic() < over, log.read_text()[-3000:]
        time.sleep(0.2)


def log_in(address, name):
    """Log in as a learner does and open one's server; return the browser's session."""
    requests = pytest.importorskip("requests")
    session = requests.Session()
    page = session.get(f"{address}/hub/login")
    assert page.ok
    form = {"username": name, "password": "secret of the class", "_xsrf": session.cookies["_xsrf"]}
    assert session.post(f"{address}/hub/login?next=/hub/spawn", data=form).ok
    over = time.monotonic() + 90
    while "/lab" not in session.get(f"{address}/user/{name}/lab").url:
        assert time.monotonic() < over, "the server of a user did not come up"
        time.sleep(0.5)
    return session


def in_a_terminal(address, session, name, command):
    """Run a command where the learner's terminal would, with what the learner's server knows."""
    websocket = pytest.importorskip("websocket")
    home = f"{address}/user/{name}"
    headers = {"X-XSRFToken": session.cookies.get("_xsrf", path=f"/user/{name}/")}
    made = session.post(f"{home}/api/terminals", headers=headers)
    assert made.ok, made.text
    cookies = "; ".join(f"{each.name}={each.value}" for each in session.cookies)
    where = f"{home}/terminals/websocket/{made.json()['name']}".replace("http", "ws", 1)
    talk = websocket.create_connection(where, cookie=cookies, timeout=60)
    talk.send(json.dumps(["stdin", f"{command}; echo en''ded\r"]))
    seen = ""
    while "ended" not in seen:
        kind, *words = json.loads(talk.recv())
        seen += words[0] if kind == "stdout" else ""
    talk.close()
    return seen


def test_two_users_get_a_folder_each_once_hand_in_and_are_graded(hub, tmp_path):
    address, homes, drop = hub
    for name in ("ada", "bob"):
        session = log_in(address, name)
        own = homes / name / "lrcourse"
        assert (own / "notebooks" / "00_start_here.ipynb").exists()
        notebook = own / "exercises" / "00_exercises.ipynb"
        if name == "ada":
            shutil.copyfile(CLONE / "solutions" / "00_start_here.ipynb", notebook)
        mine = notebook.read_bytes()
        headers = {"X-XSRFToken": session.cookies.get("_xsrf", path="/hub/")}
        stopped = session.delete(f"{address}/hub/api/users/{name}/server", headers=headers)
        assert stopped.status_code in (202, 204), stopped.text
        session = log_in(address, name)
        assert notebook.read_bytes() == mine
        submit = f"{sys.executable} -m lrcourse submit"
        assert re.search(r"received at 2\d{3}-", in_a_terminal(address, session, name, submit))
    assert drop.stat().st_mode & 0o777 == 0o700
    assert sorted(path.parent.name for path in drop.rglob("*.zip")) == ["ada", "bob"]
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", str(drop), "--out", str(tmp_path / "out"), "--lessons", "00"])
    assert not ended.value.code
    lines = (tmp_path / "out" / "grades.csv").read_text().splitlines()
    assert lines[1:] == ["ada,,,,1,1,1,", "bob,,,,0,1,0,"]


def test_the_drop_box_takes_nothing_from_strangers(hub):
    address, _, drop = hub
    request = urllib.request.Request(f"{address}/services/lrcourse/", b"x", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)
    assert not list(drop.iterdir())


def test_submit_says_where_it_is_when_there_is_no_classroom_server(tmp_path, monkeypatch):
    monkeypatch.delenv("LRCOURSE_SUBMIT", raising=False)
    with pytest.raises(BadInput, match="this is no classroom server: hand in the notebooks in"):
        submit(Path(tmp_path))


def test_the_journal_is_handed_in_with_the_exercises(tmp_path):
    for name in ("exercises/00_exercises.ipynb", ".lrcourse/progress.jsonl"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("{}")
    names = zipfile.ZipFile(io.BytesIO(packed(tmp_path))).namelist()
    assert names == ["exercises/00_exercises.ipynb", "progress.jsonl"]


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"{}", b"5"])
def test_an_answer_that_is_no_receipt_is_never_taken_for_one(tmp_path, monkeypatch, answer):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/00.ipynb").write_text("{}")
    monkeypatch.setenv("LRCOURSE_SUBMIT", "http://127.0.0.1/box/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO(answer))
    with pytest.raises(BadInput, match="gave no receipt"):
        submit(tmp_path)
