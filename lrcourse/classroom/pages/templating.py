"""Pages and packs are templates: words stand in the rooms' ``templates``, facts come from Python,
and where a teacher has a changed template of the same name, that one is used.
"""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_eval_context,
)
from jinja2.exceptions import TemplateSyntaxError

from lrcourse.base import BadInput

ROOMS = sorted(Path(__file__).parents[1].glob("*/templates"))
"""Where our own templates stand; no two of them share a name."""
UNFRAMED = {"page.html.j2": "{% block main %}{% endblock %}"}
"""What stands for the frame of a page that goes into something else."""
MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
"""Where Markdown would take what follows for HTML."""


def originals() -> dict[str, bytes]:
    """Return our own templates by name, to be written out and changed."""
    found = {path.name: path.read_bytes() for room in ROOMS for path in sorted(room.iterdir())}
    return {name: found[name] for name in sorted(found) if name.endswith((".html.j2", ".md.j2"))}


def render(name: str, facts: Mapping, teachers: Path | None = None, framed: bool = True) -> str:
    """Return the template ``name`` filled with ``facts``; one in the folder ``teachers`` comes
    before ours. A page that is not ``framed`` is what stands in its ``main`` alone.

    Raises ``BadInput`` with its file and line where the template cannot be filled.
    """
    try:
        return _environment(teachers, framed).get_template(name).render(facts)
    except UnicodeDecodeError:
        raise BadInput(f"{teachers / name} is not UTF-8: save it as such") from None
    except Exception as error:
        if place := _place(error):
            raise BadInput(
                f"{place}: {str(error).partition(chr(10))[0]}. Mend it, or take the file away: "
                "then ours is used"
            ) from None
        raise


def usable(teachers: Path | None) -> Path | None:
    """Return a teacher's folder of templates, if there is one, after a look at each.

    Raises ``BadInput`` where none is of a name that we know, or one has an error of syntax.
    """
    if teachers is None:
        return None
    if not any((teachers / name).exists() for name in originals()):
        raise BadInput(
            f"no template is in {teachers}: `lrcourse templates DIR` writes them, and those that "
            "you do not change need not be there"
        )
    for path in sorted(teachers.glob("*.j2")):
        try:
            _environment(teachers).parse(path.read_text("utf-8"), filename=str(path))
        except UnicodeDecodeError:
            raise BadInput(f"{path} is not UTF-8: save it as such") from None
        except TemplateSyntaxError as error:
            raise BadInput(f"{path}, line {error.lineno}: {error.message}. Mend it") from None
    return teachers


def _place(error: Exception) -> str:
    """Return the file and the line of the template that raised, or ""."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [each for each in frames if each.filename.endswith(".j2")]
    return f"{lines[-1].filename}, line {lines[-1].lineno}" if lines else ""


@cache
def _environment(teachers: Path | None, framed: bool = True) -> Environment:
    files = FileSystemLoader([*([teachers] if teachers else []), *ROOMS])
    made = Environment(
        loader=files if framed else ChoiceLoader([DictLoader(UNFRAMED), files]),
        autoescape=lambda name: (name or "").endswith(".html.j2"),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters.update(plain=plain, cell=cell)
    return made


@pass_eval_context
def _shown(context, value: object) -> object:
    """Return a value as it may stand on a page: what cannot be shown is marked, and in Markdown
    nothing that was filled in is HTML."""
    if hasattr(value, "__html__") or not isinstance(value, str):
        return value
    return showable(value) if context.autoescape else MARKUP.sub("&lt;", showable(value))


def showable(text: str) -> str:
    """Return a text with a mark for each letter that cannot be shown.

    >>> showable("a\\0b")
    'a\ufffdb'
    """
    return "".join(
        each if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs", "Cn") else "\ufffd"
        for each in text
    )


def plain(text: str) -> str:
    """Return a text that is no Markdown, such as a name, so that Markdown shows it as it is.

    >>> plain("*a_b*, <b> & [c]")
    '\\\\*a_b\\\\*, &lt;b> & \\\\[c\\\\]'
    """
    marked = re.sub(r"([\\`*\[\]|~]|(?<!\w)_|_(?!\w))", r"\\\1", " ".join(text.split()))
    return re.sub(r"&(?=#?\w+;)", "&amp;", marked).replace("<", "&lt;")


def cell(text: object) -> str:
    """Return Markdown that fits into a cell of a table.

    >>> cell("0.1 | 0.2")
    '0.1 \\\\| 0.2'
    """
    return re.sub(r"(?<!\\)\|", r"\\|", str(text)).replace("\n", " ")
