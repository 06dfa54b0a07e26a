"""Who may do what in PostgreSQL: the writer writes, and nobody changes what is written."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from audit import AuditLog, GuardWeakenedError, open_log
from audit.postgres.batch import append_batch
from audit.postgres.connection import connect
from audit.postgres.store import PostgresStore
from tests.postgres import Database, Server, database

Now = Callable[[], datetime]

TABLES = (
    "entry",
    "body",
    "leaf",
    "checkpoint",
    "cosignature",
    "ek",
    "dek",
    "target",
    "region",
    "log",
    "ddl",
    "writer",
    "call_index",
    "open_segment",
    "hold",
    "class",
)


@pytest.fixture
def written(server_log: AuditLog) -> AuditLog:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    server_log.publish()
    return server_log


@pytest.fixture(scope="module")
def standing(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with a call, for what changes nothing in it."""
    with database(postgres_server) as made:
        folder = tmp_path_factory.mktemp("standing") / "data"
        with closing(open_log(folder, now=lambda: datetime.now(UTC), database=made.url)) as log:
            segment = log.open_segment(jurisdiction="DE", retention="call")
            segment.append("turn.caller", {"text": "hello"})
            segment.close({})
            log.publish()
        yield made


def _tried(url: str, statement: str) -> str:
    """The SQLSTATE with which a statement is refused, or the number of rows that it touched."""
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            return f"rows {connection.execute(statement).rowcount}"
        except psycopg.Error as error:
            return error.sqlstate or "lost"


DENIED = "42501"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "verb", ["SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {} CASCADE", "DROP TABLE {}"]
)
def test_24_the_writer_touches_no_table(verb: str, table: str, standing: Database) -> None:
    assert _tried(standing.as_login("sa_test_writer"), verb.format(f"audit.{table}")) == DENIED


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit.writer VALUES (session_user, 'other')",
        "INSERT INTO audit.entry DEFAULT VALUES",
        "ALTER TABLE audit.entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE audit_owner",
        "SET SESSION AUTHORIZATION postgres",
        "COPY audit.entry TO PROGRAM 'cat'",
        "SELECT audit.make_partition('2020-01-01')",
        "SELECT audit.standby_has('0/0')",
        "CREATE TABLE audit.mine (a int)",
        "SELECT * FROM audit_read.entry",
    ],
)
def test_24_the_writer_gains_nothing(statement: str, standing: Database) -> None:
    assert _tried(standing.as_login("sa_test_writer"), statement) == DENIED


@pytest.mark.parametrize("login", ["sa_test_all", "sa_test_retention", "sa_test_sequencer", "sa_test_reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit.entry SET p = ''",
        "DELETE FROM audit.entry",
        "TRUNCATE audit.entry CASCADE",
        "DELETE FROM audit.dek",
        "DELETE FROM audit.body",
        "UPDATE audit.log SET size = 0",
        "DELETE FROM audit.checkpoint",
        "UPDATE audit.checkpoint SET note = ''",
        "DELETE FROM audit.leaf",
        "DELETE FROM audit.target",
    ],
)
def test_24_no_role_changes_what_is_written(statement: str, login: str, standing: Database) -> None:
    before = standing.execute("SELECT count(*), (SELECT count(*) FROM audit.dek) FROM audit.body")
    assert _tried(standing.as_login(login), statement) == DENIED
    assert standing.execute("SELECT count(*), (SELECT count(*) FROM audit.dek) FROM audit.body") == before


@pytest.mark.parametrize("statement", ["DELETE FROM audit.entry", "UPDATE audit.leaf SET idx = idx + 10"])
def test_24_the_owner_sees_no_row_to_change(statement: str, standing: Database) -> None:
    assert standing.execute(f"SET ROLE audit_owner; {statement}") == []
    assert standing.execute("SELECT count(*) > 2 FROM audit.entry") == [(True,)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit.entry",
        "UPDATE audit.body SET c = ''",
        "DELETE FROM audit.body_{month}",
        "TRUNCATE audit.body_{month}",
        "TRUNCATE audit.entry CASCADE",
        "SET session_replication_role = replica; DELETE FROM audit.entry",
    ],
)
def test_24_a_superuser_is_stopped_until_he_removes_a_guard(statement: str, standing: Database) -> None:
    ((month,),) = standing.execute("SELECT to_char(max(month), 'YYYYMM') FROM audit.body")
    assert _tried(standing.admin, statement.format(month=month)) == DENIED


WEAKENED = {
    "a trigger that is off": "ALTER TABLE audit.entry DISABLE TRIGGER no_change",
    "a trigger for replicas only": "ALTER TABLE audit.leaf ENABLE TRIGGER no_truncate",
    "a dropped trigger": "DROP TRIGGER no_change ON audit.dek",
    "a foreign trigger": "CREATE TRIGGER extra BEFORE INSERT ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.deny()",
    "row security not forced": "ALTER TABLE audit.entry NO FORCE ROW LEVEL SECURITY",
    "row security off in a partition": "ALTER TABLE audit.body_{month} DISABLE ROW LEVEL SECURITY",
    "a partition without its own guard": "DROP TRIGGER no_truncate ON audit.body_{month}",
    "a right for everybody": "GRANT SELECT ON audit.dek TO PUBLIC",
    "a right for the writer": "GRANT INSERT ON audit.entry TO audit_writer",
    "a right on a column": "GRANT UPDATE (p) ON audit.entry TO audit_reader",
    "a policy more": "CREATE POLICY more ON audit.entry FOR UPDATE TO audit_reader USING (true)",
    "a policy without the tenant": "ALTER POLICY owner_insert ON audit.entry WITH CHECK (true)",
    "a function that was changed": "CREATE OR REPLACE FUNCTION audit.deny() RETURNS trigger LANGUAGE plpgsql"
    " SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN OLD; END $$",
    "a function for everybody": "GRANT EXECUTE ON FUNCTION audit.make_partition(date) TO PUBLIC",
    "a function with another path": "ALTER FUNCTION audit.append_batch(text, bytea[], bytea[], jsonb)"
    " SET search_path = public",
    "another owner": "ALTER TABLE audit.entry OWNER TO postgres",
    "a member of the owner": "GRANT audit_owner TO sa_test_all",
}


@pytest.mark.parametrize("how", WEAKENED)
def test_24_a_weakened_database_is_not_written_to(how: str, written: AuditLog, postgres: Database) -> None:
    ((month,),) = postgres.execute("SELECT to_char(max(month), 'YYYYMM') FROM audit.body")
    postgres.execute(WEAKENED[how].format(month=month))
    try:
        with pytest.raises(GuardWeakenedError, match="append-only"):
            PostgresStore(postgres.url)
    finally:
        postgres.execute("REVOKE audit_owner FROM sa_test_all")


def test_24_a_superuser_is_no_login_of_the_log(postgres: Database) -> None:
    with pytest.raises(GuardWeakenedError, match="superuser"):
        PostgresStore(postgres.admin)


def test_24_changes_of_the_schema_are_noted(postgres: Database) -> None:
    postgres.execute("ALTER TABLE audit.entry DISABLE TRIGGER no_change")
    postgres.execute("DROP TRIGGER no_change ON audit.leaf")
    noted = postgres.execute("SELECT tag, object FROM audit.ddl ORDER BY id")
    assert ("ALTER TABLE", "audit.entry") in noted
    assert ("DROP TRIGGER", "no_change on audit.leaf") in noted


def test_a_writer_writes_for_its_tenant_only(written: AuditLog, postgres: Database) -> None:
    sealed = [(leaf.p, leaf.c or b"") for leaf in written.store.leaves(written.log_id, 0, 1)]
    other = connect(postgres.as_login("sa_test_other"))
    with other, pytest.raises(psycopg.errors.InsufficientPrivilege):
        append_batch(other, written.log, [(sealed[0][0].replace(b'"seg":0', b'"seg":7'), sealed[0][1])], {})


def test_a_writer_cannot_write_a_tombstone(written: AuditLog, postgres: Database) -> None:
    (leaf,) = written.store.leaves(written.log_id, 1, 2)
    forged = leaf.p.replace(b'"turn.caller"', b'"erasure"').replace(b'"seq":1', b'"seq":9')
    writer = connect(postgres.as_login("sa_test_writer"))
    with writer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        append_batch(writer, written.log, [(forged, leaf.c or b"")], {})


def test_a_segment_goes_into_no_other_log(written: AuditLog, postgres: Database) -> None:
    (leaf,) = written.store.leaves(written.log_id, 0, 1)
    writer = connect(postgres.as_login("sa_test_writer"))
    with writer, pytest.raises(psycopg.errors.NotNullViolation):
        append_batch(
            writer, "audit.local/dev/eu", [(leaf.p.replace(b'"seg":0', b'"seg":3'), leaf.c or b"")], {}
        )


def test_36_the_same_again_is_well_and_another_is_a_fork(written: AuditLog, postgres: Database) -> None:
    leaves = [(leaf.p, leaf.c or b"") for leaf in written.store.leaves(written.log_id, 0, 3)]
    writer = connect(postgres.as_login("sa_test_writer"))
    with writer:
        assert append_batch(writer, written.log, leaves, {}).new == 0
        with pytest.raises(psycopg.Error, match="fork") as refused:
            append_batch(writer, written.log, [(leaves[0][0], leaves[1][1])], {})
    assert refused.value.sqlstate == "VA001"


def test_a_login_that_only_writes_takes_a_call(
    written: AuditLog, postgres: Database, tmp_path: Path, clock: Now
) -> None:
    written.keyring.month_key("local", "DE", "call", clock().strftime("%Y-%m"))
    worker = open_log(tmp_path / "worker", now=clock, database=postgres.as_login("sa_test_writer"))
    segment = worker.open_segment(jurisdiction="DE", retention="call")
    segment.append("consent.decided", {"outcome": "yes"})
    segment.close({})
    worker.index_call(segment.call, line="energy", outcome="completed")
    worker.close()
    assert [one.t for one in written.store.entries_of(segment.call)] == [
        "segment.open",
        "consent.decided",
        "segment.close",
    ]
    assert sorted(path.name for path in (tmp_path / "worker" / "keys").iterdir()) == ["call.key"]
