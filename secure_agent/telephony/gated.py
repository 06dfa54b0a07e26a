"""The agent's side of a digit gate: what it asks the gate to do for it, and never a digit."""

import logging
from collections.abc import Mapping
from typing import Final

from livekit import rtc
from pydantic import ValidationError

from secure_agent.gate.protocol import (
    CALLER,
    TAKE_CARD,
    TAKE_CARD_TIMEOUT_S,
    TRANSFER,
    TRANSFER_TIMEOUT_S,
    CardTaken,
    Dispatch,
    TakeCard,
    Transfer,
    Transferred,
)
from secure_agent.telephony.room import RoomControl

_log = logging.getLogger(__name__)

#: The gate did not answer: nothing is known of a card.
_LOST: Final = CardTaken(
    status="unavailable", token=None, last4=None, attempts=0, may_be_charged=True, gave_up=None
)


def dispatched_by_gate(metadata: str) -> Dispatch | None:
    """What the gate told whoever is sent to its call; None for a call without a gate."""
    try:
        return Dispatch.model_validate_json(metadata) if metadata else None
    except ValidationError:
        return None


class GatedControl:
    """`RoomControl` of the agent's room, whose caller is the gate; transfers and cards are the gate's to make."""

    def __init__(self, room: rtc.Room, control: RoomControl) -> None:
        self._room = room
        self._control = control

    async def overwrite(self, attributes: Mapping[str, str]) -> None:
        await self._control.overwrite(attributes)

    async def end_room(self) -> None:
        """End the agent's room; the gate ends the caller's."""
        await self._control.end_room()

    async def refer(self, address: str) -> bool:
        try:
            answer = await self._ask(
                TRANSFER, Transfer(address=address).model_dump_json(), TRANSFER_TIMEOUT_S
            )
            return Transferred.model_validate_json(answer).done
        except (rtc.RpcError, ValidationError):
            _log.error("gate did not transfer the caller")
            return False

    async def take_card(self, amount_minor: int, currency: str) -> CardTaken:
        """Let the gate take one payment; the caller is not heard here until it is over."""
        asked = TakeCard(amount_minor=amount_minor, currency=currency)
        try:
            answer = await self._ask(TAKE_CARD, asked.model_dump_json(), TAKE_CARD_TIMEOUT_S)
            return CardTaken.model_validate_json(answer)
        except (rtc.RpcError, ValidationError):
            _log.error("gate did not say how the payment ended")
            return _LOST

    async def _ask(self, method: str, payload: str, timeout_s: float) -> str:
        return await self._room.local_participant.perform_rpc(
            destination_identity=CALLER, method=method, payload=payload, response_timeout=timeout_s
        )
