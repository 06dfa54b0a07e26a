"""The conversation as it was heard and as it was played: the only maker of utterance events."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from policies.text import RedactedText
from secure_agent.journal import Journal

Role = Literal["caller", "agent"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that one party said, redacted; times in seconds from answer."""

    role: Role
    text: RedactedText
    start_s: float
    end_s: float
    interrupted: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Transcript:
    """Turns in the order in which they ended. Each is in the audit log before it is here."""

    def __init__(
        self,
        journal: Journal,
        *,
        may_keep: Callable[[], bool],
        on_said: Callable[[RedactedText], None],
        on_turn: Callable[[Turn], None] | None = None,
    ) -> None:
        self._journal = journal
        self._may_keep = may_keep
        self._on_said = on_said
        self._on_turn = on_turn
        self.turns: list[Turn] = []

    def heard(self, text: RedactedText, *, start_s: float, end_s: float, in_danger: bool = False) -> None:
        """The caller said this. The log holds that it was said; its words only where the policy lets it keep them.

        The words of a caller IN_DANGER are never kept: the category is, by whoever acts on it.
        """
        turn = Turn("caller", text, round(start_s, 3), round(end_s, 3))
        body: dict[str, Any] = {"text": text}
        if in_danger or not self._may_keep():
            body = {"text_withheld": "danger" if in_danger else "policy"}
        self._journal.append("turn.caller", {**body, **_times(turn)})
        self._keep(turn)

    def withheld(self, *, start_s: float, end_s: float, reason: str) -> None:
        """Something was said that may not be kept: its place and reason, never its content."""
        turn = Turn("caller", RedactedText("[WITHHELD]"), round(start_s, 3), round(end_s, 3))
        self._journal.append("turn.withheld", {"reason": reason, **_times(turn)})
        self._keep(turn)

    def said(self, text: RedactedText, *, start_s: float, end_s: float, interrupted: bool) -> None:
        """The agent said this in its own words; after an interruption only what was played."""
        turn = Turn("agent", text, round(start_s, 3), round(end_s, 3), interrupted)
        self._journal.append("turn.agent", {"text": text, "interrupted": interrupted, **_times(turn)})
        self._keep(turn)

    def script(self, text: RedactedText, *, start_s: float, end_s: float, interrupted: bool) -> None:
        """A fixed script was played; its own event is written by the speaker. Nothing heard of it is no turn."""
        if text:
            self._keep(Turn("agent", text, round(start_s, 3), round(end_s, 3), interrupted))

    def _keep(self, turn: Turn) -> None:
        self.turns.append(turn)
        if turn.role == "agent":
            self._on_said(turn.text)  # what was asked decides what the next words may be
        if self._on_turn is not None:
            self._on_turn(turn)


def _times(turn: Turn) -> dict[str, int]:
    return {"t_start_ms": round(turn.start_s * 1000), "t_end_ms": round(turn.end_s * 1000)}
