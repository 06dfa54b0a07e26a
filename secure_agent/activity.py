"""What is going on in a call right now, and since when nothing is."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Activity:
    """Counts what is open: turns and keys of the caller, speech of the agent, entries, hand-overs."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._changed_s = asyncio.get_running_loop().time()

    def enter(self, what: str) -> None:
        self._open[what] += 1
        self._touch()

    def leave(self, what: str) -> None:
        if self._open[what] > 0:
            self._open[what] -= 1
            self._touch()

    def clear(self, what: str) -> None:
        if self._open[what]:
            self._open[what] = 0
            self._touch()

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        self.enter(what)
        try:
            yield
        finally:
            self.leave(what)

    def is_open(self, what: str) -> bool:
        return self._open[what] > 0

    def quiet_for_s(self) -> float:
        """Seconds since nothing has been open; 0 while something is."""
        if any(self._open.values()):
            return 0.0
        return asyncio.get_running_loop().time() - self._changed_s

    def _touch(self) -> None:
        self._changed_s = asyncio.get_running_loop().time()
