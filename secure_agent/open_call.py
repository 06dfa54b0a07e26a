"""The lifetime of a call: resolved, opened, answered, and unwound in an order that loses nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from livekit.agents import RunContext
from livekit.agents.utils import http_context

from audit import AuditError, Segment
from consent import ConsentDialog
from policies import EntityType, PolicyError, Resolved, UnknownIdError, resolve
from policies import Line as LineProfile
from redaction import DEFAULT_ENTITIES, Labels, Redactor
from secure_agent import __version__
from secure_agent.activity import Activity
from secure_agent.agent import ClosedSession, CompliantAgent
from secure_agent.call import Call, Outcome
from secure_agent.call_recording import CallRecording
from secure_agent.card_entry import CardEntry, Payment
from secure_agent.ear import CallerEar
from secure_agent.errors import CallRefused, CallStopped
from secure_agent.guards import ModelWatch, VoiceWatch
from secure_agent.journal import Journal, RecordedEvent
from secure_agent.opening import open_conversation
from secure_agent.payments.capture import CardCapture
from secure_agent.payments.steps import CaptureLimits
from secure_agent.providers.guarded_llm import ModelRequest
from secure_agent.providers.wrapping import MakeProviders
from secure_agent.speaker import NEEDED_SCRIPTS, Playout, Speaker
from secure_agent.telephony.line import Line
from secure_agent.tools.example_energy import NoArguments, TakePayment, example_energy_tools
from secure_agent.tools.gateway import Gateway, Tool
from secure_agent.transcript import Transcript, Turn
from secure_agent.wiring import Services

_log = logging.getLogger(__name__)

#: Policies are split over numbered events so that each body stays under the format's limit.
_POLICY_JSON_CHARACTERS = 40_000


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is known of a call before it is answered. NUMBER is a hint and never leaves this object."""

    profile: LineProfile
    number: str | None
    language: str

    def __repr__(self) -> str:
        return f"<Incoming call in {self.language}>"


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who may look on while the call runs: the console shows these live."""

    event: Callable[[RecordedEvent], None] | None = None
    turn: Callable[[Turn], None] | None = None
    request: Callable[[ModelRequest], None] | None = None


@dataclass(slots=True)
class OpenCall:
    """A call under way, with everything that its result is made of."""

    call: Call
    resolved: Resolved
    model: ModelWatch
    voice: VoiceWatch
    labels: Labels
    session: ClosedSession
    payment: Payment | None = None
    outcome: Outcome = Outcome.COMPLETED


MoreTools = Callable[[Call], list[Tool]]


@asynccontextmanager
async def open_call(
    services: Services,
    line: Line,
    incoming: Incoming,
    make_providers: MakeProviders,
    *,
    redaction_fails: Callable[[Call], bool] | None = None,
    more_tools: MoreTools | None = None,
    watchers: Watchers = Watchers(),
) -> AsyncIterator[OpenCall]:
    """Take one call; the body runs while it lasts and should wait for `call.ending`.

    Raises CallRefused when there is no usable policy or no audit log, and UnknownIdError for a place or sector that
    is in no policy: then nothing was answered.
    """
    resolved = _resolve(services, incoming)
    segment = _open_segment(services, incoming, resolved)
    async with asyncio.TaskGroup() as tasks, http_context.open():
        opened = await _answer(
            services, line, incoming, make_providers, resolved, segment, tasks,
            redaction_fails=redaction_fails, more_tools=more_tools, watchers=watchers,
        )  # fmt: skip
        line_tasks = [tasks.create_task(work) for work in _line_work(line, opened.call)]
        try:
            yield opened
        finally:
            await _unwind(opened, line)
            for task in line_tasks:
                task.cancel()


def _resolve(services: Services, incoming: Incoming) -> Resolved:
    profile = incoming.profile
    try:
        return resolve(
            services.policies,
            business=profile.business,
            caller=incoming.number,
            sectors=profile.sectors,
            line=profile,
            on=services.now().date(),
        )
    except UnknownIdError:
        raise  # a place that nobody knows is a mistake of whoever set up the line
    except PolicyError as error:
        raise CallRefused(f"no usable policy: {error}") from error


def _open_segment(services: Services, incoming: Incoming, resolved: Resolved) -> Segment:
    try:
        return services.log.open_segment(
            jurisdiction=incoming.profile.business,
            retention="call",
            body={
                "language": incoming.language,
                "company": incoming.profile.company,
                "prompt": f"{services.prompt.name}/{services.prompt.version}",
            },
            worker=f"secure-agent-{__version__}",
            policy=resolved.hash,
            prompt=services.prompt.sha256,
        )
    except AuditError as error:
        raise CallRefused(f"the audit log cannot be written: {error}") from error


async def _answer(
    services: Services,
    line: Line,
    incoming: Incoming,
    make_providers: MakeProviders,
    resolved: Resolved,
    segment: Segment,
    tasks: asyncio.TaskGroup,
    *,
    redaction_fails: Callable[[Call], bool] | None,
    more_tools: MoreTools | None,
    watchers: Watchers,
) -> OpenCall:
    loop = asyncio.get_running_loop()
    settings, effective = services.settings, resolved.effective
    spoken = _spoken_language(services, incoming, resolved)
    call: Call  # made last; what is made before it reaches it through these closures
    answered_s = loop.time()

    def seconds_from_answer(loop_s: float | None = None) -> float:
        return (loop.time() if loop_s is None else loop_s) - answered_s

    journal = Journal(
        segment,
        seconds_from_answer=seconds_from_answer,
        on_failure=lambda: call.fail_closed("audit"),
        on_event=watchers.event,
    )
    labels = Labels()
    if incoming.number is not None:
        labels.remember(incoming.number, EntityType.PHONE)

    def redactor(fails: Callable[[], bool] | None = None) -> Redactor:
        return Redactor(
            services.engine,
            labels=labels,
            language=spoken,
            also=tuple(set(effective.languages.required) & set(services.engine.languages)),
            entities=DEFAULT_ENTITIES | frozenset(effective.deid.entities),  # a policy only ever adds
            budget_ms=settings.redaction_budget_ms,
            fail=fails,
        )

    agent_side = redactor()
    ear = CallerEar(
        redactor(None if redaction_fails is None else lambda: redaction_fails(call)),
        on_rewrite=lambda rewrite, before: call.rewrite(rewrite, before),  # noqa: PLW0108 - not there yet
    )
    transcript = Transcript(journal, on_said=ear.agent_said, on_turn=watchers.turn)
    playout = Playout(line.audio_out)
    activity = Activity()
    speaker = Speaker(
        scripts=services.policies.scripts,
        language=spoken,
        company=incoming.profile.company,
        journal=journal,
        transcript=transcript,
        playout=playout,
        seconds_from_answer=seconds_from_answer,
        fail_closed=lambda why: call.fail_closed(why),  # noqa: PLW0108 - not there yet
    )
    recording = CallRecording(
        services.new_recorder(journal.call_id),
        line=line,
        journal=journal,
        answered_s=answered_s,
        delete_on_withdrawal=effective.recording.on_withdrawal == "stop_delete",
    )
    dialog = ConsentDialog(
        permission=effective.recording.permission,
        policy_hash=resolved.hash,
        language=spoken,
        announce_in_recording=effective.recording.announce_in_recording,
    )
    call = Call(
        line=line,
        tasks=tasks,
        activity=activity,
        journal=journal,
        transcript=transcript,
        speaker=speaker,
        ear=ear,
        recording=recording,
        dialog=dialog,
        human_queue=incoming.profile.human_queue or "people",
        answered_s=answered_s,
    )
    model = ModelWatch(
        journal=journal,
        may_be_called=lambda: call.opened and not call.failed and not call.ending.is_set(),
        on_failure=call.fail_closed,
        on_request=watchers.request,
    )
    voice = VoiceWatch(agent_side, speaker)
    providers = make_providers(ear=ear, guard=agent_side, observer=model, voice=voice)
    session = ClosedSession(providers, audio_in=line.audio_in, audio_out=line.audio_out)
    opened = OpenCall(call, resolved, model, voice, labels, session)

    async def take_card(arguments: TakePayment, context: RunContext[None]) -> Mapping[str, Any]:
        await context.wait_for_playout()
        if call.failed or call.ending.is_set():
            raise CallStopped("the call may not go on")
        context.disallow_interruptions()
        call.drop_turn()
        call.card_entry = CardEntry(
            CardCapture(
                today=lambda: services.now().date(),
                limits=CaptureLimits(
                    attempts=settings.capture_attempts,
                    key_timeout_s=settings.capture_key_timeout_s,
                    entry_timeout_s=settings.capture_entry_timeout_s,
                ),
            ),
            amount_minor=arguments.amount_minor,
            currency=arguments.currency,
            gateway=services.payments,
            new_key=services.new_key,
            session=session.session,
            speaker=speaker,
            playout=playout,
            ear=ear,
            recording=recording,
            journal=journal,
            spawn=call.spawn,
        )
        try:
            await call.card_entry.run()
        finally:
            opened.payment = call.card_entry.payment
            call.card_entry = None
        if not context.speech_handle.interrupted:
            context.speech_handle.allow_interruptions = (
                True  # what the model says about it may be interrupted
            )
        return opened.payment.for_the_model()

    async def hand_over(_: NoArguments, __: RunContext[None]) -> Mapping[str, Any]:
        call.spawn(call.hand_over("model_asked"))
        return {"status": "requested"}

    tools = example_energy_tools(take_card=take_card, hand_over=hand_over)
    tools += more_tools(call) if more_tools is not None else []
    gateway = Gateway(tools, policy=effective.tools, journal=journal, redactor=agent_side, labels=labels)
    call.agent = CompliantAgent(instructions=services.prompt.text, tools=gateway.function_tools(), turns=call)
    call.ears = providers.stt
    call.listen_to(session.session)
    await session.start(call.agent)  # it says nothing of its own
    try:
        _record_policy(journal, resolved)
    except CallStopped:
        return opened  # not one word but the apology

    async def opening() -> None:
        if spoken != incoming.language:
            await speaker.say("ai")
            await call.hand_over("language")
            return
        await open_conversation(
            call,
            policies=services.policies,
            resolved=resolved,
            dialog=dialog,
            speaker=speaker,
            playout=playout,
            journal=journal,
            recording=recording,
            seconds_from_answer=seconds_from_answer,
        )

    call.opening = call.spawn(opening(), busy="opening")
    return opened


def _spoken_language(services: Services, incoming: Incoming, resolved: Resolved) -> str:
    """The caller's language, or the policy's fallback when not every script of a call is there in it."""
    language = incoming.language
    scripts = services.policies.scripts
    whole = scripts.tag(language) is not None and scripts.keys(language) >= NEEDED_SCRIPTS
    readable = language.partition("-")[0] in services.engine.languages
    return language if whole and readable else resolved.effective.languages.fallback or "en"


def _record_policy(journal: Journal, resolved: Resolved) -> None:
    whole = resolved.canonical_json
    parts = [whole[at : at + _POLICY_JSON_CHARACTERS] for at in range(0, len(whole), _POLICY_JSON_CHARACTERS)]
    for n, part in enumerate(parts):
        journal.append(
            "policy.resolved", {"policy_json": part, "part": n + 1, "parts": len(parts)}, policy=resolved.hash
        )


def _line_work(line: Line, call: Call) -> list[Any]:
    async def until_hung_up() -> None:
        await line.hung_up.wait()
        call.end()

    work = [until_hung_up(), call.take_keys()]
    run = getattr(line, "run", None)
    return [run(), *work] if run is not None else work


async def _unwind(opened: OpenCall, line: Line) -> None:
    """In this order: nothing new begins; what is owed is settled; the line goes; the record is closed."""
    call, journal = opened.call, opened.call.journal
    caller_hung_up = line.hung_up.is_set() and not call.handed_over
    call.end()
    try:
        # 1. The opening and the card entry end; their evidence is written.
        if call.opening is not None:
            call.opening.cancel()
        if call.card_entry is not None:
            opened.payment = call.card_entry.payment
            call.card_entry.hung_up()
            await call.card_entry.settle()
            opened.payment = call.card_entry.payment
        call.consent_on_record()
        # 2. The line goes, and the session after it: what was played of the last reply is on record then.
        await line.hang_up()
        await opened.session.aclose()
        call.recording.stop("call_ended")
    except CallStopped:
        call.failed = True
    finally:
        opened.outcome = call.outcome(caller_hung_up=caller_hung_up)
        opened.labels.clear()
    # 3. The record is closed, unless it failed: then it stays open and the verifier says so.
    try:
        journal.append("call.ended", {"outcome": opened.outcome.value})
    except CallStopped:
        opened.outcome = call.outcome(caller_hung_up=caller_hung_up)
    journal.close(opened.outcome.value)
