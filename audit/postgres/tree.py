"""The tree in PostgreSQL: entries get their place from one leader, and a checkpoint is signed over what is committed.

An entry is found by its absence from `leaf`, not by a watermark of transactions: an idle session anywhere in the
cluster would hold that back. The low mark below which nothing can be missing only spares looking. It moves to the
highest id of an earlier look once every transaction of that look has ended; `append_batch` takes its transaction id
before its ids, so that no id below the mark can appear afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import sleep
from typing import Final, final

import psycopg

from audit.errors import AuditUnavailable
from audit.merkle import Frontier
from audit.postgres.connection import Connection, Row

BATCH: Final = 5_000
_STANDBY_LOOKS: Final = 20
_STANDBY_LOOK_S: Final = 0.05
#: The first half of the advisory locks of leaders.
_LOCKS: Final = 0x56414C31
_PENDING: Final = """SELECT e.id, e.lh FROM audit.entry AS e JOIN audit.region AS r ON r.id = e.region
    WHERE r.log = %(log)s AND e.id > %(low)s
    AND NOT EXISTS (SELECT FROM audit.leaf AS l WHERE l.log_id = %(log_id)s AND l.id = e.id)
    AND (e.t <> 'segment.close' AND e.t <> 'log.epoch' AND e.tenant <> 'system' OR NOT EXISTS (
        SELECT FROM audit.entry AS f
        WHERE f.call = e.call AND f.seg = e.seg AND f.t = 'log.epoch' AND f.id < %(from_id)s))
    ORDER BY e.id LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True)
class _Look:
    """What an earlier look saw: the highest id then, and the first transaction that had not begun."""

    top_id: int
    xmax: int


@final
class TreeGrower:
    """Grows the trees of one database, each under a lock that its one leader holds."""

    def __init__(self) -> None:
        self._leads: set[int] = set()
        self._looks: dict[int, _Look] = {}

    def lost_connection(self) -> None:
        """The locks went with the session."""
        self._leads.clear()

    def leads(self, log_id: int) -> bool:
        return log_id in self._leads

    def lead(self, connection: Connection, log_id: int) -> bool:
        """Become the leader of this tree, unless another session is."""
        if log_id not in self._leads:
            row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCKS, log_id)).fetchone()
            if row is None or not row[0]:
                return False
            self._leads.add(log_id)
        return True

    def resign(self, connection: Connection, log_id: int) -> None:
        if log_id in self._leads:
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCKS, log_id))
            self._leads.discard(log_id)

    def grow(self, connection: Connection, log_id: int) -> int:
        """Give up to BATCH entries their place in one transaction; return how many. For the leader only."""
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            row = connection.execute(
                "SELECT origin, size, frontier, low_id, pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
                " pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
                " coalesce((SELECT max(id) FROM audit.entry), 0) FROM audit.log WHERE id = %s",
                (log_id,),
            ).fetchone()
            if row is None:
                raise AuditUnavailable("the tree is not in the database")
            origin, size, packed, low, xmin, xmax, top = row
            frontier = Frontier.from_bytes(size, packed)
            pending = connection.execute(
                _PENDING,
                {
                    "log": origin.rpartition("/")[0],
                    "log_id": log_id,
                    "low": low,
                    "from_id": self._opening_id(connection, log_id),
                    "limit": BATCH,
                },
            ).fetchall()
            new_low = low
            if len(pending) < BATCH:
                new_low = self._settled(log_id, low, xmin, _Look(top, xmax))
            if pending or new_low > low:
                place(connection, log_id, frontier, pending, low_id=new_low)
        return len(pending)

    def _settled(self, log_id: int, low: int, xmin: int, look: _Look) -> int:
        earlier = self._looks.setdefault(log_id, look)
        if xmin < earlier.xmax:
            return low
        self._looks[log_id] = look
        return max(low, earlier.top_id)

    @staticmethod
    def _opening_id(connection: Connection, log_id: int) -> int:
        """The id of leaf 0: openings of epochs before it are not taken in."""
        row = connection.execute(
            "SELECT id FROM audit.leaf WHERE log_id = %s AND idx = 0", (log_id,)
        ).fetchone()
        return 0 if row is None else int(row[0])


def place(
    connection: Connection, log_id: int, frontier: Frontier, entries: Sequence[Row], *, low_id: int
) -> None:
    """Within a transaction: make ENTRIES (id and leaf hash) the next leaves of the tree with this FRONTIER."""
    size = frontier.size
    for _, lh in entries:
        frontier.append(lh)
    connection.execute(
        "INSERT INTO audit.leaf (log_id, idx, id) SELECT %s, %s + n - 1, id"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS u(id, n)",
        (log_id, size, [id_ for id_, _ in entries]),
    )
    done = connection.execute(
        "UPDATE audit.log SET size = %s, frontier = %s, low_id = %s WHERE id = %s AND size = %s",
        (frontier.size, frontier.to_bytes(), low_id, log_id, size),
    )
    if done.rowcount != 1:
        raise AuditUnavailable("another sequencer grows this tree")


def sign(
    connection: Connection, log_id: int, make: Callable[[int, bytes], bytes], at: str
) -> tuple[bytes, bool]:
    """The checkpoint of the committed tree, made if there is none of this size; and whether it was made now.

    One beginning has one continuation: the insert of a second sequencer fails.
    """
    row = connection.execute(
        "SELECT size, frontier, low_id FROM audit.log WHERE id = %s", (log_id,)
    ).fetchone()
    if row is None:
        raise AuditUnavailable("the tree is not in the database")
    size, packed, low = row
    last = connection.execute(
        "SELECT size, note FROM audit.checkpoint WHERE log_id = %s ORDER BY size DESC LIMIT 1", (log_id,)
    ).fetchone()
    if last is not None and last[0] >= size:
        return str(last[1]).encode("utf-8"), False
    note = make(size, Frontier.from_bytes(size, packed).root())
    try:
        connection.execute(
            "INSERT INTO audit.checkpoint (log_id, size, prev_size, covered_id, note, at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (log_id, size, -1 if last is None else last[0], low, note.decode("utf-8"), at),
        )
    except psycopg.errors.UniqueViolation:
        raise AuditUnavailable("another sequencer has published a checkpoint of this tree") from None
    return note, True


def require_standby(connection: Connection) -> None:
    """Where a synchronous standby is configured it has everything that is committed; AuditUnavailable if not."""
    row = connection.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
    for _ in range(_STANDBY_LOOKS):
        found = connection.execute("SELECT audit.standby_has(%s::pg_lsn)", row).fetchone()
        if found is None or found[0] is not False:
            return
        sleep(_STANDBY_LOOK_S)
    raise AuditUnavailable("no synchronous standby has confirmed the newest entries; nothing is published")
