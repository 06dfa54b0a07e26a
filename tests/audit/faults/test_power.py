"""A power cut at any moment: the states that it may leave are rebuilt, and hold everything that was acknowledged."""

import random  # noqa: TID251 - seeded: the same cuts every time
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import deepcopy
from datetime import datetime
from pathlib import Path

import pytest

from audit import open_log
from audit.encoding import leaf_hash, sha256
from audit.records import EntryRecord
from audit.spool import read_spool
from tests.audit.faults.nursery import Writer
from tests.audit.faults.power import TRACE, Disk
from tests.audit.faults.writers import Nursery, check_kept, nursery, said_in
from tests.postgres import Database

Now = Callable[[], datetime]

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="not run: strace is not installed")

#: Enough entries for the write-ahead log to be checkpointed into the database in between.
ENTRIES = 450
CUTS_SQLITE = 60
CUTS_SPOOL = 200


@pytest.fixture(scope="module")
def writers() -> Iterator[Nursery]:
    with nursery() as started:
        yield started


def _recorded(writers: Nursery, tmp_path: Path, data_dir: Path, database: str | None = None) -> Disk:
    """The folder as it was before the writer began; the trace holds what came then."""
    job = Writer(
        str(data_dir), str(tmp_path / "said"), database, entries=ENTRIES, ends=True, go=str(tmp_path / "go")
    )
    before: list[Disk] = []
    assert writers.traced(job, tmp_path / "trace", *TRACE, before=lambda: before.append(Disk(data_dir))) == 0
    assert len(said_in(tmp_path / "said").acknowledged) == ENTRIES + 2
    return before[0]


def _cuts(disk: Disk, trace: Path, count: int, tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """COUNT moments, each with a folder that a cut may leave; the first and the last are among them."""
    chance = random.Random(46)  # noqa: S311 - when to cut, and what is left
    length = sum(1 for _ in deepcopy(disk).replay(trace))
    moments = sorted({0, *(chance.randrange(length) for _ in range(count))})
    for at, _ in enumerate(disk.replay(trace)):
        if at in moments:
            left = tmp_path / "left"
            disk.left(left, chance)
            yield left, at
            shutil.rmtree(left)


def test_46_a_power_cut_leaves_every_acknowledged_entry_in_sqlite(
    writers: Nursery, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    with closing(open_log(data_dir, now=clock)):
        pass
    disk = _recorded(writers, tmp_path, data_dir)
    checkpoints = 0
    counts = []
    for left, _ in _cuts(disk, tmp_path / "trace", CUTS_SQLITE, tmp_path):
        told = tmp_path / "told"
        told.write_text("".join(f"{line}\n" for line in disk.told))
        with closing(open_log(left, now=clock)) as log:
            counts.append(check_kept(log.store, said_in(told)))
            log.publish()
        checkpoints += (left / "audit.db").stat().st_size > 200_000
    assert len(counts) > CUTS_SQLITE // 2
    assert max(counts) > ENTRIES // 2
    assert checkpoints


def test_46_a_power_cut_leaves_every_acknowledged_entry_in_the_spool(
    writers: Nursery, data_dir: Path, clock: Now, tmp_path: Path, postgres: Database
) -> None:
    with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
        log.keyring.month_key("local", "DE", "call", clock().strftime("%Y-%m"))
    disk = _recorded(writers, tmp_path, data_dir, postgres.url)
    most = 0
    for left, at in _cuts(disk, tmp_path / "trace", CUTS_SPOOL, tmp_path):
        told = {line for line in disk.told if len(line) == 64}
        if any(line.startswith("published") for line in disk.told):
            continue
        kept = {
            leaf_hash(one.p, sha256(one.c)).hex()
            for path in left.glob("spool/*/*.val1")
            for one in read_spool(path).records
            if isinstance(one, EntryRecord)
        }
        assert told <= kept, at
        most = max(most, len(told))
    assert most > ENTRIES // 2
