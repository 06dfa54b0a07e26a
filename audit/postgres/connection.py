"""Connections to PostgreSQL: how they are made, and what a fault of the server is called. No message names a value."""

from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from psycopg import errors
from psycopg.types.string import TextLoader

from audit.errors import AuditError, AuditUnavailable, GuardWeakenedError
from audit.postgres.functions import FORK

CONNECT_TIMEOUT_S: Final = 5
#: A statement of a call that takes longer has failed; reading and jobs may take what they need.
STATEMENT_TIMEOUT_S: Final = 10.0

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]


class ForkError(AuditUnavailable):
    """Another entry stands at the place of this one: two writers, or evidence that was changed."""


def is_postgres(database: str) -> bool:
    """Whether the address is one of PostgreSQL."""
    return database.startswith(("postgresql://", "postgres://"))


def name_of(url: str) -> str:
    """The address without user, password and options."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2] or "local"
    return f"the database {parts.path.lstrip('/') or 'postgres'} on {host}"


def connect(url: str, *, statement_timeout_s: float | None = None) -> Connection:
    """Open a connection; AuditUnavailable where the server does not answer or lets nobody in."""
    if not is_postgres(url):
        raise AuditError("the address of a database is postgresql://USER@HOST/NAME")
    try:
        connection: Connection = psycopg.connect(
            url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, application_name="secure-agent audit"
        )
    except psycopg.Error as error:
        raise AuditUnavailable(f"{name_of(url)} cannot be reached; {_why_not(error)}") from None
    try:
        connection.adapters.register_loader("uuid", TextLoader)
        connection.execute("SELECT set_config('search_path', 'audit_read, audit', false)")
        connection.execute("SET synchronous_commit = on")
        connection.execute("SET client_encoding = 'UTF8'")
        if statement_timeout_s is not None:
            connection.execute(f"SET statement_timeout = {int(statement_timeout_s * 1_000)}")
    except psycopg.Error as error:
        connection.close()
        raise fault(error, url) from None
    return connection


def _why_not(error: psycopg.Error) -> str:
    text = str(error)
    if "authentication" in text or "role" in text or "pg_hba" in text:
        return "it does not let this login in: check user, password and pg_hba.conf"
    if "does not exist" in text:
        return "it does not exist: create it, then run: secure-agent audit database init"
    return "check the address and that the server runs"


def fault(error: psycopg.Error, url: str) -> AuditUnavailable:
    """One sentence for a fault of the server; its own words may name values, and are left out."""
    name, state = name_of(url), error.sqlstate or ""
    if state == FORK:
        return ForkError(f"{name} already holds another entry at this place: two writers, or it was changed")
    if isinstance(error, errors.InsufficientPrivilege):
        return AuditUnavailable(
            f"{name} refuses this login what it asked for; see: secure-agent audit database check"
        )
    if isinstance(error, errors.UndefinedTable | errors.UndefinedFunction | errors.InvalidSchemaName):
        return GuardWeakenedError(f"{name} holds no audit log; run: secure-agent audit database init")
    if isinstance(error, errors.DiskFull):
        return AuditUnavailable(f"the disk of {name} is full")
    if isinstance(error, errors.QueryCanceled):
        return AuditUnavailable(f"{name} did not answer in time")
    if is_lost(error):
        return AuditUnavailable(f"the connection to {name} was lost; check that the server runs")
    return AuditUnavailable(f"{name} does not take it (SQLSTATE {state or 'unknown'})")


def is_lost(error: psycopg.Error) -> bool:
    """Whether the same may go well later, or over a new connection."""
    state = error.sqlstate or ""
    lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return (lost and not state) or state[:2] in ("08", "53", "57", "40", "55")
