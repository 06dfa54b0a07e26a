"""What the loopback voices say: a tone as long as the text, spoken very fast so that tests are short."""

from typing import Final

import numpy as np

_SECONDS_A_WORD: Final = 0.03
_AMPLITUDE: Final = 2_000
_HZ: Final = 440


def speech(text: str, *, sample_rate_hz: int) -> bytes:
    """16-bit mono sound for `text`."""
    samples = round(max(1, len(text.split())) * _SECONDS_A_WORD * sample_rate_hz)
    wave = _AMPLITUDE * np.sin(2 * np.pi * _HZ * np.arange(samples) / sample_rate_hz)
    return wave.astype("<i2").tobytes()
