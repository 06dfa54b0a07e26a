"""Closes a recording whose process died: what was to be silent is silent, what nobody has screened is silenced.

A caller who is dictating a card when the process dies has said digits that no turn was judged by. So the caller's
channel after the last turn on record is silenced before anybody can hear it; the agent's channel stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from audit import AuditLog, EntryView
from audit.log import ControlEntry
from secure_agent.recording.archive import PartFile, data_key
from secure_agent.recording.format import RATE_HZ, Ended, Muted
from secure_agent.recording.reader import Reading, read_records
from secure_agent.recording.writer import SealedAudioWriter

CRASHED: Final = "crashed"
NOT_SCREENED: Final = "not_screened"
_TURNS: Final = frozenset({"turn.caller", "turn.withheld"})


@dataclass(frozen=True, slots=True)
class Recovered:
    """A part that was closed: up to where it holds, and from where the caller is silent."""

    call: str
    part: int
    end_ms: int
    silenced_from_ms: int | None
    sha256: str

    def as_body(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def recover(log: AuditLog, file: PartFile, entries: Sequence[EntryView]) -> Recovered | None:
    """Close FILE, if a crash left it open, and put that on record. ENTRIES are those of its call.

    None where it has its end. Raises RecordingUnavailableError while its writer is alive, RecordingAlteredError where
    it was changed, and AuditError where it cannot be opened.
    """
    key = data_key(log, file)
    reading = read_records(file.path, key)
    if reading.recording.complete:
        return None
    done = _closed(file, key, reading, entries)
    log.run_job([ControlEntry("recording.recovered", {}, done.as_body())])
    return done


def _closed(file: PartFile, key: bytes, reading: Reading, entries: Sequence[EntryView]) -> Recovered:
    writer = SealedAudioWriter.reopen(
        file.path,
        reading.header,
        key,
        size=reading.size,
        tags=list(reading.tags),
        audio=list(reading.audio),
    )
    start = reading.recording.start
    end = start + len(reading.recording.samples)
    screened = min(max(_screened_until(entries), start), end)
    try:
        for muted in reading.mutes:  # named before the crash, perhaps not carried out
            writer.carry_out(muted)
        for muted in _withheld(entries, start, end):
            writer.mute_caller(muted)
        if screened < end:
            writer.mute_caller(Muted(screened, end, NOT_SCREENED))
        digest = writer.finish(Ended(end, CRASHED))
    finally:
        writer.close()
    silenced = screened * 1000 // RATE_HZ if screened < end else None
    return Recovered(file.call, file.part, end * 1000 // RATE_HZ, silenced, digest)


def _screened_until(entries: Sequence[EntryView]) -> int:
    """Up to where the caller's turns were judged; 0 if none was."""
    ends = [entry.body["t_end_ms"] for entry in entries if entry.t in _TURNS and entry.body is not None]
    return int(max(ends, default=0)) * RATE_HZ // 1000


def _withheld(entries: Sequence[EntryView], start: int, end: int) -> list[Muted]:
    """Where a card was spoken: it may have been on record before the recorder could obey."""
    found: list[Muted] = []
    for entry in entries:
        if entry.t == "turn.withheld" and entry.body is not None and entry.body["reason"] == "card_spoken":
            first = max(int(entry.body["t_start_ms"]) * RATE_HZ // 1000, start)
            last = min(int(entry.body["t_end_ms"]) * RATE_HZ // 1000, end)
            if first < last:
                found.append(Muted(first, last, "card_spoken"))
    return found
