"""The processor stub's other API: as much of Stripe's as a telephone payment needs.

Payment methods, payment intents (made, confirmed, cancelled, listed), bearer keys, form-encoded requests. Written from
the public API reference (docs.stripe.com/api, 2025).
"""

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from secure_agent.payments.stub_book import (
    DECLINED_NUMBER,
    NONSENSE_NUMBER,
    SILENT_NUMBER,
    Answer,
    Answers,
    NoAnswerError,
    NonsenseError,
    error,
    form,
    is_luhn,
    reference,
)

#: Stripe's test number of a card whose bank always wants to see the holder.
HOLDER_NUMBER = "4000002500003155"


class StripeBook:
    """See `Book`."""

    must_authorize = True

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers = Answers()
        self._methods: dict[str, str | None] = {}  # token -> why it will not be charged
        self._intents: dict[str, dict[str, Any]] = {}

    def understood(self, content: bytes) -> dict[str, Any] | None:
        return form(content)

    def get(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path != "/v1/payment_intents":
            return None
        with self._lock:
            newest_first = list(reversed(self._intents.values()))
        low, high = int(query.get("created[gte]", 0)), int(query.get("created[lte]", 2**40))
        found = [one for one in newest_first if low <= one["created"] <= high]
        after = [one["id"] for one in found]
        if query.get("starting_after") in after:
            found = found[after.index(query["starting_after"]) + 1 :]
        limit = int(query.get("limit", 10))
        return 200, {"object": "list", "data": found[:limit], "has_more": len(found) > limit}

    def once(self, path: str, key: str, body: dict[str, Any]) -> tuple[Answer, bool] | None:
        act = self._act(path, key, body)
        if act is None:
            return None
        with self._lock:
            return self._answers.once(path, key, None if path == "/v1/payment_methods" else body, act)

    def _act(self, path: str, key: str, body: dict[str, Any]) -> Callable[[], Answer] | None:
        match path.split("/")[2:]:
            case ["payment_methods"]:
                return lambda: self._method(body, key)
            case ["payment_intents"]:
                return lambda: self._intent(body, key)
            case ["payment_intents", found, "confirm"]:
                return lambda: self._confirm(found, body)
            case ["payment_intents", found, "cancel"]:
                return lambda: self._cancel(found)
            case _:
                return None

    def _method(self, body: dict[str, Any], key: str) -> Answer:
        match body:
            case {"type": "card", "card[number]": number, "card[exp_month]": month, "card[cvc]": code}:
                pass
            case _:
                return error(400, "parameter_missing")
        if not is_luhn(number):
            return error(402, "incorrect_number")
        if not (month.isdecimal() and 1 <= int(month) <= 12):
            return error(402, "invalid_expiry_month")
        if not (code.isdecimal() and len(code) in (3, 4)):
            return error(402, "invalid_cvc")
        if number == SILENT_NUMBER:
            raise NoAnswerError
        if number == NONSENSE_NUMBER:
            raise NonsenseError
        token = reference("pm", key)
        self._methods[token] = {DECLINED_NUMBER: "card_declined", HOLDER_NUMBER: "holder"}.get(number)
        return 200, {"id": token, "object": "payment_method", "card": {"last4": number[-4:]}}

    def _intent(self, body: dict[str, Any], key: str) -> Answer:
        match body:
            case {"amount": str(amount), "currency": str(currency), "payment_method": str(token)} if (
                amount.isdecimal() and int(amount) > 0 and currency == currency.lower() and len(currency) == 3
            ):
                pass
            case _:
                return error(400, "parameter_missing")
        if token not in self._methods:
            return error(404, "resource_missing")
        intent = {
            "id": reference("pi", key),
            "object": "payment_intent",
            "amount": int(amount),
            "currency": currency,
            "payment_method": token,
            "created": int(time.time()),
            "metadata": {"reference": body["metadata[reference]"]} if "metadata[reference]" in body else {},
            "status": "requires_confirmation",
        }
        self._intents[str(intent["id"])] = intent
        return 200, dict(intent)

    def _confirm(self, found: str, body: dict[str, Any]) -> Answer:
        intent = self._intents.get(found)
        if intent is None:
            return error(404, "resource_missing")
        if intent["status"] != "requires_confirmation":
            return error(400, "payment_intent_unexpected_state")
        match self._methods[intent["payment_method"]]:
            case "holder" if body.get("payment_method_options[card][moto]") != "true":
                intent["status"] = "requires_action"
            case "card_declined":
                intent["status"] = "requires_payment_method"
                return error(402, "card_declined")
            case _:
                intent["status"] = "succeeded"
        return 200, dict(intent)

    def _cancel(self, found: str) -> Answer:
        intent = self._intents.get(found)
        if intent is None:
            return error(404, "resource_missing")
        if intent["status"] == "succeeded":
            return error(400, "payment_intent_unexpected_state")
        intent["status"] = "canceled"
        return 200, dict(intent)
