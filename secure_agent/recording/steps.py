"""What a recorder tells: its state, its steps for the audit log, and the stretches that were left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from secure_agent.recording.format import gap_json, to_seconds

KEYPAD_TONE: Final = "keypad_tone"


class RecorderState(StrEnum):
    NEVER = "never"
    STARTED = "started"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the call that is not in the recording, or in which the caller was silenced."""

    start: int
    end: int
    reason: str

    @property
    def from_s(self) -> float:
        return to_seconds(self.start)

    @property
    def to_s(self) -> float:
        return to_seconds(self.end)

    def as_body(self) -> dict[str, Any]:
        return gap_json(self.start, self.end, self.reason)


def joined(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """GAPS in order, those of one reason that touch as one: a border between parts or chunks is no end of a gap."""
    found: list[Gap] = []
    for gap in sorted(gaps, key=lambda one: (one.reason, one.start, one.end)):
        if found and found[-1].reason == gap.reason and gap.start <= found[-1].end:
            found[-1] = Gap(found[-1].start, max(found[-1].end, gap.end), gap.reason)
        else:
            found.append(gap)
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.reason)))


@dataclass(frozen=True, slots=True)
class RecordingStep:
    """What the recorder did; `as_body` is for the event `recording.<kind>`."""

    kind: str  # started, paused, resumed, stopped
    at_s: float
    details: dict[str, Any]

    def as_body(self) -> dict[str, Any]:
        return {"at_ms": round(self.at_s * 1000), **self.details}
