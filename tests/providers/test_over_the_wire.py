"""The real plugins behind the wrappers, over real sockets: what the vendors receive of a call."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from livekit.agents import function_tool

from secure_agent.providers.errors import KeyRefusedError
from secure_agent.simulation.sinks import forms
from tests.loopback.conversation import MODEL_VERSION, Calls, Fails, Spoken
from tests.loopback.vendors import Vendors, loopback_vendors
from tests.loopback.wire_call import until, wire_call
from tests.providers.guards import Guards, whole_chain

CARD = "4242424242424242"
PHONE = "4155550142"
SPOKEN_PHONE = ("my number is four one five", "five five five", "oh one four two")
E_MAIL = "ann.lee@example.org"
SSN = "078-05-1120"

ROUTES = [
    pytest.param({"speech_in": "assemblyai", "speech_out": "azure"}, id="AssemblyAI, OpenAI, Azure"),
    pytest.param({"speech_in": "azure", "speech_out": "openai"}, id="Azure, OpenAI, OpenAI"),
    pytest.param(
        {"model": "self_hosted", "speech_in": "self_hosted", "speech_out": "self_hosted"},
        id="servers of our own",
    ),
]


@pytest.fixture
async def vendors() -> AsyncIterator[Vendors]:
    async with loopback_vendors() as running:
        yield running


@function_tool
async def get_account() -> str:
    """Look up the account of the caller."""
    return json.dumps({"e_mail": E_MAIL, "ssn": SSN, "balance_minor": 4200})


received_by_tools: list[str] = []


@function_tool
async def note(text: str) -> str:
    """Note something for a colleague."""
    received_by_tools.append(text)
    return "noted"


def hits(vendors: Vendors, *services: str) -> list[str]:
    """Every canary that these vendors received in any form."""
    everything = vendors.conversation.everything(*services)
    canaries = {
        "card": CARD,
        "phone": PHONE,
        "e-mail": E_MAIL,
        "ssn": SSN,
        "spoken phone": " ".join(SPOKEN_PHONE),
    }
    found = [
        f"{name} {form}"
        for name, value in canaries.items()
        for form, text in forms(value)
        if text in everything
    ]
    found += [piece for piece in SPOKEN_PHONE if piece in everything]
    bodies = "".join(request.text for service in services for request in vendors.conversation.of(service))
    return found + [word for word in ("4242", "0142", "1120") if word in bodies]  # a port may look like them


@pytest.mark.parametrize("route", ROUTES)
async def test_no_vendor_of_model_or_voice_receives_what_the_caller_or_a_tool_told(
    vendors: Vendors, route: dict[str, Any]
) -> None:
    guards = Guards()
    vendors.conversation.model_answers(
        "Thank you, I have noted that.",
        Calls("get_account", {}),
        f"I see {E_MAIL} and the number {SSN} there. All is well.",
        Calls("note", {"text": f"card {CARD}", "amount_minor": 4200}),
        "Noted for you.",
    )
    async with wire_call(vendors, guards, tools=[get_account, note], **route) as call:
        await call.say(*SPOKEN_PHONE)
        await call.answered(spoken_texts=1)
        await call.say(Spoken("what do you have of me", interim=f"my card is {CARD}"))
        await call.answered(spoken_texts=3)
        await call.say(f"please note my card {CARD}")
        await call.answered(spoken_texts=4)
        said = repr(call.session.history.messages())

    assert hits(vendors, "model", "voice") == []
    assert not [canary for canary in (CARD, PHONE, E_MAIL, SSN, "four one five") if canary in said]
    assert received_by_tools[-1] == "card [PAN]"
    assert vendors.conversation.audio_bytes_heard > 32_000
    [first, *_] = guards.requests
    assert first.messages[-1].content.startswith("my number is <PHONE_1>")
    assert vendors.conversation.missing_answers == 0


@pytest.mark.parametrize("route", ROUTES)
async def test_recognisers_are_told_nothing_of_the_conversation(
    vendors: Vendors, route: dict[str, Any]
) -> None:
    vendors.conversation.model_answers("Your answer is never told to the recogniser.")
    async with wire_call(vendors, Guards(), **route) as call:
        await call.say("hello there my friend")
        await call.answered(spoken_texts=1)
    assert "never told" not in vendors.conversation.everything("recogniser")


async def test_the_version_that_answered_is_on_record_not_the_one_asked_for(vendors: Vendors) -> None:
    guards = Guards()
    vendors.conversation.model_answers("Good morning to you.")
    async with wire_call(vendors, guards, openai_model="gpt-4.1") as call:
        await call.say("good morning")
        await call.answered(spoken_texts=1)
    [answer] = guards.answers
    assert answer.model == MODEL_VERSION
    assert vendors.conversation.of("model")[-1].json["model"] == "gpt-4.1"
    assert answer.request_id == "chatcmpl-1"


async def test_what_the_observer_was_told_is_what_was_sent(vendors: Vendors) -> None:
    guards = Guards()
    vendors.conversation.model_answers("Good morning to you.")
    async with wire_call(vendors, guards, tools=[get_account]) as call:
        await call.say("good morning")
        await call.answered(spoken_texts=1)
    [sent] = vendors.conversation.of("model")
    [told] = guards.requests
    assert [(m["role"], m["content"]) for m in sent.json["messages"]] == [
        (m.role, m.content) for m in told.messages
    ]
    assert tuple(tool["function"]["name"] for tool in sent.json["tools"]) == told.tools


async def test_markup_in_the_models_answer_is_spoken_not_obeyed(vendors: Vendors) -> None:
    vendors.conversation.model_answers('salt & "pepper" <break time="10s"/> say hello.')
    async with wire_call(vendors, Guards(), speech_out="azure") as call:
        await call.say("good morning")
        await call.answered(spoken_texts=1)
    assert vendors.azure.spoken == ['salt & "pepper" <break time="10s"/> say hello.']
    assert set(vendors.azure.elements) == {"speak", "voice"}


async def test_a_deaf_agent_sends_nothing_and_hears_again_afterwards(vendors: Vendors) -> None:
    guards = Guards(deaf=True)
    vendors.conversation.model_answers("Good morning to you.")
    async with wire_call(vendors, guards) as call:
        await call.say(f"my card is {CARD}")
        await asyncio.sleep(1.5)
        assert vendors.conversation.of("model") == []
        guards.deaf = False
        await call.say("good morning")
        await call.answered(spoken_texts=1)
    assert hits(vendors, "model", "voice") == []
    assert guards.requests[0].messages[-1].content == "good morning"


async def test_a_guard_that_fails_sends_nothing(vendors: Vendors) -> None:
    guards = Guards(broken=frozenset({"requested"}))
    async with wire_call(vendors, guards) as call:
        await call.say("good morning")
        await until(lambda: bool(guards.failures))
    assert (vendors.conversation.of("model"), vendors.conversation.of("voice")) == ([], [])


async def test_a_wrong_key_is_named_by_its_setting_and_the_servers_words_are_dropped(
    vendors: Vendors,
) -> None:
    errors: list[Exception] = []
    async with wire_call(vendors, Guards(), openai_api_key="sk-canary") as call:
        call.providers.llm.on("error", lambda event: errors.append(event.error))
        await call.say("good morning")
        await until(lambda: bool(errors))
    assert isinstance(errors[0], KeyRefusedError)
    assert "SECURE_AGENT_OPENAI_API_KEY" in str(errors[0])
    assert "canary" not in whole_chain(errors[0])


async def test_a_server_that_echoes_the_prompt_is_known_by_its_status_only(vendors: Vendors) -> None:
    errors: list[Exception] = []
    vendors.conversation.model_answers(Fails(400, "unsafe prompt: good morning canary"))
    async with wire_call(vendors, Guards()) as call:
        call.providers.llm.on("error", lambda event: errors.append(event.error))
        await call.say("good morning canary")
        await until(lambda: bool(errors))
    assert "canary" not in whole_chain(errors[0])


async def test_a_server_that_is_busy_is_asked_again(vendors: Vendors) -> None:
    guards = Guards()
    vendors.conversation.model_answers(Fails(503, "busy"), "Good morning to you.")
    async with wire_call(vendors, guards) as call:
        await call.say("good morning")
        await call.answered(spoken_texts=1)
    assert guards.order == ["requested", "requested", "answered"]


async def test_the_wrappers_hold_back_what_the_bare_plugin_would_have_sent(vendors: Vendors) -> None:
    """The canary is real: with a guard that lets everything pass, the model's vendor receives it."""

    class Open(Guards):
        def hear(self, text: str, *, language: str, confidence: float) -> tuple[Any, ...]:
            return (text,)

        def redact(self, text: str) -> Any:
            return type("Same", (), {"text": text})()

    vendors.conversation.model_answers("Thank you for that.")
    async with wire_call(vendors, Open()) as call:
        await call.say(*SPOKEN_PHONE)
        await call.answered(spoken_texts=1)
    assert "four one five" in vendors.conversation.everything("model")


@pytest.mark.parametrize(
    "route",
    [
        pytest.param({"speech_in": "azure", "speech_out": "azure"}, id="Azure hears and speaks"),
        pytest.param({"speech_in": "openai", "speech_out": "azure"}, id="OpenAI hears, Azure speaks"),
    ],
)
async def test_recogniser_and_voice_go_on_in_the_language_that_the_caller_wants(
    vendors: Vendors, route: dict[str, Any]
) -> None:
    vendors.conversation.model_answers("Good morning to you.", "Guten Morgen.")
    async with wire_call(vendors, Guards(), **route) as call:
        await call.say("good morning")
        await call.answered(spoken_texts=1)
        assert call.providers.switch("de")
        await call.say("guten morgen")
        await call.answered(spoken_texts=2)
    first, second = (request.text for request in vendors.conversation.of("voice"))
    assert "en-US-JennyNeural" in first
    assert "de-DE-KatjaNeural" in second
    told = [request.address + request.text for request in vendors.conversation.of("recogniser")]
    assert any("language=de-DE" in each or '"language": "de"' in each for each in told)
    assert "guten morgen" in vendors.conversation.everything("model")
