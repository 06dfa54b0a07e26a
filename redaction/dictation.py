"""Find what is dictated in pieces: values of consecutive utterances with little else between them."""

from collections.abc import Callable, Collection
from typing import Final

from redaction.scan import Item, Scan

#: Words of substance between two pieces, and utterances without any, after which a dictation is over.
_MAX_WORDS: Final = 6
_MAX_WORDS_INSIDE: Final = 3
_MAX_BORDERS: Final = 4


_OTHER_NUMBERS: Final = ("amount", "date", "time", "version", "ordinal")


class Dictation:
    """The dictations of one scan: for each piece, the pieces before it and itself."""

    def __init__(self, scan: Scan, dated: Collection[int], is_amount: Callable[[int, Item], bool]) -> None:
        self._scan = scan
        self._t = scan.lexicon.table
        self._before: dict[int, list[int]] = {}
        session: list[int] = []
        words, borders, crossed = 0, 0, False
        for index, item in enumerate(scan.items):
            if item.kind in ("turn", "join"):
                borders += 1
            elif item.kind in _OTHER_NUMBERS:
                words += 2
            elif item.kind == "word" and item.low not in self._t.units:
                words += not self._small(item)
            elif index not in dated and self._piece(index, item) and not is_amount(index, item):
                near = words <= (_MAX_WORDS if borders else _MAX_WORDS_INSIDE) and borders <= _MAX_BORDERS
                session = [*session, index] if session and near else [index]
                crossed = (crossed or borders > 0) and len(session) > 1
                if crossed:
                    self._before[index] = session
                words, borders = 0, 0
            elif item.kind == "word" and not self._small(item):
                words += 1

    def pieces(self, index: int) -> list[int]:
        """The pieces of the dictation over several utterances that ends in item INDEX; empty if there is none."""
        return self._before.get(index, [])

    def _piece(self, index: int, item: Item) -> bool:
        if item.is_value:
            after = self._scan.items[index + 1] if index + 1 < len(self._scan.items) else None
            counted = after is not None and after.kind == "word" and not self._small(after)
            return len(item.text) > 2 or not counted  # "two more", "six on Saturday"
        lone = item.kind == "word" and item.low in self._t.pronouns and item.low in self._t.units
        return lone and self._alone(index)

    def _alone(self, index: int) -> bool:
        """Whether an utterance is this one word, hesitation aside: "one"."""
        for step in (-1, 1):
            k = index + step
            while 0 <= k < len(self._scan.items) and self._scan.items[k].kind not in ("turn", "join"):
                if self._scan.items[k].kind == "word" and not self._small(self._scan.items[k]):
                    return False
                k += step
        return True

    def _small(self, item: Item) -> bool:
        low = item.low
        return low in self._t.links or low in self._t.functions or (low,) in self._t.pauses
