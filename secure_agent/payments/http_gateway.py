"""A processor that speaks the small API of docs/payment-stub.md."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, Final, final

import orjson

from secure_agent.payments.gateway import Charged, Declined, NotCharged, Tokenized, Unavailable, Why
from secure_agent.payments.pan import Card
from secure_agent.payments.transport import Answer, Transport, check_amount, check_key, joined

_JSON: Final = "application/json"
#: Never so many digits that a reference could be taken for a card.
_REFERENCE: Final = re.compile(r"(?!.*[0-9]{12})[A-Za-z0-9_-]{8,128}")
_REASON: Final = re.compile(r"[a-z][a-z_]{2,39}")


@final
class HttpGateway:
    """See `PaymentGateway`."""

    def __init__(self, base_url: str, *, timeout_s: float, ca_file: Path | None = None) -> None:
        self._transport = Transport(base_url, timeout_s=timeout_s, ca_file=ca_file)

    async def tokenize(self, card: Card, *, idempotency_key: str) -> Tokenized | Declined | Unavailable:
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
        if not is_reference(answer.get("token")) or answer.get("last4") != last4:
            return Unavailable(Why.MALFORMED, may_have_acted=True)
        return Tokenized(answer["token"], last4)

    async def charge(
        self, token: str, *, amount_minor: int, currency: str, idempotency_key: str
    ) -> Charged | Declined | Unavailable:
        check_amount(amount_minor, currency)
        body = bytearray(orjson.dumps({"token": token, "amount_minor": amount_minor, "currency": currency}))
        answer = await self._post("v1/charges", body, idempotency_key)
        if isinstance(answer, Unavailable) and answer.may_have_acted:
            answer = await self._post("v1/charges", body, idempotency_key)
            if isinstance(answer, Unavailable):
                return Unavailable(answer.why, may_have_acted=True)
        if not isinstance(answer, dict):
            return answer
        if not is_reference(answer.get("charge")):
            return Unavailable(Why.MALFORMED, may_have_acted=True)
        return Charged(answer["charge"])

    async def find_charge(
        self, idempotency_key: str, *, since: datetime
    ) -> Charged | NotCharged | Unavailable:
        check_key(idempotency_key)
        body = bytearray(orjson.dumps({"idempotency_key": idempotency_key}))
        answer = await self._post("v1/charges/close", body, idempotency_key)
        match answer:
            case {"charge": None}:
                return NotCharged()
            case {"charge": charge} if is_reference(charge):
                return Charged(charge)
            case Unavailable(why):
                return Unavailable(why, may_have_acted=False)
            case _:
                return Unavailable(Why.MALFORMED, may_have_acted=False)

    async def _post(
        self, path: str, body: bytearray, idempotency_key: str
    ) -> dict[str, Any] | Declined | Unavailable:
        answer = await self._transport.post(path, body, content_type=_JSON, idempotency_key=idempotency_key)
        match answer:
            case Unavailable():
                return answer
            case Answer(402, {"error": {"code": str(reason)}}) if is_reason(reason):
                return Declined(reason)
            case Answer(200 | 201, content):
                return content
            case _:
                return Unavailable(Why.MALFORMED, may_have_acted=True)


def is_reason(value: str) -> bool:
    """Whether VALUE can be a code of a refusal, such as `card_declined`."""
    return _REASON.fullmatch(value) is not None


def is_reference(value: object) -> bool:
    """Whether VALUE can be a processor's reference: short, plain, and never a card number."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def _card_body(card: Card) -> bytearray:
    return joined(
        (
            b'{"number":"',
            card.number.reveal(),
            b'","expiry":"',
            card.expiry.reveal(),
            b'","code":"',
            card.code.reveal(),
            b'"}',
        )
    )
