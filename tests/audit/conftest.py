"""A data folder with a log, and a clock that moves one millisecond per look."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit import AuditLog, open_log


class Clock:
    """Wall time that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def log(data_dir: Path, clock: Callable[[], datetime]) -> Iterator[AuditLog]:
    opened = open_log(data_dir, now=clock)
    yield opened
    opened.close()
