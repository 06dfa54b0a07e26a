"""Sound between the caller's room and the agent's, on one clock; shut while a card is keyed."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from livekit import rtc

from secure_agent.gate.prompts import RATE_HZ

FRAME_S: Final = 0.02
_SAMPLES: Final = RATE_HZ // 50
_SILENCE: Final = bytes(2 * _SAMPLES)
_HELD_FRAMES: Final = 4  # what a room may hold back; older sound is dropped, so that a stall is no delay
_AHEAD_MS: Final = 60


class Inlet:
    """The newest sound of one participant."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque(maxlen=_HELD_FRAMES)

    def next(self) -> bytes:
        return self._frames.popleft() if self._frames else _SILENCE

    async def listen(self, track: rtc.Track) -> None:
        """Take in a track until it ends."""
        stream = rtc.AudioStream.from_track(
            track=track, sample_rate=RATE_HZ, num_channels=1, frame_size_ms=20, capacity=_HELD_FRAMES
        )
        try:
            async for event in stream:
                self._frames.append(bytes(event.frame.data))
        finally:
            await stream.aclose()


class Relay:
    """Caller to agent and agent to caller. While `shut`, the agent's side gets silence and the caller hears prompts.

    `shut` keeps out what is said and in-band tones as well: whoever is in the agent's room hears nothing of an entry.
    """

    def __init__(self) -> None:
        self.caller, self.agent = Inlet(), Inlet()
        self.to_caller = rtc.AudioSource(RATE_HZ, 1, queue_size_ms=_AHEAD_MS)
        self.to_agent = rtc.AudioSource(RATE_HZ, 1, queue_size_ms=_AHEAD_MS)
        self.shut = False
        self._prompt = b""
        self._at = 0
        self._begun: Callable[[], None] | None = None
        self._done: asyncio.Event = asyncio.Event()

    async def play(self, pcm: bytes, *, on_begun: Callable[[], None]) -> bool:
        """Let the caller hear PCM, until its end or `cut`; True if it was heard to its end."""
        self.cut()
        self._prompt, self._at, self._begun, self._done = pcm, 0, on_begun, asyncio.Event()
        done = self._done
        await done.wait()
        return self._at >= len(pcm)

    def cut(self) -> None:
        self._prompt = b""
        self._done.set()

    async def run(self, until: asyncio.Event) -> None:
        """Pass one frame each way every 20 ms; a late tick is skipped, not made up for."""
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while not until.is_set():
            said, heard = self.agent.next(), self.caller.next()
            await self.to_caller.capture_frame(_frame(self._prompt_frame() if self._speaks else said))
            await self.to_agent.capture_frame(_frame(_SILENCE if self.shut else heard))
            due_s = max(due_s + FRAME_S, loop.time() - FRAME_S)
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    async def aclose(self) -> None:
        await self.to_caller.aclose()
        await self.to_agent.aclose()

    @property
    def _speaks(self) -> bool:
        return self.shut or bool(self._prompt)

    def _prompt_frame(self) -> bytes:
        if not self._prompt:
            return _SILENCE
        if self._at == 0 and self._begun is not None:
            begun, self._begun = self._begun, None
            begun()
        frame = self._prompt[self._at : self._at + len(_SILENCE)]
        self._at += len(frame)
        if self._at >= len(self._prompt):
            self._prompt = b""
            self._done.set()
        return frame.ljust(len(_SILENCE), b"\0")


def _frame(pcm: bytes) -> rtc.AudioFrame:
    return rtc.AudioFrame(pcm, RATE_HZ, 1, _SAMPLES)
