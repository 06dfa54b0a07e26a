"""Read the log back: for people, and for export. Bodies open only where their keys still exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from audit.chain import AAD_CONTEXT
from audit.crypto.envelope import key_commitment, open_sealed
from audit.crypto.keys import dek_info, unwrap_with
from audit.encoding import Json, parse_canonical, unpadded
from audit.errors import EvidenceUnavailableError, KeyFileError, VerificationError
from audit.faults import RESTORE
from audit.header import ERASURE
from audit.keyfiles import KeyFolder
from audit.keyring import Keyring
from audit.schema import DATABASE
from audit.store import SqliteStore


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as it may be shown. `body` is None where it was erased or pruned, or where its key is missing."""

    seg: int
    seq: int
    t: str
    ts: str
    header: Json
    body: Json | None
    #: What is missing, and the remedy, where the body does not open and no tombstone accounts for it.
    missing: str = ""


@dataclass(frozen=True, slots=True)
class CallView:
    """One call as it stands in a list."""

    call: str
    opened: str
    closed: str | None
    jurisdiction: str
    state: str
    segments: int
    entries: int
    line: str | None
    outcome: str | None

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def require_log(data_dir: Path) -> None:
    """Reading makes no folder: EvidenceUnavailableError where there is no log."""
    if not (data_dir / DATABASE).is_file():
        raise EvidenceUnavailableError(
            f"there is no audit log in {data_dir}; name its folder with --data-dir"
        )


@contextmanager
def reader(data_dir: Path) -> Iterator[tuple[SqliteStore, Keyring]]:
    """The store and the keys of an existing data folder."""
    require_log(data_dir)
    store = SqliteStore(data_dir / DATABASE, mode="read")
    try:
        yield store, Keyring(store, KeyFolder(data_dir / "keys", in_use=True))
    finally:
        store.close()


def log_of_call(data_dir: Path, call: str) -> str:
    """The log (an origin without epoch) that a call lies in."""
    with reader(data_dir) as (store, _):
        rows = store.read(
            "SELECT origin FROM leaf JOIN log ON log.id = leaf.log_id WHERE call = ? ORDER BY log_id DESC LIMIT 1",
            call,
        )
    if not rows:
        raise EvidenceUnavailableError("no call of this id is in the log")
    return str(rows[0][0]).rpartition("/")[0]


def segment_dek(store: SqliteStore, keyring: Keyring, call: str, seg: int) -> bytes | None:
    """The data key of a segment, None where a tombstone says that it was destroyed, or KeyFileError."""
    first = store.read("SELECT p FROM entry WHERE call = ? AND seg = ? AND seq = 0", call, seg)
    if not first:
        return None
    header = parse_canonical(first[0][0])
    kc = bytes.fromhex(header["kc"])
    lost: KeyFileError | None = None
    for ek, wrapped in store.read("SELECT ek, wrapped FROM dek WHERE call = ? AND seg = ?", call, seg):
        try:
            private = keyring.open_month_key(ek).private
        except EvidenceUnavailableError:
            continue
        except KeyFileError as error:
            lost = lost or error
            continue
        dek = unwrap_with(private, wrapped, dek_info(call, seg, kc))
        if key_commitment(dek, call, seg) != kc:
            raise VerificationError("a data key is not the one that its segment is committed to")
        return dek
    erased = "SELECT 1 FROM target WHERE kind = ? AND target_call = ? AND target_seg = ? LIMIT 1"
    if store.read(erased, ERASURE, call, seg) or keyring.is_destroyed(header["ek"]):
        return None
    raise lost or KeyFileError(
        f"{store.database} does not hold the key of this text, and no tombstone accounts for it; {RESTORE}"
    )


def open_body(dek: bytes, p: bytes, c: bytes) -> Json:
    """The body of an entry; VerificationError if it is not what was written."""
    return parse_canonical(unpadded(open_sealed(dek, c, AAD_CONTEXT + p)))


def read_call(
    data_dir: Path, call: str, *, where_keys_are_lost: Literal["refuse", "mark"] = "refuse"
) -> list[EntryView]:
    """All entries of CALL in order, opened where the keys exist.

    A key that is gone without a tombstone is a KeyFileError, or is marked in the entries.
    """
    with reader(data_dir) as (store, keyring):
        deks: dict[int, bytes | None] = {}
        missing: dict[int, str] = {}
        views: list[EntryView] = []
        rows = store.read(
            "SELECT seg, seq, entry.t, entry.ts, entry.p, body.c FROM entry"
            " LEFT JOIN body USING (call, seg, seq) WHERE call = ? ORDER BY seg, seq",
            call,
        )
        for seg, seq, kind, ts, p, c in rows:
            if seg not in deks:
                try:
                    deks[seg] = segment_dek(store, keyring, call, seg)
                except KeyFileError as error:
                    if where_keys_are_lost == "refuse":
                        raise
                    deks[seg], missing[seg] = None, str(error)
            dek = deks[seg]
            body = None if c is None or dek is None else open_body(dek, p, c)
            gone = "" if c is None else missing.get(seg, "")
            views.append(EntryView(seg, seq, kind, ts, parse_canonical(p), body, gone))
        if not views:
            raise EvidenceUnavailableError("no call of this id is in the log")
        return views


def list_calls(data_dir: Path) -> list[CallView]:
    """All calls of the log in the order in which they began; control calls are not calls."""
    with reader(data_dir) as (store, _):
        rows = store.read(
            "SELECT entry.call, min(ts), max(ts), max(seg) + 1, count(*),"
            " (SELECT p FROM entry AS f WHERE f.call = entry.call AND f.seg = 0 AND f.seq = 0),"
            " (SELECT t FROM entry AS l WHERE l.call = entry.call ORDER BY seg DESC, seq DESC LIMIT 1),"
            " call_index.line, call_index.outcome,"
            " EXISTS (SELECT 1 FROM target WHERE kind = 'segment.abandoned' AND target_call = entry.call)"
            " FROM entry LEFT JOIN call_index ON call_index.call = entry.call"
            " WHERE tenant <> 'system' GROUP BY entry.call ORDER BY min(ts), entry.call"
        )
        views: list[CallView] = []
        for call, opened, last, segments, entries, p, kind, line, outcome, abandoned in rows:
            state = "closed" if kind == "segment.close" else "abandoned" if abandoned else "open"
            closed = last if state == "closed" else None
            jur = str(parse_canonical(p)["jur"])
            views.append(CallView(call, opened, closed, jur, state, segments, entries, line, outcome))
        return views
