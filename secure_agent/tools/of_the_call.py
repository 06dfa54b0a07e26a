"""The tools that act on the call itself: taking a card by keypad, and handing over to a person."""

from collections.abc import Mapping
from typing import Any

from livekit.agents import AgentSession, RunContext

from policies import Effective
from secure_agent.call import Call
from secure_agent.card_entry import CardEntry, KeypadEntry
from secure_agent.errors import CallStopped
from secure_agent.gated_entry import GatedEntry
from secure_agent.payments.capture import CardCapture
from secure_agent.payments.entry import Payment, Processor
from secure_agent.payments.processors import capture_limits
from secure_agent.speaker import Playout
from secure_agent.telephony.gated import GatedControl
from secure_agent.tools.example_energy import NoArguments, TakePayment
from secure_agent.wiring import Services


class CallTools:
    """Bound to one call. `payment` is how its last payment stands, None if there was none."""

    def __init__(
        self,
        call: Call,
        *,
        services: Services,
        session: AgentSession[None],
        playout: Playout,
        gate: GatedControl | None,
    ) -> None:
        self._call = call
        self._gate = gate
        self._services = services
        self._session = session
        self._playout = playout
        self._payment: Payment | None = None

    @property
    def payment(self) -> Payment | None:
        entry = self._call.card_entry
        return self._payment if entry is None else entry.payment

    async def take_card(self, arguments: TakePayment, context: RunContext[None]) -> Mapping[str, Any]:
        """Take one payment. The model waits meanwhile and learns status, token and last four."""
        call = self._call
        await context.wait_for_playout()
        if call.failed or call.ending.is_set():
            raise CallStopped("the call may not go on")
        context.disallow_interruptions()
        if not call.line.capabilities.keypad:  # no other way to give a card is safe
            await call.speaker.say("no_keypad")
            call.spawn(call.hand_over("no_keypad"))
            raise CallStopped("no key of this caller can arrive")
        call.turns.drop()
        entry = call.card_entry = self._entry(arguments)
        try:
            await entry.run()
        finally:
            self._payment = entry.payment
            call.card_entry = None
        if entry.gave_up is not None:  # from here on keys and words count as in any conversation
            await call.speaker.say(entry.gave_up)
            # the offer says that the payment did not work, which nobody knows when an answer was lost
            if not entry.payment.may_be_charged:
                await call.speaker.say("offer_person")
        if not context.speech_handle.interrupted:
            context.speech_handle.allow_interruptions = True  # what the model says about it may be cut
        return entry.payment.for_the_model()

    async def hand_over(self, _: NoArguments, __: RunContext[None]) -> Mapping[str, Any]:
        self._call.spawn(self._call.hand_over("model_asked"))
        return {"status": "requested"}

    async def end_call(self, _: NoArguments, context: RunContext[None]) -> Mapping[str, Any]:
        await context.wait_for_playout()
        self._call.spawn(self._call.say_goodbye())
        return {"status": "ending"}

    # What the call lets tools do

    @property
    def effective(self) -> Effective:
        return self._call.policy.effective

    @property
    def is_minor(self) -> bool:
        return self._call.mid_call.is_minor

    def may_do(self, activity: str | None) -> bool:
        return self._call.mid_call.may_do(activity)

    def done(self, activity: str) -> None:
        self._call.mid_call.done(activity)

    def ask_person(self, reason: str) -> None:
        self._call.spawn(self._call.hand_over(reason))

    def _entry(self, arguments: TakePayment) -> KeypadEntry:
        call, services = self._call, self._services
        if self._gate is not None:
            return GatedEntry(
                self._gate,
                amount_minor=arguments.amount_minor,
                currency=arguments.currency,
                session=self._session,
                ear=call.ear,
                recording=call.recording,
                journal=call.journal,
            )
        return CardEntry(
            CardCapture(today=lambda: services.now().date(), limits=capture_limits(services.settings)),
            amount_minor=arguments.amount_minor,
            currency=arguments.currency,
            processor=Processor(services.payments, services.pending, services.now, services.new_key),
            session=self._session,
            speaker=call.speaker,
            playout=self._playout,
            ear=call.ear,
            recording=call.recording,
            journal=call.journal,
            spawn=call.spawn,
        )
