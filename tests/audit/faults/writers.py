"""The test's side of the nursery: have writers killed or traced, and see that what they acknowledged is there once."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import pytest

from audit import Question, VerifyResult, export_bundle, verify_bundle
from audit.encoding import leaf_hash, parse_canonical, sha256
from audit.store import Store
from tests.audit.faults.nursery import Writer, words

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Said:
    """What a writer told before it ended: its call, the hashes of acknowledged entries in order, and refusals."""

    call: str | None
    acknowledged: tuple[str, ...]
    refused: tuple[str, ...]
    published: str | None
    ended: bool


class Nursery:
    """A process that forks writers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked: IO[str] = process.stdin
        self._answers: IO[str] = process.stdout

    def run(
        self,
        jobs: Sequence[Writer],
        delays: Sequence[float | None],
        *,
        ready: Callable[[list[int]], None] | None = None,
    ) -> list[int]:
        """Run JOBS together; READY is called with their process ids when all have opened their log."""
        self._asked.write(words(list(jobs), list(delays)) + "\n")
        self._asked.flush()
        pids: list[int] = json.loads(self._answers.readline())
        if ready is not None:
            ready(pids)
        ends: list[int] = json.loads(self._answers.readline())
        return ends

    def traced(
        self, job: Writer, trace: Path, *options: str, before: Callable[[], None] = lambda: None
    ) -> int:
        """Run JOB, which waits for a file `go`, under strace with these OPTIONS; return how it ended.

        BEFORE is called when the writer is ready and does not write yet.
        """
        strace = shutil.which("strace")
        if strace is None:
            pytest.skip("not run: strace is not installed")
        assert job.go is not None
        go = Path(job.go)
        attached: list[subprocess.Popen[str]] = []

        def attach(pids: list[int]) -> None:
            before()
            one = subprocess.Popen(  # noqa: S603 - our words
                [str(strace), "-f", "-o", str(trace), *options, "-p", str(pids[0])],
                stderr=subprocess.PIPE,
                text=True,
            )
            attached.append(one)
            assert one.stderr is not None
            if "attached" not in (said := one.stderr.readline()):
                one.wait()
                go.touch()
                pytest.skip(f"not run: strace may not attach here: {said.strip()}")
            go.touch()

        try:
            (end,) = self.run([job], [None], ready=attach)
        finally:
            go.touch()
            for one in attached:
                one.communicate(timeout=30)
            go.unlink()
        return end


@contextmanager
def nursery() -> Iterator[Nursery]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.audit.faults.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)


def said_in(path: Path) -> Said:
    """What stands in the file of a writer; a last line without its end was not told."""
    lines = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    told = [line.strip() for line in lines]
    return Said(
        next((line.removeprefix("call ") for line in told if line.startswith("call ")), None),
        tuple(line for line in told if len(line) == 64),
        tuple(line for line in told if line.startswith("refused ")),
        next((line.removeprefix("published ") for line in told if line.startswith("published ")), None),
        "end" in told,
    )


def check_kept(store: Store, said: Said) -> int:
    """Every acknowledged entry of SAID is in STORE exactly once, in order and chained; return how many are there.

    Between and behind them may stand entries that were not acknowledged: one for each refusal, and the last one.
    """
    if said.call is None:
        return 0
    entries = store.entries_of(said.call)
    headers = [parse_canonical(one.p) for one in entries]
    assert [one.seq for one in entries] == list(range(len(entries)))
    hashes = [leaf_hash(one.p, sha256(one.c or b"")).hex() for one in entries]
    assert [header["prev"] for header in headers] == ["", *hashes[:-1]]
    assert len(set(hashes)) == len(hashes)
    places = [hashes.index(one) for one in said.acknowledged if one in hashes]
    assert len(places) == len(said.acknowledged), "an acknowledged entry is lost"
    assert places == sorted(set(places))
    assert len(hashes) - len(places) <= 1 + len(said.refused)
    return len(entries)


def check_whole(
    data_dir: Path, out: Path, now: Callable[[], datetime], database: str | None = None
) -> VerifyResult:
    """The whole log verifies; it is only unanchored."""
    done = export_bundle(data_dir, out=out, mode="full", now=now, database=database)
    result = verify_bundle(done.path, Question(log=done.origin), trust=done.trust)
    assert {one.id for one in result.findings if one.code} <= {"unanchored", "segment-open"}
    return result


def until(true: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Wait until TRUE."""
    ends = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.01)
