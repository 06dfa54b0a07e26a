"""One payment by keypad: carries out what the capture asks for, and takes the card to the processor.

What leaves this module is a status, a token and the last four digits. Who plays the prompts, and where it is put on
record, comes in: the agent's own process, or the digit gate's.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal, Protocol

from secure_agent.payments.capture import CardCapture
from secure_agent.payments.errors import PendingChargeError
from secure_agent.payments.gateway import Charged, Declined, PaymentGateway, Tokenized, Unavailable, Why
from secure_agent.payments.pan import Card
from secure_agent.payments.pending import PendingCharge, PendingCharges
from secure_agent.payments.steps import Abandoned, Accepted, CutPrompt, GivenUp, Output, Prompt, Submit, Wait

_log = logging.getLogger(__name__)

PaymentStatus = Literal["tokenized", "charged", "declined", "unavailable", "abandoned"]


@dataclass(frozen=True, slots=True)
class Payment:
    """How a payment stands: never a digit but the last four of a card that the processor took."""

    status: PaymentStatus
    token: str | None
    last4: str | None
    attempts: int  # cards sent to the processor
    may_be_charged: bool = False  # the answer to the charge was lost; it is asked for after the call

    def for_the_model(self) -> dict[str, str | None]:
        status = "unknown" if self.may_be_charged else self.status
        return {"status": status, "token": self.token, "last4": self.last4}


@dataclass(frozen=True, slots=True)
class Processor:
    """Where cards go: the gateway, the charges under way, and how both are named."""

    gateway: PaymentGateway
    pending: PendingCharges
    now: Callable[[], datetime]
    new_key: Callable[[], str]


class Surroundings(Protocol):
    """What a card entry needs of the call it is in."""

    @property
    def call_id(self) -> str: ...

    def spawn(self, work: Coroutine[Any, Any, Any], *, busy: str) -> "asyncio.Task[None]": ...

    async def play(self, script_key: str, *, on_begun: Callable[[], None]) -> None:
        """Play a script to its end, or until `cut_prompt`; ON_BEGUN at its first sound."""
        ...

    def cut_prompt(self) -> None: ...

    def record(self, kind: str, body: Mapping[str, Any]) -> bool:
        """Put one step on record; False if that was not possible, and the call ends."""
        ...


class CardPayment:
    """From the first prompt to charged, declined, unavailable or abandoned. `payment` is how it stands."""

    def __init__(
        self,
        capture: CardCapture,
        *,
        amount_minor: int,
        currency: str,
        processor: Processor,
        around: Surroundings,
    ) -> None:
        self._capture = capture
        self._amount_minor = amount_minor
        self._currency = currency
        self._processor = processor
        self._around = around
        self._timer: asyncio.TimerHandle | None = None
        self._prompts: asyncio.Queue[Prompt] = asyncio.Queue()
        self._finished = asyncio.Event()
        self._submitting: asyncio.Task[None] | None = None
        self.caller_gone = False
        self.gave_up: GivenUp | None = None
        self.payment = Payment("abandoned", None, None, 0)

    async def run(self) -> Payment:
        """Take one payment; cancelled, it wipes every digit and puts on record that it was abandoned."""
        prompts = self._around.spawn(self._play_prompts(), busy="card entry")
        try:
            money = {"amount_minor": self._amount_minor, "currency": self._currency}
            if self._record("payment.started", money):
                self._carry_out(self._capture.start(asyncio.get_running_loop().time()))
            await self._finished.wait()
        finally:
            self._stop_timer()
            prompts.cancel()
            self.hung_up()  # nothing, unless something stopped us
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
        if self._submitting is not None and not self._submitting.done():
            self.caller_gone = True
        elif not self.caller_gone:
            self._carry_out(self._capture.hung_up())

    async def settle(self) -> None:
        """Wait for an answer that the processor still owes: a charge must not be lost with the call."""
        if self._submitting is not None and not self._submitting.done():
            await asyncio.wait([self._submitting])
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
                    self._around.cut_prompt()
                case Wait(timeout_s):
                    self._stop_timer()
                    self._timer = asyncio.get_running_loop().call_later(timeout_s, self._time_is_up)
                case Submit(card):
                    self._submitting = self._around.spawn(self._submit(card), busy="processor")
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
            await self._around.play(prompt.script_key, on_begun=partial(self._begun, prompt))
            self._carry_out(self._capture.prompt_finished(prompt, loop.time()))

    def _begun(self, prompt: Prompt) -> None:
        self._carry_out(self._capture.prompt_started(prompt))

    # The processor

    async def _submit(self, card: Card) -> None:
        """Tokenise, then charge. The card is wiped by the capture as soon as an answer is there."""
        attempts = self._capture.cards_submitted
        processor = self._processor
        answer = await processor.gateway.tokenize(card, idempotency_key=processor.new_key())
        if isinstance(answer, Tokenized):
            self.payment = Payment("tokenized", answer.token, answer.last4, attempts)
            self._record("payment.tokenized", {"token": answer.token, "last4": answer.last4})
            await self._charge(answer, attempts)
        else:
            self._conclude(answer, None, attempts)

    async def _charge(self, card: Tokenized, attempts: int) -> None:
        """Charge a token once; the charge is remembered until its outcome is on record."""
        processor, call = self._processor, self._around.call_id
        reference = processor.new_key()
        amount_minor, currency = self._amount_minor, self._currency
        try:
            processor.pending.begin(
                PendingCharge(reference, call, card.token, amount_minor, currency, processor.now())
            )
        except PendingChargeError as error:
            _log.error("charge not sent", extra={"error": str(error)})
            self._conclude(Unavailable(Why.DOWN, may_have_acted=False), card, attempts)
            return
        answer = await processor.gateway.charge(
            card.token, amount_minor=amount_minor, currency=currency, idempotency_key=reference
        )
        if self._conclude(answer, card, attempts) and not self.payment.may_be_charged:
            self._settle(reference)

    def _settle(self, reference: str) -> None:
        try:
            self._processor.pending.settle(reference)
        except PendingChargeError as error:  # `payments reconcile` finds the same outcome again
            _log.error("settled charge still remembered", extra={"error": str(error)})

    def _conclude(
        self, answer: Charged | Declined | Unavailable, card: Tokenized | None, attempts: int
    ) -> bool:
        """Put the outcome on record and tell the capture; whether it is on record."""
        token, last4 = (None, None) if card is None else (card.token, card.last4)
        capture = self._capture
        body: dict[str, Any]
        report: Callable[[], list[Output]]
        status: PaymentStatus
        match answer:
            case Charged(charge):
                status, kind, report = "charged", "payment.charged", capture.accepted
                money = {"amount_minor": self._amount_minor, "currency": self._currency}
                body = {"token": token, "last4": last4, "charge": charge, **money}
            case Declined(reason):
                status, kind, report = "declined", "payment.declined", self._declined
                body = {"reason": reason, "last4": last4}
            case _:
                status, kind, report = "unavailable", "payment.failed", capture.unavailable
                body = {"reason": str(answer.why), "may_have_acted": answer.may_have_acted, "last4": last4}
        lost = isinstance(answer, Unavailable) and answer.may_have_acted and card is not None
        self.payment = Payment(status, token, last4, attempts, may_be_charged=lost)
        recorded = self._record(kind, body)
        self._answered(report)
        return recorded

    def _declined(self) -> list[Output]:
        return self._capture.declined(asyncio.get_running_loop().time())

    def _answered(self, report: Callable[[], list[Output]]) -> None:
        if self.caller_gone:  # nobody is there to be asked for another card
            self._capture.hung_up()
            self._finished.set()
        elif not self._capture.over:
            self._carry_out(report())

    def _give_up(self, output: GivenUp) -> None:
        if self.payment.status in ("declined", "unavailable"):
            return  # already on record with its reason
        self.payment = Payment("abandoned", None, None, self._capture.cards_submitted)
        self._record("payment.abandoned", {"reason": str(output.reason), "entry": output.entry})

    def _record(self, kind: str, body: Mapping[str, Any]) -> bool:
        if self._around.record(kind, body):
            return True
        _log.error("payment step not on record", extra={"event_type": kind})
        self._finished.set()
        return False
