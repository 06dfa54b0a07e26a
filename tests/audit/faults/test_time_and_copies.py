"""Clocks that jump, processes and machines that are copied, witnesses that hang, standbys that lack rows."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import AuditLog, AuditUnavailable, GuardWeakenedError, open_log
from audit.crypto.envelope import NONCE_BYTES
from audit.trust import parse_policy
from audit.witness import Witness
from audit.witness_server import WitnessServer
from tests.audit.conftest import Clock
from tests.audit.faults.writers import check_whole, until
from tests.audit.support import World
from tests.postgres import Database, Server, database, server, template

Now = Callable[[], datetime]


@pytest.mark.parametrize("backend", ["sqlite", "postgres"])
def test_42_a_clock_that_goes_back_changes_no_order_and_is_reported(
    backend: str, data_dir: Path, clock: Clock, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made: Database | None = request.getfixturevalue("postgres") if backend == "postgres" else None
    url = None if made is None else made.url
    with closing(open_log(data_dir, now=clock, database=url)) as log:
        segment = log.open_segment(jurisdiction="DE", retention="call")
        segment.append("turn.caller", {"n": 0})
        before = log.publish()
        clock.at -= timedelta(hours=1)
        for number in range(1, 4):
            segment.append("turn.caller", {"n": number})
        segment.close({})
        after = log.publish()
        entries = log.store.entries_of(segment.call)
    assert after.size > before.size
    assert [one.seq for one in entries] == list(range(6))
    assert entries[2].ts < entries[1].ts
    result = check_whole(data_dir, tmp_path / "bundle", clock, url)
    assert {one.id for one in result.findings} == {"unanchored", "time-odd"}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=6))
def test_43_copies_of_a_writer_never_use_a_nonce_twice(counts: list[int]) -> None:
    """Two machines from one snapshot: the same key, the same place, and each goes on by itself."""
    world = World()
    writer = world.open(1)
    nonces: list[bytes] = []
    for count in counts:
        for number in range(count):
            entry = writer.chain.seal("turn.caller", {"n": number}, at=world.now, members={}, signed=False)
            nonces.append(entry.c[:NONCE_BYTES])
    assert len(set(nonces)) == len(nonces)


def test_43_a_forked_process_seals_under_other_nonces_than_its_parent() -> None:
    writer = World().open(1)
    read, write = os.pipe()

    def nonces() -> bytes:
        sealed = (
            writer.chain.seal("turn.caller", {"n": 0}, at=writer.world.now, members={}, signed=False)
            for _ in range(200)
        )
        return b"".join(one.c[:NONCE_BYTES] for one in sealed)

    pid = os.fork()
    if pid == 0:
        os.write(write, nonces())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        theirs = said.read()
    os.waitpid(pid, 0)
    whole = theirs + nonces()
    each = [whole[at : at + NONCE_BYTES] for at in range(0, len(whole), NONCE_BYTES)]
    assert len(set(each)) == len(each) == 400


def test_43_a_copied_machine_that_goes_on_writing_is_refused_as_a_fork(
    server_log: AuditLog, data_dir: Path, postgres: Database, clock: Now, tmp_path: Path
) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    twin = segment.chain.seal("turn.caller", {"n": "twin"}, at=clock(), members={}, signed=False)
    segment.append("turn.caller", {"n": 0}, level="db")
    login = postgres.as_login("sa_test_writer")
    with closing(open_log(tmp_path / "copy", now=clock, database=login)) as copy:
        with pytest.raises(AuditUnavailable, match="another entry"):
            copy.put(twin, "db")
        with pytest.raises(AuditUnavailable, match="another entry"):
            copy.put(twin, "spool")
    segment.append("turn.caller", {"n": 1}, level="db")
    assert len(server_log.store.entries_of(segment.call)) == 3


@contextmanager
def _hanging() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_38_a_witness_that_hangs_holds_up_neither_the_calls_nor_the_other_witness(
    log: AuditLog, tmp_path: Path, clock: Now
) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    policy_file = log.data_dir / "trust" / "policy"
    own = policy_file.read_text()
    witness = Witness(tmp_path / "witness", parse_policy(own.encode()), name="good.test/w", now=clock)
    other = World().witness("hangs").verifier.vkey
    good = WitnessServer(witness, "127.0.0.1", 0)
    threading.Thread(target=good.serve, daemon=True).start()
    with _hanging() as hangs:
        policy_file.write_text(
            own.replace("quorum none\n", "")
            + f"witness a {other} {hangs}\nwitness b {witness.signer.verifier.vkey} {good.url}\nquorum b\n"
        )
        begin = time.monotonic()
        checkpoint = log.publish()
        assert time.monotonic() - begin < 1.0
        done: list[bool] = []
        asked = threading.Thread(target=lambda: done.append(log.cosign(checkpoint).reached))
        asked.start()
        for number in range(100):
            begin = time.monotonic()
            segment.append("turn.caller", {"n": number})
            assert time.monotonic() - begin < 1.0
        asked.join(10.0)
    good.stop()
    good.close()
    witness.close()
    assert done == [True]


def _lagging(primary: Server) -> Server:
    """A standby of PRIMARY that receives nothing any more."""
    assert primary.folder is not None
    folder = primary.folder / "lagging"
    folder.mkdir()
    shutil.chown(folder, user=primary.folder.owner())
    settings = (*primary.settings, "primary_conninfo=''")
    made = Server(f"postgresql://postgres@/postgres?host={folder}", folder, primary.binaries, settings)
    copied = ("-D", "data", "-R", "-X", "stream", "-c", "fast", "-h", str(primary.folder), "-U", "postgres")
    made._run("pg_basebackup", *copied)
    return made


def test_41_a_standby_that_lacks_published_rows_is_refused_after_a_failover(
    data_dir: Path, clock: Now
) -> None:
    with server("fsync=off", "wal_level=replica") as primary, template(primary), database(primary) as made:
        if primary.folder is None:
            pytest.skip("not run: a named server is not failed over")
        with closing(open_log(data_dir, now=clock, database=made.url)) as log:
            segment = log.open_segment(jurisdiction="DE", retention="call")
            log.publish()
            standby = _lagging(primary)
            segment.append("consent.decided", {"answer": "yes"})
            log.publish()
        standby.start()
        try:
            standby._run("pg_ctl", "-D", "data", "-w", "promote")
            until(lambda: standby.execute("SELECT pg_is_in_recovery()") == [(False,)])
            promoted = made.url.replace(str(primary.folder), str(standby.folder))
            with pytest.raises(GuardWeakenedError, match="not the one that was published"):
                open_log(data_dir, now=clock, database=promoted)
        finally:
            standby.stop()
