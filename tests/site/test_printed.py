"""Lessons print in the browser's Python what is stored of them, but for the cells of one table."""

from runtime_here import runtime_and_node

from lrcourse.benchmarks.browser import EXCEPTIONS, printed
from lrcourse.checks.lesson import Lesson
from lrcourse.exercises import lessons

QUICK = (0, 1, 2)
"""Lessons that take seconds there; ``lrcourse bench browser`` runs all, for minutes."""


def test_quick_lessons_print_there_what_is_stored():
    chosen: list[Lesson] = [each for each in lessons() if each.number in QUICK]
    cells = [*printed(chosen, runtime_and_node())]
    other = {(each.lesson, each.id) for each in cells if each.stored != each.there}
    stems = {each.stem for each in chosen}
    assert other == {(stem, id) for stem, id in EXCEPTIONS if stem in stems}
    assert {each.lesson for each in cells} == stems and len(cells) > 30


def test_every_exception_is_a_cell_that_prints():
    there = {each.stem for each in lessons()}
    assert {stem for stem, _ in EXCEPTIONS} <= there and all(EXCEPTIONS.values())
