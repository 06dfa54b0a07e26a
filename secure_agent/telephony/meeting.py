"""Meet the caller in a room: who is called, a hint who calls, read once and then overwritten."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from livekit import rtc
from livekit.agents import AutoSubscribe, JobContext
from livekit.agents.utils import wait_for_participant

from policies import Line as LineProfile
from secure_agent.telephony.caller import OVERWRITTEN, CallHint, hint_from
from secure_agent.telephony.phone_line import PhoneLine
from secure_agent.telephony.room import ServerControl

_log = logging.getLogger(__name__)

Lines = tuple[tuple[PhoneLine, LineProfile], ...]

#: Whoever dispatched the job put the caller into the room before, or did not.
_CALLER_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Met:
    """A caller in a room whose attributes hold no number any more."""

    caller: str  # identity; never logged or stored
    control: ServerControl
    phone: PhoneLine
    profile: LineProfile
    hint: CallHint

    def __repr__(self) -> str:
        return "<Met>"


async def meet(context: JobContext, lines: Lines) -> Met | None:
    """Connect to the job's room and meet its caller; None, with a reason in the log, if the call cannot be answered.

    A caller who is not answered is not left ringing: the room is ended.
    """
    await context.connect(auto_subscribe=AutoSubscribe.AUDIO_ONLY)
    caller = await _caller_in(context.room)
    if caller is None:
        _log.warning("no caller came into the room")
        return None
    control = ServerControl(context.api, context.room.name, caller.identity)
    hint = hint_from(caller.attributes, country=_country(lines[0][1]))
    try:
        await control.overwrite(OVERWRITTEN)
    except ConnectionError as error:
        _log.error("call not answered: the caller's number stays in the room", extra={"why": str(error)})
        await control.end_room()
        return None
    matching = [pair for pair in lines if hint.called in pair[0].numbers]
    if not matching and len(lines) > 1:
        _log.error("call not answered: no line file has the number that was called")
        await control.end_room()
        return None
    phone, profile = (matching or list(lines))[0]
    return Met(caller.identity, control, phone, profile, hint)


async def _caller_in(room: rtc.Room) -> rtc.RemoteParticipant | None:
    """The one telephone caller. LiveKit's own way would put identity and name into a span."""
    try:
        async with asyncio.timeout(_CALLER_TIMEOUT_S):
            return await wait_for_participant(room, kind=rtc.ParticipantKind.PARTICIPANT_KIND_SIP)
    except (TimeoutError, RuntimeError):
        return None


def _country(profile: LineProfile) -> str:
    """ISO 3166 code of the business, for numbers without a prefix."""
    code = profile.business.partition("-")[0]
    return {"UK": "GB"}.get(code, code)
