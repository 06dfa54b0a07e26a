"""A final transcript that comes when the caller has long been silent is not held back for words that never come."""

import asyncio
from collections.abc import Callable
from typing import Final

#: Another final may follow at once (a number in groups); in seconds.
GRACE_S: Final = 0.3


class LateFinals:
    """Knows from the call's detector whether the caller speaks, and calls `flush` after a final in silence.

    Until the detector has once said that speech began it is not known to report it: then nothing is ever late.
    """

    def __init__(self, flush: Callable[[], None], *, grace_s: float = GRACE_S) -> None:
        self._flush = flush
        self._grace_s = grace_s
        self._silent: bool | None = None
        self._timer: asyncio.TimerHandle | None = None

    def speech_began(self) -> None:
        self._silent = False
        self.cancel()

    def speech_ended(self) -> None:
        if self._silent is not None:
            self._silent = True

    def final(self) -> None:
        """A final has been heard; what it left held back is flushed unless more follows."""
        if self._silent:
            self.cancel()
            self._timer = asyncio.get_running_loop().call_later(self._grace_s, self._flush)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
