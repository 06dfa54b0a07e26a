"""Find passwords and security answers that are words: what follows "my password is", up to what ends it."""

from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.scan import Item, Scan
from redaction.spans import Found

_MAX_WORDS: Final = 4
_COPULAS: Final = words("is it's was : = es ist est è é to lautet sería será")
#: What a password is said to be without being told.
_STATES: Final = words(
    "not wrong incorrect expired locked too still the same invalid correct working blocked required needed reset "
    "changed being on in at what my your a an for always never case protected weak strong stored saved forgotten "
    "broken okay fine right there here gone unknown no yes please and that this nicht falsch incorrecta incorrecto "
    "errada sbagliata incorrect correcte niet verkeerd błędne złe"
)


def find_passwords(scan: Scan, *, expected: bool) -> list[Found]:
    """The words of passwords in SCAN, after their cue or as the answer to a question for one."""
    found = []
    for cue in scan.cues:
        if cue.kind == "PASSWORD":
            one = _after(scan, cue.next)
            if one is not None:
                found.append(one)
    if expected and not found:
        first = max((k for k, item in enumerate(scan.items) if item.kind == "turn"), default=-1) + 1
        one = _take(scan, _skip(scan, first))
        if one is not None:
            found.append(one)
    return found


def _skip(scan: Scan, i: int) -> int:
    links = scan.lexicon.table.links
    while i < len(scan.items) and (
        scan.items[i].kind in ("filler", "join", "turn")
        or scan.items[i].text in (",", '"', "'", "“")
        or scan.items[i].low in links
    ):
        i += 1
    return i


def _after(scan: Scan, i: int) -> Found | None:
    """The password behind a cue: a copula is needed, else the cue is only spoken about."""
    items = scan.items
    end = min(len(items), i + 6)
    for k in range(i, end):
        if items[k].low in _COPULAS:
            return _take(scan, _skip(scan, k + 1))
        if items[k].kind == "word" and items[k].low not in (
            "for",
            "of",
            "my",
            "the",
            "account",
            "online",
            "wifi",
        ):
            return None
    return None


def _take(scan: Scan, i: int) -> Found | None:
    items, last = scan.items, i
    if i >= len(items) or items[i].low in _STATES or items[i].kind in ("punct", "label"):
        return None
    while last < len(items) and last - i < _MAX_WORDS and _part(scan, items[last], first=last == i):
        last += 1
    if last == i:
        return None
    value = "".join(item.low for item in items[i:last])
    return Found(items[i].start, items[last - 1].end, E.PASSWORD, 0.8, value)


def _part(scan: Scan, item: Item, *, first: bool) -> bool:
    if item.kind in ("word", "domain"):
        return first or item.low not in scan.lexicon.table.functions
    return item.kind in ("num", "code", "spell", "amount", "ordinal", "email") or (
        item.text in "!@#$%&*-_" and not first
    )
