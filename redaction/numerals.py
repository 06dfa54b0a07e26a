"""Read one numeral or letter of a dictated number: digits as words, pairs and tens, hundreds, letters, spellings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from redaction.languages import Table
from redaction.tokens import Token

#: What a typed number token is, by its shape; the first that fits.
_TIME: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_DATE: Final = re.compile(r"\d{1,4}[./]\d{1,2}[./]\d{1,4}|\d{1,2}/\d{2,4}")
_IP: Final = re.compile(r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[,.’']\d{3})+(?:[.,]\d{1,2})?")
_DECIMAL: Final = re.compile(r"\d+[.,]\d{1,4}")
_VERSION: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,3}")


def number_shape(text: str) -> str:
    """`plain`, `time`, `date`, `ip`, `amount`, `version` or `digits` (punctuated in no known way)."""
    if text.isdigit():
        return "plain"
    if _TIME.fullmatch(text):
        return "time"
    if _DATE.fullmatch(text):
        return "date"
    if _IP.fullmatch(text):
        return "ip"
    if _THOUSANDS.fullmatch(text) or _DECIMAL.fullmatch(text):
        return "amount"
    if _VERSION.fullmatch(text) and sum(c.isdigit() for c in text) <= 6:
        return "version"
    return "digits"


@dataclass(slots=True)
class Atom:
    """One step of a dictation: its characters, where each was said, and how."""

    text: str
    kind: str  # "unit", "pair", "cardinal", "typed", "letter"
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]  # one per character of text
    next: int  # index of the token after it
    weak: bool = False
    gap: str = ""  # what stood before it, one of `GAP_RANK`


def _same(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    return ((start, end),) * len(text)


def plain_digits(text: str) -> str:
    """The ASCII digits of TEXT, from any script."""
    return "".join(str(int(c)) for c in text if c.isdigit() and c.isdecimal())


class NumeralReader:
    """Reads numerals of one language at a token; knows nothing of what stands between two of them."""

    def __init__(self, table: Table, tokens: Sequence[Token]) -> None:
        self._t = table
        self._tokens = tokens
        self._n = len(tokens)
        self._ones = {**table.units, **table.closed, **table.tens, **table.hundreds}

    def _low(self, i: int) -> str:
        return self._tokens[i].low if i < self._n and self._tokens[i].kind == "word" else ""

    def _skip_hyphen(self, i: int) -> int:
        """Past a hyphen that ties two words: "twenty-three"."""
        tokens = self._tokens
        if 0 < i < self._n - 1 and tokens[i].text in "-‐‑" and tokens[i].start == tokens[i - 1].end:
            return i + 1 if tokens[i + 1].start == tokens[i].end else i
        return i

    def is_numeral(self, i: int) -> bool:
        """Whether a digit can be read at token I."""
        if i >= self._n:
            return False
        token = self._tokens[i]
        if token.kind == "number":
            return number_shape(token.text) in ("plain", "digits")
        return token.kind == "word" and (token.low in self._ones or self._repeat_at(i) is not None)

    def digits_at(self, i: int) -> Atom | None:
        """The digits that begin at token I, as far as they are one number word or one typed group."""
        if i >= self._n:
            return None
        token = self._tokens[i]
        if token.kind == "number":
            if number_shape(token.text) not in ("plain", "digits"):
                return None
            text = plain_digits(token.text)
            spots = tuple(
                (token.start + k, token.start + k + 1) for k, c in enumerate(token.text) if c.isdigit()
            )
            return Atom(text, "typed", token.start, token.end, spots, i + 1)
        if token.kind != "word":
            return None
        return self._repeat_at(i) or self._cardinal(i)

    def _repeat_at(self, i: int) -> Atom | None:
        """`double one`, `triple 7`."""
        low = self._low(i)
        count = self._t.repeats.get(low)
        if i + 1 >= self._n:
            return None
        if count is None:
            return self._plural_at(i, low)
        behind = self._past_hesitation(i + 1)
        token = self._tokens[behind]
        digit = self._t.units.get(token.low) if token.kind == "word" else None
        if digit is None and token.kind == "number" and len(token.text) == 1:
            digit = plain_digits(token.text)
        if digit is None:
            return None
        start, end = self._tokens[i].start, token.end
        text = digit * count
        return Atom(text, "unit", start, end, _same(text, start, end), behind + 1)

    def _past_hesitation(self, i: int) -> int:
        """Past borders and fillers: "double, uh, six"; the last token if nothing else follows."""
        k = i
        while k < self._n - 1 and (
            self._tokens[k].kind in ("join", "turn") or (self._tokens[k].low,) in self._t.fillers
        ):
            k += 1
        return k

    def _plural_at(self, i: int, low: str) -> Atom | None:
        """`four zeros`."""
        digit = self._t.plurals.get(self._low(i + 1))
        count = self._t.units.get(low)
        if digit is None or count is None or not 2 <= int(count) <= 8:
            return None
        start, end = self._tokens[i].start, self._tokens[i + 1].end
        text = digit * int(count)
        return Atom(text, "unit", start, end, _same(text, start, end), i + 2)

    def _small(self, i: int) -> Atom | None:
        """A number under 100 (or a hundred that is one word) at token I."""
        t, low = self._t, self._low(i)
        if not low:
            return None
        token = self._tokens[i]
        if low in t.tens:
            return self._tens(i, token, t.tens[low])
        if low in t.closed:
            text = t.closed[low]
            return Atom(text, "pair", token.start, token.end, _same(text, token.start, token.end), i + 1)
        if low in t.units:
            if t.vigesimal and low == "quatre" and self._low(self._skip_hyphen(i + 1)) in ("vingt", "vingts"):
                return self._tens(self._skip_hyphen(i + 1), token, "8")
            j = i + 1
            if (
                t.units_first
                and t.units[low] != "0"
                and self._low(j) in t.joins
                and self._low(j + 1) in t.tens
            ):
                ten = self._tokens[j + 1]
                text = t.tens[ten.low] + t.units[low]
                return Atom(text, "pair", token.start, ten.end, _same(text, token.start, ten.end), j + 2)
            spot = ((token.start, token.end),)
            return Atom(t.units[low], "unit", token.start, token.end, spot, j, weak=low in t.weak_zeros)
        return None

    def _tens(self, i: int, token: Token, ten: str) -> Atom:
        t = self._t
        j = self._skip_hyphen(i + 1)
        if t.tens_join and self._low(j) in t.joins:
            j = self._skip_hyphen(j + 1)
        low = self._low(j)
        if low in t.units and t.units[low] != "0" and not t.units_first:
            unit = self._tokens[j]
            spots = ((token.start, self._tokens[i].end), (unit.start, unit.end))
            return Atom(ten + t.units[low], "pair", token.start, unit.end, spots, j + 1)
        if t.vigesimal and ten in "68" and low in t.closed and t.closed[low][0] == "1":
            teen = self._tokens[j]
            after = self._skip_hyphen(j + 1)
            value, end, nxt = int(ten + "0") + int(t.closed[low]), teen.end, j + 1
            if t.closed[low] == "10" and self._low(after) in ("sept", "huit", "neuf"):
                value += int(t.units[self._low(after)])
                end, nxt = self._tokens[after].end, after + 1
            text = str(value)
            return Atom(text, "pair", token.start, end, _same(text, token.start, end), nxt)
        text, end = ten + "0", self._tokens[i].end
        return Atom(text, "pair", token.start, end, _same(text, token.start, end), i + 1)

    def _cardinal(self, i: int) -> Atom | None:
        """`four hundred and five`, `two thousand seven`; else what `_small` reads."""
        t = self._t
        low = self._low(i)
        if low in t.articles and self._low(i + 1) in (t.hundred | t.thousand | t.million):
            token = self._tokens[i]
            small: Atom | None = Atom("1", "unit", token.start, token.end, ((token.start, token.end),), i + 1)
        elif low in t.hundreds:
            small = self._after_hundred(i, int(t.hundreds[low]) * 100, i + 1)
        elif low in t.hundred and t.code != "en":
            small = self._after_hundred(i, 100, i + 1)  # "cento", "hundert", "sto" stand alone
        else:
            small = self._small(i)
        if small is not None and small.kind == "pair" and len(small.text) > 2 and small.text.endswith("00"):
            small = self._after_hundred(i, int(small.text), small.next)  # "neunzehnhundert zweiundachtzig"
        if small is None:
            if low in t.thousand and t.code not in ("en", "de"):
                small = Atom("1", "unit", self._tokens[i].start, self._tokens[i].start, ((0, 0),), i)
            else:
                return None
        if small.text.lstrip("0") and len(small.text) <= 2 and self._low(small.next) in t.hundred:
            small = self._after_hundred(i, int(small.text) * 100, small.next + 1)
        if small.text.lstrip("0") and len(small.text) <= 4 and self._low(small.next) in t.thousand:
            small = self._after_thousand(i, int(small.text) * 1000, small.next + 1)
        if small.text.lstrip("0") and self._low(small.next) in t.million:
            millions = int(small.text) * 1_000_000
            k = small.next + 1
            rest = self._cardinal(k + 1 if self._low(k) in t.joins else k)
            if rest is not None and rest.kind == "cardinal" and int(rest.text) < 1_000_000:
                return self._of(i, millions + int(rest.text), rest.next)
            small = self._of(i, millions, small.next + 1)
        return small

    def _of(self, i: int, value: int, nxt: int) -> Atom:
        start, end, text = self._tokens[i].start, self._tokens[nxt - 1].end, str(value)
        return Atom(text, "cardinal", start, end, _same(text, start, end), nxt)

    def _after_hundred(self, i: int, value: int, j: int) -> Atom:
        """Add "and five" or "fifty two"; a lone digit without "and" is the next digit of a dictation."""
        k, joined = (j + 1, True) if self._low(j) in self._t.joins else (j, False)
        rest = self._small(k)
        if rest is None or rest.text.startswith("0") or rest.weak:
            return self._of(i, value, j)
        lone = len(rest.text) == 1 and not joined and self.is_numeral(rest.next)
        if lone or self._low(rest.next) in self._t.hundred:
            return self._of(i, value, j)
        return self._of(i, value + int(rest.text), rest.next)

    def _after_thousand(self, i: int, value: int, j: int) -> Atom:
        k, joined = (j + 1, True) if self._low(j) in self._t.joins else (j, False)
        rest = self._small(k)
        if self._low(k) in self._t.hundreds:
            rest = self._after_hundred(k, int(self._t.hundreds[self._low(k)]) * 100, k + 1)
        if rest is None or rest.text.startswith("0") or rest.weak:
            return self._of(i, value, j)
        if len(rest.text) <= 2 and self._low(rest.next) in self._t.hundred:
            rest = self._after_hundred(k, int(rest.text) * 100, rest.next + 1)
        elif len(rest.text) == 1 and not joined and self.is_numeral(rest.next):
            return self._of(i, value, j)
        return self._of(i, value + int(rest.text), rest.next)
