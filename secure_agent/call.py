"""One call under way: what a turn or a key leads to, and the one place that its parts know of each other."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from livekit.agents import AgentSession

from policies.text import RedactedText
from redaction import Rewrite
from secure_agent.activity import Activity
from secure_agent.agent import CompliantAgent
from secure_agent.answers import Answers
from secure_agent.call_recording import CallRecording
from secure_agent.call_tasks import CallTasks
from secure_agent.card_entry import KeypadEntry
from secure_agent.disclosures import Disclosures
from secure_agent.ear import CallerEar, Findings
from secure_agent.endings import Endings, Outcome
from secure_agent.journal import Journal
from secure_agent.keypad_menu import KeypadMenu
from secure_agent.mid_call import MidCall
from secure_agent.offers import Offers
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.recording_consent import RecordingConsent
from secure_agent.session_reports import SessionReports
from secure_agent.speaker import Speaker
from secure_agent.telephony.line import Line
from secure_agent.transcript import Transcript
from secure_agent.turns import CallerTurns


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
        self._reports = SessionReports(
            activity=activity,
            tasks=self.tasks,
            journal=journal,
            transcript=transcript,
            endings=self.endings,
            seconds_from_answer=self.seconds_from_answer,
        )
        self._disclosures = Disclosures(
            policy, speaker, human_number=human_number, seconds_from_answer=self.seconds_from_answer
        )
        self.mid_call = MidCall(
            policy,
            journal=journal,
            speaker=speaker,
            consent=consent,
            recording=recording,
            disclose=self._disclosures.say,
            say_at_end=self.say_at_end,
            switch=switch_language,
            hand_over=self.hand_over,
        )
        self._offers = Offers(policy, journal=journal, speaker=speaker)
        self._answers = Answers(
            self,
            speaker=speaker,
            consent=consent,
            mid_call=self.mid_call,
            endings=self.endings,
            disclosures=self._disclosures,
            offers=self._offers,
            switch_language=switch_language,
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

    def listen_to(self, session: AgentSession[None]) -> None:
        self.session = session
        self.speaker.session = session
        self.turns.listen_to(session)
        self._reports.listen_to(session)

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
            self.spawn(self._not_taken(key))

    async def _not_taken(self, key: str) -> None:
        offers = key == "repeat" and self._offers.not_understood()
        await self.consent.say_again(key)
        if offers:
            await self._offers.offer(complaint=False)

    def answer(self, text: RedactedText, findings: Findings) -> bool:
        """Decide what a turn on record leads to; True only when the model may answer it."""
        return self._answers.answer(text, findings)

    # The last words

    async def say_at_end(self) -> None:
        if self.opened:
            await self._disclosures.say_at_end()

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
        await self.cut_opening()
        if self.card_entry is not None:
            self.card_entry.hung_up()
        self.consent.settle()
        await self.say_at_end()

    async def cut_opening(self) -> None:
        """End the opening, but not its first sentence: nobody is handed over who has not heard that this is an AI."""
        if self.opening is not None and not self.opening.done():
            await self.disclosed.wait()
        await self.stop_opening()

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
