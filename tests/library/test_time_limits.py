"""A block ends when its time is over, whoever rings: the system, another thread, or in a browser,
where there is neither, a look at the clock."""

import itertools
import sys
import time
from contextlib import suppress

import pytest

from lrcourse import time_limits
from lrcourse.time_limits import TimeUp

LOOKS = pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="Python 3.12 calls us back")


@pytest.fixture(
    params=[
        time_limits._by_signal,
        time_limits._from_outside,
        pytest.param(time_limits._by_looking, marks=LOOKS),
    ],
    ids=["by signal", "from outside", "by looking"],
)
def limit(request):
    return request.param


def loops():
    while True:
        pass


def loops_on_one_line():
    while True: pass  # fmt: skip # noqa: E701


def counts_in_a_list():
    return [number for number in itertools.count() if number < 0]


def sums_what_a_generator_gives():
    return sum(0 for _ in itertools.count())


def has_c_call_it():
    return sum(map(lambda number: 0, itertools.count()))


def swallows_every_error():
    while True:
        with suppress(Exception):
            sum(range(100))


ENDLESS = [loops, loops_on_one_line, counts_in_a_list, sums_what_a_generator_gives, has_c_call_it]


@pytest.mark.parametrize("endless", [*ENDLESS, swallows_every_error])
def test_what_does_not_end_is_ended(limit, endless):
    with pytest.raises(TimeUp), limit(0.05):
        endless()


def test_a_block_ends_where_it_stands_too(limit):
    with pytest.raises(TimeUp), limit(0.05):
        while True:
            pass


def test_who_swallows_the_end_once_meets_it_again(limit):
    met = []

    def swallows():
        while True:
            try:
                while True:
                    sum(range(100))
            except TimeUp:
                met.append(TimeUp)
                if len(met) == 3:
                    raise

    with pytest.raises(TimeUp), limit(0.05):
        swallows()
    assert len(met) == 3


def test_what_ends_in_time_hears_nothing_afterwards(limit):
    with limit(0.05):
        found = sum(range(10))
    until = time.monotonic() + 0.15
    while time.monotonic() < until:
        found += 1
    assert found > 45


@LOOKS
def test_a_limit_within_a_limit_gives_way_to_it(monkeypatch):
    monkeypatch.setattr(time_limits, "IN_A_BROWSER", True)
    with pytest.raises(TimeUp), time_limits.time_limit(0.2):
        with pytest.raises(TimeUp), time_limits.time_limit(0.05):
            loops()
        loops()
    assert sys.monitoring.get_tool(time_limits.TOOL) is None
