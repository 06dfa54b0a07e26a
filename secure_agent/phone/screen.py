"""Shows calls live: the conversation to the left, the record to the right, each call by its number."""

import textwrap
from typing import Protocol

from rich.console import Console
from rich.text import Text

from secure_agent.assembly import Watchers
from secure_agent.journal import RecordedEvent
from secure_agent.providers.guarded_llm import ModelRequest
from secure_agent.simulation.result import CallResult
from secure_agent.transcript import Turn

_RECORD_COLUMN = 60


class Reporter(Protocol):
    """Who is told what happens on the line."""

    def note(self, text: str) -> None: ...

    def watchers(self, number: int) -> Watchers: ...

    def finished(self, number: int, result: CallResult) -> None: ...


class PhoneScreen:
    """For a person at a terminal."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        self._console.print(Text(text, style="dim"))

    def watchers(self, number: int) -> Watchers:
        def turn(spoken: Turn) -> None:
            style = "bold cyan" if spoken.role == "agent" else "bold green"
            cut = " --" if spoken.interrupted else ""
            first, *more = textwrap.wrap(f"{spoken.text}{cut}", _RECORD_COLUMN - 4) or [""]
            self._console.print(Text.assemble((f"{number:>2} {spoken.role:>6}  ", style), first))
            for line in more:
                self._console.print(Text(f"{'':>11}{line}"))

        def event(recorded: RecordedEvent) -> None:
            self._console.print(Text(f"{number:>2} {'':>{_RECORD_COLUMN}}+ {recorded.type}", style="dim"))

        def request(sent: ModelRequest) -> None:
            text = f"> model was sent: {sent.messages[-1].content}"
            self._console.print(Text(f"{number:>2} {'':>{_RECORD_COLUMN}}{text}", style="yellow"))

        return Watchers(event=event, turn=turn, request=request)

    def finished(self, number: int, result: CallResult) -> None:
        document = result.document
        verified = document["verified"]
        self.note(f"{number:>2} outcome    {document['outcome']}")
        if document["payment"] is not None:
            ending = f", card ending {document['payment']['last4']}" if document["payment"]["last4"] else ""
            self.note(f"{number:>2} payment    {document['payment']['status']}{ending}")
        if result.refusal is not None:
            self.note(f"{number:>2} not answered: {result.refusal}")
        self.note(f"{number:>2} evidence   {document['bundle'] or document.get('problem', 'none')}")
        if verified is not None:
            self.note(f"{number:>2} verdict    {verified['verdict']}")
        if result.verify_command is not None:
            self.note(f"{number:>2} again      {result.verify_command}")
