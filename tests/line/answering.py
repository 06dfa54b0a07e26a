"""The laptop line without the agent: it answers, says back what it hears, and keeps what the line reported."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from livekit import rtc

from secure_agent.telephony.sip.dialog import SipCall
from secure_agent.telephony.sip.endpoint import EndpointOptions, SipEndpoint
from secure_agent.telephony.sip.line import SipLine
from secure_agent.telephony.sip.wire import Timers

#: A fifth of the usual times: what takes 32 s on the network takes 6 here.
QUICK = Timers(t1_s=0.1, t2_s=0.8)


@dataclass
class Answered:
    """One call that the line took."""

    call: SipCall
    line: SipLine
    keys: list[str] = field(default_factory=list)
    holds: list[bool] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)  # 16 kHz

    @property
    def frames(self) -> int:
        """Of the caller, whether anything was in them or not."""
        return len(self.heard) // 640


@dataclass
class AnsweringLine:
    endpoint: SipEndpoint
    calls: list[Answered] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        return self.endpoint.address


@asynccontextmanager
async def answering_line(
    *,
    answers: bool = True,
    media_timeout_s: float = 60.0,
    person: str | None = None,
    tone_hz: float | None = None,
    **options: Any,
) -> AsyncIterator[AnsweringLine]:
    """A line that answers at once, or only rings; it says back what it hears, or sounds a tone of TONE_HZ."""
    options.setdefault("timers", QUICK)
    taken: list[Answered] = []
    async with asyncio.TaskGroup() as tasks:

        def ring(call: SipCall) -> None:
            call.ring()
            line = SipLine(call, media_timeout_s=media_timeout_s, person=person)
            one = Answered(call, line)
            line.on_hold = one.holds.append
            taken.append(one)
            if answers:
                tasks.create_task(line.run())
                tasks.create_task(_keep_keys(one))
                tasks.create_task(_say_back(one, tone_hz))

        endpoint = await SipEndpoint(EndpointOptions(ring=ring, port=0, **options)).open()
        try:
            yield AnsweringLine(endpoint, taken)
        finally:
            await endpoint.close()


async def _keep_keys(one: Answered) -> None:
    async for digit in one.line.digits():
        one.keys.append(digit)


async def _say_back(one: Answered, tone_hz: float | None) -> None:
    n = 0
    async for frame in one.line.audio_in:
        one.heard += bytes(frame.data)
        if tone_hz is not None:
            at = (np.arange(320) + 320 * n) / 16_000
            samples = (8_000 * np.sin(2 * np.pi * tone_hz * at)).astype(np.int16)
            frame = rtc.AudioFrame(samples.tobytes(), 16_000, 1, 320)  # noqa: PLW2901 - said instead of it
            n += 1
        await one.line.audio_out.capture_frame(frame)


async def wait_until(condition: Any, *, within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)
