"""A way to PostgreSQL that a test can slow down, freeze and cut, also between a commit and its answer."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

from tests.postgres import Database

_NAME = ".s.PGSQL.5432"


class Proxy:
    """Relays connections to a server on a local socket; `url` of a login leads through it."""

    def __init__(self, folder: Path, database: Database) -> None:
        parts = urlsplit(database.url)
        self._server = Path(parse_qs(parts.query)["host"][0]) / _NAME
        query = urlencode({**{k: v[0] for k, v in parse_qs(parts.query).items()}, "host": str(folder)})
        self.url = urlunsplit((*parts[:3], query, ""))
        #: How long each answer is held back.
        self.slow_s = 0.0
        #: Set while answers pass.
        self.flows = threading.Event()
        self.flows.set()
        #: How many requests are still sent on whose answers are lost with the connection; None: all pass.
        self.cut_after: int | None = None
        self._up = True
        self._pairs: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / _NAME))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def down(self) -> None:
        """The server is not there any more: connections end, and no new one is taken."""
        self._up = False
        self._cut()

    def up(self) -> None:
        self._up = True

    def close(self) -> None:
        self.down()
        self.flows.set()
        self._listener.close()

    def _cut(self) -> None:
        for one in self._pairs:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self._up:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self._server))
            except OSError:
                client.close()
                continue
            self._pairs += [client, server]
            threading.Thread(target=self._requests, args=(client, server), daemon=True).start()
            threading.Thread(target=self._answers, args=(server, client), daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                self.flows.wait()
                if self.slow_s:
                    time.sleep(self.slow_s)
                if self.cut_after is not None:
                    self.cut_after -= 1
                    if self.cut_after < 0:
                        self.cut_after = None
                        break
                client.sendall(data)
        for one in (server, client):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def proxy(database: Database) -> Iterator[Proxy]:
    if database.server.folder is None:
        pytest.skip("not run: the way to a named server cannot be cut")
    with tempfile.TemporaryDirectory(prefix="sa-way-", dir="/tmp") as folder:
        made = Proxy(Path(folder), database)
        try:
            yield made
        finally:
            made.close()
