"""The card capture as a conversation of keys, prompts and time; no line, no loop."""

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_agent.payments.capture import CardCapture
from secure_agent.payments.errors import PaymentMisuseError
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

NUMBER = "4242424242424242"
AMEX = "378282246310005"
TODAY = date(2026, 11, 20)
LIMITS = CaptureLimits(attempts=3, key_timeout_s=15.0, entry_timeout_s=60.0, prompt_timeout_s=30.0)


class Caller:
    """Drives a capture as a line does: prompts of two seconds, a key every 0.2 s, one timer."""

    def __init__(self) -> None:
        self.capture = CardCapture(today=lambda: TODAY, limits=LIMITS)
        self.t_s = 0.0
        self.outputs: list[Output] = []
        self.scripts: list[str] = []
        self.prompt: Prompt | None = None
        self.timer_due_s: float | None = None
        self.take(self.capture.start(self.t_s))

    def take(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            self.outputs.append(output)
            match output:
                case Prompt():
                    self.prompt = output
                    self.scripts.append(output.script_key)
                case CutPrompt():
                    self.prompt = None
                case Wait(timeout_s):
                    self.timer_due_s = self.t_s + timeout_s
                case Submit() | Accepted() | Abandoned():
                    self.timer_due_s = None
                case GivenUp(script_key=key):
                    self.timer_due_s = None
                    self.scripts.append(key)

    def hear_prompts(self) -> None:
        while self.prompt is not None:
            prompt = self.prompt
            self.take(self.capture.prompt_started(prompt))
            self.t_s += 2.0
            self.prompt = None
            self.take(self.capture.prompt_finished(prompt, self.t_s))

    def begin_prompt(self) -> None:
        assert self.prompt is not None
        self.take(self.capture.prompt_started(self.prompt))

    def press(self, keys: str) -> None:
        for key in keys:
            self.t_s += 0.2
            self.take(self.capture.key(key, self.t_s))

    def enter(self, keys: str) -> None:
        self.hear_prompts()
        self.press(keys)

    def stay_silent(self) -> None:
        self.hear_prompts()
        assert self.timer_due_s is not None
        self.t_s = self.timer_due_s
        self.take(self.capture.timer(self.t_s))

    @property
    def submitted(self) -> list[Submit]:
        return [output for output in self.outputs if isinstance(output, Submit)]

    @property
    def last(self) -> Output:
        return self.outputs[-1]

    @property
    def state(self) -> CaptureState:
        return self.capture.state  # through a property, so that a type checker does not narrow it


def test_number_expiry_and_code_are_asked_for_in_this_order_and_submitted() -> None:
    caller = Caller()
    for keys in (f"{NUMBER}#", "1230#", "123#"):
        caller.enter(keys)
    assert caller.scripts == ["pay_number", "pay_expiry", "pay_code"]
    card = caller.submitted[0].card
    assert (bytes(card.number.reveal()), bytes(card.expiry.reveal()), bytes(card.code.reveal())) == (
        NUMBER.encode(),
        b"1230",
        b"123",
    )
    assert caller.capture.accepted() == [Accepted()]
    assert card.wiped


def test_american_express_is_asked_for_four_digits() -> None:
    caller = Caller()
    for keys in (f"{AMEX}#", "1230#", "1234#"):
        caller.enter(keys)
    assert caller.scripts[-1] == "pay_code_4"
    assert len(caller.submitted) == 1


def test_three_digits_are_no_security_code_of_american_express() -> None:
    caller = Caller()
    for keys in (f"{AMEX}#", "1230#", "123#"):
        caller.enter(keys)
    assert caller.scripts[-1] == "pay_invalid"
    caller.hear_prompts()
    assert caller.scripts[-1] == "pay_code_4"


def test_keys_before_the_first_prompt_begins_are_dropped() -> None:
    caller = Caller()
    caller.press(f"{NUMBER}#")
    assert caller.scripts == ["pay_number"]
    caller.enter(f"{NUMBER}#")
    assert caller.scripts == ["pay_number", "pay_expiry"]


def test_a_key_during_a_prompt_counts_and_cuts_it_short() -> None:
    caller = Caller()
    caller.begin_prompt()
    cut = caller.prompt
    caller.press("4")
    assert CutPrompt() in caller.outputs
    assert cut is not None
    assert caller.capture.prompt_finished(cut, caller.t_s) == []  # a late report of it changes nothing
    caller.press(f"{NUMBER[1:]}#")
    assert caller.scripts == ["pay_number", "pay_expiry"]


def test_a_key_before_a_later_prompt_begins_counts_too() -> None:
    caller = Caller()
    caller.enter(f"{NUMBER}#1230#123#")
    assert caller.scripts == ["pay_number", "pay_expiry", "pay_code"]
    assert len(caller.submitted) == 1


def test_a_key_during_an_error_prompt_also_drops_the_question_after_it() -> None:
    caller = Caller()
    caller.enter("1#")
    caller.begin_prompt()
    caller.press(f"{NUMBER}#")
    assert caller.scripts == ["pay_number", "pay_invalid", "pay_expiry"]


def test_the_star_clears_the_current_entry_and_costs_no_attempt() -> None:
    caller = Caller()
    caller.enter("999*")
    for _ in range(5):
        caller.press("12*")
    caller.press(f"{NUMBER}#")
    assert caller.scripts == ["pay_number", "pay_expiry"]


@pytest.mark.parametrize(
    ("before", "wrong", "entry"),
    [
        pytest.param([], "4242424242424241#", "pay_number", id="wrong check digit"),
        pytest.param([], "4242#", "pay_number", id="number too short"),
        pytest.param([], f"{NUMBER}4242#", "pay_number", id="number too long"),
        pytest.param([], "#", "pay_number", id="empty number"),
        pytest.param([f"{NUMBER}#"], "1326#", "pay_expiry", id="no such month"),
        pytest.param([f"{NUMBER}#"], "1026#", "pay_expiry", id="past expiry"),
        pytest.param([f"{NUMBER}#"], "123#", "pay_expiry", id="expiry too short"),
        pytest.param([f"{NUMBER}#"], "12300#", "pay_expiry", id="expiry too long"),
        pytest.param([f"{NUMBER}#", "1230#"], "12#", "pay_code", id="code too short"),
        pytest.param([f"{NUMBER}#", "1230#"], "1234#", "pay_code", id="code too long"),
    ],
)
def test_a_wrong_entry_is_asked_for_again_and_given_up_after_the_third(
    before: list[str], wrong: str, entry: str
) -> None:
    caller = Caller()
    for keys in before:
        caller.enter(keys)
    for _ in range(2):
        caller.enter(wrong)
        assert caller.scripts[-1] == "pay_invalid"
        caller.hear_prompts()
        assert caller.scripts[-1] == entry
    caller.press(wrong)
    assert isinstance(caller.last, GivenUp)
    assert caller.last.reason is Reason.ATTEMPTS
    assert caller.last.script_key == "pay_given_up"
    assert not caller.submitted


def test_an_entry_has_three_attempts_of_its_own() -> None:
    caller = Caller()
    for keys in ("1#", "1#", f"{NUMBER}#", "1#", "1#", "1230#", "1#", "1#", "123#"):
        caller.enter(keys)
    assert len(caller.submitted) == 1


def test_silence_is_an_attempt_and_the_third_gives_up() -> None:
    caller = Caller()
    caller.stay_silent()
    assert caller.scripts[-1] == "pay_timeout"
    caller.stay_silent()
    caller.stay_silent()
    assert isinstance(caller.last, GivenUp)
    assert caller.last.reason is Reason.TIME_OUT
    assert caller.t_s == pytest.approx(2.0 + 15 + 4 + 15 + 4 + 15)


def test_an_entry_left_unfinished_is_timed_from_its_last_key_and_cleared() -> None:
    caller = Caller()
    caller.enter("4242")
    last_key_s = caller.t_s
    caller.stay_silent()
    assert caller.t_s == pytest.approx(last_key_s + 15)
    caller.enter(f"{NUMBER}#")
    assert caller.scripts[-1] == "pay_expiry"


def test_clearing_for_ever_does_not_keep_an_attempt_open() -> None:
    caller = Caller()
    caller.hear_prompts()
    began_s = caller.t_s
    while caller.scripts[-1] != "pay_timeout":
        assert caller.timer_due_s is not None
        if caller.timer_due_s <= caller.t_s + 0.2:
            caller.stay_silent()
        else:
            caller.press("*")
    assert caller.t_s == pytest.approx(began_s + 60)


def test_an_early_timer_waits_for_the_rest_and_a_stale_one_is_ignored() -> None:
    caller = Caller()
    caller.enter("4")
    (rest,) = caller.capture.timer(caller.t_s + 5)
    assert isinstance(rest, Wait)
    assert rest.timeout_s == pytest.approx(10.0)
    caller.press(f"{NUMBER[1:]}#1230#123#")
    assert caller.state is CaptureState.SUBMITTED
    assert caller.capture.timer(caller.t_s + 1000) == []


def test_a_prompt_that_is_never_played_gives_up_instead_of_waiting_in_silence() -> None:
    caller = Caller()
    assert caller.timer_due_s == LIMITS.prompt_timeout_s
    caller.t_s = LIMITS.prompt_timeout_s
    caller.take(caller.capture.timer(caller.t_s))
    assert caller.outputs[-2:] == [CutPrompt(), GivenUp(Reason.NOT_PLAYED, "waiting", "pay_given_up")]


def test_a_declined_card_leads_once_to_another_card() -> None:
    caller = Caller()
    caller.enter(f"{NUMBER}#1230#123#")
    first = caller.submitted[0].card
    caller.take(caller.capture.declined(caller.t_s))
    assert first.wiped
    assert caller.scripts[-1] == "pay_declined"
    caller.hear_prompts()
    assert caller.scripts[-1] == "pay_number"
    caller.press(f"{AMEX}#1230#1234#")
    assert caller.capture.cards_submitted == 2
    caller.take(caller.capture.declined(caller.t_s))
    assert caller.last == GivenUp(Reason.DECLINED, "submitted", "pay_given_up")
    assert caller.submitted[1].card.wiped


def test_the_second_card_has_its_own_three_attempts() -> None:
    caller = Caller()
    for keys in ("1#", "1#", f"{NUMBER}#1230#123#"):
        caller.enter(keys)
    caller.take(caller.capture.declined(caller.t_s))
    for keys in ("1#", "1#", f"{AMEX}#"):
        caller.enter(keys)
    assert caller.scripts[-1] == "pay_expiry"


def test_an_unavailable_processor_ends_the_capture_with_its_own_words() -> None:
    caller = Caller()
    caller.enter(f"{NUMBER}#1230#123#")
    caller.take(caller.capture.unavailable())
    assert caller.last == GivenUp(Reason.UNAVAILABLE, "submitted", "pay_unavailable")
    assert caller.submitted[0].card.wiped


def test_keys_while_the_processor_decides_are_dropped() -> None:
    caller = Caller()
    caller.enter(f"{NUMBER}#1230#123#")
    assert caller.capture.key("1", caller.t_s) == []
    caller.take(caller.capture.declined(caller.t_s))
    caller.enter(f"{AMEX}#")
    assert caller.scripts[-1] == "pay_expiry"


@pytest.mark.parametrize("keys", ["", "4242", f"{NUMBER}#12", f"{NUMBER}#1230#1", f"{NUMBER}#1230#123#"])
def test_hanging_up_wipes_every_digit_wherever_the_capture_stands(keys: str) -> None:
    caller = Caller()
    caller.enter(keys)
    held = [
        secret
        for secret in (caller.capture._digits, caller.capture._number, caller.capture._expiry)
        if secret is not None
    ]
    caller.take(caller.capture.hung_up())
    assert caller.last == Abandoned()
    assert all(secret.wiped for secret in held)
    assert all(submit.card.wiped for submit in caller.submitted)
    assert caller.capture.over
    assert caller.capture.key("1", caller.t_s) == []
    assert caller.capture.timer(caller.t_s + 1000) == []
    assert caller.capture.hung_up() == []


def test_an_entry_is_open_from_the_start_of_its_prompt_until_it_is_closed() -> None:
    caller = Caller()
    assert not caller.capture.listening
    caller.begin_prompt()
    assert caller.capture.listening
    caller.hear_prompts()
    assert caller.capture.listening
    caller.press(f"{NUMBER}#")
    assert not caller.capture.listening
    caller.begin_prompt()
    assert caller.capture.listening
    caller.press("1230#")
    caller.press("123#")
    assert not caller.capture.listening


def test_an_answer_without_a_card_at_the_processor_is_a_fault_of_ours() -> None:
    caller = Caller()
    for answer in (caller.capture.accepted, caller.capture.unavailable, lambda: caller.capture.declined(0.0)):
        with pytest.raises(PaymentMisuseError):
            answer()
    with pytest.raises(PaymentMisuseError):
        caller.capture.start(0.0)


KEYS = st.text(alphabet="0123456789*#AD", min_size=1, max_size=24)
EVENTS = st.lists(
    st.one_of(
        KEYS,
        st.sampled_from(
            [f"{NUMBER}#", "1230#", "123#", "HEAR", "BEGIN", "SILENCE", "declined", "accepted", "unavailable"]
        ),
    ),
    max_size=60,
)


def play(events: list[str]) -> Caller:
    caller = Caller()
    for event in events:
        if caller.capture.over:
            break
        match event:
            case "HEAR":
                caller.hear_prompts()
            case "BEGIN" if caller.prompt is not None:
                caller.begin_prompt()
            case "SILENCE" if caller.timer_due_s is not None:
                caller.stay_silent()
            case "declined" if caller.state is CaptureState.SUBMITTED:
                caller.take(caller.capture.declined(caller.t_s))
            case "accepted" | "unavailable" if caller.state is CaptureState.SUBMITTED:
                caller.take(getattr(caller.capture, event)())
            case "BEGIN" | "SILENCE" | "declined" | "accepted" | "unavailable":
                pass
            case keys:
                caller.press(keys)
    return caller


@given(EVENTS)
@settings(max_examples=300)
def test_no_entry_is_asked_for_more_than_three_times(events: list[str]) -> None:
    caller = play(events)
    failures = 0
    for output in caller.outputs:
        match output:
            case Prompt("pay_invalid" | "pay_timeout"):
                failures += 1
            case Prompt("pay_expiry" | "pay_code" | "pay_code_4") if failures and not asked_again(
                caller, output
            ):
                failures = 0
            case Prompt("pay_declined") | Submit():
                failures = 0
            case _:
                pass
        assert failures <= 2  # the third is given up, not asked again
    assert len(caller.submitted) <= 2


def asked_again(caller: Caller, prompt: Prompt) -> bool:
    """Whether PROMPT repeats the question after an error, rather than asking the next one."""
    before = caller.outputs[: caller.outputs.index(prompt)]
    earlier = [output.script_key for output in before if isinstance(output, Prompt)]
    return bool(earlier) and earlier[-1] in ("pay_invalid", "pay_timeout") and prompt.script_key in earlier


@given(EVENTS)
@settings(max_examples=300)
def test_no_output_shows_a_digit_that_was_keyed(events: list[str]) -> None:
    caller = play(events)
    for output in [*caller.outputs, caller.capture]:
        if not isinstance(output, Wait | CardCapture):
            assert not any(digit in repr(output).replace("pay_code_4", "") for digit in "0123456789")
    for run in (NUMBER, "1230", "4242"):
        assert run not in repr(caller.capture)


@given(EVENTS)
@settings(max_examples=300)
def test_a_capture_that_the_caller_leaves_alone_always_ends(events: list[str]) -> None:
    caller = play(events)
    for _ in range(3 * 3 * 2 + 1):
        if caller.capture.over:
            break
        if caller.state is CaptureState.SUBMITTED:
            caller.take(caller.capture.declined(caller.t_s))
        else:
            caller.stay_silent()
    assert caller.capture.over
    assert caller.capture._digits.wiped
    assert caller.capture._number is None
    assert caller.capture._expiry is None
    assert caller.capture._card is None
    assert all(submit.card.wiped for submit in caller.submitted)


@given(EVENTS)
@settings(max_examples=200)
def test_at_most_one_prompt_is_in_play_and_a_wait_is_always_running(events: list[str]) -> None:
    caller = play(events)
    in_play = 0
    for output in caller.outputs:
        match output:
            case Prompt():
                in_play = 1
            case CutPrompt():
                assert in_play == 1
                in_play = 0
            case _:
                pass
    if not caller.capture.over and caller.state is not CaptureState.SUBMITTED:
        assert caller.timer_due_s is not None
