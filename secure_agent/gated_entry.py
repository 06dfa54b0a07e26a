"""Card entry on a call behind a digit gate: the gate takes the card, and this process learns how it ended."""

from livekit.agents import AgentSession

from secure_agent.call_recording import CallRecording
from secure_agent.ear import CallerEar
from secure_agent.journal import Journal
from secure_agent.payments.entry import Payment
from secure_agent.telephony.gated import GatedControl


class GatedEntry:
    """As `CardEntry`; keys never come here. What the gate did stands in its own segment of the call's record."""

    listening = False

    def __init__(
        self,
        control: GatedControl,
        *,
        amount_minor: int,
        currency: str,
        session: AgentSession[None],
        ear: CallerEar,
        recording: CallRecording,
        journal: Journal,
    ) -> None:
        self._control = control
        self._amount_minor = amount_minor
        self._currency = currency
        self._session = session
        self._ear = ear
        self._recording = recording
        self._journal = journal
        self.payment = Payment("abandoned", None, None, 0)
        self.gave_up: str | None = None

    async def run(self) -> Payment:
        """Wait while the gate takes one payment: deaf and not recording, as if the card were keyed here."""
        self._ear.deaf = True
        self._session.input.set_audio_enabled(False)
        self._session.clear_user_turn()
        try:
            self._recording.pause("card_entry")
            taken = await self._control.take_card(self._amount_minor, self._currency)
        finally:
            self._session.clear_user_turn()
            self._session.input.set_audio_enabled(True)
            self._ear.deaf = False
        self.payment = Payment(
            taken.status, taken.token, taken.last4, taken.attempts, may_be_charged=taken.may_be_charged
        )
        self.gave_up = taken.gave_up
        self._journal.append("payment.by_gate", {"status": taken.status, "last4": taken.last4})
        self._recording.resume()
        return self.payment

    def key(self, digit: str) -> None:
        """A key while the gate takes a card is none of ours."""

    def hung_up(self) -> None:
        """The gate puts its own end on record."""

    async def settle(self) -> None:
        """The gate waits for what the processor owes."""
