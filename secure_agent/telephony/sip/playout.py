"""The caller's sound in the order in which it was spoken: packets go in as they arrive, 20 ms come out on each tick."""

from typing import Final

import numpy as np

from secure_agent.telephony.sip.sound import TELEPHONE_FRAME_SAMPLES, TELEPHONE_RATE_HZ, Samples

_MS: Final = TELEPHONE_RATE_HZ // 1_000
DEPTH_SAMPLES: Final = 60 * _MS  # packets may come this much later than the first
_AHEAD_SAMPLES: Final = 300 * _MS  # more than that has piled up: begin anew, or the delay stays
_STARVED_SAMPLES: Final = 500 * _MS  # nothing for so long: the next packet is a new beginning
_RING_SAMPLES: Final = 1 << 13  # 1 s; a power of two, so that places stay the same when the clock wraps
_LATE_IN_A_ROW: Final = 10
_CLOCK: Final = 1 << 32


class CallerPlayout:
    """A place for every sample on the sender's clock; what has not come when its turn is there is silence."""

    def __init__(self) -> None:
        self._ring = np.zeros(_RING_SAMPLES, dtype=np.int16)
        self._next = 0  # on the sender's clock: what the next tick plays
        self._end = 0  # after the last sample that came
        self._ssrc: int | None = None  # none: the next packet begins
        self._late = 0

    def push(self, samples: Samples, *, ssrc: int, timestamp: int) -> None:
        """Take one packet. A new source, a jump of the clock or a pile begins anew."""
        ahead = _signed(timestamp - self._next)
        if ssrc != self._ssrc or not -_RING_SAMPLES < ahead <= _AHEAD_SAMPLES:
            self._begin(ssrc, timestamp)
            ahead = DEPTH_SAMPLES
        if ahead + len(samples) <= 0:
            self._late += 1
            if self._late >= _LATE_IN_A_ROW:
                self._begin(ssrc, timestamp)
            return
        self._late = 0
        in_time = samples[max(0, -ahead) :][:_AHEAD_SAMPLES]
        at = (self._next + max(0, ahead) + np.arange(len(in_time))) % _RING_SAMPLES
        self._ring[at] = in_time
        end = (self._next + max(0, ahead) + len(in_time)) % _CLOCK
        if _signed(end - self._end) > 0:
            self._end = end

    def pull(self) -> Samples:
        """Return the next 20 ms."""
        if self._ssrc is None:
            return np.zeros(TELEPHONE_FRAME_SAMPLES, dtype=np.int16)
        at = (self._next + np.arange(TELEPHONE_FRAME_SAMPLES)) % _RING_SAMPLES
        frame = self._ring[at]
        self._ring[at] = 0
        self._next = (self._next + TELEPHONE_FRAME_SAMPLES) % _CLOCK
        if _signed(self._next - self._end) > _STARVED_SAMPLES:
            self._ssrc = None
        return frame

    def _begin(self, ssrc: int, timestamp: int) -> None:
        self._ring[:] = 0
        self._ssrc = ssrc
        self._next = (timestamp - DEPTH_SAMPLES) % _CLOCK
        self._end = timestamp % _CLOCK
        self._late = 0


def _signed(difference: int) -> int:
    """A distance on a clock of 32 bits that wraps."""
    return (difference + _CLOCK // 2) % _CLOCK - _CLOCK // 2
