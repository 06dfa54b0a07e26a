"""A damaged database, a full disk and a read-only folder: one sentence each, with the file and the remedy."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import AuditLog, AuditUnavailable, export_bundle, list_calls, open_log
from audit.faults import database_fault
from audit.schema import upgrade_sqlite
from secure_agent.cli.audit import app

Now = Callable[[], datetime]


def _call(log: AuditLog) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    return segment.call


def _unused(data_dir: Path) -> None:
    for name in ("audit.db-wal", "audit.db-shm"):
        (data_dir / name).unlink(missing_ok=True)


@pytest.mark.parametrize("words", [["list"], ["show", "--call", "x"], ["export", "--all", "--out", "new"]])
def test_a_database_of_garbage_is_named_with_its_remedy(
    words: list[str], log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    _call(log)
    log.close()
    _unused(data_dir)
    keys = sorted((data_dir / "keys").rglob("*"))
    (data_dir / "audit.db").write_bytes(b"garbage " * 4_000)
    given = [str(tmp_path / word) if word == "new" else word for word in words]
    result = CliRunner().invoke(app, [*given, "--data-dir", str(data_dir)])
    assert result.exit_code == 3
    assert "audit.db is damaged" in result.stderr
    assert "restore it from its backup" in result.stderr
    assert sorted((data_dir / "keys").rglob("*")) == keys


def test_a_database_with_a_damaged_page_is_named_with_its_remedy(
    log: AuditLog, data_dir: Path, clock: Now
) -> None:
    for _ in range(20):
        _call(log)
    log.close()
    _unused(data_dir)
    whole = (data_dir / "audit.db").read_bytes()
    (data_dir / "audit.db").write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(AuditUnavailable, match=r"audit.db is damaged .*; .*restore it from its backup"):
        open_log(data_dir, now=clock)


def test_a_database_of_a_later_version_says_which_program_to_use(log: AuditLog, data_dir: Path) -> None:
    log.close()
    with closing(sqlite3.connect(data_dir / "audit.db", isolation_level=None)) as other:
        other.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(AuditUnavailable, match="use the version of secure-agent that wrote it"):
        upgrade_sqlite(data_dir / "audit.db")


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_CANTOPEN])
def test_a_disk_that_takes_nothing_more_is_named_with_its_remedy(code: int, tmp_path: Path) -> None:
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = code
    said = str(database_fault(fault, tmp_path / "audit.db"))
    assert str(tmp_path / "audit.db") in said
    assert f"free some space on {tmp_path}" in said


_READ_ONLY = """
import sys
from typer.testing import CliRunner
from secure_agent.cli.audit import app
for words in (["list"], ["show", "--call", sys.argv[2]], ["export", "--call", sys.argv[2], "--out", sys.argv[3]]):
    result = CliRunner().invoke(app, [*words, "--data-dir", sys.argv[1]])
    print(result.exit_code, result.output.replace("\\n", " | "))
"""


def _read_only(data_dir: Path, call: str, out: Path) -> list[str]:
    """What list, show and export say where DATA_DIR is read-only: by its mode, or for root by a mount."""
    words = [sys.executable, "-c", _READ_ONLY, str(data_dir), call, str(out)]
    if os.geteuid() == 0:
        unshare = shutil.which("unshare")
        mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        mounted = [str(unshare), "--mount", "sh", "-c", mount, str(data_dir)]
        if unshare is None or _done([*mounted, "true"]).returncode:
            pytest.skip("neither a mode nor a mount makes a folder read-only for this user")
        return _done([*mounted, *words]).stdout.splitlines()
    data_dir.chmod(0o500)
    try:
        return _done(words).stdout.splitlines()
    finally:
        data_dir.chmod(0o700)


def _done(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our words


@pytest.mark.parametrize("left", ["closed", "read since", "being written"])
def test_a_read_only_folder_is_listed_and_shown_and_its_export_says_why_not(
    left: str, log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    if left != "being written":
        log.close()
    if left == "read since":
        list_calls(data_dir)
    listed, shown, exported = _read_only(data_dir, call, tmp_path / "bundle")
    assert listed.startswith("0 ")
    assert call in listed
    assert shown.startswith("0 ")
    assert "caller: hello" in shown
    assert exported.startswith("3 secure-agent: ")
    assert "work on a copy" in exported
    assert exported.count(" | ") == 1


def test_a_read_only_folder_without_the_index_of_its_newest_entries_says_so(
    log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    copy = tmp_path / "copy"
    shutil.copytree(data_dir, copy)
    (copy / "audit.db-shm").unlink()
    listed, shown, _ = _read_only(copy, call, tmp_path / "bundle")
    for said in (listed, shown):
        assert said.startswith("3 secure-agent: the newest entries of ")
        assert "work on a copy of" in said


def test_listing_changes_no_file(log: AuditLog, data_dir: Path) -> None:
    """SQLite may put the index of its write-ahead log beside the database; nothing else comes or changes."""
    call = _call(log)
    log.close()
    before = {path: path.stat().st_mtime_ns for path in data_dir.rglob("*") if path.is_file()}
    listed = CliRunner().invoke(app, ["list", "--data-dir", str(data_dir)])
    assert call in listed.stdout
    _unused(data_dir)
    after = {path: path.stat().st_mtime_ns for path in data_dir.rglob("*") if path.is_file()}
    assert before == after


def test_a_call_that_is_being_written_is_shown(log: AuditLog, data_dir: Path) -> None:
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    segment.append("turn.caller", {"text": "just now"})
    result = CliRunner().invoke(app, ["show", "--call", segment.call, "--data-dir", str(data_dir)])
    assert "caller: just now" in result.stdout


@pytest.mark.parametrize("mode", ["partial", "full"])
def test_a_bundle_is_for_its_owner_alone(
    mode: str, log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    calls = [_call(log)] if mode == "partial" else None
    out = tmp_path / "bundles" / "bundle"
    if mode == "full":
        out.mkdir(mode=0o755, parents=True)
    chosen = "partial" if calls else "full"
    export_bundle(data_dir, calls=calls, out=out, mode=chosen, now=clock)  # type: ignore[arg-type]
    made = (out, *out.rglob("*")) if mode == "full" else (out.parent, *out.parent.rglob("*"))
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name
