"""The one call by which entries come into PostgreSQL, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from audit.chain import SealedEntry
from audit.postgres.connection import Connection
from audit.store import Target, WrappedDek


@dataclass(frozen=True, slots=True)
class Answer:
    """What `append_batch` says: how many entries were new, and up to which id all is under a checkpoint."""

    new: int
    top_id: int
    covered_id: int
    more: Mapping[str, Any]


def append_batch(
    connection: Connection, log: str, sealed: Sequence[tuple[bytes, bytes]], more: Mapping[str, Any]
) -> Answer:
    """Write sealed entries (header, body); psycopg.Error where the database does not take them, all or none."""
    row = connection.execute(
        "SELECT audit.append_batch(%b, %b, %b, %b)",
        (log, [p for p, _ in sealed], [c for _, c in sealed], Jsonb(dict(more))),
    ).fetchone()
    said: dict[str, Any] = {} if row is None else row[0]
    return Answer(said.get("new") or 0, said.get("id") or 0, said.get("covered") or 0, said)


def deks_json(deks: Sequence[WrappedDek]) -> list[dict[str, Any]]:
    return [{"call": one.call, "seg": one.seg, "ek": one.ek, "wrapped": one.wrapped.hex()} for one in deks]


def targets_json(
    log_id: int, entries: Sequence[SealedEntry], targets: Sequence[tuple[int, Sequence[Target]]]
) -> list[dict[str, Any]]:
    """What control entries name, as `append_batch` takes it; the kind it reads from the entry itself."""
    found: list[dict[str, Any]] = []
    for at, named in targets:
        entry = entries[at]
        for n, one in enumerate(named):
            first, last = one.leaves or (None, None)
            found.append(
                {
                    "call": entry.call,
                    "seg": entry.seg,
                    "seq": entry.seq,
                    "n": n,
                    "target_call": one.call,
                    "target_seg": one.seg,
                    "target_ek": one.ek,
                    "log_id": None if first is None else log_id,
                    "first_idx": first,
                    "last_idx": last,
                }
            )
    return found
