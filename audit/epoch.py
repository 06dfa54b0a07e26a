"""Begin a new epoch of a log whose database was lost or restored: a new tree and key, and an account of the old."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from audit.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from audit.errors import AuditError, EvidenceUnavailableError
from audit.jobs import Approval
from audit.keyfiles import KeyFolder, published_file
from audit.log import AuditLog
from audit.merkle import EMPTY_ROOT
from audit.opening import finish_opening, one_at_a_time
from audit.outbox import Outbox
from audit.owner import live_writers
from audit.postgres.store import PostgresStore
from audit.pruning import prune_leaves
from audit.schema import DATABASE
from audit.sqlite_store import SqliteStore
from audit.store import Store


def begin_epoch(
    data_dir: Path,
    log: str,
    approval: Approval,
    *,
    now: Callable[[], datetime],
    old_checkpoint: bytes | None = None,
    database: str | None = None,
) -> Checkpoint:
    """Open epoch n+1 of LOG (an origin without epoch) over the entries that the database still has.

    OLD_CHECKPOINT is the last one that anybody has of epoch n; without it the copy beside the database. Erasures that
    the database does not know are carried out again. Returns the first checkpoint of the new epoch.
    """
    with one_at_a_time(data_dir):
        store = SqliteStore(data_dir / DATABASE) if database is None else PostgresStore(database)
        outbox = None if database is None else Outbox(database, log, data_dir / "spool")
        try:
            keys = KeyFolder(data_dir / "keys", in_use=store.has_entries())
            if live_writers(store, data_dir, log):
                raise AuditError("a call is still being written; stop the agents first")
            epoch = store.newest_epoch(log)
            before = f"{log}/{epoch}"
            old = _old_checkpoint(data_dir, before, old_checkpoint)
            opened = AuditLog(
                data_dir, store, keys, origin=f"{log}/{epoch + 1}", tenant="local", now=now, outbox=outbox
            )
            _write(opened, before, old, _own_checkpoint(store, keys, before), approval)
            finish_opening(opened)
            _prune_anew(opened, approval)
            opened.reap()
            return opened.publish()
        finally:
            store.close()


def _old_checkpoint(data_dir: Path, origin: str, given: bytes | None) -> bytes:
    kept = published_file(data_dir, origin)
    if given is None and not kept.exists():
        raise EvidenceUnavailableError(
            "no checkpoint of the old epoch is here; give the last one that was kept"
        )
    note = kept.read_bytes() if given is None else given
    if parse_checkpoint(note).origin != origin:
        raise AuditError("the old checkpoint is of another log or epoch")
    return note


def _own_checkpoint(store: Store, keys: KeyFolder, origin: str) -> bytes:
    """The last checkpoint that the database itself has; an empty one says that it has none."""
    last = store.latest_checkpoint(store.log_id(origin))
    return (
        sign_checkpoint(keys.log_signer(origin, in_use=False), 0, EMPTY_ROOT)
        if last is None
        else last.note.encode("utf-8")
    )


def _write(log: AuditLog, before: str, old: bytes, own: bytes, approval: Approval) -> None:
    members = {
        "old_checkpoint": _log_lines_only(old),
        "db_checkpoint": _log_lines_only(own),
        "reason": approval.basis,
        "actor": approval.actor,
        "approver": approval.approver,
    }
    old_id = log.store.log_id(before)
    log.begin(members, then=lambda changes: changes.take_in(log.log_id, old_id))


def _prune_anew(log: AuditLog, approval: Approval) -> None:
    """A prune names leaves of its own tree only; what was pruned before is accounted for in this one."""
    size = log.store.tree(log.log_id).size
    prune_leaves(log, [one for one in log.store.leaves(log.log_id, 0, size) if one.c is None], approval)


def _log_lines_only(note: bytes) -> str:
    """The note with its Ed25519 lines: a header has 4096 bytes, and other signatures may be long."""
    checkpoint = parse_checkpoint(note)
    head, _, tail = note.decode("utf-8").partition("\n\n")
    kept = [
        line
        for line, parsed in zip(tail.splitlines(keepends=True), checkpoint.lines, strict=True)
        if len(parsed.signature) in (64, 72)
    ]
    return head + "\n\n" + "".join(kept[:8])
