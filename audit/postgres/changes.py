"""What an append brings along in its own transaction, on PostgreSQL; the triggers ask for the tombstones."""

from collections.abc import Sequence
from typing import final

from audit.merkle import Frontier
from audit.postgres.connection import Connection
from audit.postgres.tree import place
from audit.store import WrappedDek


@final
class PostgresChanges:
    """See `audit.store.Changes`."""

    def __init__(self, connection: Connection, segments: Sequence[tuple[str, int]] = ()) -> None:
        self._connection = connection
        self._segments = segments

    def begin_writer(self, call: str, seg: int, owner: str) -> None:
        """`append_batch` has noted it already."""

    def end_writer(self, call: str, seg: int) -> None:
        self._connection.execute("DELETE FROM audit.open_segment WHERE call = %s AND seg = %s", (call, seg))

    def add_dek(self, dek: WrappedDek) -> None:
        self._connection.execute(
            "INSERT INTO audit.dek (call, seg, ek, wrapped) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (dek.call, dek.seg, dek.ek, dek.wrapped),
        )

    def delete_deks(self, call: str, seg: int) -> None:
        self._connection.execute("DELETE FROM audit.dek WHERE call = %s AND seg = %s", (call, seg))

    def delete_deks_under(self, ek: str) -> list[str]:
        rows = self._connection.execute(
            "DELETE FROM audit.dek WHERE ek = %s RETURNING call", (ek,)
        ).fetchall()
        return sorted({call for (call,) in rows})

    def forget_call(self, call: str) -> None:
        self._connection.execute("DELETE FROM audit.call_index WHERE call = %s", (call,))

    def hold(self, call: str, since: str, basis: str) -> None:
        self._connection.execute(
            "INSERT INTO audit.hold (call, since, basis) VALUES (%s, %s, %s)", (call, since, basis)
        )

    def release(self, call: str) -> None:
        self._connection.execute("DELETE FROM audit.hold WHERE call = %s", (call,))

    def prune(self, log_id: int, first: int, last: int) -> None:
        self._connection.execute(
            "DELETE FROM audit.body WHERE id IN"
            " (SELECT id FROM audit.leaf WHERE log_id = %s AND idx BETWEEN %s AND %s)",
            (log_id, first, last),
        )

    def take_in(self, log_id: int, old_id: int) -> None:
        """The entries of this append come first; what arrives later is the sequencer's."""
        calls = [call for call, _ in self._segments]
        rows = self._connection.execute(
            "SELECT id, lh FROM audit.entry WHERE call = ANY(%s::uuid[]) ORDER BY seg, seq", (calls,)
        ).fetchall()
        rows += self._connection.execute(
            "SELECT e.id, e.lh FROM audit.leaf AS l JOIN audit.entry AS e ON e.id = l.id WHERE l.log_id = %s"
            " AND NOT EXISTS (SELECT FROM audit.entry AS f WHERE f.call = e.call AND f.seg = e.seg"
            " AND f.t = 'log.epoch') ORDER BY l.idx",
            (old_id,),
        ).fetchall()
        place(self._connection, log_id, Frontier(), rows, low_id=0)
