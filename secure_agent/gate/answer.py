"""One job of a gate is one call: it meets the caller, opens the record, and sends an agent to a room of its own."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from livekit import rtc
from livekit.agents import JobContext, JobProcess

from audit import AuditError, Segment
from policies import load_policies
from secure_agent import __version__
from secure_agent.errors import CallStopped, WorkerError
from secure_agent.gate.call import GatedCall, Side, room_token
from secure_agent.gate.prompts import Prompt, load_prompts
from secure_agent.gate.protocol import Dispatch
from secure_agent.journal import Journal
from secure_agent.payments.entry import Processor
from secure_agent.payments.pending import PendingCharges
from secure_agent.payments.processors import capture_limits, processor, random_key
from secure_agent.payments.steps import CaptureLimits
from secure_agent.regions import RegionalLogs, open_logs
from secure_agent.settings import Settings
from secure_agent.telephony.caller import HEADER_ATTRIBUTES
from secure_agent.telephony.meeting import Lines, Met, meet
from secure_agent.telephony.phone_line import load_phone_line

_log = logging.getLogger(__name__)

_GATE: Final = "gate"
#: The agent's segment of every call; the gate's is 0.
_AGENTS_SEGMENT: Final = 1


@dataclass(frozen=True, slots=True)
class AgentsServer:
    """The server of the rooms where agents live, and the gate's key to it."""

    url: str
    key: str
    secret: str

    def __repr__(self) -> str:
        return "<AgentsServer>"


@dataclass(frozen=True, slots=True)
class Gate:
    """What every job of a gate needs. Nothing of it knows a model, speech or redaction."""

    lines: Lines
    prompts: Mapping[str, Mapping[str, Prompt]]  # by name of line
    logs: RegionalLogs
    processor: Processor
    limits: CaptureLimits
    agents: AgentsServer


@contextmanager
def open_gate(
    settings: Settings, line_files: Sequence[Path], prompts: Path, *, stub_url: str | None
) -> Iterator[Gate]:
    """Open a gate's parts. Raises one sentence each: PromptsError, LineFileError, PolicyError, AuditError."""
    lines = tuple(load_phone_line(path) for path in line_files)
    policies = load_policies()
    loaded = {
        phone.name: load_prompts(prompts, policies.scripts, phone.language, profile.company)
        for phone, profile in lines
    }
    agents = _agents(settings)
    gateway = processor(settings, stub_url)
    pending = PendingCharges(settings.data_dir / "payments" / "pending")
    profiles = [profile for _, profile in lines]
    with open_logs(settings, policies, data_dir=settings.data_dir, now=_now, lines=profiles) as logs:
        yield Gate(
            lines,
            loaded,
            logs,
            Processor(gateway, pending, _now, random_key),
            capture_limits(settings),
            agents,
        )


def share(gate: Gate, process: JobProcess) -> None:
    """Put the gate where `one_call` finds it."""
    process.userdata[_GATE] = gate


async def one_call(context: JobContext) -> None:
    """The entry point of every job."""
    gate: Gate = context.proc.userdata[_GATE]
    met = await meet(context, gate.lines)
    if met is not None:
        try:
            await _hold(context.room, met, gate)
        except (AuditError, CallStopped):
            _log.error("call not answered: the audit log cannot be written")
        finally:  # nobody is left ringing or listening
            await met.control.end_room()
    context.shutdown("call ended")


async def _hold(caller_room: rtc.Room, met: Met, gate: Gate) -> None:
    segment = gate.logs.of_line(met.profile).open_segment(
        jurisdiction=met.profile.business,
        retention="call",
        body={"language": met.phone.language, "company": met.profile.company, "gate": True},
        worker=f"secure-agent-gate-{__version__}",
    )
    journal = _journal(segment)
    agent_room = rtc.Room()
    try:
        await agent_room.connect(
            gate.agents.url, _token(met, gate, segment), rtc.RoomOptions(auto_subscribe=True)
        )
    except rtc.ConnectError:
        _log.error("call not answered: the agents' server cannot be reached")
        journal.append("call.error", {"where": "agents_server"})
        journal.append("call.ended", {"outcome": "refused"})
        journal.close("refused")
        return
    call = GatedCall(
        Side(caller_room, met.caller),
        Side(agent_room, None),
        control=met.control,
        journal=journal,
        prompts=gate.prompts[met.phone.name],
        processor=gate.processor,
        limits=gate.limits,
        human_queue=met.profile.human_queue,
    )
    await call.run()


def _token(met: Met, gate: Gate, segment: Segment) -> str:
    """For the agent the gate is the caller, with the hints that the caller's own trunk gave."""
    hint = met.hint
    headers = {"From": hint.caller, "To": hint.called}
    attributes = {
        HEADER_ATTRIBUTES[name]: f"<sip:{number}@gate.invalid>" for name, number in headers.items() if number
    }
    dispatch = Dispatch(call=segment.call, segment=_AGENTS_SEGMENT)
    return room_token(
        gate.agents.key,
        gate.agents.secret,
        room=f"call_{segment.call}",
        agent=met.phone.agent,
        dispatch=dispatch.model_dump_json(),
        attributes=attributes,
    )


def _journal(segment: Segment) -> Journal:
    loop = asyncio.get_running_loop()
    began_s = loop.time()

    def failed() -> None:
        raise CallStopped("the audit log is not writable")

    return Journal(segment, seconds_from_answer=lambda: loop.time() - began_s, on_failure=failed)


def _agents(settings: Settings) -> AgentsServer:
    url, key, secret = (
        settings.gate_agents_url,
        settings.gate_agents_api_key,
        settings.gate_agents_api_secret,
    )
    if url is None or key is None or secret is None:
        raise WorkerError(
            "SECURE_AGENT_GATE_AGENTS_URL, _API_KEY and _API_SECRET: the server of the agents' rooms is missing"
        )
    return AgentsServer(url, key, secret.get_secret_value())


def _now() -> datetime:
    return datetime.now(UTC)
