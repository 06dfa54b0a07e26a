"""A call whose providers are the real plugins, wired to the loopback vendors; sound goes in and sound comes out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from livekit import rtc
from livekit.agents import Agent, AgentSession, UserStateChangedEvent, llm

from secure_agent.providers.catalog import build_providers
from secure_agent.providers.wrapping import Providers
from secure_agent.settings import Settings
from secure_agent.simulation.sound import babble
from secure_agent.telephony.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ
from secure_agent.telephony.simulated import SimulatedLine
from tests.loopback.conversation import Spoken
from tests.loopback.vendors import Vendors
from tests.providers.guards import Guards

_STRETCH_S: Final = 0.6
_PAUSE_S: Final = 0.3  # the loopback recognisers end a stretch after 0.2 s, the detector a turn after 0.55 s


@dataclass(frozen=True, slots=True)
class WireCall:
    """The running call, seen from the caller's chair."""

    vendors: Vendors
    providers: Providers
    session: AgentSession[None]
    line: SimulatedLine

    async def say(self, *stretches: str | Spoken) -> None:
        """Say one turn, one final transcript for each stretch; return when the last sound has left the mouth."""
        turn = [Spoken(each) if isinstance(each, str) else each for each in stretches]
        self.vendors.conversation.caller_says(*turn)
        self.line.speak(sound_of(len(turn)))
        await until(lambda: not self.line.caller_speaking)

    async def answered(self, *, spoken_texts: int, timeout_s: float = 10.0) -> None:
        """Wait until the voice was given so many texts and has spoken the last."""
        await self.vendors.conversation.wait_for("voice", count=spoken_texts, timeout_s=timeout_s)
        await until(lambda: self.line.agent_speaking)
        await until(lambda: not self.line.agent_speaking)


async def until(condition: Callable[[], bool], *, timeout_s: float = 10.0) -> None:
    """Wait until CONDITION holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - the parts under test have no event for it
            await asyncio.sleep(0.02)


def sound_of(stretches: int) -> list[rtc.AudioFrame]:
    """Speech-like sound with short pauses, in frames of the line."""
    pcm = (babble(_STRETCH_S, pitch_hz=200) + bytes(2 * round(_PAUSE_S * SAMPLE_RATE_HZ))) * stretches
    return [
        rtc.AudioFrame(
            pcm[at : at + 2 * FRAME_SAMPLES].ljust(2 * FRAME_SAMPLES, b"\0"), SAMPLE_RATE_HZ, 1, FRAME_SAMPLES
        )
        for at in range(0, len(pcm), 2 * FRAME_SAMPLES)
    ]


@asynccontextmanager
async def wire_call(
    vendors: Vendors, guards: Guards, *, tools: Sequence[llm.Tool] = (), **settings: Any
) -> AsyncIterator[WireCall]:
    """Open a call over the vendors with the guards of one call, and close everything at its end."""
    line = SimulatedLine()
    async with aiohttp.ClientSession() as http_session, asyncio.TaskGroup() as tasks:
        providers = build_providers(
            Settings(**vendors.settings(**settings)),
            ear=guards,
            guard=guards,
            observer=guards,
            voice=guards,
            http_session=http_session,
        )
        session: AgentSession[None] = AgentSession(
            stt=providers.stt,
            llm=providers.llm,
            tts=providers.tts,
            vad=providers.vad,
            turn_handling={
                "turn_detection": "vad",
                "interruption": {"mode": "vad", "resume_false_interruption": False},
                "preemptive_generation": {"enabled": False},
            },
            stt_context_options={"forward_chat_context": False},
            aec_warmup_duration=None,
            session_close_transcript_timeout=0.1,  # nobody says anything after hanging up
        )

        def tell_the_recogniser(event: UserStateChangedEvent) -> None:
            if event.new_state == "speaking":
                providers.stt.speech_began()
            elif event.new_state == "listening":
                providers.stt.flush_held()

        session.on("user_state_changed", tell_the_recogniser)
        session.input.audio = line.audio_in
        session.output.audio = line.audio_out
        clock = tasks.create_task(line.run())
        try:
            agent = Agent(instructions="You are the assistant of Example Energy.", tools=list(tools))
            await session.start(agent=agent, record=False)
            yield WireCall(vendors, providers, session, line)
        finally:
            line.caller_hangs_up()
            await session.aclose()
            await providers.aclose()
            clock.cancel()
