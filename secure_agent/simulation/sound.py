"""Sound that a voice-activity detector takes for speech: vowel formants in syllables, without a recording or a model.

Tones and noise would not do: the Silero model drops a tone within a second and never hears white noise.
"""

from functools import cache

import numpy as np

SAMPLE_RATE_HZ = 16_000
_VOWELS_HZ = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
_SYLLABLE_S = 0.2


@cache
def _phrase(pitch_hz: int) -> bytes:
    """Two seconds of ten syllables, ready to be repeated."""
    syllables = []
    samples = int(_SYLLABLE_S * SAMPLE_RATE_HZ)
    t = np.arange(samples) / SAMPLE_RATE_HZ
    envelope = np.sin(np.pi * np.arange(samples) / samples) ** 0.5
    for n in range(10):
        formants_hz = _VOWELS_HZ[n % len(_VOWELS_HZ)]
        glide_hz = pitch_hz * (1.0 + 0.08 * np.sin(2 * np.pi * (n / 10 + t)))
        phase = 2 * np.pi * np.cumsum(glide_hz) / SAMPLE_RATE_HZ
        wave = np.zeros(samples)
        for harmonic in range(1, 31):
            at_hz = harmonic * pitch_hz
            gain = (
                sum(1.0 / (1.0 + ((at_hz - f) / (60.0 + 0.06 * f)) ** 2) for f in formants_hz) / harmonic**0.5
            )
            wave += gain * np.sin(harmonic * phase)
        syllables.append(wave / np.abs(wave).max() * envelope)
    pcm = (0.5 * 32767 * np.concatenate(syllables)).astype("<i2")
    return pcm.tobytes()


def babble(duration_s: float, *, pitch_hz: int) -> bytes:
    """DURATION_S of speech-like sound, 16 kHz mono 16-bit; the same every time."""
    wanted = 2 * round(duration_s * SAMPLE_RATE_HZ)
    phrase = _phrase(pitch_hz)
    return (phrase * (wanted // len(phrase) + 1))[:wanted]
