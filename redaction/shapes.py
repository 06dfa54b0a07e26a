"""Typed values that their shape alone gives away: IBANs, national numbers with letters, post codes, VINs."""

import re
from collections.abc import Callable
from typing import Final

from policies.entities import EntityType as E
from redaction import checksums
from redaction.scan import Scan
from redaction.spans import Found

_DIGIT: Final = re.compile(r"\d")


def _any(text: str) -> bool:
    return bool(text)


#: Each repetition is over one class and bounded, so that a scan is linear.
_SHAPES: Final[tuple[tuple[re.Pattern[str], E, Callable[[str], bool]], ...]] = (
    (re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?\b"), E.IBAN, _any),
    (re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"), E.NATIONAL_ID, _any),
    (re.compile(r"\b[XYZ]?-?\d{7,8}-?[TRWAGMYFPDXBNJZSQVHLCKE]\b"), E.NATIONAL_ID, _any),
    (re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b"), E.NATIONAL_ID, _any),
    (re.compile(r"\b[A-Z]{5}\d{4}[A-Z]\b"), E.NATIONAL_ID, _any),
    (re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b"), E.POSTCODE, _any),
    (re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b"), E.POSTCODE, _any),
    (
        re.compile(r"\b[A-HJ-NPR-Z0-9]{3}[A-HJ-NPR-Z0-9]{5}[0-9X][A-HJ-NPR-Z0-9]{2}\d{6}\b"),
        E.VEHICLE_ID,
        _any,
    ),
    (
        re.compile(
            r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?"
            r"[AC-HJKMNP-RT-Y]{2}\d{2}\b"
        ),
        E.HEALTH_ID,
        _any,
    ),
    (re.compile(r"\b\d{3}-\d{2}-\d{4}\b"), E.SSN, _any),
    (re.compile(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b"), E.NATIONAL_ID, _any),
    (re.compile(r"\b\d{2}-\d{3}(?= [A-ZŁŚŻ])"), E.POSTCODE, _any),
)


def find_shapes(scan: Scan) -> list[Found]:
    """What has one of the shapes in the text as it was typed."""
    text = scan.text
    if _DIGIT.search(text) is None:
        return []
    found = []
    for pattern, kind, valid in _SHAPES:
        for match in pattern.finditer(text):
            value = "".join(c for c in match.group() if c.isalnum())
            if valid(value):
                score = 0.97 if kind is not E.IBAN or checksums.mod97(value) else 0.92
                score = 0.85 if kind is E.POSTCODE else score
                found.append(Found(match.start(), match.end(), kind, score, value.casefold()))
    return found
