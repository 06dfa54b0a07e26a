"""What a call needs of the line it is on: audio both ways, keys, hang-up and transfer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

from livekit.agents.voice import io

Digit = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"]


@dataclass(frozen=True, slots=True)
class LineCapabilities:
    """What this line can do on this call; a scenario runs on every line that can do what it needs."""

    keypad: bool  # keys arrive as events (RFC 4733); without them no card is taken
    transfer: bool  # there is somebody to whom the caller can be handed
    hold_is_seen: bool  # the line learns that the caller has put us on hold


class AudioTap(Protocol):
    """Hears what passes on the line, 16 kHz mono 16-bit little-endian, with its time in loop seconds."""

    def caller_audio(self, pcm: bytes, at_s: float) -> None: ...

    def agent_audio(self, pcm: bytes, at_s: float) -> None: ...


class Line(Protocol):
    """One telephone line with one caller on it."""

    audio_in: io.AudioInput
    audio_out: io.AudioOutput
    hung_up: asyncio.Event  # set once, whoever hung up

    @property
    def capabilities(self) -> LineCapabilities:
        """Known when the call begins; nothing of it comes or goes later."""
        ...

    def digits(self) -> AsyncIterator[Digit]:
        """Keys of the linked caller, one by one, as they are pressed; ends with the call."""
        ...

    def tap(self, listener: AudioTap | None) -> None:
        """Let LISTENER hear both directions from now on; None ends it."""
        ...

    async def transfer(self, queue: str) -> bool:
        """Hand the caller to the people of QUEUE; False when nobody took the call."""
        ...

    async def hang_up(self) -> None: ...
