"""One call behind the gate: the caller's room on one side, the agent's on the other, digits on this side only."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from livekit import api, rtc

from audit import AuditError
from secure_agent.errors import CallStopped
from secure_agent.gate.keys import LoneKeys
from secure_agent.gate.prompts import Prompt
from secure_agent.gate.protocol import CALLER, TAKE_CARD, TRANSFER, CardTaken, TakeCard, Transfer, Transferred
from secure_agent.gate.relay import Relay
from secure_agent.journal import Journal
from secure_agent.payments.capture import CardCapture
from secure_agent.payments.entry import CardPayment, Processor
from secure_agent.payments.steps import CaptureLimits
from secure_agent.telephony.line import Digit
from secure_agent.telephony.room import RoomControl

_log = logging.getLogger(__name__)

_DIGITS: Final = frozenset(get_args(Digit))
_STATUS: Final = "sip.callStatus"
#: An agent that ends the call well ends its room at once; one that only leaves has died.
_LEFT_FOR_GOOD_S: Final = 1.5
_AGENT_TIMEOUT_S: Final = 15.0
_KEY_POLL_S: Final = 0.1
_NOT_TAKEN: Final = CardTaken(
    status="abandoned", token=None, last4=None, attempts=0, may_be_charged=False, gave_up=None
)


@dataclass(frozen=True, slots=True)
class Side:
    """A room and the participant of it that counts."""

    room: rtc.Room
    identity: str | None  # None: the first agent that comes


class GatedCall:
    """Relays one call until one side ends it. Every method runs in the loop of the call's job."""

    def __init__(
        self,
        caller: Side,
        agent: Side,
        *,
        control: RoomControl,
        journal: Journal,
        prompts: Mapping[str, Prompt],
        processor: Processor,
        limits: CaptureLimits,
        human_queue: str | None,
    ) -> None:
        self._caller, self._agent = caller, agent
        self._control = control
        self._journal = journal
        self._prompts = prompts
        self._processor = processor
        self._limits = limits
        self._human_queue = human_queue
        self._relay = Relay()
        self._keys = LoneKeys()
        self._payment: CardPayment | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._agent_there = asyncio.Event()
        self._over = asyncio.Event()  # of the relay: the call, or the agent's part in it
        # the agent died or the record failed: the caller hears so, and gets a person
        self._apologises = False
        self.outcome = "completed"

    async def run(self) -> None:
        """Hold the call; returns when its record is closed. Whoever made it ends the caller's room."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._listen()
            try:
                if await self._connect():
                    relaying = tasks.create_task(self._relay.run(self._over))
                    passing = tasks.create_task(self._pass_keys())
                    await self._over.wait()
                    passing.cancel()
                    await relaying
                    if self._apologises:
                        await self._without_agent()
            finally:
                self._over.set()
                await self._settle()
                with suppress(Exception):  # the server may have gone before us
                    await self._agent.room.disconnect()
                self._tasks = None
                for task in tuple(self._listening):
                    task.cancel()
        await self._relay.aclose()

    # Sides

    async def _connect(self) -> bool:
        """The caller rings until the agent can speak."""
        await _publish(self._agent.room, self._relay.to_agent)
        try:
            async with asyncio.timeout(_AGENT_TIMEOUT_S):
                await self._agent_there.wait()
        except TimeoutError:
            _log.error("no agent came")
            self.outcome = "refused"
            return False
        await _publish(self._caller.room, self._relay.to_caller)
        await self._agent.room.local_participant.set_attributes({_STATUS: "active"})
        return True

    def _listen(self) -> None:
        self._listening: set[asyncio.Task[None]] = set()
        caller, agent = self._caller.room, self._agent.room
        caller.on("sip_dtmf_received", self._digit)
        caller.on("track_subscribed", lambda track, _, who: self._hear(track, who, from_caller=True))
        caller.on("participant_disconnected", self._caller_left)
        caller.on("participant_attributes_changed", lambda _, who: self._caller_changed(who))
        caller.on("disconnected", lambda *_: self._end("caller_hung_up"))
        agent.on("track_subscribed", lambda track, _, who: self._hear(track, who, from_caller=False))
        agent.on("participant_disconnected", self._agent_left)
        agent.on("disconnected", lambda *_: self._end("completed"))
        for person in caller.remote_participants.values():
            for publication in person.track_publications.values():
                if publication.track is not None:
                    self._hear(publication.track, person, from_caller=True)
        agent.local_participant.register_rpc_method(TAKE_CARD, self._take_card)
        agent.local_participant.register_rpc_method(TRANSFER, self._transfer)

    def _hear(self, track: rtc.Track, who: rtc.RemoteParticipant, *, from_caller: bool) -> None:
        if track.kind != rtc.TrackKind.KIND_AUDIO or self._tasks is None:
            return
        if from_caller and who.identity == self._caller.identity:
            self._keep(self._tasks.create_task(self._relay.caller.listen(track)))
        elif not from_caller and who.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT:
            self._agent_there.set()
            self._keep(self._tasks.create_task(self._relay.agent.listen(track)))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    # Endings

    def _caller_left(self, who: rtc.RemoteParticipant) -> None:
        if who.identity == self._caller.identity:
            self._end("caller_hung_up")

    def _caller_changed(self, who: rtc.Participant) -> None:
        if who.identity == self._caller.identity and who.attributes.get(_STATUS) == "hangup":
            self._end("caller_hung_up")

    def _agent_left(self, who: rtc.RemoteParticipant) -> None:
        if who.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT and not self._over.is_set():
            asyncio.get_running_loop().call_later(_LEFT_FOR_GOOD_S, self._agent_is_dead)

    def _agent_is_dead(self) -> None:
        if not self._over.is_set():
            self._fail("agent_gone")

    def _end(self, outcome: str) -> None:
        if not self._over.is_set():
            self.outcome = outcome
            self._over.set()

    def _fail(self, why: str) -> None:
        """The call may not go on: put why on record, if there is one, and end it with a sentence and a person."""
        if not self._over.is_set():
            self._apologises = True
            self._end("failed_closed")
            self._record("call.error", {"where": why})

    async def _without_agent(self) -> None:
        """Nothing replaces a dead agent: say so, and give the caller to a person."""
        over = asyncio.Event()
        tasks = self._tasks
        if tasks is None:
            return
        clock = tasks.create_task(self._relay.run(over))
        try:
            await self._say("apology")
            if self._human_queue is not None and await self._control.refer(self._human_queue):
                self._record("handover.done", {"queue": self._human_queue})
                self.outcome = "handed_over"
            else:
                await self._say("no_person")
        finally:
            over.set()
            await clock

    async def _settle(self) -> None:
        """What the processor owes is waited for; digits are wiped; the record is closed."""
        if self._payment is not None:
            self._payment.hung_up()
            await self._payment.settle()
        self._record("call.ended", {"outcome": self.outcome})
        self._journal.close(self.outcome)

    # Keys

    def _digit(self, event: rtc.SipDTMF) -> None:
        """A key of the caller goes to the entry, or is held until it is seen to be alone; nobody logs it."""
        if event.participant is None or event.participant.identity != self._caller.identity:
            return
        digit = event.digit
        if digit not in _DIGITS:
            return
        if self._payment is not None:
            self._payment.key(digit)
        else:
            self._keys.pressed(cast("Digit", digit), asyncio.get_running_loop().time())

    async def _pass_keys(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._over.is_set():
            digit = self._keys.take(loop.time())
            if digit is not None:
                await self._agent.room.local_participant.publish_dtmf(code=int(digit), digit=digit)
            await asyncio.sleep(_KEY_POLL_S)

    # What the agent asks for

    def _is_agent(self, identity: str) -> bool:
        who = self._agent.room.remote_participants.get(identity)
        return who is not None and who.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT

    async def _take_card(self, request: rtc.RpcInvocationData) -> str:
        asked = TakeCard.model_validate_json(request.payload)
        if self._payment is not None or self._over.is_set() or not self._is_agent(request.caller_identity):
            return _NOT_TAKEN.model_dump_json()
        self._keys.forget()
        self._payment = CardPayment(
            CardCapture(today=lambda: self._processor.now().date(), limits=self._limits),
            amount_minor=asked.amount_minor,
            currency=asked.currency,
            processor=self._processor,
            around=self,
        )
        self._relay.shut = True
        try:
            await self._payment.run()
            return _taken(self._payment)
        finally:
            self._relay.shut = False
            self._payment = None

    async def _transfer(self, request: rtc.RpcInvocationData) -> str:
        """To the people of this line and nobody else: an agent that was taken over may not dial the world."""
        address = Transfer.model_validate_json(request.payload).address
        allowed = address == self._human_queue and self._is_agent(request.caller_identity)
        done = allowed and await self._control.refer(address)
        return Transferred(done=done).model_dump_json()

    # What a card entry needs (`Surroundings`)

    @property
    def call_id(self) -> str:
        return self._journal.call_id

    def spawn(self, work: Coroutine[Any, Any, Any], *, busy: str) -> "asyncio.Task[None]":
        if self._tasks is None:
            work.close()
            raise CallStopped("the call has ended")
        return self._tasks.create_task(work)

    async def play(self, script_key: str, *, on_begun: Callable[[], None]) -> None:
        prompt = self._prompts[script_key]
        complete = await self._relay.play(prompt.pcm, on_begun=on_begun)
        script = prompt.script
        self._record(
            "script.played",
            {
                "script": script.key,
                "lang": script.language,
                "sha256": script.sha256,
                "complete": complete,
            },
        )

    def cut_prompt(self) -> None:
        self._relay.cut()

    def record(self, kind: str, body: Mapping[str, Any]) -> bool:
        return self._record(kind, body)

    def _record(self, kind: str, body: Mapping[str, Any]) -> bool:
        try:
            self._journal.append(kind, dict(body))
        except (CallStopped, AuditError):
            self._fail("audit")
            return False
        return True

    async def _say(self, script_key: str) -> None:
        await self.play(script_key, on_begun=lambda: None)


def _taken(payment: CardPayment) -> str:
    how, gave_up = payment.payment, payment.gave_up
    return CardTaken(
        status=how.status,
        token=how.token,
        last4=how.last4,
        attempts=how.attempts,
        may_be_charged=how.may_be_charged,
        gave_up=None if gave_up is None else cast("Any", gave_up.script_key),
    ).model_dump_json()


async def _publish(room: rtc.Room, source: rtc.AudioSource) -> None:
    track = rtc.LocalAudioTrack.create_audio_track("line", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await room.local_participant.publish_track(track, options)


def room_token(
    key: str, secret: str, *, room: str, agent: str, dispatch: str, attributes: Mapping[str, str]
) -> str:
    """A token with which the gate is the caller in the agent's room, and the agent is sent there."""
    config = api.RoomConfiguration(agents=[api.RoomAgentDispatch(agent_name=agent, metadata=dispatch)])
    return (
        api.AccessToken(key, secret)
        .with_identity(CALLER)
        .with_kind("sip")
        .with_attributes({_STATUS: "ringing", **attributes})
        .with_grants(api.VideoGrants(room_join=True, room=room, can_update_own_metadata=True))
        .with_room_config(config)
        .to_jwt()
    )
