"""One figure, what it should be, and the disk's own rate in the same minute."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The body of a turn as it is common: some 300 bytes.
BODY = {"n": 1, "role": "agent", "text": "Thank you, I have noted that, [NAME_1]. Anything else? " * 5}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its unit; where there is a target, whether it is met by at most or by at least that."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    def as_dict(self) -> dict[str, Any]:
        return {**{name: getattr(self, name) for name in self.__slots__}, "met": self.met}

    def line(self) -> str:
        target = "" if self.at_most is None else f"at most {self.at_most:g}"
        target = target if self.at_least is None else f"at least {self.at_least:g}"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        value = f"{self.value:,.2f}" if self.value < 100 else f"{self.value:,.0f}"
        return f"  {self.name:<44}{value:>12} {self.unit:<10} {target:<18}{verdict:<8}{self.note}"


def percentile(times_s: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return sorted(times_s)[min(len(times_s) - 1, int(share * len(times_s)))] * 1_000


@dataclass(frozen=True, slots=True)
class Disk:
    """What an append of 600 bytes with `fdatasync` takes here and now."""

    rate: float
    p99_ms: float


def disk(folder: Path, count: int = 1_000) -> Disk:
    handle = os.open(folder / "disk", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    times: list[float] = []
    try:
        for _ in range(count):
            begin = time.perf_counter()
            os.write(handle, b"x" * 600)
            os.fdatasync(handle)
            times.append(time.perf_counter() - begin)
    finally:
        os.close(handle)
    return Disk(count / sum(times), percentile(times, 0.99))
