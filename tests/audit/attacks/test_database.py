"""Tampering with the embedded database: refused by a guard, or found at the next start."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from audit import AuditLog, GuardWeakenedError, open_log, tables
from audit.schema import SCHEMA_REVISION, migrations_folder, upgrade_sqlite
from tests.audit.support import sqlite_of

Now = Callable[[], datetime]


@pytest.fixture
def written(log: AuditLog) -> AuditLog:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    log.publish()
    return log


def _stranger(data_dir: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(data_dir / "audit.db", isolation_level=None))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET p = x'00'",
        "DELETE FROM entry WHERE seq = 1",
        "INSERT OR REPLACE INTO entry SELECT call, seg, seq, tenant, t, ts, x'00', ch, lh, c FROM entry LIMIT 1",
        "UPDATE OR REPLACE entry SET c = x'00'",
        "UPDATE entry SET c = NULL",
        "DELETE FROM entry",
        "DELETE FROM leaf",
        "UPDATE leaf SET idx = idx + 100",
        "INSERT OR REPLACE INTO leaf SELECT log_id, idx + 50, call, seg, seq, lh FROM leaf LIMIT 1",
        "INSERT OR REPLACE INTO checkpoint SELECT log_id, size + 1, prev_size, note, at FROM checkpoint",
        "DELETE FROM checkpoint",
        "UPDATE log SET size = 1",
        "UPDATE log SET origin = 'audit.other/dev/us/1'",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log (id, origin, size, frontier) VALUES (1, 'x', 0, x'')",
        "DELETE FROM dek",
        "UPDATE dek SET wrapped = x'00'",
        "DELETE FROM ek",
        "INSERT OR REPLACE INTO ek SELECT ek, tenant, jur, ret, month, zeroblob(32) FROM ek LIMIT 1",
        "DELETE FROM target",
    ],
)
def test_24_a_stranger_with_the_file_is_stopped_by_the_guards(
    statement: str, written: AuditLog, data_dir: Path
) -> None:
    if "target" in statement:
        with _stranger(data_dir) as other:
            place = (
                "SELECT call, seg, seq, 0, 'erasure', NULL, NULL, NULL, NULL, NULL, NULL FROM entry LIMIT 1"
            )
            other.execute(f"INSERT INTO target {place}")
    with _stranger(data_dir) as other, pytest.raises(sqlite3.Error, match="append-only"):
        other.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER entry_no_update",
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'leaf'",
        "DROP TRIGGER entry_no_update; CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT 1; END",
        "CREATE TRIGGER extra AFTER INSERT ON entry BEGIN DELETE FROM call_index; END",
    ],
)
def test_24_a_weakened_guard_is_found_at_the_next_start(
    statement: str, written: AuditLog, data_dir: Path, clock: Now
) -> None:
    with _stranger(data_dir) as other:
        other.executescript(statement)
    with pytest.raises(GuardWeakenedError, match="not append-only"):
        open_log(data_dir, now=clock)


def _without_guards(data_dir: Path, change: str) -> None:
    """What the owner of the file can do: take the guards away, change, put them back."""
    with _stranger(data_dir) as other:
        guards = other.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            other.execute(f"DROP TRIGGER {name}")
        other.executescript(change)
        for _, text in guards:
            other.execute(text)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM leaf WHERE idx = 2",
        "DELETE FROM leaf WHERE idx = 1",
        "UPDATE leaf SET lh = zeroblob(32) WHERE idx = 1",
        "UPDATE log SET size = 2",
        "UPDATE log SET frontier = zeroblob(64)",
    ],
)
def test_24_a_changed_tree_is_found_at_the_next_start(
    change: str, written: AuditLog, data_dir: Path, clock: Now
) -> None:
    _without_guards(data_dir, change)
    with pytest.raises(GuardWeakenedError, match="not the one that was published"):
        open_log(data_dir, now=clock)


def test_07_a_restored_backup_is_refused_at_the_next_start(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    log.publish()
    sqlite_of(log).read("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(data_dir / "audit.db", tmp_path / "backup.db")
    segment.append("turn.caller", {"text": "hello"})
    log.publish()
    log.close()
    for name in ("audit.db-wal", "audit.db-shm"):
        (data_dir / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", data_dir / "audit.db")
    with pytest.raises(GuardWeakenedError, match="restored from a backup"):
        open_log(data_dir, now=clock)


def test_08_two_checkpoints_of_one_beginning_cannot_both_be_written(
    written: AuditLog, data_dir: Path
) -> None:
    with _stranger(data_dir) as other, pytest.raises(sqlite3.Error):
        other.execute("INSERT INTO checkpoint SELECT log_id, size + 7, prev_size, note, at FROM checkpoint")


def test_40_publishing_again_gives_the_same_note(written: AuditLog) -> None:
    first = written.publish()
    assert written.publish() == first
    assert len(sqlite_of(written).read("SELECT * FROM checkpoint")) == 1


def test_25_the_migration_runs_twice_and_never_back(written: AuditLog, data_dir: Path, clock: Now) -> None:
    root = written.publish().root
    upgrade_sqlite(data_dir / "audit.db")
    with closing(open_log(data_dir, now=clock)) as again:
        assert again.publish().root == root
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == SCHEMA_REVISION
    for revision in scripts.walk_revisions():
        with pytest.raises(NotImplementedError):
            revision.module.downgrade()


def test_the_tables_of_the_migration_are_those_of_the_code(written: AuditLog) -> None:
    assert tables.LogRow.metadata is SQLModel.metadata
    for name, table in SQLModel.metadata.tables.items():
        columns = sqlite_of(written).read('SELECT name, pk > 0, "notnull" FROM pragma_table_info(?)', name)
        assert columns, name
        assert {column for column, _, _ in columns} == {column.name for column in table.columns}
        keys = {column.name for column in table.primary_key}
        assert {column for column, key, _ in columns if key} == keys, name
        required = {column.name for column in table.columns if not column.nullable}
        assert {column for column, _, strict in columns if strict} == required, name
