"""The questions of `audit.store.Store` that both databases answer in the same words; PostgreSQL reads through views."""

from collections.abc import Iterator
from typing import Any

from audit.encoding import parse_canonical
from audit.header import ABANDONED, CLOSE, DESTROYED, ERASURE, PRUNE
from audit.store import OpenSegment, StoredCall, StoredCheckpoint, StoredEntry, StoredLeaf, StoredMonthKey

_PAGE = 5_000
_LEAVES = (
    "SELECT leaf.idx, leaf.call, leaf.seg, leaf.seq, entry.t, entry.p, entry.c, entry.ch, leaf.lh FROM leaf"
    " JOIN entry ON entry.call = leaf.call AND entry.seg = leaf.seg AND entry.seq = leaf.seq"
    " WHERE leaf.log_id = ?"
)


class Questions:
    """Reads of an audit database. A store gives `rows`; `?` stands for each value."""

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    # --- trees

    def has_entries(self) -> bool:
        return bool(self.rows("SELECT 1 FROM entry LIMIT 1"))

    def has_leaves(self, log_id: int) -> bool:
        return bool(self.rows("SELECT 1 FROM leaf WHERE log_id = ? LIMIT 1", log_id))

    def origins(self) -> list[str]:
        return [origin for (origin,) in self.rows("SELECT origin FROM log ORDER BY id")]

    def origins_of(self, call: str) -> list[str]:
        return [
            origin
            for _, origin in self.rows(
                "SELECT DISTINCT log.id, origin FROM leaf JOIN log ON log.id = leaf.log_id WHERE leaf.call = ?"
                " ORDER BY log.id DESC",
                call,
            )
        ]

    def newest_epoch(self, log: str) -> int:
        epochs = [
            int(origin.rpartition("/")[2]) for origin in self.origins() if origin.rpartition("/")[0] == log
        ]
        return max(epochs, default=1)

    def leaf_hashes(self, log_id: int, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        upto = 2**53 if end is None else end
        query = "SELECT idx, lh FROM leaf WHERE log_id = ? AND idx < ? ORDER BY idx"
        for index, lh in self.rows(query, log_id, upto):
            yield index, bytes(lh)

    def latest_checkpoint(self, log_id: int) -> StoredCheckpoint | None:
        rows = self.rows(
            "SELECT size, note FROM checkpoint WHERE log_id = ? ORDER BY size DESC LIMIT 1", log_id
        )
        return StoredCheckpoint(rows[0][0], rows[0][1]) if rows else None

    def cosignatures(self, log_id: int, size: int) -> dict[str, str]:
        return dict(
            self.rows("SELECT witness, line FROM cosignature WHERE log_id = ? AND size = ?", log_id, size)
        )

    # --- calls

    def calls(self) -> list[StoredCall]:
        rows = self.rows(
            "SELECT e.call, e.first_ts, e.last_ts, e.segments, e.entries,"
            " (SELECT p FROM entry AS f WHERE f.call = e.call AND f.seg = 0 AND f.seq = 0),"
            " (SELECT t FROM entry AS l WHERE l.call = e.call ORDER BY seg DESC, seq DESC LIMIT 1),"
            " EXISTS (SELECT 1 FROM target WHERE kind = ? AND target_call = e.call),"
            " EXISTS (SELECT 1 FROM hold WHERE hold.call = e.call),"
            " call_index.line, call_index.outcome, call_index.caller"
            " FROM (SELECT call, min(ts) AS first_ts, max(ts) AS last_ts, max(seg) + 1 AS segments,"
            " count(*) AS entries FROM entry WHERE tenant <> 'system' GROUP BY call) AS e"
            " LEFT JOIN call_index ON call_index.call = e.call ORDER BY e.first_ts, e.call",
            ABANDONED,
        )
        return [StoredCall._make((*row[:7], bool(row[7]), bool(row[8]), *row[9:])) for row in rows]

    def calls_with(self, kind: str) -> set[str]:
        return {call for (call,) in self.rows("SELECT DISTINCT call FROM entry WHERE t = ?", kind)}

    def entries_of(self, call: str) -> list[StoredEntry]:
        query = "SELECT seg, seq, t, ts, p, c FROM entry WHERE call = ? ORDER BY seg, seq"
        return [StoredEntry(*row) for row in self.rows(query, call)]

    def openings_of(self, call: str) -> list[tuple[int, bytes]]:
        rows = self.rows("SELECT seg, p FROM entry WHERE call = ? AND seq = 0 ORDER BY seg", call)
        return [(seg, bytes(p)) for seg, p in rows]

    def head_of(self, call: str) -> tuple[int, bytes] | None:
        rows = self.rows("SELECT seg, lh FROM entry WHERE call = ? ORDER BY seg DESC, seq DESC LIMIT 1", call)
        return (rows[0][0], bytes(rows[0][1])) if rows else None

    def open_segments(self) -> list[OpenSegment]:
        rows = self.rows("SELECT call, seg, owner FROM writer ORDER BY call, seg")
        return [OpenSegment(*row) for row in rows]

    def head_in_tree(self, log_id: int, call: str, seg: int) -> bytes | None:
        rows = self.rows(
            "SELECT lh FROM leaf WHERE log_id = ? AND call = ? AND seg = ? ORDER BY seq DESC LIMIT 1",
            *(log_id, call, seg),
        )
        return bytes(rows[0][0]) if rows else None

    # --- export

    def leaves(self, log_id: int, first: int, end: int) -> Iterator[StoredLeaf]:
        for start in range(first, end, _PAGE):
            query = _LEAVES + " AND leaf.idx >= ? AND leaf.idx < ? ORDER BY leaf.idx"
            for row in self.rows(query, log_id, start, min(start + _PAGE, end)):
                yield StoredLeaf(*row)

    def leaves_of(self, log_id: int, call: str, end: int) -> Iterator[StoredLeaf]:
        query = _LEAVES + " AND leaf.call = ? AND leaf.idx < ? ORDER BY leaf.idx"
        for row in self.rows(query, log_id, call, end):
            yield StoredLeaf(*row)

    def calls_between(self, log_id: int, end: int, first_ts: str, last_ts: str) -> list[str]:
        rows = self.rows(
            "SELECT DISTINCT entry.call FROM entry JOIN leaf"
            " ON entry.call = leaf.call AND entry.seg = leaf.seg AND entry.seq = leaf.seq"
            " WHERE leaf.log_id = ? AND leaf.idx < ? AND entry.ts BETWEEN ? AND ?",
            *(log_id, end, first_ts, last_ts),
        )
        return [call for (call,) in rows]

    def covered(self, log_id: int, end: int, call: str) -> tuple[int, int]:
        total, within = self.rows(
            "SELECT (SELECT count(*) FROM entry WHERE call = ?),"
            " (SELECT count(*) FROM leaf WHERE log_id = ? AND call = ? AND idx < ?)",
            *(call, log_id, call, end),
        )[0]
        return total, within

    def control_calls_for(self, log_id: int, call: str) -> list[str]:
        found = self.rows("SELECT DISTINCT call FROM target WHERE target_call = ?", call)
        for ek in {parse_canonical(p)["ek"] for _, p in self.openings_of(call)}:
            found += self.rows("SELECT DISTINCT call FROM target WHERE target_ek = ?", ek)
        found += self.rows(
            "SELECT DISTINCT target.call FROM target JOIN leaf ON leaf.log_id = target.log_id"
            " AND leaf.idx BETWEEN first_idx AND last_idx"
            " WHERE target.kind = ? AND target.log_id = ? AND leaf.call = ?",
            *(PRUNE, log_id, call),
        )
        return sorted({one for (one,) in found})

    def call_of_leaf(self, log_id: int, index: int) -> str | None:
        rows = self.rows("SELECT call FROM leaf WHERE log_id = ? AND idx = ?", log_id, index)
        return rows[0][0] if rows else None

    def is_abandoned(self, log_id: int, end: int, call: str, seg: int) -> bool:
        rows = self.rows(
            "SELECT 1 FROM target JOIN leaf ON leaf.call = target.call AND leaf.seg = target.seg"
            " JOIN entry AS last ON last.call = leaf.call AND last.seg = leaf.seg AND last.seq = leaf.seq"
            " WHERE kind = ? AND target_call = ? AND target_seg = ? AND leaf.log_id = ? AND leaf.idx < ?"
            " AND last.t = ? LIMIT 1",
            *(ABANDONED, call, seg, log_id, end, CLOSE),
        )
        return bool(rows)

    # --- keys and forgetting

    def month_keys(self) -> list[StoredMonthKey]:
        rows = self.rows(
            "SELECT ek, tenant, jur, ret, month, public, (SELECT count(*) FROM dek WHERE dek.ek = ek.ek)"
            " FROM ek ORDER BY month, tenant, jur, ret, ek"
        )
        return [StoredMonthKey(*row) for row in rows]

    def month_keys_of(self, tenant: str, jur: str, ret: str, month: str) -> list[tuple[str, bytes]]:
        rows = self.rows(
            "SELECT ek, public FROM ek WHERE tenant = ? AND jur = ? AND ret = ? AND month = ? ORDER BY ek",
            *(tenant, jur, ret, month),
        )
        return [(ek, bytes(public)) for ek, public in rows]

    def month_key(self, ek: str) -> bytes | None:
        rows = self.rows("SELECT public FROM ek WHERE ek = ?", ek)
        return bytes(rows[0][0]) if rows else None

    def deks_of(self, call: str, seg: int) -> list[tuple[str, bytes]]:
        query = "SELECT ek, wrapped FROM dek WHERE call = ? AND seg = ? ORDER BY ek"
        return [(ek, bytes(wrapped)) for ek, wrapped in self.rows(query, call, seg)]

    def segments_under(self, ek: str) -> list[tuple[str, int]]:
        rows = self.rows("SELECT DISTINCT call, seg FROM dek WHERE ek = ? ORDER BY call, seg", ek)
        return [(call, seg) for call, seg in rows]

    def segments_with_keys(self) -> set[tuple[str, int]]:
        return {(call, seg) for call, seg in self.rows("SELECT DISTINCT call, seg FROM dek")}

    def erased_segments(self, call: str) -> set[int]:
        query = "SELECT target_seg FROM target WHERE kind = ? AND target_call = ?"
        return {seg for (seg,) in self.rows(query, ERASURE, call)}

    def destroyed_keys(self) -> set[str]:
        return {ek for (ek,) in self.rows("SELECT target_ek FROM target WHERE kind = ?", DESTROYED)}

    def is_key_destroyed(self, ek: str) -> bool:
        return bool(self.rows("SELECT 1 FROM target WHERE kind = ? AND target_ek = ? LIMIT 1", DESTROYED, ek))

    def erasures(self) -> list[bytes]:
        rows = self.rows(
            "SELECT p FROM entry WHERE (call, seg, seq) IN (SELECT call, seg, seq FROM target WHERE kind = ?)",
            ERASURE,
        )
        return [bytes(p) for (p,) in rows]

    def holds(self) -> set[str]:
        return {call for (call,) in self.rows("SELECT call FROM hold")}
