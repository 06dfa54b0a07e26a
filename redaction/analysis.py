"""Find everything in one text, in every language of the call, inside a budget; closed on any failure."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from policies.entities import EntityType
from redaction.engine import Engine
from redaction.errors import RecognizerError
from redaction.known import KnownValues
from redaction.lexicon import Lexicon, lexicon
from redaction.reading import Reading
from redaction.rules import Slots
from redaction.scan import Scan
from redaction.spans import Found, merge
from redaction.tokens import tokenize

#: Longer texts are read in windows that overlap, so that no reading is longer than this.
WINDOW_CHARS: Final = 2_000
_OVERLAP_CHARS: Final = 400
#: Words of a second language that make it worth a reading of its own.
_SIGNAL_WORDS: Final = 2


class Analysis:
    """The findings of one call's texts: languages, types, budget and the test hook are the call's."""

    def __init__(
        self,
        engine: Engine,
        *,
        language: str,
        also: Sequence[str],
        entities: frozenset[EntityType],
        known: KnownValues,
        budget_ms: float | None,
        thread_time: Callable[[], float] = time.thread_time,
        fail: Callable[[], bool] | None = None,
    ) -> None:
        self._engine = engine
        codes = dict.fromkeys(code.casefold().replace("_", "-").split("-")[0] for code in (language, *also))
        self.lexicons: tuple[Lexicon, ...] = tuple(lexicon(code) for code in codes)
        self._missing = [code for code in codes if code not in engine.languages]
        self._day_first = not (language.casefold() == "en" or language.casefold().endswith("-us"))
        self._entities = entities
        self.known = known
        self._budget_s = None if budget_ms is None else budget_ms / 1000
        self._thread_time = thread_time
        self._fail = fail
        self._last: Scan | None = None

    def scan(self, text: str, lex: Lexicon) -> Scan:
        """TEXT, read; what is asked for twice in a row is read once."""
        if self._last is None or self._last.text != text or self._last.lexicon is not lex:
            self._last = Scan(text, lex)
        return self._last

    @property
    def main(self) -> Lexicon:
        return self.lexicons[0]

    def find(self, text: str, slots: Slots) -> list[Found]:
        """Sorted, disjoint findings; raises `RecognizerError` and nothing else."""
        try:
            return self._find(text, slots)
        except RecognizerError:
            raise
        except Exception:  # noqa: BLE001 - whatever went wrong may quote the text
            raise RecognizerError("the analysis failed") from None

    def _find(self, text: str, slots: Slots) -> list[Found]:
        if self._missing:
            raise RecognizerError("the engine was built without a language of this call")
        if self._fail is not None and self._fail():
            raise RecognizerError("the analysis was made to fail")
        check = self._clock()
        found: list[Found] = []
        for start, piece in _windows(text):
            for number, lex in enumerate(self.lexicons):
                if number and not self._speaks(piece, lex):
                    continue
                reading = Reading(
                    self.scan(piece, lex), slots, self.known, day_first=self._day_first, check=check
                )
                for one in self._engine.find(reading, lex.table.code):
                    if one.type in self._entities:
                        found += [_moved(one, start)]
        check()
        return merge(found)

    def _clock(self) -> Callable[[], None]:
        if self._budget_s is None:
            return lambda: None
        deadline = self._thread_time() + self._budget_s

        def check() -> None:
            if self._thread_time() > deadline:
                raise RecognizerError("the budget of the utterance is spent")

        return check

    def _speaks(self, text: str, lex: Lexicon) -> bool:
        """Whether enough words of another language stand in TEXT to read it by that language's tables."""
        own = lex.signal_words - self.main.signal_words
        count = 0
        for token in tokenize(text):
            if token.low in own:
                count += 1
                if count >= _SIGNAL_WORDS:
                    return True
        return False


def _moved(one: Found, by: int) -> Found:
    if not by:
        return one
    parts = tuple((a + by, b + by) for a, b in one.parts)
    return replace(one, start=one.start + by, end=one.end + by, parts=parts)


def _windows(text: str) -> list[tuple[int, str]]:
    """Pieces of at most `WINDOW_CHARS` that overlap and begin at white space where there is any."""
    if len(text) <= WINDOW_CHARS:
        return [(0, text)]
    pieces, start = [], 0
    while start < len(text):
        end = min(len(text), start + WINDOW_CHARS)
        pieces.append((start, text[start:end]))
        if end == len(text):
            break
        start = end - _OVERLAP_CHARS
        blank = text.find(" ", start, end)
        start = blank + 1 if blank >= 0 else start
    return pieces
