"""Two channels on one clock: frames are placed by their time, what is missing is silence, and seconds come out."""

from collections.abc import Callable
from typing import Final, final

import numpy as np

from secure_agent.recording.errors import RecordingMisuseError
from secure_agent.recording.format import RATE_HZ, Samples

CHUNK: Final = RATE_HZ  # one second
_WINDOW: Final = 3 * CHUNK
_LAG: Final = RATE_HZ // 2  # a channel that is later than this is taken for silent
_JITTER: Final = RATE_HZ * 6 // 100  # three frames: a smaller step in time is the clock's, not the caller's
_MAX_STEP: Final = RATE_HZ * 3600  # a frame an hour ahead carries another clock's time


@final
class Timeline:
    """Collects samples of both channels from START on and gives SINK one second at a time, in order."""

    def __init__(self, start: int, sink: Callable[[int, Samples], None]) -> None:
        self._sink = sink
        self._base = start
        self._window: Samples = np.zeros((_WINDOW, 2), np.int16)
        self._cursor = [start, start]
        self._not_before = [start, start]

    @property
    def base(self) -> int:
        """Everything before it was given out."""
        return self._base

    def drop_before(self, channel: int, place: int) -> None:
        """Take nothing of CHANNEL from before PLACE; what is still in the window of it becomes silence."""
        self._not_before[channel] = max(self._not_before[channel], place)

    def silence(self, channel: int, start: int, end: int) -> None:
        """Silence what is still in the window of CHANNEL, and what may yet come late, from START to END."""
        window = self._window[max(start - self._base, 0) : max(end - self._base, 0), channel]
        window[:] = 0
        if end > self._cursor[channel]:
            self.drop_before(channel, end)

    def place(self, channel: int, samples: Samples, at: int) -> None:
        """Put SAMPLES at the place of their time; small steps of the clock do not tear the sound."""
        cursor = max(self._cursor[channel], self._base)
        if at - cursor > _MAX_STEP:
            raise RecordingMisuseError("the time of an audio frame is more than an hour after the one before")
        # 1. What may not be kept is cut off by its true time, before any step of the clock is evened out.
        forbidden = max(self._not_before[channel] - at, 0)
        if forbidden >= len(samples):
            self._cursor[channel] = max(at + len(samples), cursor)
            return
        samples, at = samples[forbidden:], at + forbidden
        # 2. A small step joins the sound before it; what is taken already is not taken again.
        if abs(at - cursor) <= _JITTER:
            at = cursor
        if at < cursor:
            samples, at = samples[cursor - at :], cursor
        while len(samples):
            room = self._base + _WINDOW - at
            if room <= 0:
                self._give()
                continue
            part = samples[:room]
            self._window[at - self._base : at - self._base + len(part), channel] = part
            at += len(part)
            samples = samples[room:]
        self._cursor[channel] = at
        while max(self._cursor) - self._base >= CHUNK + _LAG or min(self._cursor) - self._base >= CHUNK:
            self._give()

    def cut(self, end: int) -> None:
        """Give out everything up to END and drop the rest."""
        while end - self._base >= CHUNK:
            self._give()
        if end > self._base:
            self._sink(self._base, self._window[: end - self._base])
            self._base = end

    def _give(self) -> None:
        self._sink(self._base, self._window[:CHUNK])
        self._window[:-CHUNK] = self._window[CHUNK:]
        self._window[-CHUNK:] = 0
        self._base += CHUNK


def to_mono_16k(pcm: bytes | bytearray | memoryview, rate_hz: int) -> Samples:
    """Read 16-bit little-endian mono at RATE_HZ as 16 kHz: means of whole groups, else straight lines."""
    if len(pcm) % 2:
        raise RecordingMisuseError("an audio frame ends in the middle of a sample")
    samples = np.frombuffer(pcm, "<i2")
    if rate_hz == RATE_HZ:
        return np.asarray(samples, np.int16)
    group, rest = divmod(rate_hz, RATE_HZ)
    if group > 1 and not rest and len(samples) % group == 0:
        return np.asarray(samples.reshape(-1, group).mean(axis=1), np.int16)
    count = round(len(samples) * RATE_HZ / rate_hz)
    places = np.arange(count) * (rate_hz / RATE_HZ)
    return np.asarray(np.interp(places, np.arange(len(samples)), samples), np.int16)
