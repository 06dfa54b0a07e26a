"""Runs the laptop line from its first breath to its last call: services, port, signals, results."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from policies import Line as LineProfile
from policies import resolve
from secure_agent.payments.stub import start_stub
from secure_agent.phone.door import Door
from secure_agent.phone.errors import PhoneUnavailableError
from secure_agent.phone.providers import PhoneProviders
from secure_agent.phone.reception import Desk, Reception
from secure_agent.phone.screen import Reporter
from secure_agent.settings import Settings
from secure_agent.simulation.result import CallResult
from secure_agent.telephony.sip.dialog import SipCall
from secure_agent.telephony.sip.endpoint import EndpointOptions, SipEndpoint
from secure_agent.wiring import Services, open_services

NOTICE: Final = "for demonstrations and tests, never for production: nothing on this line is encrypted"


@dataclass(frozen=True, slots=True)
class Hosting:
    """What was asked for on the command line and in the settings."""

    settings: Settings
    door: Door
    profile: LineProfile
    language: str
    providers: PhoneProviders
    person: str | None
    calls: int | None


def answer_calls(hosting: Hosting, reporter: Reporter) -> list[CallResult]:
    """Answer until interrupted, or until the calls that were asked for are over; calls under way are let end.

    Raises PhoneUnavailableError when the port cannot be had, UnknownIdError or
    PolicyError for a line without a usable policy, and what `open_services` raises.
    """

    def now() -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    settings = hosting.settings
    with (
        start_stub(mode="normal") as stub,
        open_services(
            settings,
            data_dir=settings.data_dir,
            now=now,
            processor_url=stub.base_url,
            lines=[hosting.profile],
        ) as services,
    ):
        _require_policy(services, hosting.profile)
        desk = Desk(
            services=services,
            profile=hosting.profile,
            language=hosting.language,
            providers=hosting.providers,
            reporter=reporter,
            person=hosting.person,
            media_timeout_s=settings.phone_media_timeout_s,
            calls=hosting.calls,
        )
        return asyncio.run(_host(hosting.door, desk))


def _require_policy(services: Services, profile: LineProfile) -> None:
    """Raise what every call would be refused for, before anybody calls: UnknownIdError, PolicyError."""
    today = services.now().date()
    resolve(
        services.policies,
        business=profile.business,
        caller=None,
        sectors=profile.sectors,
        line=profile,
        on=today,
    )


async def _host(door: Door, desk: Desk) -> list[CallResult]:
    endpoint = await _open(door, lambda call: reception.ring(call))  # noqa: PLW0108 - not there yet
    async with asyncio.TaskGroup() as tasks:
        reception = Reception(desk, tasks)
        host, port = endpoint.address
        desk.reporter.note(NOTICE)
        desk.reporter.note(desk.providers.described)
        desk.reporter.note(f"dial sip:agent@{host}:{port} with any softphone (G.711, no SRTP); Ctrl-C ends")
        with _interruptions(reception, endpoint, desk.reporter):
            await reception.over.wait()
        await endpoint.close()
    return reception.results


async def _open(door: Door, ring: Callable[[SipCall], None]) -> SipEndpoint:
    options = EndpointOptions(ring=ring, host=door.host, port=door.port, access=door.access)
    try:
        return await SipEndpoint(options).open()
    except OSError as error:
        raise PhoneUnavailableError(
            f"{door.host}:{door.port} cannot be had ({error.strerror or 'taken'}); try --listen 127.0.0.1:5070"
        ) from None


@contextmanager
def _interruptions(reception: Reception, endpoint: SipEndpoint, reporter: Reporter) -> Iterator[None]:
    """The first Ctrl-C lets the calls end, the second ends them."""
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        if not reception.closing:
            reporter.note("no more calls; those under way may end, Ctrl-C hangs up")
        endpoint.takes_calls = False
        reception.close()

    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, interrupted)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
