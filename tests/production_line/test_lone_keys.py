"""Which keys pass a digit gate: single answers do, and no part of a number ever does."""

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from secure_agent.gate.keys import ALONE_S, PASSING, LoneKeys
from secure_agent.telephony.line import Digit

KEYS = "0123456789*#"


def passed(keys: list[tuple[str, float]]) -> str:
    """What passes of KEYS, each so many seconds after the one before, when it is looked at every tenth of a second."""
    rule, out, now_s = LoneKeys(), "", 0.0
    for key, after_s in keys:
        end_s = now_s + after_s
        while now_s < end_s:
            now_s = min(end_s, now_s + 0.1)
            out += rule.take(now_s) or ""
        rule.pressed(cast("Digit", key), now_s)
    for _ in range(40):
        now_s += 0.1
        out += rule.take(now_s) or ""
    return out


def test_a_key_alone_is_an_answer() -> None:
    assert passed([("1", 3.0)]) == "1"
    assert passed([("1", 3.0), ("0", 3.0)]) == "10"


def test_a_key_that_answers_nothing_does_not_pass() -> None:
    assert passed([("4", 3.0)]) == ""


def test_nothing_of_a_number_passes_not_even_its_first_or_last_key() -> None:
    assert passed([("1", 3.0), ("2", 0.4), ("1", 0.4)]) == ""


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.floats(0.05, ALONE_S - 0.05)), min_size=2, max_size=40))
def test_keys_that_follow_each_other_never_pass(keys: list[tuple[str, float]]) -> None:
    assert passed(keys) == ""


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.floats(0.05, 5.0)), max_size=40))
def test_what_passes_was_quiet_before_and_after(keys: list[tuple[str, float]]) -> None:
    """At most one key passes for each quiet time, and only keys that answer a question."""
    out = passed(keys)
    assert set(out) <= PASSING
    quiet = sum(1 for _, after_s in keys[1:] if after_s >= ALONE_S - 0.11)
    assert len(out) <= quiet + 1
