"""Figures of writing: sealing, the embedded database, and both levels of acknowledgement on PostgreSQL."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from audit import AuditLog, Segment, open_log
from tests.audit.figures.figure import BODY, Figure, disk, percentile
from tests.audit.support import World
from tests.postgres import Database, database, server, template

_SEALED = 50_000
_SINGLE = 2_000
_RATE = 1_000
_SECONDS = 5
_WRITERS = 32


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def durable_postgres() -> Iterator[Database]:
    """A PostgreSQL that syncs as in production."""
    with server("fsync=on") as own, template(own), database(own) as made:
        yield made


def seal(folder: Path) -> list[Figure]:
    chain = World().open(1).chain
    at = now()
    begin = time.process_time()
    for _ in range(_SEALED):
        chain.advance(chain.seal("turn.agent", BODY, at=at, members={}, signed=False))
    spent = time.process_time() - begin
    return [Figure("seal, with limits and card guard", spent / _SEALED * 1e6, "us/entry", at_most=20)]


def sqlite(folder: Path) -> list[Figure]:
    ratios: list[float] = []
    rates: list[float] = []
    times: list[float] = []
    with closing(open_log(folder / "sqlite", now=now)) as log:
        segment = log.open_segment(jurisdiction="US-TX", retention="call")
        for _ in range(5):  # pairs: the disk of a shared machine changes from second to second
            beside = disk(folder, 400)
            part = _timed(lambda: segment.append("turn.agent", BODY), _SINGLE // 5)
            times += part
            rates.append(len(part) / sum(part))
            ratios.append(rates[-1] / beside.rate)
    return [
        Figure(
            "single appends on SQLite", sorted(rates)[2], "/s", note=f"p99 {percentile(times, 0.99):.2f} ms"
        ),
        Figure(
            "single appends / fdatasync rate", sorted(ratios)[2], "", at_least=0.7, note="median of 5 pairs"
        ),
    ]


def _timed(work: Callable[[], object], count: int) -> list[float]:
    times: list[float] = []
    for _ in range(count):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return times


def spool(folder: Path) -> list[Figure]:
    with durable_postgres() as made, _log(folder, "spool", made) as log:
        segment = log.open_segment(jurisdiction="US-TX", retention="call")
        beside = disk(folder)
        times = _paced(lambda: segment.append("turn.agent", BODY), _RATE)
        after = disk(folder)
    p99 = percentile(times, 0.99)
    synced = (beside.p99_ms + after.p99_ms) / 2
    return [
        Figure("fdatasync of 600 bytes", (beside.rate + after.rate) / 2, "/s", note=f"p99 {synced:.2f} ms"),
        Figure("reached", len(times) / _SECONDS, "/s", note=f"wanted {_RATE}/s"),
        Figure("spool acknowledgement p50", percentile(times, 0.5), "ms"),
        Figure("spool acknowledgement p99", p99, "ms", at_most=2),
        Figure("spool p99 / fdatasync p99", p99 / synced, "", at_most=10),
    ]


def db(folder: Path) -> list[Figure]:
    with durable_postgres() as made, _log(folder, "db", made) as log:
        segments = [log.open_segment(jurisdiction="US-TX", retention="call") for _ in range(_WRITERS)]
        times: list[float] = []

        def write(segment: Segment) -> None:
            times.extend(_paced(lambda: segment.append("turn.agent", BODY, level="db"), _RATE / _WRITERS))

        beside = disk(folder)
        threads = [threading.Thread(target=write, args=(one,)) for one in segments]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    return [
        Figure("fdatasync of 600 bytes", beside.rate, "/s", note=f"p99 {beside.p99_ms:.2f} ms"),
        Figure("reached", len(times) / _SECONDS, "/s", note=f"wanted {_RATE}/s, {_WRITERS} calls at once"),
        Figure("database acknowledgement p50", percentile(times, 0.5), "ms"),
        Figure("database acknowledgement p99", percentile(times, 0.99), "ms", at_most=15),
    ]


@contextmanager
def _log(folder: Path, name: str, made: Database) -> Iterator[AuditLog]:
    with closing(open_log(folder / name, now=now, database=made.url)) as log:
        yield log


def _paced(work: Callable[[], object], rate: float) -> list[float]:
    """Do WORK at RATE for some seconds, without catching up on what was missed; how long each took."""
    times: list[float] = []
    begin = due = time.perf_counter()
    while due - begin < _SECONDS:
        time.sleep(max(0.0, due - time.perf_counter()))
        started = time.perf_counter()
        work()
        ended = time.perf_counter()
        times.append(ended - started)
        due = max(due + 1 / rate, ended)
    return times
