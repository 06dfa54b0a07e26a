"""Forgetting and keeping: what is gone is gone, what is held stays, and the chain verifies as before."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from typer.testing import CliRunner

from audit import (
    AuditError,
    AuditLog,
    EvidenceUnavailableError,
    Question,
    VerifyResult,
    export_bundle,
    list_calls,
    open_log,
    read_call,
    verify_bundle,
)
from audit.consistency import compare, prove_consistency
from audit.crypto.keys import MonthKey, wrap_month_key
from audit.errors import VerificationError
from audit.jobs import Approval, destroy_month_key, erase_call, hold_call, release_call
from audit.keyfiles import KeyFolder
from audit.month_keys import expired_month_keys, month_keys, rotate_kek
from audit.owner import Owner
from audit.schema import SCHEMA_REVISION, migrations_folder, schema_revision
from secure_agent.cli.audit import app
from tests.audit.support import sqlite_of

Now = Callable[[], datetime]
WORD = Approval("GDPR 17(1)(a)", "staff-1", "staff-2")
run = CliRunner()


def _call(log: AuditLog, text: str = "hello", retention: str = "call") -> str:
    segment = log.open_segment(jurisdiction="DE", retention=retention)
    segment.append("turn.caller", {"text": text})
    segment.close({})
    log.index_call(segment.call, line="demo", caller="+4930123456")
    return segment.call


def _verify(log: AuditLog, now: Now, out: Path, call: str | None = None) -> VerifyResult:
    calls, mode = ([call], "partial") if call else (None, "full")
    done = export_bundle(log.data_dir, calls=calls, out=out, mode=mode, now=now)  # type: ignore[arg-type]
    question = Question(log=log.origin, calls=(call,) if call else ())
    return verify_bundle(done.path, question, trust=done.trust)


def _ids(result: VerifyResult) -> set[str]:
    return {one.id for one in result.findings}


def _month_key_of(log: AuditLog, retention: str = "call") -> str:
    return next(one.ek for one in month_keys(log) if one.retention == retention)


def test_26_an_erased_call_is_gone_and_all_else_verifies(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call, other = _call(log), _call(log)
    dek = sqlite_of(log).read("SELECT wrapped FROM dek WHERE call = ?", call)[0][0]
    root = log.publish().root
    assert erase_call(log, call, WORD) == 1
    assert all(entry.body is None for entry in read_call(data_dir, call))
    assert all(entry.body is not None for entry in read_call(data_dir, other))
    erased = _verify(log, clock, tmp_path / "erased", call)
    assert (_ids(erased), erased.shredded, erased.opened) == ({"unanchored"}, 1, 3)
    whole = _verify(log, clock, tmp_path / "whole")
    assert (_ids(whole), whole.shredded) == ({"unanchored"}, 1)
    assert log.publish().root != root
    assert sqlite_of(log).read("SELECT * FROM call_index WHERE call = ?", call) == []
    for path in data_dir.rglob("*"):
        if path.is_file():
            assert dek not in path.read_bytes(), path.name


def test_an_erasure_names_two_persons_and_happens_once(log: AuditLog) -> None:
    call = _call(log)
    with pytest.raises(AuditError, match="two different persons"):
        Approval("x", "staff-1", "staff-1")
    with pytest.raises(AuditError, match="ids of letters"):
        Approval("x", "staff 1", "staff-2")
    with pytest.raises(AuditError, match="basis"):
        Approval("", "staff-1", "staff-2")
    erase_call(log, call, WORD, date(2026, 12, 31))
    with pytest.raises(AuditError, match="erased before"):
        erase_call(log, call, WORD)
    with pytest.raises(EvidenceUnavailableError):
        erase_call(log, "0" * 36, WORD)


def test_a_call_that_is_still_written_is_not_erased(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    with pytest.raises(AuditError, match="still being written"):
        erase_call(log, segment.call, WORD)


def test_a_recording_key_of_an_erased_call_does_not_open(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    sealed = log.new_sealed_key(segment.call, "recording")
    segment.close({})
    erase_call(log, segment.call, WORD)
    with pytest.raises(EvidenceUnavailableError, match="erased"):
        log.open_sealed_key(sealed.wrapped, sealed.ek, segment.call, "recording")


def test_28_a_destroyed_month_key_takes_its_class_and_no_other(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    first, second, other = _call(log), _call(log), _call(log, retention="long")
    held = _call(log)
    hold_call(log, held, Approval("litigation", "staff-1", "staff-2"))
    assert destroy_month_key(log, _month_key_of(log), WORD) == 2
    for call in (first, second):
        assert all(entry.body is None for entry in read_call(data_dir, call))
    for call in (other, held):
        assert all(entry.body is not None for entry in read_call(data_dir, call))
    whole = _verify(log, clock, tmp_path / "whole")
    assert (_ids(whole), whole.shredded) == ({"unanchored"}, 2)
    for number, call in enumerate((first, held, other)):
        assert _ids(_verify(log, clock, tmp_path / str(number), call)) == {"unanchored"}
    with pytest.raises(AuditError, match="under legal hold"):
        erase_call(log, held, WORD)
    assert release_call(log, held, WORD)
    assert all(entry.body is None for entry in read_call(data_dir, held))
    assert _ids(_verify(log, clock, tmp_path / "released")) == {"unanchored"}


def test_a_released_call_goes_with_its_month_key(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _call(log)
    hold_call(log, call, WORD)
    assert not release_call(log, call, WORD)
    assert read_call(data_dir, call)[1].body == {"text": "hello"}
    hold_call(log, call, WORD)
    release_call(log, call, WORD)
    destroy_month_key(log, _month_key_of(log), WORD)
    assert all(entry.body is None for entry in read_call(data_dir, call))
    assert _ids(_verify(log, clock, tmp_path / "whole")) == {"unanchored"}


def test_holding_and_releasing_are_refused_where_they_make_no_sense(log: AuditLog) -> None:
    call = _call(log)
    with pytest.raises(AuditError, match="not under hold"):
        release_call(log, call, WORD)
    hold_call(log, call, WORD)
    with pytest.raises(AuditError, match="already under hold"):
        hold_call(log, call, WORD)
    release_call(log, call, WORD)
    erase_call(log, call, WORD)
    with pytest.raises(EvidenceUnavailableError, match="nothing to hold"):
        hold_call(log, call, WORD)
    with pytest.raises(EvidenceUnavailableError, match="no month key"):
        destroy_month_key(log, "0" * 32, WORD)
    job = sqlite_of(log).read("SELECT call FROM entry WHERE tenant = 'system' LIMIT 1")[0][0]
    with pytest.raises(AuditError, match="run of a job"):
        erase_call(log, job, WORD)


def test_month_keys_expire_when_their_last_day_is_long_enough_ago(log: AuditLog) -> None:
    _call(log)
    days = {"call": 30}
    assert expired_month_keys(log, days, date(2026, 12, 30)) == []
    assert [one.month for one in expired_month_keys(log, days, date(2026, 12, 31))] == ["2026-11"]
    assert expired_month_keys(log, {"other": 1}, date(2030, 1, 1)) == []


def test_45_a_rotated_kek_opens_everything_and_touches_no_entry(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    before = sqlite_of(log).read("SELECT p FROM entry")
    old, new, count = rotate_kek(log)
    assert (old != new, count) == (True, 2)
    segment.append("turn.caller", {"text": "in the middle of a call"})
    segment.close({})
    assert sqlite_of(log).read("SELECT p FROM entry ORDER BY 1")[: len(before)]
    assert read_call(data_dir, segment.call)[1].body == {"text": "in the middle of a call"}
    assert {one.kek for one in month_keys(log)} == {new}
    assert _ids(_verify(log, clock, tmp_path / "whole")) == {"unanchored"}


def test_a_rotation_that_was_cut_off_is_finished_by_the_next(
    log: AuditLog, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _call(log)
    with monkeypatch.context() as cut:
        cut.setattr(KeyFolder, "finish_rotation", lambda _: None)
        rotate_kek(log)
    assert read_call(data_dir, call)[1].body is not None
    rotate_kek(log)
    assert read_call(data_dir, call)[1].body is not None
    assert not (data_dir / "keys" / "kek.next").exists()


def test_a_segment_whose_writer_died_is_abandoned_up_to_its_head(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    dead = open_log(data_dir, now=clock)
    segment = dead.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    assert log.reap() == 0
    dead.close()
    result = _verify(log, clock, tmp_path / "bundle", segment.call)
    assert (_ids(result), result.abandoned, result.unsigned) == ({"unanchored"}, 1, 0)
    assert log.reap() == 0
    assert [one.state for one in list_calls(data_dir)] == ["abandoned"]


def test_a_lock_left_by_a_dead_process_is_recognised(log: AuditLog, data_dir: Path) -> None:
    owner = Owner(data_dir)
    owner.close()
    segment = log.open_segment(jurisdiction="DE", retention="call")
    (data_dir / "run" / "dead.lock").touch()
    with sqlite_of(log).transaction() as connection:
        connection.execute("UPDATE writer SET owner = 'dead.lock' WHERE call = ?", (segment.call,))
    assert log.reap() == 1


def test_a_proof_connects_an_old_checkpoint_with_a_new_bundle(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    _call(log)
    held, file = tmp_path / "held", tmp_path / "consistency"
    held.write_bytes(log.publish().note)
    call = _call(log)
    done = export_bundle(data_dir, calls=[call], out=tmp_path / "bundle", now=clock)
    file.write_bytes(prove_consistency(data_dir, held.read_bytes(), (done.path / "checkpoint").read_bytes()))
    question = Question(log=log.origin, calls=(call,))
    result = verify_bundle(done.path, question, trust=done.trust, held=[held], consistency=[file])
    assert (result.exit, result.anchor) == (0, "held")
    assert compare(held, done.path).verdict == "unknown"
    assert compare(held, done.path, file).verdict == "consistent"
    full = export_bundle(data_dir, out=tmp_path / "full", mode="full", now=clock)
    assert compare(full.path, held).verdict == "consistent"
    assert compare(held, held).verdict == "consistent"


def test_08_compare_finds_a_fork(data_dir: Path, log: AuditLog, clock: Now, tmp_path: Path) -> None:
    _call(log)
    log.publish()
    sqlite_of(log).read("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(data_dir, tmp_path / "clone", ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    _call(log)
    mine = tmp_path / "mine"
    mine.write_bytes(log.publish().note)
    with closing(open_log(tmp_path / "clone", now=clock)) as clone:
        _call(clone)
        other = tmp_path / "other"
        other.write_bytes(clone.publish().note)
        _call(clone)
        longer = export_bundle(tmp_path / "clone", out=tmp_path / "longer", mode="full", now=clock)
    assert compare(mine, other).verdict == "fork"
    assert compare(mine, longer.path).verdict == "fork"
    with pytest.raises(VerificationError, match="fork"):
        prove_consistency(data_dir, other.read_bytes(), mine.read_bytes())


def _typed(data_dir: Path, *words: str, code: int = 0) -> str:
    result = run.invoke(app, [*words, "--data-dir", str(data_dir)])
    assert result.exit_code == code, result.output
    return result.output


def test_officers_erase_hold_and_destroy_by_command(log: AuditLog, data_dir: Path) -> None:
    call, held = _call(log), _call(log)
    who = ["--basis", "GDPR 17", "--actor", "staff-1", "--approver", "staff-2"]
    bundle = data_dir / "bundles" / call
    _typed(data_dir, "export", "--call", call, "--out", str(bundle))
    (data_dir / "recordings").mkdir()
    (data_dir / "recordings" / f"{call}.sealed").touch()
    assert "under hold" in _typed(data_dir, "hold", "--call", held, *who)
    assert "keys of 1 segments are gone" in _typed(data_dir, "erase", "--call", call, *who)
    assert not bundle.exists()
    assert not (data_dir / "recordings" / f"{call}.sealed").exists()
    assert "(content erased)" in _typed(data_dir, "show", "--call", call)
    _typed(data_dir, "erase", "--call", held, *who, code=2)
    _typed(data_dir, "erase", "--call", held, "--basis", "x", "--actor", "a", "--approver", "a", code=2)
    people = ["--actor", "staff-1", "--approver", "staff-2"]
    kept = _typed(data_dir, "retention", "run", "--keep", "call=100000", *people, "--dry-run")
    assert "nothing has expired" in kept
    assert "2026-11" in _typed(data_dir, "keys", "status")
    assert "moved from" in _typed(data_dir, "keys", "rotate")
    assert "1 calls erased" not in _typed(data_dir, "keys", "destroy", "--ek", _month_key_of(log), *who)
    assert "so it is erased now" in _typed(data_dir, "release", "--call", held, *who)
    _typed(data_dir, "retention", "run", "--keep", "call", *people, code=2)
    _typed(data_dir / "none", "keys", "status", code=3)


def test_27_a_backup_of_the_database_brings_no_destroyed_key_back(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _call(log)
    sqlite_of(log).read("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(data_dir / "audit.db", tmp_path / "backup.db")
    destroy_month_key(log, _month_key_of(log), WORD)
    log.close()
    for name in ("audit.db-wal", "audit.db-shm"):
        (data_dir / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", data_dir / "audit.db")
    assert all(entry.body is None for entry in read_call(data_dir, call))


def test_27_a_restored_key_file_is_destroyed_again_before_the_first_read(
    log: AuditLog, data_dir: Path, clock: Now
) -> None:
    call = _call(log)
    ek = _month_key_of(log)
    kept = (data_dir / "keys" / "months" / ek).read_bytes()
    destroy_month_key(log, ek, WORD)
    (data_dir / "keys" / "months" / ek).write_bytes(kept)
    (data_dir / "keys" / "months" / ek).chmod(0o600)
    with closing(open_log(data_dir, now=clock)):
        assert not (data_dir / "keys" / "months" / ek).exists()
    assert all(entry.body is None for entry in read_call(data_dir, call))


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path, clock: Now) -> None:
    """Before revision 0004 the private halves of month keys lay in the database: they move into files."""
    data = tmp_path / "data"
    data.mkdir()
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{data / 'audit.db'}")
    keys, month = KeyFolder(data / "keys", in_use=False), MonthKey.generate()
    keys.make_kek()
    kek_id, kek = keys.kek()
    wrapped = wrap_month_key(kek, kek_id, month)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.exec_driver_sql(
            "INSERT INTO ek VALUES (?, 'local', 'DE', 'call', '2026-11', ?)", (month.ek, month.public)
        )
        connection.exec_driver_sql("INSERT INTO ekw VALUES (?, ?, ?)", (month.ek, kek_id, wrapped))
    engine.dispose()
    assert schema_revision(data / "audit.db") == "0003"
    with closing(open_log(data, now=clock)) as log:
        call = _call(log)
        assert sqlite_of(log).read("SELECT DISTINCT ek FROM dek WHERE call = ?", call) == [(month.ek,)]
        assert log.keyring.open_month_key(month.ek) == month
    assert schema_revision(data / "audit.db") == SCHEMA_REVISION
    assert wrapped not in (data / "audit.db").read_bytes()
