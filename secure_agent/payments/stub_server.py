"""The processor stub's HTTP side: answers, stays silent or answers nonsense, by number and mode.

Standard library only, so that it starts at once. It writes no log.
"""

import json
import socketserver
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from secure_agent.payments.stub_book import Answer, Book, NoAnswerError, NonsenseError, OwnBook, error
from secure_agent.payments.stub_stripe import StripeBook

Mode = Literal["normal", "slow", "malformed", "lossy", "charge_lost"]
Api = Literal["own", "stripe"]

_MAX_BODY_BYTES: Final = 4_096
_OPENAPI: Final = Path(__file__).with_name("openapi.json")


class StubServer(ThreadingHTTPServer):
    """One stub on loopback, in one mode, speaking one API; with a certificate and its key, over TLS."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, port: int, mode: Mode, api: Api = "own", certificate: tuple[Path, Path] | None = None
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.mode = mode
        self.book: Book = OwnBook() if api == "own" else StripeBook()
        if certificate is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*certificate)
            # the handshake belongs to the thread of its connection, not to the one that accepts
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer's asks DNS for a name that nobody needs
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a traceback could quote the request."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StubServer

    def do_GET(self) -> None:
        self.close_connection = True
        url = urlsplit(self.path)
        if url.path == "/openapi.json":
            self._send(200, _OPENAPI.read_bytes())
        elif url.path == "/v1/health":
            self._answer((200, {"status": "ok"}))
        elif not self._authorized():
            self._answer(error(401, "unauthorized"))
        else:
            found = self.server.book.get(url.path, dict(parse_qsl(url.query)))
            self._answer(error(404, "not_found") if found is None else found)

    def do_POST(self) -> None:
        self.close_connection = True
        key = self.headers.get("Idempotency-Key", "")
        body = self._body()
        if not self._authorized():
            return self._answer(error(401, "unauthorized"))
        if body is None or not 8 <= len(key) <= 64:
            return self._answer(error(400, "invalid_request"))
        try:
            done = self.server.book.once(self.path, key, body)
        except NoAnswerError:
            return self._wait_until_the_client_goes()
        except NonsenseError:
            return self._nonsense()
        if done is None:
            return self._answer(error(404, "not_found"))
        answer, first = done
        match self.server.mode:
            case "slow":
                return self._wait_until_the_client_goes()
            case "malformed":
                return self._nonsense()
            case "lossy" if first:
                return None
            case "charge_lost" if self.path.endswith(("/charges", "/confirm")):
                return None
            case _:
                return self._answer(answer)

    def _authorized(self) -> bool:
        return not self.server.book.must_authorize or self.headers.get("Authorization", "").startswith(
            "Bearer sk_"
        )

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MAX_BODY_BYTES:
            return None
        return self.server.book.understood(self.rfile.read(int(length)))

    def _answer(self, answer: Answer) -> None:
        status, content = answer
        self._send(status, json.dumps(content).encode())

    def _nonsense(self) -> None:
        self._send(200, b'{"token": "tok_')

    def _send(self, status: int, content: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _wait_until_the_client_goes(self) -> None:
        while self.connection.recv(1024):
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing, ever."""
