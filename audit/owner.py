"""Whose segments are still being written: a lock per process, released by the system when it dies."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import final

from audit.chain import SealedEntry
from audit.crypto import random_bytes
from audit.store import Changes, Store


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


def gone_writers(store: Store, data_dir: Path, log_id: int) -> list[tuple[str, int, bytes]]:
    """Segments of this log without a close whose writer is gone, each with its head."""
    alive: dict[str, bool] = {}
    gone: list[tuple[str, int, bytes]] = []
    for call, seg, owner in store.open_segments():
        if owner not in alive:
            alive[owner] = _is_alive(data_dir / "run" / owner)
        if alive[owner]:
            continue
        head = store.head_in_tree(log_id, call, seg)
        if head is not None:
            gone.append((call, seg, head))
    return gone


def live_writers(store: Store, data_dir: Path) -> bool:
    """Whether any segment of this database is still being written."""
    return any(_is_alive(data_dir / "run" / owner) for _, _, owner in store.open_segments())


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
