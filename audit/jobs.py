"""Forgetting and keeping: erase one call, hold a call, destroy the key of a month. Each is itself an entry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from audit.crypto.keys import dek_info, ek_id, wrap_to
from audit.encoding import parse_canonical, timestamp
from audit.errors import AuditError, EvidenceUnavailableError
from audit.header import DESTROYED, ERASURE, HELD, ID, JOB_TENANT, RELEASED, TEXT
from audit.log import AuditLog, ControlEntry
from audit.reading import segment_dek
from audit.store import Changes, Target, WrappedDek
from audit.tombstones import Erased, not_carried_out, write_journal

#: How long a copy of the database may live in backups unless the job says otherwise.
BACKUP_DAYS = 30
HOLD_MONTH = "hold"
_Item = TypeVar("_Item")
#: Keys, heads and commitments that fit into one header of 4096 bytes with room to spare.
_PER_ENTRY = 20


@dataclass(frozen=True, slots=True)
class Approval:
    """On what ground, and who said so. The names are what the job was told; nobody checks them here."""

    basis: str
    actor: str
    approver: str

    def __post_init__(self) -> None:
        if TEXT.fullmatch(self.basis) is None:
            raise AuditError("a basis has 1 to 256 printable characters")
        if not (ID.fullmatch(self.actor) and ID.fullmatch(self.approver)):
            raise AuditError("actor and approver are ids of letters, digits, dot, dash and underscore")
        if self.actor == self.approver:
            raise AuditError("actor and approver are two different persons")

    def members(self) -> dict[str, str]:
        return {"basis": self.basis, "actor": self.actor, "approver": self.approver}


@dataclass(frozen=True, slots=True)
class _Known:
    seg: int
    kc: str
    ek: str
    tenant: str
    jur: str


def erase_call(log: AuditLog, call: str, approval: Approval, backup_complete_by: date | None = None) -> int:
    """Write the tombstone of CALL and delete its keys in one transaction; return the number of segments.

    The chain, the tree and every other call verify as before; the content of this one is gone.
    """
    log.reap()
    segments = _segments(log, call)
    _refuse_held(log, [call])
    _refuse_open(log, call)
    erased = log.store.erased_segments(call)
    left = [one for one in segments if one.seg not in erased]
    if not left:
        raise AuditError("the call was erased before")
    by = backup_complete_by or log.now().date() + timedelta(days=BACKUP_DAYS)
    _erase(log, call, left, approval, by)
    log.store.forget_freed_pages()
    return len(left)


def _erase(log: AuditLog, call: str, segments: Sequence[_Known], approval: Approval, by: date) -> None:
    def delete(changes: Changes) -> None:
        for one in segments:
            changes.delete_deks(call, one.seg)
        changes.forget_call(call)

    entries = [
        ControlEntry(
            ERASURE,
            {
                "target_call": call,
                "target_seg": [one.seg for one in part],
                "target_kc": [one.kc for one in part],
                "backup_complete_by": by.isoformat(),
                **approval.members(),
            },
            targets=[Target(call, one.seg) for one in part],
        )
        for part in parts_of(segments)
    ]
    log.run_job(entries, then=delete)
    write_journal(log)


def hold_call(log: AuditLog, call: str, approval: Approval) -> None:
    """Put CALL under legal hold: nothing erases it, and its keys outlive the keys of its month."""
    segments = _segments(log, call)
    if call in log.store.holds():
        raise AuditError("the call is already under hold")
    copies: list[WrappedDek] = []
    for one in segments:
        dek = segment_dek(log.store, log.keyring, call, one.seg)
        if dek is None:
            raise EvidenceUnavailableError("the call was erased, or its month key destroyed: nothing to hold")
        public = log.keyring.month_key(one.tenant, one.jur, "hold", HOLD_MONTH)
        wrapped = wrap_to(public, dek, dek_info(call, one.seg, bytes.fromhex(one.kc)))
        copies.append(WrappedDek(call, one.seg, ek_id(public), wrapped))

    def keep(changes: Changes) -> None:
        for copy in copies:
            changes.add_dek(copy)
        changes.hold(call, timestamp(log.now()), approval.basis)

    log.run_job([ControlEntry(HELD, {"target_call": call, **approval.members()})], then=keep)


def release_call(log: AuditLog, call: str, approval: Approval) -> bool:
    """End the hold of CALL. If its month key is gone by now, the call is erased; return whether it was."""
    if call not in log.store.holds():
        raise AuditError("the call is not under hold")
    segments = _segments(log, call)

    log.run_job(
        [ControlEntry(RELEASED, {"target_call": call, **approval.members()})],
        then=lambda changes: changes.release(call),
    )
    expired = [one for one in segments if log.keyring.is_destroyed(one.ek)]
    if expired:
        by = log.now().date() + timedelta(days=BACKUP_DAYS)
        _erase(log, call, expired, approval, by)
        log.store.forget_freed_pages()
    return bool(expired)


def destroy_month_key(log: AuditLog, ek: str, approval: Approval) -> int:
    """Destroy a month key: every call sealed to it is gone, but those under hold; return the calls lost."""
    log.reap()
    known = {one.ek: one for one in log.store.month_keys()}
    if ek not in known or log.keyring.has_tombstone(ek):
        raise EvidenceUnavailableError("there is no month key of this id, or it was destroyed before")
    rows = log.store.segments_under(ek)
    held = log.store.holds()
    if {(one.call, one.seg) for one in log.store.open_segments()}.intersection(rows):
        raise AuditError("a call under this key is still being written; wait until it has ended")
    if known[ek].month == HOLD_MONTH and held:
        raise AuditError("calls are under hold with this key; release them first")
    kept = sorted(
        {one.kc for call, seg in rows if call in held for one in _segments(log, call) if one.seg == seg}
    )
    copies = [
        (call, seg)
        for call, seg in rows
        if call not in held and any(other != ek for other, _ in log.store.deks_of(call, seg))
    ]
    by = log.now().date() + timedelta(days=BACKUP_DAYS)
    for call in sorted({call for call, _ in copies}):
        _erase(log, call, [one for one in _segments(log, call) if (call, one.seg) in copies], approval, by)
    parts = parts_of(kept) or [()]
    entries = [
        ControlEntry(
            DESTROYED,
            {"target_ek": [ek], **({"kept_kc": list(part)} if part else {}), **approval.members()},
            targets=[Target(ek=ek)],
        )
        for part in parts
    ]

    def delete(changes: Changes) -> None:
        for call in changes.delete_deks_under(ek):
            if call not in held:
                changes.forget_call(call)

    log.run_job(entries, then=delete)
    log.keys.destroy_month(ek)
    log.store.forget_freed_pages()
    return len({call for call, _ in rows} - held)


def _segments(log: AuditLog, call: str) -> list[_Known]:
    rows = log.store.openings_of(call)
    if not rows:
        raise EvidenceUnavailableError("no call of this id is in the log")
    found: list[_Known] = []
    for seg, p in rows:
        header = parse_canonical(p)
        if header["tenant"] == JOB_TENANT:
            raise AuditError("this is the run of a job, not a call; it is not erased")
        found.append(_Known(seg, header["kc"], header["ek"], header["tenant"], header["jur"]))
    return found


def _refuse_held(log: AuditLog, calls: Sequence[str]) -> None:
    if log.store.holds().intersection(calls):
        raise AuditError("the call is under legal hold; release it first")


def _refuse_open(log: AuditLog, call: str) -> None:
    if any(one.call == call for one in log.store.open_segments()):
        raise AuditError("the call is still being written; wait until it has ended")


def parts_of(whole: Sequence[_Item]) -> list[Sequence[_Item]]:
    """Cut a list so that each part fits into one header."""
    return [whole[at : at + _PER_ENTRY] for at in range(0, len(whole), _PER_ENTRY)]


def erase_again(log: AuditLog) -> int:
    """Carry out the erasures that the journal knows and the database does not: it was restored. Return how many."""
    left: dict[tuple[str, Erased], list[_Known]] = {}
    for one in not_carried_out(log):
        known = [segment for segment in _segments(log, one.call) if segment.seg == one.seg]
        left.setdefault((one.call, replace(one, seg=0)), []).extend(known)
    for (call, word), segments in left.items():
        _erase(log, call, segments, Approval(word.basis, word.actor, word.approver), word.by)
    if left:
        log.store.forget_freed_pages()
    return len(left)
