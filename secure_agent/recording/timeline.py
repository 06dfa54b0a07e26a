"""Two channels on one clock: frames are placed by their time, what is missing is silence, and seconds come out.

Keypad tones in the caller's channel are cut out on the way.
"""

from collections.abc import Callable
from typing import Final, final

import numpy as np

from secure_agent.recording.errors import RecordingMisuseError
from secure_agent.recording.format import CALLER, RATE_HZ, Samples
from secure_agent.recording.tones import LOOK_AHEAD, keypad_tones

CHUNK: Final = RATE_HZ  # one second
_WINDOW: Final = 3 * CHUNK
_LAG: Final = RATE_HZ // 2  # a channel that is later than this is taken for silent
_JITTER: Final = RATE_HZ * 6 // 100  # three frames: a smaller step in time is the clock's, not the caller's
_MAX_STEP: Final = RATE_HZ * 3600  # a frame an hour ahead carries another clock's time


@final
class Timeline:
    """Collects samples of both channels from START on and gives SINK one second at a time, in order.

    ON_TONE is told, after the sound, from where to where a keypad tone was cut out of it.
    """

    def __init__(
        self, start: int, sink: Callable[[int, Samples], None], on_tone: Callable[[int, int], None]
    ) -> None:
        self._sink = sink
        self._on_tone = on_tone
        self._tones: list[tuple[int, int]] = []  # those that may go on after what was given out
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
        while (
            max(self._cursor) - self._base >= CHUNK + _LAG
            or min(self._cursor) - self._base >= CHUNK + LOOK_AHEAD
        ):
            self._give()

    def cut(self, end: int) -> None:
        """Give out everything up to END and drop the rest."""
        while end - self._base >= CHUNK:
            self._give()
        if end > self._base:
            self._give_out(end)
            self._base = end

    def _give(self) -> None:
        self._give_out(self._base + CHUNK)
        self._window[:-CHUNK] = self._window[CHUNK:]
        self._window[-CHUNK:] = 0
        self._base += CHUNK

    def _give_out(self, end: int) -> None:
        """Give out what stands up to END, without its keypad tones; the sound behind it helps to judge."""
        base, length = self._base, end - self._base
        ahead = self._window[: min(length + LOOK_AHEAD, _WINDOW), CALLER]
        self._tones += [(base + first, base + last) for first, last in keypad_tones(ahead)]
        given = self._window[:length].copy()
        for first, last in self._tones:
            given[max(first - base, 0) : max(last - base, 0), CALLER] = 0
        self._sink(base, given)
        for first, last in self._tones:
            if first < end and base < last:
                self._on_tone(max(first, base), min(last, end))
        self._tones = [tone for tone in self._tones if tone[1] > end]


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
