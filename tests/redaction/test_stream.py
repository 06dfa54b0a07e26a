"""The gate gives the same under every chunking, and never lets a value out in pieces."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction import WITHHELD, Engine, Labels, RawText, Redactor

_PIECES = [
    "Sure, I can take that now.",
    "Your balance is 42 dollars and 15 cents.",
    "I have your number as 415 555 0142,",
    "that is four one five five five five oh one four two.",
    "Thank you, Maria Garcia.",
    "Call us at 8 or 9 in the morning.",
    "Write to john dot smith at gmail dot com please.",
    "It went to john.smith@example.com yesterday.",
    "The card 4111 1111 1111 1111 is on file.",
    "You were born on March 5th, 1982.",
    "We open at 8:30.",
    "Is 12 Maple Street, Springfield, IL 62704 right?",
    "My name is Robert Jones.",
    "uh",
    "no wait",
    "one",
    "two",
    "-",
    "at",
    "dot",
    "(415)",
    "<PHONE_1>",
    "it's",
    "and",
    "the",
    "I",
    "five",
    "\n",
    "$",
    "3.50",
    "Ms.",
    "Smith",
    "PIN",
    "4821",
]
_TEXT = st.lists(st.sampled_from(_PIECES), max_size=9).map(" ".join)


def whole(engine: Engine, text: str) -> str:
    return Redactor(engine, labels=Labels(), budget_ms=None).say(RawText(text)).released[0].text


def streamed(engine: Engine, chunks: list[str]) -> str:
    stream = Redactor(engine, labels=Labels(), budget_ms=None).stream()
    return "".join([*(stream.feed(chunk) for chunk in chunks), stream.close()])


@settings(max_examples=120, deadline=None)
@given(text=_TEXT, data=st.data())
def test_any_chunking_gives_what_one_chunk_gives(engine: Engine, text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    edges = [0, *cuts, len(text)]
    chunks = [text[a:b] for a, b in pairwise(edges)]
    assert streamed(engine, chunks) == whole(engine, text)


@settings(max_examples=60, deadline=None)
@given(text=_TEXT)
def test_one_character_at_a_time_gives_what_one_chunk_gives(engine: Engine, text: str) -> None:
    assert streamed(engine, list(text)) == whole(engine, text)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80), size=st.integers(1, 7))
def test_any_text_at_all_gives_the_same_in_any_chunks(engine: Engine, text: str, size: int) -> None:
    assert streamed(engine, [text[i : i + size] for i in range(0, len(text), size)]) == whole(engine, text)


@settings(max_examples=60, deadline=None)
@given(text=_TEXT)
def test_spans_and_labels_account_for_every_character(engine: Engine, text: str) -> None:
    release = Redactor(engine, labels=Labels(), budget_ms=None).say(RawText(text)).released[0]
    kept, at = [], 0
    for span in release.spans:
        assert at <= span.start < span.end <= len(text)
        kept.append(text[at : span.start])
        at = span.end
    kept.append(text[at:])
    position = 0
    for part in kept:
        position = release.text.index(part, position) + len(part)


@pytest.mark.parametrize(
    "secret", ["4111 1111 1111 1111", "four one one one " * 4, "4 1 1 1 " * 4, "4111-1111-1111-1111"]
)
def test_a_card_of_the_model_never_crosses(engine: Engine, secret: str) -> None:
    text = f"Your card {secret} is fine, thank you for waiting."
    out = whole(engine, text)
    assert "[PAN]" in out
    assert "1111" not in out
    assert "one" not in out
    assert out.endswith("is fine, thank you for waiting.")


def test_ordinary_sentences_of_an_agent_pass_unchanged(engine: Engine) -> None:
    for text in (
        "That is paid. Our offices are open on weekdays from eight until five, and on Saturdays until noon.",
        "Your balance is $42.00, due in 14 days.",
        "That will be forty two dollars and fifty cents.",
        "I can offer you the plan from 2024 with 500 minutes for 19.99 a month.",
        "Thank you, I have noted that.",
        "How can I help you?",
    ):
        assert whole(engine, text) == text


def test_running_text_is_held_by_about_a_word(engine: Engine) -> None:
    stream = Redactor(engine, labels=Labels(), budget_ms=None).stream()
    fed, lags = "", []
    out = ""
    for word in re.findall(
        r"\w+", "this is quite an ordinary sentence about nothing in particular that goes along"
    ):
        fed += word + " "
        out += stream.feed(word + " ")
        lags.append(len(fed.split()) - len(out.split()))
    assert sorted(lags)[len(lags) // 2] <= 2


def test_a_hold_without_end_is_withheld(engine: Engine) -> None:
    text = "the number is " + "one two three " * 200 + "and we are done with all of it today"
    out = whole(engine, text)
    assert WITHHELD in out
    assert "one two" not in out
    assert out.endswith("it today")


def test_a_hold_too_long_in_time_is_withheld(engine: Engine) -> None:
    now = [0.0]
    redactor = Redactor(engine, labels=Labels(), budget_ms=None)
    stream = redactor.stream(clock=lambda: now[0], hold_s=0.5)
    out = str(stream.feed("your number is four one five "))
    now[0] = 1.0
    out += stream.feed("five ")
    out += stream.feed("five five oh one four two is that all right with you then")
    out += stream.close()
    assert WITHHELD in out
    assert "five" not in out


def test_a_failing_layer_withholds_what_was_held(engine: Engine) -> None:
    redactor = Redactor(engine, labels=Labels(), fail=lambda: True)
    stream = redactor.stream()
    out = stream.feed("your number is 415 555 0142, is that right for you?") + stream.close()
    assert "555" not in out
    assert WITHHELD in out
