"""Append to the embedded database: entry, leaf and tree in one durable transaction, or nothing at all."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from threading import RLock
from typing import Any, Final, Literal, final

from audit.chain import SealedEntry
from audit.errors import AuditUnavailable
from audit.faults import database_fault
from audit.guard import check_guards
from audit.merkle import Frontier

#: Past this a caller would hear the pause; the call is handed over instead.
BUSY_TIMEOUT_S: Final = 2.0
#: What SQLite says where it cannot make the index of a write-ahead log beside the database.
_NO_SHARED_MEMORY: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})


@dataclass(frozen=True, slots=True)
class WrappedDek:
    """A data key as it is kept: sealed to a month key."""

    call: str
    seg: int
    ek: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """What a control entry names; a tombstone allows it to be deleted."""

    call: str | None = None
    seg: int | None = None
    ek: str | None = None
    leaves: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    size: int
    note: str


@final
class SqliteStore:
    """One connection to one SQLite file; every write is one transaction, synced when it ends.

    In the mode `read` the folder may be read-only.
    """

    def __init__(self, database: Path, *, mode: Literal["write", "read"] = "write") -> None:
        self.database = database
        self._lock = RLock()
        self._broken: str | None = None
        try:
            self._connection = _for_reading(database) if mode == "read" else _for_writing(database)
        except sqlite3.Error as error:
            raise database_fault(error, self.database) from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All of the block is on the disk when it ends, or none of it is and AuditUnavailable is raised."""
        with self._lock:
            if self._broken is not None:
                raise AuditUnavailable(self._broken)
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._after(error)
                raise database_fault(error, self.database) from error

    def _after(self, error: sqlite3.Error) -> None:
        """Leave no open transaction; after a failed write take nothing more: a retry could lie."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._broken = "the audit store could not roll back; restart"
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_IOERR:
            self._broken = f"{database_fault(error, self.database)}"

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise database_fault(error, self.database) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads of the block see one state."""
        with self._lock:
            try:
                self._connection.execute("BEGIN")
                try:
                    yield
                finally:
                    self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise database_fault(error, self.database) from error

    def has_entries(self) -> bool:
        return bool(self.read("SELECT 1 FROM entry LIMIT 1"))

    def has_leaves(self, log_id: int) -> bool:
        return bool(self.read("SELECT 1 FROM leaf WHERE log_id = ? LIMIT 1", log_id))

    def newest_epoch(self, log: str) -> int:
        """The epoch in which LOG is now; 1 where it is new."""
        rows = self.read("SELECT origin FROM log")
        epochs = [int(origin.rpartition("/")[2]) for (origin,) in rows if origin.rpartition("/")[0] == log]
        return max(epochs, default=1)

    def log_id(self, origin: str) -> int:
        """The number of the tree of ORIGIN, which begins here if it is new."""
        with self.transaction() as connection:
            row = connection.execute("SELECT id FROM log WHERE origin = ?", (origin,)).fetchone()
            if row is None:
                row = connection.execute(
                    "INSERT INTO log (origin, size, frontier) VALUES (?, 0, x'') RETURNING id", (origin,)
                ).fetchone()
            return int(row[0])

    def append(
        self,
        log_id: int,
        entries: Sequence[SealedEntry],
        *,
        deks: Sequence[WrappedDek] = (),
        targets: Sequence[tuple[int, Sequence[Target]]] = (),
        then: Callable[[Connection], None] | None = None,
    ) -> int:
        """Write ENTRIES and leaves; return the index of the first leaf. THEN acts in the same transaction.

        TARGETS come with the place of their entry in ENTRIES.
        """
        with self.transaction() as connection:
            frontier = _frontier(connection, log_id)
            first = frontier.size
            for entry in entries:
                _insert(connection, log_id, frontier.size, entry)
                frontier.append(entry.lh)
            connection.execute(
                "UPDATE log SET size = ?, frontier = ? WHERE id = ?",
                (frontier.size, frontier.to_bytes(), log_id),
            )
            connection.executemany(
                "INSERT INTO dek (call, seg, ek, wrapped) VALUES (?, ?, ?, ?)",
                [(dek.call, dek.seg, dek.ek, dek.wrapped) for dek in deks],
            )
            for at, named in targets:
                for n, one in enumerate(named):
                    _insert_target(connection, log_id, entries[at], n, one)
            if then is not None:
                then(connection)
            return first

    @staticmethod
    def take_in(connection: Connection, log_id: int, leaves: Sequence[tuple[str, int, int, bytes]]) -> None:
        """Within a transaction: append entries that are here already as leaves of another tree."""
        frontier = _frontier(connection, log_id)
        for call, seg, seq, lh in leaves:
            connection.execute(
                "INSERT INTO leaf (log_id, idx, call, seg, seq, lh) VALUES (?, ?, ?, ?, ?, ?)",
                (log_id, frontier.size, call, seg, seq, lh),
            )
            frontier.append(lh)
        if leaves:
            connection.execute(
                "UPDATE log SET size = ?, frontier = ? WHERE id = ?",
                (frontier.size, frontier.to_bytes(), log_id),
            )

    def tree(self, log_id: int) -> Frontier:
        with self._lock:
            try:
                return _frontier(self._connection, log_id)
            except sqlite3.Error as error:
                raise database_fault(error, self.database) from error

    def latest_checkpoint(self, log_id: int) -> StoredCheckpoint | None:
        rows = self.read(
            "SELECT size, note FROM checkpoint WHERE log_id = ? ORDER BY size DESC LIMIT 1", log_id
        )
        return StoredCheckpoint(rows[0][0], rows[0][1]) if rows else None

    def add_checkpoint(self, log_id: int, make: Callable[[int, bytes], bytes], at: str) -> bytes:
        """Publish the tree as it is: the note of MAKE(size, root), or the last one if it still holds."""
        with self.transaction() as connection:
            frontier = _frontier(connection, log_id)
            row = connection.execute(
                "SELECT size, note FROM checkpoint WHERE log_id = ? ORDER BY size DESC LIMIT 1", (log_id,)
            ).fetchone()
            if row is not None and row[0] == frontier.size:
                return str(row[1]).encode("utf-8")
            note = make(frontier.size, frontier.root())
            connection.execute(
                "INSERT INTO checkpoint (log_id, size, prev_size, note, at) VALUES (?, ?, ?, ?, ?)",
                (log_id, frontier.size, -1 if row is None else row[0], note.decode("utf-8"), at),
            )
            return note

    def cosignatures(self, log_id: int, size: int) -> dict[str, str]:
        """The lines of witnesses under the checkpoint of this size, by key name."""
        rows = self.read("SELECT witness, line FROM cosignature WHERE log_id = ? AND size = ?", log_id, size)
        return dict(rows)

    def add_cosignature(self, log_id: int, size: int, witness: str, line: str) -> None:
        with self.transaction() as connection:
            connection.execute("INSERT INTO cosignature VALUES (?, ?, ?, ?)", (log_id, size, witness, line))


def _frontier(connection: Connection, log_id: int) -> Frontier:
    size, packed = connection.execute("SELECT size, frontier FROM log WHERE id = ?", (log_id,)).fetchone()
    return Frontier.from_bytes(size, packed)


def _insert(connection: Connection, log_id: int, index: int, entry: SealedEntry) -> None:
    place = (entry.call, entry.seg, entry.seq)
    connection.execute(
        "INSERT INTO entry (call, seg, seq, tenant, t, ts, p, ch, lh) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, entry.tenant, entry.t, entry.ts, entry.p, entry.ch, entry.lh),
    )
    connection.execute("INSERT INTO body (call, seg, seq, c) VALUES (?, ?, ?, ?)", (*place, entry.c))
    connection.execute(
        "INSERT INTO leaf (log_id, idx, call, seg, seq, lh) VALUES (?, ?, ?, ?, ?, ?)",
        (log_id, index, *place, entry.lh),
    )


def _insert_target(connection: Connection, log_id: int, entry: SealedEntry, n: int, target: Target) -> None:
    first, last = target.leaves or (None, None)
    connection.execute(
        "INSERT INTO target VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(entry.call, entry.seg, entry.seq, n, entry.t, target.call, target.seg, target.ek),
            *((None,) * 3 if first is None else (log_id, first, last)),
        ),
    )


def _for_writing(database: Path) -> Connection:
    connection = sqlite3.connect(
        database, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        check_guards(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _for_reading(database: Path) -> Connection:
    """Without a write-ahead log the file is all there is: in a read-only folder SQLite must be told so."""
    try:
        return _open_for_reading(database, "mode=ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _NO_SHARED_MEMORY:
            raise
        wal = database.with_name(f"{database.name}-wal")
        if wal.exists() and wal.stat().st_size > 0:
            raise AuditUnavailable(
                f"the newest entries of {database} are in its write-ahead log, which cannot be opened in a "
                f"read-only folder; work on a copy of {database.parent}"
            ) from error
        return _open_for_reading(database, "immutable=1")


def _open_for_reading(database: Path, how: str) -> Connection:
    connection = sqlite3.connect(
        f"{database.resolve().as_uri()}?{how}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        check_guards(connection)
    except BaseException:
        connection.close()
        raise
    return connection
