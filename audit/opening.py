"""Open the embedded log: make what is missing, refuse what was tampered with."""

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from audit.checkpoint import parse_checkpoint
from audit.errors import AuditError, AuditUnavailable, GuardWeakenedError, VerificationError
from audit.faults import file_fault
from audit.header import LOG
from audit.jobs import HOLD_MONTH, erase_again
from audit.keyfiles import KeyFolder, published_file, write_trust
from audit.log import AuditLog
from audit.merkle import Frontier
from audit.outbox import Outbox
from audit.postgres.store import PostgresStore
from audit.providers import provider_in_use
from audit.schema import DATABASE, schema_revision, upgrade_sqlite
from audit.sqlite_store import SqliteStore
from audit.store import Store
from audit.tombstones import finish_destructions, write_journal

DEFAULT_LOG = "audit.local/dev/us"


def open_log(
    data_dir: Path,
    *,
    now: Callable[[], datetime],
    origin: str = DEFAULT_LOG,
    tenant: str = "local",
    migrations: Path | None = None,
    database: str | None = None,
) -> AuditLog:
    """Open the log of DATA_DIR, making folder, keys, schema and trust files where nothing was written yet.

    With DATABASE, the address of a PostgreSQL that was set up before, entries lie there, and the folder holds keys,
    spool and trust files. ORIGIN comes without its epoch. KeyFileError where a key is missing that entries were
    written with. Refuses a database whose guards or tree were changed, or that is older than what was published from
    it. Several processes may have the same log open.
    """
    if LOG.fullmatch(origin) is None:
        raise AuditError("an origin is of the form audit.ORG/ENV/JURISDICTION")
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with one_at_a_time(data_dir):
            if database is not None:
                return _open_on_server(data_dir, database, origin=origin, tenant=tenant, now=now)
            _move_month_keys(data_dir / DATABASE, KeyFolder(data_dir / "keys", in_use=True))
            upgrade_sqlite(data_dir / DATABASE, migrations)
            store = SqliteStore(data_dir / DATABASE)
            try:
                return _open_whole(data_dir, store, origin=origin, tenant=tenant, now=now)
            except BaseException:
                store.close()
                raise
    except OSError as error:
        said = file_fault(f"the data folder {data_dir} cannot be used", error, data_dir)
        raise AuditUnavailable(said) from error


def _open_on_server(
    data_dir: Path, database: str, *, origin: str, tenant: str, now: Callable[[], datetime]
) -> AuditLog:
    """A log on PostgreSQL. A login that only writes leaves tree, keys and erasures to the sequencer's host."""
    store = PostgresStore(database)
    outbox = Outbox(database, origin, data_dir / "spool")
    try:
        if store.can_read:
            log = _open_whole(data_dir, store, origin=origin, tenant=tenant, now=now, outbox=outbox)
        else:
            keys = KeyFolder(data_dir / "keys", in_use=False)
            full = f"{origin}/1"
            log = AuditLog(
                data_dir, store, keys, origin=full, tenant=tenant, now=now, outbox=outbox, reads=False
            )
        outbox.replay()
    except BaseException:
        outbox.close()
        store.close()
        raise
    return log


def _open_whole(
    data_dir: Path,
    store: Store,
    *,
    origin: str,
    tenant: str,
    now: Callable[[], datetime],
    outbox: Outbox | None = None,
) -> AuditLog:
    keys = KeyFolder(
        data_dir / "keys", in_use=store.has_entries() if outbox is None else keys_in_use(data_dir)
    )
    full = f"{origin}/{store.newest_epoch(origin)}"
    log = AuditLog(data_dir, store, keys, origin=full, tenant=tenant, now=now, outbox=outbox)
    _check_tree(store, log.log_id, published_file(data_dir, full))
    finish_opening(log)
    return log


def keys_in_use(data_dir: Path) -> bool:
    """Whether the keys of a host were used: on a server entries may be signed by those of others."""
    return (data_dir / "trust" / "workers").exists()


def finish_opening(log: AuditLog) -> None:
    """Forget again what a restored backup brought back, and let the trust folder name the keys in use.

    Before any of it the keys are there that this month is sealed under.
    """
    month = log.now().strftime("%Y-%m")
    log.keyring.require(month, HOLD_MONTH)
    chosen = provider_in_use()
    if chosen is not None and chosen.describe().remote:
        log.keyring.prepare(month, following_month(log.now()))
    finish_destructions(log)
    write_journal(log)
    erase_again(log)
    write_trust(log.data_dir / "trust", log.log_signer, log.call_signer, log.control_signer)


def following_month(at: datetime) -> str:
    return (at.replace(day=1) + timedelta(days=32)).strftime("%Y-%m")


def _move_month_keys(database: Path, keys: KeyFolder) -> None:
    """Until revision 0004 the private halves of month keys lay in the database."""
    if not database.exists() or schema_revision(database) not in ("0001", "0002", "0003"):
        return
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT ek, kek, wrapped FROM ekw").fetchall()
    for ek, kek_id, wrapped in rows:
        keys.keep_month(ek, kek_id, wrapped)


@contextmanager
def one_at_a_time(data_dir: Path) -> Iterator[None]:
    """One process at a time makes keys and schema, or begins an epoch."""
    with (data_dir / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_tree(store: Store, log_id: int, published: Path) -> None:
    """Refuse a tree that is not the one that was signed: a restored backup, or one that somebody touched."""
    notes = [published.read_bytes()] if published.exists() else []
    with store.snapshot():
        signed = store.latest_checkpoint(log_id)
        notes += [] if signed is None else [signed.note.encode("utf-8")]
        try:
            expected = {note.size: note.root for note in map(parse_checkpoint, notes)}
            _check_growth(store, log_id, expected)
        except VerificationError as error:
            raise GuardWeakenedError(
                "the audit database is not the one that was published: it was restored from a backup or "
                f"changed ({error}); keep it as evidence and restore the newest copy"
            ) from error


def _check_growth(store: Store, log_id: int, expected: dict[int, bytes]) -> None:
    grown = Frontier()
    for index, leaf in store.leaf_hashes(log_id):
        if grown.size in expected and expected[grown.size] != grown.root():
            raise VerificationError("a published checkpoint has another root")
        if index != grown.size:
            raise VerificationError("a leaf is missing")
        grown.append(leaf)
    if max(expected, default=0) > grown.size:
        raise VerificationError("it is shorter than what was published")
    if expected.get(grown.size, grown.root()) != grown.root():
        raise VerificationError("a published checkpoint has another root")
    kept = store.tree(log_id)
    if (kept.size, kept.root()) != (grown.size, grown.root()):
        raise VerificationError("the kept tree is not that of its leaves")
