"""A log on PostgreSQL: acknowledged, sequenced, published, exported, forgotten."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from audit import (
    AuditError,
    AuditLog,
    AuditUnavailable,
    GuardWeakenedError,
    Question,
    export_bundle,
    open_log,
    verify_bundle,
)
from audit.epoch import begin_epoch
from audit.jobs import Approval, destroy_month_key, erase_call, hold_call, release_call
from audit.log import ControlEntry
from audit.merkle import root_of
from audit.postgres.store import PostgresStore
from audit.records import EntryRecord, frame, read_record
from audit.sequencer import Sequencer
from audit.store import Target
from tests.postgres import Database, Server, database

Now = Callable[[], datetime]
APPROVAL = Approval("GDPR 17(1)(a)", "clerk-1", "clerk-2")
SERVER_LOG = "audit.local/dev/us"


def _call(log: AuditLog, turns: int = 3) -> str:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    for n in range(turns):
        segment.append("turn.caller", {"n": n, "text": "[NAME_1] speaks"})
    segment.append("consent.decided", {"outcome": "yes"})
    segment.close({})
    return segment.call


def _verify(
    log: AuditLog, postgres: Database, out: Path, *calls: str, mode: str = "partial"
) -> tuple[int, int]:
    done = export_bundle(
        log.data_dir, calls=calls, out=out, now=log.now, mode="partial", database=postgres.url, wait_s=0
    )
    found = verify_bundle(done.path, Question(done.origin, calls), trust=done.trust)
    return found.exit, found.opened


def _until(what: Callable[[], bool], timeout_s: float = 10.0) -> bool:
    ends_s = time.monotonic() + timeout_s
    while not what():
        if time.monotonic() > ends_s:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def sequencer(postgres: Database, data_dir: Path, clock: Now) -> Iterator[Sequencer]:
    """A sequencer that a test runs round by round."""
    made = Sequencer(data_dir, postgres.url, now=clock, silence_s=1.0)
    yield made
    made._shut()
    made._store.close()


def test_a_call_is_exported_and_verified(server_log: AuditLog, postgres: Database, tmp_path: Path) -> None:
    call = _call(server_log)
    # consistent but unanchored: no witness is here
    assert _verify(server_log, postgres, tmp_path / "bundle", call) == (3, 6)


def test_turns_are_acknowledged_by_the_spool_and_consent_by_the_database(
    server_log: AuditLog, postgres: Database, data_dir: Path
) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    locked = psycopg.connect(postgres.admin)
    locked.execute("LOCK TABLE audit.entry IN ACCESS EXCLUSIVE MODE")
    began_s = time.monotonic()
    segment.append("turn.caller", {"text": "one"})
    assert time.monotonic() - began_s < 0.5
    (file,) = data_dir.rglob("*.val1")
    assert b"turn.caller" in file.read_bytes()
    threading.Timer(0.5, locked.rollback).start()
    segment.append("consent.decided", {"outcome": "yes"})
    assert time.monotonic() - began_s >= 0.5
    locked.close()
    assert len(server_log.store.entries_of(segment.call)) == 3


def test_35_while_the_database_is_away_turns_go_on_and_consent_fails_closed(
    postgres_server: Server, data_dir: Path, clock: Now
) -> None:
    with database(postgres_server) as made, closing(open_log(data_dir, now=clock, database=made.url)) as log:
        segment = log.open_segment(jurisdiction="DE", retention="call")
        other = log.open_segment(jurisdiction="DE", retention="call")
        postgres_server.execute(f"ALTER DATABASE {made.name} WITH ALLOW_CONNECTIONS false")
        postgres_server.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{made.name}'"  # noqa: S608
        )
        times_s = []
        for n in range(200):
            began_s = time.monotonic()
            segment.append("turn.caller", {"n": n})
            times_s.append(time.monotonic() - began_s)
        assert sorted(times_s)[100] < 0.005
        began_s = time.monotonic()
        with pytest.raises(AuditUnavailable):
            other.append("consent.decided", {"outcome": "yes"})
        assert time.monotonic() - began_s < 3
        with pytest.raises(AuditUnavailable, match="nothing follows"):
            other.append("turn.caller", {"n": 0})
        postgres_server.execute(f"ALTER DATABASE {made.name} WITH ALLOW_CONNECTIONS true")
        segment.append("turn.caller", {"n": 200})
        assert _until(lambda: made.execute("SELECT count(*) FROM audit.entry") == [(204,)])
        segment.close({})


def test_35_a_commit_whose_answer_is_lost_is_not_doubled(server_log: AuditLog, postgres: Database) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    for n in range(50):
        segment.append("turn.caller", {"n": n})
        if n % 10 == 0:
            postgres.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    assert _until(lambda: postgres.execute("SELECT count(*) FROM audit.entry") == [(51,)])


def test_34_what_a_dead_process_left_is_sent_by_the_next_one(
    server_log: AuditLog, postgres: Database, data_dir: Path, tmp_path: Path, clock: Now
) -> None:
    call = _call(server_log)
    server_log.publish()
    leaves = list(server_log.store.leaves(server_log.log_id, 0, 6))
    with database(postgres.server) as empty:
        spool = tmp_path / "worker" / "spool" / "1-dead"
        spool.mkdir(parents=True)
        sealed = [frame(EntryRecord(leaf.p, leaf.c or b"")) for leaf in leaves]
        (spool / "00000000.val1").write_bytes(b"".join(sealed[:5]) + sealed[5][:9])
        damaged = bytearray(sealed[0])
        damaged[20] ^= 1
        (spool / "00000001.val1").write_bytes(bytes(damaged) + sealed[1])
        with closing(
            open_log(tmp_path / "worker", now=clock, database=empty.as_login("sa_test_writer"))
        ) as log:
            log._way.flush()
        assert empty.execute("SELECT call::text, count(*) FROM audit.entry GROUP BY 1") == [(call, 5)]
    assert [path.name for path in (tmp_path / "worker" / "spool" / "damaged").iterdir()] == [
        "1-dead-00000001.val1"
    ]


def test_36_another_entry_at_the_same_place_ends_the_segment_with_an_alarm(
    server_log: AuditLog, postgres: Database, tmp_path: Path, clock: Now, caplog: pytest.LogCaptureFixture
) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    twin = segment.chain.seal("turn.caller", {"n": 1}, at=clock(), members={})
    server_log.put(twin, "db")
    with pytest.raises(AuditUnavailable, match="another entry"):
        segment.append("consent.decided", {"n": 2})
    assert "audit alarm" in caplog.messages


def test_the_spool_is_empty_once_all_is_under_a_checkpoint(
    server_log: AuditLog, data_dir: Path, sequencer: Sequencer
) -> None:
    stop = threading.Event()

    def lead() -> None:
        while not stop.is_set():
            sequencer.step()
            time.sleep(0.02)

    leader = threading.Thread(target=lead)
    leader.start()
    _call(server_log)
    assert list(data_dir.rglob("*.val1"))
    server_log._way.close()
    stop.set()
    leader.join()
    assert list((data_dir / "spool").iterdir()) == []


def test_a_checkpoint_covers_what_was_committed_a_second_ago(
    server_log: AuditLog, postgres: Database, sequencer: Sequencer
) -> None:
    runs = threading.Thread(target=sequencer.run)
    runs.start()
    try:
        _call(server_log)
        assert _until(lambda: bool(postgres.execute("SELECT 1 FROM audit.checkpoint WHERE size = 6")), 5.0)
        (leaves,) = postgres.execute(
            "SELECT array_agg(e.lh ORDER BY l.idx) FROM audit.leaf l JOIN audit.entry e USING (id)"
        )
        assert server_log.store.tree(server_log.log_id).root() == root_of(list(leaves[0]))  # type: ignore[call-overload]
    finally:
        sequencer.stop()
        runs.join()


def test_8_one_sequencer_leads_and_another_takes_over(
    server_log: AuditLog, postgres: Database, data_dir: Path, clock: Now, sequencer: Sequencer
) -> None:
    _call(server_log)
    server_log._way.flush()
    sequencer.step()
    second = Sequencer(data_dir, postgres.url, now=clock)
    second.step()
    assert (sequencer.leading, second.leading) == ([f"{SERVER_LOG}/1"], [])
    sequencer._shut()
    second.step()
    assert second.leading == [f"{SERVER_LOG}/1"]
    second._shut()
    second._store.close()


def test_8_two_continuations_of_one_beginning_cannot_both_be_published(
    server_log: AuditLog, postgres: Database
) -> None:
    _call(server_log)
    server_log.publish()
    with pytest.raises(psycopg.errors.UniqueViolation):
        postgres.execute(
            "INSERT INTO audit.checkpoint"
            " SELECT log_id, size + 1, prev_size, covered_id, note, at FROM audit.checkpoint"
        )


def test_7_a_restored_backup_is_not_led(
    server_log: AuditLog, postgres: Database, data_dir: Path, clock: Now
) -> None:
    _call(server_log)
    server_log.publish()
    server_log._way.close()
    server_log.store.close()
    with database(postgres.server) as backup:
        postgres.server.execute(f"DROP DATABASE {backup.name}")
        postgres.server.execute(f"CREATE DATABASE {backup.name} TEMPLATE {postgres.name}")
        with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
            _call(log)
            log.publish()
        restored = Sequencer(data_dir, backup.url, now=clock)
        with pytest.raises(GuardWeakenedError, match="restored from a backup"):
            restored.run()


def test_40_after_a_crash_before_signing_the_same_tree_is_signed(
    server_log: AuditLog, postgres: Database
) -> None:
    _call(server_log)
    server_log._way.flush()
    store = server_log.store
    assert isinstance(store, PostgresStore)
    assert store.lead(server_log.log_id)
    assert store.grow(server_log.log_id) == 6
    root = store.tree(server_log.log_id).root()
    first = server_log.publish()
    assert (first.size, first.root) == (6, root)
    assert server_log.publish().note == first.note


def test_39_an_idle_transaction_elsewhere_does_not_stop_the_tree(
    server_log: AuditLog, postgres: Database
) -> None:
    with psycopg.connect(postgres.server.admin) as idle:
        idle.execute("SELECT pg_current_xact_id()")
        for size in (6, 12, 18):
            _call(server_log)
            assert server_log.publish().size == size


def test_no_entry_is_left_out_however_late_its_transaction_ends(
    server_log: AuditLog, postgres: Database
) -> None:
    """An id that was given out early and committed late lies below others that are in the tree already."""
    call = _call(server_log)
    server_log.publish()
    late = psycopg.connect(postgres.as_login("sa_test_all"))
    (leaf,) = server_log.store.leaves_of(server_log.log_id, call, 1)
    other = leaf.p.replace(b'"seg":0', b'"seg":1')
    late.execute("SELECT audit.append_batch(%s, %s, %s)", (server_log.log, [other], [leaf.c]))
    for _ in range(3):
        _call(server_log)
        server_log.publish()
    late.commit()
    late.close()
    server_log.publish()
    assert postgres.execute(
        "SELECT count(*) FROM audit.entry WHERE NOT EXISTS (SELECT FROM audit.leaf WHERE leaf.id = entry.id)"
    ) == [(0,)]


def test_a_segment_without_heartbeat_is_abandoned(
    server_log: AuditLog, postgres: Database, sequencer: Sequencer, tmp_path: Path
) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    segment.append("consent.decided", {"outcome": "yes"})
    sequencer.step()
    postgres.execute("UPDATE audit.open_segment SET seen = seen - interval '1 hour'")
    assert _until(lambda: sequencer.step() >= 0 and not server_log.store.open_segments())
    sequencer.step(last=True)
    ((header,),) = postgres.execute(
        "SELECT convert_from(p, 'UTF8')::jsonb FROM audit.entry WHERE t = 'segment.abandoned'"
    )
    assert isinstance(header, dict)
    assert header["target_call"] == segment.call
    assert server_log.store.calls()[0].abandoned


def test_a_living_writer_is_not_abandoned(server_log: AuditLog, sequencer: Sequencer) -> None:
    server_log.open_segment(jurisdiction="DE", retention="call")
    sequencer._silence_s = 60.0
    sequencer.step()
    assert len(server_log.store.open_segments()) == 1
    with pytest.raises(AuditError, match="still being written"):
        erase_call(server_log, server_log.store.open_segments()[0].call, APPROVAL)


def test_26_an_erased_call_is_gone_and_the_rest_verifies(
    server_log: AuditLog, postgres: Database, tmp_path: Path
) -> None:
    gone, kept = _call(server_log), _call(server_log)
    server_log.index_call(gone, line="energy", outcome="completed", caller="+4930123456")
    server_log.publish()
    assert erase_call(server_log, gone, APPROVAL, date(2026, 12, 24)) == 1
    assert postgres.execute(f"SELECT count(*) FROM audit.dek WHERE call = '{gone}'") == [(0,)]  # noqa: S608
    assert postgres.execute("SELECT count(*) FROM audit.call_index") == [(0,)]
    code, opened = _verify(server_log, postgres, tmp_path / "bundle", gone, kept)
    assert code == 3
    assert opened > 0


def test_28_a_hold_outlives_the_key_of_its_month(
    server_log: AuditLog, postgres: Database, tmp_path: Path
) -> None:
    held, other = _call(server_log), _call(server_log)
    hold_call(server_log, held, APPROVAL)
    (key,) = [one for one in server_log.store.month_keys() if one.ret == "call"]
    assert destroy_month_key(server_log, key.ek, APPROVAL) == 1
    assert _verify(server_log, postgres, tmp_path / "held", held)[0] == 3
    assert release_call(server_log, held, APPROVAL)
    assert server_log.store.deks_of(held, 0) == server_log.store.deks_of(other, 0) == []


def test_23_bodies_are_pruned_only_under_a_prune(server_log: AuditLog, postgres: Database) -> None:
    call = _call(server_log)
    server_log.publish()
    server_log.run_job(
        [
            ControlEntry(
                "prune",
                {"epoch": 1, "ranges": [[0, 2]], **APPROVAL.members()},
                targets=[Target(leaves=(0, 2))],
            )
        ],
        then=lambda changes: changes.prune(server_log.log_id, 0, 2),
    )
    assert [one.c is None for one in server_log.store.entries_of(call)] == [True] * 3 + [False] * 3


def test_a_new_epoch_takes_in_everything(
    server_log: AuditLog, postgres: Database, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    before = _call(server_log)
    server_log.publish()
    server_log._way.close()
    server_log.store.close()
    opened = begin_epoch(data_dir, SERVER_LOG, APPROVAL, now=clock, database=postgres.url)
    assert (opened.epoch, opened.size) == (2, 8)
    with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
        after = _call(log)
        assert log.publish().size == 14
        assert _verify(log, postgres, tmp_path / "bundle", before, after)[0] == 3


def test_a_segment_rolls_over_after_a_day(server_log: AuditLog, clock: Now) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"n": 0})
    clock.at += timedelta(hours=25)  # type: ignore[attr-defined]
    segment.append("turn.caller", {"n": 1})
    segment.close({})
    server_log._way.flush()
    assert [(one.seg, one.t) for one in server_log.store.entries_of(segment.call)] == [
        (0, "segment.open"),
        (0, "turn.caller"),
        (0, "segment.close"),
        (1, "segment.open"),
        (1, "turn.caller"),
        (1, "segment.close"),
    ]


def test_records_of_the_spool_are_those_of_the_format(server_log: AuditLog, data_dir: Path) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    (file,) = data_dir.rglob("*.val1")
    key, at = read_record(file.read_bytes(), 0)
    first, _ = read_record(file.read_bytes(), at)
    assert isinstance(first, EntryRecord)
    assert server_log.store.entries_of(segment.call)[0].p == first.p
    assert not isinstance(key, EntryRecord)


def test_32_a_worker_without_any_key_of_the_log_has_its_calls_verified(
    postgres: Database, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    """The production of several hosts: a worker that cannot read, and a job host with all keys beside it."""
    sequencer = Sequencer(data_dir, postgres.url, now=clock)
    runs = threading.Thread(target=sequencer.run)
    runs.start()
    try:
        folder = tmp_path / "worker"
        with closing(open_log(folder, now=clock, database=postgres.as_login("sa_test_writer"))) as worker:
            call = _call(worker)
            sealed = worker.new_sealed_key(call, "recording")
            key = worker.call_signer.verifier.vkey
        assert sorted(path.name for path in (folder / "keys").iterdir()) == ["call.key"]
        assert list((folder / "spool").iterdir()) == []
        with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
            workers = data_dir / "trust" / "workers"
            lines = [*workers.read_text().splitlines(), f"call {key}"]
            workers.write_text(
                "".join(f"{line}\n" for line in sorted(lines, key=lambda line: line.split()[1]))
            )
            assert _verify(log, postgres, tmp_path / "bundle", call) == (3, 6)
            assert log.open_sealed_key(sealed.wrapped, sealed.ek, call, "recording") == sealed.key
    finally:
        sequencer.stop()
        runs.join()
