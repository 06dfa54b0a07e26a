"""The production line: a caller whom livekit-sip has put into a LiveKit room, with the agent alone beside them.

No room goes to the agent's session: it sees this line's audio and nothing else, so that neither text streams, nor
remote control, nor recording by the server has a way in. Nothing here keeps or logs the caller's identity or name:
even hidden, livekit-sip puts a hash of the number and its last digits there.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Final, Protocol, cast, get_args

from livekit import api, rtc
from livekit.agents import utils
from livekit.agents.voice import io

from secure_agent.telephony.audio import (
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_RATE_HZ,
    AgentAudio,
    CallerAudio,
    silence,
)
from secure_agent.telephony.line import AudioTap, Digit, LineCapabilities

_log = logging.getLogger(__name__)

#: What the room may hold back of the caller before the oldest is dropped: a stall must not become a delay.
_HELD_FRAMES: Final = 5
#: What is ahead of the clock towards the caller: enough for a late tick, too little to be heard as a delay.
_AHEAD_MS: Final = 60
_SUBSCRIBED_TIMEOUT_S: Final = 5.0
_CONTROL_TIMEOUT_S: Final = 5.0
_TRANSFER_RINGS_S: Final = 30.0
_DIGITS: Final = frozenset(get_args(Digit))
_ADDRESSES: Final = ("sip:", "sips:", "tel:")
_STATUS: Final = "sip.callStatus"


class RoomControl(Protocol):
    """What the line asks of the server: the caller's attributes, the end of the room, a transfer."""

    async def overwrite(self, attributes: Mapping[str, str]) -> None: ...

    async def end_room(self) -> None: ...

    async def refer(self, address: str) -> bool: ...


class ServerControl:
    """`RoomControl` over LiveKit's API. It names the caller to the server, and to nobody else."""

    def __init__(self, server: api.LiveKitAPI, room: str, identity: str) -> None:
        self._server = server
        self._room = room
        self._identity = identity

    async def overwrite(self, attributes: Mapping[str, str]) -> None:
        """Replace the caller's attributes. Raises ConnectionError if the server does not."""
        request = api.UpdateParticipantRequest(
            room=self._room, identity=self._identity, attributes=dict(attributes)
        )
        try:
            async with asyncio.timeout(_CONTROL_TIMEOUT_S):
                await self._server.room.update_participant(request)
        except (api.TwirpError, OSError, TimeoutError) as error:
            raise ConnectionError(f"attributes not overwritten: {type(error).__name__}") from None

    async def end_room(self) -> None:
        """End the room, and with it the call: livekit-sip sends BYE. A room that has gone is no fault."""
        try:
            async with asyncio.timeout(_CONTROL_TIMEOUT_S):
                await self._server.room.delete_room(api.DeleteRoomRequest(room=self._room))
        except (api.TwirpError, OSError, TimeoutError) as error:
            _log.warning("room not ended by request", extra={"error": type(error).__name__})

    async def refer(self, address: str) -> bool:
        """Transfer the caller by REFER. True is no proof: it is also what a caller gives who hangs up meanwhile."""
        request = api.TransferSIPParticipantRequest(
            room_name=self._room,
            participant_identity=self._identity,
            transfer_to=address,
            play_dialtone=False,
        )
        try:
            async with asyncio.timeout(_TRANSFER_RINGS_S + _CONTROL_TIMEOUT_S):
                await self._server.sip.transfer_sip_participant(request)
        except (api.TwirpError, OSError, TimeoutError) as error:
            _log.warning("transfer refused", extra={"error": type(error).__name__})
            return False
        return True


class RoomLine:
    """One caller in one room. `run()` answers the call and is its clock; it lives as long as the call."""

    capabilities = LineCapabilities(keypad=True, transfer=True, hold_is_seen=False)

    def __init__(self, room: rtc.Room, caller: str, *, control: RoomControl) -> None:
        self._room = room
        self._caller = caller
        self._control = control
        self._in = CallerAudio("room")
        self._out = AgentAudio("room")
        self.audio_in: io.AudioInput = self._in
        self.audio_out: io.AudioOutput = self._out
        self.hung_up = asyncio.Event()
        self._heard: deque[rtc.AudioFrame] = deque(maxlen=_HELD_FRAMES)
        self._keys: utils.aio.Chan[Digit] = utils.aio.Chan()
        self._tap: AudioTap | None = None
        self._tracks: utils.aio.Chan[rtc.RemoteAudioTrack] = utils.aio.Chan()
        self._listen_to_room()

    # The agent's side

    async def run(self) -> None:
        """Publish the agent's track, which answers the call, and pass 20 ms each way until somebody hangs up.

        A tick that comes late is skipped, not made up for: sound that bursts is worse than sound that waits.
        """
        source = rtc.AudioSource(SAMPLE_RATE_HZ, 1, queue_size_ms=_AHEAD_MS)
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(self._hear())
            try:
                await self._answer(source)
                await self._clock(source)
            finally:
                hearing.cancel()
        await source.aclose()

    async def digits(self) -> AsyncIterator[Digit]:
        async for digit in self._keys:
            yield digit

    def tap(self, listener: AudioTap | None) -> None:
        self._tap = listener

    async def transfer(self, queue: str) -> bool:
        """Refer the caller to QUEUE, an address; False where it is none, or nobody took the call."""
        is_address = queue.startswith(_ADDRESSES)
        return is_address and not self.hung_up.is_set() and await self._control.refer(queue)

    async def hang_up(self) -> None:
        was_up = not self.hung_up.is_set()
        self._end()
        if was_up:
            await self._control.end_room()

    # The clock

    async def _answer(self, source: rtc.AudioSource) -> None:
        """Begin only when the caller's side hears: what is played before is lost to them."""
        track = rtc.LocalAudioTrack.create_audio_track("agent", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        publication = await self._room.local_participant.publish_track(track, options)
        try:
            async with asyncio.timeout(_SUBSCRIBED_TIMEOUT_S):
                await publication.wait_for_subscription()
        except TimeoutError:
            _log.warning("caller's side did not subscribe in time")

    async def _clock(self, source: rtc.AudioSource) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while not self.hung_up.is_set():
            said = self._out.tick()
            heard = self._heard.popleft() if self._heard else silence()
            if self._tap is not None:
                self._tap.agent_audio(said, due_s)
                self._tap.caller_audio(bytes(heard.data), due_s)
            self._in.push(heard)
            await source.capture_frame(rtc.AudioFrame(said, SAMPLE_RATE_HZ, 1, FRAME_SAMPLES))
            due_s = max(due_s + FRAME_S, loop.time() - FRAME_S)
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    async def _hear(self) -> None:
        """Listen to the caller's newest track: after a reconnection there is another one."""
        async for track in self._tracks:
            stream = rtc.AudioStream.from_track(
                track=track,
                sample_rate=SAMPLE_RATE_HZ,
                num_channels=1,
                frame_size_ms=int(FRAME_S * 1_000),
                capacity=_HELD_FRAMES,
            )
            try:
                async for event in stream:
                    self._heard.append(event.frame)
                    if not self._tracks.empty():
                        break
            finally:
                await stream.aclose()

    # What the room reports

    def _listen_to_room(self) -> None:
        room = self._room
        room.on("sip_dtmf_received", self._digit)
        room.on("track_subscribed", self._subscribed)
        room.on("participant_disconnected", self._left)
        room.on("participant_attributes_changed", self._changed)
        room.on("disconnected", lambda *_: self._end())
        caller = room.remote_participants.get(self._caller)
        if caller is None:
            self._end()
            return
        for publication in caller.track_publications.values():
            if publication.track is not None:
                self._take(publication.track)

    def _digit(self, event: rtc.SipDTMF) -> None:
        """A key of this caller. Anybody in a room can send one: a key without its sender is nobody's."""
        digit = event.digit
        if event.participant is None or event.participant.identity != self._caller:
            _log.warning("key of somebody else ignored")
        elif digit in _DIGITS and not self.hung_up.is_set():
            self._keys.send_nowait(cast("Digit", digit))

    def _subscribed(
        self, track: rtc.Track, _: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        if participant.identity == self._caller:
            self._take(track)

    def _take(self, track: rtc.Track) -> None:
        if isinstance(track, rtc.RemoteAudioTrack) and not self.hung_up.is_set():
            self._tracks.send_nowait(track)

    def _left(self, participant: rtc.RemoteParticipant) -> None:
        if participant.identity == self._caller:
            self._end()

    def _changed(self, _: list[str] | dict[str, str], participant: rtc.Participant) -> None:
        if participant.identity == self._caller and participant.attributes.get(_STATUS) == "hangup":
            self._end()

    def _end(self) -> None:
        if self.hung_up.is_set():
            return
        self.hung_up.set()
        self._out.clear_buffer()
        self._keys.close()
        self._tracks.close()
        self._in.close()
