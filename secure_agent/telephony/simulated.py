"""The line of `make call`: both directions clocked at 20 ms, one caller who speaks and presses keys by program."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from livekit import rtc
from livekit.agents import utils
from livekit.agents.voice import io

from secure_agent.telephony.line import AudioTap, Digit

SAMPLE_RATE_HZ = 16_000
FRAME_S = 0.02
FRAME_SAMPLES = 320
_SILENCE = bytes(2 * FRAME_SAMPLES)


class _CallerAudio(io.AudioInput):
    """What the caller says, towards the agent; drops everything while detached, as a deaf agent must."""

    def __init__(self) -> None:
        super().__init__(label="simulated line")
        self._frames: utils.aio.Chan[rtc.AudioFrame] = utils.aio.Chan()
        self._attached = True

    async def __anext__(self) -> rtc.AudioFrame:
        return await self._frames.__anext__()

    def push(self, frame: rtc.AudioFrame) -> None:
        if self._attached:
            self._frames.send_nowait(frame)

    def on_attached(self) -> None:
        self._attached = True

    def on_detached(self) -> None:
        self._attached = False
        while not self._frames.empty():  # already queued: still the caller's words
            self._frames.recv_nowait()

    def close(self) -> None:
        self._frames.close()


@dataclass(slots=True)
class _Segment:
    pcm: bytearray = field(default_factory=bytearray)
    played: int = 0  # bytes
    flushed: bool = False


class _AgentAudio(io.AudioOutput):
    """What the agent says, towards the caller, played by the line's clock and cut at once when interrupted."""

    def __init__(self) -> None:
        super().__init__(
            label="simulated line",
            capabilities=io.AudioOutputCapabilities(pause=False),
            sample_rate=SAMPLE_RATE_HZ,
        )
        self._segments: deque[_Segment] = deque()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._segments or self._segments[-1].flushed:
            self._segments.append(_Segment())
        self._segments[-1].pcm += bytes(frame.data)

    def flush(self) -> None:
        super().flush()
        if self._segments:
            self._segments[-1].flushed = True

    def clear_buffer(self) -> None:
        while self._segments:
            self._finish(self._segments.popleft(), interrupted=True)

    def tick(self) -> bytes:
        """Play the next 20 ms: silence when there is nothing to say."""
        if not self._segments:
            return _SILENCE
        segment = self._segments[0]
        frame = bytes(segment.pcm[segment.played : segment.played + len(_SILENCE)])
        if frame and segment.played == 0:
            self.on_playback_started(created_at=time.time())
        segment.played += len(frame)
        if segment.flushed and segment.played >= len(segment.pcm):
            self._segments.popleft()
            self._finish(segment, interrupted=False)
        return frame.ljust(len(_SILENCE), b"\0")

    @property
    def playing(self) -> bool:
        return bool(self._segments)

    def _finish(self, segment: _Segment, *, interrupted: bool) -> None:
        position_s = segment.played / (2 * SAMPLE_RATE_HZ)
        self.on_playback_finished(playback_position=position_s, interrupted=interrupted)


class SimulatedLine:
    """A line without a network. `run()` is its clock and lives as long as the call."""

    def __init__(self) -> None:
        self._in = _CallerAudio()
        self._out = _AgentAudio()
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


def silence() -> rtc.AudioFrame:
    return rtc.AudioFrame(_SILENCE, SAMPLE_RATE_HZ, 1, FRAME_SAMPLES)
