"""Writers, sequencers and evidence under kills and damage, for as long as you like; zero lost, doubled or believed.

    make soak DURATION=20          seconds; also 30m or 8h
    make soak DURATION=1h ARGS=--json

Each round has its own databases: 16 writers on PostgreSQL and SQLite, 1,000 entries a second together, are killed at
random and replaced, the sequencer as well; then every acknowledged entry is looked for, the logs are exported, and both
verifiers judge them; then mutants of evidence are judged. Ends with exit 1 at the first thing that is wrong.
"""

import argparse
import json
import random  # noqa: TID251 - the seed is printed
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from audit import open_log
from tests.audit.faults.nursery import Writer
from tests.audit.faults.writers import Nursery, check_kept, check_whole, nursery, said_in
from tests.audit.figures.pipeline import sequencer
from tests.audit.mutants import SECOND, judge_mutants, made_samples
from tests.postgres import Database, database, server, template

ROUND_S = 60.0
#: Of each round; the rest is for mutants.
WRITING = 0.5
RATE = 1_000
NURSERIES, CHILDREN = 4, 4
#: One nursery of the four writes to SQLite.
ON_SQLITE = 1
MUTANTS_AT_ONCE = 100
_UNITS = {"s": 1, "m": 60, "h": 3_600}


@dataclass(slots=True)
class Tally:
    """What happened so far."""

    rounds: int = 0
    writers_killed: int = 0
    sequencers_killed: int = 0
    acknowledged: int = 0
    mutants: Counter[int] = field(default_factory=Counter)


def _now() -> datetime:
    return datetime.now(UTC)


def _ravage(
    writers: Nursery, data_dir: Path, said: Path, url: str | None, until_s: float, chance: random.Random
) -> int:
    """Have writers born and killed until then; return how many."""
    said.mkdir()
    killed = 0
    for generation in count():
        if time.monotonic() > until_s:
            return killed
        jobs = [
            Writer(
                str(data_dir),
                str(said / f"{generation}-{number}"),
                url,
                waits=generation % 2 == 0,
                pause_s=NURSERIES * CHILDREN / RATE,
            )
            for number in range(CHILDREN)
        ]
        writers.run(jobs, [chance.uniform(0.0, 1.0) for _ in jobs])
        killed += len(jobs)
    return killed


def _lead(data_dir: Path, made: Database, until_s: float, chance: random.Random) -> int:
    killed = 0
    while time.monotonic() < until_s:
        with sequencer(data_dir, made) as process:
            time.sleep(min(chance.uniform(0.5, 5.0), max(0.0, until_s - time.monotonic())))
            process.kill()
            killed += 1
    return killed


def _write(folder: Path, made: Database, seconds: float, chance: random.Random, tally: Tally) -> None:
    """Kill for SECONDS, then look for everything that was acknowledged."""
    until_s = time.monotonic() + seconds
    places = [
        (folder / f"data-{number}", folder / f"said-{number}", None if number < ON_SQLITE else made.url)
        for number in range(NURSERIES)
    ]
    places = [(folder / "data-server" if url else data, said, url) for data, said, url in places]
    for data_dir, _, url in places:
        open_log(data_dir, now=_now, database=url).close()
    killed: list[int] = []
    led: list[int] = []
    failed: list[BaseException] = []

    def kept(work: Callable[[], int], into: list[int]) -> None:
        try:
            into.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
            failed.append(error)

    with ExitStack() as stack:
        threads: list[tuple[Callable[[], int], list[int]]] = []
        for data_dir, said, url in places:
            one = stack.enter_context(nursery())
            own = random.Random(chance.random())  # noqa: S311 - when to kill
            threads.append((partial(_ravage, one, data_dir, said, url, until_s, own), killed))
        own = random.Random(chance.random())  # noqa: S311 - when to kill
        threads.append((partial(_lead, folder / "data-server", made, until_s, own), led))
        started = [threading.Thread(target=kept, args=one) for one in threads]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()
    if failed:
        raise failed[0]
    tally.writers_killed += sum(killed)
    tally.sequencers_killed += sum(led)
    for data_dir, said, url in places:
        with closing(open_log(data_dir, now=_now, database=url)) as log:
            log.publish()
            for path in said.iterdir():
                told = said_in(path)
                check_kept(log.store, told)
                tally.acknowledged += len(told.acknowledged)
    for number, (data_dir, url) in enumerate({(data_dir, url) for data_dir, _, url in places}):
        _judge(data_dir, folder / f"bundle-{number}", url)


def _judge(data_dir: Path, out: Path, url: str | None) -> None:
    check_whole(data_dir, out, _now, url)
    words = [sys.executable, str(SECOND), str(out), "--trust", str(data_dir / "trust"), "--json"]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our words
    found = {one["id"] for one in json.loads(done.stdout)["findings"] if one["code"]}
    assert found <= {"unanchored", "segment-open"}, found


def soak(duration_s: float, chance: random.Random, say: Callable[[str], None]) -> Tally:
    """Rounds until the time is over; AssertionError at the first thing that is wrong."""
    tally = Tally()
    ends_s = time.monotonic() + duration_s
    with tempfile.TemporaryDirectory(prefix="sa-soak-") as place, server("fsync=on") as own, template(own):
        samples_at = Path(place) / "samples"
        samples_at.mkdir()
        samples = made_samples(samples_at)
        while time.monotonic() < ends_s or tally.rounds == 0:
            folder = Path(place) / f"round-{tally.rounds}"
            folder.mkdir()
            round_s = max(2.0, min(ROUND_S, ends_s - time.monotonic()))
            mutants_until_s = time.monotonic() + round_s
            with database(own) as made:
                _write(folder, made, round_s * WRITING, chance, tally)
            while time.monotonic() < mutants_until_s or not tally.mutants:
                tally.mutants.update(judge_mutants(samples, folder, MUTANTS_AT_ONCE, chance))
            tally.rounds += 1
            shutil.rmtree(folder)
            say(
                f"round {tally.rounds}: {tally.writers_killed:,} writers, {tally.sequencers_killed} sequencers killed; "
                f"{tally.acknowledged:,} entries acknowledged, 0 lost, 0 doubled; "
                f"{tally.mutants.total():,} mutants, 0 believed"
            )
    return tally


def _seconds(text: str) -> float:
    return float(text[:-1]) * _UNITS[text[-1]] if text[-1:] in _UNITS else float(text)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("duration", type=_seconds, help="seconds, or 30m, or 8h")
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run")
    parser.add_argument("--json", action="store_true", help="one object at the end")
    given = parser.parse_args()
    seed = int(time.time()) if given.seed is None else given.seed

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")

    say(f"seed {seed}")
    try:
        tally = soak(given.duration, random.Random(seed), say)  # noqa: S311 - when to kill, what to damage
    except AssertionError as error:
        say(f"WRONG: {error}")
        return 1
    if given.json:
        found = {name: getattr(tally, name) for name in Tally.__slots__}
        sys.stdout.write(json.dumps({**found, "mutants": dict(tally.mutants), "seed": seed}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
