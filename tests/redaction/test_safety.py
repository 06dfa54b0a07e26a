"""Redaction opens no socket, is linear, withholds rather than fails, and keeps its spans in order."""

import gc
import socket
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction import WITHHELD, Engine, Labels, RawText, Redactor, UnknownLanguageError, build_engine
from redaction.languages import LANGUAGES


def test_redaction_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    redactor = Redactor(build_engine(("en",)), budget_ms=None)
    text = (
        "mail ann@mail.example.co.uk, see www.example.com or call 415 555 0142, iban GB33BUKB20201555555555"
    )
    assert "@" not in redactor.redact(RawText(text)).text


_ADVERSARIAL = {
    "digits": "4" * 10_000,
    "spaced digits": "4 " * 5_000,
    "number words": "one " * 2_500,
    "double": "double " * 1_400,
    "fillers": "four " + "uh " * 3_300,
    "corrections": "five no wait " * 770,
    "letters": "a " * 5_000,
    "as in": "b as in " * 1_250,
    "dots": "a." * 5_000,
    "spoken dots": "dot " * 2_500,
    "at": "at " * 3_300,
    "at signs": "a@" * 5_000,
    "hyphens": "-" * 10_000,
    "capitals": "Ann " * 2_500,
    "streets": "12 maple street " * 625,
    "months": "march fifth " * 830,
    "my name is": "my name is " * 900,
    "one long word": "x" * 10_000,
    "colons": "a:" * 5_000,
    "labels": "<PHONE_1>" * 1_100,
    "brackets": "<[(" * 3_300,
    "cues": "card number " * 830,
    "hundreds": "hundred thousand " * 588,
    "turns": "one\x1e" * 2_500,
}


@pytest.mark.parametrize("name", _ADVERSARIAL)
def test_ten_thousand_hostile_characters_cost_about_ten_times_a_thousand(engine: Engine, name: str) -> None:
    text = _ADVERSARIAL[name]

    def cpu_s(piece: str) -> float:
        redactor = Redactor(engine, labels=Labels(), budget_ms=None)
        begun = time.thread_time()
        redactor.redact(RawText(piece))
        redactor.say(RawText(piece))
        redactor.hear(RawText(piece), end_of_turn=True)
        return time.thread_time() - begun

    short = max(cpu_s(text[:1_000]), 0.002)
    assert cpu_s(text) < 60 * short, "more than linear, with a wide margin for a busy machine"


def test_a_long_text_is_redacted_in_windows(redactor: Redactor) -> None:
    text = (
        "nothing to see here at all. " * 150 + "my card is 4111 1111 1111 1111. " + "and so on we go. " * 150
    )
    redaction = redactor.redact(RawText(text))
    assert "1111" not in redaction.text
    assert redaction.text.count("[PAN]") == 1


def test_a_long_call_keeps_no_more_than_a_short_one(engine: Engine) -> None:
    redactor = Redactor(engine, labels=Labels(), budget_ms=None)

    def talk(turns: int) -> int:
        for turn in range(turns):
            redactor.hear(
                RawText(f"that was on the bill and it went up again, item {turn % 7}"), end_of_turn=False
            )
            redactor.hear(RawText("my card is 4111 1111 1111 1111"), end_of_turn=turn % 3 == 0)
            redactor.said("Thank you. What else can I do for you?")
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = talk(80)
        assert talk(240) - first < 30_000, "bytes that three times as long a call keeps"
    finally:
        tracemalloc.stop()


def test_an_unknown_language_is_refused_at_once(engine: Engine) -> None:
    with pytest.raises(UnknownLanguageError):
        Redactor(engine, language="xx")


def test_a_language_that_the_engine_lacks_withholds() -> None:
    redactor = Redactor(build_engine(("en",)), language="de", budget_ms=None)
    assert redactor.redact(RawText("hallo")).text == WITHHELD


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=120), language=st.sampled_from(LANGUAGES))
def test_any_text_gives_sorted_disjoint_spans_and_nothing_else_changes(
    engine: Engine, text: str, language: str
) -> None:
    release = (
        Redactor(engine, labels=Labels(), language=language, budget_ms=None)
        .hear(RawText(text), end_of_turn=True)
        .released[0]
    )
    at, kept = 0, []
    for span in release.spans:
        assert at <= span.start < span.end <= len(text)
        kept.append(text[at : span.start])
        at = span.end
    kept.append(text[at:])
    for part in kept:
        assert part in release.text
