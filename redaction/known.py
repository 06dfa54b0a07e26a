"""Values a call has met once and finds again, typed or said: names, dates of birth, numbers, addresses."""

from collections.abc import Iterable, Sequence
from typing import Final

from policies.entities import DROPPED
from policies.entities import EntityType as E
from redaction.dates import DateFinder, DateHit, digits_as_date
from redaction.lexicon import lexicon
from redaction.scan import Item, Scan
from redaction.spans import Found

_MIN_DIGITS: Final = 5
_SURE_DIGITS: Final = 7  # enough to know a number by a part of it
#: A number that holds a known one and more has grown: what it is now, its own shape says better.
_GROWN: Final = 0.45
_TEXT_TYPES: Final = frozenset({E.PERSON, E.STREET_ADDRESS, E.CITY, E.EMAIL, E.URL, E.POSTCODE, E.PASSPORT})


def _word(item: Item) -> str:
    low = item.text if item.kind == "num" else item.low
    return low.removesuffix("'s")


class KnownValues:
    """The values of one call. Nothing of a dropped type is ever kept."""

    def __init__(self) -> None:
        self._digits: dict[str, E] = {}
        self._dates: dict[str, E] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], E]]] = {}
        self._letters: dict[str, E] = {}
        self._forgotten = 0
        self.words: set[str] = set()  # what a stream must hold back for

    def __bool__(self) -> bool:
        return bool(self._digits or self._dates or self._phrases)

    @property
    def learnt(self) -> int:
        """How many values there ever were. What is clean at one number is clean until the number grows."""
        phrases = sum(len(each) for each in self._phrases.values())
        return len(self._digits) + len(self._dates) + len(self._letters) + phrases + self._forgotten

    def clear(self) -> None:
        self._forgotten = self.learnt
        for store in (self._digits, self._dates, self._phrases, self._letters):
            store.clear()
        self.words.clear()

    def add(self, value: str, kind: E, language: str = "en") -> None:
        """Keep VALUE so that it is found again; what is too short or too common to be found safely is left out."""
        if kind in DROPPED or not value.strip():
            return
        if kind in (E.DATE_OF_BIRTH, E.DATE):
            date = _iso(value)
            if date is not None:
                self._dates[date] = kind
            return
        digits = "".join(c for c in value if c.isdigit())
        if (
            kind not in _TEXT_TYPES
            and len(digits) >= _MIN_DIGITS
            and len(digits) * 2 >= len(value.replace(" ", ""))
        ):
            self._digits[digits] = kind
            return
        lex = lexicon(language)
        parts = tuple(_word(item) for item in Scan(value, lex).items if item.kind not in ("punct", "filler"))
        if kind is E.PERSON:
            self._person(parts, lex.table.functions | lex.table.not_names)
        elif parts and sum(len(p) for p in parts) >= _MIN_DIGITS:
            self._phrase(parts, kind)

    def _person(self, parts: tuple[str, ...], common: frozenset[str]) -> None:
        self._phrase(parts, E.PERSON)
        for part in parts:
            if len(part) >= 3 and part not in common and part.isalpha():
                self._phrase((part,), E.PERSON)
                self._letters[part] = E.PERSON

    def forget(self, value: str) -> None:
        """Keep the number VALUE no longer: it has turned out to be of a type that is never kept."""
        if self._digits.pop("".join(c for c in value if c.isdigit()), None) is not None:
            self._forgotten += 1

    def _phrase(self, parts: tuple[str, ...], kind: E) -> None:
        if not parts:
            return
        options = self._phrases.setdefault(parts[0], [])
        if (parts, kind) not in options:
            options.append((parts, kind))
            options.sort(key=lambda o: -len(o[0]))
        self.words.update(parts)

    def find(self, scan: Scan, dates: Sequence[DateHit]) -> list[Found]:
        """Where the known values stand in SCAN."""
        if not self:
            return []
        found = [
            Found(hit.start, hit.end, self._dates[hit.value], 0.97, hit.value)
            for hit in dates
            if hit.value in self._dates
        ]
        for index, item in enumerate(scan.items):
            if item.kind in ("num", "code", "amount"):
                found += self._number(item)
            elif item.kind == "spell" and item.low in self._letters:
                found.append(Found(item.start, item.end, self._letters[item.low], 0.97, item.low))
            if self._phrases:
                found += self._at(scan.items, index)
        return found

    def _number(self, item: Item) -> Iterable[Found]:
        digits = "".join(c for c in item.text if c.isdigit())
        if self._dates and 4 <= len(digits) <= 8:
            for day_first in (False, True):
                date = digits_as_date(digits, day_first=day_first)
                value = f"{date[0]:04}-{date[1]:02}-{date[2]:02}" if date else ""
                if value in self._dates:
                    yield Found(item.start, item.end, self._dates[value], 0.97, value)
        if len(digits) < _MIN_DIGITS:
            return
        for known, kind in self._digits.items():
            whole = known == digits or (len(known) >= _SURE_DIGITS and known in digits)
            if whole or (len(digits) >= _SURE_DIGITS and known.endswith(digits)):
                grown = not known.endswith(digits) and not (
                    digits.endswith(known) and len(digits) - len(known) <= 3
                )
                yield Found(item.start, item.end, kind, _GROWN if grown else 0.97, known)
                return

    def _at(self, items: Sequence[Item], index: int) -> Iterable[Found]:
        options = self._phrases.get(_word(items[index]))
        for parts, kind in options or ():
            i, last = index + 1, index
            for part in parts[1:]:
                while i < len(items) and items[i].kind in ("punct", "filler"):
                    i += 1
                if i >= len(items) or _word(items[i]) != part:
                    break
                last = i
                i += 1
            else:
                end = items[last].end - (2 if items[last].low.endswith("'s") else 0)
                yield Found(items[index].start, end, kind, 0.97, " ".join(parts))
                return


def _iso(value: str) -> str | None:
    """The date that VALUE writes, as `YYYY-MM-DD`."""
    hits = DateFinder(Scan(value, lexicon("en")), day_first=False).find()
    return hits[0].value if len(hits) == 1 and hits[0].year and hits[0].day else None
