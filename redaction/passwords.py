"""Find passwords and security answers that are words: what follows "my password is", up to what ends it."""

import re
from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.scan import Item, Scan
from redaction.spans import Found

_WORD: Final = re.compile(r"[^\s\x1e\x1f]{8,64}")
_MARKS: Final = frozenset("!#$%^&*")
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
    if not found:
        found += _by_shape(scan)
    if expected and not found:
        first = max((k for k, item in enumerate(scan.items) if item.kind == "turn"), default=-1) + 1
        one = _take(scan, _skip(scan, first)) if _answers(scan, first) else None
        if one is not None:
            found.append(one)
    return found


def _by_shape(scan: Scan) -> list[Found]:
    """`Pumpkin!Spice24`: letters, digits and a mark in one typed word."""
    found = []
    for match in _WORD.finditer(scan.text):
        word = match.group().rstrip(".,;:?!)")
        inner = set(word[1:-1])
        mixed = (
            any(c.isdigit() for c in word)
            and any(c.islower() for c in word)
            and any(c.isupper() for c in word)
        )
        if len(word) >= 8 and mixed and inner & _MARKS and not inner & set("@/<>[]()="):
            found.append(Found(match.start(), match.start() + len(word), E.PASSWORD, 0.7, word))
    return found


def _answers(scan: Scan, first: int) -> bool:
    """Whether the turn says the password and not something about it."""
    said = [item for item in scan.items[first:] if item.kind == "word"]
    plain = [
        item
        for item in said
        if item.low not in scan.lexicon.table.links and (item.low,) not in scan.lexicon.table.pauses
    ]
    return len(said) <= 4 or not (plain and plain[0].low in scan.lexicon.table.functions)


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
    if i < len(items) and items[i].kind == "filler":
        return _take(scan, _skip(scan, i))  # "my security word, uh, marmalade"
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
    whole = _phrase_with_number(scan, i)
    if whole is not None:
        return Found(
            items[i].start,
            items[whole].end,
            E.PASSWORD,
            0.8,
            "".join(one.low for one in items[i : whole + 1]),
        )
    words_taken = 0
    while last < len(items) and words_taken < _MAX_WORDS:
        if not _part(scan, items[last], first=last == i):
            behind = _past_pause(scan, last)
            if behind == last or not (items[behind].is_value or items[behind].kind == "spell"):
                break
            last = behind
        words_taken += items[last].kind != "punct"
        last += 1
    if last == i:
        return None
    value = "".join(item.low for item in items[i:last])
    return Found(items[i].start, items[last - 1].end, E.PASSWORD, 0.8, value)


def _phrase_with_number(scan: Scan, i: int) -> int | None:
    """The last item of "i love my cat seven": a few words and a number, and nothing else to the end."""
    k = i
    while k < len(scan.items) and scan.items[k].kind in ("word", "num", "code", "spell"):
        k += 1
    ends = k >= len(scan.items) or scan.items[k].text in ".!?" or scan.items[k].kind in ("turn", "join")
    return k - 1 if ends and 1 < k - i <= 7 and scan.items[k - 1].is_value else None


def _past_pause(scan: Scan, i: int) -> int:
    """Past a comma and hesitation: "blue bell, uh, nineteen seventy two"."""
    k = i
    while k < len(scan.items) - 1 and (scan.items[k].kind == "filler" or scan.items[k].text == ","):
        k += 1
    return k


def _part(scan: Scan, item: Item, *, first: bool) -> bool:
    if item.kind in ("word", "domain"):
        return first or item.low not in scan.lexicon.table.functions
    return item.kind in ("num", "code", "spell", "amount", "ordinal", "email") or (
        item.text in "!@#$%&*-_" and not first
    )
