"""What the loopback voices say: sound as long as the text, spoken very fast so that tests are short."""

from typing import Final

_SECONDS_A_WORD: Final = 0.03
_AMPLITUDE: Final = 200


def speech(text: str, *, sample_rate_hz: int) -> bytes:
    """16-bit mono sound for `text`."""
    samples = round(max(1, len(text.split())) * _SECONDS_A_WORD * sample_rate_hz)
    return _AMPLITUDE.to_bytes(2, "little", signed=True) * samples
