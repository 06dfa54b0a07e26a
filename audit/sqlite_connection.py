"""Connections to the embedded database, for writing and for reading, with its guards checked."""

import sqlite3
from pathlib import Path
from sqlite3 import Connection
from typing import Final

from audit.errors import AuditUnavailable
from audit.guard import check_guards

#: Past this a caller would hear the pause; the call is handed over instead.
BUSY_TIMEOUT_S: Final = 2.0
#: What SQLite says where it cannot make the index of a write-ahead log beside the database.
_NO_SHARED_MEMORY: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})


def connect_for_writing(database: Path) -> Connection:
    connection = sqlite3.connect(
        database, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        check_guards(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_for_reading(database: Path) -> Connection:
    """Without a write-ahead log the file is all there is: in a read-only folder SQLite must be told so."""
    try:
        return _open_for_reading(database, "mode=ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _NO_SHARED_MEMORY:
            raise
        wal = database.with_name(f"{database.name}-wal")
        if wal.exists() and wal.stat().st_size > 0:
            raise AuditUnavailable(
                f"the newest entries of {database} are in its write-ahead log, which cannot be opened in a "
                f"read-only folder; work on a copy of {database.parent}"
            ) from error
        return _open_for_reading(database, "immutable=1")


def _open_for_reading(database: Path, how: str) -> Connection:
    connection = sqlite3.connect(
        f"{database.resolve().as_uri()}?{how}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        check_guards(connection)
    except BaseException:
        connection.close()
        raise
    return connection
