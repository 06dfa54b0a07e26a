"""Set up the audit log in a PostgreSQL database: roles, schema and guards, by an administrator, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import psycopg
from psycopg import sql

from audit.errors import AuditError, AuditUnavailable
from audit.header import ID, JOB_TENANT
from audit.postgres.connection import Connection, connect, fault, name_of
from audit.postgres.tables import OWNER, ROLES
from audit.schema import SCHEMA_REVISION, migrations_folder

MIN_VERSION: Final = 150_000
LoginRole = Literal["writer", "sequencer", "reader", "retention", "all"]


@dataclass(frozen=True, slots=True)
class Login:
    """A login and what it is for; TENANT for one that writes calls."""

    name: str
    role: LoginRole
    tenant: str | None = None

    def __post_init__(self) -> None:
        if ID.fullmatch(self.name) is None or (self.tenant and ID.fullmatch(self.tenant) is None):
            raise AuditError("a login and a tenant are names of letters, digits, dot, dash and underscore")
        if (self.role in ("writer", "all")) != (self.tenant is not None):
            raise AuditError("a login that writes calls has a tenant, and no other has one")

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(ROLES) if self.role == "all" else (f"audit_{self.role}",)

    @property
    def tenants(self) -> tuple[str, ...]:
        own = () if self.tenant is None else (self.tenant,)
        return own if self.role == "writer" else (*own, JOB_TENANT)


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was made or was there already, one line each, and what an administrator still has to know."""

    made: tuple[str, ...]
    warnings: tuple[str, ...]


def set_up(url: str, logins: Sequence[Login] = ()) -> SetUp:
    """Bring the database at URL to the schema of this code; may be repeated. URL is that of an administrator."""
    connection = connect(url)
    try:
        if connection.info.server_version < MIN_VERSION:
            raise AuditUnavailable(f"{name_of(url)} is older than PostgreSQL 15")
        made = [*_roles(connection), *_schema(connection, url)]
        for login in logins:
            with connection.transaction():
                made += _login(connection, login)
        warnings = _superuser_things(connection)
    except psycopg.Error as error:
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            raise AuditUnavailable(
                f"this login may not set up {name_of(url)}: use one that may create roles and schemas"
            ) from None
        raise fault(error, url) from None
    finally:
        connection.close()
    return SetUp(tuple(made), tuple(warnings))


def _roles(connection: Connection) -> list[str]:
    made: list[str] = []
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in (OWNER, *ROLES):
        if role not in known:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        made.append(f"role {role}: {ROLES.get(role, 'owns tables and functions; nobody logs in as it')}")
    return made


def _schema(connection: Connection, url: str) -> list[str]:
    """Schema and tables, as their owner; then the administrator is no member of the owner any more."""
    found = connection.execute("SELECT to_regclass('audit.alembic_version') IS NOT NULL").fetchone()
    if found is not None and found[0]:
        row = connection.execute("SELECT version_num FROM audit.alembic_version").fetchone()
        if row is not None and row[0] == SCHEMA_REVISION:
            return [f"schema audit: is at revision {SCHEMA_REVISION}"]
    row = connection.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", (OWNER,)).fetchone()
    joins = row is None or not row[0]
    if joins:
        connection.execute(f"GRANT {OWNER} TO CURRENT_USER")
    try:
        for schema in ("audit", "audit_read"):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {OWNER}")
        _migrate(url)
    finally:
        if joins:
            connection.execute(f"REVOKE {OWNER} FROM CURRENT_USER")
    return [f"schema audit: revision {SCHEMA_REVISION}, owned by {OWNER}"]


def _migrate(url: str) -> None:
    """Run the migrations as the owner, all of them or none."""
    from alembic import command  # noqa: PLC0415 - half a second that most starts need not spend
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    try:
        with engine.begin() as opened:
            opened.exec_driver_sql(f"SET LOCAL ROLE {OWNER}")
            config.attributes["connection"] = opened
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise (error.orig if isinstance(error.orig, psycopg.Error) else error) from None
    finally:
        engine.dispose()


def _login(connection: Connection, login: Login) -> list[str]:
    made: list[str] = []
    name = sql.Identifier(login.name)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login.name,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        made.append(f"login {login.name}: made without a password; give it one: \\password {login.name}")
    for role in login.roles:
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), name))
    connection.execute(f"SET LOCAL ROLE {OWNER}")
    for tenant in login.tenants:
        connection.execute(
            "INSERT INTO audit.writer (role, tenant) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (login.name, tenant),
        )
    connection.execute("RESET ROLE")
    made.append(f"login {login.name}: {', '.join(login.roles)}; tenants {', '.join(login.tenants)}")
    return made


_EVENTS: Final = (("audit_ddl", "ddl_command_end"), ("audit_drop", "sql_drop"))


def _superuser_things(connection: Connection) -> list[str]:
    """What only a superuser can install; a sentence for each that is missing."""
    warnings: list[str] = []
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    is_super = row is not None and bool(row[0])
    known = {name for (name,) in connection.execute("SELECT evtname FROM pg_event_trigger")}
    for name, event in _EVENTS:
        if name not in known and is_super:
            connection.execute(
                sql.SQL("CREATE EVENT TRIGGER {} ON {} EXECUTE FUNCTION audit.note_ddl()").format(
                    sql.Identifier(name), sql.SQL(event)
                )
            )
            connection.execute(sql.SQL("ALTER EVENT TRIGGER {} ENABLE ALWAYS").format(sql.Identifier(name)))
        elif name not in known:
            warnings.append(
                f"changes of the schema are not noted ({event}): let a superuser run this command"
            )
    if is_super:
        connection.execute(f"GRANT pg_read_all_stats TO {OWNER}")
    return warnings
