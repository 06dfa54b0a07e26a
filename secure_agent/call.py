"""One call under way: what a turn or a key leads to, and the one place that its parts know of each other."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from livekit.agents import (
    AgentSession,
    CloseEvent,
    ConversationItemAddedEvent,
    ErrorEvent,
    SpeechCreatedEvent,
    llm,
)

from consent import Danger, Intent, understand_intents
from policies.text import RedactedText
from redaction import Rewrite
from secure_agent.activity import Activity
from secure_agent.agent import CompliantAgent
from secure_agent.call_recording import CallRecording
from secure_agent.call_tasks import CallTasks
from secure_agent.card_entry import KeypadEntry
from secure_agent.ear import CallerEar, Findings
from secure_agent.endings import Endings, Outcome
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.keypad_menu import KeypadMenu
from secure_agent.mid_call import Due, MidCall
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.recording_consent import RecordingConsent
from secure_agent.speaker import Speaker
from secure_agent.telephony.line import Line
from secure_agent.transcript import Transcript
from secure_agent.turns import CallerTurns

_log = logging.getLogger(__name__)


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
        policy: PolicyInForce,
        consent: RecordingConsent,
        switch_language: Callable[[str], bool],
        human_queue: str,
        human_number: str,
        answered_s: float,
    ) -> None:
        self.line = line
        self.activity = activity
        self.journal = journal
        self.transcript = transcript
        self.speaker = speaker
        self.ear = ear
        self.recording = recording
        self.consent = consent
        self.policy = policy
        self.answered_s = answered_s
        self._human_number = human_number
        self._said_at_end = False
        self._switch_language = switch_language
        self.tasks = CallTasks(tasks, activity)
        self.turns = CallerTurns(
            self,
            activity=activity,
            tasks=self.tasks,
            journal=journal,
            transcript=transcript,
            recording=recording,
            ear=ear,
            seconds_from_answer=self.seconds_from_answer,
        )
        self.endings = Endings(
            self,
            line=line,
            tasks=self.tasks,
            activity=activity,
            journal=journal,
            transcript=transcript,
            speaker=speaker,
            recording=recording,
            human_queue=human_queue,
            max_wait_s=policy.effective.escalation.max_wait_s,
        )
        self.mid_call = MidCall(
            policy,
            journal=journal,
            speaker=speaker,
            consent=consent,
            recording=recording,
            disclose=self.say_that_it_is_an_ai,
            say_at_end=self.say_at_end,
            switch=switch_language,
            hand_over=self.hand_over,
        )
        self.card_entry: KeypadEntry | None = None
        self.opened = False  # the opening question has been put: the model may be called
        self.disclosed = asyncio.Event()  # the AI sentence was played to its end
        self.agent: CompliantAgent | None = None
        self.session: AgentSession[None] | None = None
        self.opening: asyncio.Task[None] | None = None
        self.menu: KeypadMenu | None = None  # on a line without a recogniser

    # What others ask of a call

    def seconds_from_answer(self, loop_s: float | None = None) -> float:
        return (asyncio.get_running_loop().time() if loop_s is None else loop_s) - self.answered_s

    def spawn(self, work: Coroutine[Any, Any, Any], *, busy: str = "work") -> asyncio.Task[None]:
        """Run WORK as a task of this call. Raises CallStopped when the call is closing."""
        return self.tasks.spawn(work, busy=busy)

    async def hand_over(self, reason: str) -> None:
        """Give the call to a person; nothing happens if it is ending already."""
        await self.endings.hand_over(reason)

    def fail_closed(self, why: str) -> None:
        """Apologise and give the call to a person or end it: something may leak or be lost."""
        self.endings.fail_closed(why)

    def end(self) -> None:
        """Let `open_call` unwind. What is already durable stays so."""
        self.endings.end()

    def outcome(self, *, caller_hung_up: bool) -> Outcome:
        return self.endings.outcome(caller_hung_up=caller_hung_up)

    @property
    def ending(self) -> asyncio.Event:
        """Set once the call is to be unwound."""
        return self.endings.ending

    @property
    def failed(self) -> bool:
        return self.endings.failed

    @property
    def deaf(self) -> bool:
        """Whether nothing that the caller says is to be heard any more."""
        return self.failed or self.ending.is_set() or self.ear.deaf

    @property
    def turn_number(self) -> int:
        """Which turn of the caller it is, from 1."""
        return self.turns.number

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
        return self.consent.listening

    # What the session reports

    def listen_to(self, session: AgentSession[None]) -> None:
        self.session = session
        self.speaker.session = session
        self.turns.listen_to(session)
        session.on("speech_created", self._speech_created)
        session.on("conversation_item_added", self._item_added)
        session.on("error", self._provider_failed)
        session.on("close", self._session_closed)

    def _speech_created(self, event: SpeechCreatedEvent) -> None:
        self.activity.enter("speech")
        event.speech_handle.add_done_callback(lambda _: self.activity.leave("speech"))

    def _item_added(self, event: ConversationItemAddedEvent) -> None:
        item = event.item
        if not isinstance(item, llm.ChatMessage) or item.role != "assistant" or not item.text_content:
            return
        began, ended = item.metrics.get("started_speaking_at"), item.metrics.get("stopped_speaking_at")
        now_s = self.seconds_from_answer()
        start_s = now_s if began is None or ended is None else max(0.0, now_s - (ended - began))
        # the model's wrapper is the only source of this text: it is redacted already
        text = RedactedText(item.text_content)
        with suppress(CallStopped):
            self.transcript.said(text, start_s=start_s, end_s=now_s, interrupted=item.interrupted)

    def _provider_failed(self, event: ErrorEvent) -> None:
        if getattr(event.error, "recoverable", False) or self.ending.is_set():
            return
        kind = str(getattr(event.error, "type", "provider_error"))
        _log.error("provider failed", extra={"source": kind})
        with suppress(CallStopped):
            self.journal.append("call.error", {"where": kind})
            self.spawn(self.hand_over("provider_failed"))

    def _session_closed(self, event: CloseEvent) -> None:
        if not self.ending.is_set():
            _log.error("session closed", extra={"reason": str(event.reason)})
            self.endings.failed = True
            self.end()

    # What the caller does

    async def caller_turn(self, text: RedactedText) -> bool:
        """Decide what a finished turn leads to; True only when the model may answer it."""
        return await self.turns.take(text)

    def speech_began(self) -> None:
        if self.consent.question is not None:
            self.consent.question.speech_began()

    def speech_ended(self) -> None:
        if self.consent.question is not None:
            self.consent.question.speech_ended()

    def not_taken(self, key: str) -> None:
        if not self.ending.is_set():
            self.spawn(self.consent.say_again(key))

    def answer(self, text: RedactedText, findings: Findings) -> bool:
        """Decide what a turn on record leads to: what must be obeyed comes before the model."""
        said = findings.said
        if said.danger is not None:
            self.spawn(self._help_in(said.danger))
            return False
        intents = understand_intents(text, self.speaker.language)
        due = self.mid_call.take_in(said)
        if Intent.WANTS_PERSON in intents:
            self.spawn(self.hand_over("caller_asked"))
        elif due.person is not None:
            self.spawn(self.hand_over(due.person))
        elif not self.opened:
            self._answer_in_opening(text, findings)
        elif self.consent.question is not None:
            self.consent.question.heard(text, confidence=findings.confidence)
        elif Intent.WITHDRAWS_RECORDING in intents:
            self.spawn(self.consent.withdraw("speech"))
        elif Intent.ARE_YOU_A_PERSON in intents:
            self.spawn(self.speaker.say("ai_if_asked"))
        elif self.menu is not None and self.menu.takes(text):
            return False
        elif due or self._disclosure_is_due():
            self.spawn(self._answer_after(due, text), busy="mid-call")
        else:
            return not self.endings.begun
        return False

    def _answer_in_opening(self, text: RedactedText, findings: Findings) -> None:
        question, language = self.consent.question, findings.said.language
        if language is not None:
            if not self._switch_language(language):
                self.spawn(self.hand_over("language"))
            elif question is not None:
                question.not_understood()
        elif question is not None:
            question.heard(text, confidence=findings.confidence)
        elif Intent.WITHDRAWS_RECORDING in understand_intents(text, self.speaker.language):
            self.spawn(self.consent.withdraw("speech"))
        elif Intent.ARE_YOU_A_PERSON in understand_intents(text, self.speaker.language):
            self.spawn(self.speaker.say("ai_if_asked"))

    async def _answer_after(self, due: Due, text: RedactedText) -> None:
        """Say and ask what is due first; then the model may answer the turn that made it due."""
        if self._disclosure_is_due():
            await self.say_that_it_is_an_ai()
        goes_on = await self.mid_call.carry_out(due)
        if goes_on and self.session is not None and not self.endings.begun:
            self.session.generate_reply(user_input=text)

    async def _help_in(self, danger: Danger) -> None:
        if self.opening is not None and not self.opening.done():
            await self.disclosed.wait()
            await self.stop_opening()
        self._said_at_end = True  # nothing stands between a caller in danger and a person
        await self.mid_call.help_in(danger)
        self.opened = True

    # Disclosures that are said again

    def _disclosure_is_due(self) -> bool:
        every_s = self.policy.effective.ai_disclosure.repeat_every_s
        return every_s is not None and self.seconds_from_answer() - self.speaker.disclosed_s > every_s

    async def say_that_it_is_an_ai(self) -> None:
        await self.speaker.say("ai")

    async def say_at_end(self) -> None:
        """Say, once, where the policy wants it at the end, that this was an AI and how to reach a person."""
        if self._said_at_end or not self.policy.effective.ai_disclosure.at_end or not self.opened:
            return
        self._said_at_end = True
        if self.speaker.has("ai_end"):
            await self.speaker.say("ai_end", words={"number": self._human_number})
        else:
            await self.speaker.say("ai_if_asked")
            await self.speaker.say("human")

    async def say_goodbye(self) -> None:
        """The agent ends the call: what is due at the end, the last words, and the line."""
        if self.endings.begun:
            return
        self.endings.begun = True
        await self.say_at_end()
        await self.speaker.say("goodbye")
        self.end()

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
        elif self.consent.question is not None:
            self.consent.question.pressed(digit)
        elif digit == "2" and self.recording.running:
            self.spawn(self.consent.withdraw("keypad"))
        elif self.menu is not None and self.opened and not self.endings.begun:
            self.menu.pressed(digit)

    def rewrite(self, rewrite: Rewrite, before: RedactedText) -> None:
        if self.agent is not None:
            self.agent.rewrite_history(before, rewrite.text)

    # What is under way when the call ends

    async def settle(self) -> None:
        """End the opening, after its first sentence, and the card entry; how the question ended is on record."""
        if self.opening is not None and not self.opening.done():
            await self.disclosed.wait()  # nobody is handed over who has not heard that this is an AI
        await self.stop_opening()
        if self.card_entry is not None:
            self.card_entry.hung_up()
        self.consent.settle()
        await self.say_at_end()

    def abandon(self) -> None:
        if self.opening is not None and self.opening is not asyncio.current_task():
            self.opening.cancel()
        if self.card_entry is not None:
            self.card_entry.hung_up()

    async def settle_after_hang_up(self) -> None:
        """The caller has gone: what is owed of the opening, the payment and the last turn is on record."""
        await self.stop_opening()
        if self.card_entry is not None:
            self.card_entry.hung_up()
            await self.card_entry.settle()
        self.consent.settle()
        if not self.failed and not self.ear.deaf:
            await self.turns.take_last()

    async def stop_opening(self) -> None:
        """End the opening; what it was saying is on record as far as it was heard."""
        if self.opening is None or self.opening.done() or self.opening is asyncio.current_task():
            return
        self.opening.cancel()
        await asyncio.wait([self.opening], timeout=1.0)
