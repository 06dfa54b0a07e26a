"""Tampering with PostgreSQL by its owner and superuser: refused, found at the next start, or found by verification."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from audit import AuditError, AuditLog, GuardWeakenedError, Question, export_bundle, open_log, verify_bundle
from audit.chain import AAD_CONTEXT, Chain, SealedEntry, SegmentIdentity
from audit.crypto.envelope import seal
from audit.crypto.keys import new_dek
from audit.crypto.signing import Signer
from audit.encoding import leaf_hash, sha256
from audit.jobs import Approval, erase_call, hold_call
from audit.log import new_call_id
from audit.postgres.setup import set_up
from audit.verify import VerifyResult
from tests.audit.support import ids, seed
from tests.postgres import LOGINS, Database

Now = Callable[[], datetime]


@pytest.fixture
def written(server_log: AuditLog) -> AuditLog:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.append("turn.agent", {"text": "good day"})
    segment.close({})
    server_log.publish()
    return server_log


def _as_superuser(postgres: Database, *changes: str) -> None:
    """Take the guards away, change, and put them back as they were, so that no check of them can tell."""
    with psycopg.connect(postgres.admin) as connection:
        tables = connection.execute(
            "SELECT DISTINCT c.relname, c.relkind FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = 'audit'::regnamespace AND NOT t.tgisinternal"
        ).fetchall()
        for name, _ in tables:
            connection.execute(f"ALTER TABLE audit.{name} DISABLE TRIGGER USER")
        for change in changes:
            connection.execute(change)
        for name, _ in tables:
            connection.execute(f"ALTER TABLE audit.{name} ENABLE ALWAYS TRIGGER no_change")
            connection.execute(f"ALTER TABLE audit.{name} ENABLE ALWAYS TRIGGER no_truncate")


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit.leaf WHERE idx = 1",
        "DELETE FROM audit.leaf WHERE idx = 3",
        "UPDATE audit.entry SET lh = sha256('x') WHERE seq = 1",
        "UPDATE audit.log SET size = 2",
        "UPDATE audit.log SET frontier = sha256('x')",
        "UPDATE audit.leaf SET idx = 10 - idx",
    ],
)
def test_24_a_tree_that_a_superuser_changed_is_found_at_the_next_start(
    change: str, written: AuditLog, postgres: Database, data_dir: Path, clock: Now
) -> None:
    written.close()
    _as_superuser(postgres, change)
    with pytest.raises(GuardWeakenedError, match="not the one that was published"):
        open_log(data_dir, now=clock, database=postgres.url)


def _verified(data_dir: Path, postgres: Database, clock: Now, out: Path) -> VerifyResult:
    done = export_bundle(data_dir, out=out, mode="full", now=clock, database=postgres.url)
    return verify_bundle(done.path, Question(log=done.origin), trust=done.trust)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            "UPDATE audit.entry SET p = convert_to(replace(convert_from(p, 'UTF8'), 'DE', 'FR'), 'UTF8') WHERE seq = 1",
            10,
        ),
        ("UPDATE audit.body SET c = c || '\\x00'::bytea", 10),
        ("DELETE FROM audit.body WHERE id = (SELECT id FROM audit.entry WHERE seq = 1 LIMIT 1)", 12),
    ],
)
def test_24_what_a_superuser_changed_below_the_tree_is_found_by_verification(
    change: str, code: int, written: AuditLog, postgres: Database, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    assert _verified(data_dir, postgres, clock, tmp_path / "before").exit == 3
    _as_superuser(postgres, change)
    result = _verified(data_dir, postgres, clock, tmp_path / "after")
    assert result.exit == code, ids(result)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit.dek",
        "UPDATE audit.dek SET wrapped = set_byte(wrapped, 40, 255 - get_byte(wrapped, 40))",
    ],
)
def test_24_a_data_key_that_a_superuser_took_away_or_changed_is_called_no_erasure(
    change: str, written: AuditLog, postgres: Database, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    _as_superuser(postgres, change)
    with pytest.raises(AuditError, match="key"):
        _verified(data_dir, postgres, clock, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def _forged(log: AuditLog, signer: Signer, *, closed: bool) -> list[SealedEntry]:
    """A call of somebody who has the database and a known key id, and no key."""
    public = log.keyring.month_key("local", "DE", "call", log.now().strftime("%Y-%m"))
    identity = SegmentIdentity(new_call_id(), 0, "local", "DE", "call", "w")
    dek, kc = new_dek(public, identity.call, 0)
    chain = Chain(identity, dek.key, signer)
    first = {
        "kc": kc.hex(),
        "ek": dek.ek,
        "wkey": log.call_signer.verifier.wkey,
        "log": log.log,
        "prev_seg": "",
    }
    entries = [chain.seal("segment.open", {}, at=log.now(), members=first, signed=True)]
    chain.advance(entries[0])
    if closed:
        entries.append(chain.seal("segment.close", {}, at=log.now(), members={"count": 2}, signed=True))
    return entries


@pytest.mark.parametrize("backend", ["log", "server_log"])
@pytest.mark.parametrize("state", ["open", "closed"])
def test_20_a_call_that_the_owner_of_the_database_inserted_is_refused(
    state: str, backend: str, data_dir: Path, clock: Now, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    log: AuditLog = request.getfixturevalue(backend)
    url = request.getfixturevalue("postgres").url if backend == "server_log" else None
    thief = Signer.from_seed(log.call_signer.verifier.name, seed("thief"))
    log.store.append(log.log_id, _forged(log, thief, closed=state == "closed"))
    done = export_bundle(data_dir, out=tmp_path / "bundle", mode="full", keys="none", now=clock, database=url)
    result = verify_bundle(done.path, Question(log=done.origin), trust=done.trust)
    assert (result.exit, "worker-refused" in ids(result)) == (10, True)


def test_20_a_body_that_was_exchanged_before_it_had_its_place_does_not_open(
    server_log: AuditLog, postgres: Database, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    """The owner of the database cannot seal another meaning: what he puts there opens under no key of the call."""
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    close = segment.close({})
    server_log._way.flush()
    (entry,) = [one for one in server_log.store.entries_of(segment.call) if one.seq == close.seq]
    other = seal(b"\x01" * 32, b'{"a":1}' + b" " * 57, AAD_CONTEXT + entry.p)
    lh = leaf_hash(entry.p, sha256(other))
    place = f"call = '{segment.call}' AND seq = {close.seq}"
    _as_superuser(
        postgres,
        f"UPDATE audit.body SET c = '\\x{other.hex()}' WHERE id = (SELECT id FROM audit.entry WHERE {place})",  # noqa: S608
        f"UPDATE audit.entry SET ch = '\\x{sha256(other).hex()}', lh = '\\x{lh.hex()}' WHERE {place}",  # noqa: S608
    )
    result = _verified(data_dir, postgres, clock, tmp_path / "bundle")
    assert (result.exit, ids(result) & {"body-invalid"}) == (13, {"body-invalid"})


def test_25_a_second_set_up_changes_neither_guards_nor_tree_and_there_is_no_way_back(
    written: AuditLog, postgres: Database
) -> None:
    root = written.publish().root
    guards = "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
    before = postgres.execute(guards)
    assert {enabled for _, _, enabled in before} == {"A"}
    set_up(postgres.admin, LOGINS)
    set_up(postgres.admin, LOGINS)
    assert postgres.execute(guards) == before
    assert written.publish().root == root


def test_27_a_backup_that_is_older_than_an_erasure_is_refused_and_brings_nothing_back(
    written: AuditLog, postgres: Database, data_dir: Path, clock: Now
) -> None:
    (call,) = [one.call for one in written.store.calls()]
    written.close()
    copy = f"{postgres.name}_backup"
    postgres.server.execute(f"CREATE DATABASE {copy} TEMPLATE {postgres.name}")
    try:
        with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
            erase_call(log, call, Approval("GDPR 17", "staff-1", "staff-2"))
            log.publish()
            assert log.store.deks_of(call, 0) == []
        restored = postgres.url.replace(f"/{postgres.name}?", f"/{copy}?")
        with pytest.raises(GuardWeakenedError, match="restored from a backup"):
            open_log(data_dir, now=clock, database=restored)
        for path in (data_dir / "published").glob("audit*"):
            path.unlink()
        with closing(open_log(data_dir, now=clock, database=restored)) as log:
            assert log.store.deks_of(call, 0) == []
            assert log.store.erased_segments(call) == {0}
    finally:
        postgres.server.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")


def test_28_a_hold_stands_in_no_header_but_its_control_entry(written: AuditLog) -> None:
    (call,) = [one.call for one in written.store.calls()]
    hold_call(written, call, Approval("litigation", "staff-1", "staff-2"))
    assert written.store.holds() == {call}
    assert all("litigation" not in json.dumps(one.p.decode()) for one in written.store.entries_of(call))
