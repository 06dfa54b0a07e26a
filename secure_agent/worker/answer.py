"""One job of a worker is one call: from the caller in the room to the closed record."""

import asyncio
import atexit
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from livekit import rtc
from livekit.agents import AutoSubscribe, JobContext, JobProcess
from livekit.agents.utils import http_context, wait_for_participant

from policies import Line as LineProfile
from policies import PolicyError
from secure_agent.assembly import Incoming
from secure_agent.errors import CallRefused
from secure_agent.open_call import open_call
from secure_agent.providers.catalog import build_providers
from secure_agent.providers.wrapping import MakeProviders
from secure_agent.settings import Settings
from secure_agent.telephony.caller import OVERWRITTEN, hint_from
from secure_agent.telephony.phone_line import PhoneLine, load_phone_line
from secure_agent.telephony.room import RoomControl, RoomLine, ServerControl
from secure_agent.wiring import Services, open_services

_log = logging.getLogger(__name__)

#: Whoever dispatched the job put the caller into the room before, or did not.
_CALLER_TIMEOUT_S: Final = 10.0


Lines = tuple[tuple[PhoneLine, LineProfile], ...]

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
        yield Answering(services, lines, configured_providers(settings))


async def one_call(context: JobContext) -> None:
    """The entry point of every job."""
    await answer(context, context.proc.userdata[_ANSWERING])


async def answer(context: JobContext, answering: Answering) -> None:
    """Take the call that waits in the room of this job; whatever happens, nobody is left ringing or listening."""
    await context.connect(auto_subscribe=AutoSubscribe.AUDIO_ONLY)
    caller = await _caller_in(context.room)
    if caller is None:
        _log.warning("no caller came into the room")
        context.shutdown("no caller")
        return
    control = ServerControl(context.api, context.room.name, caller.identity)
    line = RoomLine(context.room, caller.identity, control=control)
    try:
        incoming = await _incoming(caller.attributes, control, answering)
        if incoming is not None:
            await _hold(line, incoming, answering)
    finally:
        await line.hang_up()
        context.shutdown("call ended")


async def _caller_in(room: rtc.Room) -> rtc.RemoteParticipant | None:
    """The one telephone caller. LiveKit's own way would put identity and name into a span."""
    try:
        async with asyncio.timeout(_CALLER_TIMEOUT_S):
            return await wait_for_participant(room, kind=rtc.ParticipantKind.PARTICIPANT_KIND_SIP)
    except (TimeoutError, RuntimeError):
        return None


async def _incoming(
    attributes: Mapping[str, str], control: RoomControl, answering: Answering
) -> Incoming | None:
    """Who is called, and a hint who calls, read once; then the attributes hold neither any more."""
    lines = answering.lines
    hint = hint_from(attributes, country=_country(lines[0][1]))
    try:
        await control.overwrite(OVERWRITTEN)
    except ConnectionError as error:
        _log.error("call not answered: the caller's number stays in the room", extra={"why": str(error)})
        return None
    matching = [pair for pair in lines if hint.called in pair[0].numbers]
    if not matching and len(lines) > 1:
        _log.error("call not answered: no line file has the number that was called")
        return None
    phone, profile = (matching or list(lines))[0]
    return Incoming(profile, hint.caller, phone.language)


async def _hold(line: RoomLine, incoming: Incoming, answering: Answering) -> None:
    services = answering.services
    try:
        async with open_call(services, line, incoming, answering.providers_for(incoming.language)) as opened:
            await opened.call.ending.wait()
    except CallRefused as refusal:
        _log.error("call not answered", extra={"why": str(refusal)})
    except PolicyError:  # a place or sector that is in no policy: the line file is wrong
        _log.exception("call not answered: the line file names what no policy has")


def _country(profile: LineProfile) -> str:
    """ISO 3166 code of the business, for numbers without a prefix."""
    code = profile.business.partition("-")[0]
    return {"UK": "GB"}.get(code, code)
