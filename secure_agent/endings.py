"""How a call ends: with a person, closed after a fault, or simply; in every case with a record and never in silence."""

import asyncio
import logging
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

from policies import MissingScriptError
from secure_agent.activity import Activity
from secure_agent.call_recording import CallRecording
from secure_agent.call_tasks import CallTasks
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.speaker import Speaker
from secure_agent.telephony.line import Line
from secure_agent.transcript import Transcript

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How a call ended; the first that applies, in this order."""

    REFUSED = "refused"
    FAILED_CLOSED = "failed_closed"
    HANDED_OVER = "handed_over"
    CALLER_HUNG_UP = "caller_hung_up"
    COMPLETED = "completed"


class UnderWay(Protocol):
    """What may be going on when a call ends."""

    async def settle(self) -> None:
        """Bring to its end what is being asked or entered, with its evidence on record."""

    def abandon(self) -> None:
        """Drop it at once: the call has failed."""


class Endings:
    """Decides once how the call ends. Whoever asks again, or after the end, changes nothing."""

    def __init__(
        self,
        under_way: UnderWay,
        *,
        line: Line,
        tasks: CallTasks,
        activity: Activity,
        journal: Journal,
        transcript: Transcript,
        speaker: Speaker,
        recording: CallRecording,
        human_queue: str,
        max_wait_s: int | None,
    ) -> None:
        self._under_way = under_way
        self._line = line
        self._tasks = tasks
        self._activity = activity
        self._journal = journal
        self._transcript = transcript
        self._speaker = speaker
        self._recording = recording
        self._human_queue = human_queue
        self._max_wait_s = max_wait_s  # longer than this nobody may be kept waiting for a person
        self.ending = asyncio.Event()
        self.failed = False
        self.handed_over = False
        self.begun = False  # a hand-over or the safe ending is on its way
        tasks.on_failure = self.fail_closed

    async def hand_over(self, reason: str) -> None:
        """Give the call to a person; the agent says it is done only once it is done."""
        if self.begun or self.ending.is_set():
            return
        self.begun = True
        await self._under_way.settle()
        self._journal.append("handover.requested", {"reason": reason, "max_wait_s": self._max_wait_s})
        await self._speaker.hush()
        await self._speaker.say("handover")
        if await self._transferred():
            self._recording.stop("handed_over")
            self._journal.append("handover.done", {"queue": self._human_queue})
            self.handed_over = True
        else:
            await self._speaker.say("no_person")
        self.end()

    async def _transferred(self) -> bool:
        try:
            async with asyncio.timeout(self._max_wait_s):
                return await self._line.transfer(self._human_queue)
        except TimeoutError:
            self._journal.append("handover.failed", {"reason": "max_wait", "max_wait_s": self._max_wait_s})
            return False

    def fail_closed(self, why: str) -> None:
        """Stop everything that could leak or be lost, apologise, and give the call to a person or end it."""
        if self.failed or self.ending.is_set():
            return
        self.failed = self.begun = True
        _log.error("call fails closed", extra={"why": why})
        self._recording.abort()
        self._under_way.abandon()
        if not self._journal.failed:
            with suppress(CallStopped):
                self._journal.append("call.error", {"where": why})
        self._tasks.spawn_ending(self._safe_ending())

    def end(self) -> None:
        """Let `open_call` unwind. What is already durable stays so."""
        self.ending.set()

    def outcome(self, *, caller_hung_up: bool) -> Outcome:
        if self.failed:
            return Outcome.FAILED_CLOSED
        if self.handed_over:
            return Outcome.HANDED_OVER
        return Outcome.CALLER_HUNG_UP if caller_hung_up else Outcome.COMPLETED

    async def _safe_ending(self) -> None:
        try:
            with self._activity.of("safe ending"):
                await self._speaker.hush()
                await self._apologise()
                await self._line.transfer(self._human_queue)
        except Exception as error:  # noqa: BLE001 - nothing may keep a failed call open
            _log.error("safe ending cut short", extra={"error": type(error).__name__})
        finally:
            self.end()

    async def _apologise(self) -> None:
        try:
            played = await self._speaker.play(self._speaker.render("apology"))
        except MissingScriptError:
            return
        self._transcript.script(
            played.heard,
            start_s=played.t_start_s,
            end_s=played.t_end_s,
            interrupted=not played.complete,
        )
