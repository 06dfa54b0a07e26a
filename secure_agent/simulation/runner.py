"""Runs scenarios on the simulated line in virtual time: the same result in every run."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal

from livekit.agents import inference

from audit import AuditError, Question, export_bundle, verify_bundle
from policies import Line as LineProfile
from policies import PolicyError, UnknownIdError, load_line
from secure_agent.assembly import Incoming, MoreTools, OpenCall, Rehearsal
from secure_agent.call import Call
from secure_agent.errors import CallRefused
from secure_agent.local_witness import SENTENCE, local_witness
from secure_agent.open_call import open_call
from secure_agent.payments.stub import start_stub
from secure_agent.payments.stub_server import Mode
from secure_agent.providers.wrapping import MakeProviders, Plugins
from secure_agent.settings import Settings
from secure_agent.simulation.caller import ScriptedCaller
from secure_agent.simulation.demo import VERSION, DemoBrain
from secure_agent.simulation.models import ModelTurn, ScriptedBrain, SimulatedModel
from secure_agent.simulation.providers import ScriptedVAD, SimulatedSTT, SimulatedVoice
from secure_agent.simulation.result import (
    CallResult,
    Held,
    document_of,
    judge_events,
    judge_not_events,
    judge_outcome,
    judge_recording,
    refused_document,
)
from secure_agent.simulation.scenario import (
    AuditFault,
    ProcessorFault,
    RedactionFault,
    Scenario,
    ScenarioError,
    line_of,
)
from secure_agent.simulation.sinks import Sinks, watched_logs_and_spans
from secure_agent.simulation.virtual_time import VirtualTimeLoop, wall_clock
from secure_agent.telephony.simulated import SimulatedLine
from secure_agent.wiring import Services, open_services

#: In scenarios the processor answers at once or not at all.
SCENARIO_PAYMENT_TIMEOUT_S = 0.5


class _ScenarioClock:
    """Wall time that starts at the scenario's instant and follows the loop."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._elapsed_s = 0.0

    def __call__(self) -> datetime:
        with suppress(RuntimeError):  # before and after the call there is no loop: where it stood
            self._elapsed_s = asyncio.get_running_loop().time()
        return self._start + timedelta(seconds=self._elapsed_s)


def run_scenario(
    scenario: Scenario,
    *,
    path: Path,
    settings: Settings,
    data_dir: Path,
    prepare: Callable[[OpenCall], None] | None = None,
    more_tools: MoreTools | None = None,
    with_plugins: Callable[[Plugins], Plugins] | None = None,
    sinks: Sinks | None = None,
) -> CallResult:
    """Run SCENARIO to its end, export its evidence and verify it; what left the call is then in SINKS.

    Raises ScenarioError for a line file that cannot be used; a refused call is a result.
    """
    clock = _ScenarioClock(scenario.start)
    searched = sinks is not None or bool(scenario.expect.never)
    sinks = Sinks() if sinks is None else sinks
    scripted = None if scenario.model is None else ScriptedBrain([_model_turn(a) for a in scenario.model])
    brain = scripted or DemoBrain(scenario.caller.language)
    version = VERSION if scripted is None else "scripted-model-1"
    incoming = Incoming(_profile(scenario, path), scenario.caller.number, scenario.caller.language)
    plugins = simulated_plugins(
        scenario.caller.language, SimulatedModel(brain, version=version), scripted=True
    )
    plugins = plugins if with_plugins is None else with_plugins(plugins)
    settings = settings.model_copy(
        update={"payment_processor": "stub", "payment_timeout_s": SCENARIO_PAYMENT_TIMEOUT_S}
    )

    with (
        watched_logs_and_spans(sinks),
        start_stub(mode=_processor_mode(scenario)) as stub,
        open_services(
            settings,
            data_dir=data_dir,
            now=clock,
            processor_url=stub.base_url,
            new_key=_numbered_keys(scenario.name),
            lines=[incoming.profile],
        ) as services,
        asyncio.Runner(loop_factory=VirtualTimeLoop) as runner,
        wall_clock(runner.get_loop(), starts_at_epoch_s=scenario.start.timestamp()),
    ):
        _plant_audit_fault(services, scenario, incoming.profile)
        try:
            opened, failed = runner.run(
                _scripted(services, scenario, incoming, plugins.wrapped, sinks, prepare, more_tools)
            )
        except UnknownIdError as error:
            raise _unknown_id(scenario, path, error) from None
        except CallRefused as refusal:
            return CallResult(document=refused_document(), verify_command=None, refusal=str(refusal))
        services.logs.of_line(incoming.profile).fail_after = None
        document, command = evidence_of(opened, services)
    if searched:
        _collect(sinks, opened, document, services)
    held = _judge(scenario, document, sinks, failed, 0 if scripted is None else scripted.missing)
    document["expect"] = [h.as_dict() for h in held]
    if scripted is not None and scripted.left_over:
        document["model_answers_left"] = scripted.left_over
    return CallResult(document=document, verify_command=command)


async def _scripted(
    services: Services,
    scenario: Scenario,
    incoming: Incoming,
    make_providers: MakeProviders,
    sinks: Sinks,
    prepare: Callable[[OpenCall], None] | None,
    more_tools: MoreTools | None,
) -> tuple[OpenCall, Held | None]:
    line = SimulatedLine()
    faults = [fault.at_turn for fault in scenario.faults if isinstance(fault, RedactionFault)]

    def redaction_fails(call: Call) -> bool:
        return call.turn_number in faults

    async with open_call(
        services,
        line,
        incoming,
        make_providers,
        rehearsal=Rehearsal(redaction_fails if faults else None, more_tools),
    ) as opened:
        sinks.watch(opened.session.session)
        if prepare is not None:
            prepare(opened)
        caller = ScriptedCaller(opened.call, line, scenario.steps)
        await caller.run()
        await opened.call.ending.wait()
        sinks.add_history(opened.session.session)
    failed = caller.failed
    return opened, None if failed is None else Held(f"steps[{failed.index}]", False, failed.why)


def simulated_plugins(language: str, model: SimulatedModel, *, scripted: bool) -> Plugins:
    """The providers of the simulated line; the real detector unless the caller is SCRIPTED."""
    return Plugins(
        stt=SimulatedSTT(language),
        llm=model,
        tts=SimulatedVoice(),
        vad=ScriptedVAD() if scripted else inference.VAD(),
        switch=lambda _: True,
        tts_builds_markup=False,
    )


def evidence_of(opened: OpenCall, services: Services) -> tuple[dict[str, Any], str | None]:
    """Export the call's bundle, verify it, and return the result document with the command that verifies again."""
    document = document_of(opened)
    call_id = opened.call.journal.call_id
    try:
        with local_witness(services.data_dir) as witnesses:
            exported = export_bundle(
                services.data_dir,
                calls=[call_id],
                out=services.data_dir / "bundles" / call_id,
                now=services.now,
                witnesses=witnesses,
                database=services.database,
            )
    except (AuditError, OSError) as error:  # the call itself is not lost with its evidence
        unverified: dict[str, Any] = {
            "bundle": None,
            "trust": None,
            "verified": None,
            "witness": None,
            "expect": [],
        }
        return document | unverified | {"problem": f"no evidence was exported: {error}"}, None
    question = Question(log=exported.origin, calls=(call_id,))
    verified = verify_bundle(exported.path, question=question, trust=exported.trust)
    document |= {
        "bundle": str(exported.path),
        "trust": str(exported.trust),
        "verified": {"code": verified.exit, "verdict": verified.sentence},
        "witness": SENTENCE if witnesses else None,
        "expect": [],
    }
    return document, exported.verify_command


def _profile(scenario: Scenario, path: Path) -> LineProfile:
    """The line of the scenario; what is wrong with it is named by file, line and key."""
    line = scenario.line
    if line.file is None:
        return LineProfile(business=line.business or "", called=line.called, sectors=line.sectors)
    try:
        return load_line(path.parent / line.file)
    except (PolicyError, OSError) as error:
        raise ScenarioError(f"{path}: line {line_of(path, 'line', 'file')}: `line.file`: {error}") from None


def _unknown_id(scenario: Scenario, path: Path, error: UnknownIdError) -> ScenarioError:
    key = "file" if scenario.line.file is not None else "sectors" if "sector" in str(error) else "business"
    nearest = str(error).rpartition(": ")[2]
    return ScenarioError(
        f"{path}: line {line_of(path, 'line', key)}: `line.{key}` is not a known id; {nearest}"
    )


def _model_turn(answer: Any) -> ModelTurn:
    call = answer.call
    return ModelTurn(answer.say, None if call is None else call.tool, {} if call is None else dict(call.args))


def _processor_mode(scenario: Scenario) -> Mode | Literal["down"]:
    modes = [fault.processor for fault in scenario.faults if isinstance(fault, ProcessorFault)]
    return modes[0] if modes else "normal"


def _numbered_keys(name: str) -> Callable[[], str]:
    """Idempotency keys that are the same in every run; the processor of a scenario serves that run alone."""
    numbers = count(1)
    return lambda: f"scenario_{name[:32]}_{next(numbers)}"


def _plant_audit_fault(services: Services, scenario: Scenario, line: LineProfile) -> None:
    after = [fault.after for fault in scenario.faults if isinstance(fault, AuditFault)]
    if not after:
        return
    seen = False

    def fails(kind: str) -> bool:
        nonlocal seen
        if seen:
            return True
        seen = kind in after
        return False

    services.logs.of_line(line).fail_after = fails


def _collect(sinks: Sinks, opened: OpenCall, document: dict[str, Any], services: Services) -> None:
    for request in opened.model.requests:
        sinks.add("model", *(str(message.content) for message in request.messages), *request.tools)
    sinks.add("voice", *opened.voice.spoken)
    sinks.add("result", repr(document))
    sinks.add_bodies(services.data_dir, opened.call.journal.call_id, services.database)
    sinks.add_files(services.data_dir)


def _judge(
    scenario: Scenario, document: dict[str, Any], sinks: Sinks, failed_step: Held | None, missing: int
) -> Sequence[Held]:
    held: list[Held] = []
    if failed_step is not None:
        held.append(failed_step)
    if scenario.model is not None:
        why = "every request had an answer" if not missing else f"{missing} requests had no answer left"
        held.append(Held("model", not missing, why))
    if scenario.expect.events:
        held.append(judge_events(scenario, [event["type"] for event in document["events"]]))
    if scenario.expect.not_events:
        held.append(judge_not_events(scenario, [event["type"] for event in document["events"]]))
    if scenario.expect.outcome is not None:
        held.append(judge_outcome(scenario, document["outcome"]))
    if scenario.expect.recording is not None:
        held.append(judge_recording(scenario, document["recording"]["state"]))
    for n, value in enumerate(scenario.expect.never):
        hits = sorted({f"{sink} ({form})" for _, sink, form in sinks.search({"value": value})})
        held.append(Held(f"never[{n}]", not hits, f"found in: {', '.join(hits)}" if hits else "in no sink"))
    return held
