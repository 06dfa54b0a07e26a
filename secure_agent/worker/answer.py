"""One job of a worker is one call: from the caller in the room to the closed record."""

import atexit
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from livekit.agents import JobContext, JobProcess
from livekit.agents.utils import http_context

from policies import PolicyError
from secure_agent.assembly import Incoming
from secure_agent.errors import CallRefused
from secure_agent.open_call import open_call
from secure_agent.provider_rules import require_approved
from secure_agent.providers.catalog import build_providers
from secure_agent.providers.wrapping import MakeProviders
from secure_agent.settings import Settings
from secure_agent.telephony.gated import GatedControl, dispatched_by_gate
from secure_agent.telephony.meeting import Lines, meet
from secure_agent.telephony.phone_line import load_phone_line
from secure_agent.telephony.room import RoomLine
from secure_agent.wiring import Services, open_services

_log = logging.getLogger(__name__)

#: Whoever dispatched the job put the caller into the room before, or did not.
_CALLER_TIMEOUT_S: Final = 10.0


_ANSWERING: Final = "answering"


class ProvidersFor(Protocol):
    """What a call in a language hears, thinks and speaks with."""

    def __call__(self, language: str) -> MakeProviders: ...


@dataclass(frozen=True, slots=True)
class Answering:
    """What every job of a worker needs."""

    services: Services
    lines: Lines
    providers_for: ProvidersFor


def configured_providers(settings: Settings) -> ProvidersFor:
    """The providers that the settings name, over the HTTP session of the job that asks."""

    def for_language(language: str) -> MakeProviders:
        return partial(build_providers, settings, http_session=http_context.http_session(), language=language)

    return for_language


def share(answering: Answering, process: JobProcess) -> None:
    """Put what every job needs where `one_call` finds it: with threads, one of all of it for the whole worker."""
    process.userdata[_ANSWERING] = answering


def open_for_one_process(
    settings: Settings, line_files: Sequence[Path], stub_url: str | None, process: JobProcess
) -> None:
    """The same for a job in a process of its own, which opens everything itself and keeps it until it ends."""
    opened = ExitStack()
    atexit.register(opened.close)
    process.userdata[_ANSWERING] = opened.enter_context(
        open_answering(settings, line_files, stub_url=stub_url)
    )


@contextmanager
def open_answering(
    settings: Settings, line_files: Sequence[Path], *, stub_url: str | None = None
) -> Iterator[Answering]:
    """Open services and line files. Raises one sentence each: PolicyError, AuditError, SecureAgentError."""
    lines = tuple(load_phone_line(path) for path in line_files)
    with open_services(
        settings,
        data_dir=settings.data_dir,
        now=lambda: datetime.now(UTC),
        processor_url=stub_url,
        lines=[line for _, line in lines],
    ) as services:
        for _, line in lines:
            require_approved(services.policies, line, settings, on=services.now().date())
        yield Answering(services, lines, configured_providers(settings))


async def one_call(context: JobContext) -> None:
    """The entry point of every job."""
    await answer(context, context.proc.userdata[_ANSWERING])


async def answer(context: JobContext, answering: Answering) -> None:
    """Take the call that waits in the room of this job; whatever happens, nobody is left ringing or listening."""
    met = await meet(context, answering.lines)
    if met is None:
        context.shutdown("not answered")
        return
    behind_gate = dispatched_by_gate(context.job.metadata)
    control = met.control if behind_gate is None else GatedControl(context.room, met.control)
    line = RoomLine(context.room, met.caller, control=control)
    incoming = Incoming(
        met.profile,
        met.hint.caller,
        met.phone.language,
        place=None if behind_gate is None else (behind_gate.call, behind_gate.segment),
        gate=control if isinstance(control, GatedControl) else None,
    )
    try:
        await _hold(line, incoming, answering)
    finally:
        await line.hang_up()
        context.shutdown("call ended")


async def _hold(line: RoomLine, incoming: Incoming, answering: Answering) -> None:
    services = answering.services
    try:
        async with open_call(services, line, incoming, answering.providers_for(incoming.language)) as opened:
            await opened.call.ending.wait()
    except CallRefused as refusal:
        _log.error("call not answered", extra={"why": str(refusal)})
    except PolicyError:  # a place or sector that is in no policy: the line file is wrong
        _log.error("call not answered: the line file names what no policy has")
