"""Raw text in, redacted text out, for as long as a call lasts; what cannot be scanned is withheld whole.

This is one of the few files that make `RedactedText`. A caller's utterance is held back while its tail may still
grow into something; what a later one proves about an earlier one comes back as a rewrite of it.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from policies.entities import DROPPED, EntityType
from policies.text import RawText, RedactedText
from redaction.analysis import Analysis
from redaction.engine import Engine
from redaction.errors import RecognizerError
from redaction.labels import Labels
from redaction.operators import replacer
from redaction.public import public_values
from redaction.questions import asked_for, changes_subject
from redaction.rules import PREFIXED, Slots
from redaction.spans import WITHHELD, Found, Heard, Redaction, Release, Rewrite, Span, withheld_spans
from redaction.stream import RedactingStream
from redaction.tail import has_numerals, is_open, open_digits
from redaction.tokens import JOIN, TURN
from redaction.utterances import Mark, Utterance, clip, render

#: Everything but plain dates, which only some policies ask for.
DEFAULT_ENTITIES: Final = frozenset(EntityType) - {EntityType.DATE, EntityType.UNSCANNED}

_CONTEXT_CHARS: Final = 400
_WINDOW_CHARS: Final = 1_600
_WINDOW_UTTERANCES: Final = 48
#: An answer with so many digits is whole: what comes after the next question is another value.
_WHOLE_DIGITS: Final = 9
_WHOLE_AT: Final = {
    EntityType.DATE_OF_BIRTH: 4,
    EntityType.CARD_EXPIRY: 3,
    EntityType.SECURITY_CODE: 3,
    EntityType.PIN: 4,
    EntityType.VEHICLE_ID: 6,
    EntityType.PAN: 13,
}
_DATES: Final = frozenset({EntityType.DATE_OF_BIRTH, EntityType.CARD_EXPIRY})
_SHORT_PROMPT_WORDS: Final = 5


class Redactor:
    """The redactor of one call and leg."""

    def __init__(
        self,
        engine: Engine,
        *,
        labels: Labels | None = None,
        language: str = "en",
        also: Sequence[str] = (),
        entities: frozenset[EntityType] | None = None,
        masked: frozenset[EntityType] = frozenset(),
        public: Sequence[str] = (),
        budget_ms: float | None = 80.0,
        thread_time: Callable[[], float] = time.thread_time,
        fail: Callable[[], bool] | None = None,
    ) -> None:
        self.labels = labels if labels is not None else Labels()
        self.language = language
        self._analysis = Analysis(
            engine,
            language=language,
            also=also,
            entities=entities if entities is not None else DEFAULT_ENTITIES,
            known=self.labels.known,
            budget_ms=budget_ms,
            thread_time=thread_time,
            fail=fail,
        )
        self._public = public_values(tuple(public), language)
        self._replace = replacer(self.labels, masked)
        self._expected: tuple[EntityType, ...] = ()
        self._window: list[Utterance] = []
        self._count = 0
        self._turn = 0
        self._banking = False  # whether the call has come to a bank account

    # what the agent asks

    def expect(self, *types: EntityType) -> None:
        """The agent has just asked for TYPES: the answer is redacted from its first digit on."""
        if types != self._expected and not self._goes_on():
            self._window.clear()
        self._banking = self._banking or bool(
            {EntityType.ROUTING_NUMBER, EntityType.BANK_ACCOUNT} & set(types)
        )
        if self._banking:
            types = tuple(EntityType.BANK_ACCOUNT if t is EntityType.ACCOUNT_NUMBER else t for t in types)
        self._expected = types

    def expect_nothing(self) -> None:
        """The agent has said something that asks for nothing."""
        self._expected = ()

    def said(self, text: str) -> None:
        """The agent said TEXT (raw or redacted): what it asks for is expected, "go on" changes nothing."""
        types = asked_for(text, self._analysis.main)
        if types:
            self.expect(*types)
        elif changes_subject(
            text,
            self._analysis.main,
            inside_value=self._inside_value(),
            dated=bool(_DATES & set(self._expected)),
        ):
            self._window.clear()
            self.expect_nothing()
        elif len(text.split()) > _SHORT_PROMPT_WORDS:
            self.expect_nothing()

    def _inside_value(self) -> bool:
        """Whether the caller stopped inside a value that is already known to be one, so that a question is about it."""
        if not self._window or not self._window[-1].marks:
            return False
        kind = self._window[-1].marks[-1].span.type
        digits = open_digits(self._joined(self._window), self._analysis.main, self._analysis.scan)
        return 0 < digits < _WHOLE_AT.get(kind, _WHOLE_DIGITS) and kind in PREFIXED

    def _goes_on(self) -> bool:
        """Whether the caller stopped in the middle of a number."""
        digits = (
            open_digits(self._joined(self._window), self._analysis.main, self._analysis.scan)
            if self._window
            else 0
        )
        return 0 < digits < _WHOLE_DIGITS and not self._expected

    def say(self, text: RawText) -> Heard:
        """One whole text of the agent, counted as an utterance: the gate of its stream, fed with one chunk."""
        stream = self.stream()
        redacted = RedactedText(stream.feed(text) + stream.close())
        index = self._count
        self._count += 1
        withheld = any(span.type is EntityType.UNSCANNED for span in stream.spans)
        return Heard((Release(index, redacted, stream.spans, withheld),))

    # what the caller says

    def hear(self, text: RawText, *, end_of_turn: bool = False) -> Heard:
        """One more final transcript. Never raises: what cannot be scanned is withheld."""
        utterance = Utterance(self._count, text, self._turn)
        self._count += 1
        self._window.append(utterance)
        self._bound_window()
        if not end_of_turn and self._held():
            return Heard()
        return self._let_go(utterance.index, end_of_turn=end_of_turn)

    def end_turn(self) -> Heard:
        """The caller's turn is over: what was held back crosses now, an open value with what is known of it."""
        if any(not u.released for u in self._window):
            return self._let_go(self._count - 1, end_of_turn=True)
        self._close_turn()
        return Heard()

    def _held(self) -> bool:
        try:
            return is_open(
                self._joined(self._window), self._analysis.main, self._expected, self._analysis.scan
            )
        except Exception:  # noqa: BLE001 - undecided is held: the end of the turn withholds it
            return True

    def _let_go(self, after: int, *, end_of_turn: bool) -> Heard:
        try:
            found = self._analysis.find(self._joined(self._window), Slots(self._expected, open_end=True))
            heard = self._cross(found, after)
        except RecognizerError:
            heard = self._withhold()
        if end_of_turn:
            self._close_turn()
        return heard

    def _withhold(self) -> Heard:
        released = []
        for utterance in self._window:
            if not utterance.released:
                utterance.released = utterance.withheld = True
                released.append(
                    Release(utterance.index, WITHHELD, withheld_spans(utterance.text), withheld=True)
                )
        self._window.clear()
        return Heard(tuple(released))

    def _joined(self, window: Sequence[Utterance]) -> str:
        parts: list[str] = []
        for position, utterance in enumerate(window):
            if position:
                parts.append(JOIN if utterance.turn == window[position - 1].turn else TURN)
            parts.append(utterance.text.replace(JOIN, " ").replace(TURN, " "))
        return "".join(parts)

    def _cross(self, found: Sequence[Found], after: int) -> Heard:
        """Give every utterance of the window its spans: new ones are released, old ones rewritten if more is known."""
        released, rewrites = [], []
        offset = 0
        fresh: dict[int, RedactedText] = {}
        for utterance in self._window:
            end = offset + len(utterance.text)
            marks = self._marks(utterance, found, offset, end, fresh)
            if not utterance.released:
                utterance.released, utterance.marks = True, marks
                text, spans = render(utterance)
                released.append(Release(utterance.index, text, spans, withheld=False))
            elif marks != utterance.marks and not utterance.withheld:
                utterance.marks = marks
                text, spans = render(utterance)
                rewrites.append(Rewrite(utterance.index, after, text, spans))
            offset = end + 1
        return Heard(tuple(released), tuple(rewrites))

    def _marks(
        self,
        utterance: Utterance,
        found: Sequence[Found],
        start: int,
        end: int,
        fresh: dict[int, RedactedText],
    ) -> tuple[Mark, ...]:
        """The marks of an utterance: those it had, grown or retyped by what crosses into other utterances."""
        marks = list(utterance.marks)
        for one in found:
            if one.end <= start or one.start >= end:
                continue
            first, last = clip(one, start, end, utterance.text)
            if first >= last:
                continue
            crosses = one.start < start or one.end > end
            over = [m for m in marks if m.span.start < last and first < m.span.end]
            if over and not crosses and utterance.released:
                continue
            if any(
                m.span.start <= first and last <= m.span.end and m.span.type is one.type for m in over
            ) and (not crosses):
                continue
            label = fresh.get(id(one))
            if label is None:
                grown_from = self._grown_from(one)
                label = self._replace(one.type, one.value, grown_from)
                if one.type in DROPPED and grown_from is not None:
                    self.labels.forget(grown_from)
                fresh[id(one)] = label
                self.labels.known.add(one.value, one.type, self.language)
            low = min([first, *(m.span.start for m in over)])
            high = max([last, *(m.span.end for m in over)])
            marks = [m for m in marks if m not in over]
            marks.append(Mark(Span(low, high, one.type), label))
        return tuple(sorted(marks, key=lambda m: m.span.start))

    def _grown_from(self, one: Found) -> str | None:
        """The label that an earlier utterance already has for the beginning of this value."""
        offset = 0
        for utterance in self._window:
            if utterance.released:
                for mark in utterance.marks:
                    if offset + mark.span.start < one.end and one.start < offset + mark.span.end:
                        return mark.text
            offset += len(utterance.text) + 1
        return None

    def _bound_window(self) -> None:
        while len(self._window) > _WINDOW_UTTERANCES or (
            len(self._window) > 1
            and sum(len(u.text) + 1 for u in self._window) > _WINDOW_CHARS
            and self._window[0].released
        ):
            if not self._window[0].released:
                break
            del self._window[0]

    def _close_turn(self) -> None:
        """Keep what a next turn may continue: the utterances of an open value, and a little context for cues."""
        self._turn += 1
        keep, chars = len(self._window), 0
        digits = (
            open_digits(self._joined(self._window), self._analysis.main, self._analysis.scan)
            if self._window
            else 0
        )
        wanted = _WINDOW_CHARS if digits else _CONTEXT_CHARS
        bare = 0
        while keep > 0 and chars + len(self._window[keep - 1].text) <= wanted:
            keep -= 1
            chars += len(self._window[keep].text) + 1
            if digits or not keep:
                continue
            bare += not has_numerals(self._window[keep].text, self._analysis.main)
            if bare >= 2:
                break
        del self._window[:keep]

    # whole texts

    def redact(self, text: RawText) -> Redaction:
        """One whole text: a tool's result, a context, a log text. Only labels and known values are shared with it."""
        try:
            found = self._analysis.find(text, Slots())
        except RecognizerError:
            return Redaction(WITHHELD, withheld_spans(text))
        return self._whole(text, found)

    def _whole(self, text: str, found: Sequence[Found]) -> Redaction:
        marks = []
        for one in found:
            label = self._replace(one.type, one.value, None)
            self.labels.known.add(one.value, one.type, self.language)
            marks.append(Mark(Span(one.start, one.end, one.type), label))
        utterance = Utterance(0, text, 0, tuple(marks))
        return Redaction(*render(utterance))

    def stream(
        self, *, clock: Callable[[], float] | None = None, hold_s: float | None = None
    ) -> RedactingStream:
        """The gate for one answer of the model."""
        return RedactingStream(
            self._analysis, self._public, self._gate_label, self.said, clock=clock, hold_s=hold_s
        )

    def _gate_label(self, one: Found) -> RedactedText:
        self.labels.known.add(one.value, one.type, self.language)
        return self._replace(one.type, one.value, None)
