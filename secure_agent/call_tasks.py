"""The tasks of one call: each is owned, counted as activity, and ends safely whatever stops it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from secure_agent.activity import Activity
from secure_agent.errors import CallStopped

_log = logging.getLogger(__name__)


class CallTasks:
    """`on_failure` is told why, once, when a task of the call fails; it begins the safe ending."""

    def __init__(self, group: asyncio.TaskGroup, activity: Activity) -> None:
        self._group = group
        self._activity = activity
        self._work: set[asyncio.Task[None]] = set()
        self.on_failure: Callable[[str], None] = _nobody

    def spawn(self, work: Coroutine[Any, Any, Any], *, busy: str = "work") -> asyncio.Task[None]:
        """Run WORK as a task of this call; whatever stops it ends in a safe ending, never in silence.

        Raises CallStopped when the call is closing.
        """
        try:
            task = self._group.create_task(self._guarded(work))
        except RuntimeError:  # the call is closing
            work.close()
            raise CallStopped("the call has ended") from None
        self._activity.enter(busy)
        task.add_done_callback(lambda _: self._activity.leave(busy))
        self._keep(task)
        return task

    def spawn_ending(self, work: Coroutine[Any, Any, None]) -> None:
        """Run WORK, which may not fail and ends the call itself."""
        self._keep(self._group.create_task(work))

    def drop(self) -> None:
        """The call is over: whoever still waits for a session that has gone would wait for ever."""
        for task in tuple(self._work):
            task.cancel()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except CallStopped:
            return
        except Exception as error:  # noqa: BLE001 - the border of a task: closed, and never silent
            _log.error("task of a call failed", extra={"error": type(error).__name__})
            self.on_failure("internal_error")


def _nobody(_: str) -> None:
    return
