"""What becomes of recordings: closed after a crash, erased at their maximum, kept under hold and to their minimum.

Each erasure is first an event (`recording.erased`), then the key goes, then the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from audit import AuditError, AuditLog, read_call
from audit.jobs import Approval
from audit.log import ControlEntry
from secure_agent.recording.archive import PartFile, data_key, hold_copy, keep_for_hold, parts_in
from secure_agent.recording.errors import RecordingError, RecordingUnavailableError
from secure_agent.recording.reader import has_end
from secure_agent.recording.recovery import recover
from secure_agent.recording.writer import destroy_recording

Why = Literal["retention_over", "key_destroyed", "call_erased", "never_began", "on_request"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the sweep did about one part, or why it could do nothing."""

    action: Literal["erased", "closed", "problem"]
    call: str
    part: int
    why: str

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Periods:
    """TODAY, and how many days a class is kept at most where that is less than the policy of the call said."""

    today: date
    keep_days: Mapping[str, int]

    def must_stay(self, file: PartFile) -> date | None:
        """The day until which a duty keeps FILE; None where none does, or it is over."""
        least = None if file.header is None else file.header.retention.min_days
        if file.header is None or least is None:
            return None
        until = file.header.day + timedelta(days=least)
        return until if self.today < until else None

    def is_over(self, file: PartFile) -> bool:
        """Whether FILE may be kept no longer."""
        if file.header is None or self.must_stay(file) is not None:
            return False
        kept = file.header.retention
        known = [days for days in (kept.max_days, self.keep_days.get(kept.name)) if days is not None]
        return bool(known) and self.today >= file.header.day + timedelta(days=min(known))


def sweep(
    log: AuditLog,
    data_dir: Path,
    periods: Periods,
    approval: Approval,
    *,
    dry_run: bool,
    database: str | None = None,
) -> Iterator[Finding]:
    """Go through all recordings, one by one. DRY_RUN says what would be done. A hold wins over everything."""
    if not dry_run:
        log.reap()
    live = {one.call for one in log.store.open_segments()}
    held = log.store.holds()
    for file in parts_in(data_dir):
        if file.running or file.call in live:
            continue
        try:
            if file.call in held:
                if not dry_run:
                    keep_for_hold(log, data_dir, file.call)
                continue
            if finding := _judged(log, file, periods):
                if not dry_run:
                    erase_parts(log, [file], finding, approval)
                yield Finding("erased", file.call, file.part, finding)
            elif not has_end(file.path, data_key(log, file)):
                if not dry_run:
                    recover(log, file, read_call(data_dir, file.call, database=database))
                yield Finding("closed", file.call, file.part, "crashed")
        except (RecordingError, AuditError) as error:
            yield Finding("problem", file.call, file.part, str(error))


def _judged(log: AuditLog, file: PartFile, periods: Periods) -> Why | None:
    if file.header is None and _never_began(file.path):
        return "never_began"
    header = file.named
    if not log.store.openings_of(file.call):
        raise RecordingUnavailableError("the audit log does not know this call; `recording erase` removes it")
    if log.store.erased_segments(file.call):
        return "call_erased"
    if log.keyring.is_destroyed(header.ek):
        return "key_destroyed"
    return "retention_over" if periods.is_over(file) else None


def erase_parts(log: AuditLog, files: Sequence[PartFile], why: Why, approval: Approval) -> None:
    """Put the erasure on record, then destroy keys and files. Whoever calls this has asked for holds and minimums."""
    if not files:
        return
    log.run_job(
        [
            ControlEntry(
                "recording.erased",
                {},
                {
                    "call": file.call,
                    "part": file.part,
                    "class": None if file.header is None else file.header.retention.name,
                    "why": why,
                    **approval.members(),
                },
            )
            for file in files
        ]
    )
    for file in files:
        destroy_recording(file.path)
        hold_copy(file.path).unlink(missing_ok=True)


def protected(log: AuditLog, data_dir: Path, ek: str, periods: Periods) -> list[PartFile]:
    """Before month key EK goes: recordings under hold get a copy of their keys; what a duty still keeps is returned."""
    held = log.store.holds()
    kept: list[PartFile] = []
    for file in parts_in(data_dir):
        if file.header is None or file.header.ek != ek:
            continue
        if file.call in held:
            keep_for_hold(log, data_dir, file.call)
        elif periods.must_stay(file) is not None:
            kept.append(file)
    return kept


def _never_began(path: Path) -> bool:
    """A crash before the header was whole, or while it was destroyed: there is no key and no sound."""
    try:
        with path.open("rb") as file:
            return not any(file.read(64)) or path.stat().st_size < 64
    except OSError as error:
        raise RecordingUnavailableError(f"the recording cannot be read: {error.strerror}") from None
