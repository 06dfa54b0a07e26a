"""PostgreSQL away, slow, frozen, killed, or cut off in mid-commit: nothing is lost, doubled or waited for."""

import os
import random  # noqa: TID251 - seeded
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from audit import AuditLog, AuditUnavailable, Segment, open_log
from audit.errors import EntryInDoubtError
from tests.audit.faults.nursery import Writer
from tests.audit.faults.proxy import Proxy, proxy
from tests.audit.faults.writers import Said, check_kept, check_whole, nursery, said_in, until
from tests.postgres import Database, database, server, template

Now = Callable[[], datetime]


@pytest.fixture
def way(postgres: Database) -> Iterator[Proxy]:
    with proxy(postgres) as made:
        yield made


@pytest.fixture
def remote(way: Proxy, data_dir: Path, clock: Now) -> Iterator[AuditLog]:
    with closing(open_log(data_dir, now=clock, database=way.url)) as log:
        yield log


def _turns(segment: Segment, count: int) -> tuple[list[str], float]:
    """Append turns; the hashes of what was acknowledged, and the time that the slowest but one took."""
    told, times = [], []
    for number in range(count):
        begin = time.monotonic()
        told.append(segment.append("turn.caller", {"n": number}).leaf_hash)
        times.append(time.monotonic() - begin)
    return told, sorted(times)[-2]


def _said(segment: Segment, told: list[str], refusals: int = 0) -> Said:
    return Said(segment.call, (segment.opened.leaf_hash, *told), ("refused",) * refusals, None, ended=False)


def test_35_a_call_goes_on_while_the_database_is_away_and_nothing_of_it_is_lost(
    remote: AuditLog, way: Proxy, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    segment = remote.open_segment(jurisdiction="DE", retention="call")
    way.down()
    told, slowest_s = _turns(segment, 300)
    assert slowest_s < 0.5
    with pytest.raises(AuditUnavailable):
        remote.store.open_segments()
    way.up()
    until(lambda: remote.store.head_of(segment.call) is not None)
    told.append(segment.close({}).leaf_hash)
    remote.publish()
    assert check_kept(remote.store, _said(segment, told)) == 302
    assert not check_whole(data_dir, tmp_path / "bundle", clock, way.url).open


def test_35_what_waits_for_the_database_fails_closed_while_it_is_away(remote: AuditLog, way: Proxy) -> None:
    segment = remote.open_segment(jurisdiction="DE", retention="call")
    way.down()
    begin = time.monotonic()
    with pytest.raises(EntryInDoubtError):
        segment.append("consent.decided", {"answer": "yes"})
    assert time.monotonic() - begin < 4.0
    with pytest.raises(AuditUnavailable, match="nothing follows it"):
        segment.append("turn.caller", {"text": "no more"})
    with pytest.raises(AuditUnavailable):
        remote.open_segment(jurisdiction="DE", retention="call")
    way.up()
    remote.publish()
    assert check_kept(remote.store, _said(segment, [], refusals=1)) == 2


def test_35_slow_commits_do_not_slow_a_call(remote: AuditLog, way: Proxy) -> None:
    segment = remote.open_segment(jurisdiction="DE", retention="call")
    way.slow_s = 1.0
    begin = time.monotonic()
    told, slowest_s = _turns(segment, 300)
    assert time.monotonic() - begin < 3.0
    assert slowest_s < 0.5
    way.slow_s = 0.0
    remote.publish()
    assert check_kept(remote.store, _said(segment, told)) == 301


def test_35_a_frozen_database_holds_up_only_what_waits_for_it(remote: AuditLog, way: Proxy) -> None:
    segment = remote.open_segment(jurisdiction="DE", retention="call")
    other = remote.open_segment(jurisdiction="DE", retention="call")
    way.flows.clear()
    refused: list[type[BaseException]] = []

    def consent() -> None:
        try:
            other.append("consent.decided", {"answer": "yes"})
        except AuditUnavailable as error:
            refused.append(type(error))

    waiting = threading.Thread(target=consent)
    waiting.start()
    told, slowest_s = _turns(segment, 300)
    assert slowest_s < 0.5
    waiting.join(5.0)
    assert refused == [EntryInDoubtError]
    way.flows.set()
    remote.publish()
    assert check_kept(remote.store, _said(segment, told)) == 301


@pytest.mark.parametrize("cut_after", range(4))
def test_35_a_connection_cut_between_commit_and_answer_doubles_nothing(
    cut_after: int, remote: AuditLog, way: Proxy, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    segment = remote.open_segment(jurisdiction="DE", retention="call")
    way.cut_after = cut_after
    told = []
    for number in range(30):
        kind = "consent.decided" if number % 5 == 4 else "turn.caller"
        told.append(segment.append(kind, {"n": number}).leaf_hash)
    assert way.cut_after is None
    told.append(segment.close({}).leaf_hash)
    remote.publish()
    assert check_kept(remote.store, _said(segment, told)) == 32
    assert not check_whole(data_dir, tmp_path / "bundle", clock, way.url).open


def test_35_a_server_that_is_killed_under_load_loses_nothing_that_was_acknowledged(
    data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    """The postmaster and all its children die at once, three times, while calls are written."""
    said = [tmp_path / f"said-{number}" for number in range(2)]
    chance = random.Random(5)  # noqa: S311 - when to kill
    with server("fsync=on") as own, template(own), database(own) as made, nursery() as writers:
        if own.folder is None:
            pytest.skip("not run: a named server is not killed")
        with closing(open_log(data_dir, now=clock, database=made.url)):
            pass
        jobs = [Writer(str(data_dir), str(path), made.url, waits=False, pause_s=0.004) for path in said]

        def ravage(pids: list[int]) -> None:
            until(lambda: all(len(said_in(path).acknowledged) > 20 for path in said))
            for _number in range(3):
                time.sleep(chance.uniform(0.02, 0.2))
                own.kill()
                own.start()
            for pid in pids:
                os.kill(pid, signal.SIGKILL)

        writers.run(jobs, [None] * 2, ready=ravage)
        with closing(open_log(data_dir, now=clock, database=made.url)) as log:
            log.publish()
            assert [check_kept(log.store, said_in(path)) > 40 for path in said] == [True] * 2
        check_whole(data_dir, tmp_path / "bundle", clock, made.url)


def test_39_a_transaction_left_open_in_another_database_delays_no_leaf(
    server_log: AuditLog, postgres: Database
) -> None:
    with psycopg.connect(postgres.server.url("postgres")) as idle:
        idle.execute("SELECT pg_current_xact_id()")
        segment = server_log.open_segment(jurisdiction="DE", retention="call")
        begin = time.monotonic()
        for number in range(200):
            segment.append("turn.caller", {"n": number})
        published = server_log.publish()
        assert time.monotonic() - begin < 5.0
        assert published.size == 201
        idle.rollback()
