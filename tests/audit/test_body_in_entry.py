"""A log that an earlier version wrote, with bodies in a table of their own, goes on as it was."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from audit import AuditLog, open_log, read_call
from audit.schema import migrations_folder

Now = Callable[[], datetime]


def _revision_4(database: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    engine.dispose()


def test_25_bodies_of_an_earlier_version_move_over(log: AuditLog, data_dir: Path, clock: Now) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    published = log.publish()
    log.close()
    new, old = data_dir / "audit.db", data_dir / "old.db"
    _revision_4(old)
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("ATTACH DATABASE ? AS new", (str(new),))
        for table in ("log", "checkpoint", "ek", "dek", "target", "writer", "hold", "call_index", "leaf"):
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")  # noqa: S608
        connection.execute(
            "INSERT INTO main.entry SELECT call, seg, seq, tenant, t, ts, p, ch, lh FROM new.entry"
        )
        connection.execute("INSERT INTO main.body SELECT call, seg, seq, c FROM new.entry")
    for name in ("audit.db", "audit.db-wal", "audit.db-shm"):
        (data_dir / name).unlink(missing_ok=True)
    old.rename(new)
    with closing(open_log(data_dir, now=clock)) as again:
        assert again.publish() == published
        again.open_segment(jurisdiction="DE", retention="call").close({})
    assert [one.body for one in read_call(data_dir, segment.call)] == [{}, {"text": "hello"}, {}]
