"""Writers that can be killed by the hundred: one process imports the package once and forks a child for each.

    python -m tests.audit.faults.nursery

Each line on standard input is a generation: writers to be forked together, and after how many seconds each of them is
killed (null: it ends by itself). Answered by a line with their process ids, when all are ready, and one with how they
ended. A writer tells what was acknowledged into a file of its own, by `writev`, which nothing else here uses: a fault
that is injected into `write` does not hit it.
"""

import json
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit import AuditError, AuditLog, open_log

#: No writer outlives this, whatever becomes of the test that wanted it.
LIFE_S = 120
_LOOK_S = 0.001


@dataclass(frozen=True, slots=True)
class Writer:
    """What one child does."""

    data: str
    said: str
    database: str | None = None
    #: How many entries follow the opening; 0 for a writer that only publishes.
    entries: int = 1_000_000
    #: Whether it closes its segment and publishes.
    ends: bool = False
    #: A file that it waits for after it has opened the log.
    go: str | None = None
    body: str = "words of a caller"
    #: Whether some of its entries wait for the database, and how long it pauses between two.
    waits: bool = True
    pause_s: float = 0.0


def write(job: Writer, barrier: int) -> None:
    """Open the log, and when all have, write a call; tell the hash of each entry as soon as it is acknowledged."""
    told = os.open(job.said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def tell(line: str) -> None:
        os.writev(told, [line.encode() + b"\n"])

    log = open_log(Path(job.data), now=lambda: datetime.now(UTC), database=job.database)
    tell("ready")
    os.read(barrier, 1)
    while job.go is not None and not Path(job.go).exists():
        time.sleep(_LOOK_S)
    if job.entries:
        _call(log, job, tell)
    if job.ends:
        try:
            tell(f"published {log.publish().root.hex()}")
        except AuditError as error:
            tell(f"refused {type(error).__name__}")
    tell("end")


def _call(log: AuditLog, job: Writer, tell: Any) -> None:
    try:
        segment = log.open_segment(jurisdiction="DE", retention="call")
    except AuditError as error:
        tell(f"refused {type(error).__name__}")
        return
    tell(f"call {segment.call}")
    tell(segment.opened.leaf_hash)
    for number in range(job.entries):
        kind = "consent.decided" if job.waits and number % 7 == 3 else "turn.caller"
        time.sleep(job.pause_s)
        begin = time.monotonic()
        try:
            tell(segment.append(kind, {"n": number, "text": job.body}).leaf_hash)
        except AuditError as error:
            tell(f"refused {type(error).__name__} {time.monotonic() - begin:.3f}")
    if job.ends:
        with suppress(AuditError):
            tell(segment.close({}).leaf_hash)


def _forked(job: Writer, barrier: tuple[int, int]) -> int:
    """The process id of a child at work."""
    pid = os.fork()
    if pid == 0:
        os.close(barrier[1])
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        signal.alarm(LIFE_S)
        code = 1
        try:
            write(job, barrier[0])
            code = 0
        except BaseException:  # noqa: BLE001 - a child never returns into the loop of its parent
            traceback.print_exc()
        finally:
            os._exit(code)
    return pid


def _await_ready(job: Writer, pid: int) -> None:
    while not (os.path.exists(job.said) and os.path.getsize(job.said)):  # noqa: PTH110, PTH202 - looked at often
        time.sleep(_LOOK_S)
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return


def generation(jobs: list[Writer], delays: list[float | None]) -> list[int]:
    """Run JOBS together, kill each after its delay, and return how they ended."""
    barrier = os.pipe()
    pids = [_forked(job, barrier) for job in jobs]
    os.close(barrier[0])
    for job, pid in zip(jobs, pids, strict=True):
        _await_ready(job, pid)
    print(json.dumps(pids), flush=True)  # noqa: T201 - the answer
    os.close(barrier[1])
    begin = time.monotonic()
    for pid, delay in sorted(zip(pids, delays, strict=True), key=lambda one: one[1] or 0.0):
        if delay is not None:
            time.sleep(max(0.0, begin + delay - time.monotonic()))
            os.kill(pid, signal.SIGKILL)
    return [os.waitpid(pid, 0)[1] for pid in pids]


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(generation([Writer(**one) for one in asked["jobs"]], asked["delays"])), flush=True)  # noqa: T201


def words(jobs: list[Writer], delays: list[float | None]) -> str:
    """The line that asks for a generation."""
    return json.dumps({"jobs": [asdict(one) for one in jobs], "delays": delays})


if __name__ == "__main__":
    main()
