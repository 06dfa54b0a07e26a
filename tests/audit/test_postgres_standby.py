"""41: what no synchronous standby has confirmed is not published."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import psycopg

from audit import open_log
from audit.sequencer import Sequencer
from tests.postgres import Database, Server, database, server, template

Now = Callable[[], datetime]
_SETTINGS = ("fsync=off", "synchronous_commit=on", "wal_level=replica", "max_wal_senders=4", "hot_standby=on")


@contextmanager
def _standby_of(primary: Server) -> Iterator[Server]:
    """A copy of the server that follows it."""
    assert primary.folder is not None
    folder = primary.folder / "standby"
    folder.mkdir()
    shutil.chown(folder, user=primary.folder.owner())
    copy = Server(
        f"postgresql://postgres@/postgres?host={folder}", folder, primary.binaries, primary.settings
    )
    copy._run(
        "pg_basebackup",
        "-D",
        "data",
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "-h",
        str(primary.folder),
        "-U",
        "postgres",
    )
    copy.start()
    try:
        yield copy
    finally:
        copy.stop()


def _until(what: Callable[[], bool], timeout_s: float = 15.0) -> bool:
    ends_s = time.monotonic() + timeout_s
    while not what():
        if time.monotonic() > ends_s:
            return False
        time.sleep(0.05)
    return True


def test_41_nothing_is_published_that_no_synchronous_standby_has(data_dir: Path, clock: Now) -> None:
    with (
        server(*_SETTINGS) as primary,
        template(primary),
        database(primary) as made,
        closing(open_log(data_dir, now=clock, database=made.url)) as log,
        _standby_of(primary) as standby,
    ):
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.execute("SELECT pg_reload_conf()")
        sequencer = Sequencer(data_dir, made.url, now=clock)
        runs = threading.Thread(target=sequencer.run)
        runs.start()
        try:
            segment = log.open_segment(jurisdiction="DE", retention="call")
            assert _until(lambda: _checkpoints(made) == 1)
            for pid in (_postmaster(standby), *_children(standby)):
                os.kill(pid, signal.SIGSTOP)  # it is there, and confirms nothing
            segment.append("turn.caller", {"n": 1})
            time.sleep(1.5)
            assert _checkpoints(made) == 1
            for pid in (*_children(standby), _postmaster(standby)):
                os.kill(pid, signal.SIGCONT)
            assert _until(lambda: _checkpoints(made) >= 2)
        finally:
            sequencer.stop()
            runs.join(20)
            primary.execute("ALTER SYSTEM RESET synchronous_standby_names")
            primary.execute("SELECT pg_reload_conf()")


def _checkpoints(made: Database) -> int:
    with psycopg.connect(made.admin, autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM audit.checkpoint").fetchone()
    return 0 if row is None else int(row[0])


def _postmaster(running: Server) -> int:
    assert running.folder is not None
    return int((running.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def _children(running: Server) -> list[int]:
    pid = _postmaster(running)
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
