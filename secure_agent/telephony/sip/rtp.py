"""The sound port of one call: packets in and out, only with the address that the call came from."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiortp.packet import RtpPacket

from audit.crypto import random_bytes
from secure_agent.telephony.line import Digit
from secure_agent.telephony.sip.dtmf import KeyReceiver
from secure_agent.telephony.sip.offer import Media
from secure_agent.telephony.sip.playout import CallerPlayout
from secure_agent.telephony.sip.sound import TELEPHONE_FRAME_SAMPLES, Downsampler, Upsampler, decode, encode

_LARGEST_PACKET_BYTES: Final = 1_500
_COMFORT_NOISE: Final = 13  # says that the phone is there, and sounds like silence
_RELATCH_S: Final = 1.0  # the port in use must have been silent for so long before another one counts


class RtpPort(asyncio.DatagramProtocol):
    """One UDP port. `heard_s` is when the caller's phone last sent anything, in loop seconds."""

    def __init__(self, address: str, *, peer: str) -> None:
        self._address = address
        self._peer = peer
        self.on_key: Callable[[Digit], None] = lambda _: None
        self._keys = KeyReceiver()
        self._playout = CallerPlayout()
        self._up, self._down = Upsampler(), Downsampler()
        self._transport: asyncio.DatagramTransport | None = None
        self._media: Media | None = None
        self._latched: int | None = None
        self._ssrc = int.from_bytes(random_bytes(4))
        self._sequence = int.from_bytes(random_bytes(2))
        self._timestamp = int.from_bytes(random_bytes(4))
        self._sent = False
        self.heard_s = asyncio.get_running_loop().time()

    async def open(self) -> None:
        """Take a free port. Raises OSError when there is none."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self._address, 0))

    @property
    def port(self) -> int:
        if self._transport is None:
            raise RuntimeError("the port is not open")
        return int(self._transport.get_extra_info("sockname")[1])

    def agreed(self, media: Media) -> None:
        """Use what the last offer and answer agreed on. The phone may have moved: its port is learnt anew."""
        self._media = media
        self._latched = None

    def listening(self) -> None:
        """From now on the caller may be heard: silence counts from here."""
        self.heard_s = asyncio.get_running_loop().time()

    def send(self, pcm: bytes, *, ticks: int) -> None:
        """Send 20 ms of 16 kHz sound; TICKS have passed since the last, one unless the clock skipped some."""
        self._timestamp += TELEPHONE_FRAME_SAMPLES * ticks
        samples = self._down(pcm)
        if self._media is None or self._transport is None:
            return
        self._sequence += 1
        packet = RtpPacket(
            payload_type=self._media.payload_type,
            marker=int(not self._sent),
            sequence_number=self._sequence & 0xFFFF,
            timestamp=self._timestamp & 0xFFFF_FFFF,
            ssrc=self._ssrc,
            payload=encode(self._media.codec, samples),
        )
        self._sent = True
        self._transport.sendto(packet.serialize(), (self._peer, self._latched or self._media.port))

    def pull(self) -> bytes:
        """Return the next 20 ms of the caller at 16 kHz: silence if nothing has come."""
        return self._up(self._playout.pull())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # From the network

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a datagram endpoint gives no other

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._media is None or addr[0] != self._peer or len(data) > _LARGEST_PACKET_BYTES:
            return
        try:
            packet = RtpPacket.parse(data)
        except ValueError:
            return
        now_s = asyncio.get_running_loop().time()
        known = packet.payload_type in (
            self._media.payload_type,
            self._media.event_payload_type,
            _COMFORT_NOISE,
        )
        if not known or not self._is_the_phone(addr[1], now_s):
            return
        self._latched, self.heard_s = addr[1], now_s
        if packet.payload_type == self._media.event_payload_type:
            key = self._keys.packet(
                packet.payload,
                ssrc=packet.ssrc,
                sequence=packet.sequence_number,
                timestamp=packet.timestamp,
                first=bool(packet.marker),
            )
            if key is not None:
                self.on_key(key)
        elif packet.payload_type == self._media.payload_type and packet.payload:
            self._playout.push(
                decode(self._media.codec, packet.payload), ssrc=packet.ssrc, timestamp=packet.timestamp
            )

    def error_received(self, exc: Exception) -> None:
        """The phone has closed its port; the time-out of a silent caller deals with it."""

    def _is_the_phone(self, port: int, now_s: float) -> bool:
        """Whoever sends from the phone's address may be another program there: the port in use keeps the call."""
        if self._latched in (None, port):
            return True
        return now_s - self.heard_s > _RELATCH_S
