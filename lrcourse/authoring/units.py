"""A unit's module read as text: its story, its answer, and the answer blanked.

What a learner is given stands in the module before the solution, under a line ``# given``:

    # given
    def softmax(scores):
        ...

Imports that the copied code uses come along; NumPy is imported at the top of every notebook.
What a learner can do with a solved answer stands in a constant ``afterwards``: the code of one
more cell.
"""

from __future__ import annotations

import ast
import re
from inspect import cleandoc

SIZE = re.compile(r"^( *)# solution: (.+)\n", re.MULTILINE)
"""The mark in a solution: its size in words. What follows in the function is the answer."""


def story(text: str) -> str:
    """Return the docstring that opens the module: what the learner reads.

    >>> story("'''A ball that remembers.'''")
    'A ball that remembers.'
    """
    return cleandoc(ast.get_docstring(ast.parse(text)) or "")


def answer(text: str) -> str:
    """Return the code of the answer as a learner would write it, the mark left out."""
    return SIZE.sub("", marked(text))


def blank(text: str) -> str:
    """Return the code of the answer with what follows the mark left to the learner.

    Raises ``ValueError`` if the solution does not have exactly one mark.

    >>> print(blank('''@exercise.solution
    ... def double(w):
    ...     # solution: one line
    ...     return 2 * w
    ... '''))
    def double(w):
        # your code: one line
        raise NotImplementedError("double is not written yet (one line)")
    """
    code = marked(text)
    if len(SIZE.findall(code)) != 1:
        raise ValueError("A solution needs one line such as `# solution: two lines` before it.")
    name = solution(ast.parse(text)).name
    mark = SIZE.search(code)
    indent, size = mark.groups()
    unwritten = f'{indent}raise NotImplementedError("{name} is not written yet ({size})")'
    return f"{code[: mark.start()]}{indent}# your code: {size}\n{unwritten}"


def afterwards(text: str) -> str:
    """Return the code that puts the answer to use, "" if the module has none.

    >>> afterwards("afterwards = 'explore(focus_the_camera(gd_step))'")
    'explore(focus_the_camera(gd_step))'
    """
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "afterwards":
            return cleandoc(ast.literal_eval(node.value))
    return ""


def marked(text: str) -> str:
    """Return what is copied from a module: imports it uses, what is given, the solution."""
    tree, lines = ast.parse(text), text.splitlines()
    given = [node for node in tree.body if lines[node.lineno - 2].strip() == "# given"]
    copied = [*given, solution(tree)]
    pieces = [lines_of(node, text) for node in copied]
    return "\n\n\n".join(filter(None, [imports(tree, copied), *pieces]))


def code_of(text: str, name: str) -> str:
    """Return the code of the function ``name`` of the module, without its decorators."""
    found = [node for node in ast.parse(text).body if getattr(node, "name", None) == name]
    return lines_of(found[-1], text)


def lines_of(node: ast.stmt, text: str) -> str:
    """Return the lines of a statement, those of its decorators left out."""
    return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


def solution(tree: ast.Module) -> ast.FunctionDef:
    """Return the function that is decorated with ``@exercise.solution``, or raise ``ValueError``.

    >>> solution(ast.parse("x = 1"))
    Traceback (most recent call last):
    ValueError: No function is decorated with @exercise.solution.
    """
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(each) == "exercise.solution" for each in node.decorator_list
        ):
            return node
    raise ValueError("No function is decorated with @exercise.solution.")


def imports(tree: ast.Module, copied: list[ast.stmt]) -> str:
    """Return the imports of the module, ``np`` excepted, that the copied statements use."""
    used = {n.id for node in copied for n in ast.walk(node) if isinstance(n, ast.Name)} - {"np"}
    kept = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [each for each in node.names if (each.asname or each.name) in used]
            kept += [ast.unparse(node)] if node.names else []
    return "\n".join(kept)
