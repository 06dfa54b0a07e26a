"""Redacting what a model is sent: whatever it is, the second look finds nothing more."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.agents import llm

from secure_agent.providers.scrubbing import scrub_json, scrub_until_settled
from tests.providers.guards import Guards

_FRAGMENTS = (
    "my card is", "4111 1111 1111 1111", "four one one one", "my number is", "415 555 0142", "+14155550142",
    "ann.lee@example.org", "my name is", "Ann Lee", "born on", "3 February 1980", "078-05-1120", "4200", "USD",
    "the code is", "123", "12/30", "<PHONE_1>", "[PAN]", "[WITHHELD]", "thank you", "and", ",", ".", "\n", "amount",
    "DE89 3704 0044 0532 0130 00", "12 maple grove street", "Dallas TX 75001", "oh one four two", "at", "dot",
)  # fmt: skip
_KEYS = (
    "name",
    "phone",
    "ssn",
    "security_code",
    "amount_minor",
    "account",
    "text",
    "date_of_birth",
    "415 555 0142",
)
texts = st.lists(st.sampled_from(_FRAGMENTS), max_size=12).map(" ".join)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), texts)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_KEYS), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(said=st.lists(texts, min_size=1, max_size=3), arguments=values, result=st.one_of(texts, values))
def test_a_scrubbed_request_never_trips_the_wire(said: list[str], arguments: Any, result: Any) -> None:
    guard = Guards()
    chat = llm.ChatContext.empty()
    chat.add_message(role="system", content="Be brief.")
    chat.add_message(role="user", content=list(said))
    chat.insert(llm.FunctionCall(call_id="1", name="note", arguments=json.dumps(arguments)))
    output = result if isinstance(result, str) else json.dumps(result)
    chat.insert(llm.FunctionCallOutput(call_id="1", name="note", output=output, is_error=False))
    _, messages = scrub_until_settled(chat, guard)
    assert len(messages) == 4


@pytest.mark.parametrize(
    ("written", "redacted"),
    [
        ({"ssn": "078-05-1120", "balance_minor": 4200}, {"ssn": "<SSN_1>", "balance_minor": 4200}),
        ({"phone": "415 555 0142"}, {"phone": "<PHONE_1>"}),
        ({"amount_minor": 4200, "currency": "USD"}, {"amount_minor": 4200, "currency": "USD"}),
        ({"card": 4111111111111111}, {"card": "[PAN]"}),
        ({"card": ["4111", "1111", "1111", "1111"]}, {"card": ["[PAN]"]}),
        ({"phone": "<PHONE_7>"}, {"phone": "<PHONE_7>"}),
        ([1, 2.5, None, True, "thanks"], [1, 2.5, None, True, "thanks"]),
        ("card 4111 1111 1111 1111", "card [PAN]"),
    ],
)
def test_values_are_redacted_each_with_the_name_of_its_field(written: Any, redacted: Any) -> None:
    assert json.loads(scrub_json(json.dumps(written), Guards())) == redacted


def test_a_text_that_needs_no_redaction_keeps_its_bytes() -> None:
    written = '{ "b" : 1.50, "a": "\\u00e9" }'
    assert scrub_json(written, Guards()) == written


@pytest.mark.parametrize("text", ["", "{", "None", "plain words", '{"a": 1} and more'])
def test_what_is_no_json_is_redacted_as_text(text: str) -> None:
    assert scrub_json(text, Guards()) == text
    assert "4111" not in scrub_json(f"{text} 4111 1111 1111 1111", Guards())
