"""An event loop whose clock jumps to the next timer: a two-minute call runs in about a second, the same every time.

The clock stands still while there is work, jumps when there is none, and runs like a real one while a thread works
or a foreign socket is open (the payment processor): otherwise every network call would time out at once. So no idle
connection is kept, and child processes are started outside the loop.
"""

import asyncio
import math
import selectors
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from livekit.agents import llm

_STEP_S = 0.02  # audio frames


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.threads = 0
        self._ran_really = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        foreign_sockets = len(_keys(self)) > 1  # one is the loop's own wake-up pipe
        if timeout is None or self.threads or foreign_sockets:
            began_s = time.monotonic()
            ready = super().select(timeout)
            self.now_s += time.monotonic() - began_s
            self._ran_really = foreign_sockets
            return ready
        if self._ran_really:  # back on the line's clock: whatever follows is in step with it, as in every run
            self._ran_really = False
            in_step_s = math.ceil(self.now_s / _STEP_S - 1e-6) * _STEP_S
            self.now_s = max(in_step_s, self.now_s + float(timeout))
            return ready
        self.now_s += max(float(timeout), 0.0)
        return ready


def _keys(selector: selectors.BaseSelector) -> Mapping[Any, selectors.SelectorKey]:
    return selector.get_map() or {}


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A selector loop on virtual time; `time()` is seconds since the loop was made."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s

    def run_in_executor(  # type: ignore[override]  # the parent's variadic types are newer than 3.11
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        self._jumping.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_ended)
        return future

    def _thread_ended(self, _: "asyncio.Future[Any]") -> None:
        self._jumping.threads -= 1

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the parent's
        del timeout  # the clock would jump over the join's time-out
        if sys.version_info >= (3, 12):
            await super().shutdown_default_executor(None)
        else:
            await super().shutdown_default_executor()


@contextmanager
def wall_clock(loop: asyncio.AbstractEventLoop, *, starts_at_epoch_s: float) -> Iterator[None]:
    """Let `time.time()` follow LOOP from STARTS_AT_EPOCH_S: LiveKit paces transcripts and orders history by it."""
    _stamp_chat_items_by_the_current_clock()
    real = time.time
    time.time = lambda: starts_at_epoch_s + loop.time()
    try:
        yield
    finally:
        time.time = real


def _stamp_chat_items_by_the_current_clock() -> None:
    """Chat items took hold of the real `time.time` when LiveKit was imported; let them ask for it each time."""
    for item in (llm.ChatMessage, llm.FunctionCall, llm.FunctionCallOutput, llm.AgentHandoff):
        field = item.model_fields["created_at"]
        if field.default_factory is not _now_s:
            field.default_factory = _now_s
            item.model_rebuild(force=True)


def _now_s() -> float:
    return time.time()
