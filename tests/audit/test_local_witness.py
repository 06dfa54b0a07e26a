"""The witness of one machine: another process with its own key, which an administrator's policy sends away."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import AuditLog, Question, export_bundle, open_log, verify_bundle
from audit.checkpoint import parse_checkpoint
from audit.trust import parse_policy
from secure_agent.local_witness import NAME, local_witness
from tests.audit.conftest import Clock


def _call(log: AuditLog) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    segment.append("turn.agent", {"text": "hello"})
    segment.close({"reason": "hangup"})
    return segment.call


def _evidence(data_dir: Path, call: str, out: Path) -> int:
    with local_witness(data_dir) as urls:
        done = export_bundle(data_dir, calls=[call], out=out, now=lambda: datetime.now(UTC), witnesses=urls)
    return verify_bundle(out, Question(done.origin, (call,)), trust=done.trust).exit


def test_evidence_of_one_machine_is_verified_and_its_witness_has_its_own_key(
    log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    assert _evidence(data_dir, call, tmp_path / "bundle") == 0
    named = parse_policy((data_dir / "trust" / "policy").read_bytes())
    assert named.quorum == NAME
    keys = {path.read_bytes() for path in (data_dir / "keys").glob("*.key")}
    assert (data_dir / "witness" / "keys" / "witness.key").read_bytes() not in keys
    assert (data_dir / "witness" / "keys").stat().st_mode & 0o077 == 0
    assert parse_checkpoint((tmp_path / "bundle" / "checkpoint").read_bytes()).size == 3


def test_a_history_that_was_cut_back_gets_no_cosignature(
    log: AuditLog, data_dir: Path, tmp_path: Path, clock: Clock
) -> None:
    """Its memory is no part of the database: who restores one does not restore the other."""
    call = _call(log)
    copy = (data_dir / "audit.db").read_bytes(), (data_dir / "audit.db-wal").read_bytes()
    _call(log)
    assert _evidence(data_dir, call, tmp_path / "first") == 0
    log.close()
    for name, content in zip(("audit.db", "audit.db-wal"), copy, strict=True):
        (data_dir / name).write_bytes(content)
    (data_dir / "audit.db-shm").unlink(missing_ok=True)
    for kept in (data_dir / "published").iterdir():
        kept.unlink()  # the owner hides that it was larger
    with closing(open_log(data_dir, now=clock)) as restored:
        restored.publish()
    assert _evidence(data_dir, call, tmp_path / "second") == 3


@pytest.mark.parametrize("line", ["# kept as it is\n", "witness w1 {} http://127.0.0.1:1\n"])
def test_what_an_administrator_wrote_into_the_policy_stays(
    line: str, log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    policy = data_dir / "trust" / "policy"
    vkey = "witness.example.test/w1+bb94d964+BBfLefsrQSDysexl5BmNbgiyjoE/6wHkpACDm4XhgIDO"
    policy.write_text(line.format(vkey) + policy.read_text(encoding="utf-8"), encoding="utf-8")
    before = policy.read_bytes()
    with local_witness(data_dir) as urls:
        assert dict(urls) == {}
    assert policy.read_bytes() == before
    assert not (data_dir / "witness").exists()
    assert call


def test_two_that_cut_evidence_at_once_wait_for_each_other(
    log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    assert _evidence(data_dir, call, tmp_path / "bundle") == 0
    with ThreadPoolExecutor(2) as pool:
        outs = [tmp_path / "one", tmp_path / "two"]
        assert list(pool.map(lambda out: _evidence(data_dir, call, out), outs)) == [0, 0]


def test_the_process_is_gone_when_the_evidence_is_cut(log: AuditLog, data_dir: Path) -> None:
    _call(log)
    begin = time.monotonic()
    with local_witness(data_dir) as urls:
        assert urls
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    assert not children.exists() or "local_witness" not in "".join(
        Path(f"/proc/{pid}/cmdline").read_text() for pid in children.read_text().split()
    )
    assert time.monotonic() - begin < 10
