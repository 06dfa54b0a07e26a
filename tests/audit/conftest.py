"""A data folder with a log, and a clock that moves one millisecond per look."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit import AuditLog, open_log
from tests.postgres import Database, Server, database, server, template


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One PostgreSQL for all tests, which does not sync; skipped by name where none can be had."""
    with server() as running, template(running):
        yield running


@pytest.fixture
def postgres(postgres_server: Server) -> Iterator[Database]:
    """A fresh database of PostgreSQL, set up for the audit log."""
    with database(postgres_server) as made:
        yield made


@pytest.fixture
def server_log(postgres: Database, data_dir: Path, clock: Callable[[], datetime]) -> Iterator[AuditLog]:
    """A log on PostgreSQL whose folder has all keys."""
    opened = open_log(data_dir, now=clock, database=postgres.url)
    yield opened
    opened.close()
