"""Card entry on a call, in the agent's own process: deaf, not recorded, without the model, until it is over."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from livekit.agents import AgentSession

from secure_agent.call_recording import CallRecording
from secure_agent.ear import CallerEar
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.payments.capture import CardCapture
from secure_agent.payments.entry import CardPayment, Payment, Processor
from secure_agent.speaker import Playout, Speaker


class CallTasks(Protocol):
    def __call__(self, work: Coroutine[Any, Any, Any], *, busy: str) -> "asyncio.Task[None]": ...


class KeypadEntry(Protocol):
    """A payment under way, whoever takes the card."""

    @property
    def payment(self) -> Payment: ...

    @property
    def gave_up(self) -> str | None: ...

    @property
    def listening(self) -> bool: ...

    async def run(self) -> Payment: ...

    def key(self, digit: str) -> None: ...

    def hung_up(self) -> None: ...

    async def settle(self) -> None: ...


class CardEntry:
    """One payment on one call. While it runs audio is detached, late transcripts are dropped and keys come here."""

    def __init__(
        self,
        capture: CardCapture,
        *,
        amount_minor: int,
        currency: str,
        processor: Processor,
        session: AgentSession[None],
        speaker: Speaker,
        playout: Playout,
        ear: CallerEar,
        recording: CallRecording,
        journal: Journal,
        spawn: CallTasks,
    ) -> None:
        self._session = session
        self._ear = ear
        self._recording = recording
        self._journal = journal
        self._entry = CardPayment(
            capture,
            amount_minor=amount_minor,
            currency=currency,
            processor=processor,
            around=_InTheCall(speaker, playout, journal, spawn),
        )

    async def run(self) -> Payment:
        """Take one payment. Raises CallStopped when the call ends or fails meanwhile."""
        self._go_deaf()
        try:
            self._recording.pause("card_entry")
            payment = await self._entry.run()
        finally:
            self._hear_again()
        if not self._journal.failed and not self._entry.caller_gone:
            self._recording.resume()
        return payment

    @property
    def payment(self) -> Payment:
        return self._entry.payment

    @property
    def gave_up(self) -> str | None:
        """The script that says why there is no payment, if the entry was given up."""
        return None if self._entry.gave_up is None else self._entry.gave_up.script_key

    @property
    def listening(self) -> bool:
        return self._entry.listening

    def key(self, digit: str) -> None:
        """One key of the caller; it is in no log and in no event."""
        self._entry.key(digit)

    def hung_up(self) -> None:
        """The call ends: every digit is wiped, and a payment that was not finished is on record as such."""
        self._entry.hung_up()

    async def settle(self) -> None:
        """Wait for an answer that the processor still owes: a charge must not be lost with the call."""
        await self._entry.settle()

    def _go_deaf(self) -> None:
        self._ear.deaf = True
        self._session.input.set_audio_enabled(False)
        self._session.clear_user_turn()

    def _hear_again(self) -> None:
        self._session.clear_user_turn()
        self._session.input.set_audio_enabled(True)
        self._ear.deaf = False


class _InTheCall:
    """What the entry needs, from the parts of this call."""

    def __init__(self, speaker: Speaker, playout: Playout, journal: Journal, spawn: CallTasks) -> None:
        self._speaker = speaker
        self._playout = playout
        self._journal = journal
        self.spawn = spawn

    @property
    def call_id(self) -> str:
        return self._journal.call_id

    async def play(self, script_key: str, *, on_begun: Callable[[], None]) -> None:
        self._playout.on_next_start(on_begun)
        await self._speaker.say(script_key)

    def cut_prompt(self) -> None:
        self._speaker.cut()

    def record(self, kind: str, body: Mapping[str, Any]) -> bool:
        try:
            self._journal.append(kind, dict(body))
        except CallStopped:
            return False
        return True
