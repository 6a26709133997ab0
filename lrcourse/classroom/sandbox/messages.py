"""Messages on a socket: how the grader and a confined answer talk to each other.

A message is a JSON tree and the raw bytes of its arrays. Nothing that arrives is ever run: see
``decoding``. Pickle is not used anywhere.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from itertools import accumulate
from typing import Any

DEPTH = 24
"""Levels that a value may be nested."""
ITEMS = 200_000
"""Entries that one value may have, arrays counted as one."""
NUMBERS = 4_000_000
"""Numbers that the arrays of one value may have together: a check may make floats of them all, a
few times over, and eight bytes of one."""
DIGITS = 300
"""Digits of a whole number, to the base 16: Python refuses to write very long ones."""
KINDS = "biufc"
"""NumPy's kinds of numbers: the arrays that travel. Texts and objects travel as lists."""
TREE_BYTES = 8_000_000
ARRAY_BYTES = 64_000_000
"""Bytes that the arrays of one message may have together."""
COMPACT = json.JSONEncoder(separators=(",", ":"))
HEAD = struct.Struct("!II")


class Broken(Exception):
    """What arrived is no message, or one that goes beyond the limits; its sentence says which."""


def send(channel: socket.socket, tree: Any, blobs: list[bytes] = ()) -> None:
    """Send one message."""
    text = COMPACT.encode([tree, [len(blob) for blob in blobs]]).encode()
    total = sum(map(len, blobs))
    if len(text) > TREE_BYTES or total > ARRAY_BYTES:
        raise Broken("a message that is too long")
    channel.sendall(b"".join([HEAD.pack(len(text), total), text, *blobs]))


def receive(take: Callable[[int], bytes]) -> tuple[Any, list[bytes]]:
    """Read one message with ``take(n)``, which returns n bytes; raise ``Broken`` if it is none."""
    length, total = HEAD.unpack(take(HEAD.size))
    if length > TREE_BYTES or total > ARRAY_BYTES:
        raise Broken("a message that is too long")
    text, data = take(length), take(total)
    try:
        tree, lengths = json.loads(text.decode())
        if not all(type(n) is int and n >= 0 for n in lengths) or sum(lengths) != total:
            raise ValueError
        ends = [0, *accumulate(lengths)]
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise Broken("a message that is none") from None
    return tree, [data[a:b] for a, b in zip(ends[:-1], ends[1:], strict=True)]
