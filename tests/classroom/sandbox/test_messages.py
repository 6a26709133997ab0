"""What travels comes back as it was, and what is forged is refused with one exception."""

import json
import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays

from lrcourse.benchmarks.forgeries import FORGED
from lrcourse.classroom.sandbox.calls import Talk, rebuilt
from lrcourse.classroom.sandbox.decoding import decode
from lrcourse.classroom.sandbox.encoding import encode
from lrcourse.classroom.sandbox.far import Handles, Parts
from lrcourse.classroom.sandbox.messages import HEAD, Broken, receive, send

NUMBERS = st.one_of(
    arrays.integer_dtypes(),
    arrays.unsigned_integer_dtypes(),
    arrays.floating_dtypes(),
    arrays.complex_number_dtypes(),
    arrays.boolean_dtypes(),
)
SHAPES = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
ARRAYS = arrays.arrays(NUMBERS, SHAPES)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**300), 10**300), st.floats(), st.text(max_size=9)
)
VALUES = st.recursive(
    PLAIN | ARRAYS | ARRAYS.map(np.asfortranarray) | arrays.from_dtype(np.dtype(float)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.integers() | st.text(max_size=3), inner, max_size=4),
    ),
    max_leaves=12,
)


class Pipe:
    """Two ends in one process: what is sent is what there is to take."""

    def __init__(self, data=b""):
        self.data = data

    def sendall(self, data):
        self.data += data

    def take(self, count):
        taken, self.data = self.data[:count], self.data[count:]
        if len(taken) < count:
            raise EOFError
        return taken


def handles():
    return Handles(lambda number, name, parameters: print)


def there(value):
    """What ``value`` is on the other side."""
    pipe = Pipe()
    send(pipe, *encode(value, handles()))
    return decode(*receive(pipe.take), handles())


def same(a, b):
    """Whether two values have one type and one content, bit for bit where they are arrays."""
    if isinstance(a, np.ndarray | np.generic):
        alike = type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape
        return alike and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return [*a] == [*b] and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and (a == b or a != a)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value):
    assert same(value, there(value))


@given(ARRAYS)
def test_an_array_keeps_its_order_in_memory(array):
    for each in (array, np.asfortranarray(array), array.T):
        assert there(each).flags.f_contiguous == each.flags.f_contiguous


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(3)
    rng.random(7)
    assert there(rng).random() == rng.random()


def test_subclasses_arrive_as_what_they_are_made_from():
    class Liar(float):
        __eq__ = __le__ = lambda *_: True
        __hash__ = float.__hash__

    class Odd(np.ndarray):
        shape = (9,)

    assert type(there(Liar(2.0))) is float
    assert type(there(np.ones(3).view(Odd))) is np.ndarray
    assert there(np.array([1, "a", None], dtype=object)) == [1, "a", None]


def test_an_iterator_that_never_ends_is_cut():
    assert len(list(there(iter(int, 1)))) == 10_000


@pytest.mark.parametrize(
    "name", ["__array_interface__", "__deepcopy__", "mean", "shape", "a b", ""]
)
def test_a_part_has_no_name_that_python_or_numpy_would_ask_for(name):
    with pytest.raises(Broken):
        decode(["o", "x", [[name, 1]]], [], handles())


def test_an_object_with_a_loss_can_be_asked_for_it():
    class Bowl:
        def loss(self, w):
            return w

    assert isinstance(there(Bowl()), Parts) and there(Bowl()).loss is print


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_message_is_broken_or_plain(forged):
    text = FORGED[forged]
    talk = Talk(lambda *_: None, lambda: receive(pipe.take))
    pipe = Pipe(HEAD.pack(len(text), 0) + text)
    with pytest.raises(Exception) as raised:
        talk.call("f", (), {})
    raises = text.startswith(b'[["raised"')
    assert raises or isinstance(raised.value, Broken | EOFError), raised.value


WORDS = st.sampled_from([*"antdlifgo", "it", "mine", "yours", "token", "thing", "<f8", "C"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=20,
)


@given(JSON, st.lists(st.binary(max_size=16), max_size=3))
def test_any_tree_is_a_value_or_broken(tree, blobs):
    with suppress(Broken):
        decode(tree, blobs, handles())


def mutated(data, changes):
    """``data`` with some bytes changed, put in or taken out."""
    data = bytearray(data)
    for place, byte, how in changes:
        place %= max(len(data), 1)
        data[place : place + (how != "in")] = b"" if how == "out" else bytes([byte])
    return bytes(data)


CHANGES = st.tuples(
    st.integers(0, 10**6), st.integers(0, 255), st.sampled_from(["in", "out", "as"])
)


@given(VALUES, st.lists(CHANGES, max_size=4), st.booleans())
def test_a_message_with_other_bytes_is_a_value_or_broken(value, changes, keep_the_head):
    pipe = Pipe()
    send(pipe, *encode(value, handles()))
    head, body = (pipe.data[:8], pipe.data[8:]) if keep_the_head else (b"", pipe.data)
    pipe = Pipe(head + mutated(body, changes))
    with suppress(Broken, EOFError):
        decode(*receive(pipe.take), handles())


def test_a_message_beyond_the_limits_is_not_even_read():
    for head in [(8_000_001, 0), (2, 64_000_001), (2**32 - 1, 2**32 - 1)]:
        with pytest.raises(Broken):
            receive(Pipe(struct.pack("!II", *head)).take)


def test_lengths_that_do_not_add_up_are_broken():
    for lengths in ([5], [-1, 1], [True], ["0"], {"0": 0}, None, 0, [1e300]):
        text = json.dumps([None, lengths]).encode()
        with pytest.raises(Broken):
            receive(Pipe(HEAD.pack(len(text), 0) + text).take)


@pytest.mark.parametrize("error", [KeyError("a"), ValueError("b"), OSError("c"), IndexError()])
def test_an_exception_says_the_same_on_the_other_side(error):
    copy = rebuilt(type(error).__name__, str(error), "line")
    assert isinstance(copy, type(error)) and str(copy) == str(error)
    assert type(copy).__name__ == type(error).__name__
