"""The recordings of a data folder: which parts a call has, which key opens them, and what is on record of them."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from audit import AuditLog, EntryView
from audit.crypto.keys import SealedKey
from audit.errors import EvidenceUnavailableError
from audit.jobs import HOLD_MONTH
from secure_agent.recording.errors import RecordingAlteredError, RecordingUnavailableError
from secure_agent.recording.format import PURPOSE, Header, part_files, recordings_folder
from secure_agent.recording.reader import Reading, read_header, read_records
from secure_agent.recording.writer import is_being_written

_HELD: Final = ".held"


@dataclass(frozen=True, slots=True)
class PartFile:
    """One part of the recording of a call, as it lies in the folder; HEADER is None where it cannot be read."""

    call: str
    part: int
    path: Path
    header: Header | None
    running: bool

    @property
    def named(self) -> Header:
        """Its header. Raises RecordingAlteredError where there is none, or it is that of another recording."""
        if self.header is None:
            raise RecordingAlteredError("the header of the recording is malformed")
        if (self.header.call, self.header.part) != (self.call, self.part):
            raise RecordingAlteredError("the recording is that of another call")
        return self.header

    def as_dict(self) -> dict[str, Any]:
        """What stands in clear; days and class are None where the header cannot be read."""
        header = self.header
        return {
            "call": self.call,
            "part": self.part,
            "file": str(self.path),
            "bytes": self.path.stat().st_size,
            "day": None if header is None else header.day.isoformat(),
            "class": None if header is None else header.retention.name,
            "min_days": None if header is None else header.retention.min_days,
            "max_days": None if header is None else header.retention.max_days,
            "state": "running" if self.running else "unreadable" if header is None else "closed",
        }


def parts_in(data_dir: Path, call: str | None = None) -> list[PartFile]:
    """Every part that is kept, or those of one call, in order. No key is needed."""
    return [
        PartFile(name, part, path, _header_or_none(path), is_being_written(path))
        for name, part, path in part_files(recordings_folder(data_dir), call)
    ]


def open_part(log: AuditLog, file: PartFile) -> Reading:
    """Open a part with the key of its month, or the copy that a legal hold keeps.

    Raises RecordingAlteredError, RecordingUnavailableError, or AuditError where the key is gone or lost.
    """
    return read_records(file.path, data_key(log, file))


def data_key(log: AuditLog, file: PartFile) -> bytes:
    """The key that opens a part; errors as for `open_part`."""
    header = file.named
    try:
        return log.open_sealed_key(header.wrapped, header.ek, file.call, PURPOSE)
    except EvidenceUnavailableError:
        held = _copy_for_hold(file.path)
        if held is None:
            raise
        return log.open_sealed_key(held[1], held[0], file.call, PURPOSE)


def keep_for_hold(log: AuditLog, data_dir: Path, call: str) -> int:
    """Seal the keys of CALL's recording to the key of legal holds, too; return how many had to be.

    From then on the recording opens although its month key is destroyed.
    """
    count = 0
    for file in parts_in(data_dir, call):
        if _copy_for_hold(file.path) is not None or log.keyring.is_destroyed(file.named.ek):
            continue
        copy = log.seal_key_again(data_key(log, file), call, PURPOSE, retention="hold", month=HOLD_MONTH)
        _write_copy(file.path, copy)
        count += 1
    return count


def end_hold(data_dir: Path, call: str) -> None:
    """Forget the copies of the keys that a hold kept."""
    for file in parts_in(data_dir, call):
        hold_copy(file.path).unlink(missing_ok=True)


def digests_on_record(entries: Iterable[EntryView]) -> dict[int, str]:
    """The hash of each part that the audit log has on record as whole."""
    found: dict[int, str] = {}
    for entry in entries:
        if entry.t == "recording.stopped" and entry.body is not None:
            for part in entry.body.get("parts", ()):
                if isinstance(part["sha256"], str):
                    found[part["part"]] = part["sha256"]
    return found


def check_digests(readings: Sequence[Reading], on_record: dict[int, str]) -> bool:
    """Whether all these parts are on record as they are. Raises RecordingAlteredError where one is not the same."""
    for reading in readings:
        known = on_record.get(reading.header.part)
        if known is not None and reading.recording.sha256 != known:
            raise RecordingAlteredError("the recording is not the one that the audit log has on record")
    return all(reading.header.part in on_record for reading in readings)


def hold_copy(path: Path) -> Path:
    """Where the key of a recording stands under the key of legal holds."""
    return path.with_name(path.name + _HELD)


def _copy_for_hold(path: Path) -> tuple[str, bytes] | None:
    try:
        match orjson.loads(hold_copy(path).read_bytes()):
            case {"ek": str(ek), "wrapped": str(wrapped)}:
                return ek, bytes.fromhex(wrapped)
            case _:
                raise RecordingAlteredError("the copy of the key that a legal hold keeps is malformed")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RecordingUnavailableError(f"the recording cannot be read: {error.strerror}") from None
    except ValueError:
        raise RecordingAlteredError("the copy of the key that a legal hold keeps is malformed") from None


def _write_copy(path: Path, key: SealedKey) -> None:
    target, temporary = hold_copy(path), path.with_name(path.name + ".new")
    content = orjson.dumps({"ek": key.ek, "wrapped": key.wrapped.hex()})
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise RecordingUnavailableError(f"the recording cannot be written: {error.strerror}") from None


def _header_or_none(path: Path) -> Header | None:
    try:
        return read_header(path)
    except RecordingAlteredError:
        return None
