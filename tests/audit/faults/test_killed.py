"""Writers killed at random points, many at once: what they acknowledged is there once, and the log goes on."""

import random  # noqa: TID251 - seeded: about the same kills every time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from audit import open_log
from tests.audit.faults.nursery import Writer
from tests.audit.faults.writers import Nursery, check_kept, check_whole, nursery, said_in
from tests.postgres import Database

Now = Callable[[], datetime]

#: Together 500; the soak does as many as its time allows.
KILLS_SQLITE = 300
KILLS_POSTGRES = 200
AT_ONCE = 2
WITHIN_S = 0.06


def kill_many(
    writers: Nursery,
    data_dir: Path,
    said: Path,
    kills: int,
    chance: random.Random,
    database: str | None = None,
) -> int:
    """Have KILLS writers killed, AT_ONCE at a time; return how many acknowledged anything."""
    said.mkdir(exist_ok=True)
    count = 0
    for start in range(0, kills, AT_ONCE):
        jobs = [
            Writer(str(data_dir), str(said / f"{number}"), database)
            for number in range(start, min(start + AT_ONCE, kills))
        ]
        writers.run(jobs, [chance.uniform(0.0, WITHIN_S) for _ in jobs])
        count += sum(bool(said_in(Path(job.said)).acknowledged) for job in jobs)
    return count


def test_33_no_acknowledged_entry_is_lost_or_doubled_by_kills_on_sqlite(tmp_path: Path, clock: Now) -> None:
    data_dir, said = tmp_path / "data", tmp_path / "said"
    with closing(open_log(data_dir, now=clock)), nursery() as writers:
        chance = random.Random(20_261_120)  # noqa: S311 - when to kill
        worked = kill_many(writers, data_dir, said, KILLS_SQLITE, chance)
    assert worked > KILLS_SQLITE // 4
    with closing(open_log(data_dir, now=clock)) as log:
        for path in said.iterdir():
            check_kept(log.store, said_in(path))
        assert log.reap() >= worked
    result = check_whole(data_dir, tmp_path / "bundle", clock)
    assert result.open == 0
    assert result.abandoned + result.closed >= worked


def test_33_no_acknowledged_entry_is_lost_or_doubled_by_kills_between_spool_and_postgres(
    tmp_path: Path, clock: Now, postgres: Database
) -> None:
    data_dir, said = tmp_path / "data", tmp_path / "said"
    with closing(open_log(data_dir, now=clock, database=postgres.url)), nursery() as writers:
        chance = random.Random(20_261_121)  # noqa: S311 - when to kill
        worked = kill_many(writers, data_dir, said, KILLS_POSTGRES, chance, postgres.url)
    assert worked > KILLS_POSTGRES // 4
    with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
        log.publish()
        for path in said.iterdir():
            check_kept(log.store, said_in(path))
    check_whole(data_dir, tmp_path / "bundle", clock, postgres.url)
