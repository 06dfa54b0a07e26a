"""One call under way: who may speak when, what a turn or a key leads to, and how the call ends safely."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from enum import StrEnum
from typing import Any

from livekit.agents import (
    AgentSession,
    CloseEvent,
    ConversationItemAddedEvent,
    ErrorEvent,
    SpeechCreatedEvent,
    UserInputTranscribedEvent,
    UserStateChangedEvent,
    llm,
)

from consent import ConsentDialog, Intent, decision_in, understand_intents
from policies import MissingScriptError
from policies.text import RedactedText
from redaction import Rewrite
from secure_agent.activity import Activity
from secure_agent.agent import CompliantAgent
from secure_agent.call_recording import CallRecording
from secure_agent.card_entry import CardEntry
from secure_agent.consent_question import ConsentQuestion
from secure_agent.ear import CallerEar
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.providers.redacting_stt import RedactingSTT
from secure_agent.speaker import Speaker
from secure_agent.telephony.line import Line
from secure_agent.transcript import Transcript

_log = logging.getLogger(__name__)

#: A turn of the caller that the recogniser never finished is over after this silence.
_LOST_TURN_S = 2.5
#: A turn that the session has not brought by then was dropped by it: half a second of endpointing, and some.
_SKIPPED_TURN_S = 1.2
#: What a recogniser still owes when the caller hangs up comes within this time.
_LAST_FINAL_S = 0.1
#: With the two seconds that a question waits for a transcript this makes the four of a first question.
_ANSWER_AGAIN_S = 2.0


class Outcome(StrEnum):
    """How a call ended; the first that applies, in this order."""

    REFUSED = "refused"
    FAILED_CLOSED = "failed_closed"
    HANDED_OVER = "handed_over"
    CALLER_HUNG_UP = "caller_hung_up"
    COMPLETED = "completed"


class Call:
    """The state of one call. `open_call` makes it, owns its tasks and unwinds it."""

    def __init__(
        self,
        *,
        line: Line,
        tasks: asyncio.TaskGroup,
        activity: Activity,
        journal: Journal,
        transcript: Transcript,
        speaker: Speaker,
        ear: CallerEar,
        recording: CallRecording,
        dialog: ConsentDialog,
        human_queue: str,
        answered_s: float,
    ) -> None:
        self.line = line
        self.activity = activity
        self.journal = journal
        self.transcript = transcript
        self.speaker = speaker
        self.ear = ear
        self.recording = recording
        self.dialog = dialog
        self.human_queue = human_queue
        self.answered_s = answered_s
        self.card_entry: CardEntry | None = None
        self.question: ConsentQuestion | None = None
        self.opened = False  # the opening question has been put: the model may be called
        self.disclosed = asyncio.Event()  # the AI sentence was played to its end
        self.handed_over = False
        self.failed = False
        self.ending = asyncio.Event()
        self.agent: CompliantAgent | None = None
        self.session: AgentSession[None] | None = None
        self.ears: RedactingSTT | None = None
        self.opening: asyncio.Task[None] | None = None
        self._tasks = tasks
        self._work: set[asyncio.Task[None]] = set()  # what this call still does
        self._handing_over = False
        self._heard: list[str] = []  # finals of the turn that is open, redacted
        self._taken: RedactedText | None = None
        self._turn_began_s: float | None = None
        self._turn_ended_s = 0.0
        self._speech_number = 0
        self.turn_number = 0  # of the caller, from 1

    # Time and tasks

    def seconds_from_answer(self, loop_s: float | None = None) -> float:
        return (asyncio.get_running_loop().time() if loop_s is None else loop_s) - self.answered_s

    def spawn(self, work: Coroutine[Any, Any, Any], *, busy: str = "work") -> asyncio.Task[None]:
        """Run WORK as a task of this call; whatever stops it ends in a safe ending, never in silence."""
        try:
            task = self._tasks.create_task(self._guarded(work))
        except RuntimeError:  # the call is closing
            work.close()
            raise CallStopped("the call has ended") from None
        self.activity.enter(busy)
        task.add_done_callback(lambda _: self.activity.leave(busy))
        self._keep(task)
        return task

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def drop_work(self) -> None:
        """The call is over: whoever still waits for a session that has gone would wait for ever."""
        for task in tuple(self._work):
            task.cancel()

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except CallStopped:
            return
        except Exception as error:  # noqa: BLE001 - the border of a task: closed, and never silent
            _log.error("task of a call failed", extra={"error": type(error).__name__})
            self.fail_closed("internal_error")

    @property
    def opening_begun(self) -> bool:
        """Whether the agent has begun its first words."""
        return bool(self.transcript.turns) or self.opened

    @property
    def listening(self) -> bool:
        """Whether the agent has just asked, for consent or for a card entry, and waits for the answer."""
        if self.activity.is_open("turn"):
            return False  # the answer is being given
        if self.card_entry is not None:
            return self.card_entry.listening
        return self.question is not None and self.question.listening

    # What the session reports

    def listen_to(self, session: AgentSession[None]) -> None:
        self.session = session
        self.speaker.session = session
        session.on("user_state_changed", self._user_state_changed)
        session.on("user_input_transcribed", self._transcribed)
        session.on("speech_created", self._speech_created)
        session.on("conversation_item_added", self._item_added)
        session.on("error", self._provider_failed)
        session.on("close", self._session_closed)

    def _user_state_changed(self, event: UserStateChangedEvent) -> None:
        loop = asyncio.get_running_loop()
        if event.new_state == "speaking":
            self._speech_number += 1
            if self.ears is not None:
                self.ears.speech_began()
            if self._turn_began_s is None:
                self.turn_number += 1
                self._turn_began_s = loop.time()
                self.activity.enter("turn")
            if self.question is not None:
                self.question.speech_began()
        elif event.new_state == "listening" and self._turn_began_s is not None:
            self._turn_ended_s = loop.time()
            if self.ears is not None:
                self.ears.flush_held()
            if self.question is not None:
                self.question.speech_ended()
            loop.call_later(_SKIPPED_TURN_S, self._take_skipped_turn, self._speech_number)
            loop.call_later(_LOST_TURN_S, self._lose_turn, self._speech_number)

    def _transcribed(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final and event.transcript:
            self._heard.append(event.transcript)

    def _take_skipped_turn(self, number: int) -> None:
        """LiveKit drops a turn that ends over a script which may not be interrupted; the call does not."""
        if number == self._speech_number and self._turn_began_s is not None and self._heard:
            with suppress(CallStopped):
                self.spawn(self._skipped_turn(self._take_heard()), busy="turn over a script")

    async def _skipped_turn(self, text: RedactedText) -> None:
        if await self.caller_turn(text) and self.session is not None:
            self.session.generate_reply(user_input=text)
        self._taken = text

    def _take_heard(self) -> RedactedText:
        # the recogniser's wrapper is the only source of this text: it is redacted already
        text = RedactedText(" ".join(self._heard))
        self._heard.clear()
        return text

    def _lose_turn(self, number: int) -> None:
        if number == self._speech_number and self._turn_began_s is not None:
            self.drop_turn()

    def drop_turn(self) -> None:
        """Whatever the caller was saying is not heard: the agent goes deaf, or nothing was recognised."""
        self.ear.take_findings()
        self._heard.clear()
        self._close_turn()

    def _close_turn(self) -> None:
        self._turn_began_s = None
        self.activity.clear("turn")

    def _speech_created(self, event: SpeechCreatedEvent) -> None:
        self.activity.enter("speech")
        event.speech_handle.add_done_callback(lambda _: self.activity.leave("speech"))

    def _item_added(self, event: ConversationItemAddedEvent) -> None:
        item = event.item
        if not isinstance(item, llm.ChatMessage) or item.role != "assistant" or not item.text_content:
            return
        began, ended = item.metrics.get("started_speaking_at"), item.metrics.get("stopped_speaking_at")
        now_s = self.seconds_from_answer()
        end_s = now_s
        start_s = now_s if began is None or ended is None else max(0.0, now_s - (ended - began))
        try:
            # the model's wrapper is the only source of this text: it is redacted already
            self.transcript.said(
                RedactedText(item.text_content), start_s=start_s, end_s=end_s, interrupted=item.interrupted
            )
        except CallStopped:
            return

    def _provider_failed(self, event: ErrorEvent) -> None:
        if getattr(event.error, "recoverable", False) or self.ending.is_set():
            return
        kind = str(getattr(event.error, "type", "provider_error"))
        _log.error("provider failed", extra={"source": kind})
        try:
            self.journal.append("call.error", {"where": kind})
        except CallStopped:
            return
        self.spawn(self.hand_over("provider_failed"))

    def _session_closed(self, event: CloseEvent) -> None:
        if not self.ending.is_set():
            _log.error("session closed", extra={"reason": str(event.reason)})
            self.failed = True
            self.end()

    # What the caller does

    async def caller_turn(self, text: RedactedText) -> bool:
        """Decide what a finished turn leads to; True only when the model may answer it."""
        self._heard.clear()
        if self._taken is not None and text == self._taken:
            self._taken = None
            return False  # LiveKit brings it after all
        self._taken = None
        if self.failed or self.ending.is_set() or self.ear.deaf or not text.strip():
            self.drop_turn()
            return False
        try:
            if not await self._on_record(text):
                return False
        except CallStopped:
            return False
        return self._may_be_answered(text)

    async def last_turn(self) -> None:
        """The caller has hung up in the middle of a turn: what was understood of it is on record."""
        if self._turn_began_s is None or self.failed or self.ear.deaf or self.ears is None:
            return
        await asyncio.sleep(_LAST_FINAL_S)
        self.ears.flush_held()
        await asyncio.sleep(_LAST_FINAL_S)
        self._turn_ended_s = max(self._turn_ended_s, self._turn_began_s or 0.0)
        if text := self._take_heard().strip():
            await self._on_record(RedactedText(text))

    async def _on_record(self, text: RedactedText) -> bool:
        """Write the turn; False when nothing of it may be kept and the caller is told so."""
        findings = self.ear.take_findings()
        began_s = self._turn_began_s if self._turn_began_s is not None else self._turn_ended_s
        times = {
            "start_s": max(0.0, self.seconds_from_answer(began_s)),
            "end_s": max(0.0, self.seconds_from_answer(max(began_s, self._turn_ended_s))),
        }
        self._close_turn()
        if findings.card_spoken:
            self.journal.append("card.spoken", {})
            self.recording.silence_caller(times["start_s"], times["end_s"], reason="card_spoken")
            self.transcript.withheld(reason="card_spoken", **times)
            self._ask_again("card_spoken")
            return False
        if findings.withheld:
            self.transcript.withheld(reason="redaction_failed", **times)
            self._ask_again("repeat")
            return False
        self.transcript.heard(text, **times)
        return True

    def _ask_again(self, key: str) -> None:
        """Say why nothing was taken in; a question that is open waits for its answer as long as before."""

        async def ask() -> None:
            question = self.question
            if question is not None:
                question.speech_began()
            await self.speaker.say(key)
            if question is not None:
                await asyncio.sleep(_ANSWER_AGAIN_S)
                question.speech_ended()

        if not self.ending.is_set():
            self.spawn(ask())

    def _may_be_answered(self, text: RedactedText) -> bool:
        intents = understand_intents(text, self.speaker.language)
        if Intent.WANTS_PERSON in intents:
            self.spawn(self.hand_over("caller_asked"))
        elif self.question is not None:
            self.question.heard(text)
        elif Intent.WITHDRAWS_RECORDING in intents:
            self.spawn(self.withdraw("speech"))
        elif Intent.ARE_YOU_A_PERSON in intents:
            self.spawn(self.speaker.say("ai_if_asked"))
        else:
            return self.opened and not self._handing_over
        return False

    async def take_keys(self) -> None:
        async for digit in self.line.digits():
            self._key(digit)

    def _key(self, digit: str) -> None:
        if self.failed or self.ending.is_set():
            return
        if self.card_entry is not None:
            self.card_entry.key(digit)
        elif digit == "0":
            self.spawn(self.hand_over("key_0"))
        elif self.question is not None:
            self.question.pressed(digit)
        elif digit == "2" and self.recording.running:
            self.spawn(self.withdraw("keypad"))

    def rewrite(self, rewrite: Rewrite, before: RedactedText) -> None:
        if self.agent is not None:
            self.agent.rewrite_history(before, rewrite.text)

    # What the call does of its own

    async def withdraw(self, channel: str) -> None:
        """The caller takes back the consent: the recorder stops first, then everything else."""
        stopped = self.recording.halt("withdrawn")
        evidence = self.dialog.withdraw(self.seconds_from_answer(), channel)
        self.journal.append("consent.withdrawn", evidence.as_body())
        self.recording.record(stopped)
        self.recording.delete_if_policy_says()
        await self.speaker.say("ok_no")

    async def hand_over(self, reason: str) -> None:
        """Give the call to a person; the agent says it is done only once it is done."""
        if self._handing_over or self.ending.is_set():
            return
        self._handing_over = True
        if self.opening is not None and not self.opening.done():
            await self.disclosed.wait()  # nobody is handed over who has not heard that this is an AI
        await self.stop_opening()
        if self.card_entry is not None:
            self.card_entry.hung_up()
        self.consent_on_record()
        self.journal.append("handover.requested", {"reason": reason})
        await self.speaker.hush()
        await self.speaker.say("handover")
        if await self.line.transfer(self.human_queue):
            self.recording.stop("handed_over")
            self.journal.append("handover.done", {"queue": self.human_queue})
            self.handed_over = True
        else:
            await self.speaker.say("no_person")
        self.end()

    def fail_closed(self, why: str) -> None:
        """Stop everything that could leak or be lost, apologise, and give the call to a person or end it."""
        if self.failed or self.ending.is_set():
            return
        self.failed = True
        self._handing_over = True
        _log.error("call fails closed", extra={"why": why})
        if self.opening is not None and self.opening is not asyncio.current_task():
            self.opening.cancel()
        self.recording.abort()
        if self.card_entry is not None:
            self.card_entry.hung_up()
        if not self.journal.failed:
            with suppress(CallStopped):
                self.journal.append("call.error", {"where": why})
        self._keep(self._tasks.create_task(self._safe_ending()))

    async def _safe_ending(self) -> None:
        try:
            with self.activity.of("safe ending"):
                await self.speaker.hush()
                try:
                    played = await self.speaker.play(self.speaker.render("apology"))
                except MissingScriptError:
                    pass
                else:
                    self.transcript.script(
                        played.heard,
                        start_s=played.t_start_s,
                        end_s=played.t_end_s,
                        interrupted=not played.complete,
                    )
                await self.line.transfer(self.human_queue)
        except Exception as error:  # noqa: BLE001 - nothing may keep a failed call open
            _log.error("safe ending cut short", extra={"error": type(error).__name__})
        finally:
            self.end()

    def consent_on_record(self) -> None:
        """Write how the question about recording ended, if the opening could not do it itself any more."""
        if any(event.type == "consent.decided" for event in self.journal.events):
            return
        ended = decision_in(self.dialog.hung_up(self.seconds_from_answer()))
        evidence = ended if ended is not None or self.question is None else self.question.evidence
        self.question = None
        if evidence is not None:
            self.journal.append("consent.decided", evidence.as_body())

    async def stop_opening(self) -> None:
        """End the opening; what it was saying is on record as far as it was heard."""
        if self.opening is None or self.opening.done() or self.opening is asyncio.current_task():
            return
        self.opening.cancel()
        await asyncio.wait([self.opening], timeout=1.0)

    def end(self) -> None:
        """Let `open_call` unwind. What is already durable stays so."""
        self.ending.set()

    def outcome(self, *, caller_hung_up: bool) -> Outcome:
        if self.failed:
            return Outcome.FAILED_CLOSED
        if self.handed_over:
            return Outcome.HANDED_OVER
        return Outcome.CALLER_HUNG_UP if caller_hung_up else Outcome.COMPLETED
