"""A processor that speaks Stripe's API: payment methods and payment intents, form-encoded.

A charge is a payment intent that is made first and confirmed afterwards, so that a lost answer can be settled: an
intent that was not confirmed is cancelled, and can never charge later. Written from the public API reference
(docs.stripe.com/api, 2025) and tested against the stub's Stripe mode, not against Stripe.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self, final
from urllib.parse import urlencode

from pydantic import SecretStr

from secure_agent.payments.gateway import Charged, Declined, NotCharged, Tokenized, Unavailable, Why
from secure_agent.payments.http_gateway import is_reason, is_reference
from secure_agent.payments.pan import Card
from secure_agent.payments.transport import Answer, Transport, check_amount, check_key, joined

ADDRESS: Final = "https://api.stripe.com"
_FORM: Final = "application/x-www-form-urlencoded"
_VERSION: Final = "2024-06-20"
#: An intent is looked for among those made so long before and after the charge was sent: clocks differ.
_BEFORE: Final = timedelta(minutes=10)
_AFTER: Final = timedelta(hours=1)
_PAGES: Final = 50
_LOST: Final = Unavailable(Why.MALFORMED, may_have_acted=True)


@final
class StripeGateway:
    """See `PaymentGateway`. MOTO marks a charge as a telephone order, which the account must be allowed to."""

    def __init__(
        self,
        base_url: str,
        *,
        key: SecretStr,
        timeout_s: float,
        moto: bool = False,
        ca_file: Path | None = None,
    ) -> None:
        self._moto = moto
        self._transport = Transport(
            base_url,
            timeout_s=timeout_s,
            headers={"Authorization": f"Bearer {key.get_secret_value()}", "Stripe-Version": _VERSION},
            ca_file=ca_file,
        )

    async def tokenize(self, card: Card, *, idempotency_key: str) -> Tokenized | Declined | Unavailable:
        if card.wiped:
            return Unavailable(Why.WIPED, may_have_acted=False)
        last4 = card.number.last_four
        body = _card_form(card)
        try:
            answer = await self._send("v1/payment_methods", body, idempotency_key)
        finally:
            body[:] = bytes(len(body))
        match answer:
            case {"id": str(token), "card": {"last4": str(seen)}} if is_reference(token) and seen == last4:
                return Tokenized(token, last4)
            case Declined() | Unavailable():
                return answer
            case _:
                return _LOST

    async def charge(
        self, token: str, *, amount_minor: int, currency: str, idempotency_key: str
    ) -> Charged | Declined | Unavailable:
        check_amount(amount_minor, currency)
        intent = {
            "amount": str(amount_minor),
            "currency": currency.lower(),
            "payment_method": token,
            "payment_method_types[]": "card",
            "metadata[reference]": idempotency_key,
        }
        made = await self._repeated("v1/payment_intents", intent, idempotency_key)
        match made:
            case {"id": str(found)} if is_reference(found):
                return await self._confirm(found, idempotency_key)
            case Declined():
                return made
            case Unavailable(why):  # an intent that was not confirmed charges nothing
                return Unavailable(why, may_have_acted=False)
            case _:
                return Unavailable(Why.MALFORMED, may_have_acted=False)

    async def find_charge(
        self, idempotency_key: str, *, since: datetime
    ) -> Charged | NotCharged | Unavailable:
        check_key(idempotency_key)
        window = {
            "limit": "100",
            "created[gte]": str(int((since - _BEFORE).timestamp())),
            "created[lte]": str(int((since + _AFTER).timestamp())),
        }
        after: dict[str, str] = {}
        for _ in range(_PAGES):
            answer = await self._transport.get("v1/payment_intents", {**window, **after})
            if isinstance(answer, Unavailable):
                return answer
            page = _Page.of(answer)
            if page is None:
                break
            for intent in page.intents:
                if intent.get("metadata", {}).get("reference") == idempotency_key:
                    return await self._settled(intent, idempotency_key)
            if page.last is None:
                return NotCharged()
            after = {"starting_after": page.last}
        return Unavailable(Why.MALFORMED, may_have_acted=False)

    async def _settled(
        self, intent: dict[str, Any], idempotency_key: str
    ) -> Charged | NotCharged | Unavailable:
        match intent:
            case {"id": str(found), "status": "succeeded"} if is_reference(found):
                return Charged(found)
            case {"status": "canceled"}:
                return NotCharged()
            case {"id": str(found), "status": str(status)} if is_reference(found) and status != "processing":
                return await self._cancel(found, idempotency_key)
            case _:
                return Unavailable(Why.MALFORMED, may_have_acted=False)

    async def _confirm(self, intent: str, idempotency_key: str) -> Charged | Declined | Unavailable:
        fields = {"payment_method_options[card][moto]": "true"} if self._moto else {}
        answer = await self._repeated(
            f"v1/payment_intents/{intent}/confirm", fields, f"{idempotency_key[:60]}-yes"
        )
        match answer:
            case {"status": "succeeded"}:
                return Charged(intent)
            case {"status": "requires_action"}:  # the bank wants to see the holder: not by telephone
                gone = await self._cancel(intent, idempotency_key)
                return Declined("authentication_required") if isinstance(gone, NotCharged) else _LOST
            case Declined() | Unavailable():
                return answer
            case _:
                return _LOST

    async def _cancel(self, intent: str, idempotency_key: str) -> NotCharged | Unavailable:
        answer = await self._repeated(f"v1/payment_intents/{intent}/cancel", {}, f"{idempotency_key[:60]}-no")
        match answer:
            case {"status": "canceled"}:
                return NotCharged()
            case Unavailable(why):
                return Unavailable(why, may_have_acted=True)
            case _:
                return _LOST

    async def _repeated(
        self, path: str, fields: dict[str, str], idempotency_key: str
    ) -> dict[str, Any] | Declined | Unavailable:
        """Send a form without a card; if the answer is lost, once more with the same key."""
        body = bytearray(urlencode(fields).encode("ascii"))
        answer = await self._send(path, body, idempotency_key)
        if not isinstance(answer, Unavailable) or not answer.may_have_acted:
            return answer
        answer = await self._send(path, body, idempotency_key)
        return Unavailable(answer.why, may_have_acted=True) if isinstance(answer, Unavailable) else answer

    async def _send(
        self, path: str, body: bytearray, idempotency_key: str
    ) -> dict[str, Any] | Declined | Unavailable:
        answer = await self._transport.post(path, body, content_type=_FORM, idempotency_key=idempotency_key)
        match answer:
            case Unavailable():
                return answer
            case Answer(402, {"error": {"code": str(reason)}}) if is_reason(reason):
                return Declined(reason)
            case Answer(200, content):
                return content
            case _:
                return _LOST


class _Page:
    """One page of a list of intents; `last` is None on the last page."""

    def __init__(self, intents: list[dict[str, Any]], last: str | None) -> None:
        self.intents = intents
        self.last = last

    @classmethod
    def of(cls, answer: Answer) -> Self | None:
        match answer:
            case Answer(200, {"data": list(intents), "has_more": bool(more)}) if all(
                isinstance(one, dict) for one in intents
            ):
                last = intents[-1].get("id") if more and intents else None
                return cls(intents, last) if last is None or isinstance(last, str) else None
            case _:
                return None


def _card_form(card: Card) -> bytearray:
    expiry = card.expiry.reveal()
    return joined(
        (
            b"type=card&card%5Bnumber%5D=",
            card.number.reveal(),
            b"&card%5Bexp_month%5D=",
            expiry[:2],
            b"&card%5Bexp_year%5D=20",
            expiry[2:],
            b"&card%5Bcvc%5D=",
            card.code.reveal(),
        )
    )
