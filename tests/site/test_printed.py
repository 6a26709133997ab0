"""Lessons print in the browser's Python what is stored of them, but for the cells of one table."""

import ast

import pytest
from runtime_here import runtime_and_node

from lrcourse.benchmarks.browser import EXCEPTIONS, notebook, printed
from lrcourse.exercises import lessons
from lrcourse.site.writing import sources

QUICK = (0, 3)
"""Lessons that take seconds there; ``lrcourse bench browser`` runs all, for minutes."""


def test_quick_lessons_print_there_what_is_stored():
    chosen = [each for each in lessons() if each.number in QUICK]
    cells = [*printed(chosen, runtime_and_node())]
    other = {(each.lesson, each.id) for each in cells if each.stored != each.there}
    stems = {each.stem for each in chosen}
    assert other == {(stem, id) for stem, id in EXCEPTIONS if stem in stems}
    assert {each.lesson for each in cells} == stems and len(cells) > 10


def test_every_exception_is_a_cell_that_prints():
    there = {each.stem for each in lessons()}
    assert {stem for stem, _ in EXCEPTIONS} <= there and all(EXCEPTIONS.values())


def names(codes, context):
    """The names that some cells store, or load."""
    nodes = [node for code in codes for node in ast.walk(ast.parse(code))]
    return {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    }


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.stem)
def test_a_page_runs_every_cell_that_names_what_another_uses(lesson):
    run = [code for _, code in sources(notebook(lesson))]
    every = [cell.source for cell in notebook(lesson).cells if cell.cell_type == "code"]
    missing = names(every, ast.Store) - names(run, ast.Store)
    assert missing & names(run, ast.Load) == set()
