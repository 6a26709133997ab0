"""What a learner hands in on a classroom server: the exercises as they stand, and the journal, from
which the class report counts bets, in one zip."""

from __future__ import annotations

import io
import json
import os
import urllib.error
import urllib.request
import zipfile
from http.client import HTTPException
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.progress_store import journal


def packed(folder: Path) -> bytes:
    """Return a zip of the exercise notebooks in a learner's folder, and of the journal if there is
    one; raise ``BadInput`` if there are no notebooks."""
    notebooks = sorted((folder / "exercises").glob("*.ipynb"))
    if not notebooks:
        raise BadInput(f"there is no notebook in {folder / 'exercises'}: name your --folder")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for path in notebooks:
            file.write(path, f"exercises/{path.name}")
        if (notes := journal(folder)).exists():
            file.write(notes, notes.name)
    return whole.getvalue()


def submit(folder: Path) -> str:
    """Hand the exercises in on the classroom server that we are on; return what it says.

    Raises ``BadInput`` where this is no classroom server, or it does not take them.
    """
    address, token = os.environ.get("LRCOURSE_SUBMIT"), os.environ.get("JUPYTERHUB_API_TOKEN")
    if not address or not token:
        raise BadInput(
            "this is no classroom server: hand in the notebooks in "
            f"{folder / 'exercises'} the way your teacher says"
        )
    request = urllib.request.Request(
        address, packed(folder), {"Authorization": f"token {token}"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(json.load(answer)["received"])
    except urllib.error.HTTPError as error:
        raise BadInput(
            f"the classroom server did not take it: {error.code} {error.reason}"
        ) from None
    except (OSError, HTTPException) as error:
        raise BadInput(f"the classroom server does not answer: {error}; try again") from None
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            f"what answers at {address} gave no receipt: tell your teacher, nothing is known to be "
            "handed in"
        ) from None
