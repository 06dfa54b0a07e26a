"""Read the log back: for people, and for export. Bodies open only where their keys still exist."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audit.chain import AAD_CONTEXT
from audit.crypto.envelope import key_commitment, open_sealed
from audit.crypto.keys import dek_info, unwrap_with
from audit.encoding import Json, parse_canonical, unpadded
from audit.errors import EvidenceUnavailableError, KeyFileError, VerificationError
from audit.faults import RESTORE
from audit.keyfiles import KeyFolder
from audit.keyring import Keyring
from audit.postgres.store import PostgresStore
from audit.schema import DATABASE
from audit.sqlite_store import SqliteStore
from audit.store import Store


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


def require_log(data_dir: Path, database: str | None = None) -> None:
    """Reading makes no folder: EvidenceUnavailableError where there is no log."""
    if database is None and not (data_dir / DATABASE).is_file():
        raise EvidenceUnavailableError(
            f"there is no audit log in {data_dir}; name its folder with --data-dir"
        )


@contextmanager
def reader(data_dir: Path, database: str | None = None) -> Iterator[tuple[Store, Keyring]]:
    """The store and the keys of an existing data folder, or of a PostgreSQL whose keys the folder holds."""
    require_log(data_dir, database)
    store: Store
    store = SqliteStore(data_dir / DATABASE, mode="read") if database is None else PostgresStore(database)
    try:
        yield store, Keyring(store, KeyFolder(data_dir / "keys", in_use=True))
    finally:
        store.close()


def log_of_call(data_dir: Path, call: str, *, database: str | None = None) -> str:
    """The log (an origin without epoch) that a call lies in."""
    with reader(data_dir, database) as (store, _):
        origins = store.origins_of(call)
    if not origins:
        raise EvidenceUnavailableError("no call of this id is in the log")
    return origins[0].rpartition("/")[0]


def segment_dek(store: Store, keyring: Keyring, call: str, seg: int) -> bytes | None:
    """The data key of a segment, None where a tombstone says that it was destroyed, or KeyFileError."""
    first = dict(store.openings_of(call)).get(seg)
    if first is None:
        return None
    header = parse_canonical(first)
    kc = bytes.fromhex(header["kc"])
    lost: KeyFileError | None = None
    for ek, wrapped in store.deks_of(call, seg):
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
    if seg in store.erased_segments(call) or keyring.is_destroyed(header["ek"]):
        return None
    raise lost or KeyFileError(
        f"{store.name} does not hold the key of this text, and no tombstone accounts for it; {RESTORE}"
    )


def open_body(dek: bytes, p: bytes, c: bytes) -> Json:
    """The body of an entry; VerificationError if it is not what was written."""
    return parse_canonical(unpadded(open_sealed(dek, c, AAD_CONTEXT + p)))


def read_call(
    data_dir: Path,
    call: str,
    *,
    where_keys_are_lost: Literal["refuse", "mark"] = "refuse",
    database: str | None = None,
) -> list[EntryView]:
    """All entries of CALL in order, opened where the keys exist.

    A key that is gone without a tombstone is a KeyFileError, or is marked in the entries.
    """
    with reader(data_dir, database) as (store, keyring):
        deks: dict[int, bytes | None] = {}
        missing: dict[int, str] = {}
        views: list[EntryView] = []
        for seg, seq, kind, ts, p, c in store.entries_of(call):
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
