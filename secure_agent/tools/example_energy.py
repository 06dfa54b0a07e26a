"""The tools of "Example Energy", a fictitious utility: what the demonstration assistant can do."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal

from livekit.agents import RunContext
from pydantic import BaseModel, ConfigDict, Field

from policies.entities import EntityType
from secure_agent.tools.gateway import Tool

BALANCE_MINOR = 4200
#: The one customer of the fictitious utility.
CUSTOMER: Mapping[str, str] = {"customer_number": "4711", "postcode": "75201"}


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArguments(_Arguments):
    pass


class TakePayment(_Arguments):
    amount_minor: Annotated[int, Field(gt=0, le=1_000_000, description="amount in cents")]
    currency: Literal["USD", "EUR", "GBP"] = "USD"


class ChangeAddress(_Arguments):
    address: Annotated[
        str, Field(min_length=1, max_length=200, description="the new address, as it was given")
    ]


class VerifyCaller(_Arguments):
    customer_number: Annotated[str, Field(min_length=1, max_length=40, description="as it was given")]
    postcode: Annotated[str, Field(min_length=1, max_length=40, description="as it was given")]


TakeCard = Callable[[TakePayment, RunContext[None]], Awaitable[Mapping[str, Any]]]
HandOver = Callable[[NoArguments, RunContext[None]], Awaitable[Mapping[str, Any]]]


def example_energy_tools(*, take_card: TakeCard, hand_over: HandOver, end_call: HandOver) -> list[Tool]:
    """The catalogue. TAKE_CARD, HAND_OVER and END_CALL belong to the call, and keep their own time."""
    return [
        Tool("get_balance", "Look up what the caller owes.", NoArguments, _get_balance),
        Tool(
            "take_payment",
            "Take a card payment by keypad. The caller keys the card; you never see or ask for a number.",
            TakePayment,
            take_card,
            timeout_s=None,
            takes_card_by="dtmf",
            sells=True,
        ),
        Tool(
            "change_address",
            "Change the address of the account.",
            ChangeAddress,
            _change_address,
            needs=frozenset({EntityType.STREET_ADDRESS, EntityType.POSTCODE, EntityType.CITY}),
        ),
        Tool(
            "verify_caller",
            "Verify who the caller is by two facts: customer number and postcode.",
            VerifyCaller,
            _verify_caller,
            needs=frozenset({EntityType.ACCOUNT_NUMBER, EntityType.NUMBER, EntityType.POSTCODE}),
            verifies_caller=True,
        ),
        Tool(
            "end_call",
            "End the call when the caller wants nothing more. The last words are said for you.",
            NoArguments,
            end_call,
            timeout_s=None,
            ends_the_turn=True,
        ),
        Tool(
            "transfer_to_person",
            "Hand the call to a person.",
            NoArguments,
            hand_over,
            timeout_s=None,
            ends_the_turn=True,
        ),
    ]


async def _verify_caller(arguments: VerifyCaller, _: RunContext[None]) -> Mapping[str, Any]:
    """The fictitious utility has one customer. Which facts were right is on record, never the facts."""
    said = {"customer_number": arguments.customer_number, "postcode": arguments.postcode}
    right = [name for name, value in said.items() if _plain(value) == CUSTOMER[name]]
    return {"verified": len(right) == len(CUSTOMER), "facts": right}


def _plain(value: str) -> str:
    return "".join(c for c in value.lower() if c.isalnum())


async def _get_balance(_: NoArguments, __: RunContext[None]) -> Mapping[str, Any]:
    return {"balance_minor": BALANCE_MINOR, "currency": "USD", "due": "at the end of the month"}


async def _change_address(arguments: ChangeAddress, _: RunContext[None]) -> Mapping[str, Any]:
    del arguments  # nothing is kept: the fictitious utility has no store
    return {"status": "changed"}
