"""Whose segments are still being written: a lock per process, released by the system when it dies."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import final

from audit.chain import SealedEntry
from audit.crypto import random_bytes
from audit.postgres.store import PostgresStore
from audit.store import Changes, Store

#: A writer on another host that has said nothing for this long is gone.
SILENCE_S = 120.0


@final
class Owner:
    """The writer of the segments that one `AuditLog` opens. Its lock is taken with the first of them."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "run"
        self._name = ""
        self._lock: int | None = None

    def begins(self, changes: Changes, entry: SealedEntry) -> None:
        """Within the transaction of its first entry a segment gets its writer."""
        self._take()
        changes.begin_writer(entry.call, entry.seg, self._name)

    @staticmethod
    def ends(changes: Changes, entry: SealedEntry) -> None:
        """Within the transaction of its close it has none any more."""
        changes.end_writer(entry.call, entry.seg)

    def _take(self) -> None:
        if self._lock is not None:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._name = f"{os.getpid()}-{random_bytes(4).hex()}.lock"
        self._lock = os.open(self._folder / self._name, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def close(self) -> None:
        if self._lock is not None:
            (self._folder / self._name).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None


def gone_writers(
    store: Store, data_dir: Path, log: str, log_id: int, *, silence_s: float = SILENCE_S
) -> list[tuple[str, int, bytes]]:
    """Segments of LOG without a close whose writer is gone, each with its head as far as it lies in the tree."""
    if isinstance(store, PostgresStore):
        silent = store.silent_segments(log, silence_s)
    else:
        silent = _without_process(store, data_dir)
    heads = ((call, seg, store.head_in_tree(log_id, call, seg)) for call, seg in silent)
    return [(call, seg, head) for call, seg, head in heads if head is not None]


def live_writers(store: Store, data_dir: Path, log: str) -> bool:
    """Whether any segment is still being written."""
    if isinstance(store, PostgresStore):
        silent = set(store.silent_segments(log, SILENCE_S))
    else:
        silent = set(_without_process(store, data_dir))
    return any((one.call, one.seg) not in silent for one in store.open_segments())


def _without_process(store: Store, data_dir: Path) -> list[tuple[str, int]]:
    """Open segments whose process does not hold its lock any more."""
    alive: dict[str, bool] = {}
    gone: list[tuple[str, int]] = []
    for call, seg, owner in store.open_segments():
        if owner not in alive:
            alive[owner] = _is_alive(data_dir / "run" / owner)
        if not alive[owner]:
            gone.append((call, seg))
    return gone


def _is_alive(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    with suppress(OSError):
        lock.unlink()
    return False
