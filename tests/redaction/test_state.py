"""Numbers said over several finals and turns never add up to anything on the other side of the boundary."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.entities import EntityType as E
from redaction import WITHHELD, Engine, Heard, Labels, RawText, Redactor

_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


class Boundary:
    """What has crossed, by utterance, with the rewrites done."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor
        self.texts: dict[int, str] = {}
        self.ever: dict[int, str] = {}

    def take(self, heard: Heard) -> None:
        for release in heard.released:
            self.texts[release.utterance] = self.ever[release.utterance] = release.text
        for rewrite in heard.rewrites:
            self.texts[rewrite.utterance] = rewrite.text

    def say(self, *turns: list[str]) -> list[str]:
        for turn in turns:
            for index, text in enumerate(turn):
                self.take(self.redactor.hear(RawText(text), end_of_turn=index + 1 == len(turn)))
        return [self.texts[k] for k in sorted(self.texts)]

    def digits_shown(self) -> str:
        words = " ".join(self.ever[k] for k in sorted(self.ever)).replace(",", " ").split()
        return "".join(str(_WORDS.index(w)) if w in _WORDS else w if w.isdigit() else "" for w in words)


def test_a_number_over_three_finals_of_one_turn_is_one_phone(redactor: Redactor) -> None:
    said = Boundary(redactor).say(["my number is four one five", "five five five", "oh one four two"])
    assert said == ["my number is <PHONE_1>", "<PHONE_1>", "<PHONE_1>"]


def test_a_number_over_three_turns_shows_at_most_its_first_three_digits(redactor: Redactor) -> None:
    boundary = Boundary(redactor)
    said = boundary.say(["four one five"], ["five five five"], ["oh one four two"])
    assert boundary.digits_shown() == "415"
    assert said == ["<PHONE_1>"] * 3, "what the first turn showed is rewritten"


def test_a_cue_makes_the_first_digits_of_a_turn_a_prefix(redactor: Redactor) -> None:
    boundary = Boundary(redactor)
    boundary.say(["my number is four one five"], ["five five five"], ["oh one four two"])
    assert boundary.digits_shown() == ""


def test_a_fragment_that_is_dropped_again_is_nothing(redactor: Redactor) -> None:
    assert Boundary(redactor).say(["four one"], ["never mind"]) == ["four one", "never mind"]


def test_an_answer_to_a_question_for_a_card_is_redacted_from_its_first_digit(redactor: Redactor) -> None:
    redactor.said("What is your card number?")
    assert Boundary(redactor).say(["four"], ["one one one"]) == ["[PAN]", "[PAN]"]


def test_what_the_agent_expects_is_set_by_the_caller_of_the_redactor(redactor: Redactor) -> None:
    redactor.expect(E.SECURITY_CODE)
    assert Boundary(redactor).say(["it is one"], ["two three"]) == [
        "it is [SECURITY_CODE]",
        "[SECURITY_CODE]",
    ]


def test_the_agent_may_ask_for_one_thing_after_another(redactor: Redactor) -> None:
    boundary = Boundary(redactor)
    redactor.said("Your card number, please?")
    boundary.say(["4111 1111 1111 1111"])
    redactor.said("And when does it expire?")
    boundary.say(["twelve twenty seven"])
    redactor.said("And the security code?")
    assert boundary.say(["one two three"]) == ["[PAN]", "[CARD_EXPIRY]", "[SECURITY_CODE]"]


def test_a_failing_layer_withholds_the_utterance_and_the_call_goes_on(engine: Engine) -> None:
    failing = iter([True, False])
    redactor = Redactor(engine, fail=lambda: next(failing))
    first = redactor.hear(RawText("my card is 4111111111111111"), end_of_turn=True)
    assert [(r.text, r.withheld) for r in first.released] == [(WITHHELD, True)]
    assert first.released[0].spans[0].type is E.UNSCANNED
    second = redactor.hear(RawText("hello"), end_of_turn=True)
    assert [(r.text, r.withheld) for r in second.released] == [("hello", False)]


def test_a_spent_budget_withholds(engine: Engine) -> None:
    clock = iter(range(1000))
    redactor = Redactor(engine, budget_ms=80.0, thread_time=lambda: float(next(clock)))
    assert redactor.redact(RawText("hello")).text == WITHHELD


_DIGITS = st.text("0123456789", min_size=16, max_size=16)


@settings(max_examples=60, deadline=None)
@given(digits=_DIGITS, cuts=st.sets(st.integers(1, 15), max_size=6), data=st.data())
def test_a_card_cut_anywhere_never_shows_six_digits(
    engine: Engine, digits: str, cuts: set[int], data: st.DataObject
) -> None:
    edges = [0, *sorted(cuts), 16]
    pieces = [" ".join(_WORDS[int(d)] for d in digits[a:b]) for a, b in pairwise(edges)]
    boundary = Boundary(Redactor(engine, labels=Labels(), budget_ms=None))
    for piece in pieces:
        boundary.take(boundary.redactor.hear(RawText(piece), end_of_turn=data.draw(st.booleans())))
    boundary.take(boundary.redactor.end_turn())
    assert len(boundary.digits_shown()) < 4


@settings(max_examples=40, deadline=None)
@given(cuts=st.sets(st.integers(1, 8), max_size=5), typed=st.booleans())
def test_a_social_security_number_after_its_cue_never_shows_a_digit(
    engine: Engine,
    cuts: set[int],
    typed: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    digits, edges = "078051120", [0, *sorted(cuts), 9]
    boundary = Boundary(Redactor(engine, labels=Labels(), budget_ms=None))
    boundary.say(["my social security number is"])
    for a, b in pairwise(edges):
        piece = digits[a:b] if typed else " ".join(_WORDS[int(d)] for d in digits[a:b])
        boundary.say([piece])
    assert boundary.digits_shown() == ""


@pytest.mark.parametrize("language", ["de", "es", "fr", "it", "pt", "nl", "pl"])
def test_a_card_typed_in_groups_over_turns_is_found_in_every_language(engine: Engine, language: str) -> None:
    boundary = Boundary(Redactor(engine, labels=Labels(), language=language, budget_ms=None))
    boundary.say(["4111 11"], ["11 1111"], ["1111 11"])
    assert len(boundary.digits_shown()) < 6
