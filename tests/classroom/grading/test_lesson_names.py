"""Lessons are named by number, and nonsense is refused in a sentence."""

import pytest

from lrcourse.base import BadInput
from lrcourse.classroom.grading.lesson_names import named_lessons
from lrcourse.exercises import lessons


def test_without_a_name_all_lessons_are_meant():
    assert named_lessons("") == lessons()


@pytest.mark.parametrize("which", ["01-03", "03,01,02", "01,01-03,03", " 01-02, 03 "])
def test_each_lesson_comes_once_and_in_the_order_of_the_course(which):
    assert [lesson.number for lesson in named_lessons(which)] == [1, 2, 3]


@pytest.mark.parametrize("which", ["one", "04-01", "01,", "-3", "1-2-3", "0-9999999999", "²"])
def test_what_names_no_lesson_is_said_with_an_example(which):
    with pytest.raises(BadInput, match="name lessons by number, as in 01-04 or 01,03; got"):
        named_lessons(which)


@pytest.mark.parametrize("which", ["97", "00-97", "97-98,00"])
def test_a_lesson_that_does_not_exist_is_said_with_those_that_do(which):
    with pytest.raises(BadInput, match="there is no lesson 97: they go from 00 to"):
        named_lessons(which)
