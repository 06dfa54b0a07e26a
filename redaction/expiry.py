"""Find a month and year that only their cue makes an expiry: "the eighth of twenty eight"."""

from collections.abc import Sequence
from typing import Final

from redaction.dates import DateHit, full_year
from redaction.languages import words
from redaction.scan import Cue, Scan

_PASSED: Final = words(
    "the of in month year and slash dash am im des del de du di do da van w roku is it's it on at"
)
_FIRST_YEAR: Final = 2015
_LAST_YEAR: Final = 2045


def ordinal_months(scan: Scan, cues: Sequence[Cue]) -> list[DateHit]:
    """Behind a cue for an expiry, a month said as a place in the year, and its year."""
    items, n = scan.items, len(scan.items)
    hits: list[DateHit] = []
    for cue in cues:
        if cue.kind != "CARD_EXPIRY":
            continue
        k = _skip(scan, cue.next)
        if k >= n or items[k].kind != "ordinal":
            continue
        month = int("".join(c for c in items[k].text if c.isdigit()) or 0)
        later = _skip(scan, k + 1)
        if later >= n or items[later].kind != "num" or not 1 <= month <= 12:
            continue
        year = full_year(items[later].text)
        if year is not None and _FIRST_YEAR <= year <= _LAST_YEAR:
            hits.append(DateHit(k, later + 1, items[k].start, items[later].end, year, month, None))
    return hits


def _skip(scan: Scan, k: int) -> int:
    while k < len(scan.items) and (
        scan.items[k].kind == "filler" or scan.items[k].low in _PASSED or scan.items[k].text in ",-/:"
    ):
        k += 1
    return k
