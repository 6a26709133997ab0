"""Messages that no honest child sends, one row each."""

from __future__ import annotations

from lrcourse.benchmarks.nuisances import answering

FORGED = {
    "no JSON": b"\xff\xfe nonsense",
    "no message": b"[]",
    "a number": b"17",
    "deep": b"[" * 5000 + b"]" * 5000,
    "negative lengths": b'[["value",1,null],[-1]]',
    "lengths that are none": b'[["value",1,null],[NaN]]',
    "lengths of 4,000 digits": b'[["value",1,null],[' + b"9" * 4000 + b"]]",
    "a number of 5,000 digits": b'[["value",' + b"9" * 5000 + b",null],[]]",
    "an array of objects": b'[["value",["a","O",0,[1],"C"],null],[0]]',
    "an array of void": b'[["value",["a","V8",0,[0],"C"],null],[0]]',
    "a dtype that is code": b'[["value",["a","(,)f8,f8",0,[0],"C"],null],[0]]',
    "an array of another shape": b'[["value",["a","<f8",0,[7],"C"],null],[0]]',
    "an array with no bytes of its own": b'[["value",["a","<f8",5,[1],"C"],null],[]]',
    "a shape below nothing": b'[["value",["a","<f8",0,[-1,0],"C"],null],[0]]',
    "a billion rows of nothing": b'[["value",["a","<f8",0,[1000000000,0],"C"],null],[0]]',
    "a handle never given out": b'[["value",["yours",99],null],[]]',
    "a token never given out": b'[["value",["token",99,"x"],null],[]]',
    "a handle that is a text": b'[["value",["mine","x","f",[]],null],[]]',
    "a call of nobody": b'[["call","eval",["l",[["l",["1"]],["d",[]]]]],[]]',
    "a call that is none": b'[["call"],[]]',
    "a call without inputs": b'[["call",0,5],[]]',
    "a call of a list": b'[["call",[],["l",[["l",[]],["l",[]]]]],[]]',
    "an answer that is none": b'[["value"],[]]',
    "an unknown kind": b'[["value",["pickle","gASV"],null],[]]',
    "memory at an address": (
        b'[["value",["o","x",[["__array_interface__",["d",[["data",["t",[4096,false]]],'
        b'["shape",["t",[1]]],["typestr","<f8"],["version",3]]]]]],null],[]]'
    ),
    "a list as a key": b'[["value",["d",[[["l",[]],1]]],null],[]]',
    "a generator that is none": b'[["value",["g",["d",[["state",5]]]],null],[]]',
    "a generator that stands still": (
        b'[["value",["g",["d",[["bit_generator","PCG64"],["state",["d",[["state",0],["inc",0]]]],'
        b'["has_uint32",0],["uinteger",0]]]],null],[]]'
    ),
    "numbers that all meet in one place of a dictionary": (
        b'[["value",["d",['
        + b",".join(b'[["i","0x%x"],0]' % (n * (2**61 - 1) + 7) for n in range(1, 20_000))
        + b"]],null],[]]"
    ),
    "no infinity": b'[["value",["f","eval"],null],[]]',
    "an odd exception": b'[["raised","UnicodeDecodeError","x","y"],[]]',
    "an exception of another's": b'[["raised","TimeUp","x","y"],[]]',
    "an exception that is none": b'[["raised",{},[],5],[]]',
    "too many entries": b'[["value",["l",[' + b"0," * 300_000 + b"0]],null],[]]",
}
"""What a message may hold instead -> its text."""


def sends(text: bytes) -> str:
    """Return a cell whose answer writes ``text`` to the grader as a message of its own."""
    return answering(
        f"import struct\ntext = {text!r}\n"
        "data = struct.pack('!II', len(text), 0) + text\n"
        "while data: data = data[os.write(3, data):]\nreturn -1234.5"
    )
