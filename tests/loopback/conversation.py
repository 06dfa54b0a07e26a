"""What the vendors' servers play: a caller's turns, a model's answers, and a record of all they received."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MODEL_VERSION = "gpt-4.1-2025-04-14"  # what the server says answered, whatever was asked for


@dataclass(frozen=True, slots=True)
class Spoken:
    """One stretch of the caller's speech: its final transcript, and what the recogniser guesses before."""

    final: str
    interim: str | None = None

    @property
    def guess(self) -> str:
        return self.interim if self.interim is not None else " ".join(self.final.split()[:-1])


@dataclass(frozen=True, slots=True)
class Says:
    """The model answers with text, streamed in pieces of a few characters."""

    text: str
    piece_chars: int = 5


@dataclass(frozen=True, slots=True)
class Calls:
    """The model calls a tool; a string as `arguments` is sent as it is, whether it is JSON or not."""

    tool: str
    arguments: Mapping[str, Any] | str
    text: str = ""

    @property
    def arguments_json(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class Fails:
    """The server refuses, and says in its body why."""

    status: int
    body: str = "refused"


ModelAnswer = Says | Calls | Fails


@dataclass(frozen=True, slots=True)
class Request:
    """Something that a vendor received: the service, the address and headers, and the text of the body."""

    service: str
    address: str
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(slots=True)
class Conversation:
    """The script of one test and the record of what every vendor received."""

    caller: deque[Spoken] = field(default_factory=deque)
    model: deque[ModelAnswer] = field(default_factory=deque)
    received: list[Request] = field(default_factory=list)
    audio_bytes_heard: int = 0
    missing_answers: int = 0
    _change: asyncio.Event = field(default_factory=asyncio.Event)

    def caller_says(self, *stretches: str | Spoken) -> None:
        """Queue stretches of speech; each is recognised when as much sound has come in."""
        self.caller.extend(Spoken(each) if isinstance(each, str) else each for each in stretches)

    def model_answers(self, *answers: str | ModelAnswer) -> None:
        """Queue answers, one per request."""
        self.model.extend(Says(each) if isinstance(each, str) else each for each in answers)

    def next_answer(self) -> ModelAnswer:
        if self.model:
            return self.model.popleft()
        self.missing_answers += 1
        return Says("Goodbye.")

    def record(self, service: str, address: str, headers: Mapping[str, str], text: str) -> None:
        self.received.append(Request(service, address, dict(headers), text))
        self._change.set()

    def of(self, service: str) -> list[Request]:
        return [request for request in self.received if request.service == service]

    async def wait_for(self, service: str, *, count: int = 1, timeout_s: float = 10.0) -> Sequence[Request]:
        """Wait until a vendor has received this many requests."""
        async with asyncio.timeout(timeout_s):
            while len(self.of(service)) < count:
                self._change.clear()
                await self._change.wait()
        return self.of(service)

    def everything(self, *services: str) -> str:
        """All text that these vendors (all, if none is named) received: addresses, headers and bodies."""
        return "\n".join(
            f"{request.address}\n{dict(request.headers)}\n{request.text}"
            for request in self.received
            if not services or request.service in services
        )
