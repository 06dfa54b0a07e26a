"""The laptop line as a call sees it: a clock of 20 ms between the caller's phone and the agent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from livekit import rtc
from livekit.agents import utils
from livekit.agents.voice import io

from secure_agent.telephony.audio import (
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    SILENCE,
    AgentAudio,
    CallerAudio,
)
from secure_agent.telephony.line import AudioTap, Digit, LineCapabilities
from secure_agent.telephony.sip.dialog import SipCall

LONGEST_HOLD_S: Final = 600.0


class SipLine:
    """One SIP call as a `Line`. `run()` answers it and is its clock.

    The clock skips what a busy machine made it miss and never hurries after it. While the caller has put us on hold
    the agent's sound stands still; nothing of it is said to nobody.
    """

    def __init__(self, call: SipCall, *, media_timeout_s: float, person: str | None) -> None:
        self._call = call
        self._media_timeout_s = media_timeout_s
        self._person = person
        self._in = CallerAudio("laptop line")
        self._out = AgentAudio("laptop line")
        self.audio_in: io.AudioInput = self._in
        self.audio_out: io.AudioOutput = self._out
        self.hung_up = call.ended
        self.vanished = False
        self.on_hold: Callable[[bool], None] = lambda _: None
        self._keys: utils.aio.Chan[Digit] = utils.aio.Chan()
        self._tap: AudioTap | None = None
        self._held_since_s: float | None = None
        self.capabilities = LineCapabilities(
            keypad=call.media.event_payload_type is not None, transfer=person is not None, hold_is_seen=True
        )
        call.rtp.on_key = self._pressed
        call.on_hold = self._hold

    async def run(self) -> None:
        """Answer, pass 20 ms of sound each way on every tick, and end with the call."""
        try:
            if not await self._call.answer():
                return
            await self._pass_sound()
        finally:
            self._close()

    async def digits(self) -> AsyncIterator[Digit]:
        async for digit in self._keys:
            yield digit

    def tap(self, listener: AudioTap | None) -> None:
        self._tap = listener

    async def transfer(self, queue: str) -> bool:
        """Refer the caller's phone to the person that the line was told of; nobody, if it was told of none."""
        del queue  # this line knows one person
        return self._person is not None and await self._call.refer(self._person)

    async def hang_up(self) -> None:
        self._call.hang_up()

    async def _pass_sound(self) -> None:
        loop = asyncio.get_running_loop()
        rtp, due_s, ticks = self._call.rtp, loop.time(), 1
        while not self.hung_up.is_set():
            self._end_if_vanished(loop.time())
            if self._held_since_s is None:
                heard = self._out.tick()
                rtp.send(heard, ticks=ticks)
            else:
                heard = SILENCE
            said = rtp.pull()
            if self._tap is not None:
                self._tap.agent_audio(heard, due_s)
                self._tap.caller_audio(said, due_s)
            self._in.push(rtc.AudioFrame(said, SAMPLE_RATE_HZ, 1, FRAME_SAMPLES))
            missed = max(0, int((loop.time() - due_s) / FRAME_S) - 1)  # one may be late, more are skipped
            ticks = 1 + missed
            due_s += FRAME_S * ticks
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    def _end_if_vanished(self, now_s: float) -> None:
        held_s = self._held_since_s
        silent_s, limit_s = (
            (now_s - self._call.rtp.heard_s, self._media_timeout_s)
            if held_s is None
            else (now_s - held_s, LONGEST_HOLD_S)
        )
        if silent_s > limit_s:
            self.vanished = True
            self._call.hang_up()

    def _pressed(self, digit: Digit) -> None:
        if not self.hung_up.is_set():
            self._keys.send_nowait(digit)

    def _hold(self, held: bool) -> None:  # noqa: FBT001 - the signature of the call's callback
        self._held_since_s = asyncio.get_running_loop().time() if held else None
        self._call.rtp.listening()
        self.on_hold(held)

    def _close(self) -> None:
        self._call.hang_up()
        self._out.clear_buffer()
        self._keys.close()
        self._in.close()
