"""The lifetime of a call: resolved, opened, answered, and unwound in an order that loses nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from livekit.agents.utils import http_context

from audit import AuditError, Segment
from policies import PolicyError, Resolved, UnknownIdError, resolve
from secure_agent import __version__
from secure_agent.agent import ClosedSession
from secure_agent.assembly import Incoming, OpenCall, Rehearsal, Watchers, assemble
from secure_agent.call import Call
from secure_agent.call_limits import ask_who_is_silent, end_at_last
from secure_agent.errors import CallRefused, CallStopped
from secure_agent.opening import disclose, open_conversation
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.providers.wrapping import MakeProviders
from secure_agent.retention import segment_class
from secure_agent.settings import Settings
from secure_agent.telephony.line import Line
from secure_agent.wiring import Services

_log = logging.getLogger(__name__)

_NO_REHEARSAL = Rehearsal()
_NOBODY = Watchers()


@asynccontextmanager
async def open_call(
    services: Services,
    line: Line,
    incoming: Incoming,
    make_providers: MakeProviders,
    *,
    rehearsal: Rehearsal = _NO_REHEARSAL,
    watchers: Watchers = _NOBODY,
) -> AsyncIterator[OpenCall]:
    """Take one call; the body runs while it lasts and should wait for `call.ending`.

    Raises CallRefused when there is no usable policy or no audit log, and UnknownIdError for a place or sector that
    is in no policy: then nothing was answered.
    """
    policy = _policy(services, incoming)
    segment = _open_segment(services, incoming, policy.resolved)
    async with asyncio.TaskGroup() as tasks, http_context.open():
        opened = assemble(
            services,
            line,
            incoming,
            make_providers,
            policy=policy,
            segment=segment,
            tasks=tasks,
            rehearsal=rehearsal,
            watchers=watchers,
        )
        await _answer(opened)
        line_tasks = [tasks.create_task(work) for work in _line_work(line, opened.call, services.settings)]
        try:
            yield opened
        finally:
            await _unwind(opened, line)
            _index(services, incoming, opened)
            opened.call.tasks.drop()
            for task in line_tasks:
                task.cancel()


def _policy(services: Services, incoming: Incoming) -> PolicyInForce:
    try:
        _refuse_wrong_regions(services, incoming)
        policy = PolicyInForce(
            services.policies, incoming.profile, caller=incoming.number, on=services.now().date()
        )
    except UnknownIdError:
        raise  # a place that nobody knows is a mistake of whoever set up the line
    except PolicyError as error:
        raise CallRefused(f"no usable policy: {error}") from error
    return policy


def _refuse_wrong_regions(services: Services, incoming: Incoming) -> None:
    """Refuse a line whose data may not be kept, or handled, where this deployment keeps and handles them.

    Callers from elsewhere are another matter: where no region is left for them, nothing is kept and a person comes.
    """
    profile, settings = incoming.profile, services.settings
    residency = resolve(services.policies, line=profile, on=services.now().date()).effective.residency
    for what, setting, allowed, region in (
        ("kept", "STORE_REGION", residency.store_regions, settings.store_region),
        ("handled", "PROCESS_REGION", residency.process_regions, settings.process_region),
    ):
        here = region or profile.business
        if allowed and not services.policies.is_within(here, allowed):
            raise CallRefused(
                f"data of this line may be {what} in {', '.join(allowed)} only, and this deployment is in {here}:"
                f" run the line elsewhere, or set SECURE_AGENT_{setting} to where it really is"
            )


def _open_segment(services: Services, incoming: Incoming, resolved: Resolved) -> Segment:
    call, seg = incoming.place or (None, None)
    try:
        return services.logs.of_line(incoming.profile).open_segment(
            call=call,
            seg=seg,
            jurisdiction=incoming.profile.business,
            retention=segment_class(resolved.effective),
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


async def _answer(opened: OpenCall) -> None:
    """Start the session, which says nothing of its own; put the policy on record; begin the conversation."""
    call = opened.call
    if call.agent is not None:
        await opened.session.start(call.agent)
    try:
        opened.policy.record(call.journal)
    except CallStopped:
        return  # not one word but the apology

    async def opening() -> None:
        if not opened.can_be_held:
            await disclose(call)
            await call.hand_over("language")
            return
        await open_conversation(call)

    call.opening = call.spawn(opening(), busy="opening")


def _line_work(line: Line, call: Call, settings: Settings) -> list[Any]:
    async def until_hung_up() -> None:
        await line.hung_up.wait()
        call.end()

    work = [
        until_hung_up(),
        call.take_keys(),
        end_at_last(call, settings.call_max_s),
        ask_who_is_silent(call, settings.away_s),
    ]
    run = getattr(line, "run", None)
    return [run(), *work] if run is not None else work


def _index(services: Services, incoming: Incoming, opened: OpenCall) -> None:
    """Let an officer find the call; the caller's number goes in as a keyed index that erasure deletes."""
    try:
        services.logs.of_line(incoming.profile).index_call(
            opened.call.journal.call_id,
            line=incoming.profile.id,
            outcome=opened.outcome.value,
            caller=None if opened.policy.resolved.stores_nothing else incoming.number,
        )
    except AuditError as error:
        _log.error("call not indexed", extra={"error": type(error).__name__})


async def _close(session: ClosedSession) -> None:
    try:
        await session.aclose()
    except Exception as error:  # noqa: BLE001 - a provider that cannot be closed must not keep the record open
        _log.error("session not closed cleanly", extra={"error": type(error).__name__})


async def _unwind(opened: OpenCall, line: Line) -> None:
    """In this order: nothing new begins; what is owed is settled; the line goes; the record is closed."""
    call, journal = opened.call, opened.call.journal
    caller_hung_up = line.hung_up.is_set() and not call.endings.handed_over
    call.end()
    try:
        # 1. The opening and the card entry end; their evidence is written, and the last turn.
        await call.settle_after_hang_up()
        # 2. The line goes, and the session after it: what was played of the last reply is on record then.
        await line.hang_up()
        await _close(opened.session)
        call.recording.stop("call_ended")
    except CallStopped:
        call.endings.failed = True
    finally:
        opened.outcome = call.outcome(caller_hung_up=caller_hung_up)
        opened.labels.clear()
    # 3. The record is closed, unless it failed: then it stays open and the verifier says so.
    try:
        journal.append("call.ended", {"outcome": opened.outcome.value})
    except CallStopped:
        opened.outcome = call.outcome(caller_hung_up=caller_hung_up)
    journal.close(opened.outcome.value)
