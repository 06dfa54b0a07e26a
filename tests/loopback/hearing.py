"""A recogniser's ear for the loopback servers: when a stretch of sound begins, goes on, and has ended."""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np

Heard = Literal["began", "under way", "ended"]

_WINDOW_S: Final = 0.02
_LOUD: Final = 500  # of 32767: far above silence, far below speech
_BEGIN_S: Final = 0.1
_UNDER_WAY_S: Final = 0.25
_END_S: Final = 0.2  # shorter than the pause between two stretches of one turn


class Hearing:
    """Takes 16-bit mono sound in pieces of any length."""

    def __init__(self, *, sample_rate_hz: int = 16_000) -> None:
        self._window_bytes = 2 * round(_WINDOW_S * sample_rate_hz)
        self._left_over = b""
        self._loud_s = 0.0
        self._quiet_s = 0.0
        self._told: Heard | None = None

    def hear(self, pcm: bytes) -> Iterator[Heard]:
        pcm = self._left_over + pcm
        whole = len(pcm) - len(pcm) % self._window_bytes
        self._left_over = pcm[whole:]
        for at in range(0, whole, self._window_bytes):
            yield from self._window(np.frombuffer(pcm[at : at + self._window_bytes], "<i2"))

    def _window(self, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> Iterator[Heard]:
        if np.abs(samples.astype(np.int32)).max() > _LOUD:
            self._loud_s += _WINDOW_S
            self._quiet_s = 0.0
            if self._told is None and self._loud_s >= _BEGIN_S:
                self._told = "began"
                yield "began"
            if self._told == "began" and self._loud_s >= _UNDER_WAY_S:
                self._told = "under way"
                yield "under way"
            return
        self._quiet_s += _WINDOW_S
        if self._quiet_s >= _END_S:
            self._loud_s = 0.0
            if self._told is not None:
                self._told = None
                yield "ended"
