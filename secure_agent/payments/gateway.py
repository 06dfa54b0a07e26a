"""What a call needs of a payment processor, and every outcome as a value.

No outcome ever holds a digit but the last four: what a processor's adapter cannot understand becomes `Unavailable`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from secure_agent.payments.pan import Card


class Why(StrEnum):
    """Why there is no answer that can be used."""

    DOWN = "down"
    TIMEOUT = "timeout"
    MALFORMED = "malformed"
    WIPED = "wiped"  # the caller left before the card was sent
    RESTING = "resting"  # it failed too often just now; nothing was sent


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
class NotCharged:
    """The processor knows of no charge with this reference, and none can follow."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No usable answer. If `may_have_acted`, only `find_charge` tells what happened."""

    why: Why
    may_have_acted: bool


class PaymentGateway(Protocol):
    """A payment processor. Never raises but for misuse; an amount is in minor units of an ISO 4217 currency."""

    async def tokenize(self, card: Card, *, idempotency_key: str) -> Tokenized | Declined | Unavailable:
        """Exchange CARD for a token. A lost answer is not asked for again: the caller is waiting."""
        ...

    async def charge(
        self, token: str, *, amount_minor: int, currency: str, idempotency_key: str
    ) -> Charged | Declined | Unavailable:
        """Charge TOKEN once. If the answer is lost the request is repeated once, with the same key."""
        ...

    async def find_charge(
        self, idempotency_key: str, *, since: datetime
    ) -> Charged | NotCharged | Unavailable:
        """What became of a charge, sent at SINCE or a little later, whose answer was lost.

        Charges nothing. After `NotCharged` no late copy of the request can charge either.
        """
        ...
