"""Find a security code that is said in pieces, with asides before and inside it, until all of its digits are there."""

from collections.abc import Callable, Sequence
from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.rules import CUED
from redaction.scan import Cue, Item, Scan
from redaction.spans import Found

#: Words of an aside before the first digit ("let me flip it over"), and between two of the code.
_ASIDE: Final = 14
_INSIDE: Final = 7
#: Cues that only say which card is meant, and do not end the slot.
_OF_CARD: Final = ("SECURITY_CODE", "CODE", "PAN", "CARD_EXPIRY")
_FOUR_DIGITS: Final = words("amex american")
_ECHO: Final = words("an another ein eine einen un una uno uma een")
#: A number in front of one of these is none of the code: "three little numbers".
_COUNTED: Final = words(
    "digit digits number numbers figure figures little small of sec second moment minute ziffern zahlen cifras "
    "números dígitos chiffres numéros cifre numeri cijfers cyfry"
)


class CodeFinder:
    """Follows the slot of a security code from each cue on."""

    def __init__(self, scan: Scan, cues: Sequence[Cue], *, asked: bool, open_end: bool) -> None:
        self._scan = scan
        self._items = scan.items
        self._cues = cues
        self._asked = asked
        self._open_end = open_end
        self._need = 4 if any(item.low in _FOUR_DIGITS for item in scan.items) else 3

    def find(self, apart: Callable[[int, Item], bool]) -> list[Found]:
        """The codes; APART tells values that are prices, times or dates and end the search."""
        starts = [cue.next for cue in self._cues if cue.kind == "SECURITY_CODE"]
        if self._asked:
            turns = [k for k, item in enumerate(self._items) if item.kind == "turn"]
            starts.append(turns[-1] + 1 if turns else 0)
        found: list[Found] = []
        for start in starts:
            one = self._from(start, apart)
            if one is not None:
                found.append(one)
        return found

    def _from(self, start: int, apart: Callable[[int, Item], bool]) -> Found | None:
        pieces: list[Item] = []
        value, aside = "", 0
        ends = {cue.first: cue for cue in self._cues if cue.first >= start}
        k, n = start, len(self._items)
        while k < n and len(value) < self._need and aside <= (_INSIDE if pieces else _ASIDE):
            item, cue = self._items[k], ends.get(k)
            if cue is not None and cue.kind in _OF_CARD:
                k = cue.next
                continue
            if cue is not None and cue.kind in CUED:
                break
            digits = self._digits(k, item)
            if digits is None or (not digits and item.is_value):
                aside += item.kind in ("word", "ordinal", "num")
                k += 1
                continue
            if apart(k, item) or item.kind in ("date", "time", "amount", "version"):
                break
            if digits:
                if len(item.text) > 4 + len(value) and not pieces and item.run is None:
                    break
                pieces.append(item)
                value += digits
                aside = 0
            k += 1
        size = len(value)
        if not pieces or (len(pieces) == 1 and size > self._need + 1):
            return None
        if size < 3 and not (self._open_end and self._ends_with(pieces[-1])):
            return None
        parts = tuple(
            (atom.start, atom.end) for item in pieces for atom in (item.run.atoms if item.run else ())
        )
        return Found(pieces[0].start, pieces[-1].end, E.SECURITY_CODE, 0.92, value, parts)

    def _digits(self, k: int, item: Item) -> str | None:
        """What an item gives to the code: nothing where a digit is only asked about, None for what is no number."""
        after = self._items[k + 1] if k + 1 < len(self._items) else None
        if after is not None and after.low in _COUNTED:
            return None
        units = self._scan.lexicon.table.units
        if item.kind == "word" and item.low in self._scan.lexicon.table.pronouns:
            lone = after is None or after.kind != "word"
            return units.get(item.low) if lone else None
        if item.kind != "num":
            return "" if item.kind in ("date", "time", "amount", "version") else None
        before = self._items[k - 1] if k else None
        if before is not None and before.low in (*_ECHO, "a") and item.run is not None:
            rest = item.run.atoms[1:]
            return "".join(atom.text for atom in rest)
        return item.text

    def _ends_with(self, last: Item) -> bool:
        """Whether only a few words follow the piece LAST, so that the code may go on in the next utterance."""
        rest = [item for item in self._items if item.start >= last.end and item.kind == "word"]
        return len(rest) <= _INSIDE
