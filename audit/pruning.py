"""Take the bodies of single entries away under a tombstone; headers, order and the rest of the call stay."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from audit.header import PRUNE
from audit.jobs import Approval, parts_of
from audit.log import AuditLog, ControlEntry
from audit.reading import open_body, segment_dek
from audit.store import Changes, StoredLeaf, Target


def bodies_of(
    log: AuditLog, call: str, kinds: Collection[str]
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Type and body of the entries of CALL that are of KINDS, in order; None where a body was erased.

    KeyFileError where a key is gone without a tombstone.
    """
    deks: dict[int, bytes | None] = {}
    for one in log.store.entries_of(call):
        if one.t not in kinds:
            continue
        if one.seg not in deks:
            deks[one.seg] = segment_dek(log.store, log.keyring, call, one.seg)
        dek = deks[one.seg]
        yield one.t, None if one.c is None or dek is None else open_body(dek, one.p, one.c)


def prune_call(log: AuditLog, call: str, due: Callable[[str], bool], approval: Approval) -> int:
    """Delete the bodies of the entries of CALL whose type is DUE, tombstone and deletion in one; return how many.

    Their key stays with the call: a copy of the database from before still opens them.
    """
    leaves = log.store.leaves_of(log.log_id, call, log.store.tree(log.log_id).size)
    return prune_leaves(log, [one for one in leaves if one.c is not None and due(one.t)], approval)


def prune_leaves(log: AuditLog, leaves: Sequence[StoredLeaf], approval: Approval) -> int:
    """Write the tombstones of these leaves of the log, and delete what bodies they have."""
    ranges = _ranges(leaves)
    if not ranges:
        return 0
    epoch = int(log.origin.rpartition("/")[2])

    def delete(changes: Changes) -> None:
        for first, last in ranges:
            changes.prune(log.log_id, first, last)

    entries = [
        ControlEntry(
            PRUNE,
            {"epoch": epoch, "ranges": [list(one) for one in part], **approval.members()},
            targets=[Target(leaves=one) for one in part],
        )
        for part in parts_of(ranges)
    ]
    log.run_job(entries, then=delete)
    log.store.forget_freed_pages()
    return len(leaves)


def _ranges(leaves: Sequence[StoredLeaf]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for index in sorted(one.idx for one in leaves):
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found
