"""A telephone made of two UDP sockets: it says what the test wants, byte for byte, and keeps what it hears."""

import asyncio
import itertools
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from aiosipua.auth import SipDigestAuth, build_credentials
from aiosipua.header_codec import parse_auth, stringify_auth
from numpy.typing import NDArray

HOST = "127.0.0.1"
FRAME_S = 0.02
KEYS = "0123456789*#"
#: mu-law to samples, from the formula of G.711 and not from the library under test.
MULAW = np.array(
    [(-1 if ~b & 0x80 else 1) * ((((~b & 0x0F) << 3) + 0x84 << ((~b >> 4) & 7)) - 0x84) for b in range(256)],
    dtype=np.int16,
)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Message:
    """A SIP message that arrived."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str
    at_s: float

    @property
    def status(self) -> int:
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        return self.start.split()[0] if not self.status else self.get("cseq").split()[1]

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def to_tag(self) -> str:
        return self.get("to").partition(";tag=")[2]


def read(data: bytes, at_s: float) -> Message:
    head, _, body = data.decode().partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    pairs = tuple((k.strip().lower(), v.strip()) for k, _, v in (line.partition(":") for line in lines))
    return Message(start, pairs, body, at_s)


@dataclass(frozen=True, slots=True)
class Heard:
    """An RTP packet that arrived."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    at_s: float


def offer(
    port: int,
    *,
    protocol: str = "RTP/AVP",
    formats: str = "0 8 101",
    events: int | None = 101,
    direction: str = "",
    address: str = HOST,
    more: Iterable[str] = (),
) -> str:
    lines = [
        "v=0", f"o=- 1 1 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0",
        f"m=audio {port} {protocol} {formats}",
    ]  # fmt: skip
    if events is not None:
        lines += [f"a=rtpmap:{events} telephone-event/8000", f"a=fmtp:{events} 0-15"]
    if direction:
        lines.append(f"a={direction}")
    return "\r\n".join([*lines, *more]) + "\r\n"


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._received(data, addr)


@dataclass
class RawCaller:
    """One phone and its one call. What it answers of its own: 200 to BYE and UPDATE, unless `mute`."""

    line: tuple[str, int]
    user: str = "bob"
    mute: bool = False  # answers nothing, as a phone without a battery
    loses_acks: int = 0  # so many ACKs get lost
    call_id: str = field(default_factory=lambda: f"raw-{next(_numbers)}@test")
    tag: str = field(default_factory=lambda: f"t{next(_numbers)}")
    cseq: int = 0
    inbox: list[Message] = field(default_factory=list)
    audio: list[Heard] = field(default_factory=list)
    answered: Message | None = None
    on_refer: Callable[[Message], None] | None = None
    password: str | None = None
    event_type: int = 101
    ssrc: int = 0x1000
    sequence: int = 100
    timestamp: int = 16_000
    codec_type: int = 0
    line_media: tuple[str, int] | None = None
    tone: Callable[[int], bytes] | None = None  # payload of the nth frame; none: nothing is sent

    async def open(self) -> Self:
        loop = asyncio.get_running_loop()
        sip, _ = await loop.create_datagram_endpoint(lambda: _Socket(self._sip), local_addr=(HOST, 0))
        rtp, _ = await loop.create_datagram_endpoint(lambda: _Socket(self._rtp), local_addr=(HOST, 0))
        self.sip, self.rtp = sip, rtp
        self._news = asyncio.Event()
        self._frame = 0
        self._closed = False
        self._tick(loop.time())
        return self

    def close(self) -> None:
        self._closed = True
        self.sip.close()
        self.rtp.close()

    @property
    def sip_port(self) -> int:
        return int(self.sip.get_extra_info("sockname")[1])

    @property
    def rtp_port(self) -> int:
        return int(self.rtp.get_extra_info("sockname")[1])

    # Signalling

    def message(
        self, method: str, *, body: str = "", branch: str | None = None, cseq: int | None = None, to_tag: str = "",
        headers: dict[str, str] | None = None,
    ) -> bytes:  # fmt: skip
        branch = branch or f"z9hG4bKraw{next(_numbers)}"
        to = f"<sip:agent@{HOST}>" + (f";tag={to_tag}" if to_tag else "")
        lines = [
            f"{method} sip:agent@{self.line[0]}:{self.line[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.sip_port};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{HOST}>;tag={self.tag}",
            f"To: {to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq if cseq is None else cseq} {method}",
            f"Contact: <sip:{self.user}@{HOST}:{self.sip_port}>",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def send(self, data: bytes) -> None:
        self.sip.sendto(data, self.line)

    async def ask(self, method: str, *, copies: int = 1, **parts: Any) -> Message:
        """Send a request of a new transaction, COPIES times, and return its final answer; an INVITE is acknowledged."""
        self.cseq += 1
        data = self.message(method, **parts)
        for _ in range(copies):
            self.send(data)
        number = self.cseq
        answer = await self.until(
            lambda m: m.status >= 200 and m.get("cseq") == f"{number} {method}", "a final answer"
        )
        if method == "INVITE":
            self.acknowledge(answer, data)
        return answer

    async def invite(
        self, *, sdp: str | None = None, copies: int = 1, headers: dict[str, str] | None = None
    ) -> Message:
        body = offer(self.rtp_port) if sdp is None else sdp
        answer = await self.ask("INVITE", body=body, copies=copies, headers=headers)
        if answer.status == 401 and self.password is not None:
            headers = {**(headers or {}), "Authorization": self.credentials(answer, "INVITE")}
            answer = await self.ask("INVITE", body=body, headers=headers)
        if answer.status == 200:
            self.answered = answer
            self.line_media = (HOST, int(answer.body.partition("m=audio ")[2].split()[0]))
        return answer

    def credentials(self, challenge: Message, method: str) -> str:
        built = build_credentials(
            SipDigestAuth(self.user, self.password or ""),
            parse_auth(challenge.get("www-authenticate")),
            method,
            f"sip:agent@{self.line[0]}:{self.line[1]}",
        )
        assert built is not None
        return stringify_auth(built)

    async def in_dialog(self, method: str, **parts: Any) -> Message:
        assert self.answered is not None
        return await self.ask(method, to_tag=self.answered.to_tag, **parts)

    def acknowledge(self, answer: Message, invite: bytes) -> None:
        if self.loses_acks:
            self.loses_acks -= 1
            return
        branch = None if answer.status < 300 else invite.decode().partition("branch=")[2].partition(";")[0]
        number = int(answer.get("cseq").split()[0])
        self.send(self.message("ACK", branch=branch, cseq=number, to_tag=answer.to_tag))

    async def bye(self) -> Message:
        return await self.in_dialog("BYE")

    async def until(self, wanted: Callable[[Message], bool], what: str, *, within_s: float = 15.0) -> Message:
        """Return the first message that is WANTED, past or to come."""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    found = next((m for m in self.inbox if wanted(m)), None)
                    if found is not None:
                        return found
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{what} did not come") from None

    async def asked(self, method: str, *, within_s: float = 15.0) -> Message:
        return await self.until(lambda m: not m.status and m.method == method, method, within_s=within_s)

    def reply(self, request: Message, status: int) -> None:
        lines = [f"SIP/2.0 {status} X", *(f"Via: {v}" for v in request.every("via"))]
        lines += [f"{name}: {request.get(name)}" for name in ("From", "To", "Call-ID", "CSeq")]
        self.send(("\r\n".join([*lines, "Content-Length: 0"]) + "\r\n\r\n").encode())

    def notify(self, fragment: str, *, state: str = "active") -> None:
        assert self.answered is not None
        self.cseq += 1
        headers = {"Event": "refer", "Subscription-State": state, "Content-Type": "message/sipfrag"}
        data = self.message("NOTIFY", to_tag=self.answered.to_tag, headers=headers)
        head = data.decode().replace("Content-Length: 0", f"Content-Length: {len(fragment)}")
        self.send((head + fragment).encode())

    def _sip(self, data: bytes, _: tuple[str, int]) -> None:
        message = read(data, asyncio.get_running_loop().time())
        self.inbox.append(message)
        self._news.set()
        if message.status or self.mute:
            return
        if message.method == "REFER" and self.on_refer is not None:
            self.on_refer(message)
        elif message.method in ("BYE", "UPDATE"):
            self.reply(message, 200)

    # Sound and keys

    def packet(
        self, payload: bytes, *, payload_type: int, marker: bool = False, timestamp: int | None = None,
        sequence: int | None = None, ssrc: int | None = None,
    ) -> bytes:  # fmt: skip
        if sequence is None:
            self.sequence = sequence = (self.sequence + 1) & 0xFFFF
        head = struct.pack(
            "!BBHII", 0x80, marker << 7 | payload_type, sequence,
            self.timestamp if timestamp is None else timestamp, self.ssrc if ssrc is None else ssrc,
        )  # fmt: skip
        return head + payload

    def send_rtp(self, data: bytes) -> None:
        assert self.line_media is not None
        self.rtp.sendto(data, self.line_media)

    async def press(self, keys: str, *, tone_s: float = 0.06, gap_s: float = 0.06) -> None:
        """Press KEYS as a phone does: events every 20 ms, the end three times."""
        for key in keys:
            self.timestamp += 800
            for data in self.events(key, self.timestamp, frames=max(1, round(tone_s / FRAME_S))):
                self.send_rtp(data)
                await asyncio.sleep(FRAME_S)
            await asyncio.sleep(gap_s)

    def events(
        self, key: str, timestamp: int, *, frames: int = 3, ends: int = 3, ssrc: int | None = None
    ) -> list[bytes]:
        """The packets of one press."""
        code, length = KEYS.index(key), 160 * frames
        bodies = [struct.pack("!BBH", code, 10, 160 * (n + 1)) for n in range(frames)]
        bodies += [struct.pack("!BBH", code, 0x80 | 10, length)] * ends
        return [
            self.packet(body, payload_type=self.event_type, marker=n == 0, timestamp=timestamp, ssrc=ssrc)
            for n, body in enumerate(bodies)
        ]

    def _tick(self, due_s: float) -> None:
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        if self.tone is not None and self.line_media is not None:
            self.timestamp += 160
            self.send_rtp(self.packet(self.tone(self._frame), payload_type=self.codec_type))
            self._frame += 1
        due_s = max(due_s + FRAME_S, loop.time())
        loop.call_at(due_s, self._tick, due_s)

    def _rtp(self, data: bytes, _: tuple[str, int]) -> None:
        _, second, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
        now_s = asyncio.get_running_loop().time()
        self.audio.append(Heard(second & 0x7F, sequence, timestamp, ssrc, data[12:], now_s))

    def heard(self) -> NDArray[np.int16]:
        """Everything that was heard, at 8 kHz; where the line's clock skipped, there is no gap."""
        payload = b"".join(p.payload for p in self.audio)
        return MULAW[np.frombuffer(payload, dtype=np.uint8)]

    def first_sound_s(self) -> float | None:
        """When the first packet arrived that was no silence."""
        return next(
            (
                p.at_s
                for p in self.audio
                if np.abs(MULAW[np.frombuffer(p.payload, np.uint8)].astype(int)).max() > 200
            ),
            None,
        )


@asynccontextmanager
async def raw_caller(line: tuple[str, int], **settings: Any) -> AsyncIterator[RawCaller]:
    caller = await RawCaller(line, **settings).open()
    try:
        yield caller
    finally:
        caller.close()


def mulaw_tone(hz: float, *, level: float = 8_000.0) -> Callable[[int], bytes]:
    """Frames of a sine, as the nearest mu-law codes."""
    order = np.argsort(MULAW)
    sorted_levels = MULAW[order].astype(int)

    def frame(n: int) -> bytes:
        at = (np.arange(160) + 160 * n) / 8_000
        samples = level * np.sin(2 * np.pi * hz * at)
        nearest = np.clip(np.searchsorted(sorted_levels, samples), 0, 255)
        return bytes(order[nearest].astype(np.uint8))

    return frame


def strongest_hz(samples: NDArray[np.int16], rate_hz: int = 8_000) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    spectrum[:2] = 0
    return float(np.argmax(spectrum) * rate_hz / len(samples))
