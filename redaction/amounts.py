"""Tell prices, times, counts, years and versions from numbers that are personal, by what stands beside them."""

from typing import Final

from redaction.languages import words
from redaction.scan import Item, Scan

_ASIDES: Final = words("over under around about um tot bis")
_TURNED: Final = words("it this that card them thing one sie ihn es die das karte")


class Amounts:
    """Knows which values of one scan are amounts."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan

    def amount(self, index: int, item: Item) -> bool:
        """Whether the value is a price, a time, a count, a year, a version: known by what stands beside it."""
        t = self._scan.lexicon.table
        if item.amount or self._scan.money_before(index):
            return True
        after = self._scan.items[index + 1] if index + 1 < len(self._scan.items) else None
        if after is not None and after.text in ("%", "°", "$", "€", "£"):
            return True
        nxt = self._scan.word_after(index)
        if (
            nxt is not None
            and nxt.kind == "word"
            and nxt.low in t.units_after
            and not self._pause_between(index)
        ):
            return True
        following = [one.low for one in self._scan.items[index + 1 : index + 3]]
        if following in (["p", "m"], ["a", "m"]) or following[:1] in (["pm"], ["am"]):
            return True
        if item.run is not None and item.run.separators == "." and item.digits <= 6:
            return True
        before = self._scan.word_before(index)
        if before is not None and before.low in t.units_before and item.digits <= 6:
            return not self._turned(index)
        year = len(item.text) == 4 and item.text[:2] in ("17", "18", "19", "20") and item.digits == 4
        return year and before is not None and before.low in t.year_before

    def _turned(self, index: int) -> bool:
        """`let me flip it over four one two`: "over" belongs to what is before it."""
        before = [item.low for item in self._scan.items[max(0, index - 4) : index] if item.kind == "word"]
        return len(before) > 1 and before[-1] in _ASIDES and before[-2] in _TURNED

    def _pause_between(self, index: int) -> bool:
        after = self._scan.items[index + 1]
        return after.kind in ("turn", "join") or (after.kind == "punct" and after.text in ".?!;")

    def counted(self, index: int, item: Item) -> bool:
        """`1500 customers`: a plural right behind a short number."""
        t = self._scan.lexicon.table
        if index + 1 >= len(self._scan.items) or item.digits > 6:
            return False
        after = self._scan.items[index + 1]
        return (
            after.kind == "word"
            and len(after.low) > 3
            and after.low.endswith(t.plural_endings or ("\0",))
            and after.low not in t.functions
        )

    def round_number(self, item: Item) -> bool:
        """One whole number in words or with zeros behind it: "one million two hundred thousand"."""
        run = item.run
        return (
            run is not None
            and len(run.atoms) == 1
            and run.atoms[0].kind == "cardinal"
            and item.text.endswith("000")
        )


def years(item: Item) -> bool:
    """`1989, 1991`: two or three typed years and nothing else."""
    run = item.run
    return (
        run is not None
        and not run.spoken
        and len(run.atoms) in (2, 3)
        and all(_year(a.text) for a in run.atoms)
    )


def _year(text: str) -> bool:
    return len(text) == 4 and text[:2] in ("19", "20")
