"""Find street addresses, with their city, region and post code, in items, typed or said."""

import re
from typing import Final

from policies.entities import EntityType as E

from redaction.scan import Item, Scan
from redaction.spans import Found

_DIRECTIONS: Final = frozenset("north south east west northeast northwest southeast southwest n s e w ne nw se sw".split())
_POSTCODE: Final = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}|[a-z]\d[a-z]\d[a-z]\d|\d{4}[a-z]{2}|\d{5}(?:\d{4})?")
_MAX_STREET_WORDS: Final = 4


class PlaceFinder:
    """Reads the addresses of one scan: house number, street, unit; then city, region and post code."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._items = scan.items
        self._t = scan.lexicon.table
        self._n = len(scan.items)
        self._regions = {cue.first: cue.next for cue in scan.find_phrases(scan.lexicon.regions)}

    def find(self) -> list[Found]:
        found: list[Found] = []
        after_cue = {cue.next for cue in self._scan.find_phrases(self._scan.lexicon.address_cues)}
        i = 0
        while i < self._n:
            end = self._street(i) if self._begins_house(i) else None
            if end is None and i in after_cue:
                i = self._skip(i)
                end = self._cued(i)
            if end is None:
                i += 1
                continue
            unit = self._unit(end)
            found.append(self._found(i, unit, E.STREET_ADDRESS))
            rest, i = self._city(unit)
            found += rest
        return found

    def _found(self, first: int, nxt: int, kind: E) -> Found:
        text = " ".join(
            item.text if item.kind == "num" else item.low for item in self._items[first:nxt] if item.kind != "punct"
        )
        return Found(self._items[first].start, self._items[nxt - 1].end, kind, 0.8, text)

    def _skip(self, i: int) -> int:
        while i < self._n and (self._items[i].kind in ("filler", "join") or self._items[i].text in ",:"):
            i += 1
        return i

    def _begins_house(self, i: int) -> bool:
        item = self._items[i]
        return (item.kind == "num" and len(item.text) <= 6) or (item.kind == "code" and 2 <= len(item.text) <= 6) or (
            item.kind == "ordinal" and i + 1 < self._n and self._items[i + 1].low in self._t.street_after
        )

    def _street(self, i: int) -> int | None:
        """Past "12 north maple grove street", if that is what begins at item I."""
        j, words = i + 1, 0
        if self._items[i].kind == "ordinal":
            return i + 2
        while j < self._n and words <= _MAX_STREET_WORDS + 1:
            item = self._items[j]
            if item.kind == "filler" or item.kind == "join" or (item.text == "." and words and self._items[j - 1].low in _DIRECTIONS):
                j += 1
                continue
            if item.low in self._t.street_after and words >= 1:
                more = j + 1
                while more < self._n and self._items[more].low in self._t.street_after and words < _MAX_STREET_WORDS:
                    more += 1
                if more < self._n and self._items[more].text == "." and more + 1 < self._n:
                    return more
                if more < self._n and self._items[more].low in _DIRECTIONS:
                    more += 1
                return more
            if item.low in self._t.units_after and words == 0:
                return None
            name = item.kind in ("word", "ordinal", "spell", "num") and item.low not in self._t.functions
            if not name:
                return None
            words += 1
            j += 1
        return None

    def _cued(self, i: int) -> int | None:
        """What follows "I live at" or "my address is": a street without a number, or a number and its words."""
        j, words, typed = i, 0, False
        while j < self._n and words <= 6:
            item = self._items[j]
            if item.low in self._t.street_after and words:
                return j + 1
            if item.kind == "filler":
                j += 1
                continue
            if item.kind in ("num", "code", "ordinal"):
                typed = True
            elif item.kind not in ("word", "spell") or item.low in self._t.functions:
                break
            words += 1
            j += 1
        starts_house = i < self._n and self._items[i].kind in ("num", "code") and not self._scan.money_before(i)
        return j if typed and starts_house and words >= 2 else None

    def _unit(self, i: int) -> int:
        """Past ", apartment 3b"."""
        j = self._skip(i)
        if j < self._n and (self._items[j].low in self._t.unit_words or self._items[j].text == "#"):
            k = self._skip(j + 1)
            if k < self._n and (self._items[k].kind in ("num", "code", "spell") or len(self._items[k].text) == 1):
                return k + 1
            if k < self._n and self._items[k].kind == "word" and self._items[k].low in self._t.pronouns:
                return k + 1
        return i

    def _city(self, i: int) -> tuple[list[Found], int]:
        """City and region, then post code, right behind a street; nothing without region, code or comma."""
        j = self._skip(i)
        if j < self._n and self._items[j].low in ("in", "at"):
            j += 1
        found: list[Found] = []
        first, words = j, 0
        comma = j > i
        while j < self._n and words < 4 and self._items[j].kind == "word" and j not in self._regions:
            if self._items[j].low in self._t.functions or self._items[j].low in self._t.not_names:
                break
            words += 1
            j += 1
        k = self._skip(j)
        region = self._region(k)
        nxt = region if region is not None else j
        code = self._postcode(self._skip(nxt))
        if words and (region is not None or code is not None or comma):
            found.append(self._found(first, nxt, E.CITY))
        elif region is not None:
            found.append(self._found(k, region, E.CITY))
        else:
            nxt = i if code is None else nxt
        if code is not None:
            at = self._skip(nxt)
            found.append(self._found(at, code, E.POSTCODE))
            nxt = code
        return found, max(nxt, i)

    def _region(self, i: int) -> int | None:
        if i in self._regions:
            return self._regions[i]
        if i < self._n and len(self._items[i].text) == 2 and self._items[i].text.isupper():
            return i + 1
        return None

    def _postcode(self, i: int) -> int | None:
        if i < self._n and self._items[i].kind in ("num", "code") and _POSTCODE.fullmatch(self._items[i].low):
            return i + 1
        return None


def is_postcode(item: Item) -> bool:
    """Whether a code has the shape of a post code with letters."""
    return item.kind == "code" and _POSTCODE.fullmatch(item.low) is not None
