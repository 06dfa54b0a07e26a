"""Sounds for tests that can be told apart, and a key to seal them under."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from audit.crypto import random_bytes
from audit.crypto.envelope import Opener
from audit.crypto.keys import MonthKey, SealedKey, purpose_info, wrap_to
from audit.errors import SealBrokenError
from secure_agent.recording.format import (
    AUDIO,
    RATE_HZ,
    Audio,
    Replacement,
    RetentionClass,
    Samples,
    aad_of,
    decode_record,
)

CALL = "0f8fad5b-d9cb-469f-a165-70867728950e"
MONTH = MonthKey.generate()
TODAY = date(2026, 3, 2)


def new_key(retention: RetentionClass = AUDIO) -> SealedKey:
    """A key as the audit log makes it; any class."""
    del retention
    return sealed_under(random_bytes(32))


def sealed_under(key: bytes) -> SealedKey:
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


def keyed(digit: str, seconds: float, *, amplitude: float = 4_000.0) -> Samples:
    """The sound of a key (ITU-T Q.23)."""
    row, column = divmod("123A456B789C*0#D".index(digit), 4)
    low_hz, high_hz = (697.0, 770.0, 852.0, 941.0)[row], (1209.0, 1336.0, 1477.0, 1633.0)[column]
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    both = np.sin(2 * np.pi * low_hz * times) + np.sin(2 * np.pi * high_hz * times)
    return np.asarray(amplitude * both, np.int16)


def keys_heard(samples: Samples) -> str:
    """What a decoder reads from SAMPLES: Goertzel over 20 ms, every 5 ms, two blocks alike are a key."""
    found, before = "", ""
    for at in range(0, len(samples) - 320, 80):
        block = samples[at : at + 320]
        power = float(np.mean(block.astype(float) ** 2))
        lows = [strength(block, hz) for hz in (697.0, 770.0, 852.0, 941.0)]
        highs = [strength(block, hz) for hz in (1209.0, 1336.0, 1477.0, 1633.0)]
        low, high = max(lows), max(highs)
        sure = power > 4 and (low**2 + high**2) / 2 > 0.6 * power and min(low, high) > 0.2 * max(low, high)
        key = "123A456B789C*0#D"[4 * lows.index(low) + highs.index(high)] if sure else ""
        if key and key == before and not found.endswith(key + "."):
            found += key + "."
        before = key
    return found.replace(".", "")


def sealed_sounds(path: Path, key: bytes) -> Iterator[Audio]:
    """Every sound that whoever holds the key can get out of the file, whatever the file says of it."""
    content = path.read_bytes()
    at = 9 + int.from_bytes(content[5:9])
    header, number = content[9:at], 0
    while at + 4 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        try:
            record = decode_record(
                Opener(key).open(content[at + 4 : at + 4 + length], aad_of(header, number))
            )
        except SealBrokenError:
            record = None
        if isinstance(record, Audio):
            yield record
        elif isinstance(record, Replacement):
            yield record.audio
        number, at = number + 1, at + 4 + length
