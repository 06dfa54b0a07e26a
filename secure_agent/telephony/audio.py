"""Both directions of a call's sound as a line's clock drives them: one 20 ms frame each way on every tick."""

import time
from collections import deque
from dataclasses import dataclass, field

from livekit import rtc
from livekit.agents import utils
from livekit.agents.voice import io

SAMPLE_RATE_HZ = 16_000
FRAME_S = 0.02
FRAME_SAMPLES = 320
SILENCE = bytes(2 * FRAME_SAMPLES)


class CallerAudio(io.AudioInput):
    """What the caller says, towards the agent; drops everything while detached, as a deaf agent must."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label)
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


class AgentAudio(io.AudioOutput):
    """What the agent says, towards the caller, played by the line's clock and cut at once when interrupted."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
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
            return SILENCE
        segment = self._segments[0]
        frame = bytes(segment.pcm[segment.played : segment.played + len(SILENCE)])
        if frame and segment.played == 0:
            self.on_playback_started(created_at=time.time())
        segment.played += len(frame)
        if segment.flushed and segment.played >= len(segment.pcm):
            self._segments.popleft()
            self._finish(segment, interrupted=False)
        return frame.ljust(len(SILENCE), b"\0")

    @property
    def playing(self) -> bool:
        return bool(self._segments)

    def _finish(self, segment: _Segment, *, interrupted: bool) -> None:
        position_s = segment.played / (2 * SAMPLE_RATE_HZ)
        self.on_playback_finished(playback_position=position_s, interrupted=interrupted)


def silence() -> rtc.AudioFrame:
    return rtc.AudioFrame(SILENCE, SAMPLE_RATE_HZ, 1, FRAME_SAMPLES)
