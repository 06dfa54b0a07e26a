"""The call's writer in the audit log: an event is durable when `append` returns, or the call does not go on."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from audit import AuditError, CardNumberInBody, Segment
from secure_agent.errors import CallStopped

_log = logging.getLogger(__name__)

#: Decisions, money and evidence wait for the database; turns and tools for the spool.
_DURABLE_PREFIXES = ("consent.", "payment.", "policy.", "ai_disclosure.", "recording.", "card.")
#: What is decided or done by the policy: their headers name the one in force.
_UNDER_POLICY = (*_DURABLE_PREFIXES, "tool.", "activity.", "minor.", "danger.", "residency.", "handover.")


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An acknowledged event: its type and when, in seconds from answer."""

    type: str
    t_s: float


class Journal:
    """One segment of the audit log, and the list of what it acknowledged."""

    def __init__(
        self,
        segment: Segment,
        *,
        seconds_from_answer: Callable[[], float],
        on_failure: Callable[[], None],
        on_event: Callable[[RecordedEvent], None] | None = None,
    ) -> None:
        self._segment = segment
        self._seconds_from_answer = seconds_from_answer
        self._on_failure = on_failure
        self._on_event = on_event
        self.failed = False
        self.policy: str | None = None  # hash of the policy in force
        self.events: list[RecordedEvent] = []
        self._note("segment.open")

    @property
    def call_id(self) -> str:
        return self._segment.call

    def append(self, kind: str, body: Mapping[str, Any], *, model: str | None = None) -> None:
        """Write one event.

        Raises CallStopped when the log cannot take it; the safe ending of the call has then begun.
        """
        if self.failed:
            raise CallStopped("the audit log is not writable")
        policy = self.policy if kind.startswith(_UNDER_POLICY) else None
        level: Literal["spool", "db"] = "db" if kind.startswith(_DURABLE_PREFIXES) else "spool"
        try:
            try:
                self._segment.append(kind, dict(body), level=level, model=model, policy=policy)
            except CardNumberInBody:
                _log.error("card number withheld from the audit log", extra={"event_type": kind})
                self._segment.append(
                    kind, {"withheld": "card_number"}, level=level, model=model, policy=policy
                )
        except AuditError as error:
            self.failed = True
            _log.error("audit append failed", extra={"event_type": kind, "error": type(error).__name__})
            self._on_failure()
            raise CallStopped("the audit log is not writable") from None
        self._note(kind)

    def close(self, reason: str) -> None:
        """Close the segment; after a failure it stays open, which the verifier reports."""
        if self.failed:
            return
        try:
            self._segment.close({"reason": reason})
        except AuditError as error:
            self.failed = True
            _log.error("audit segment left open", extra={"error": type(error).__name__})
            return
        self._note("segment.close")

    def _note(self, kind: str) -> None:
        event = RecordedEvent(kind, round(self._seconds_from_answer(), 3))
        self.events.append(event)
        if self._on_event is not None:
            self._on_event(event)
