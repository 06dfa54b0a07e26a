"""What a card capture is told to do next, as values without a digit in them."""

from dataclasses import dataclass, field
from enum import StrEnum

from secure_agent.payments.pan import Card


class CaptureState(StrEnum):
    WAITING = "waiting"  # for the first prompt to begin; keys are dropped
    NUMBER = "number"
    EXPIRY = "expiry"
    CODE = "code"
    SUBMITTED = "submitted"  # the processor decides; keys are dropped
    DONE = "done"
    GIVEN_UP = "given_up"
    ABANDONED = "abandoned"


class Reason(StrEnum):
    """Why a capture was given up; a person is offered for each of them."""

    ATTEMPTS = "attempts"  # the last attempt at an entry was not valid
    TIME_OUT = "time_out"  # the last attempt at an entry was not finished in time
    DECLINED = "declined"
    UNAVAILABLE = "unavailable"
    NOT_PLAYED = "not_played"  # a prompt did not end in time: the caller may have heard nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureLimits:
    """How long and how often a caller may try."""

    attempts: int = 3  # per entry and card
    key_timeout_s: float = 15.0  # from the end of the prompt, or the last key, to the next key
    entry_timeout_s: float = 60.0  # for one attempt at one entry, however often `*` is pressed
    prompt_timeout_s: float = 30.0  # from the request for a prompt to its end; the longest script takes 15


@dataclass(frozen=True, slots=True)
class Prompt:
    """Play this script; report `prompt_started` and `prompt_finished` with this same value."""

    script_key: str
    serial: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class CutPrompt:
    """Stop the prompt in play, or drop it if it has not begun."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Call `timer` after this time unless a newer `Wait` comes first."""

    timeout_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Submit:
    """Tokenise and charge this card, then report `accepted`, `declined` or `unavailable`."""

    card: Card


@dataclass(frozen=True, slots=True)
class Accepted:
    """The card was charged; the capture is over."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The capture is over without a payment: play the script and offer a person."""

    reason: Reason
    entry: str  # where it was given up: waiting, number, expiry, code or submitted
    script_key: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The caller hung up, or the call ended otherwise; every digit is wiped."""


Output = Prompt | CutPrompt | Wait | Submit | Accepted | GivenUp | Abandoned
