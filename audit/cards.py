"""Find what looks like a card number in a body: the last guard before sealing; it never excuses."""

import re
from typing import Any

_SEPARATORS = " \u00a0\u202f\u2010\u2011-"
_SUSPECT = re.compile(rf"\d(?:[{_SEPARATORS}]?\d){{12}}")
_RUN = re.compile(rf"\d(?:[{_SEPARATORS}]?\d)+")
_DIGITS = re.compile(r"\d+")
#: A digest or a UUID is not a place where people put numbers; one in 250 digests would be refused by chance.
_DIGEST = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9-]*[a-f])"
    r"(?:[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"(?![0-9A-Za-z])"
)


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def holds_card_number(encoded: bytes, value: Any) -> bool:
    """Whether VALUE, whose JSON is ENCODED, holds a run of 13 to 19 digits that may be a card number."""
    if _SUSPECT.search(encoded.decode("utf-8")) is None:
        return False
    return _walk(value)


def _walk(value: Any) -> bool:
    if isinstance(value, str):
        return _in_text(value)
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int):
        return 13 <= len(str(abs(value))) <= 19
    if isinstance(value, dict):
        return any(_in_text(key) or _walk(item) for key, item in value.items())
    return any(_walk(item) for item in value)


def _in_text(text: str) -> bool:
    for run in _RUN.finditer(_DIGEST.sub("~", text)):
        pieces = _DIGITS.findall(run[0])
        for digits in ("".join(pieces), *pieces):
            if 13 <= len(digits) <= 19 and luhn(digits):
                return True
    return False
