"""The search itself: it finds a value however it is written, and takes no time stamp, hash or id for one."""

import base64
import json
import urllib.parse

import pytest

from secure_agent.simulation.sinks import Sinks
from tests.leaks.canaries import KINDS, Canary, canary
from tests.leaks.search import hits, hits_in_text

LONG = [canary("typed", kind) for kind in KINDS if kind != "code"]
CODE = canary("typed", "code")


def written(one: Canary, form: str) -> str:
    match form:
        case "plain":
            return f"see {one.value}."
        case "spaced":
            return " ".join(one.value)
        case "spoken":
            return one.spoken
        case "as text of its own event":
            return "\n".join(one.in_pieces)
        case "base64":
            return base64.b64encode(f'{{"v": "{one.value}"}}'.encode()).decode()
        case "hex":
            return f"x{one.value}".encode().hex()
        case "url":
            return urllib.parse.quote(f"q={one.value}&r", safe="")
        case "json":
            return json.dumps({"v": one.value})
        case _:
            raise AssertionError(form)


FORMS = ["plain", "spaced", "spoken", "as text of its own event", "base64", "hex", "url", "json"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("one", LONG, ids=lambda one: one.kind)
def test_a_value_is_found_in_every_form(one: Canary, form: str) -> None:
    assert list(hits_in_text("a sink", f"before {written(one, form)} after", [one])) != []


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form not in ("spoken", "as text of its own event")]
)
@pytest.mark.parametrize("one", LONG, ids=lambda one: one.kind)
def test_a_value_is_found_among_other_bytes(one: Canary, form: str) -> None:
    sinks = Sinks()
    sinks.files["a file"] = b"\x00\xff\x03" * 50 + written(one, form).encode() + b"\xfe\x00" * 50
    assert hits(sinks, [one]) != []


def test_seven_digits_of_a_number_are_a_leak() -> None:
    card = canary("typed", "card")
    assert list(hits_in_text("a sink", f"it begins with {card.value[:4]} {card.value[4:7]}", [card])) != []
    assert list(hits_in_text("a sink", f"a card ending in {card.value[-4:]}", [card])) == []


@pytest.mark.parametrize("text", ["code {} it is", "{}", '{{"cvv": "{}"}}', "{{'cvv': {}}}", "your code,{}."])
def test_a_short_value_is_found_as_a_whole_run_of_digits(text: str) -> None:
    assert list(hits_in_text("a sink", text.format(CODE.value), [CODE])) != []


def test_a_short_value_is_found_in_words() -> None:
    assert list(hits_in_text("a sink", f"it is {CODE.spoken} I think", [CODE])) != []


@pytest.mark.parametrize(
    "text",
    [
        "at 1790866801.{}",
        "2026-10-01T15:00:00.{}Z",
        "'t_start_ms': {}, 'text'",
        "item_{}ab4f2e91",
        "'lineno': {}, 'funcName'",
        "session.py:{}",
        "8{}",
        "{}5",
        "amount 4200",
    ],
)
def test_a_short_value_inside_times_ids_and_longer_numbers_is_none(text: str) -> None:
    assert list(hits_in_text("a sink", text.format(CODE.value), [CODE])) == []
