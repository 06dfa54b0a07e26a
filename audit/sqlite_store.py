"""The embedded database: entry, leaf and tree in one durable transaction, or nothing at all."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from threading import RLock
from typing import Any, Literal, final

from audit.chain import SealedEntry
from audit.errors import AuditUnavailable
from audit.faults import database_fault
from audit.header import EPOCH
from audit.merkle import Frontier
from audit.questions import Questions
from audit.sqlite_connection import connect_for_reading, connect_for_writing
from audit.store import Target, Then, WrappedDek


@final
class SqliteStore(Questions):
    """One connection to one SQLite file; every write is one transaction, synced when it ends.

    In the mode `read` the folder may be read-only.
    """

    def __init__(self, database: Path, *, mode: Literal["write", "read"] = "write") -> None:
        self.database = database
        self._lock = RLock()
        self._broken: str | None = None
        try:
            self._connection = (
                connect_for_reading(database) if mode == "read" else connect_for_writing(database)
            )
        except sqlite3.Error as error:
            raise database_fault(error, self.database) from error

    @property
    def name(self) -> str:
        return str(self.database)

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask SQLite itself; for tests and maintenance."""
        return self.rows(query, *values)

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

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
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
        then: Then | None = None,
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
            _keep_tree(connection, log_id, frontier)
            for dek in deks:
                _insert_dek(connection, dek)
            for at, named in targets:
                for n, one in enumerate(named):
                    _insert_target(connection, log_id, entries[at], n, one)
            if then is not None:
                then(SqliteChanges(connection))
            return first

    def tree(self, log_id: int) -> Frontier:
        with self._lock:
            try:
                return _frontier(self._connection, log_id)
            except sqlite3.Error as error:
                raise database_fault(error, self.database) from error

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

    def index_call(self, call: str, *, line: str | None, outcome: str | None, caller: bytes | None) -> None:
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO call_index (call, line, outcome, caller) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (call) DO UPDATE SET line = coalesce(excluded.line, line),"
                " outcome = coalesce(excluded.outcome, outcome), caller = coalesce(excluded.caller, caller)",
                (call, line, outcome, caller),
            )

    def add_month_key(self, ek: str, *, tenant: str, jur: str, ret: str, month: str, public: bytes) -> None:
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO ek VALUES (?, ?, ?, ?, ?, ?)", (ek, tenant, jur, ret, month, public)
            )

    def forget_freed_pages(self) -> None:
        """Freed pages were overwritten (secure_delete); now the write-ahead log forgets its copies too."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def add_cosignature(self, log_id: int, size: int, witness: str, line: str) -> None:
        with self.transaction() as connection:
            connection.execute("INSERT INTO cosignature VALUES (?, ?, ?, ?)", (log_id, size, witness, line))


@final
class SqliteChanges:
    """What an append brings along in its transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin_writer(self, call: str, seg: int, owner: str) -> None:
        self._connection.execute("INSERT INTO writer VALUES (?, ?, ?)", (call, seg, owner))

    def end_writer(self, call: str, seg: int) -> None:
        self._connection.execute("DELETE FROM writer WHERE call = ? AND seg = ?", (call, seg))

    def add_dek(self, dek: WrappedDek) -> None:
        known = "SELECT 1 FROM dek WHERE call = ? AND seg = ? AND ek = ?"
        if self._connection.execute(known, (dek.call, dek.seg, dek.ek)).fetchone() is None:
            _insert_dek(self._connection, dek)

    def delete_deks(self, call: str, seg: int) -> None:
        self._connection.execute("DELETE FROM dek WHERE call = ? AND seg = ?", (call, seg))

    def delete_deks_under(self, ek: str) -> list[str]:
        rows = self._connection.execute("SELECT DISTINCT call FROM dek WHERE ek = ?", (ek,)).fetchall()
        self._connection.execute("DELETE FROM dek WHERE ek = ?", (ek,))
        return [call for (call,) in rows]

    def forget_call(self, call: str) -> None:
        self._connection.execute("DELETE FROM call_index WHERE call = ?", (call,))

    def hold(self, call: str, since: str, basis: str) -> None:
        self._connection.execute("INSERT INTO hold VALUES (?, ?, ?)", (call, since, basis))

    def release(self, call: str) -> None:
        self._connection.execute("DELETE FROM hold WHERE call = ?", (call,))

    def prune(self, log_id: int, first: int, last: int) -> None:
        self._connection.execute(
            "UPDATE entry SET c = NULL WHERE c IS NOT NULL AND (call, seg, seq) IN"
            " (SELECT call, seg, seq FROM leaf WHERE log_id = ? AND idx BETWEEN ? AND ?)",
            (log_id, first, last),
        )

    def take_in(self, log_id: int, old_id: int) -> None:
        rows = self._connection.execute(
            "SELECT call, seg, seq, lh FROM leaf WHERE log_id = ? AND (call, seg) NOT IN"
            " (SELECT call, seg FROM entry WHERE seq = 0 AND t = ?) ORDER BY idx",
            (old_id, EPOCH),
        ).fetchall()
        frontier = _frontier(self._connection, log_id)
        for call, seg, seq, lh in rows:
            _insert_leaf(self._connection, log_id, frontier.size, (call, seg, seq), lh)
            frontier.append(lh)
        if rows:
            _keep_tree(self._connection, log_id, frontier)


def _frontier(connection: Connection, log_id: int) -> Frontier:
    size, packed = connection.execute("SELECT size, frontier FROM log WHERE id = ?", (log_id,)).fetchone()
    return Frontier.from_bytes(size, packed)


def _insert(connection: Connection, log_id: int, index: int, entry: SealedEntry) -> None:
    place = (entry.call, entry.seg, entry.seq)
    connection.execute(
        "INSERT INTO entry (call, seg, seq, tenant, t, ts, p, c, ch, lh) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, entry.tenant, entry.t, entry.ts, entry.p, entry.c, entry.ch, entry.lh),
    )
    _insert_leaf(connection, log_id, index, place, entry.lh)


def _insert_leaf(
    connection: Connection, log_id: int, index: int, place: tuple[str, int, int], lh: bytes
) -> None:
    connection.execute(
        "INSERT INTO leaf (log_id, idx, call, seg, seq, lh) VALUES (?, ?, ?, ?, ?, ?)",
        (log_id, index, *place, lh),
    )


def _keep_tree(connection: Connection, log_id: int, frontier: Frontier) -> None:
    connection.execute(
        "UPDATE log SET size = ?, frontier = ? WHERE id = ?", (frontier.size, frontier.to_bytes(), log_id)
    )


def _insert_dek(connection: Connection, dek: WrappedDek) -> None:
    connection.execute(
        "INSERT INTO dek (call, seg, ek, wrapped) VALUES (?, ?, ?, ?)",
        (dek.call, dek.seg, dek.ek, dek.wrapped),
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
