"""The journal of erasures beside the database: after a restore they are carried out again before the first read."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from audit.encoding import Json, canonical, parse_canonical
from audit.errors import AuditUnavailable, VerificationError
from audit.log import AuditLog


@dataclass(frozen=True, slots=True)
class Erased:
    """One segment that was erased, and on whose word."""

    call: str
    seg: int
    basis: str
    actor: str
    approver: str
    by: date

    def as_json(self) -> Json:
        return {
            "call": self.call,
            "seg": self.seg,
            "basis": self.basis,
            "actor": self.actor,
            "approver": self.approver,
            "backup_complete_by": self.by.isoformat(),
        }


def write_journal(log: AuditLog) -> None:
    """Append what the log has erased and the journal does not know yet."""
    path = _journal(log.data_dir)
    known = {(one.call, one.seg) for one in read_journal(log.data_dir)}
    new = [one for one in _erased(log) if (one.call, one.seg) not in known]
    if not new:
        return
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("ab") as file:
            file.write(b"".join(canonical(one.as_json()) + b"\n" for one in new))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AuditUnavailable(f"{path} cannot be written: {error.strerror}") from error


def read_journal(data_dir: Path) -> Iterator[Erased]:
    """All erasures that were ever carried out here; a torn last line is left out."""
    path = _journal(data_dir)
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            one = parse_canonical(line)
            yield Erased(
                one["call"],
                one["seg"],
                one["basis"],
                one["actor"],
                one["approver"],
                date.fromisoformat(one["backup_complete_by"]),
            )
        except (VerificationError, KeyError, ValueError):
            continue


def not_carried_out(log: AuditLog) -> list[Erased]:
    """Erasures of the journal whose keys are here all the same: the database is older than they are."""
    alive = log.store.segments_with_keys()
    return [one for one in read_journal(log.data_dir) if (one.call, one.seg) in alive]


def _erased(log: AuditLog) -> Iterator[Erased]:
    for p in log.store.erasures():
        header = parse_canonical(p)
        for seg in header["target_seg"]:
            yield Erased(
                header["target_call"],
                seg,
                header["basis"],
                header["actor"],
                header["approver"],
                date.fromisoformat(header["backup_complete_by"]),
            )


def _journal(data_dir: Path) -> Path:
    return data_dir / "published" / "erased"


def finish_destructions(log: AuditLog) -> None:
    """Delete the month keys for which a tombstone stands: a crash or a restored key folder may have left them."""
    for ek in log.store.destroyed_keys().intersection(log.keys.months()):
        log.keys.destroy_month(ek)
