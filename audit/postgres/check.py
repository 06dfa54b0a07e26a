"""The check of a PostgreSQL database at every start: guards, partitions, grants and functions as they were made."""

from collections.abc import Iterator
from typing import Final

import psycopg

from audit.encoding import sha256
from audit.errors import AuditUnavailable, GuardWeakenedError
from audit.postgres.connection import Connection, fault, name_of
from audit.postgres.functions import FUNCTIONS
from audit.postgres.guards import EXECUTED_BY, GUARDED, MUTABLE, grants, policies, triggers
from audit.postgres.tables import OWNER
from audit.schema import SCHEMA_REVISION

_FUNCTION_NAMES: Final = tuple(text.split("audit.", 1)[1].split("(", 1)[0] for text in FUNCTIONS)
_SHOWN: Final = 5


def weaknesses(connection: Connection) -> list[str]:
    """One sentence for each guard that is missing or changed, and each right that nobody should have."""
    return [
        *_revision(connection),
        *_login(connection),
        *_tables(connection),
        *_policies(connection),
        *_grants(connection),
        *_functions(connection),
    ]


def check_guards(connection: Connection, url: str) -> None:
    """Raise GuardWeakenedError unless the database is as append-only as it was made."""
    try:
        found = weaknesses(connection)
    except psycopg.Error as error:
        raise fault(error, url) from None
    if found:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise GuardWeakenedError(
            f"{name_of(url)} is not append-only any more: {'; '.join(found[:_SHOWN])}{more}; nothing is written to it"
        )


def notes(connection: Connection) -> list[str]:
    """What an administrator should know although nothing is weakened."""
    said: list[str] = []
    known = {
        name for (name,) in connection.execute("SELECT evtname FROM pg_event_trigger WHERE evtenabled = 'A'")
    }
    if not {"audit_ddl", "audit_drop"} <= known:
        said.append("changes of the schema are not noted: let a superuser run `audit database init` once")
    row = connection.execute("SELECT current_setting('synchronous_standby_names')").fetchone()
    if row is None or row[0] == "":
        said.append(
            "no synchronous standby is configured: a failover may lose what was published, and fork the log"
        )
    row = connection.execute(
        "SELECT current_setting('fsync'), current_setting('full_page_writes')"
    ).fetchone()
    if row != ("on", "on"):
        said.append("fsync or full_page_writes is off: a power cut may lose what was acknowledged")
    return said


def _revision(connection: Connection) -> Iterator[str]:
    row = connection.execute("SELECT version_num FROM audit.alembic_version").fetchone()
    if row is None or row[0] != SCHEMA_REVISION:
        found = "none" if row is None else str(row[0])
        raise AuditUnavailable(
            f"the audit schema is at revision {found}, this program needs {SCHEMA_REVISION}; "
            "run: secure-agent audit database init"
        )
    yield from ()


def _login(connection: Connection) -> Iterator[str]:
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls, pg_has_role(session_user, %s, 'MEMBER') AND NOT rolsuper"
        " FROM pg_roles WHERE rolname = session_user",
        (OWNER,),
    ).fetchone()
    if row is None or row[0]:
        yield "this login is a superuser or passes row security; use one of the audit roles"
    if row is not None and row[1]:
        yield f"this login is a member of {OWNER}"
    row = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone()
    if row is None or row[0]:
        yield f"{OWNER} may log in"


def _tables(connection: Connection) -> Iterator[str]:
    partitions = [
        name
        for (name,) in connection.execute(
            "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'audit.body'::regclass ORDER BY 1"
        )
    ]
    owned = {
        name: (owner, secured and forced)
        for name, owner, secured, forced in connection.execute(
            "SELECT c.relname, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity"
            " FROM pg_class AS c WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p')"
        )
    }
    found: dict[str, dict[str, str]] = {}
    rows = connection.execute(
        "SELECT c.relname, t.tgname, p.proname, t.tgenabled FROM pg_trigger AS t"
        " JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid"
        " WHERE c.relnamespace = 'audit'::regnamespace AND NOT t.tgisinternal"
    )
    for table, name, function, enabled in rows:
        found.setdefault(table, {})[name] = function if enabled == "A" else f"{function} (switched off)"
    for table in (*GUARDED, *MUTABLE, *partitions):
        if owned.get(table) != (OWNER, True):
            yield f"table {table} has another owner, or its row security is not forced"
        wanted = {} if table in MUTABLE else triggers(table, partition=table in partitions)
        if found.get(table, {}) != wanted:
            yield f"the triggers of {table} are not those that it was made with"


def _policies(connection: Connection) -> Iterator[str]:
    wanted = {(one.table, one.name, (one.role,), one.command) for one in policies()}
    rows = connection.execute(
        "SELECT tablename, policyname, roles::text[], cmd, permissive FROM pg_policies WHERE schemaname = 'audit'"
    )
    found = {
        (table, name, tuple(roles), command)
        for table, name, roles, command, permissive in rows
        if permissive == "PERMISSIVE"
    }
    for table in sorted({one[0] for one in wanted ^ found}):
        yield f"the row security of {table} is not the one that it was made with"
    row = connection.execute(
        "SELECT with_check FROM pg_policies WHERE schemaname = 'audit' AND policyname = 'owner_insert'"
        " AND tablename = 'entry'"
    ).fetchone()
    if row is None or "SESSION_USER" not in row[0] or "is_job" not in row[0]:
        yield "the row security of entry does not ask for the tenant any more"


def _grants(connection: Connection) -> Iterator[str]:
    wanted = {*grants(), *(("audit_writer", "SELECT", "alembic_version"),)}
    wanted |= {(role, "SELECT", "alembic_version") for role, _, _ in grants()}
    rows = connection.execute(
        "SELECT coalesce(r.rolname, 'PUBLIC'), a.privilege_type, c.relname FROM pg_class AS c"
        " CROSS JOIN LATERAL aclexplode(c.relacl) AS a LEFT JOIN pg_roles AS r ON r.oid = a.grantee"
        " WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner"
    )
    found = {(role, privilege, table) for role, privilege, table in rows}
    for role, privilege, table in sorted(found - wanted):
        yield f"{role} may {privilege} on {table}"
    row = connection.execute(
        "SELECT count(*) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'audit'::regnamespace AND a.attacl IS NOT NULL"
    ).fetchone()
    if row is None or row[0]:
        yield "there are grants on single columns"


def _functions(connection: Connection) -> Iterator[str]:
    wanted = {
        name: sha256(text.split("$$")[1].encode("utf-8"))
        for name, text in zip(_FUNCTION_NAMES, FUNCTIONS, strict=True)
    }
    rows = connection.execute(
        "SELECT p.proname, p.prosrc, pg_get_userbyid(p.proowner), p.proconfig::text FROM pg_proc AS p"
        " WHERE p.pronamespace = 'audit'::regnamespace"
    )
    found = {
        name: sha256(source.encode("utf-8"))
        for name, source, owner, config in rows
        if owner == OWNER and config == '{"search_path=pg_catalog, pg_temp"}'
    }
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            yield f"the function {name} is not the one that was made"
    allowed = {(role, one.split("(")[0]) for one, roles in EXECUTED_BY.items() for role in roles}
    rows = connection.execute(
        "SELECT coalesce(r.rolname, 'PUBLIC'), p.proname FROM pg_proc AS p"
        " CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a"
        " LEFT JOIN pg_roles AS r ON r.oid = a.grantee"
        " WHERE p.pronamespace = 'audit'::regnamespace AND a.grantee <> p.proowner"
    )
    for role, name in sorted({(role, name) for role, name in rows} - allowed):
        yield f"{role} may run {name}"
