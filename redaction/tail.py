"""Whether the tail of what was heard may still grow into something: it is then held back."""

from collections.abc import Callable

from policies.entities import EntityType
from redaction.lexicon import Lexicon
from redaction.net import NetFinder
from redaction.people import NameFinder
from redaction.scan import Item, Scan
from redaction.tokens import JOIN, TURN, tokenize

#: How a text is read; one that was just read may be given back.
Reader = Callable[[str, Lexicon], Scan]

_VALUE_KINDS = ("num", "code", "spell", "ordinal", "date")
_SKIP = ("filler", "punct", "join")


def _tail_start(text: str) -> int:
    """Where the last 400 characters begin, at a word."""
    if len(text) <= 400:
        return 0
    blank = text.find(" ", len(text) - 400)
    return blank + 1 if blank >= 0 else len(text) - 400


def _last(scan: Scan) -> tuple[int, Item | None]:
    for index in range(len(scan.items) - 1, -1, -1):
        if scan.items[index].kind not in _SKIP:
            return index, scan.items[index]
    return -1, None


def is_open(text: str, lexicon: Lexicon, expected: tuple[EntityType, ...], read: Reader = Scan) -> bool:
    """Whether TEXT ends in a number, a spelling, a date, a name, an address of the net, or right after a cue."""
    text = text[_tail_start(text) :]
    scan = read(text, lexicon)
    index, last = _last(scan)
    if last is None:
        return False
    t = lexicon.table
    if last.kind in _VALUE_KINDS:
        return True
    low = last.low
    if low in t.pronouns or low in t.units or low in t.repeats or low in t.months or low in t.marks:
        return True
    if low in t.at or low in t.dot or low in t.spelling or (last.kind == "word" and len(low) == 1):
        return True
    ends_in_cue = any(cue.next >= index and cue.next <= len(scan.items) for cue in scan.cues)
    if ends_in_cue or (lexicon.gaps.at(scan.tokens, last.token) is not None and _value_before(scan, index)):
        return True
    cue = scan.cues[-1] if scan.cues else None
    if cue is not None and cue.kind == "EMAIL" and index - cue.next < 16:
        after = scan.items[cue.next].start if cue.next < len(scan.items) else len(text)
        return not any(hit.type is EntityType.EMAIL and hit.end > after for hit in NetFinder(scan).find())
    if any(name.end == last.end for name in NameFinder(scan, expected=EntityType.PERSON in expected).find()):
        return True
    links = (
        all(i.low in t.links or i.kind in _SKIP for i in scan.items[cue.next :]) if cue is not None else False
    )
    return links or EntityType.EMAIL in expected


def _value_before(scan: Scan, index: int) -> bool:
    """Whether a value stands just before the words that end the text: "four one five and then"."""
    for k in range(index - 1, max(-1, index - 6), -1):
        if scan.items[k].kind in ("num", "code", "spell"):
            return True
        if scan.items[k].kind == "turn":
            return False
    return False


def open_digits(text: str, lexicon: Lexicon, read: Reader = Scan) -> int:
    """How many characters the value has that TEXT ends in; 0 if it ends in none."""
    start = max(0, len(text) - 1_600)
    scan = read(text[start:].strip(JOIN + TURN), lexicon)
    index, last = _last(scan)
    if last is None or index < 0:
        return 0
    if last.kind in ("num", "code"):
        return len(last.text)
    if last.low in lexicon.table.units:
        return 1
    for k in range(index, max(-1, index - 9), -1):
        item = scan.items[k]
        if item.kind in ("num", "code"):
            return len(item.text) if _only_hesitation(scan, item.next) else 0
    return 0


def _only_hesitation(scan: Scan, token: int) -> bool:
    """Whether nothing but pauses, fillers and corrections stand from TOKEN to the end."""
    tokens = scan.tokens
    while token < len(tokens):
        if tokens[token].kind in ("punct", "join", "turn") or tokens[token].low in scan.lexicon.table.repeats:
            token += 1
            continue
        said = scan.lexicon.gaps.at(tokens, token)
        if said is None:
            return False
        token = said[1]
    return True


def has_numerals(text: str, lexicon: Lexicon) -> bool:
    """Whether TEXT has a digit or a number word."""
    t = lexicon.table
    return any(
        token.kind == "number" or token.low in t.units or token.low in t.closed or token.low in t.tens
        for token in tokenize(text)
    )
