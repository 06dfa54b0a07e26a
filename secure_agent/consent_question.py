"""Puts one question about recording to the caller: plays it, hears what is answered, keeps its time."""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

from consent import Action, ConsentDialog, ConsentEvidence, Decided, Listen, Say, recording_named_at
from policies.text import RedactedText
from secure_agent.speaker import Playout, Speaker

#: Slower than any voice measured, so that a key is never taken for later than it was.
_SLOW_CHARACTERS_PER_S = 12.0
_NO_WORDS: Mapping[str, str] = MappingProxyType({})


class ConsentQuestion:
    """Puts one consent dialogue to the caller: plays what it says, hears what is answered, keeps its time."""

    def __init__(
        self,
        dialog: ConsentDialog,
        *,
        speaker: Speaker,
        playout: Playout,
        seconds_from_answer: Callable[[], float],
        words: Mapping[str, str] = _NO_WORDS,
    ) -> None:
        self._dialog = dialog
        self._words = words
        self._speaker = speaker
        self._playout = playout
        self._now_s = seconds_from_answer
        self._to_say: str | None = None
        self._asked_s = 0.0
        self._early_yes = False
        self._begun = False
        self._question = RedactedText("")
        self._deadline_s: float | None = None
        self._changed = asyncio.Event()
        self.evidence: ConsentEvidence | None = None

    async def put(self) -> ConsentEvidence:
        """Play, listen and return the evidence; it is durable only once the journal has it."""
        self._begun = True
        self._carry_out(self._dialog.start(self._now_s()))
        while self.evidence is None:
            if self._to_say is not None:
                await self._say(self._to_say)
            else:
                await self._listen()
        return self.evidence

    @property
    def listening(self) -> bool:
        """Whether the question has ended and its answer is still to come."""
        return self._begun and self.evidence is None and self._to_say is None

    def settle(self) -> ConsentEvidence | None:
        """End it, if it is open: the call ends before its answer came."""
        if self.evidence is None:
            self._carry_out(self._dialog.hung_up(self._now_s()))
        return self.evidence

    def pressed(self, digit: str) -> None:
        """A no counts at once. A yes over the question counts once recording was named, and after its end:
        nothing is recorded without a question that was played whole.
        """
        if self._to_say is None:
            self._carry_out(self._dialog.pressed(digit, self._now_s()))
            return
        heard_s = self._loop_s() - max(self._asked_s, self._playout.started_s)
        fraction = min(1.0, heard_s * _SLOW_CHARACTERS_PER_S / max(1, len(self._question)))
        if digit == "1":
            self._early_yes |= fraction >= recording_named_at(self._speaker.language, self._question)
        else:
            self._carry_out(self._dialog.heard_key_during(digit, fraction, self._now_s()))
            if self.evidence is not None:
                self._speaker.cut()

    def heard(self, text: RedactedText, *, confidence: float | None = None) -> None:
        """What was said; over the question only a no counts: a yes might be the agent's own words, come back."""
        if self._to_say is None:
            self._carry_out(self._dialog.heard(text, self._now_s(), confidence=confidence))
            return
        self._carry_out(self._dialog.heard_during(text, 0.0, self._now_s(), confidence=confidence))
        if self.evidence is not None:
            self._speaker.cut()

    def not_understood(self) -> None:
        """The caller does not speak the language of the question: it stops, and nothing was agreed."""
        self._carry_out(self._dialog.not_understood(self._now_s()))
        if self._to_say is not None:
            self._speaker.cut()

    def speech_began(self) -> None:
        self._carry_out(self._dialog.speech_began(self._now_s()))

    def speech_ended(self) -> None:
        self._carry_out(self._dialog.speech_ended(self._now_s()))

    async def _say(self, key: str) -> None:
        self._question = self._speaker.render(key, self._words).text
        self._asked_s = self._loop_s()
        played = await self._speaker.say(key, words=self._words)
        self._to_say = None
        self._carry_out(
            self._dialog.played(
                key,
                complete=played.complete,
                t_start_s=played.t_start_s,
                t_end_s=played.t_end_s,
                sha256=played.script.sha256,
                text=played.script.text,
            )
        )
        if self._early_yes and self.evidence is None:
            self._carry_out(self._dialog.pressed("1", self._now_s()))

    async def _listen(self) -> None:
        while self.listening:
            self._changed.clear()
            try:
                async with asyncio.timeout_at(self._deadline_s):
                    await self._changed.wait()
            except TimeoutError:
                self._carry_out(self._dialog.timer(self._now_s()))

    def _carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Say(key):
                    self._to_say = key
                case Listen(timeout_s):
                    self._deadline_s = self._loop_s() + timeout_s
                case Decided(evidence):
                    self.evidence = evidence
        if actions:
            self._changed.set()

    def _loop_s(self) -> float:
        return asyncio.get_running_loop().time()
