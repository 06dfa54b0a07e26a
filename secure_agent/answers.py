"""What a turn of the caller leads to: what must be obeyed comes first, in one order, and the model last."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from livekit.agents import AgentSession

from consent import Danger, Intent, understand_intents
from policies.text import RedactedText
from secure_agent.disclosures import Disclosures
from secure_agent.ear import Findings
from secure_agent.endings import Endings
from secure_agent.keypad_menu import KeypadMenu
from secure_agent.mid_call import Due, MidCall
from secure_agent.offers import Offers
from secure_agent.recording_consent import RecordingConsent
from secure_agent.speaker import Speaker


class Answered(Protocol):
    """The call, as far as it matters to what follows a turn."""

    opened: bool
    session: AgentSession[None] | None
    menu: KeypadMenu | None

    def spawn(self, work: Coroutine[Any, Any, Any], *, busy: str = "work") -> object: ...

    async def hand_over(self, reason: str) -> None: ...

    async def cut_opening(self) -> None:
        """End the opening as soon as its first sentence has been said."""


class Answers:
    """Decides once for each turn that is on record."""

    def __init__(
        self,
        call: Answered,
        *,
        speaker: Speaker,
        consent: RecordingConsent,
        mid_call: MidCall,
        endings: Endings,
        disclosures: Disclosures,
        offers: Offers,
        switch_language: Callable[[str], bool],
    ) -> None:
        self._call = call
        self._speaker = speaker
        self._consent = consent
        self._mid_call = mid_call
        self._endings = endings
        self._disclosures = disclosures
        self._offers = offers
        self._switch_language = switch_language

    def answer(self, text: RedactedText, findings: Findings) -> bool:
        """Set going what TEXT leads to; True only when the model may answer it."""
        call, said = self._call, findings.said
        self._offers.understood()
        if said.danger is not None:
            call.spawn(self._help_in(said.danger))
            return False
        intents = understand_intents(text, self._speaker.language)
        due = self._mid_call.take_in(said)
        if Intent.WANTS_PERSON in intents:
            call.spawn(call.hand_over("caller_asked"))
        elif due.person is not None:
            call.spawn(call.hand_over(due.person))
        elif not call.opened:
            self._answer_in_opening(text, findings)
        elif self._consent.question is not None:
            self._consent.question.heard(text, confidence=findings.confidence)
        elif Intent.WITHDRAWS_RECORDING in intents:
            call.spawn(self._consent.withdraw("speech"))
        elif Intent.ARE_YOU_A_PERSON in intents:
            call.spawn(self._speaker.say("ai_if_asked"))
        elif call.menu is not None and call.menu.takes(text):
            return False
        elif due or self._disclosures.due or self._offers.complaint_in(text):
            call.spawn(self._answer_after(due, text), busy="mid-call")
        else:
            return not self._endings.begun
        return False

    def _answer_in_opening(self, text: RedactedText, findings: Findings) -> None:
        call, question, language = self._call, self._consent.question, findings.said.language
        if language is not None:
            if not self._switch_language(language):
                call.spawn(call.hand_over("language"))
            elif question is not None:
                question.not_understood()
        elif question is not None:
            question.heard(text, confidence=findings.confidence)
        elif Intent.WITHDRAWS_RECORDING in understand_intents(text, self._speaker.language):
            call.spawn(self._consent.withdraw("speech"))
        elif Intent.ARE_YOU_A_PERSON in understand_intents(text, self._speaker.language):
            call.spawn(self._speaker.say("ai_if_asked"))

    async def _answer_after(self, due: Due, text: RedactedText) -> None:
        """Say and ask what is due first; then the model may answer the turn that made it due."""
        if self._disclosures.due:
            await self._disclosures.say()
        goes_on = await self._mid_call.carry_out(due)
        if goes_on and self._offers.complaint_in(text):
            await self._offers.offer(complaint=True)
        if goes_on and self._call.session is not None and not self._endings.begun:
            self._call.session.generate_reply(user_input=text)

    async def _help_in(self, danger: Danger) -> None:
        await self._call.cut_opening()
        self._disclosures.said_at_end = True  # nothing stands between a caller in danger and a person
        await self._mid_call.help_in(danger)
        self._call.opened = True
