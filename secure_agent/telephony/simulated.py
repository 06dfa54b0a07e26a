"""The line of `make call`: both directions clocked at 20 ms, one caller who speaks and presses keys by program."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from livekit import rtc
from livekit.agents import utils
from livekit.agents.voice import io

from secure_agent.telephony.audio import FRAME_S, AgentAudio, CallerAudio, silence
from secure_agent.telephony.line import AudioTap, Digit, LineCapabilities


class SimulatedLine:
    """A line without a network. `run()` is its clock and lives as long as the call."""

    capabilities = LineCapabilities(keypad=True, transfer=True, hold_is_seen=False)

    def __init__(self) -> None:
        self._in = CallerAudio("simulated line")
        self._out = AgentAudio("simulated line")
        self.audio_in: io.AudioInput = self._in
        self.audio_out: io.AudioOutput = self._out
        self.hung_up = asyncio.Event()
        self.caller_hung_up = False
        self._mouth: deque[rtc.AudioFrame] = deque()
        self._keys: utils.aio.Chan[Digit] = utils.aio.Chan()
        self._tap: AudioTap | None = None
        self.keys_unhandled = 0

    # The agent's side

    async def run(self) -> None:
        """Pass 20 ms of audio each way on every tick until somebody hangs up."""
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while not self.hung_up.is_set():
            heard = self._out.tick()
            said = self._mouth.popleft() if self._mouth else silence()
            if self._tap is not None:
                self._tap.agent_audio(heard, due_s)
                self._tap.caller_audio(bytes(said.data), due_s)
            self._in.push(said)
            due_s += FRAME_S
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    async def digits(self) -> AsyncIterator[Digit]:
        async for digit in self._keys:
            yield digit
            self.keys_unhandled -= 1  # whoever listens has dealt with it

    def tap(self, listener: AudioTap | None) -> None:
        self._tap = listener

    async def transfer(self, queue: str) -> bool:
        """Somebody always answers here: the hand-over itself is what the simulation shows."""
        del queue
        await asyncio.sleep(1.0)
        return not self.hung_up.is_set()

    async def hang_up(self) -> None:
        self._end()

    # The caller's side

    def speak(self, frames: list[rtc.AudioFrame]) -> None:
        """Say FRAMES, 20 ms each, after what is already being said."""
        self._mouth.extend(frames)

    @property
    def caller_speaking(self) -> bool:
        return bool(self._mouth)

    @property
    def agent_speaking(self) -> bool:
        return self._out.playing

    def press(self, digit: Digit) -> None:
        if not self.hung_up.is_set():
            self.keys_unhandled += 1
            self._keys.send_nowait(digit)

    def caller_hangs_up(self) -> None:
        self.caller_hung_up = not self.hung_up.is_set()
        self._end()

    def _end(self) -> None:
        if self.hung_up.is_set():
            return
        self.hung_up.set()
        self._out.clear_buffer()
        self._keys.close()
        self._in.close()
