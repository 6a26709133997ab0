"""Which system calls an answer's process is refused is written twice: in the table, and here by the
numbers of Linux's headers (asm/unistd_64.h for x86_64, asm-generic/unistd.h for aarch64)."""

import json
from pathlib import Path

import pytest

from lrcourse.classroom.sandbox import system_calls

FROZEN = json.loads(Path(__file__).with_name("system_calls.json").read_text("utf-8"))


@pytest.mark.parametrize("table", FROZEN)
def test_every_call_that_no_answer_may_make_is_known_by_the_kernels_own_number(table):
    ours = {name: list(numbers) for name, numbers in getattr(system_calls, table).items()}
    assert ours == FROZEN[table]
