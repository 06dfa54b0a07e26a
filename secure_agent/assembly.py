"""The parts of one call, made and joined: the one place that knows all of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from audit import Segment
from policies import EntityType, Resolved
from policies import Line as LineProfile
from redaction import DEFAULT_ENTITIES, Labels, Redactor
from secure_agent.activity import Activity
from secure_agent.agent import ClosedSession, CompliantAgent
from secure_agent.call import Call
from secure_agent.call_recording import CallRecording
from secure_agent.ear import CallerEar
from secure_agent.endings import Outcome
from secure_agent.guards import ModelWatch, VoiceWatch
from secure_agent.journal import Journal, RecordedEvent
from secure_agent.payments.entry import Payment
from secure_agent.persona_guard import PersonaGuard
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.provider_rules import ProviderRules
from secure_agent.providers.guarded_llm import ModelRequest
from secure_agent.providers.wrapping import MakeProviders
from secure_agent.recording.periods import rest_of_call
from secure_agent.recording_consent import RecordingConsent
from secure_agent.speaker import HANDOVER_SCRIPTS, NEEDED_SCRIPTS, Playout, Speaker
from secure_agent.telephony.gated import GatedControl
from secure_agent.telephony.line import Line
from secure_agent.tools.example_energy import example_energy_tools
from secure_agent.tools.gateway import Gateway, Tool
from secure_agent.tools.of_the_call import CallTools
from secure_agent.transcript import Transcript, Turn
from secure_agent.wiring import Services


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is known of a call before it is answered. NUMBER is a hint and never leaves this object."""

    profile: LineProfile
    number: str | None
    language: str
    place: tuple[str, int] | None = None  # id and segment of a call that a digit gate has opened
    gate: GatedControl | None = None  # the gate that takes cards in front of this call

    def __post_init__(self) -> None:
        object.__setattr__(self, "language", self.language.lower())

    def __repr__(self) -> str:
        return f"<Incoming call in {self.language}>"


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who may look on while the call runs: the console shows these live."""

    event: Callable[[RecordedEvent], None] | None = None
    turn: Callable[[Turn], None] | None = None
    request: Callable[[ModelRequest], None] | None = None


MoreTools = Callable[[Call], list[Tool]]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a simulation may change about a call: faults to plant, tools to add."""

    redaction_fails: Callable[[Call], bool] | None = None
    more_tools: MoreTools | None = None


@dataclass(slots=True)
class OpenCall:
    """A call under way, with everything that its result is made of."""

    call: Call
    policy: PolicyInForce
    can_be_held: bool  # false: no whole set of scripts in the caller's language; a person takes over at once
    model: ModelWatch
    voice: VoiceWatch
    labels: Labels
    session: ClosedSession
    tools: CallTools
    outcome: Outcome = Outcome.COMPLETED

    @property
    def payment(self) -> Payment | None:
        """How the call's last payment stands."""
        return self.tools.payment


def assemble(
    services: Services,
    line: Line,
    incoming: Incoming,
    make_providers: MakeProviders,
    *,
    policy: PolicyInForce,
    segment: Segment,
    tasks: asyncio.TaskGroup,
    rehearsal: Rehearsal,
    watchers: Watchers,
) -> OpenCall:
    """Make a call that is ready to be answered; nothing of it has been said, heard or recorded."""
    loop = asyncio.get_running_loop()
    effective = policy.effective
    language, can_be_held = spoken_language(services, incoming, policy.resolved)
    answered_s = loop.time()
    call: Call  # made in the middle; what is made before it reaches it through these closures

    def seconds_from_answer(loop_s: float | None = None) -> float:
        return (loop.time() if loop_s is None else loop_s) - answered_s

    # 1. The record of the call: nothing is said before it is there.
    journal = Journal(
        segment,
        seconds_from_answer=seconds_from_answer,
        on_failure=lambda: call.fail_closed("audit"),
        on_event=watchers.event,
    )

    # 2. Redaction, one for each leg over the same labels; the caller's number is a known value from the start.
    labels = Labels(
        on_reveal=lambda label, purpose: journal.append(
            "label.revealed", {"label": label, "purpose": purpose}
        )
    )
    if incoming.number is not None:
        labels.remember(incoming.number, EntityType.PHONE)

    def redactor(language: str, fails: Callable[[], bool] | None = None) -> Redactor:
        return Redactor(
            services.engine,
            labels=labels,
            language=language,
            also=services.engine.languages,  # a number is one in whatever language a caller counts
            entities=DEFAULT_ENTITIES | frozenset(effective.deid.entities),  # a policy only ever adds
            public=incoming.profile.public_values,
            budget_ms=services.settings.redaction_budget_ms,
            fail=fails,
        )

    planted = rehearsal.redaction_fails
    fails = None if planted is None else lambda: planted(call)
    agent_side = redactor(language)
    ear = CallerEar(
        redactor(language, fails),
        on_rewrite=lambda rewrite, before: call.rewrite(rewrite, before),  # noqa: PLW0108 - not there yet
    )

    # 3. The voice for scripts, the recorder, and the call itself.
    transcript = Transcript(
        journal,
        may_keep=lambda: call.consent.may_keep_words,
        on_said=ear.agent_said,
        on_turn=watchers.turn,
    )
    playout = Playout()
    speaker = Speaker(
        scripts=services.policies.scripts,
        language=language,
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
        retention=rest_of_call(effective),
        pause_on_hold=effective.recording.pause_on_hold,
    )
    call = Call(
        line=line,
        tasks=tasks,
        activity=Activity(),
        journal=journal,
        transcript=transcript,
        speaker=speaker,
        ear=ear,
        recording=recording,
        consent=RecordingConsent(
            policy,
            journal=journal,
            speaker=speaker,
            playout=playout,
            recording=recording,
            seconds_from_answer=seconds_from_answer,
        ),
        policy=policy,
        switch_language=lambda language: switch_language(language),  # noqa: PLW0108 - not there yet
        human_number=incoming.profile.human_number or incoming.profile.called or "",
        human_queue=incoming.profile.human_queue or "people",
        answered_s=answered_s,
    )

    # 4. Model and voice behind their guards, in a closed session.
    model = ModelWatch(
        journal=journal,
        may_be_called=lambda: call.opened and not call.failed and not call.ending.is_set(),
        may_keep=lambda: call.consent.may_keep_words,
        on_failure=call.fail_closed,
        on_request=watchers.request,
    )
    voice = VoiceWatch(agent_side, speaker, labels=labels, may_be_said=effective.deid.reveal)
    guard = PersonaGuard(
        agent_side,
        language=language,
        truth=speaker.render("ai_if_asked").text,
        on_false_claim=lambda claim: journal.append("persona.corrected", {"claim": claim}),
    )
    rules = ProviderRules(policy, journal)
    providers = make_providers(ear=ear, guard=guard, observer=model, voice=voice, rules=rules)
    session = ClosedSession(providers, audio_in=line.audio_in, audio_out=line.audio_out)
    playout.watch(session.audio_out)

    # 5. The agent with its tools, each behind the gateway.
    tools = CallTools(call, services=services, session=session.session, playout=playout, gate=incoming.gate)
    catalogue = example_energy_tools(
        take_card=tools.take_card, hand_over=tools.hand_over, end_call=tools.end_call
    )
    if rehearsal.more_tools is not None:
        catalogue += rehearsal.more_tools(call)
    gateway = Gateway(
        catalogue,
        rules=tools,
        journal=journal,
        redactor=agent_side,
        labels=labels,
    )

    # 6. Another language: everything that reads or says words changes at once, or nothing does.
    def switch_language(wanted: str) -> bool:
        if not _can_hold(services, wanted, NEEDED_SCRIPTS) or not providers.switch(wanted):
            return False
        speaker.language = wanted
        ear.change_language(redactor(wanted, fails))
        new = redactor(wanted)
        guard.change_language(new, language=wanted, truth=speaker.render("ai_if_asked").text)
        voice.change_language(new)
        gateway.change_language(new)
        return True

    call.turns.ears = providers.stt
    call.agent = CompliantAgent(instructions=services.prompt.text, tools=gateway.function_tools(), turns=call)
    call.listen_to(session.session)
    return OpenCall(call, policy, can_be_held, model, voice, labels, session, tools)


def spoken_language(services: Services, incoming: Incoming, resolved: Resolved) -> tuple[str, bool]:
    """The language to speak, and whether the call can be held in it.

    A call in a language that lacks a script, or that redaction cannot read, is not held: the caller hears what there
    is, the AI sentence before all, and a person takes over.
    """
    if _can_hold(services, incoming.language, NEEDED_SCRIPTS):
        return incoming.language, True
    spoken = (incoming.language, resolved.effective.languages.fallback or "en")
    held = (language for language in spoken if _can_hold(services, language, HANDOVER_SCRIPTS))
    return next(held, "en"), False


def _can_hold(services: Services, language: str, needed: frozenset[str]) -> bool:
    """Whether LANGUAGE can be read by redaction and has the scripts NEEDED."""
    scripts = services.policies.scripts
    readable = language.partition("-")[0] in services.engine.languages
    return readable and scripts.tag(language) is not None and scripts.keys(language) >= needed
