"""One request to a processor on its own connection: digits only in its body, failures as values.

No address, exception or log record ever holds a digit: foreign exceptions end here and become `Unavailable`.
"""

import asyncio
import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, final

import aiohttp
import orjson
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

from secure_agent.payments.errors import PaymentMisuseError
from secure_agent.payments.gateway import Unavailable, Why

_MAX_ANSWER_BYTES: Final = 65_536
_KEY: Final = re.compile(r"(?!.*[0-9]{12})[A-Za-z0-9_-]{8,64}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")  # ISO 4217


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON object of an answer that was understood as far as that."""

    status: int
    content: dict[str, Any]


@final
class Transport:
    """HTTP/1.1 to one processor; plain HTTP only to this machine, else TLS 1.2 or later with a verified host."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float,
        headers: Mapping[str, str] | None = None,
        ca_file: Path | None = None,
    ) -> None:
        self._base_url = _checked(base_url)
        self._timeout_s = timeout_s
        self._headers = {"Accept-Encoding": "identity", **(headers or {})}
        self._tls = _tls(ca_file) if self._base_url.scheme == "https" else None

    async def get(self, path: str, query: Mapping[str, str]) -> Answer | Unavailable:
        """Ask; nothing is done by it, so that `may_have_acted` is never true."""
        answer = await self._send("GET", (self._base_url / path).with_query(query), None, {})
        return Unavailable(answer.why, may_have_acted=False) if isinstance(answer, Unavailable) else answer

    async def post(
        self, path: str, body: bytearray, *, content_type: str, idempotency_key: str
    ) -> Answer | Unavailable:
        """Send BODY, which the caller wipes; raises PaymentMisuseError for a key that could be a card number."""
        check_key(idempotency_key)
        headers = {"Idempotency-Key": idempotency_key}
        return await self._send("POST", self._base_url / path, _Body(body, content_type), headers)

    async def _send(
        self, method: Literal["GET", "POST"], url: URL, body: "_Body | None", headers: Mapping[str, str]
    ) -> Answer | Unavailable:
        try:
            async with asyncio.timeout(self._timeout_s):
                status, content = await self._exchange(method, url, body, headers)
        except TimeoutError:
            return Unavailable(Why.TIMEOUT, may_have_acted=True)
        except (aiohttp.ClientConnectorError, ssl.SSLError):
            return Unavailable(Why.DOWN, may_have_acted=False)
        except (aiohttp.ClientConnectionError, OSError):
            return Unavailable(Why.DOWN, may_have_acted=True)
        except aiohttp.ClientError:
            return Unavailable(Why.MALFORMED, may_have_acted=True)
        return _understood(status, content)

    async def _exchange(
        self, method: str, url: URL, body: "_Body | None", headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Send one request on its own connection; return status and body, at most a little too long."""
        connector = aiohttp.TCPConnector(force_close=True, limit=1, ssl=self._tls or True)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # the caller's clock decides
            ) as session,
            session.request(
                method, url, data=body, headers={**self._headers, **headers}, allow_redirects=False
            ) as response,
        ):
            content = b""
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > _MAX_ANSWER_BYTES:
                    break
            return response.status, content


class _Body(aiohttp.Payload):
    """A request body that is written from its own buffer, so that wiping the buffer leaves no copy of it.

    Its first byte goes with the headers, which aiohttp joins into a new string; the rest to the socket.
    """

    def __init__(self, content: bytearray, content_type: str) -> None:
        super().__init__(content, content_type=content_type)
        self._size = len(content)

    async def write(self, writer: AbstractStreamWriter) -> None:
        view = memoryview(self._value)
        await writer.write(bytes(view[:1]))
        await writer.write(view[1:])

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise PaymentMisuseError("the body of a payment request is never read back")


def joined(parts: tuple[bytes | memoryview, ...]) -> bytearray:
    """Join a body in one buffer of its final size, digits straight from the card."""
    body = bytearray(sum(len(part) for part in parts))
    at = 0
    for part in parts:
        body[at : at + len(part)] = part
        at += len(part)
    return body


def check_key(idempotency_key: str) -> None:
    if not _KEY.fullmatch(idempotency_key):
        raise PaymentMisuseError("an idempotency key is 8 to 64 letters and digits, and no card number")


def check_amount(amount_minor: int, currency: str) -> None:
    if amount_minor <= 0 or not _CURRENCY.fullmatch(currency):
        raise PaymentMisuseError("a charge is a positive amount of minor units in an ISO 4217 currency")


def _understood(status: int, content: bytes) -> Answer | Unavailable:
    if status >= 500:
        return Unavailable(Why.DOWN, may_have_acted=True)
    malformed = Unavailable(Why.MALFORMED, may_have_acted=True)
    if len(content) > _MAX_ANSWER_BYTES:
        return malformed
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:  # the error holds the document: it ends here
        return malformed
    return Answer(status, answer) if isinstance(answer, dict) else malformed


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


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """The system's authorities, or CA_FILE alone: a processor's own authority, or a proxy that is meant to be."""
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except OSError:
        raise PaymentMisuseError(
            f"{ca_file} is not a readable file of certificates (PEM); name the processor's authority"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
