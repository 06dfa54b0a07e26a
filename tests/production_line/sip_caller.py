"""A caller who stands where livekit-sip stands: a participant of kind SIP with its attributes, real audio, real keys.

The same as livekit-sip v1.10.0: token with kind, attributes and room configuration (agent dispatch), ringing until
somebody publishes sound, `SipDTMF` to everybody in the room, `hangup` and leaving. Different: no SIP and no RTP, so no
response codes, digest, TLS, SRTP or REFER; a transfer fails.
"""

import asyncio
import hashlib  # noqa: TID251 - as livekit-sip hides a number
import secrets
from collections.abc import Coroutine
from typing import Any, Self

import numpy as np
from livekit import api, rtc

RATE_HZ = 8_000
FRAME = 160
_KEYS = "0123456789*#"


class SipCaller:
    """Use as `async with`: entered when the call is answered, TimeoutError if nobody does."""

    def __init__(
        self,
        url: str,
        key: str,
        secret: str,
        *,
        number: str,
        called: str,
        agent: str,
        attributes: dict[str, str] | None = None,
        ringing_timeout_s: float = 20.0,
    ) -> None:
        self._url = url
        self._ringing_timeout_s = ringing_timeout_s
        self.room_name = f"call_{called.removeprefix('+')}_{secrets.token_hex(6)}"
        self.identity = "sip_" + hashlib.sha256(number.encode()).hexdigest()[:16]
        self.attributes = {
            "sip.callID": "SCL_" + secrets.token_hex(6),
            "sip.trunkID": "ST_test",
            "sip.ruleID": "SDR_test",
            "sip.callStatus": "ringing",
            "trunk.from": f'"A Caller" <sip:{number}@192.0.2.1>;tag={secrets.token_hex(4)}',
            "trunk.to": f"<sip:{called}@192.0.2.2>",
            **(attributes or {}),
        }
        self._token = (
            api.AccessToken(key, secret)
            .with_identity(self.identity)
            .with_name(f"Phone {number[-4:]}")
            .with_kind("sip")
            .with_attributes(self.attributes)
            .with_grants(api.VideoGrants(room_join=True, room=self.room_name, can_update_own_metadata=True))
            .with_room_config(api.RoomConfiguration(agents=[api.RoomAgentDispatch(agent_name=agent)]))
            .to_jwt()
        )
        self.room = rtc.Room()
        self.heard = bytearray()  # 16-bit mono at RATE_HZ, from the first frame on
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.answered_s = 0.0
        self._mouth = bytearray()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        room = self.room
        room.on("track_published", lambda publication, _: self._take(publication))
        room.on("track_subscribed", lambda track, *_: self._spawn(self._listen(track)))
        room.on("disconnected", lambda *_: self.ended.set())
        await room.connect(self._url, self._token, rtc.RoomOptions(auto_subscribe=False))
        self._source = rtc.AudioSource(RATE_HZ, 1, queue_size_ms=100)
        track = rtc.LocalAudioTrack.create_audio_track(self.identity, self._source)
        await room.local_participant.publish_track(
            track, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        )
        for participant in room.remote_participants.values():
            for publication in participant.track_publications.values():
                self._take(publication)
        try:
            async with asyncio.timeout(self._ringing_timeout_s):
                await self.answered.wait()
        except TimeoutError:
            await self.hang_up()
            raise
        self.answered_s = asyncio.get_running_loop().time()
        self._spawn(self._talk())
        await room.local_participant.set_attributes({"sip.callStatus": "active"})
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        if not self.ended.is_set():
            await self.room.local_participant.set_attributes({"sip.callStatus": "hangup"})
            await self.room.disconnect()
        for task in tuple(self._tasks):
            task.cancel()

    async def press(self, keys: str, *, gap_s: float = 0.12) -> None:
        for key in keys:
            await self.room.local_participant.publish_dtmf(code=_KEYS.index(key), digit=key)
            await asyncio.sleep(gap_s)

    def speak(self, pcm: bytes) -> None:
        """Say 16-bit mono sound at RATE_HZ after what is being said."""
        self._mouth += pcm

    @property
    def speaking(self) -> bool:
        return bool(self._mouth)

    def loudness(self, from_s: float, to_s: float) -> float:
        """Root mean square of what was heard between two times, seconds after the first frame."""
        part = self.heard[2 * round(from_s * RATE_HZ) : 2 * round(to_s * RATE_HZ)]
        samples = np.frombuffer(bytes(part), np.int16).astype(np.float64)
        return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0

    async def hears_speech(self, *, timeout_s: float = 10.0) -> None:
        await self._until(lambda: self.loudness(self._heard_s - 0.2, self._heard_s) > 200, timeout_s)

    async def hears_silence(self, *, for_s: float = 1.0, timeout_s: float = 30.0) -> None:
        await self._until(
            lambda: self._heard_s > for_s and self.loudness(self._heard_s - for_s, self._heard_s) < 50,
            timeout_s,
        )

    def first_sound_s(self) -> float:
        """When the first sound was heard, in seconds after the first frame; infinite if none was."""
        samples = np.abs(np.frombuffer(bytes(self.heard), np.int16).astype(np.int32))
        loud = np.flatnonzero(samples > 300)
        return float(loud[0]) / RATE_HZ if len(loud) else float("inf")

    async def somebody_else_presses(self, keys: str, *, key: str, secret: str) -> None:
        """Another participant of the room sends keys, as anybody may who can send data."""
        token = (
            api.AccessToken(key, secret)
            .with_identity("somebody-else")
            .with_grants(api.VideoGrants(room_join=True, room=self.room_name))
            .to_jwt()
        )
        other = rtc.Room()
        await other.connect(self._url, token)
        for digit in keys:
            await other.local_participant.publish_dtmf(code=_KEYS.index(digit), digit=digit)
        await asyncio.sleep(0.3)
        await other.disconnect()

    @property
    def _heard_s(self) -> float:
        return len(self.heard) / (2 * RATE_HZ)

    @staticmethod
    async def _until(condition: Any, timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():  # noqa: ASYNC110 - sound has no event
                await asyncio.sleep(0.02)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _take(self, publication: rtc.RemoteTrackPublication) -> None:
        if publication.kind == rtc.TrackKind.KIND_AUDIO:
            publication.set_subscribed(True)
            self.answered.set()

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            frame = bytes(self._mouth[: 2 * FRAME]).ljust(2 * FRAME, b"\0")
            del self._mouth[: 2 * FRAME]
            await self._source.capture_frame(rtc.AudioFrame(frame, RATE_HZ, 1, FRAME))
            due_s = max(due_s + 0.02, loop.time() - 0.1)
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    async def _listen(self, track: rtc.Track) -> None:
        async for event in rtc.AudioStream(track, sample_rate=RATE_HZ, num_channels=1):
            self.heard += bytes(event.frame.data)
