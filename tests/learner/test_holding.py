"""What a kernel keeps back of the cells that belong to a question, and what it shows at once."""

import os
from functools import partial

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lrcourse.exercises import question
from lrcourse.learner.lab import jupyter_variables

CELLS = {
    "makes": "from lrcourse import picture",
    "asks": 'predict("00-ten")',
    "prints": 'print("17,433"); "the value 17,434"',
    "warns": 'import sys; print("17,435", file=sys.stderr)',
    "closes": "import ipywidgets as w; bar = w.IntProgress(); display(bar); bar.close()",
    "fails": 'raise ValueError("17,436")',
    "lacks": "picture",
    "settles": 'settle("00-ten")',
    "draws": 'print("17,437")',
    "follows": "## The next section",
    "goes_on": 'print("free")',
}


@pytest.fixture
def run(tmp_path):
    """Run a cell as JupyterLab does; ``run(name)`` gives all that is shown and filled in."""
    kinds = {"follows": new_markdown_cell}
    cells = [kinds.get(id, new_code_cell)(code, id=id) for id, code in CELLS.items()]
    (tmp_path / ".lrcourse").mkdir()
    nbformat.write(new_notebook(cells=cells), tmp_path / "some.ipynb")
    own = {"LRCOURSE_FOLDER": str(tmp_path), "LRCOURSE_SHOW_RESULTS": ""}
    own |= {"JPY_SESSION_NAME": str(tmp_path / "some.ipynb")}
    manager, client = start_new_kernel(env={**os.environ, **jupyter_variables(), **own})
    yield partial(shown_by, client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def shown_by(client, name, code=None):
    content = {"code": code or CELLS[name], "silent": False, "store_history": True}
    message = client.session.msg("execute_request", content, metadata={"cellId": name})
    client.shell_channel.send(message)
    found = []
    while True:
        heard = client.get_iopub_msg(timeout=60)
        if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if heard["content"].get("execution_state") == "idle":
            return "\n".join(found)
        if heard["msg_type"] not in ("status", "execute_input"):
            found.append(str(heard["content"]))


def test_what_belongs_to_a_question_waits_for_the_answer(run):
    run("asks")
    for name in ("prints", "warns", "closes", "fails", "settles", "draws"):
        told = run(name)
        assert "Bet first" in told and "17,43" not in told, told
        assert ("ValueError" in told) == (name == "fails")
    told = run("lacks")
    assert "name 'picture' is not defined" in told and "`picture` is made in the cell" in told
    assert "free" in run("goes_on")
    filled_in = run("bets", 'predict("00-ten", "c", sure=50); settle("00-ten")')
    for number in ("17,433", "17,434", "17,435", "17,436", "17,437"):
        assert number in filled_in
    assert "IntProgress" not in filled_in  # It is gone, and its view would be broken.
    assert question("00-ten").because[:40] in filled_in and "17,437" in run("draws")
