"""A witness over HTTP: what it cosigns anchors a bundle; what does not go on from its last checkpoint it refuses."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from audit import AuditLog, AuditUnavailable, Question, export_bundle, open_log, verify_bundle
from audit.checkpoint import format_consistency, parse_checkpoint, sign_checkpoint
from audit.crypto.signing import Signer
from audit.merkle import EMPTY_ROOT
from audit.trust import parse_policy
from audit.verify import VerifyResult
from audit.witness import Witness
from audit.witness_server import WitnessServer
from tests.audit.support import World

Now = Callable[[], datetime]


@pytest.fixture
def world() -> World:
    world = World()
    for number in range(3):
        world.call(number)
    return world


@pytest.fixture
def witness(world: World, tmp_path: Path, clock: Now) -> Iterator[Witness]:
    made = Witness(tmp_path / "witness", parse_policy(world.policy()), name="witness.local/w1", now=clock)
    yield made
    made.close()


def _ask(world: World, witness: Witness, old: int, size: int, **note: bytes) -> int:
    text = note.get("note", world.checkpoint(size=size, cosigned={}))
    return witness.add_checkpoint(format_consistency(old, world.tree().consistency(old, size), text)).status


def test_a_witness_follows_a_log_that_grows(world: World, witness: Witness) -> None:
    assert [_ask(world, witness, old, size) for old, size in ((0, 6), (6, 6), (6, 12), (12, 18))] == [200] * 4
    last = witness.last(world.origin)
    assert last is not None
    assert (last.size, last.root) == (18, world.tree().root())


def test_a_witness_answers_with_the_codes_of_the_protocol(world: World, witness: Witness) -> None:
    assert _ask(world, witness, 0, 12) == 200
    conflict = witness.add_checkpoint(format_consistency(6, [], world.checkpoint(cosigned={})))
    assert (conflict.status, conflict.body, conflict.content_type) == (409, b"12\n", "text/x.tlog.size")
    broken = format_consistency(12, [bytes(32)], world.checkpoint(cosigned={}))
    assert witness.add_checkpoint(broken).status == 422
    assert witness.add_checkpoint(b"nonsense").status == 400
    assert _ask(world, witness, 12, 12, note=sign_checkpoint(world.signer, 6, world.tree().root(6))) == 400
    thief = Signer.from_seed(world.origin, b"\x07" * 32)
    assert _ask(world, witness, 12, 18, note=sign_checkpoint(thief, 18, world.tree().root())) == 403
    stranger = Signer.from_seed("audit.other.test/test/de/1", b"\x07" * 32)
    assert _ask(world, witness, 12, 18, note=sign_checkpoint(stranger, 18, world.tree().root())) == 404


def test_08_a_witness_refuses_the_second_half_of_a_split_view(world: World, witness: Witness) -> None:
    other = World(entries=world.entries[:12], deks=world.deks, now=world.now)
    other.call(10)
    assert _ask(world, witness, 0, 18) == 200
    assert _ask(other, witness, 18, 18) == 409
    other.call(11)
    assert _ask(other, witness, 18, 24) == 422
    assert _ask(world, witness, 0, 0, note=sign_checkpoint(world.signer, 0, EMPTY_ROOT)) == 409


def test_a_witness_remembers_after_a_restart_and_works_alone(
    world: World, witness: Witness, tmp_path: Path, clock: Now
) -> None:
    assert _ask(world, witness, 0, 12) == 200
    key = witness.signer.verifier
    policy = parse_policy(world.policy())
    with pytest.raises(AuditUnavailable, match="another witness"):
        Witness(tmp_path / "witness", policy, name="witness.local/w1", now=clock)
    witness.close()
    again = Witness(tmp_path / "witness", policy, name="witness.local/w1", now=clock)
    assert again.signer.verifier == key
    assert _ask(world, again, 0, 18) == 409
    assert _ask(world, again, 12, 18) == 200
    anchor = (tmp_path / "witness" / "anchor").read_bytes()
    assert anchor.count(world.origin.encode() + b"\n1") == 2
    again.close()


@pytest.fixture
def served(log: AuditLog, data_dir: Path, tmp_path: Path, clock: Now) -> Iterator[WitnessServer]:
    """A witness of the log that the policy of the data folder names, with its address."""
    policy = data_dir / "trust" / "policy"
    made = Witness(tmp_path / "w", parse_policy(policy.read_bytes()), name="witness.local/w1", now=clock)
    server = WitnessServer(made, "127.0.0.1", 0)
    thread = Thread(target=server.serve)
    thread.start()
    lines = policy.read_text().replace("quorum none\n", "")
    policy.write_text(f"{lines}witness w1 {made.signer.verifier.vkey} {server.url}\nquorum w1\n")
    yield server
    server.stop()
    thread.join()
    server.close()
    made.close()


def _bundle(log: AuditLog, now: Now, out: Path) -> tuple[VerifyResult, tuple[str, ...]]:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    done = export_bundle(log.data_dir, calls=[segment.call], out=out, now=now)
    question = Question(log=log.origin, calls=(segment.call,))
    return verify_bundle(done.path, question, trust=done.trust), done.problems


def test_a_cosigned_bundle_is_verified(
    log: AuditLog, served: WitnessServer, clock: Now, tmp_path: Path
) -> None:
    for number in range(3):
        result, problems = _bundle(log, clock, tmp_path / str(number))
        assert (result.exit, result.anchor, problems) == (0, "quorum", ())


def test_publishing_waits_for_no_witness_and_export_says_what_is_missing(
    log: AuditLog, served: WitnessServer, clock: Now, tmp_path: Path
) -> None:
    log.publish()
    served.stop()
    served.close()
    result, problems = _bundle(log, clock, tmp_path / "bundle")
    assert result.exit == 3
    assert {one.id for one in result.findings} == {"quorum-missed"}
    assert len(problems) == 1
    assert problems[0].startswith("w1: the witness at http://127.0.0.1:")


def test_a_witness_that_saw_more_shows_a_restored_log(
    log: AuditLog, served: WitnessServer, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    _bundle(log, clock, tmp_path / "before")
    other = open_log(tmp_path / "other", now=clock)
    with closing(other):
        for name in ("keys", "trust"):
            shutil.copytree(data_dir / name, tmp_path / "other" / name, dirs_exist_ok=True)
    with closing(open_log(tmp_path / "other", now=clock)) as restored:
        _, problems = _bundle(restored, clock, tmp_path / "after")
    assert len(problems) == 1
    assert "witness" in problems[0]


def test_the_server_answers_only_what_it_is_for(served: WitnessServer) -> None:
    host, _, port = served.url.removeprefix("http://").partition(":")
    for path, body, status in (("/", b"", 404), ("/add-checkpoint", b"x", 400)):
        connection = HTTPConnection(host, int(port), timeout=5)
        connection.request("POST", path, body)
        assert connection.getresponse().status == status
        connection.close()


def test_the_command_runs_a_witness_as_its_own_process(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    words = ["audit", "witness", "--dir", str(tmp_path / "w"), "--listen", "127.0.0.1:0"]
    policy = data_dir / "trust" / "policy"
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "secure_agent", *words, "--policy", str(policy)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"witness (\S+) (http://127\.0\.0\.1:\d+)\n", line)
        assert found is not None
        lines = policy.read_text().replace("quorum none\n", "")
        policy.write_text(f"{lines}witness w1 {found[1]} {found[2]}\nquorum w1\n")
        result, problems = _bundle(log, clock, tmp_path / "bundle")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert (result.exit, problems) == (0, ())
    kept = tmp_path / "w" / "last" / log.origin.replace("/", "_")
    assert parse_checkpoint(kept.read_bytes()).size == result.size
