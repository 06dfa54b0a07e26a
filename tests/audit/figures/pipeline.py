"""The whole pipeline: writers that seal, spool and send, a sequencer that places and publishes, on one machine."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from audit import AuditLog, open_log
from audit.errors import AuditError
from tests.audit.faults.nursery import Writer
from tests.audit.faults.writers import ROOT, nursery
from tests.audit.figures.figure import BODY, Figure, disk, percentile
from tests.audit.figures.writing import durable_postgres, now
from tests.postgres import Database

_WRITERS = 4
_ENTRIES = 12_000
_PROBE_EVERY_S = 0.05
_SEQUENCER = """
import signal, sys
from datetime import UTC, datetime
from pathlib import Path
from audit.sequencer import Sequencer
sequencer = Sequencer(Path(sys.argv[1]), sys.argv[2], now=lambda: datetime.now(UTC))
signal.signal(signal.SIGTERM, lambda *_: sequencer.stop())
sequencer.run()
"""


@contextmanager
def sequencer(data_dir: Path, made: Database) -> "Iterator[subprocess.Popen[bytes]]":
    words = [sys.executable, "-c", _SEQUENCER, str(data_dir), made.url]
    with subprocess.Popen(words, cwd=ROOT) as process:  # noqa: S603 - our words
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def pipeline(folder: Path) -> list[Figure]:
    data_dir, said = folder / "pipeline", [folder / f"said-{number}" for number in range(_WRITERS)]
    merges: list[float] = []
    checkpoints: list[float] = []
    with durable_postgres() as made, closing(open_log(data_dir, now=now, database=made.url)) as log:
        log.keyring.month_key("local", "DE", "call", now().strftime("%Y-%m"))
        log.open_segment(jurisdiction="DE", retention="call").close({})
        beside = disk(folder)
        begin = 0.0

        def ready(_: list[int]) -> None:
            nonlocal begin
            begin = time.perf_counter()
            _probe(log, made, merges, checkpoints, lambda: sum(said_ends(one) for one in said) < _WRITERS)

        with sequencer(data_dir, made), nursery() as writers:
            jobs = [
                Writer(
                    str(data_dir),
                    str(one),
                    made.url,
                    entries=_ENTRIES,
                    ends=True,
                    waits=False,
                    body=str(BODY["text"]),
                )
                for one in said
            ]
            writers.run(jobs, [None] * _WRITERS, ready=ready)
            wanted = _WRITERS * (_ENTRIES + 2)
            while _published(made) < wanted:
                time.sleep(0.01)
            spent = time.perf_counter() - begin
    rate = wanted / spent
    return [
        Figure("fdatasync of 600 bytes", beside.rate, "/s"),
        Figure("sealed, acknowledged, placed, published", rate, "/s", at_least=10_000),
        Figure("entries a fdatasync", rate / beside.rate, ""),
        Figure("merge delay p50", percentile(merges, 0.5), "ms", note=f"{len(merges)} probes"),
        Figure("merge delay p99", percentile(merges, 0.99), "ms", at_most=500),
        Figure("under a checkpoint, p99", percentile(checkpoints, 0.99), "ms", at_most=1_000),
    ]


def said_ends(path: Path) -> bool:
    return path.exists() and path.read_bytes()[-4:] == b"end\n"


def _published(made: Database) -> int:
    with psycopg.connect(made.admin, autocommit=True) as connection:
        row = connection.execute("SELECT coalesce(max(size), 0) FROM audit.checkpoint").fetchone()
        return 0 if row is None else int(row[0])


def _probe(
    log: AuditLog,
    made: Database,
    merges: list[float],
    checkpoints: list[float],
    goes_on: Callable[[], bool],
) -> None:
    """From the commit of an entry until it has its place, and until a checkpoint covers it."""
    segment = log.open_segment(jurisdiction="DE", retention="call")
    with psycopg.connect(made.admin, autocommit=True) as connection:
        while goes_on():
            try:
                receipt = segment.append("turn.agent", BODY, level="db")
            except AuditError:
                segment = log.open_segment(jurisdiction="DE", retention="call")
                continue
            committed = time.perf_counter()
            place = (receipt.call, receipt.seg, receipt.seq)
            index = None
            while index is None:
                row = connection.execute(
                    "SELECT l.idx FROM audit.leaf AS l JOIN audit.entry AS e ON e.id = l.id"
                    " WHERE e.call = %s AND e.seg = %s AND e.seq = %s",
                    place,
                ).fetchone()
                index = None if row is None else row[0]
                time.sleep(0.002)
            merges.append(time.perf_counter() - committed)
            while _published(made) <= index:
                time.sleep(0.005)
            checkpoints.append(time.perf_counter() - committed)
            time.sleep(_PROBE_EVERY_S)
