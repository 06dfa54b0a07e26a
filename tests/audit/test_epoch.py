"""After a database was lost or restored: the old tree is never signed again, a new epoch accounts for it."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import (
    AuditError,
    AuditLog,
    GuardWeakenedError,
    Question,
    export_bundle,
    open_log,
    read_call,
    verify_bundle,
)
from audit.epoch import begin_epoch
from audit.errors import EvidenceUnavailableError
from audit.jobs import Approval, erase_call
from secure_agent.cli.audit import app
from tests.audit.support import sqlite_of

Now = Callable[[], datetime]
WORD = Approval("database restored from a backup", "staff-1", "staff-2")
BASE = "audit.local/dev/us"


def _call(log: AuditLog) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    return segment.call


def _backup(log: AuditLog, place: Path) -> Path:
    sqlite_of(log).read("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(log.data_dir / "audit.db", place)
    return place


def _restore(data_dir: Path, backup: Path) -> None:
    for name in ("audit.db-wal", "audit.db-shm"):
        (data_dir / name).unlink(missing_ok=True)
    shutil.copy(backup, data_dir / "audit.db")


def test_27_a_restored_database_goes_on_in_a_new_epoch_and_forgets_again(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    kept, erased = _call(log), _call(log)
    held = tmp_path / "held"
    held.write_bytes(log.publish().note)
    backup = _backup(log, tmp_path / "backup.db")
    erase_call(log, erased, WORD)
    lost = _call(log)
    log.publish()
    log.close()
    _restore(data_dir, backup)
    with pytest.raises(GuardWeakenedError, match="restored from a backup"):
        open_log(data_dir, now=clock)

    checkpoint = begin_epoch(data_dir, BASE, WORD, now=clock)
    assert checkpoint.origin == f"{BASE}/2"
    assert all(entry.body is None for entry in read_call(data_dir, erased))
    assert read_call(data_dir, kept)[1].body == {"text": "hello"}
    with pytest.raises(EvidenceUnavailableError):
        read_call(data_dir, lost)
    with closing(open_log(data_dir, now=clock)) as again:
        assert again.origin == f"{BASE}/2"
        after = _call(again)
    for number, call in enumerate((kept, erased, after)):
        done = export_bundle(data_dir, calls=[call], out=tmp_path / f"call-{number}", now=clock)
        question = Question(log=f"{BASE}/2", calls=(call,))
        result = verify_bundle(done.path, question, trust=done.trust, held=[held])
        assert {one.id for one in result.findings} == {"unanchored", "outside-unused"}
    whole = export_bundle(data_dir, out=tmp_path / "whole", mode="full", now=clock)
    result = verify_bundle(whole.path, Question(log=f"{BASE}/2"), trust=whole.trust, held=[held])
    assert {one.id for one in result.findings} == {"unanchored", "outside-unused"}
    assert result.shredded == 1


def test_a_checkpoint_beyond_the_recorded_end_of_an_epoch_is_a_fork(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    _call(log)
    early = log.publish().note
    _call(log)
    held = tmp_path / "held"
    held.write_bytes(log.publish().note)
    log.close()
    begin_epoch(data_dir, BASE, WORD, now=clock, old_checkpoint=early)
    done = export_bundle(data_dir, out=tmp_path / "whole", mode="full", now=clock)
    result = verify_bundle(done.path, Question(log=f"{BASE}/2"), trust=done.trust, held=[held])
    assert (result.exit, "fork" in {one.id for one in result.findings}) == (11, True)


def test_a_second_epoch_leaves_out_the_opening_of_the_first(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _call(log)
    log.publish()
    log.close()
    begin_epoch(data_dir, BASE, WORD, now=clock)
    assert begin_epoch(data_dir, BASE, WORD, now=clock).size == 5
    done = export_bundle(data_dir, calls=[call], out=tmp_path / "call", now=clock)
    result = verify_bundle(done.path, Question(log=f"{BASE}/3", calls=(call,)), trust=done.trust)
    assert {one.id for one in result.findings} == {"unanchored"}
    assert result.closed == 2


def test_an_epoch_does_not_begin_under_a_live_call_or_without_an_old_checkpoint(
    log: AuditLog, data_dir: Path, clock: Now
) -> None:
    with pytest.raises(EvidenceUnavailableError, match="no checkpoint of the old epoch"):
        begin_epoch(data_dir, BASE, WORD, now=clock)
    log.publish()
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    with pytest.raises(AuditError, match="still being written"):
        begin_epoch(data_dir, BASE, WORD, now=clock)
    segment.close({})
    other = log.publish().note.replace(b"/us/", b"/eu/")
    with pytest.raises(AuditError, match="another log or epoch"):
        begin_epoch(data_dir, BASE, WORD, now=clock, old_checkpoint=other)


def test_a_call_cut_off_by_the_loss_is_abandoned_in_the_new_epoch(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    dead = open_log(data_dir, now=clock)
    segment = dead.open_segment(jurisdiction="US-TX", retention="call")
    dead.close()
    log.publish()
    log.close()
    begin_epoch(data_dir, BASE, WORD, now=clock)
    done = export_bundle(data_dir, calls=[segment.call], out=tmp_path / "call", now=clock)
    question = Question(log=f"{BASE}/2", calls=(segment.call,))
    result = verify_bundle(done.path, question, trust=done.trust)
    assert (result.abandoned, {one.id for one in result.findings}) == (1, {"unanchored"})


def test_officers_begin_an_epoch_by_command(log: AuditLog, data_dir: Path) -> None:
    _call(log)
    log.publish()
    log.close()
    words = ["epoch", "begin", "--reason", "restored", "--actor", "a", "--approver", "b"]
    result = CliRunner().invoke(app, [*words, "--data-dir", str(data_dir)])
    assert result.exit_code == 0
    assert "audit.local/dev/us/2 begins with 5 leaves" in result.output
