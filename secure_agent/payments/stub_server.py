"""The processor stub's HTTP side: accepts, declines, stays silent or answers nonsense, by number and mode.

Standard library only, so that it starts at once. It writes no log, and after a card was tokenised it keeps
what the token will do, not what the card was. It has no calendar: the capture checks the month.
"""

import json
import socketserver
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, Final, Literal

Mode = Literal["normal", "slow", "malformed", "lossy"]
Answer = tuple[int, Mapping[str, Any]]

DECLINED_NUMBER: Final = "4000000000000002"
SILENT_NUMBER: Final = "4000000000000119"
NONSENSE_NUMBER: Final = "4000000000000341"
_MAX_BODY_BYTES: Final = 4_096
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


class _NoAnswerError(Exception):
    """The request was for silence."""


class _NonsenseError(Exception):
    """The request was for a malformed answer."""


class Book:
    """What the stub remembers: which tokens are good, which charges were made, which keys were answered."""

    def __init__(self) -> None:
        self.lock = Lock()
        self._good_tokens: dict[str, bool] = {}
        self._charges: list[dict[str, Any]] = []
        self._answers: dict[tuple[str, str], tuple[Any, Answer]] = {}

    def once(self, path: str, key: str, body: dict[str, Any]) -> tuple[Answer, bool]:
        """Act on BODY, unless KEY was seen at PATH before: then give the same answer, and False."""
        with self.lock:
            # A repeated key for a card is not compared with the first card: nothing of that one was kept.
            request = body if path == "/v1/charges" else None
            if (path, key) in self._answers:
                earlier, answer = self._answers[path, key]
                return (
                    (answer, False) if earlier == request else (_error(409, "idempotency_key_reused"), False)
                )
            answer = self._charge(body, key) if path == "/v1/charges" else self._tokenize(body, key)
            self._answers[path, key] = (request, answer)
            return answer, True

    def charges(self) -> Answer:
        with self.lock:
            return 200, {"charges": list(self._charges)}

    def _tokenize(self, body: dict[str, Any], key: str) -> Answer:
        match body:
            case {"number": str(number), "expiry": str(expiry), "code": str(code), **rest} if not rest:
                pass
            case _:
                return _error(400, "invalid_request")
        if not _is_luhn(number):
            return _error(402, "incorrect_number")
        if not _is_month(expiry):
            return _error(402, "incorrect_expiry")
        if not (code.isascii() and code.isdecimal() and len(code) in (3, 4)):
            return _error(402, "incorrect_code")
        if number == SILENT_NUMBER:
            raise _NoAnswerError
        if number == NONSENSE_NUMBER:
            raise _NonsenseError
        token = _reference("tok", key)
        self._good_tokens[token] = number != DECLINED_NUMBER
        return 201, {"token": token, "last4": number[-4:]}

    def _charge(self, body: dict[str, Any], key: str) -> Answer:
        match body:
            case {"token": str(token), "amount_minor": int(amount), "currency": str(currency), **rest} if (
                not rest and amount > 0 and len(currency) == 3 and token in self._good_tokens
            ):
                pass
            case _:
                return _error(400, "invalid_request")
        if not self._good_tokens[token]:
            return _error(402, "card_declined")
        charge = {"charge": _reference("ch", key), "amount_minor": amount, "currency": currency}
        self._charges.append(charge)
        return 201, charge


class StubServer(ThreadingHTTPServer):
    """One stub on loopback, in one mode."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, mode: Mode) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.mode = mode
        self.book = Book()

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
        match self.path:
            case "/v1/health":
                self._answer((200, {"status": "ok"}))
            case "/v1/charges":
                self._answer(self.server.book.charges())
            case _:
                self._answer(_error(404, "not_found"))

    def do_POST(self) -> None:
        self.close_connection = True
        key = self.headers.get("Idempotency-Key", "")
        body = self._body()
        if self.path not in ("/v1/tokens", "/v1/charges"):
            return self._answer(_error(404, "not_found"))
        if body is None or not 8 <= len(key) <= 64:
            return self._answer(_error(400, "invalid_request"))
        try:
            answer, first = self.server.book.once(self.path, key, body)
        except _NoAnswerError:
            return self._wait_until_the_client_goes()
        except _NonsenseError:
            return self._nonsense()
        match self.server.mode:
            case "slow":
                return self._wait_until_the_client_goes()
            case "malformed":
                return self._nonsense()
            case "lossy" if first:
                return None
            case _:
                return self._answer(answer)

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MAX_BODY_BYTES:
            return None
        try:
            body = json.loads(self.rfile.read(int(length)))
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

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


def _error(status: int, code: str) -> Answer:
    return status, {"error": {"code": code}}


def _reference(prefix: str, key: str) -> str:
    """Make a reference from the idempotency key, so that a rehearsal repeats exactly; of letters only, so that
    no run of digits in it can be taken for a card.
    """
    return f"{prefix}_{uuid.uuid5(uuid.NAMESPACE_OID, key).hex.translate(_LETTERS)}"


def _is_luhn(number: str) -> bool:
    if not (number.isascii() and number.isdecimal() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def _is_month(expiry: str) -> bool:
    return expiry.isascii() and expiry.isdecimal() and len(expiry) == 4 and 1 <= int(expiry[:2]) <= 12
