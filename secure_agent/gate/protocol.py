"""What gate and agent say to each other: two requests of the agent, answered by the gate. No digit is in either."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

#: The gate is this participant in the agent's room, of kind SIP: for the agent it is the caller.
CALLER: Final = "caller"
TAKE_CARD: Final = "gate.take_card"
TRANSFER: Final = "gate.transfer"
#: Three entries of a minute, thrice, and what the processor needs.
TAKE_CARD_TIMEOUT_S: Final = 900.0
TRANSFER_TIMEOUT_S: Final = 60.0


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TakeCard(_Message):
    """Take one payment by keypad."""

    amount_minor: Annotated[int, Field(gt=0)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class CardTaken(_Message):
    """How it ended; `status` as in `Payment`."""

    status: Literal["tokenized", "charged", "declined", "unavailable", "abandoned"]
    token: str | None
    last4: str | None
    attempts: int
    may_be_charged: bool
    gave_up: Literal["pay_unavailable", "pay_given_up"] | None  # the script that says why, if it was given up


class Transfer(_Message):
    """Hand the caller to this address."""

    address: Annotated[str, Field(pattern=r"^(sips?|tel):[^\s]+$", max_length=256)]


class Transferred(_Message):
    done: bool


class Dispatch(_Message):
    """What the agent is told when it is sent to a call behind a gate, as metadata of its dispatch."""

    call: str
    segment: Annotated[int, Field(ge=1)]
