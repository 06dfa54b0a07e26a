"""A rest for a processor that fails: callers hear at once that paying is not possible now, and it can recover.

The pattern is the circuit breaker of M. Nygard, Release It! (2007): closed, open for a time, then one trial.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, final

from secure_agent.payments.gateway import (
    Charged,
    Declined,
    NotCharged,
    PaymentGateway,
    Tokenized,
    Unavailable,
    Why,
)
from secure_agent.payments.pan import Card

_RESTING: Final = Unavailable(Why.RESTING, may_have_acted=False)


@final
class Breaker:
    """A `PaymentGateway` that sends no new card to a processor which failed FAILURES times in a row.

    After REST_S seconds one card is tried; whether it gets an answer decides. A charge of a token that was just given
    and the search for a lost charge always go through: the first is part of a card already taken.
    """

    def __init__(
        self, gateway: PaymentGateway, *, clock: Callable[[], float], failures: int = 3, rest_s: float = 30.0
    ) -> None:
        self._gateway = gateway
        self._clock = clock
        self._failures = failures
        self._rest_s = rest_s
        self._failed = 0
        self._rests_until_s = 0.0

    @property
    def resting(self) -> bool:
        return self._failed >= self._failures and self._clock() < self._rests_until_s

    async def tokenize(self, card: Card, *, idempotency_key: str) -> Tokenized | Declined | Unavailable:
        if self.resting:
            return _RESTING
        if self._failed >= self._failures:
            self._rests_until_s = (
                self._clock() + self._rest_s
            )  # one trial: the others rest until it is answered
        answer = await self._gateway.tokenize(card, idempotency_key=idempotency_key)
        self._learn(answer)
        return answer

    async def charge(
        self, token: str, *, amount_minor: int, currency: str, idempotency_key: str
    ) -> Charged | Declined | Unavailable:
        answer = await self._gateway.charge(
            token, amount_minor=amount_minor, currency=currency, idempotency_key=idempotency_key
        )
        self._learn(answer)
        return answer

    async def find_charge(
        self, idempotency_key: str, *, since: datetime
    ) -> Charged | NotCharged | Unavailable:
        return await self._gateway.find_charge(idempotency_key, since=since)

    def _learn(self, answer: Tokenized | Charged | Declined | Unavailable) -> None:
        if not isinstance(answer, Unavailable):
            self._failed = 0
        elif answer.why is not Why.WIPED:
            self._failed += 1
            self._rests_until_s = self._clock() + self._rest_s
