"""The way of a card to the processor: digits only in the body of one request, every outcome a value.

No address, exception or log record ever holds a digit: foreign exceptions end here and become `Unavailable`.
Each request has a connection of its own, which is closed after it.
"""

import asyncio
import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, final

import aiohttp
import orjson
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

from secure_agent.payments.errors import PaymentMisuseError
from secure_agent.payments.pan import Card

_MAX_ANSWER_BYTES: Final = 16_384  # a token or a charge takes 200
_REFERENCE: Final = re.compile(
    r"(?!.*[0-9]{12})[A-Za-z0-9_-]{8,128}"
)  # never so many digits that it is a card
_REASON: Final = re.compile(r"[a-z][a-z_]{2,39}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")  # ISO 4217
_KEY: Final = re.compile(r"(?!.*[0-9]{12})[A-Za-z0-9_-]{8,64}")


class Why(StrEnum):
    """Why there is no answer that can be used."""

    DOWN = "down"
    TIMEOUT = "timeout"
    MALFORMED = "malformed"
    WIPED = "wiped"  # the caller left before the card was sent


@dataclass(frozen=True, slots=True)
class Tokenized:
    """The processor keeps the card and gave a token for it."""

    token: str
    last4: str


@dataclass(frozen=True, slots=True)
class Charged:
    """The money was taken once."""

    charge: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The processor said no; the reason is one of its codes, such as `card_declined`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No usable answer. If `may_have_acted`, only a repeat with the same key tells what happened."""

    why: Why
    may_have_acted: bool


class PaymentGateway(Protocol):
    """What a call needs of a payment processor."""

    async def tokenize(self, card: Card, *, idempotency_key: str) -> Tokenized | Declined | Unavailable: ...

    async def charge(
        self, token: str, *, amount_minor: int, currency: str, idempotency_key: str
    ) -> Charged | Declined | Unavailable: ...


@final
class HttpGateway:
    """The processor over HTTP/1.1 as docs/payment-stub.md describes it; plain HTTP only to this machine."""

    def __init__(self, base_url: str, *, timeout_s: float) -> None:
        self._base_url = _checked(base_url)
        self._timeout_s = timeout_s

    async def tokenize(self, card: Card, *, idempotency_key: str) -> Tokenized | Declined | Unavailable:
        """Exchange CARD for a token. A lost answer is not asked for again: the caller is waiting."""
        if card.wiped:
            return Unavailable(Why.WIPED, may_have_acted=False)
        last4 = card.number.last_four
        body = _card_body(card)
        try:
            answer = await self._post("v1/tokens", body, idempotency_key)
        finally:
            body[:] = bytes(len(body))
        if not isinstance(answer, dict):
            return answer
        if not _is_reference(answer.get("token")) or answer.get("last4") != last4:
            return Unavailable(Why.MALFORMED, may_have_acted=True)
        return Tokenized(answer["token"], last4)

    async def charge(
        self, token: str, *, amount_minor: int, currency: str, idempotency_key: str
    ) -> Charged | Declined | Unavailable:
        """Charge TOKEN once. If the answer is lost the request is repeated once, with the same key."""
        if amount_minor <= 0 or not _CURRENCY.fullmatch(currency):
            raise PaymentMisuseError("a charge is a positive amount of minor units in an ISO 4217 currency")
        body = bytearray(orjson.dumps({"token": token, "amount_minor": amount_minor, "currency": currency}))
        answer = await self._post("v1/charges", body, idempotency_key)
        if isinstance(answer, Unavailable) and answer.may_have_acted:
            answer = await self._post("v1/charges", body, idempotency_key)
            if isinstance(answer, Unavailable):
                return Unavailable(answer.why, may_have_acted=True)
        if not isinstance(answer, dict):
            return answer
        if not _is_reference(answer.get("charge")):
            return Unavailable(Why.MALFORMED, may_have_acted=True)
        return Charged(answer["charge"])

    async def _post(
        self, path: str, body: bytearray, idempotency_key: str
    ) -> dict[str, Any] | Declined | Unavailable:
        if not _KEY.fullmatch(idempotency_key):
            raise PaymentMisuseError("an idempotency key is 8 to 64 letters and digits, and no card number")
        try:
            async with asyncio.timeout(self._timeout_s):
                status, content = await _exchange(self._base_url / path, body, idempotency_key)
        except TimeoutError:
            return Unavailable(Why.TIMEOUT, may_have_acted=True)
        except aiohttp.ClientConnectorError:
            return Unavailable(Why.DOWN, may_have_acted=False)
        except (aiohttp.ClientConnectionError, OSError):
            return Unavailable(Why.DOWN, may_have_acted=True)
        except aiohttp.ClientError:
            return Unavailable(Why.MALFORMED, may_have_acted=True)
        return _understood(status, content)


class _Body(aiohttp.Payload):
    """A request body that is written from its own buffer, so that wiping the buffer leaves no copy of it.

    Its first byte goes with the headers, which aiohttp joins into a new string; the rest to the socket.
    """

    def __init__(self, content: bytearray) -> None:
        super().__init__(content, content_type="application/json")
        self._size = len(content)

    async def write(self, writer: AbstractStreamWriter) -> None:
        view = memoryview(self._value)
        await writer.write(bytes(view[:1]))
        await writer.write(view[1:])

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise PaymentMisuseError("the body of a payment request is never read back")


async def _exchange(url: URL, body: bytearray, idempotency_key: str) -> tuple[int, bytes]:
    """Send one request on its own connection; return status and body, at most one byte too long."""
    async with (
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=1),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # the caller's clock decides
        ) as session,
        session.post(
            url,
            data=_Body(body),
            headers={"Idempotency-Key": idempotency_key, "Accept-Encoding": "identity"},
            allow_redirects=False,
        ) as response,
    ):
        content = b""
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > _MAX_ANSWER_BYTES:
                break
        return response.status, content


def _understood(status: int, content: bytes) -> dict[str, Any] | Declined | Unavailable:
    if status >= 500:
        return Unavailable(Why.DOWN, may_have_acted=True)
    malformed = Unavailable(Why.MALFORMED, may_have_acted=True)
    if len(content) > _MAX_ANSWER_BYTES or status not in (200, 201, 402):
        return malformed
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:  # the error holds the document: it ends here
        return malformed
    match answer:
        case {"error": {"code": str(reason)}} if status == 402 and _REASON.fullmatch(reason):
            return Declined(reason)
        case dict() if status != 402:
            return answer
        case _:
            return malformed


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def _card_body(card: Card) -> bytearray:
    """Join the body in one buffer of its final size, digits straight from the card."""
    parts = (
        b'{"number":"',
        card.number.reveal(),
        b'","expiry":"',
        card.expiry.reveal(),
        b'","code":"',
        card.code.reveal(),
        b'"}',
    )
    body = bytearray(sum(len(part) for part in parts))
    at = 0
    for part in parts:
        body[at : at + len(part)] = part
        at += len(part)
    return body


def _checked(base_url: str) -> URL:
    url = URL(base_url)
    if url.scheme == "https" and url.host:
        return url
    if url.scheme == "http" and _is_this_machine(url.host or ""):
        return url
    raise PaymentMisuseError("the processor's address must be https; plain http is for 127.0.0.1 only")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
