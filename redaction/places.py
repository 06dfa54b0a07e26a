"""Find street addresses, with their city, region and post code, in items, typed or said."""

import re
from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.languages.streets import BEFORE, BEFORE_CAPITAL, ENDINGS
from redaction.names import cities
from redaction.scan import Item, Scan
from redaction.spans import Found

_DIRECTIONS: Final = words(
    "north south east west northeast northwest southeast southwest n s e w ne nw se sw"
)
_POSTCODE: Final = re.compile(
    r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}|[a-z]\d[a-z]\d[a-z]\d|\d{4}[a-z]{2}|\d{5}(?:\d{4})?|\d{6}"
)
_ROAD_KINDS: Final = words("state county us u.s farm market old fm rural national")
_SPANISH_STREETS: Final = words("via camino calle avenida paseo corte rancho")
_NUMBERED_ROADS: Final = words("highway hwy route rt road rd interstate")
_DWELLINGS: Final = words("flat plot house door shop site villa bungalow quarter lot no number")
_OPENERS: Final = _DWELLINGS | words(
    "p po p.o post rr rural"
)  # an address that begins with a word begins with one of these
_PARTS: Final = words(
    "apartments apartment society sector phase cross main layout nagar colony block enclave vihar marg road street "
    "lane residency towers tower heights complex chawl extension stage near opposite opp behind"
)
_MAX_FLAT_WORDS: Final = 12
_MAX_STREET_WORDS: Final = 4
_IN: Final = frozenset(["in", "at", "à", "en", "a", "em", "te", "w", "no", "na"])


class PlaceFinder:
    """Reads the addresses of one scan: house number, street, unit; then city, region and post code."""

    def __init__(self, scan: Scan, *, expected: bool = False) -> None:
        self._scan = scan
        self._expected = expected
        self._items = scan.items
        self._t = scan.lexicon.table
        self._n = len(scan.items)
        self._cued_at: set[int] = set()
        self._cased = any(item.kind == "word" and item.text[0].isupper() for item in scan.items)
        self._regions = {cue.first: cue.next for cue in scan.find_phrases(scan.lexicon.regions)}

    def find(self) -> list[Found]:
        found: list[Found] = []
        after_cue = {cue.next for cue in self._scan.find_phrases(self._scan.lexicon.address_cues)}
        if self._expected:
            after_cue.add(self._answer())
        self._cued_at = {self._skip(k) for k in after_cue}
        number_first = not (self._t.street_before or self._t.street_endings or self._cased)
        i = 0
        while i < self._n:
            plain = self._items[i].kind == "word" and self._items[i].low not in _OPENERS
            if number_first and plain and i not in after_cue:
                i += 1
                continue
            start, end = i, self._address(i)
            if end is None and i in after_cue:
                start = self._skip(i)
                end = self._address(start) or self._cued(start)
            if end is None:
                i += 1
                continue
            unit = self._unit(end)
            start = self._unit_before(start)
            cued = bool(self._cued_at & set(range(start, unit)))
            found.append(self._found(start, unit, E.STREET_ADDRESS))
            rest, i = self._city(unit)
            found += rest or self._last_words(unit, cued=cued)
        return self._joined(found)

    def _joined(self, found: list[Found]) -> list[Found]:
        """Streets with nothing but a correction between them are one: "castle avenue, no, castle road"."""
        joined: list[Found] = []
        for one in found:
            last = joined[-1] if joined else None
            if (
                last is not None
                and last.type is one.type is E.STREET_ADDRESS
                and self._corrected(last.end, one.start)
            ):
                joined[-1] = Found(last.start, one.end, one.type, one.score, one.value)
            else:
                joined.append(one)
        return joined

    def _corrected(self, start: int, end: int) -> bool:
        between = [
            item for item in self._items if start <= item.start and item.end <= end and item.kind == "word"
        ]
        corrections = self._t.corrections
        return (
            len(between) <= 3
            and end - start < 40
            and all((item.low,) in corrections or (item.low,) in self._t.pauses for item in between)
        )

    def _last_words(self, i: int, *, cued: bool) -> list[Found]:
        """The city that ends what is said after an address that was told or asked for: "elmhurst close stockport"."""
        j = self._skip(i)
        first = j
        while j < self._n and j - first < 3 and self._items[j].kind == "word":
            low = self._items[j].low
            if low in self._t.functions or low in self._t.not_names or (low,) in self._t.pauses:
                break
            j += 1
        ends = j >= self._n or self._items[j].kind in ("turn", "join") or self._items[j].text in ".!?"
        return [self._found(first, j, E.CITY)] if cued and ends and j > first else []

    def _unit_before(self, i: int) -> int:
        """From "flat 3," in front of a house number."""
        if i >= 1 and self._items[i - 1].low in ("number", "no"):
            return i - 1
        k = i - 2 if i >= 1 and self._items[i - 1].text == "," else i - 1
        if k >= 1 and self._items[k - 1].low in self._t.unit_words and self._items[k].kind in ("num", "code"):
            return k - 1
        return i

    def _answer(self) -> int:
        """Where the answer begins, when the agent has asked for an address."""
        turn = max((k for k, item in enumerate(self._items) if item.kind == "turn"), default=-1)
        i = turn + 1
        while i < self._n and (
            self._items[i].kind in ("filler", "punct") or self._items[i].low in self._t.links
        ):
            i += 1
        return i

    def _address(self, i: int) -> int | None:
        """Past the street and house number that begin at item I, in the order of this language."""
        if i >= self._n:
            return None
        box = self._box(i)
        if box is not None:
            return box
        flat = self._flat(i)
        if flat is not None:
            return flat
        own = self._t.street_before or self._t.street_endings
        if self._t.street_before:
            end = self._named_first(i, self._t.street_before)
        elif self._t.street_endings:
            end = self._ending(i, self._t.street_endings)
        else:
            end = self._street(i) if self._begins_house(i) else None
        if end is not None and [item.low for item in self._items[i + 1 : end - 1]] == ["way"]:
            return None  # "a two way street"
        if end is not None:
            return None if not own and self._vague(i, end) else end
        return self._foreign(i) if self._cased else None

    def _box(self, i: int) -> int | None:
        """`PO box 1234`, `P.O. Box 12`, "post office box five"."""
        if self._items[i].low in ("rr", "rural"):
            said = [item.low for item in self._items[i : i + 5]]
            k = i + 2 if said[:2] == ["rural", "route"] else i + 1
            box = k + 2 < self._n and self._items[k].kind == "num" and self._items[k + 1].low == "box"
            return k + 3 if box and self._items[k + 2].kind in ("num", "code") else None
        if self._items[i].low not in ("p", "po", "p.o", "post"):
            return None
        words_said = [item.low for item in self._items[i : i + 5] if item.text != "."]
        if words_said[:2] in (["po", "box"], ["p.o", "box"]) or words_said[:3] in (
            ["p", "o", "box"],
            ["post", "office", "box"],
        ):
            k = self._skip(next(k for k in range(i, i + 5) if self._items[k].low == "box") + 1)
            if k < self._n and self._items[k].kind in ("num", "code"):
                return k + 1
        return None

    def _flat(self, i: int) -> int | None:
        """Past "Flat 7, 112 Peckham Rye" and "Flat 302, Sai Krupa Apartments, 4th Cross, Indiranagar"."""
        k = i + 1
        while k < self._n and k - i < 3 and self._items[k].low in ("number", "no", "."):
            k += 1
        begins = self._items[i].low in _DWELLINGS and k < self._n
        if not begins or self._items[k].kind not in ("num", "code") or len(self._items[k].text) > 5:
            return None
        j, end, words_said, known = k + 1, k + 1, 0, False
        while j < self._n and words_said < _MAX_FLAT_WORDS:
            item = self._items[j]
            if item.text == "," or item.kind == "filler":
                j += 1
                continue
            low = item.low
            if (low,) in cities() or (item.kind == "num" and len(item.text) >= 5):
                break
            code = item.kind in ("num", "ordinal", "code") and len(item.text) <= 5
            if not code and (
                item.kind not in ("word", "spell") or low in self._t.functions or low in self._t.not_names
            ):
                break
            known = known or low in _PARTS or low in self._t.street_after
            words_said += 1
            j += 1
            end = j
        housed = any(one.kind == "num" for one in self._items[k + 1 : end]) and self._cased
        return end if words_said >= 2 and (known or housed) else None

    def _foreign(self, i: int) -> int | None:
        """A written address in the order of another country, told by its capitals."""
        named = i + 1 < self._n and any(
            item.low in BEFORE or (item.low in BEFORE_CAPITAL and item.text[0].isupper())
            for item in self._items[i : i + 3]
        )
        if named and not self._t.street_before:
            end = self._named_first(i, BEFORE_CAPITAL)
            if end is not None:
                return end
        if self._items[i].text[0].isupper() and not self._t.street_endings:
            return self._ending(i, ENDINGS)
        return None

    def _vague(self, i: int, end: int) -> bool:
        """`12 step way`: a small number, a common word, and nothing else that speaks of an address."""
        if any(cue.kind == "ADDRESS" for cue in self._scan.cues):
            return False
        suffix = self._items[end - 1]
        if suffix.low not in self._t.vague_streets or i in self._cued_at or len(self._items[i].text) >= 3:
            return False
        if any(item.text[0].isupper() for item in self._items[i + 1 : end] if item.kind == "word"):
            return False
        if end - i >= 4 and self._items[end - 2].low in self._t.street_after:
            return False  # "harbour view terrace"
        after = self._skip(end)
        known = after in self._regions or self._known_city(after) > after or self._postcode(after) is not None
        return not (known or (after < self._n and self._items[after].low in self._t.unit_words))

    def _named_first(self, i: int, before: frozenset[str]) -> int | None:
        """`12 rue de la Paix`, `calle Mayor 12`, `ul. Długa 5`."""
        numbered = self._begins_house(i)
        j = i
        if numbered:
            j = self._skip(i + 1)
            while j < self._n and self._items[j].low in ("bis", "ter"):
                j = self._skip(j + 1)
        if j >= self._n or self._items[j].low not in before:
            return None
        j += 2 if j + 1 < self._n and self._items[j + 1].text == "." else 1
        names, end = 0, j
        while j < self._n and names < _MAX_STREET_WORDS:
            item = self._items[j]
            tie = item.text == "-" and names and j + 1 < self._n and self._items[j + 1].start == item.end
            if (item.kind == "filler" or tie) or (
                item.kind == "word"
                and (item.low in self._t.name_particles or item.low in ("de", "la", "l", "d"))
            ):
                j += 1
            elif item.kind == "word" and item.low not in self._t.functions:
                if numbered and names and not item.text[0].isupper():
                    break
                names += 1
                j += 1
                end = j
            else:
                break
        if not names:
            return None
        if numbered:
            return end
        k = self._skip(j)
        while k < self._n and self._items[k].low in ("número", "numéro", "numero", "nº", "n", "nr", "numer"):
            k = self._skip(k + 1)
        return k + 1 if k < self._n and self._begins_house(k) else None

    def _ending(self, i: int, endings: tuple[str, ...]) -> int | None:
        """`Hauptstraße 12`, `Lange Straße zwölf`, `Kerkstraat 5`."""
        item, j = self._items[i], i
        if item.kind != "word":
            return None
        tail = next((e for e in endings if item.low.endswith(e) and len(item.low) > len(e) + 1), None)
        if tail is None:
            if (
                i + 1 < self._n
                and self._items[i + 1].low in self._t.street_after
                and item.low not in self._t.functions
            ):
                j = i + 1
            else:
                return None
        k = j + 1
        while k < self._n and (
            self._items[k].kind in ("filler", "join")
            or self._items[k].text == "."
            or self._items[k].low in ("nummer", "nr", "hausnummer")
        ):
            k += 1
        return k + 1 if k < self._n and self._begins_house(k) and not self._items[k].amount else None

    def _found(self, first: int, nxt: int, kind: E) -> Found:
        text = " ".join(
            item.text if item.kind == "num" else item.low
            for item in self._items[first:nxt]
            if item.kind != "punct"
        )
        return Found(self._items[first].start, self._items[nxt - 1].end, kind, 0.8, text)

    def _skip(self, i: int) -> int:
        while i < self._n and (self._items[i].kind in ("filler", "join") or self._items[i].text in ",:"):
            i += 1
        return i

    def _begins_house(self, i: int) -> bool:
        item = self._items[i]
        again = item.kind == "num" and len(item.text) <= 9 and _said_again(item.text)
        return (
            again
            or (item.kind == "num" and len(item.text) <= 6)
            or (item.kind == "code" and 2 <= len(item.text) <= 6)
            or (item.kind == "date" and len(item.text) <= 7)
            or (item.kind == "ordinal" and i + 1 < self._n and self._items[i + 1].low in self._t.street_after)
        )

    def _street(self, i: int) -> int | None:
        """Past "12 north maple grove street", if that is what begins at item I."""
        j, words = i + 1, 0
        if (
            j < self._n
            and self._items[j].text == ","
            and (i in self._cued_at or self._house_named(i) or self._hesitates(j))
        ):
            j += 1
        if j + 1 < self._n and self._items[j].low in ("a", "b", "c", "d") and self._items[j].kind == "word":
            j += 1  # "forty one a station road"
        if self._items[i].kind == "ordinal":
            return i + 2
        road = self._numbered_road(self._skip(j)) or self._named_via(self._skip(j))
        if road is not None:
            return road
        while j < self._n and words <= _MAX_STREET_WORDS + 1:
            item = self._items[j]
            if (
                item.kind in {"filler", "join"}
                or (item.text == "," and words and self._hesitates(j))
                or (item.text == "." and words and self._items[j - 1].low in _DIRECTIONS)
            ):
                j += 1
                continue
            if item.low in self._t.street_after and words >= 1:
                more = j + 1
                while more < self._n and words < _MAX_STREET_WORDS:
                    behind = self._skip(more)
                    if behind >= self._n or self._items[behind].low not in self._t.street_after:
                        break
                    more = behind + 1
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

    def _hesitates(self, comma: int) -> bool:
        """Whether a comma only marks a hesitation or a word said again: "north, uh, lamar", "fifth, fifth avenue"."""
        if comma + 1 >= self._n:
            return False
        return (
            self._items[comma + 1].kind == "filler"
            or self._items[comma - 1].low == self._items[comma + 1].low
        )

    def _house_named(self, i: int) -> bool:
        """`house number nine,`."""
        said = [item.low for item in self._items[max(0, i - 2) : i]]
        return said in (["house", "number"], ["number"], ["house", "no"])

    def _named_via(self, i: int) -> int | None:
        """Past "via del mar", "camino real", "avenida cesar chavez" behind a house number."""
        if i >= self._n or self._items[i].low not in _SPANISH_STREETS:
            return None
        j, names = i + 1, 0
        while j < self._n and names < 2 and self._items[j].kind == "word":
            low = self._items[j].low
            if low in self._t.functions or (names and low in self._t.not_names):
                break
            names += low not in self._t.name_particles and low not in ("del", "las", "los")
            j += 1
        return j if names else None

    def _numbered_road(self, i: int) -> int | None:
        """Past "highway 61 south", "county road 12", "state route 9"."""
        j = i
        while j < self._n and j - i < 2 and self._items[j].low in _ROAD_KINDS:
            j += 1
        if j + 1 >= self._n or self._items[j].low not in _NUMBERED_ROADS:
            return None
        number = self._items[j + 1]
        if number.kind not in ("num", "code") or len(number.text) > 4:
            return None
        return j + 3 if j + 2 < self._n and self._items[j + 2].low in _DIRECTIONS else j + 2

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
        starts_house = (
            i < self._n and self._items[i].kind in ("num", "code") and not self._scan.money_before(i)
        )
        return j if typed and starts_house and words >= 2 else None

    def _unit(self, i: int) -> int:
        """Past ", apartment 3b"."""
        j = self._skip(i)
        if j < self._n and (self._items[j].low in self._t.unit_words or self._items[j].text == "#"):
            k = self._skip(j + 2 if j + 1 < self._n and self._items[j + 1].text == "." else j + 1)
            if k < self._n and (
                self._items[k].kind in ("num", "code", "spell") or len(self._items[k].text) == 1
            ):
                return k + 1
            if k < self._n and self._items[k].kind == "word" and self._items[k].low in self._t.pronouns:
                return k + 1
        return i

    def _city(self, i: int) -> tuple[list[Found], int]:
        """City and region and post code right behind a street; no city without a sign of one."""
        found: list[Found] = []
        j = self._skip(i)
        signed = j > i
        if j < self._n and self._items[j].low in _IN:
            j, signed = j + 1, True
        early = self._postcode(j)
        if early is not None:
            found.append(self._found(j, early, E.POSTCODE))
            i, j, signed = early, self._skip(early), True
        first, words = j, 0
        while j < self._n and words < 4 and self._items[j].kind == "word" and j not in self._regions:
            low = self._items[j].low
            named = self._items[j].text[0].isupper() and not self._items[j].text.isupper()
            if words and self._items[j].text.isupper() and len(low) in (2, 3):
                break
            if not named and (low in self._t.functions or low in self._t.not_names or low in self._t.months):
                break
            words += 1
            j += 1
        if not words and j in self._regions and self._is_city_too(j):
            j, words = self._regions[j], 1  # "new york new york"
        region = self._region(self._skip(j))
        nxt = region if region is not None else j
        late = self._postcode(self._skip(nxt), short=region is not None) if early is None else None
        if not (region is not None or late is not None or signed):
            j = self._known_city(first)
            words, nxt, signed = j - first, j, True
        if words and (region is not None or late is not None or signed):
            found.append(self._found(first, nxt, E.CITY))
        elif region is not None and not words:
            found.append(self._found(self._skip(j), region, E.CITY))
        elif late is None or words:
            return found, i
        if late is not None:
            found.append(self._found(self._skip(nxt), late, E.POSTCODE))
            nxt = self._city_behind(late)
            if nxt > late:
                found.append(self._found(late, nxt, E.CITY))
        return found, max(nxt, i)

    def _is_city_too(self, i: int) -> bool:
        """Whether a region's name is a city's, and a region or post code follows."""
        after = self._skip(self._regions[i])
        more = after in self._regions or self._postcode(after) is not None
        return more and self._known_city(i) == self._regions[i]

    def _known_city(self, i: int) -> int:
        """Past a large city that is named without any sign: "42 wallaby way sydney"."""
        for width in (3, 2, 1):
            piece = self._items[i : i + width]
            if len(piece) == width and tuple(item.low for item in piece) in cities():
                return i + width
        return i

    def _city_behind(self, i: int) -> int:
        """Past the city that stands right behind its post code."""
        city = i
        while city < self._n and city - i < 3 and self._items[city].kind == "word":
            if not self._items[city].text[0].isupper() or self._items[city].low in self._t.functions:
                break
            city += 1
        return city

    def _region(self, i: int) -> int | None:
        if i in self._regions:
            return self._regions[i]
        if i < self._n and len(self._items[i].text) in (2, 3) and self._items[i].text.isupper():
            return i + 1
        return None

    def _postcode(self, i: int, *, short: bool = False) -> int | None:
        if short and i < self._n and self._items[i].kind == "num" and len(self._items[i].text) == 4:
            return i + 1  # "VIC 3065"
        if i + 1 < self._n and self._items[i].kind == "num" and len(self._items[i].text) == 4:
            after = self._items[i + 1]
            if after.kind == "word" and len(after.text) == 2 and after.text.isupper():
                return i + 2  # "1016 GV"
        if i < self._n and self._items[i].kind == "num" and len(self._items[i].text) in (7, 8, 9):
            text = self._items[i].text  # "seven five oh, seven five oh nine three"
            return i + 1 if text[-5:].startswith(text[:-5]) else None
        if i < self._n and self._items[i].kind in ("num", "code") and _POSTCODE.fullmatch(self._items[i].low):
            return i + 1
        return None


def _said_again(text: str) -> bool:
    """`13`, `1306`: a number that was begun and said again in full."""
    return any(text[k:].startswith(text[:k]) for k in range(2, len(text) // 2 + 1))


def is_postcode(item: Item) -> bool:
    """Whether a code has the shape of a post code with letters."""
    return item.kind == "code" and _POSTCODE.fullmatch(item.low) is not None
