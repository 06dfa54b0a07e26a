"""Step 3: one line of `entries.ndjson`, strictly: one byte form, every pattern, and what it hashes to."""

from base64 import b64decode
from dataclasses import dataclass

import orjson

from audit.encoding import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    MAX_LINE_BYTES,
    PAD_BYTES,
    Json,
    leaf_hash,
    parse_canonical,
    sha256,
    unb64,
)
from audit.errors import VerificationError
from audit.header import HEX64, check_header

_SEALED = {"c", "i", "p"}
_PRUNED = {"ch", "i", "p"}
_OVERHEAD_BYTES = 28


@dataclass(slots=True)
class Line:
    """One exported leaf."""

    index: int
    header: Json
    p: bytes
    #: The sealed body, or None where it was pruned.
    c: bytes | None
    lh: bytes


def parse_line(raw: bytes, size: int) -> Line:
    """Read a line with its newline; VerificationError names what is wrong with it."""
    if len(raw) > MAX_LINE_BYTES or not raw.endswith(b"\n"):
        raise VerificationError("a line is longer than 131072 bytes, or has no newline")
    value = parse_canonical(raw[:-1])
    index, text = value.get("i"), value.get("p")
    if type(index) is not int or not 0 <= index < size or not isinstance(text, str):
        raise VerificationError("a line has no header, or its index is not in the tree")
    p = text.encode("utf-8")
    if len(p) > MAX_HEADER_BYTES:
        raise VerificationError("a header is longer than 4096 bytes")
    keys = value.keys()
    c: bytes | None = None
    if keys == _SEALED:
        c = unb64(value["c"])
        sealed = len(c) - _OVERHEAD_BYTES
        if sealed % PAD_BYTES or not 0 < sealed <= MAX_BODY_BYTES:
            raise VerificationError("a sealed body has another length")
        ch = sha256(c)
    elif keys == _PRUNED and isinstance(value["ch"], str) and HEX64.fullmatch(value["ch"]):
        ch = bytes.fromhex(value["ch"])
    else:
        raise VerificationError("a line has other members than c or ch, i and p")
    header = parse_canonical(p)
    check_header(header)
    return Line(index, header, p, c, leaf_hash(p, ch))


def parse_again(raw: bytes) -> tuple[tuple[str, int], bytes, bytes | None]:
    """Place, header and sealed body of a line that `parse_line` has accepted before."""
    value = orjson.loads(raw)
    header = orjson.loads(value["p"])
    sealed = value.get("c")
    body = None if sealed is None else b64decode(sealed)
    return (header["call"], header["seg"]), value["p"].encode("utf-8"), body
