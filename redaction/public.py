"""The company's own values and crisis numbers: what an agent may say, matched whole, written or spoken."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from redaction.lexicon import Lexicon, lexicon
from redaction.net import NetFinder
from redaction.scan import Item, Scan
from redaction.spans import Found

#: Emergency and crisis lines (ITU-T E.161.1; 988lifeline.org, Samaritans, TelefonSeelsorge, 3114, and others).
CRISIS: Final = (
    "911",
    "112",
    "999",
    "988",
    "741741",
    "116123",
    "116 111",
    "0800 1110111",
    "0800 1110222",
    "3114",
    "131114",
)


def _key(item: Item) -> str:
    return "".join(c for c in item.text.casefold() if c.isalnum()) if item.kind != "word" else item.low


class PublicValues:
    """Values that are nobody's personal data. One is exempt only where a finding is all of it or lies inside it."""

    def __init__(self, values: Iterable[str] = (), language: str = "en") -> None:
        self._digits: set[str] = set()
        self._words: dict[str, list[tuple[str, ...]]] = {}
        self._net: set[str] = set()
        for value in (*values, *CRISIS):
            self._add(value, lexicon(language))

    def _add(self, value: str, lex: Lexicon) -> None:
        scan = Scan(value, lex)
        net = NetFinder(scan).find()
        if net:
            self._net.update(found.value for found in net)
            return
        digits = "".join(c for c in value if c.isdigit())
        if digits and len(digits) * 2 >= sum(c.isalnum() for c in value):
            self._digits.add(digits.lstrip("0") or digits)
            return
        parts = tuple(_key(item) for item in scan.items if item.kind not in ("punct", "filler"))
        if parts:
            self._words.setdefault(parts[0], []).append(parts)

    def without(self, found: Sequence[Found], text: str, lex: Lexicon) -> list[Found]:
        """FOUND less what is public in TEXT."""
        if not found:
            return []
        ranges = self._ranges(text, lex) if self._words else []
        return [one for one in found if not self._public(one, ranges)]

    def _public(self, one: Found, ranges: Sequence[tuple[int, int]]) -> bool:
        if one.value in self._net:
            return True
        digits = "".join(c for c in one.value if c.isdigit()).lstrip("0")
        if digits and digits == "".join(c for c in one.value if c.isalnum()).lstrip("0"):
            return digits in self._digits or any(
                known.endswith(digits) and len(digits) >= 7 and len(known) - len(digits) <= 3
                for known in self._digits
            )
        return any(start <= one.start and one.end <= end for start, end in ranges)

    def _ranges(self, text: str, lex: Lexicon) -> list[tuple[int, int]]:
        items = [item for item in Scan(text, lex).items if item.kind not in ("punct", "filler")]
        return [
            (item.start, items[index + len(parts) - 1].end)
            for index, item in enumerate(items)
            for parts in self._words.get(_key(item), ())
            if tuple(_key(one) for one in items[index : index + len(parts)]) == parts
        ]


@lru_cache(maxsize=64)
def public_values(values: tuple[str, ...], language: str) -> PublicValues:
    """The public values of a line, read once per process: they are nobody's secret and never change."""
    return PublicValues(values, language)
