"""Canonical JSON under the limits of VAL1: one byte form per meaning, at write and at verify."""

import base64
import binascii
import hashlib  # noqa: TID251 - leaf and content hashes, SHA-256 only
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

import orjson

from audit.errors import EntryRefusedError, VerificationError

Json: TypeAlias = dict[str, Any]

MAX_INT = 2**53 - 1
MAX_LEVELS = 8
MAX_HEADER_BYTES = 4_096
MAX_BODY_BYTES = 65_536
MAX_LINE_BYTES = 131_072
MAX_FILE_BYTES = 256 * 1024 * 1024
PAD_BYTES = 64

_KEY = re.compile(r"[a-z0-9_]{1,32}")
_GOOD_KEYS: set[str] = set()
_MAX_REMEMBERED_KEYS = 4_096
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z")


def check_limits(value: object, *, level: int = 1) -> str | None:
    """Say which limit VALUE breaks, or None. Never quotes the value."""
    if isinstance(value, str):
        return "a string holds U+0000" if "\0" in value else None
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return None if -MAX_INT <= value <= MAX_INT else "an integer is beyond 2^53-1"
    if isinstance(value, dict | list | tuple):
        return _check_container(value, level)
    return "only strings, integers, booleans, null, arrays and objects are allowed"


def _check_container(value: dict[Any, Any] | list[Any] | tuple[Any, ...], level: int) -> str | None:
    if level > MAX_LEVELS:
        return "nesting is deeper than 8 levels"
    items: Any = value
    if isinstance(value, dict):
        if not (_GOOD_KEYS.issuperset(value) or all(map(_is_key, value))):
            return "a key is not of the form [a-z0-9_]{1,32}"
        items = value.values()
    for item in items:
        if type(item) is str:
            if "\0" in item:
                return "a string holds U+0000"
        elif type(item) is not int or not -MAX_INT <= item <= MAX_INT:
            broken = check_limits(item, level=level + 1)
            if broken is not None:
                return broken
    return None


def _is_key(key: object) -> bool:
    """Whether KEY has the form of one; remembers a few thousand, since the same ones come again and again."""
    if not isinstance(key, str) or _KEY.fullmatch(key) is None:
        return False
    if len(_GOOD_KEYS) < _MAX_REMEMBERED_KEYS:
        _GOOD_KEYS.add(str(key))
    return True


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of a value that keeps the limits; EntryRefusedError otherwise."""
    broken = check_limits(value)
    if broken is not None:
        raise EntryRefusedError(broken)
    return canonical_unchecked(value)


def canonical_unchecked(value: object) -> bytes:
    """As `canonical`, for values that were checked."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError):
        raise EntryRefusedError("a string is not valid UTF-8") from None


def parse_canonical(data: bytes) -> Json:
    """Read one JSON object that is its own canonical form; VerificationError otherwise."""
    try:
        value = orjson.loads(data)
    except (orjson.JSONDecodeError, RecursionError):
        raise VerificationError("not JSON") from None
    if not isinstance(value, dict):
        raise VerificationError("not a JSON object")
    broken = check_limits(value)
    if broken is not None:
        raise VerificationError(broken)
    try:
        again = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError):
        raise VerificationError("not canonical JSON") from None
    if again != data:
        raise VerificationError("not canonical JSON")
    return value


def padded(body: bytes) -> bytes:
    """Fill with spaces to a multiple of 64: the length of a body says little."""
    return body + b" " * (-len(body) % PAD_BYTES)


def unpadded(plaintext: bytes) -> bytes:
    """Undo `padded`; VerificationError if another padding was used."""
    body = plaintext.rstrip(b" ")
    if padded(body) != plaintext:
        raise VerificationError("the body is padded in another way")
    return body


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with exactly six fraction digits."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def is_timestamp(text: object) -> bool:
    """Whether TEXT has the one form of a time and names a real instant."""
    if not isinstance(text, str) or _TIME.fullmatch(text) is None:
        return False
    return _is_date(text[:10])


@lru_cache(maxsize=512)
def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def parse_timestamp(text: str) -> datetime:
    """The instant of a text for which `is_timestamp` holds."""
    return datetime.fromisoformat(text[:26]).replace(tzinfo=UTC)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def unb64(text: object) -> bytes:
    """Strict RFC 4648 section 4: padding, zero trailing bits, no other character."""
    if not isinstance(text, str):
        raise VerificationError("not base64")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise VerificationError("not base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise VerificationError("not canonical base64")
    return data


def running_sha256() -> "hashlib._Hash":
    """A SHA-256 that is fed piece by piece."""
    return hashlib.sha256()


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(header: bytes, content_hash: bytes) -> bytes:
    """The hash of one entry in the tree: its public header and the hash of its sealed body."""
    return hashlib.sha256(b"\x00VAL1" + len(header).to_bytes(4, "big") + header + content_hash).digest()
