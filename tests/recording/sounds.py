"""Sounds for tests that can be told apart, and a key to seal them under."""

from datetime import date

import numpy as np

from audit.crypto import random_bytes
from audit.crypto.keys import MonthKey, SealedKey, purpose_info, wrap_to
from secure_agent.recording.format import AUDIO, RATE_HZ, RetentionClass, Samples

CALL = "0f8fad5b-d9cb-469f-a165-70867728950e"
MONTH = MonthKey.generate()


TODAY = date(2026, 3, 2)


def new_key(retention: RetentionClass = AUDIO) -> SealedKey:
    del retention
    key = random_bytes(32)
    return SealedKey(key, wrap_to(MONTH.public, key, purpose_info(CALL, "recording")), MONTH.ek)


def tone(hz: float, seconds: float, *, at_s: float = 0.0) -> Samples:
    """A tone whose phase follows its time, so that a sample tells where it belongs."""
    times = at_s + np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(8000 * np.sin(2 * np.pi * hz * times), np.int16)


def strength(samples: Samples, hz: float) -> float:
    """How much of a tone is in SAMPLES: its amplitude, by Goertzel's single bin."""
    if not len(samples):
        return 0.0
    turn = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / RATE_HZ)
    return float(2 * abs(np.dot(samples, turn)) / len(samples))
