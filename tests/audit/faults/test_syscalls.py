"""Faults and kills at single system calls, injected by strace: what was acknowledged is there once, and no more."""

import os
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from audit import open_log
from audit.checkpoint import parse_checkpoint
from tests.audit.faults.nursery import Writer
from tests.audit.faults.writers import Nursery, Said, check_kept, check_whole, nursery, said_in
from tests.postgres import Database

Now = Callable[[], datetime]

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="not run: strace is not installed")

ENTRIES = 12
#: The database, which call fails, how, and at which of its occurrences.
FAULTS = [
    ("sqlite", "fdatasync", "EIO", "3"),
    ("sqlite", "fdatasync", "ENOSPC", "2+"),
    ("sqlite", "fdatasync", "EINTR", "4"),
    ("sqlite", "pwrite64", "ENOSPC", "5"),
    ("sqlite", "pwrite64", "EIO", "3"),
    ("sqlite", "pwrite64", "EDQUOT", "4+"),
    ("sqlite", "openat", "EMFILE", "1"),
    ("sqlite", "openat", "EROFS", "1+"),
    ("sqlite", "rename", "EIO", "1"),
    ("sqlite", "rename", "ENOSPC", "1+"),
    ("sqlite", "fsync", "EIO", "1+"),
    ("postgres", "fdatasync", "EIO", "3"),
    ("postgres", "fdatasync", "ENOSPC", "2+"),
    ("postgres", "write", "ENOSPC", "4"),
    ("postgres", "write", "EIO", "5+"),
    ("postgres", "openat", "EMFILE", "1"),
    ("postgres", "openat", "EROFS", "2+"),
    ("postgres", "rename", "EIO", "1+"),
    ("postgres", "fsync", "EIO", "2+"),
]
#: A call that was interrupted is made again, and a file that cannot be deleted stays: nothing of it is noticed.
PASSING = [
    ("sqlite", "pwrite64", "EINTR", "2+2"),
    ("postgres", "write,fdatasync", "EINTR", "2+2"),
    ("postgres", "unlink,rmdir", "EIO", "1+"),
]


@pytest.fixture(scope="module")
def writers() -> Iterator[Nursery]:
    with nursery() as started:
        yield started


def _job(tmp_path: Path, name: str, database: str | None) -> Writer:
    go = str(tmp_path / f"go-{name}")
    return Writer(str(tmp_path / "data"), str(tmp_path / name), database, entries=ENTRIES, ends=True, go=go)


def _inject(call: str, what: str, when: str) -> tuple[str, ...]:
    return "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={when}"


def _trace(tmp_path: Path, fault: tuple[str, str, str], writers: Nursery, database: str | None) -> Said:
    call, error, when = fault
    job = _job(tmp_path, "said", database)
    assert writers.traced(job, tmp_path / "trace", *_inject(call, f"error={error}", when)) == 0
    said = said_in(Path(job.said))
    assert said.ended
    return said


@pytest.mark.parametrize(("backend", "call", "error", "when"), FAULTS)
def test_33_a_fault_of_a_system_call_loses_and_doubles_nothing(
    backend: str,
    call: str,
    error: str,
    when: str,
    writers: Nursery,
    tmp_path: Path,
    clock: Now,
    request: pytest.FixtureRequest,
) -> None:
    database = _database(backend, request)
    said = _trace(tmp_path, (call, error, when), writers, database)
    _sound([said], tmp_path, clock, database)


@pytest.mark.parametrize(("backend", "call", "error", "when"), PASSING)
def test_33_a_fault_that_is_none_is_not_noticed(
    backend: str,
    call: str,
    error: str,
    when: str,
    writers: Nursery,
    tmp_path: Path,
    clock: Now,
    request: pytest.FixtureRequest,
) -> None:
    database = _database(backend, request)
    said = _trace(tmp_path, (call, error, when), writers, database)
    assert said.refused == ()
    assert len(said.acknowledged) == ENTRIES + 2
    _sound([said], tmp_path, clock, database)


def _database(backend: str, request: pytest.FixtureRequest) -> str | None:
    if backend == "sqlite":
        return None
    made: Database = request.getfixturevalue("postgres")
    return made.url


def _sound(told: list[Said], tmp_path: Path, clock: Now, database: str | None) -> None:
    """The log opens, holds what was acknowledged, goes on and verifies."""
    with closing(open_log(tmp_path / "data", now=clock, database=database)) as log:
        log.silence_s = 0.0
        log.publish()
        for said in told:
            check_kept(log.store, said)
        log.reap()
        following = log.open_segment(jurisdiction="DE", retention="call")
        following.close({})
    check_whole(tmp_path / "data", tmp_path / "bundle", clock, database)


POINTS = (1, 2, 4, 7)


@pytest.mark.parametrize(
    ("backend", "call"),
    [
        *(("sqlite", call) for call in ("pwrite64", "fdatasync", "fsync", "openat", "rename", "unlink")),
        *(
            ("postgres", call)
            for call in ("write", "fdatasync", "fsync", "openat", "rename", "sendto", "recvfrom")
        ),
    ],
)
def test_33_40_a_kill_at_a_system_call_between_append_and_publication_loses_and_doubles_nothing(
    backend: str,
    call: str,
    writers: Nursery,
    tmp_path: Path,
    clock: Now,
    request: pytest.FixtureRequest,
) -> None:
    """Each writer appends, closes, has its entries sequenced, signs and publishes, and dies at one point of that."""
    database = _database(backend, request)
    told: list[Said] = []
    roots: dict[int, bytes] = {}
    for point in POINTS:
        job = _job(tmp_path, f"said-{point}", database)
        end = writers.traced(job, tmp_path / "trace", *_inject(call, "signal=SIGKILL", f"{point}"))
        assert os.WIFEXITED(end) or os.WTERMSIG(end) == signal.SIGKILL
        told.append(said_in(Path(job.said)))
        with closing(open_log(tmp_path / "data", now=clock, database=database)) as log:
            left = log.store.latest_checkpoint(log.log_id)
            published = log.publish()
            again = {published.size: published.root}
            if left is not None:
                again[parse_checkpoint(left.note.encode()).size] = parse_checkpoint(left.note.encode()).root
            assert all(roots.setdefault(size, root) == root for size, root in again.items())
    _sound(told, tmp_path, clock, database)


def test_33_a_short_write_acknowledges_nothing_that_is_not_whole(
    tmp_path: Path, clock: Now, postgres: Database
) -> None:
    """A file size limit cuts a write in the middle of a record, as a full disk does."""
    with closing(open_log(tmp_path / "data", now=clock, database=postgres.url)) as log:
        segment = log.open_segment(jurisdiction="DE", retention="call")
        (file,) = (tmp_path / "data" / "spool").rglob("*.val1")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        kept = [segment.append("turn.caller", {"n": 0}).leaf_hash]
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 100, hard))
        refusals = []
        try:
            for number in range(1, 4):
                with pytest.raises(Exception, match=r"spool|entry") as refused:
                    kept.append(segment.append("turn.caller", {"n": number}).leaf_hash)
                refusals.append(f"refused {type(refused.value).__name__}")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        call = segment.call
        assert refusals[0].endswith("EntryInDoubtError")
        following = log.open_segment(jurisdiction="DE", retention="call")
        following.close({})
    with closing(open_log(tmp_path / "data", now=clock, database=postgres.url)) as log:
        log.publish()
        said = Said(call, (segment.opened.leaf_hash, *kept), tuple(refusals), None, ended=False)
        assert check_kept(log.store, said) == 2
