"""Settle the charges whose outcome nobody learned: ask the processor, put the answer on record, then forget them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from secure_agent.payments.gateway import Charged, PaymentGateway, Unavailable
from secure_agent.payments.pending import PendingCharge, PendingCharges

RECONCILED: Final = "payment.reconciled"
#: A younger charge may still be under way in a call: two requests of ten seconds, and some.
IN_FLIGHT: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found out about one charge; `open` = the processor did not say, `in_flight` = not asked yet."""

    pending: PendingCharge
    result: Literal["charged", "not_charged", "open", "in_flight"]
    charge: str | None = None

    def as_body(self) -> dict[str, str | int | None]:
        """The body of the event `payment.reconciled`."""
        one = self.pending
        return {
            "result": self.result,
            "charge": self.charge,
            "token": one.token,
            "amount_minor": one.amount_minor,
            "currency": one.currency,
        }


async def reconcile(
    pending: PendingCharges,
    gateway: PaymentGateway,
    *,
    now: datetime,
    record: Callable[[Settled], None],
) -> AsyncIterator[Settled]:
    """Settle what can be settled. RECORD makes an outcome durable; only then is the charge forgotten."""
    for one in list(pending):
        if now - one.since < IN_FLIGHT:
            yield Settled(one, "in_flight")
            continue
        found = await gateway.find_charge(one.reference, since=one.since)
        if isinstance(found, Unavailable):
            yield Settled(one, "open")
            continue
        settled = (
            Settled(one, "charged", found.charge)
            if isinstance(found, Charged)
            else Settled(one, "not_charged")
        )
        record(settled)
        pending.settle(one.reference)
        yield settled
