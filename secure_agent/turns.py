"""The caller's turns: from the first sound to what is on record, and to whoever decides what follows."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from livekit.agents import AgentSession, UserInputTranscribedEvent, UserStateChangedEvent

from policies.text import RedactedText
from secure_agent.activity import Activity
from secure_agent.call_recording import CallRecording
from secure_agent.call_tasks import CallTasks
from secure_agent.ear import CallerEar, Findings
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.providers.redacting_stt import RedactingSTT
from secure_agent.transcript import Transcript

#: A turn of the caller that the recogniser never finished is over after this silence.
_LOST_TURN_S = 2.5
#: A turn that the session has not brought by then was dropped by it: half a second of endpointing, and some.
_SKIPPED_TURN_S = 1.2
#: What a recogniser still owes when the caller hangs up comes within this time.
_LAST_FINAL_S = 0.1


class TurnTaker(Protocol):
    """The call, as far as its caller's turns are concerned."""

    @property
    def deaf(self) -> bool:
        """Whether nothing is to be heard any more: the call ends, fails, or takes a card."""

    def speech_began(self) -> None: ...

    def speech_ended(self) -> None: ...

    def not_taken(self, key: str) -> None:
        """Nothing of the turn may be kept; the script KEY says why."""

    def answer(self, text: RedactedText, findings: Findings) -> bool:
        """Decide what a turn on record leads to; True only when the model may answer it."""


class CallerTurns:
    """One turn at a time. Whatever of it may be kept is in the audit log before anything follows from it."""

    def __init__(
        self,
        taker: TurnTaker,
        *,
        activity: Activity,
        tasks: CallTasks,
        journal: Journal,
        transcript: Transcript,
        recording: CallRecording,
        ear: CallerEar,
        seconds_from_answer: Callable[[float], float],
    ) -> None:
        self._taker = taker
        self._activity = activity
        self._tasks = tasks
        self._journal = journal
        self._transcript = transcript
        self._recording = recording
        self._ear = ear
        self._seconds_from_answer = seconds_from_answer
        self._session: AgentSession[None] | None = None
        self.ears: RedactingSTT | None = None
        self._heard: list[str] = []  # finals of the turn that is open, redacted
        self._taken: RedactedText | None = None
        self._began_s: float | None = None
        self._ended_s = 0.0
        self._speech_number = 0
        self.number = 0  # of the turn, from 1

    def listen_to(self, session: AgentSession[None]) -> None:
        self._session = session
        session.on("user_state_changed", self._user_state_changed)
        session.on("user_input_transcribed", self._transcribed)

    # What the session reports

    def _user_state_changed(self, event: UserStateChangedEvent) -> None:
        loop = asyncio.get_running_loop()
        if event.new_state == "speaking":
            self._speech_number += 1
            if self.ears is not None:
                self.ears.speech_began()
            if self._began_s is None:
                self.number += 1
                self._began_s = loop.time()
                self._activity.enter("turn")
            self._taker.speech_began()
        elif event.new_state == "listening" and self._began_s is not None:
            self._ended_s = loop.time()
            if self.ears is not None:
                self.ears.flush_held()
            self._taker.speech_ended()
            loop.call_later(_SKIPPED_TURN_S, self._take_skipped_turn, self._speech_number)
            loop.call_later(_LOST_TURN_S, self._lose, self._speech_number)

    def _transcribed(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final and event.transcript:
            self._heard.append(event.transcript)

    def _take_skipped_turn(self, number: int) -> None:
        """LiveKit drops a turn that ends over a script which may not be interrupted; the call does not."""
        if number == self._speech_number and self._began_s is not None and self._heard:
            with suppress(CallStopped):
                self._tasks.spawn(self._skipped_turn(self._take_heard()), busy="turn over a script")

    async def _skipped_turn(self, text: RedactedText) -> None:
        if await self.take(text) and self._session is not None:
            self._session.generate_reply(user_input=text)
        self._taken = text

    def _take_heard(self) -> RedactedText:
        # the recogniser's wrapper is the only source of this text: it is redacted already
        text = RedactedText(" ".join(self._heard))
        self._heard.clear()
        return text

    def _lose(self, number: int) -> None:
        if number == self._speech_number and self._began_s is not None:
            self.drop()

    # What becomes of a turn

    def drop(self) -> None:
        """Whatever the caller was saying is not heard: the agent goes deaf, or nothing was recognised."""
        self._ear.take_findings()
        self._heard.clear()
        self._close()

    async def take(self, text: RedactedText) -> bool:
        """Put a finished turn on record and decide what it leads to; True only when the model may answer it."""
        self._heard.clear()
        if self._taken is not None and text == self._taken:
            self._taken = None
            return False  # LiveKit brings it after all
        self._taken = None
        if self._taker.deaf or not text.strip():
            self.drop()
            return False
        try:
            findings = self._on_record(text)
        except CallStopped:
            return False
        return findings is not None and self._taker.answer(text, findings)

    async def take_last(self) -> None:
        """The caller has hung up in the middle of a turn: what was understood of it is on record."""
        if self._began_s is None or self.ears is None:
            return
        await asyncio.sleep(_LAST_FINAL_S)
        self.ears.flush_held()
        await asyncio.sleep(_LAST_FINAL_S)
        self._ended_s = max(self._ended_s, self._began_s or 0.0)
        if text := self._take_heard().strip():
            self._on_record(RedactedText(text))

    def _close(self) -> None:
        self._began_s = None
        self._activity.clear("turn")

    def _on_record(self, text: RedactedText) -> Findings | None:
        """Write the turn; None when nothing of it may be kept and the caller is told so."""
        findings = self._ear.take_findings()
        times = self._times()
        self._close()
        if findings.card_spoken:
            self._journal.append("card.spoken", {})
            self._recording.silence_caller(times["start_s"], times["end_s"], reason="card_spoken")
            self._transcript.withheld(reason="card_spoken", **times)
            self._taker.not_taken("card_spoken")
            return None
        if findings.withheld:
            self._transcript.withheld(reason="redaction_failed", **times)
            self._taker.not_taken("repeat")
            return None
        self._transcript.heard(text, in_danger=findings.said.danger is not None, **times)
        return findings

    def _times(self) -> dict[str, Any]:
        began_s = self._began_s if self._began_s is not None else self._ended_s
        return {
            "start_s": max(0.0, self._seconds_from_answer(began_s)),
            "end_s": max(0.0, self._seconds_from_answer(max(began_s, self._ended_s))),
        }
