"""The guards of one call, on the real redactor; what they were told is kept for the tests to look at."""

import logging
from dataclasses import dataclass, field
from functools import cache

from policies.text import RawText, RedactedText
from redaction import Engine, Labels, RedactingStream, Redaction, Redactor, build_engine
from secure_agent.providers.guarded_llm import ModelAnswer, ModelRequest

CARD = "4111 1111 1111 1111"
PHONE = "415 555 0142"
SECRET_OF_AN_EXCEPTION = "exception text with 4111111111111111"


@cache
def engine() -> Engine:
    return build_engine(languages=("en",))


class GuardFaultError(Exception):
    """What a broken guard raises: it quotes the text it failed on."""

    def __init__(self) -> None:
        super().__init__(SECRET_OF_AN_EXCEPTION)


@dataclass
class Guards:
    """Ear, model guard, observer and voice guard of one call; `broken` names the methods that fail."""

    broken: frozenset[str] = frozenset()
    deaf: bool = False
    redactor: Redactor = field(default_factory=lambda: Redactor(engine(), labels=Labels(), budget_ms=None))
    requests: list[ModelRequest] = field(default_factory=list)
    answers: list[ModelAnswer] = field(default_factory=list)
    spoken: list[RedactedText] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    failures: int = 0

    def hear(self, text: RawText, *, language: str, confidence: float) -> tuple[RedactedText, ...]:
        self._break("hear")
        return tuple(release.text for release in self.redactor.hear(text).released)

    def end_of_speech(self) -> tuple[RedactedText, ...]:
        self._break("end_of_speech")
        return tuple(release.text for release in self.redactor.end_turn().released)

    def redact(self, text: RawText) -> Redaction:
        self._break("redact")
        return self.redactor.redact(text)

    def stream(self) -> "BreakableStream":
        return BreakableStream(self.redactor.stream(), self)

    async def requested(self, request: ModelRequest) -> None:
        self._break("requested")
        self.requests.append(request)
        self.order.append("requested")

    async def answered(self, answer: ModelAnswer) -> None:
        self._break("answered")
        self.answers.append(answer)
        self.order.append("answered")

    def failed(self) -> None:
        self.failures += 1
        self._break("failed")

    def speakable(self, text: str) -> RedactedText:
        self._break("speakable")
        return self.redactor.redact(RawText(text)).text

    def given(self, text: RedactedText) -> None:
        self._break("given")
        self.spoken.append(text)

    def _break(self, method: str) -> None:
        if method in self.broken:
            raise GuardFaultError


@dataclass
class BreakableStream:
    inner: RedactingStream
    guards: Guards

    def feed(self, chunk: str) -> RedactedText:
        self.guards._break("feed")
        return self.inner.feed(chunk)

    def close(self) -> RedactedText:
        self.guards._break("close")
        return self.inner.close()


class EveryRecord(logging.Handler):
    """Keeps each record as the most careless formatter would write it."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        formatter = logging.Formatter("%(levelname)s %(name)s %(message)s")
        self.lines.append(f"{formatter.format(record)} {record.__dict__!r}")


def whole_chain(error: BaseException) -> str:
    """Everything that an exception and those it came from say."""
    said: list[str] = []
    left: list[BaseException] = [error]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        said.append(f"{one!r} {one} {one.__dict__}")
        left += [other for other in (one.__cause__, one.__context__) if other is not None]
        left += list(one.exceptions) if isinstance(one, BaseExceptionGroup) else []
    return "\n".join(said)
