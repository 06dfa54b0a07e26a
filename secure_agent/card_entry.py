"""Card entry on a call: plays the prompts, passes the keys on, and takes the card to the processor.

While it runs the agent is deaf (audio detached, late transcripts dropped), the recording is paused and the model is
not called. What leaves this module is a status, a token and the last four digits.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

from livekit.agents import AgentSession

from secure_agent.call_recording import CallRecording
from secure_agent.ear import CallerEar
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.payments.capture import CardCapture
from secure_agent.payments.gateway import Charged, Declined, PaymentGateway, Tokenized, Unavailable
from secure_agent.payments.pan import Card
from secure_agent.payments.steps import Abandoned, Accepted, CutPrompt, GivenUp, Output, Prompt, Submit, Wait
from secure_agent.speaker import Playout, Speaker

_log = logging.getLogger(__name__)

PaymentStatus = Literal["tokenized", "charged", "declined", "unavailable", "abandoned"]


@dataclass(frozen=True, slots=True)
class Payment:
    """How a payment stands: never a digit but the last four of a card that the processor took."""

    status: PaymentStatus
    token: str | None
    last4: str | None
    attempts: int  # cards sent to the processor

    def for_the_model(self) -> dict[str, str | None]:
        return {"status": self.status, "token": self.token, "last4": self.last4}


class CallTasks(Protocol):
    def __call__(self, work: Coroutine[Any, Any, Any], *, busy: str) -> "asyncio.Task[None]": ...


class CardEntry:
    """One payment: from the first prompt to charged, declined, unavailable or abandoned."""

    def __init__(
        self,
        capture: CardCapture,
        *,
        amount_minor: int,
        currency: str,
        gateway: PaymentGateway,
        new_key: Callable[[], str],
        session: AgentSession[None],
        speaker: Speaker,
        playout: Playout,
        ear: CallerEar,
        recording: CallRecording,
        journal: Journal,
        spawn: CallTasks,
    ) -> None:
        self._capture = capture
        self._amount_minor = amount_minor
        self._currency = currency
        self._gateway = gateway
        self._new_key = new_key
        self._session = session
        self._speaker = speaker
        self._playout = playout
        self._ear = ear
        self._recording = recording
        self._journal = journal
        self._spawn = spawn
        self._timer: asyncio.TimerHandle | None = None
        self._prompts: asyncio.Queue[Prompt] = asyncio.Queue()
        self._finished = asyncio.Event()
        self._processor: asyncio.Task[None] | None = None
        self._caller_gone = False
        self.gave_up: GivenUp | None = None
        self.payment = Payment("abandoned", None, None, 0)

    async def run(self) -> Payment:
        """Take one payment. Raises CallStopped when the call ends or fails meanwhile."""
        loop = asyncio.get_running_loop()
        self._go_deaf()
        prompts = self._spawn(self._play_prompts(), busy="card entry")
        try:
            self._recording.pause("card_entry")
            self._journal.append(
                "payment.started", {"amount_minor": self._amount_minor, "currency": self._currency}
            )
            self._carry_out(self._capture.start(loop.time()))
            await self._finished.wait()
        finally:
            self._stop_timer()
            prompts.cancel()
            self.hung_up()  # nothing, unless something stopped us
            self._hear_again()
        if not self._journal.failed and not self._caller_gone:
            self._recording.resume()
        return self.payment

    def key(self, digit: str) -> None:
        """One key of the caller; it is in no log and in no event."""
        self._carry_out(self._capture.key(digit, asyncio.get_running_loop().time()))

    @property
    def listening(self) -> bool:
        return self._capture.listening

    def hung_up(self) -> None:
        """The call ends: every digit is wiped, and a payment that was not finished is on record as such.

        A card that is with the processor is not abandoned: `settle` waits for what became of it.
        """
        if self._processor is not None and not self._processor.done():
            self._caller_gone = True
        elif not self._caller_gone:
            self._carry_out(self._capture.hung_up())

    async def settle(self) -> None:
        """Wait for an answer that the processor still owes: a charge must not be lost with the call."""
        if self._processor is not None and not self._processor.done():
            await asyncio.wait([self._processor])
            await asyncio.sleep(0)  # whoever waits for the payment goes on first

    # What the capture asks for

    def _carry_out(self, outputs: list[Output]) -> None:
        for output in outputs:
            match output:
                case Prompt():
                    self._prompts.put_nowait(output)
                case CutPrompt():
                    while not self._prompts.empty():
                        self._prompts.get_nowait()
                    self._speaker.cut()
                case Wait(timeout_s):
                    self._stop_timer()
                    self._timer = asyncio.get_running_loop().call_later(timeout_s, self._time_is_up)
                case Submit(card):
                    self._processor = self._spawn(self._submit(card), busy="processor")
                case Accepted():
                    self._finished.set()
                case GivenUp():
                    self.gave_up = output
                    self._give_up(output)
                    self._finished.set()
                case Abandoned():
                    self._record("payment.abandoned", {"reason": "hung_up"})
                    self._finished.set()

    def _time_is_up(self) -> None:
        self._carry_out(self._capture.timer(asyncio.get_running_loop().time()))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _play_prompts(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            prompt = await self._prompts.get()
            self._playout.on_next_start(partial(self._begun, prompt))
            await self._speaker.say(prompt.script_key)
            self._carry_out(self._capture.prompt_finished(prompt, loop.time()))

    def _begun(self, prompt: Prompt) -> None:
        self._carry_out(self._capture.prompt_started(prompt))

    async def _submit(self, card: Card) -> None:
        """Tokenise, then charge. The card is wiped by the capture as soon as an answer is there."""
        attempts = self._capture.cards_submitted
        token = await self._gateway.tokenize(card, idempotency_key=self._new_key())
        loop = asyncio.get_running_loop()
        match token:
            case Tokenized():
                self.payment = Payment("tokenized", token.token, token.last4, attempts)
                self._record("payment.tokenized", {"token": token.token, "last4": token.last4})
                answer = await self._gateway.charge(
                    token.token,
                    amount_minor=self._amount_minor,
                    currency=self._currency,
                    idempotency_key=self._new_key(),
                )
                taken: tuple[str | None, str | None] = (token.token, token.last4)
            case _:
                answer, taken = token, (None, None)
        match answer:
            case Charged(charge):
                self.payment = Payment("charged", *taken, attempts)
                self._record(
                    "payment.charged",
                    {
                        "token": taken[0],
                        "last4": taken[1],
                        "charge": charge,
                        "amount_minor": self._amount_minor,
                        "currency": self._currency,
                    },
                )
                self._answered(self._capture.accepted)
            case Declined(reason):
                self.payment = Payment("declined", *taken, attempts)
                self._record("payment.declined", {"reason": reason, "last4": taken[1]})
                self._answered(lambda: self._capture.declined(loop.time()))
            case Unavailable(why, may_have_acted):
                self.payment = Payment("unavailable", *taken, attempts)
                self._record(
                    "payment.failed",
                    {"reason": str(why), "may_have_acted": may_have_acted, "last4": taken[1]},
                )
                self._answered(self._capture.unavailable)

    def _answered(self, report: Callable[[], list[Output]]) -> None:
        if self._caller_gone:  # nobody is there to be asked for another card
            self._capture.hung_up()
            self._finished.set()
        elif not self._capture.over:
            self._carry_out(report())

    def _give_up(self, output: GivenUp) -> None:
        if self.payment.status in ("declined", "unavailable"):
            return  # already on record with its reason
        self.payment = Payment("abandoned", None, None, self._capture.cards_submitted)
        self._record("payment.abandoned", {"reason": str(output.reason), "entry": output.entry})

    def _record(self, kind: str, body: dict[str, Any]) -> None:
        try:
            self._journal.append(kind, body)
        except CallStopped:
            _log.error("payment step not on record", extra={"event_type": kind})
            self._finished.set()

    # Deafness

    def _go_deaf(self) -> None:
        self._ear.deaf = True
        self._session.input.set_audio_enabled(False)
        self._session.clear_user_turn()

    def _hear_again(self) -> None:
        self._session.clear_user_turn()
        self._session.input.set_audio_enabled(True)
        self._ear.deaf = False
