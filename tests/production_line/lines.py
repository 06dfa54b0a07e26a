"""A line that is up: server, worker and vendors, and callers for it."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from audit import list_calls
from secure_agent.simulation.sound import babble
from tests.loopback.vendors import Vendors, loopback_vendors
from tests.production_line.servers import KEY, SECRET, LiveKit, running_worker
from tests.production_line.sip_caller import RATE_HZ, SipCaller

NUMBER = "+4915112345678"  # Germany: recording needs a yes
CALLED = "+12145550100"


def speech() -> bytes:
    """One stretch of speech-like sound as the telephone carries it."""
    wide = np.frombuffer(babble(0.6, pitch_hz=200), np.int16)
    return wide[::2].tobytes() + bytes(2 * RATE_HZ)


@dataclass(frozen=True, slots=True)
class Line:
    livekit: LiveKit
    vendors: Vendors
    worker: subprocess.Popen[bytes]
    folder: Path

    def caller(self, number: str = NUMBER, *, attributes: dict[str, str] | None = None) -> SipCaller:
        return SipCaller(
            self.livekit.url,
            KEY,
            SECRET,
            number=number,
            called=CALLED,
            agent="secure-agent",
            attributes=attributes,
        )

    async def voice_said(self, words: str, *, times: int = 1) -> None:
        await said(self.vendors, words, times=times)


async def said(vendors: Vendors, words: str, *, times: int = 1) -> None:
    """Wait until the voice was given these words, so often in all."""
    async with asyncio.timeout(20):
        while sum(words in one.text for one in vendors.conversation.of("voice")) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Speaking(Protocol):
    """Whatever knows what the agent's voice was given."""

    async def voice_said(self, words: str) -> None: ...


async def agrees(here: Speaking, caller: SipCaller) -> None:
    """Hear the question to its end, agree by key, and hear what the agent asks then."""
    await here.voice_said("May we record this call")
    await asyncio.sleep(0.6)
    await caller.hears_silence(for_s=0.3)
    await caller.press("1")
    await here.voice_said("How can I help you?")
    await caller.hears_silence(for_s=0.5)


@asynccontextmanager
async def line(livekit: LiveKit, folder: Path, line_file: Path) -> AsyncIterator[Line]:
    async with loopback_vendors() as vendors:
        started = running_worker(livekit, folder, line_file, vendors.settings())
        worker = await asyncio.to_thread(started.__enter__)
        try:
            yield Line(livekit, vendors, worker, folder)
        finally:
            await asyncio.to_thread(started.__exit__, None, None, None)


async def closed_calls(data_dir: Path, count: int) -> list[str]:
    """The ids of the calls on record, once COUNT records are closed."""
    async with asyncio.timeout(20):
        while True:
            calls = list_calls(data_dir) if (data_dir / "audit.db").exists() else []
            if len(calls) == count and all(call.state == "closed" for call in calls):
                return [call.call for call in calls]
            await asyncio.sleep(0.1)
