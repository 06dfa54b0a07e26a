"""The sequencer itself carries checkpoints to the anchors, and raises an alarm where it cannot."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import pytest

from audit import AuditLog
from audit.anchors import FileAnchor
from audit.sequencer import Sequencer, SequencerThread
from tests.postgres import Database

Now = Callable[[], datetime]


@contextmanager
def _running(log: AuditLog, postgres: Database, now: Now, place: Path) -> Iterator[None]:
    anchors = [FileAnchor(place)]
    made = Sequencer(log.data_dir, postgres.url, now=now, anchors=anchors, anchor_every_s=0.1)
    running = SequencerThread(made)
    try:
        yield
    finally:
        running.close()


def _until(done: Callable[[], bool]) -> bool:
    end_s = monotonic() + 20.0
    while not done() and monotonic() < end_s:
        sleep(0.05)
    return done()


def _call(log: AuditLog) -> None:
    log.open_segment(jurisdiction="DE", retention="call").close({})


def test_a_checkpoint_goes_to_the_anchors_by_itself(
    server_log: AuditLog, postgres: Database, clock: Now, tmp_path: Path
) -> None:
    anchor = FileAnchor(tmp_path / "kept")
    _call(server_log)
    with _running(server_log, postgres, clock, tmp_path / "kept"):
        assert _until(lambda: (last := anchor.last(server_log.origin)) is not None and last.size >= 2)


def test_an_anchor_that_fails_is_an_alarm(
    server_log: AuditLog, postgres: Database, clock: Now, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "kept").mkdir()
    _call(server_log)
    with caplog.at_level(logging.CRITICAL), _running(server_log, postgres, clock, tmp_path / "kept"):
        said = "a checkpoint could not be anchored"
        assert _until(lambda: any(getattr(one, "alarm", "") == said for one in caplog.records))
