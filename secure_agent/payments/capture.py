"""Card capture by keypad as a pure state machine: keys, prompts and time go in, what to do next comes out.

It does no IO and reads no clock. Each input returns outputs in the order in which they are to be carried out.
At most one prompt is in play, and reports about a prompt that was cut are ignored. A new `Wait` replaces the
one before.

    waiting -> number -> expiry -> code -> submitted -> done
                 ^                             |
                 +---- declined, once ---------+        given up and abandoned from anywhere
"""

from collections.abc import Callable
from datetime import date
from typing import Final, final

from secure_agent.payments.errors import PaymentMisuseError
from secure_agent.payments.pan import (
    EXPIRY_DIGITS,
    PAN_MAX_DIGITS,
    Card,
    DigitBuffer,
    Expiry,
    Pan,
    SecurityCode,
)
from secure_agent.payments.steps import (
    Abandoned,
    Accepted,
    CaptureLimits,
    CaptureState,
    CutPrompt,
    GivenUp,
    Output,
    Prompt,
    Reason,
    Submit,
    Wait,
)

_ENTRIES: Final = (CaptureState.NUMBER, CaptureState.EXPIRY, CaptureState.CODE)
_OVER: Final = (CaptureState.DONE, CaptureState.GIVEN_UP, CaptureState.ABANDONED)
_EARLY_S: Final = 0.001  # a timer that fires this much too early is on time


@final
class CardCapture:
    """Asks for number, expiry and code, each closed by `#`; `*` clears; three failures and it gives up."""

    def __init__(self, *, today: Callable[[], date], limits: CaptureLimits | None = None) -> None:
        self._today = today
        self._limits = limits or CaptureLimits()
        self._state = CaptureState.WAITING
        self._entry = CaptureState.NUMBER
        self._digits = DigitBuffer(PAN_MAX_DIGITS)
        self._number: Pan | None = None
        self._expiry: Expiry | None = None
        self._card: Card | None = None
        self._failed_attempts = 0
        self._cards_submitted = 0
        self._prompt: Prompt | None = None
        self._prompt_is_playing = False
        self._next_prompt: str | None = None
        self._serial = 0
        self._deadline_s: float | None = None
        self._entry_deadline_s: float | None = None

    def __repr__(self) -> str:
        return f"<CardCapture {self._state.value}>"  # without an address: by chance its digits are somebody's

    @property
    def state(self) -> CaptureState:
        return self._state

    @property
    def over(self) -> bool:
        return self._state in _OVER

    @property
    def listening(self) -> bool:
        """Whether an entry is open: from the start of its prompt until it is closed."""
        return self._state in _ENTRIES and (self._prompt is None or self._prompt_is_playing)

    @property
    def cards_submitted(self) -> int:
        return self._cards_submitted

    def start(self, t_s: float) -> list[Output]:
        """Ask for the card number."""
        if self._serial:
            raise PaymentMisuseError("a capture starts once")
        return self._say("pay_number", t_s)

    def prompt_started(self, prompt: Prompt) -> list[Output]:
        """Note that the first sound of PROMPT was played; from the first prompt on keys count."""
        if prompt is self._prompt:
            self._prompt_is_playing = True
            if self._state is CaptureState.WAITING:
                self._state = CaptureState.NUMBER
        return []

    def prompt_finished(self, prompt: Prompt, t_s: float) -> list[Output]:
        """Say what follows PROMPT, or begin to wait for keys. A prompt that was cut is ignored."""
        if prompt is not self._prompt:
            return []
        self.prompt_started(prompt)
        self._prompt = None
        self._prompt_is_playing = False
        following, self._next_prompt = self._next_prompt, None
        if following is not None:
            return self._say(following, t_s)
        return self._wait_for_key(t_s)

    def key(self, digit: str, t_s: float) -> list[Output]:
        """Take one key: 0-9, `*` or `#`; others are ignored. Keys count during prompts and cut them short."""
        if self._state not in _ENTRIES or len(digit) != 1 or digit not in "0123456789*#":
            return []
        outputs = self._cut()
        if digit == "#":
            return outputs + self._close_entry(t_s)
        if digit == "*":
            self._digits.wipe()
        else:
            self._digits.push(digit)
        return outputs + self._wait_for_key(t_s)

    def timer(self, t_s: float) -> list[Output]:
        """Note that the last `Wait` is over; an early or stale timer changes nothing."""
        if self._deadline_s is None:
            return []
        if t_s < self._deadline_s - _EARLY_S:
            return [Wait(self._deadline_s - t_s)]
        self._deadline_s = None
        if self._prompt is not None:
            return [CutPrompt(), *self._give_up(Reason.NOT_PLAYED)]
        return self._fail_attempt(t_s, "pay_timeout", Reason.TIME_OUT)

    def declined(self, t_s: float) -> list[Output]:
        """Ask once for another card, from its number on; a second time give up."""
        self._answered()
        if self._cards_submitted > 1:
            return self._give_up(Reason.DECLINED)
        self._enter(CaptureState.NUMBER)
        self._next_prompt = "pay_number"
        return self._say("pay_declined", t_s)

    def accepted(self) -> list[Output]:
        """End the capture: the card was charged."""
        self._answered()
        self._state = CaptureState.DONE
        return [Accepted()]

    def unavailable(self) -> list[Output]:
        """End the capture: the processor gave no answer that can be used."""
        self._answered()
        return self._give_up(Reason.UNAVAILABLE)

    def hung_up(self) -> list[Output]:
        """End the capture wherever it stands and wipe every digit."""
        if self.over:
            return []
        self._state = CaptureState.ABANDONED
        outputs = self._cut()
        self._wipe()
        return [*outputs, Abandoned()]

    # Entries

    def _enter(self, entry: CaptureState) -> None:
        self._state = self._entry = entry
        self._digits.wipe()
        self._digits = DigitBuffer(PAN_MAX_DIGITS if entry is CaptureState.NUMBER else EXPIRY_DIGITS)
        self._failed_attempts = 0
        self._entry_deadline_s = None

    def _close_entry(self, t_s: float) -> list[Output]:
        self._deadline_s = None
        match self._state:
            case CaptureState.NUMBER:
                self._number = self._digits.take_pan()
                following = CaptureState.EXPIRY if self._number is not None else None
            case CaptureState.EXPIRY:
                self._expiry = self._digits.take_expiry(today=self._today())
                following = CaptureState.CODE if self._expiry is not None else None
            case _:
                return self._close_code(t_s)
        if following is None:
            return self._fail_attempt(t_s, "pay_invalid", Reason.ATTEMPTS)
        self._enter(following)
        return self._say(self._entry_prompt(), t_s)

    def _close_code(self, t_s: float) -> list[Output]:
        if self._number is None or self._expiry is None:
            raise PaymentMisuseError("the security code comes after number and expiry")
        code: SecurityCode | None = self._digits.take_code(length=self._number.brand.code_digits)
        if code is None:
            return self._fail_attempt(t_s, "pay_invalid", Reason.ATTEMPTS)
        self._card = Card(self._number, self._expiry, code)
        self._number = self._expiry = None
        self._state = CaptureState.SUBMITTED
        self._entry_deadline_s = None
        self._cards_submitted += 1
        return [Submit(self._card)]

    def _fail_attempt(self, t_s: float, script_key: str, reason: Reason) -> list[Output]:
        self._digits.wipe()
        self._entry_deadline_s = None
        self._failed_attempts += 1
        if self._failed_attempts >= self._limits.attempts:
            return self._give_up(reason)
        self._next_prompt = self._entry_prompt()
        return self._say(script_key, t_s)

    def _entry_prompt(self) -> str:
        if self._entry is CaptureState.NUMBER:
            return "pay_number"
        if self._entry is CaptureState.EXPIRY:
            return "pay_expiry"
        return (
            "pay_code_4" if self._number is not None and self._number.brand.code_digits == 4 else "pay_code"
        )

    # Prompts and time

    def _say(self, script_key: str, t_s: float) -> list[Output]:
        self._serial += 1
        self._prompt = Prompt(script_key, self._serial)
        self._prompt_is_playing = False
        self._deadline_s = t_s + self._limits.prompt_timeout_s
        return [self._prompt, Wait(self._limits.prompt_timeout_s)]

    def _cut(self) -> list[Output]:
        self._next_prompt = None
        if self._prompt is None:
            return []
        self._prompt = None
        self._prompt_is_playing = False
        return [CutPrompt()]

    def _wait_for_key(self, t_s: float) -> list[Output]:
        if self._entry_deadline_s is None:
            self._entry_deadline_s = t_s + self._limits.entry_timeout_s
        self._deadline_s = min(t_s + self._limits.key_timeout_s, self._entry_deadline_s)
        return [Wait(max(0.0, self._deadline_s - t_s))]

    # Endings

    def _answered(self) -> None:
        if self._state is not CaptureState.SUBMITTED:
            raise PaymentMisuseError("no card is with the processor")
        self._wipe()

    def _give_up(self, reason: Reason) -> list[Output]:
        self._wipe()
        entered_in, self._state = self._state, CaptureState.GIVEN_UP
        self._prompt = self._next_prompt = None
        script_key = "pay_unavailable" if reason is Reason.UNAVAILABLE else "pay_given_up"
        return [GivenUp(reason, entered_in.value, script_key)]

    def _wipe(self) -> None:
        self._deadline_s = self._entry_deadline_s = None
        self._digits.wipe()
        for secret in (self._number, self._expiry, self._card):
            if secret is not None:
                secret.wipe()
        self._number = self._expiry = self._card = None
