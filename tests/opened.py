"""All that can be read in a file, however it is packed."""

import base64
import gzip
import io
import re
import zipfile
from hashlib import sha256
from html import unescape

BLOB = re.compile(rb"[A-Za-z0-9+/]{64,}={0,2}")
"""What a script holds in base64."""
COMPILED = re.compile(rb"^..\r\n", re.DOTALL)
"""How Python's bytecode begins."""


def opened(name, data, known=frozenset()):
    """Yield the name and the bytes of a file, and of all in it that is zipped, gzipped or in
    base64; what has one of the ``known`` sha256 is left shut."""
    if sha256(data).hexdigest() in known:
        return
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for each in packed.namelist():
                yield from opened(f"{name}/{each}", packed.read(each), known)
    elif data.startswith(b"\x1f\x8b"):
        yield from opened(name.removesuffix(".gz"), gzip.decompress(data), known)
    else:
        for number, blob in enumerate(BLOB.findall(data)):
            if len(blob) % 4 == 0:
                yield from opened(f"{name}/{number}", base64.b64decode(blob), known)
        yield name, BLOB.sub(b"", data)


def readable(data):
    """The text in some bytes, without white space and with no sign in the words of HTML, JSON or a
    script."""
    text = unescape(data.decode("utf-8", "ignore"))
    for written, sign in {r"\n": "\n", r"\"": '"', r"\u0027": "'"}.items():
        text = text.replace(written, sign)
    return re.sub(r"\s", "", text)
