"""The whole call, agent, audit log, recorder and card capture, over the real plugins and the vendors' protocols."""

import asyncio
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from audit import read_call
from policies import Line as LineProfile
from secure_agent.assembly import Incoming, OpenCall
from secure_agent.open_call import open_call
from secure_agent.payments.stub import start_stub
from secure_agent.providers.catalog import build_providers
from secure_agent.settings import Settings
from secure_agent.simulation.sinks import Sinks, watched_logs_and_spans
from secure_agent.telephony.simulated import SimulatedLine
from secure_agent.wiring import Services, open_services
from tests.loopback.conversation import MODEL_VERSION, Calls, Spoken
from tests.loopback.vendors import KEY, Vendors, loopback_vendors
from tests.loopback.wire_call import sound_of, until

CARD = "4242424242424242"
SPOKEN_PHONE = ("my number is four one five", "five five five", "oh one four two")
E_MAIL = "ann.lee@example.org"
SSN = "078-05-1120"
CANARIES = {
    "card": CARD,
    "phone": "4155550142",
    "spoken phone": " ".join(SPOKEN_PHONE),
    "e-mail": E_MAIL,
    "ssn": SSN,
}

ROUTES = [
    pytest.param({"speech_in": "assemblyai", "speech_out": "azure"}, id="AssemblyAI, OpenAI, Azure"),
    pytest.param({"speech_in": "azure", "speech_out": "openai"}, id="Azure, OpenAI, OpenAI"),
    pytest.param(
        {"model": "self_hosted", "speech_in": "self_hosted", "speech_out": "self_hosted"},
        id="servers of our own",
    ),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody on the telephone who hears what the vendors' voices were given."""

    vendors: Vendors
    line: SimulatedLine
    opened: OpenCall

    async def hears(self, words: str) -> None:
        """Wait until these words have been given to the voice and everything given has been played."""
        await until(lambda: words in " ".join(self.opened.voice.spoken))
        await until(lambda: not self.line.agent_speaking)
        await asyncio.sleep(0.2)
        await until(lambda: not self.line.agent_speaking)

    async def says(self, *stretches: str | Spoken) -> None:
        self.vendors.conversation.caller_says(*stretches)
        self.line.speak(sound_of(len(stretches)))
        await until(lambda: not self.line.caller_speaking)

    async def presses(self, keys: str) -> None:
        for key in keys:
            self.line.press(key)  # type: ignore[arg-type]
            await asyncio.sleep(0.02)


async def pays_a_bill(services: Services, route: dict[str, Any], sinks: Sinks) -> tuple[OpenCall, Vendors]:
    profile = LineProfile(business="US-TX", called="+12145550100", sectors=("general",))
    line = SimulatedLine()
    async with loopback_vendors() as vendors, aiohttp.ClientSession() as http_session:
        vendors.conversation.model_answers(
            "Thank you, I have noted that.",
            f"I see {E_MAIL} and {SSN} & <break/> there. Is that fine?",
            Calls("take_payment", {"amount_minor": 4200, "currency": "USD"}),
            "That is paid. Good bye to you.",
        )
        make_providers = functools.partial(
            build_providers, Settings(**vendors.settings(**route)), http_session=http_session
        )
        incoming = Incoming(profile, number=None, language="en")
        async with open_call(services, line, incoming, make_providers) as opened:
            sinks.watch(opened.session.session)
            caller = Caller(vendors, line, opened)
            await caller.hears("May we record this call")
            await until(lambda: opened.call.listening)  # a voice in pieces pauses within the question
            await caller.presses("1")
            await caller.hears("How can I help you?")
            await caller.says(*SPOKEN_PHONE)
            await caller.hears("I have noted that.")
            await caller.says(Spoken("what do you have of me", interim=f"my card is {CARD}"))
            await caller.hears("Is that fine?")
            await caller.says("I want to pay my bill")
            await caller.hears("card number")
            await caller.says(f"it is {CARD}")
            await caller.presses(f"{CARD}#")
            await caller.hears("expiry date")
            await caller.presses("1230#")
            await caller.hears("security code")
            await caller.presses("123#")
            await caller.hears("That is paid.")
            line.caller_hangs_up()
            await opened.call.ending.wait()
            sinks.add_history(opened.session.session)
    return opened, vendors


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with (
        start_stub() as stub,
        open_services(
            Settings(redaction_budget_ms=2_000),  # other tests may be using the processor
            data_dir=tmp_path / "data",
            now=lambda: datetime.now(UTC),
            processor_url=stub.base_url,
        ) as opened,
    ):
        yield opened


@pytest.mark.parametrize("route", ROUTES)
def test_a_bill_is_paid_over_the_vendors_protocols_and_no_canary_is_anywhere(
    services: Services, route: dict[str, Any]
) -> None:
    sinks = Sinks()
    with watched_logs_and_spans(sinks):
        opened, vendors = asyncio.run(pays_a_bill(services, route, sinks))
    assert KEY not in str(sinks.texts)  # no log record, span, event or history repeats a key
    sinks.add("model's and voice's vendors", vendors.conversation.everything("model", "voice"))
    sinks.add_files(services.data_dir)
    events = read_call(services.data_dir, opened.call.journal.call_id)
    kinds = [event.t for event in events]

    assert sorted({(name, sink) for name, sink, _ in sinks.search(CANARIES)}) == []
    for kind in (
        "ai_disclosure.played",
        "consent.decided",
        "recording.started",
        "payment.charged",
        "call.ended",
    ):
        assert kind in kinds, kind
    assert opened.payment is not None
    assert opened.payment.last4 == "4242"
    assert {event.header.get("model") for event in events if event.t == "model.called"} == {MODEL_VERSION}
    assert vendors.conversation.missing_answers == 0
    assert set(vendors.azure.elements) <= {"speak", "voice"}
