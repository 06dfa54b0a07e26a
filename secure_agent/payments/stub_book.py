"""What the processor stub remembers and answers in its own API: tokens, charges, and keys that were seen before.

After a card was tokenised it keeps what the token will do, not what the card was. It has no calendar: the capture
checks the month.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl

Answer = tuple[int, Mapping[str, Any]]

DECLINED_NUMBER: Final = "4000000000000002"
SILENT_NUMBER: Final = "4000000000000119"
NONSENSE_NUMBER: Final = "4000000000000341"
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


class NoAnswerError(Exception):
    """The request was for silence."""


class NonsenseError(Exception):
    """The request was for a malformed answer."""


class Book(Protocol):
    """One API of the stub: what its server needs of it."""

    @property
    def must_authorize(self) -> bool: ...

    def understood(self, content: bytes) -> dict[str, Any] | None: ...

    def get(self, path: str, query: Mapping[str, str]) -> Answer | None: ...

    def once(self, path: str, key: str, body: dict[str, Any]) -> tuple[Answer, bool] | None:
        """Act on BODY, unless KEY was seen at PATH before: then give the same answer, and False. None: no such path."""
        ...


class Answers:
    """Idempotency: a key gets the same answer again; with another request it is refused."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[Any, Answer]] = {}

    def once(self, path: str, key: str, request: Any, act: Callable[[], Answer]) -> tuple[Answer, bool]:
        if (path, key) in self._seen:
            earlier, answer = self._seen[path, key]
            return (answer if earlier == request else error(409, "idempotency_key_reused")), False
        answer = act()
        self._seen[path, key] = (request, answer)
        return answer, True


class OwnBook:
    """The API of docs/payment-stub.md."""

    must_authorize = False

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers = Answers()
        self._good_tokens: dict[str, bool] = {}
        self._charges: dict[str, dict[str, Any]] = {}  # by idempotency key
        self._closed: set[str] = set()

    def understood(self, content: bytes) -> dict[str, Any] | None:
        try:
            body = json.loads(content)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    def get(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path != "/v1/charges":
            return None
        with self._lock:
            return 200, {"charges": list(self._charges.values())}

    def once(self, path: str, key: str, body: dict[str, Any]) -> tuple[Answer, bool] | None:
        acts: dict[str, Callable[[], Answer]] = {
            "/v1/tokens": lambda: self._tokenize(body, key),
            "/v1/charges": lambda: self._charge(body, key),
            "/v1/charges/close": lambda: self._close(body),
        }
        if path not in acts:
            return None
        with self._lock:
            # A repeated key for a card is not compared with the first card: nothing of that one was kept.
            return self._answers.once(path, key, None if path == "/v1/tokens" else body, acts[path])

    def _tokenize(self, body: dict[str, Any], key: str) -> Answer:
        match body:
            case {"number": str(number), "expiry": str(expiry), "code": str(code), **rest} if not rest:
                pass
            case _:
                return error(400, "invalid_request")
        if not is_luhn(number):
            return error(402, "incorrect_number")
        if not _is_month(expiry):
            return error(402, "incorrect_expiry")
        if not (code.isascii() and code.isdecimal() and len(code) in (3, 4)):
            return error(402, "incorrect_code")
        if number == SILENT_NUMBER:
            raise NoAnswerError
        if number == NONSENSE_NUMBER:
            raise NonsenseError
        token = reference("tok", key)
        self._good_tokens[token] = number != DECLINED_NUMBER
        return 201, {"token": token, "last4": number[-4:]}

    def _charge(self, body: dict[str, Any], key: str) -> Answer:
        match body:
            case {"token": str(token), "amount_minor": int(amount), "currency": str(currency), **rest} if (
                not rest and amount > 0 and len(currency) == 3 and token in self._good_tokens
            ):
                pass
            case _:
                return error(400, "invalid_request")
        if key in self._closed:
            return error(409, "idempotency_key_closed")
        if not self._good_tokens[token]:
            return error(402, "card_declined")
        charge = {"charge": reference("ch", key), "amount_minor": amount, "currency": currency}
        self._charges[key] = charge
        return 201, charge

    def _close(self, body: dict[str, Any]) -> Answer:
        """Say which charge a key made; if it made none, none is made with it any more."""
        match body:
            case {"idempotency_key": str(key), **rest} if not rest:
                self._closed.add(key)
                return 200, {"charge": self._charges.get(key, {}).get("charge")}
            case _:
                return error(400, "invalid_request")


def form(content: bytes) -> dict[str, Any] | None:
    """A form-encoded body as text fields; None if it is not ASCII."""
    try:
        return dict(parse_qsl(content.decode("ascii"), keep_blank_values=True))
    except UnicodeDecodeError:
        return None


def error(status: int, code: str) -> Answer:
    return status, {"error": {"code": code}}


def reference(prefix: str, key: str) -> str:
    """Make a reference from the idempotency key, so that a rehearsal repeats exactly; of letters only, so that
    no run of digits in it can be taken for a card.
    """
    return f"{prefix}_{uuid.uuid5(uuid.NAMESPACE_OID, key).hex.translate(_LETTERS)}"


def is_luhn(number: str) -> bool:
    if not (number.isascii() and number.isdecimal() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def _is_month(expiry: str) -> bool:
    return expiry.isascii() and expiry.isdecimal() and len(expiry) == 4 and 1 <= int(expiry[:2]) <= 12
