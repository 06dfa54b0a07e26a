"""One part of a recording: a file with its own key and retention class, from one place of the call to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from audit.crypto.keys import SealedKey
from secure_agent.recording.format import (
    RATE_HZ,
    Audio,
    Ended,
    Muted,
    RetentionClass,
    Samples,
    new_header,
    part_path,
)
from secure_agent.recording.writer import SealedAudioWriter, destroy_recording

SPLIT = "part_over"


@dataclass(slots=True, eq=False)
class Part:
    """What is recorded from START on until END, in samples; END is None while it runs."""

    number: int
    start: int
    retention: RetentionClass
    ek: str
    writer: SealedAudioWriter
    end: int | None = None
    sha256: str | None = None
    deleted: bool = False

    @classmethod
    def begin(
        cls,
        folder: Path,
        *,
        call: str,
        number: int,
        start: int,
        day: date,
        retention: RetentionClass,
        key: SealedKey,
    ) -> Self:
        """Make the file of the part."""
        header = new_header(call, key, part=number, day=day, retention=retention)
        writer = SealedAudioWriter(part_path(folder, call, number), header, key.key)
        return cls(number, start, retention, key.ek, writer)

    @property
    def path(self) -> Path:
        return self.writer.path

    def take(self, place: int, samples: Samples) -> None:
        """Keep what of SAMPLES lies in this part."""
        first, last = self._inside(place, place + len(samples))
        if first < last:
            self.writer.write(Audio(first, samples[first - place : last - place]))

    def note(self, muted: Muted) -> None:
        """Name a stretch that was silent before it was sealed."""
        first, last = self._inside(muted.start, muted.end)
        if first < last:
            self.writer.write(Muted(first, last, muted.reason))

    def mute_caller(self, muted: Muted) -> None:
        first, last = self._inside(muted.start, muted.end)
        if first < last:
            self.writer.mute_caller(Muted(first, last, muted.reason))

    def finish(self, at: int, reason: str) -> None:
        """Write the end: of the part, or of the recording at AT."""
        if self.end is None:
            self.end = max(at, self.start)
            self.sha256 = self.writer.finish(Ended(self.end, reason))
        else:
            self.sha256 = self.writer.finish(Ended(self.end, SPLIT))

    def delete(self) -> None:
        """Destroy the key and remove the file; twice does no harm."""
        destroy_recording(self.path)
        self.deleted = True

    def _inside(self, first: int, last: int) -> tuple[int, int]:
        return max(first, self.start), last if self.end is None else min(last, self.end)

    def as_body(self) -> dict[str, Any]:
        """For the event of its beginning."""
        return {
            "from_ms": self.start * 1000 // RATE_HZ,
            "file": self.path.name,
            "ek": self.ek,
            "part": self.number,
            "class": self.retention.name,
            "min_days": self.retention.min_days,
            "max_days": self.retention.max_days,
        }


def stopped_parts(parts: Sequence[Part]) -> dict[str, Any]:
    """For the event of the end: which file is which, and its hash; None where it could not be finished."""
    return {
        "complete": all(part.sha256 is not None for part in parts),
        "parts": [
            {"part": part.number, "class": part.retention.name, "file": part.path.name, "sha256": part.sha256}
            for part in parts
        ],
    }
