"""Bring a database to the schema of this code, by the packaged migrations; often a no-op."""

import sqlite3
from pathlib import Path

from audit.errors import AuditUnavailable, EvidenceUnavailableError
from audit.faults import database_fault

#: The migration that this code was written for; the tables are in `tables`, which takes long to import.
SCHEMA_REVISION = "0006"
#: The file of the embedded log in its data folder.
DATABASE = "audit.db"
_HERE = Path(__file__).resolve().parent.parent
#: In the wheel the scripts lie inside the application, in a checkout beside this package.
_PLACES = (_HERE / "secure_agent" / "migrations", _HERE / "migrations")


def migrations_folder() -> Path:
    """Where the scripts of the schema are."""
    for place in _PLACES:
        if (place / "versions" / "0001_audit_log.py").is_file():
            return place
    raise EvidenceUnavailableError("the migrations are not installed; install secure-agent again")


def schema_revision(database: Path) -> str | None:
    """The revision of an existing SQLite file, or None where there is none."""
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    finally:
        connection.close()
    return None if row is None else str(row[0])


def upgrade_sqlite(database: Path, scripts: Path | None = None) -> None:
    """Create or upgrade the SQLite file DATABASE."""
    if database.exists() and schema_revision(database) == SCHEMA_REVISION:
        return
    from alembic import command  # noqa: PLC0415 - half a second that most starts need not spend
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy import create_engine, event  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts or migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    database.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{database}", connect_args={"timeout": 10, "isolation_level": None})
    # The driver would commit before each DDL statement; a schema is made whole or not at all.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        cause = error.orig if isinstance(error.orig, sqlite3.Error) else sqlite3.Error(str(error.orig))
        raise database_fault(cause, database) from error
    except CommandError as error:
        raise AuditUnavailable(
            f"the audit database {database} cannot be brought to revision {SCHEMA_REVISION}; "
            "use the version of secure-agent that wrote it, or a newer one"
        ) from error
    finally:
        engine.dispose()
