"""The same call with the real plugins: AssemblyAI, Azure and OpenAI, against servers that speak their protocols."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from policies import Line as LineProfile
from secure_agent.open_call import Incoming, OpenCall, open_call
from secure_agent.payments.stub import StubProcess, start_stub
from secure_agent.providers.catalog import build_providers
from secure_agent.settings import Settings
from secure_agent.simulation.sinks import Sinks, watched_logs_and_spans
from secure_agent.telephony.simulated import SimulatedLine
from secure_agent.wiring import open_services
from tests.loopback.conversation import MODEL_VERSION, Calls, Spoken
from tests.loopback.vendors import Vendors, loopback_vendors
from tests.loopback.wire_call import sound_of, until

CARD = "4242424242424242"
PHONE = ("my number is four one five", "five five five", "oh one four two")
NAME = "Wilhelmina Featherstonehaugh"


@pytest.fixture
def processor() -> Any:
    with start_stub(mode="normal") as stub:
        yield stub


@pytest.fixture
async def vendors() -> AsyncIterator[Vendors]:
    async with loopback_vendors() as running:
        yield running


async def say(opened: OpenCall, line: SimulatedLine, vendors: Vendors, *stretches: Spoken) -> None:
    turns = len(opened.call.transcript.turns)
    vendors.conversation.caller_says(*stretches)
    line.speak(sound_of(len(stretches)))
    await until(lambda: len(opened.call.transcript.turns) > turns, timeout_s=15)


async def heard(opened: OpenCall, text: str) -> None:
    await until(
        lambda: any(text in turn.text for turn in opened.call.transcript.turns if turn.role == "agent"),
        timeout_s=30,
    )


@pytest.mark.parametrize(
    "route",
    [
        pytest.param({"speech_in": "assemblyai", "speech_out": "azure"}, id="AssemblyAI, OpenAI, Azure"),
        pytest.param({"speech_in": "azure", "speech_out": "openai"}, id="Azure, OpenAI, OpenAI"),
    ],
)
async def test_a_whole_call_over_real_plugins_gives_the_vendors_redacted_text_only(
    route: dict[str, Any], vendors: Vendors, processor: StubProcess, tmp_path: Path
) -> None:
    settings = Settings(**vendors.settings(**route))
    vendors.conversation.model_answers(
        "Thank you, I have noted that.",
        Calls("take_payment", {"amount_minor": 4200, "currency": "USD"}, text="Sure, I can take that now."),
        "That is paid.",
    )
    sinks = Sinks()
    line = SimulatedLine()
    with (
        watched_logs_and_spans(sinks),
        open_services(
            settings, data_dir=tmp_path, now=lambda: datetime.now(UTC), processor_url=processor.base_url
        ) as services,
    ):
        async with aiohttp.ClientSession() as http_session:
            make = partial(build_providers, settings, http_session=http_session)
            incoming = Incoming(LineProfile(business="US-TX"), "+14155550142", "en")
            async with open_call(services, line, incoming, make) as opened:
                sinks.watch(opened.session.session)
                await heard(opened, "How can I help you?")
                await say(opened, line, vendors, *(Spoken(part, interim=part) for part in PHONE))
                await heard(opened, "noted that")
                await say(opened, line, vendors, Spoken(f"my name is {NAME} and I want to pay my bill"))
                await heard(opened, "card number")
                for digit in f"{CARD}#":
                    line.press(digit)  # type: ignore[arg-type]
                await until(lambda: opened.call.card_entry is not None and opened.call.listening)
                await asyncio.sleep(0.5)
                for digit in "1230#":
                    line.press(digit)  # type: ignore[arg-type]
                await asyncio.sleep(0.5)
                for digit in "123#":
                    line.press(digit)  # type: ignore[arg-type]
                await heard(opened, "That is paid.")
                line.caller_hangs_up()
            sinks.add_history(opened.session.session)

    assert opened.payment is not None
    assert opened.payment.status == "charged"
    assert [answer.model for answer in opened.model.answers if answer] == [MODEL_VERSION] * 3
    assert opened.resolved.effective.recording.permission == "notice"
    sinks.add("vendors", vendors.conversation.everything())
    sinks.add_files(tmp_path)
    canaries = {"card": CARD, "phone": "4155550142", "spoken phone": " ".join(PHONE), "name": NAME}
    assert list(sinks.search(canaries)) == []
    assert "Featherstonehaugh" not in vendors.conversation.everything()
    assert vendors.conversation.audio_bytes_heard > 0
