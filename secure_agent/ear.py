"""What the agent may hear of the caller: redaction for one call and leg, and what each turn turned out to be."""

from collections.abc import Callable
from dataclasses import dataclass

from consent import NOTHING, Statements, understand_statements
from policies.entities import EntityType
from policies.text import RawText, RedactedText
from redaction import Heard, Redactor, Rewrite

#: What must be neither kept nor heard again (PCI DSS 4.0.1, 3.3.1): the turn is dropped, its sound removed.
_CARD = frozenset({EntityType.PAN, EntityType.SECURITY_CODE, EntityType.CARD_EXPIRY, EntityType.PIN})


@dataclass(slots=True)
class Findings:
    """What redaction found in the turn that is being spoken."""

    card_spoken: bool = False
    withheld: bool = False
    confidence: float | None = None  # the least of its transcripts
    said: Statements = NOTHING


class CallerEar:
    """Stands between the recogniser and everything else; lives as long as the call.

    `deaf` holds while card details are keyed in: nothing that is said then is heard at all.
    """

    def __init__(self, redactor: Redactor, *, on_rewrite: Callable[[Rewrite, RedactedText], None]) -> None:
        self._redactor = redactor
        self._on_rewrite = on_rewrite
        self._released: dict[int, RedactedText] = {}
        self._findings = Findings()
        self._raw: list[
            str
        ] = []  # of the turn that is open: what it states is understood before it is redacted
        self.deaf = False
        self.asked_for_place = False

    def change_language(self, redactor: Redactor) -> None:
        """Listen with REDACTOR, which knows the same labels, from now on."""
        self._redactor = redactor

    def hear(self, text: RawText, *, language: str, confidence: float) -> tuple[RedactedText, ...]:
        """Take one final transcript; return what may go on now, which may be nothing yet."""
        del language
        known = self._findings.confidence
        self._findings.confidence = confidence if known is None else min(known, confidence)
        self._raw.append(text)
        return self._let_through(self._redactor.hear(text))

    def end_of_speech(self) -> tuple[RedactedText, ...]:
        """The caller has paused: what was held back closes and goes on redacted."""
        return self._let_through(self._redactor.end_turn())

    def agent_said(self, text: RedactedText) -> None:
        """What the agent has just said or asked: it decides how the next words of the caller are read."""
        self._redactor.said(text)

    def take_findings(self) -> Findings:
        """What the finished turn was, once; the next turn starts clean."""
        found, self._findings = self._findings, Findings()
        raw, self._raw = " ".join(self._raw), []
        if raw and not (found.card_spoken or found.withheld):
            found.said = understand_statements(
                raw, self._redactor.language, asked_for_place=self.asked_for_place
            )
            self.asked_for_place = False
        return found

    def _let_through(self, heard: Heard) -> tuple[RedactedText, ...]:
        texts = []
        for release in heard.released:
            self._findings.withheld |= release.withheld
            self._findings.card_spoken |= any(span.type in _CARD for span in release.spans)
            if release.text:
                self._released[release.utterance] = release.text
                texts.append(release.text)
        for rewrite in heard.rewrites:
            self._findings.card_spoken |= any(span.type in _CARD for span in rewrite.spans)
            before = self._released.get(rewrite.utterance)
            if before is not None and before != rewrite.text:
                self._released[rewrite.utterance] = rewrite.text
                self._on_rewrite(rewrite, before)
        return tuple(texts)
