"""Answers the calls of the laptop line: one `open_call()` each, several at once, the evidence verified at the end."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from audit import AuditError
from policies import Line as LineProfile
from policies import UnknownIdError
from secure_agent.assembly import Incoming, OpenCall, Rehearsal
from secure_agent.call import Call
from secure_agent.errors import CallRefused, CallStopped
from secure_agent.open_call import open_call
from secure_agent.phone.menu import DemoMenu
from secure_agent.phone.providers import PhoneProviders
from secure_agent.phone.screen import Reporter
from secure_agent.simulation.result import CallResult, refused_document
from secure_agent.simulation.runner import evidence_of
from secure_agent.telephony.sip.dialog import SipCall
from secure_agent.telephony.sip.line import SipLine
from secure_agent.wiring import Services

_log = logging.getLogger(__name__)

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_NO_REHEARSAL: Final = Rehearsal()


@dataclass(frozen=True, slots=True)
class Desk:
    """What every call of this line shares."""

    services: Services
    profile: LineProfile
    language: str
    providers: PhoneProviders
    reporter: Reporter
    person: str | None = None  # a SIP address
    media_timeout_s: float = 120.0
    calls: int | None = None  # leave after so many
    rehearsal: Rehearsal = _NO_REHEARSAL
    look_on: Callable[[OpenCall], None] | None = None  # of tests


class Reception:
    """Takes what rings. `over` is set when nobody is on the line and nobody may come any more."""

    def __init__(self, desk: Desk, tasks: asyncio.TaskGroup) -> None:
        self._desk = desk
        self._tasks = tasks
        self._evidence = asyncio.Lock()  # one export at a time; the calls go on meanwhile
        self._lines: set[SipCall] = set()
        self._taken = self._finished = 0
        self.closing = False
        self.over = asyncio.Event()
        self.results: list[CallResult] = []

    def ring(self, call: SipCall) -> None:
        """Take CALL, if it is not one too many. Does not block."""
        if self.closing or self._taken == self._desk.calls:
            call.refuse(503)
            return
        self._taken += 1
        self._lines.add(call)
        self._tasks.create_task(self._take(call, self._taken))

    def close(self) -> None:
        """Take no more calls; asked once more, hang up those that are left."""
        if self.closing:
            for call in tuple(self._lines):
                call.hang_up()
        self.closing = True
        self._check_over()

    async def _take(self, call: SipCall, number: int) -> None:
        try:
            result = await self._served(call, number)
            self.results.append(result)
            self._desk.reporter.finished(number, result)
        except Exception as error:  # noqa: BLE001 - the border of one call: the others go on
            _log.error("call broke off", extra={"error": type(error).__name__})
            self.results.append(
                CallResult(document=refused_document(), verify_command=None, refusal="the call broke off")
            )
        finally:
            call.hang_up()
            self._lines.discard(call)
            self._finished += 1
            self._check_over()

    async def _served(self, call: SipCall, number: int) -> CallResult:
        desk = self._desk
        call.ring()
        line = SipLine(call, media_timeout_s=desk.media_timeout_s, person=desk.person)
        incoming = Incoming(desk.profile, _number(call.caller), desk.language)
        try:
            async with open_call(
                desk.services,
                line,
                incoming,
                desk.providers,
                rehearsal=desk.rehearsal,
                watchers=desk.reporter.watchers(number),
            ) as opened:
                self._serve(opened, line)
                await opened.call.ending.wait()
        except (CallRefused, UnknownIdError) as refused:
            call.refuse(503)
            return CallResult(document=refused_document(), verify_command=None, refusal=str(refused))
        async with self._evidence:
            try:
                document, command = await asyncio.to_thread(evidence_of, opened, desk.services)
            except AuditError as error:
                return CallResult(document=refused_document(), verify_command=None, refusal=str(error))
        return CallResult(document=document, verify_command=command)

    def _serve(self, opened: OpenCall, line: SipLine) -> None:
        """What this line adds to a call: the menu of keys, and the hold that it sees."""
        menu = DemoMenu(opened, recognises=self._desk.providers.recognises)
        opened.call.menu = menu
        line.on_hold = partial(_on_hold, opened.call)
        opened.call.spawn(menu.announce(), busy="menu")
        if self._desk.look_on is not None:
            self._desk.look_on(opened)

    def _check_over(self) -> None:
        enough = self._desk.calls is not None and self._finished >= self._desk.calls
        if (self.closing or enough) and not self._lines:
            self.over.set()


def _on_hold(call: Call, held: bool) -> None:  # noqa: FBT001 - the signature of the line's callback
    try:
        if held:
            call.recording.hold()
            call.journal.append("line.held", {})
        else:
            call.journal.append("line.resumed", {})
            call.recording.end_hold()
    except CallStopped:
        return  # the safe ending is under way


def _number(caller: str) -> str | None:
    """The caller's number, if the phone calls itself by one in the international form."""
    return caller if _NUMBER.fullmatch(caller) else None
