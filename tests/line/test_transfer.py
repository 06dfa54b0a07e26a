"""A transfer is believed when the caller's phone reports that somebody answered, and never before."""

import asyncio
from collections.abc import Callable

import pytest

from tests.line.answering import answering_line
from tests.line.raw_caller import Message, RawCaller, raw_caller

PERSON = "sip:person@127.0.0.1:5099"


def accepts(*fragments: str) -> Callable[[RawCaller], Callable[[Message], None]]:
    def of(caller: RawCaller) -> Callable[[Message], None]:
        def on_refer(refer: Message) -> None:
            caller.reply(refer, 202)
            for fragment in fragments:
                final = fragment.split()[1] >= "200"
                caller.notify(fragment, state="terminated;reason=noresource" if final else "active")

        return on_refer

    return of


@pytest.mark.parametrize(
    "script",
    [
        accepts("SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"),
        accepts("SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here"),
        accepts("SIP/2.0 603 Decline"),
        lambda caller: lambda refer: caller.reply(refer, 603),
        lambda caller: lambda refer: caller.reply(refer, 405),
    ],
    ids=["answered", "busy", "declined there", "phone declines", "phone cannot"],
)
async def test_a_transfer_is_what_the_phone_reports(
    script: Callable[[RawCaller], Callable[[Message], None]], request: pytest.FixtureRequest
) -> None:
    reached = request.node.callspec.id == "answered"
    async with answering_line(person=PERSON) as line, raw_caller(line.address) as caller:
        await caller.invite()
        caller.on_refer = script(caller)
        assert await line.calls[0].line.transfer("people") is reached
        assert (await caller.asked("REFER")).get("refer-to") == f"<{PERSON}>"
        assert not line.calls[0].line.hung_up.is_set(), "the call is ended by who asked for the transfer"
        await caller.bye()


async def test_a_caller_who_hangs_up_before_anybody_answered_was_not_transferred() -> None:
    async with answering_line(person=PERSON) as line, raw_caller(line.address) as caller:
        await caller.invite()
        caller.on_refer = accepts("SIP/2.0 100 Trying")(caller)
        async with asyncio.TaskGroup() as tasks:
            transfer = tasks.create_task(line.calls[0].line.transfer("people"))
            await caller.asked("REFER")
            await caller.bye()
        assert transfer.result() is False


async def test_without_a_person_nobody_is_called() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        assert not line.calls[0].line.capabilities.transfer
        assert await line.calls[0].line.transfer("people") is False
        assert not any(m.method == "REFER" for m in caller.inbox)
        await caller.bye()


async def test_reports_of_a_transfer_that_nobody_asked_for_are_refused() -> None:
    async with answering_line(person=PERSON) as line, raw_caller(line.address) as caller:
        await caller.invite()
        caller.notify("SIP/2.0 200 OK")
        assert (await caller.until(lambda m: m.status >= 400, "a refusal")).status == 481
        await caller.bye()
