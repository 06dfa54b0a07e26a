"""The audit database on PostgreSQL, as `audit.store` has it; new leaves get their place from the sequencer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from time import monotonic, sleep
from typing import Any, Final, final

import psycopg

from audit.chain import SealedEntry
from audit.errors import AuditUnavailable
from audit.merkle import Frontier
from audit.postgres.batch import append_batch, deks_json, targets_json
from audit.postgres.changes import PostgresChanges
from audit.postgres.check import check_guards
from audit.postgres.connection import Connection, connect, fault, name_of
from audit.postgres.tree import BATCH, TreeGrower, require_standby, sign
from audit.questions import Questions
from audit.store import StoredLeaf, Target, Then, WrappedDek

#: How long a checkpoint of another process, which leads, is waited for.
LEADER_WAIT_S: Final = 10.0
_LOOK_S: Final = 0.05
_PAGE: Final = 10_000
_HASHES: Final = """SELECT l.idx, e.lh FROM audit.leaf AS l JOIN audit.entry AS e ON e.id = l.id
    WHERE l.log_id = %s AND l.idx >= %s AND l.idx < %s ORDER BY l.idx"""
_LEAVES: Final = """SELECT l.idx, e.call::text, e.seg, e.seq, e.t, e.p, b.c, e.ch, e.lh FROM audit.leaf AS l
    JOIN audit.entry AS e ON e.id = l.id LEFT JOIN audit.body AS b ON b.month = e.month AND b.id = e.id
    WHERE l.log_id = %s AND l.idx >= %s AND l.idx < %s ORDER BY l.idx"""


@final
class PostgresStore(Questions):
    """One connection, made again when it was lost; each write is one transaction, committed when it ends."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = RLock()
        self._grower = TreeGrower()
        self._origins: dict[int, str] = {}
        self._connection: Connection | None = None
        self._checked()

    @property
    def name(self) -> str:
        return name_of(self.url)

    def _checked(self) -> Connection:
        """The connection; a new one only after the guards were looked at."""
        if self._connection is None or self._connection.closed:
            self._grower.lost_connection()
            opened = connect(self.url)
            try:
                check_guards(opened, self.url)
            except BaseException:
                opened.close()
                raise
            self._connection = opened
        return self._connection

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with self._lock:
            try:
                yield self._checked()
            except psycopg.Error as error:
                raise fault(error, self.url) from None

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._open() as connection:
            return connection.execute(query.replace("?", "%s"), values).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self._open() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    @property
    def can_read(self) -> bool:
        """Whether this login is more than a writer."""
        return bool(self.rows("SELECT has_table_privilege('audit.entry', 'SELECT')")[0][0])

    def logs(self) -> list[str]:
        """The logs (origins without epoch) that entries were written to."""
        return [log for (log,) in self.rows("SELECT log FROM audit.region ORDER BY id")]

    def silent_segments(self, log: str, for_s: float) -> list[tuple[str, int]]:
        """The open segments of LOG whose writer has said nothing for that long."""
        rows = self.rows(
            "SELECT o.call, o.seg FROM audit.open_segment AS o JOIN audit.region AS r ON r.id = o.region"
            " WHERE r.log = ? AND o.seen < clock_timestamp() - make_interval(secs => ?) ORDER BY o.call, o.seg",
            *(log, for_s),
        )
        return [(call, seg) for call, seg in rows]

    def wanted_classes(self) -> list[tuple[str, str, str]]:
        """Tenant, jurisdiction and retention class of the month keys that writers asked for."""
        return [
            (t, j, r) for t, j, r in self.rows("SELECT tenant, jur, ret FROM audit.class ORDER BY 1, 2, 3")
        ]

    def make_partitions(self) -> None:
        """The partitions of this month and the next are there."""
        self.rows(
            "SELECT audit.make_partition((date_trunc('month', now() AT TIME ZONE 'UTC')"
            " + n * interval '1 month')::date) FROM generate_series(0, 1) AS n"
        )

    # --- writing

    def append(
        self,
        log_id: int,
        entries: Sequence[SealedEntry],
        *,
        deks: Sequence[WrappedDek] = (),
        targets: Sequence[tuple[int, Sequence[Target]]] = (),
        then: Then | None = None,
    ) -> None:
        """Write ENTRIES past the spool: what a job does is done when this returns."""
        more: dict[str, Any] = {"deks": deks_json(deks)}
        if any(named for _, named in targets):
            more["targets"] = targets_json(log_id, entries, targets)
        log = self._origin(log_id).rpartition("/")[0]
        with self._open() as connection, connection.transaction():
            append_batch(connection, log, [(entry.p, entry.c) for entry in entries], more)
            if then is not None:
                then(PostgresChanges(connection, [(entry.call, entry.seg) for entry in entries[:1]]))

    def index_call(self, call: str, *, line: str | None, outcome: str | None, caller: bytes | None) -> None:
        index = {"call": call, "line": line, "outcome": outcome, "caller": caller and caller.hex()}
        with self._open() as connection:
            append_batch(connection, "", (), {"index": index})

    def add_month_key(self, ek: str, *, tenant: str, jur: str, ret: str, month: str, public: bytes) -> None:
        with self._open() as connection:
            connection.execute(
                "INSERT INTO audit.ek (ek, tenant, jur, ret, month, public) VALUES (%s, %s, %s, %s, %s, %s)",
                (ek, tenant, jur, ret, month, public),
            )

    def add_cosignature(self, log_id: int, size: int, witness: str, line: str) -> None:
        with self._open() as connection:
            connection.execute(
                "INSERT INTO audit.cosignature (log_id, size, witness, line) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                (log_id, size, witness, line),
            )

    def forget_freed_pages(self) -> None:
        """A server keeps old pages, its write-ahead log and backups for a while: see docs/audit.md."""

    # --- trees

    def log_id(self, origin: str) -> int:
        with self._open() as connection:
            row = connection.execute("SELECT id FROM audit.log WHERE origin = %s", (origin,)).fetchone()
            if row is None:
                connection.execute(
                    "INSERT INTO audit.region (log) VALUES (%s) ON CONFLICT DO NOTHING",
                    (origin.rpartition("/")[0],),
                )
                connection.execute(
                    "INSERT INTO audit.log (origin) VALUES (%s) ON CONFLICT DO NOTHING", (origin,)
                )
                row = connection.execute("SELECT id FROM audit.log WHERE origin = %s", (origin,)).fetchone()
            if row is None:
                raise AuditUnavailable(f"{self.name} does not keep a new log")
            return int(row[0])

    def _origin(self, log_id: int) -> str:
        if log_id not in self._origins:
            self._origins[log_id] = str(self.rows("SELECT origin FROM log WHERE id = ?", log_id)[0][0])
        return self._origins[log_id]

    def origins_of(self, call: str) -> list[str]:
        """What has no place in a tree yet lies in the newest epoch of its log."""
        logs = self.rows(
            "SELECT DISTINCT r.log FROM audit.entry AS e JOIN audit.region AS r ON r.id = e.region WHERE e.call = ?",
            call,
        )
        return super().origins_of(call) or [f"{log}/{self.newest_epoch(log)}" for (log,) in logs]

    def tree(self, log_id: int) -> Frontier:
        size, packed = self.rows("SELECT size, frontier FROM log WHERE id = ?", log_id)[0]
        return Frontier.from_bytes(size, packed)

    def leaf_hashes(self, log_id: int, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        upto = self.tree(log_id).size if end is None else end
        for start in range(0, upto, _PAGE):
            with self._open() as connection:
                cursor = connection.cursor(binary=True)
                rows = cursor.execute(_HASHES, (log_id, start, min(start + _PAGE, upto))).fetchall()
            yield from rows

    def leaves(self, log_id: int, first: int, end: int) -> Iterator[StoredLeaf]:
        for start in range(first, end, _PAGE):
            with self._open() as connection:
                cursor = connection.cursor(binary=True)
                rows = cursor.execute(_LEAVES, (log_id, start, min(start + _PAGE, end))).fetchall()
            yield from map(StoredLeaf._make, rows)

    def lead(self, log_id: int) -> bool:
        """Become the sequencer of this tree until the store is closed; false where another one is."""
        with self._open() as connection:
            return self._grower.lead(connection, log_id)

    def grow(self, log_id: int) -> int:
        """Give entries that have none their place in the tree, a batch of them; return how many. For its leader."""
        with self._open() as connection:
            return self._grower.grow(connection, log_id)

    def add_checkpoint(self, log_id: int, make: Callable[[int, bytes], bytes], at: str) -> bytes:
        """Publish the tree with every entry that is committed by now, or have its leader do so."""
        with self._open() as connection:
            led = self._grower.leads(log_id)
            if self._grower.lead(connection, log_id):
                try:
                    while self._grower.grow(connection, log_id) == BATCH:
                        pass
                    require_standby(connection)
                    return sign(connection, log_id, make, at)[0]
                finally:
                    if not led and not connection.closed:
                        self._grower.resign(connection, log_id)
        return self._published_by_leader(log_id)

    def _published_by_leader(self, log_id: int) -> bytes:
        """Wait until the checkpoint of the leader covers what is here now; then what it published."""
        log = self._origin(log_id).rpartition("/")[0]
        (top,) = self.rows(
            "SELECT coalesce(max(e.id), 0) FROM audit.entry AS e JOIN audit.region AS r ON r.id = e.region"
            " WHERE r.log = ?",
            log,
        )[0]
        ends_s = monotonic() + LEADER_WAIT_S
        while True:
            last = self.latest_checkpoint(log_id)
            place = self.rows("SELECT idx FROM audit.leaf WHERE log_id = ? AND id = ?", log_id, top)
            if last is not None and (top == 0 or (place and place[0][0] < last.size)):
                return last.note.encode("utf-8")
            if monotonic() > ends_s:
                break
            sleep(_LOOK_S)
        if last is None:
            raise AuditUnavailable(
                "the sequencer has published nothing yet; see: secure-agent audit sequencer"
            )
        return last.note.encode("utf-8")
