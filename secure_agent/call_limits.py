"""No call lasts for ever, and none is held open by silence: what was said and done about it is on record."""

import asyncio
from contextlib import suppress
from typing import Final

from secure_agent.call import Call
from secure_agent.errors import CallStopped

#: Shorter sleeps may not move the clock at all: late in a call the rest of a wait is lost in rounding.
_LEAST_SLEEP_S: Final = 0.05


async def end_at_last(call: Call, max_s: float) -> None:
    """After MAX_S from answer give the caller to a person, whatever is going on."""
    await asyncio.sleep(max_s)
    with suppress(CallStopped):
        call.spawn(call.hand_over("max_duration"))


async def ask_who_is_silent(call: Call, away_s: float) -> None:
    """Ask once a caller who says nothing while nothing goes on; after as long again say goodbye.

    A question that is being asked, and a card entry, have time limits of their own.
    """
    said_then = -1  # what had been said, by anybody, when the question was over
    while not call.ending.is_set():
        quiet_s = call.activity.quiet_for_s() if _waits_for_caller(call) else 0.0
        if quiet_s < away_s:
            await asyncio.sleep(max(away_s - quiet_s, _LEAST_SLEEP_S))
            continue
        with suppress(CallStopped):
            if said_then == len(call.transcript.turns):
                call.journal.append("caller.away", {"silent_s": round(away_s)})
                await call.spawn(call.say_goodbye())
                return
            await call.spawn(call.speaker.say("still_there", interruptible=True))
            said_then = len(call.transcript.turns)


def _waits_for_caller(call: Call) -> bool:
    return call.opened and not call.listening and call.card_entry is None and not call.endings.begun
