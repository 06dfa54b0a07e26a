"""Finds keypad tones in the caller's sound, so that no digit that was keyed can be heard or decoded from a recording.

A key is two tones at once, one of four low and one of four high (ITU-T Q.23). Where two such tones carry nearly all of
the sound for 30 ms it is a key; speech spreads its sound over more. Shorter ones count where the sound begins or ends,
because the rest of them may lie beyond. Who speaks while keying is not covered: the keys then sound through the voice.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from secure_agent.recording.format import RATE_HZ, Samples

LOOK_AHEAD: Final = RATE_HZ * 6 // 100  # what must follow a stretch before it can be judged
_DETUNED: Final = (0.985, 1.0, 1.015)  # what a telephone may be off and must still be understood (ITU-T Q.24)
_LOW_HZ: Final = np.outer((697.0, 770.0, 852.0, 941.0), _DETUNED).ravel()
_HIGH_HZ: Final = np.outer((1209.0, 1336.0, 1477.0, 1633.0), _DETUNED).ravel()
_BLOCK: Final = RATE_HZ // 50  # 20 ms: telephones key for 40 ms and more
_HOP: Final = _BLOCK // 2
_MARGIN: Final = RATE_HZ // 50  # what is silenced before and after
_SHARE: Final = 0.75  # of the power of a block that two tones must carry
_LEAST: Final = 0.04  # of it that each must carry: one of them alone is a whistle
_QUIET: Final = 16.0  # mean square below which nothing can be decoded after a telephone codec

_TIMES: Final = np.arange(_BLOCK) / RATE_HZ
_TURNS: Final = 2 * np.pi * np.outer(_TIMES, np.concatenate([_LOW_HZ, _HIGH_HZ]))
_COSINES: Final = np.cos(_TURNS).astype(np.float32)
_SINES: Final = np.sin(_TURNS).astype(np.float32)


def keypad_tones(samples: Samples) -> list[tuple[int, int]]:
    """Where keys sound in SAMPLES (one channel, 16 kHz): from, to, in order and apart."""
    found: list[tuple[int, int]] = []
    keyed = _keyed_blocks(samples)
    last = len(keyed) - 1
    for at in map(int, np.flatnonzero(keyed)):
        at_edge = at == 0 or at >= last - 1
        if not (at_edge or keyed[at - 1] or keyed[at + 1]):
            continue
        start = max(at * _HOP - _MARGIN, 0)
        end = min(at * _HOP + _BLOCK + _MARGIN, len(samples))
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _keyed_blocks(samples: Samples) -> npt.NDArray[np.bool_]:
    if len(samples) < _BLOCK:
        return np.zeros(0, np.bool_)
    blocks = np.lib.stride_tricks.sliding_window_view(samples, _BLOCK)[::_HOP].astype(np.float32)
    power = np.mean(blocks**2, axis=1)
    tones = ((blocks @ _COSINES) ** 2 + (blocks @ _SINES) ** 2) * (2 / _BLOCK**2)  # mean square of each tone
    low, high = tones[:, : len(_LOW_HZ)].max(axis=1), tones[:, len(_LOW_HZ) :].max(axis=1)
    enough = np.minimum(low, high) >= _LEAST * power
    return np.asarray((power > _QUIET) & enough & (low + high >= _SHARE * power), np.bool_)
