"""Figures of the embedded log and the verifier, beside the disk's own rate in the same minute: ratios count.

.venv/bin/python -m tests.audit.bench
"""

import os
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from audit import open_log, verify_bundle
from tests.audit.support import World

_BODY = {"n": 1, "role": "agent", "text": "Thank you, I have noted that, [NAME_1]. Anything else? " * 6}
_ENTRIES = 50_000


def _say(name: str, value: str) -> None:
    sys.stdout.write(f"{name:<34}{value}\n")


def _disk(folder: Path) -> float:
    handle = os.open(folder / "disk", os.O_RDWR | os.O_CREAT, 0o600)
    begin = time.perf_counter()
    for _ in range(1_000):
        os.write(handle, b"x" * 600)
        os.fdatasync(handle)
    spent = time.perf_counter() - begin
    os.close(handle)
    return 1_000 / spent


def _appends(folder: Path) -> tuple[float, float]:
    with closing(open_log(folder / "data", now=lambda: datetime.now(UTC))) as log:
        segment = log.open_segment(jurisdiction="US-TX", retention="call")
        times: list[float] = []
        for _ in range(2_000):
            begin = time.perf_counter()
            segment.append("turn.agent", _BODY)
            times.append(time.perf_counter() - begin)
    times.sort()
    return 2_000 / sum(times), times[int(0.99 * len(times))] * 1_000


def _world() -> tuple[World, float]:
    world = World()
    begin = time.process_time()
    for call in range(_ENTRIES // 100):
        writer = world.open(call)
        for _ in range(98):
            writer.append("turn.agent", _BODY)
        writer.close()
    return world, (time.process_time() - begin) / _ENTRIES * 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        disk = _disk(folder)
        rate, worst_ms = _appends(folder)
        _say("fdatasync of 600 bytes", f"{disk:,.0f}/s")
        _say(
            "single appends (SQLite, FULL)",
            f"{rate:,.0f}/s, p99 {worst_ms:.2f} ms, {rate / disk:.2f} of fdatasync",
        )
        world, seal_us = _world()
        _say("seal, with limits and card guard", f"{seal_us:.1f} us per entry")
        trust = world.trust(folder / "trust")
        for keys in ("none", "in_scope"):
            bundle = world.bundle(folder / keys, keys=keys)
            begin = time.process_time()
            result = verify_bundle(bundle, trust=trust)
            spent = time.process_time() - begin
            named = "verify" if keys == "none" else "verify with decryption"
            _say(named, f"{_ENTRIES / spent:,.0f} entries/s on one core, exit {result.exit}")


if __name__ == "__main__":
    main()
