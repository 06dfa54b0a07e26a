"""Whole calls on the laptop line, all at once: agent, built-in voice, processor, and phones of raw datagrams."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies import Line as LineProfile
from secure_agent.assembly import OpenCall, Watchers
from secure_agent.payments.stub import start_stub
from secure_agent.phone.providers import choose_providers
from secure_agent.phone.reception import Desk, Reception
from secure_agent.settings import Settings
from secure_agent.simulation.result import CallResult
from secure_agent.simulation.sinks import Sinks, watched_logs_and_spans
from secure_agent.telephony.sip.endpoint import EndpointOptions, SipEndpoint
from secure_agent.telephony.sip.sound import Downsampler, Samples
from secure_agent.voice.espeak import SAMPLE_RATE_HZ, speak
from secure_agent.wiring import Services, open_services
from tests.line.raw_caller import MULAW, RawCaller

#: Faster than anybody would want to listen: the same words in less time of the test.
WORDS_PER_MINUTE = 400
SILENCE = bytes([0xFF]) * 160


@dataclass
class PhoneCall:
    """One call of the test: the phone, what the agent's side knows, and how it ended."""

    name: str
    caller: RawCaller
    answered_s: float = 0.0
    opened: OpenCall | None = None
    result: CallResult | None = None
    wrong: str = ""  # why its script did not come to its end

    @property
    def document(self) -> dict[str, Any]:
        assert self.result is not None, f"{self.name} has no result"
        return self.result.document

    @property
    def events(self) -> list[str]:
        return [event["type"] for event in self.document["events"]]

    @property
    def agent_said(self) -> str:
        return " ".join(turn["text"] for turn in self.document["turns"] if turn["role"] == "agent")

    async def until(self, condition: Callable[["PhoneCall"], Any], *, within_s: float = 40.0) -> None:
        async with asyncio.timeout(within_s):
            while not condition(self):  # noqa: ASYNC110 - of many things, some without an event
                await asyncio.sleep(0.02)

    async def until_asked(self) -> None:
        await self.until(lambda c: c.opened is not None and c.opened.call.listening)

    async def until_asked_for_a_card(self) -> None:
        def asked(call: PhoneCall) -> bool:
            return (
                call.opened is not None
                and call.opened.call.card_entry is not None
                and call.opened.call.listening
            )

        await self.until(asked)

    async def until_open(self) -> None:
        await self.until(lambda c: c.opened is not None and c.opened.call.opened)

    async def until_said(self, words: str) -> None:
        def said(call: PhoneCall) -> bool:
            turns = call.opened.call.transcript.turns if call.opened is not None else []
            return any(words in turn.text for turn in turns if turn.role == "agent")

        await self.until(said)

    async def until_over(self) -> None:
        await self.until(lambda c: c.result is not None)


Script = Callable[[PhoneCall], Awaitable[None]]


@dataclass
class Switchboard:
    """Tells which call of the line is which of the test: they are answered one after the other."""

    calls: list[PhoneCall] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Nobody reads what a person would be told."""

    def watchers(self, number: int) -> Watchers:
        del number
        return Watchers()

    def finished(self, number: int, result: CallResult) -> None:
        self.calls[number - 1].result = result

    def look_on(self, opened: OpenCall) -> None:
        next(call for call in self.calls if call.opened is None).opened = opened


@contextmanager
def phone_services(data_dir: Path) -> Iterator[Services]:
    def now() -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    with (
        start_stub() as stub,
        open_services(Settings(), data_dir=data_dir, now=now, processor_url=stub.base_url) as services,
    ):
        yield services


@asynccontextmanager
async def phone_line(
    services: Services, *, calls: int, **desk: Any
) -> AsyncIterator[tuple[SipEndpoint, Switchboard]]:
    """The agent at a telephone. Leaving waits until CALLS calls are over."""
    switchboard = Switchboard()
    providers = choose_providers(services.settings, "en", offline=True, words_per_minute=WORDS_PER_MINUTE)
    async with asyncio.TaskGroup() as tasks:
        shared = Desk(
            services=services,
            profile=LineProfile(business="US-CA"),
            language="en",
            providers=providers,
            reporter=switchboard,
            look_on=switchboard.look_on,
            calls=calls,
            **desk,
        )
        reception = Reception(shared, tasks)
        endpoint = await SipEndpoint(EndpointOptions(ring=reception.ring, port=0, most_calls=16)).open()
        yield endpoint, switchboard
        await reception.over.wait()
        await endpoint.close()


async def hold_calls(services: Services, scripts: dict[str, Script], **desk: Any) -> dict[str, PhoneCall]:
    """Dial once for each of SCRIPTS, let them all talk at once, and return the calls when the last is over."""
    async with (
        asyncio.TaskGroup() as tasks,
        phone_line(services, calls=len(scripts), **desk) as (line, switchboard),
    ):
        for name, script in scripts.items():
            caller = await RawCaller(line.address, tone=lambda _: SILENCE).open()
            call = PhoneCall(name, caller)
            switchboard.calls.append(call)
            tasks.create_task(_hold(call, script, without_keys=name == "no_keys"))
            await call.until(lambda c: c.answered_s)
    for call in switchboard.calls:
        call.caller.close()
    return {call.name: call for call in switchboard.calls}


async def _hold(call: PhoneCall, script: Script, *, without_keys: bool) -> None:
    body = _without_events(call.caller) if without_keys else None
    answer = await call.caller.invite(sdp=body)
    assert answer.status == 200, call.name
    call.answered_s = answer.at_s
    await call.until(lambda c: c.opened is not None)
    try:
        await script(call)
    except (AssertionError, TimeoutError) as error:  # one call that goes wrong must not hide the others
        call.wrong = f"{type(error).__name__}: {error}"
        if call.result is None:
            await call.caller.bye()


def _without_events(caller: RawCaller) -> str:
    from tests.line.raw_caller import offer  # noqa: PLC0415 - only here

    return offer(caller.rtp_port, formats="0", events=None)


def everything_kept(services: Services, calls: dict[str, PhoneCall], sinks: Sinks) -> None:
    """Put what the calls have left anywhere into SINKS."""
    for call in calls.values():
        assert call.opened is not None
        for request in call.opened.model.requests:
            sinks.add("model", *(str(message.content) for message in request.messages), *request.tools)
        sinks.add("voice", *call.opened.voice.spoken)
        sinks.add("result", repr(call.document))
        sinks.add_bodies(services.data_dir, call.opened.call.journal.call_id)
    sinks.add_files(services.data_dir)


def hold_all(data_dir: Path, scripts: dict[str, Script], **desk: Any) -> tuple[dict[str, PhoneCall], Sinks]:
    sinks = Sinks()
    with phone_services(data_dir) as services:
        with watched_logs_and_spans(sinks):
            calls = asyncio.run(hold_calls(services, scripts, **desk))
        everything_kept(services, calls, sinks)
    return calls, sinks


# Sound


async def words(text: str) -> list[bytes]:
    """TEXT as a phone would send it: mu-law, 20 ms each."""
    order = np.argsort(MULAW)
    levels = MULAW[order].astype(int)
    samples = await spoken(text, words_per_minute=165)
    codes = order[np.clip(np.searchsorted(levels, samples), 0, 255)].astype(np.uint8)
    frames = [codes[n : n + 160].tobytes() for n in range(0, len(codes), 160)]
    return [frame.ljust(160, b"\xff") for frame in frames]


async def spoken(text: str, *, words_per_minute: int = WORDS_PER_MINUTE) -> Samples:
    """TEXT by the built-in voice, at 8 kHz."""
    pcm = np.frombuffer(await speak(text, language="en", words_per_minute=words_per_minute), dtype=np.int16)
    count = len(pcm) * 16_000 // SAMPLE_RATE_HZ
    at_16k = np.interp(np.arange(count) * SAMPLE_RATE_HZ / 16_000, np.arange(len(pcm)), pcm).astype(np.int16)
    return Downsampler()(at_16k.tobytes())


def likeness(heard: Samples, expected: Samples) -> float:
    """How well the loudness of HEARD follows EXPECTED from its first sound on: 1 is the same, 0 another sound."""
    one, two = _loudness(heard), _loudness(expected)
    size = min(len(one), len(two))
    return max(float(np.corrcoef(one[shift : shift + size - 5], two[: size - 5])[0, 1]) for shift in range(5))


def _loudness(samples: Samples) -> NDArray[np.float64]:
    """Every 10 ms, from the first that is no silence."""
    loudness = np.convolve(np.abs(samples.astype(float)), np.ones(160) / 160, "same")[::80]
    return loudness[int(np.argmax(loudness > 50)) :]
