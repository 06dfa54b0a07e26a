"""Every place where a word of the call could end up, and the search for values that must be in none of them."""

import base64
import logging
import re
import traceback
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import get_args

from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.voice.events import EventTypes, UserInputTranscribedEvent
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from audit import read_call
from secure_agent.observability.logs import guard_handler
from secure_agent.observability.traces import tracing

_EVENTS: tuple[EventTypes, ...] = tuple(name for name in get_args(EventTypes) if name != "metrics_collected")
_WRITTEN = re.compile(rb"[\t\n\r -~]{4,}")  # what is text in a file of bytes
#: Where words of the call stand in the clear, without the book-keeping around them.
_SPOKEN_SINKS = frozenset({"model", "voice", "transcripts", "history texts", "tools", "audit body"})
_NO_WORDS = re.compile(r"\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|\b\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?\b|\b\d+\.\d+\b")
_DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Sinks:
    """Collects what leaves a call, by name of the sink."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.files: dict[str, bytes] = {}

    def add(self, sink: str, *texts: str) -> None:
        self.texts.setdefault(sink, []).extend(texts)

    def watch(self, session: AgentSession[None]) -> None:
        """Keep what the session tells anybody who listens."""
        for name in _EVENTS:
            session.on(name, partial(self._note, f"event {name}"))
        for provider in (session.stt, session.llm, session.tts, session.vad):
            if isinstance(provider, rtc.EventEmitter):
                provider.on("metrics_collected", partial(self._note, "metrics"))

    def _note(self, sink: str, event: object) -> None:
        self.add(sink, repr(event))
        if isinstance(event, UserInputTranscribedEvent):
            self.add("transcripts", event.transcript)

    def add_history(self, session: AgentSession[None]) -> None:
        self.add("history", *(repr(item) for item in session.history.items))
        self.add("history texts", *(message.text_content or "" for message in session.history.messages()))
        recorded = getattr(session, "_recorded_events", ())  # LiveKit keeps every event for the whole call
        self.add("recorded events", *(repr(event) for event in recorded))

    def add_bodies(self, data_dir: Path, call: str, database: str | None = None) -> None:
        """The events of CALL as whoever holds the keys reads them."""
        for entry in read_call(data_dir, call, database=database):
            self.add("audit body", f"{entry.t} {entry.body}")
            if entry.t.startswith("turn.") and entry.body is not None:
                self.add("audit turns", str(entry.body.get("text", "")))

    def add_files(self, folder: Path) -> None:
        """Every byte of every file under FOLDER."""
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            self.files[f"file {path.relative_to(folder)}"] = path.read_bytes()

    def search(self, values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Yield (name of the value, sink, form) for every hit; VALUES maps a name to a value."""
        for sink, texts in self.texts.items():
            joined = "\n".join(texts)
            bare = _bare(joined)
            for name, value in values.items():
                if _is_short(value):
                    if sink in _SPOKEN_SINKS and _stands_alone(value, joined):
                        yield name, sink, "whole"
                    continue
                for form, needle in forms(value):
                    if needle in joined:
                        yield name, sink, form
                if _is_in(_bare(value), bare):
                    yield name, sink, "letters and digits"
        longer = {name: value for name, value in values.items() if not _is_short(value)}
        for sink, content in self.files.items():
            bare = _bare(b"".join(_WRITTEN.findall(content)).decode("ascii"))
            for name, value in longer.items():
                for form, needle in forms(value):
                    if needle.encode() in content:
                        yield name, sink, form
                if _is_in(_bare(value), bare):
                    yield name, sink, "letters and digits"


def _is_short(value: str) -> bool:
    """A security code or an expiry: by chance it is a part of any hash, time or id."""
    return len(_bare(value)) < 7


def _stands_alone(value: str, text: str) -> bool:
    """VALUE as a word or number of its own, outside times, hashes and ids."""
    words = _NO_WORDS.sub(" ", text)
    return re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.]\w)(?!\w)", words) is not None


def forms(value: str) -> Iterable[tuple[str, str]]:
    """The ways in which VALUE could be written down by somebody who did not mean to."""
    raw = value.encode()
    found = {
        "plain": value,
        "spaced": " ".join(value),
        "hex": raw.hex(),
        "url": urllib.parse.quote(value, safe=""),
    }
    if value.isdigit():
        found["spelled"] = " ".join(_DIGIT_WORDS[int(d)] for d in value)
    for shift in range(3):  # base64 of the value at any offset of a longer text
        coded = base64.b64encode(b"\0" * shift + raw).decode()
        whole = coded[4 if shift else 0 :].rstrip("=")
        found[f"base64+{shift}"] = whole[: len(whole) - 2] if len(whole) > 10 else whole
    return [(form, text) for form, text in found.items() if len(text) >= min(6, len(value))]


def _is_in(bare_value: str, bare_text: str) -> bool:
    """Short values say nothing: "123" is in every text without its spaces."""
    return len(bare_value) >= 6 and bare_value in bare_text


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


#: Message and arguments stand in the text; the rest are clocks and numbers of `logging`'s own, whose many digits hold
#: any short run of digits by chance.
_OF_LOGGING = frozenset(
    {"msg", "args", "created", "msecs", "relativeCreated", "thread", "process", "levelno", "lineno"}
)


class _KeepEverything(logging.Handler):
    """Writes down a record as the most careless formatter would: message, extras, traceback."""

    def __init__(self, sinks: Sinks) -> None:
        super().__init__(level=1)
        self._sinks = sinks

    def emit(self, record: logging.LogRecord) -> None:
        parts = [
            record.getMessage(),
            repr({k: v for k, v in record.__dict__.items() if k not in _OF_LOGGING}),
        ]
        if record.exc_info and record.exc_info[1] is not None:
            parts += traceback.format_exception(*record.exc_info)
        self._sinks.add("log", "\n".join(parts))


@contextmanager
def watched_logs_and_spans(sinks: Sinks) -> Iterator[None]:
    """While inside, every log record at every level and every span ends in SINKS as well, behind the real guards."""
    exporter = InMemorySpanExporter()
    try:
        with _every_record(guard_handler(_KeepEverything(sinks))), tracing(SimpleSpanProcessor(exporter)):
            yield
    finally:
        for span in exporter.get_finished_spans():
            sinks.add("span", f"{span.name} {dict(span.attributes or {})} {span.status.description}")
            sinks.add("span", *(f"{event.name} {dict(event.attributes or {})}" for event in span.events))


@contextmanager
def _every_record(handler: logging.Handler) -> Iterator[None]:
    """Give HANDLER every record, while the handlers that were there keep to the levels that were set."""
    root = logging.getLogger()
    names = [name for name in logging.root.manager.loggerDict if logging.getLogger(name).level]
    levels = {"": root.level, **{name: logging.getLogger(name).level for name in names}}

    def as_before(record: logging.LogRecord) -> bool:
        parts = record.name.split(".")
        above = (".".join(parts[:n]) for n in range(len(parts), -1, -1))
        return record.levelno >= next(levels[name] for name in above if name in levels)

    others = list(root.handlers)
    for other in others:
        other.addFilter(as_before)
    root.addHandler(handler)
    for name in levels:
        logging.getLogger(name or None).setLevel(1)
    try:
        yield
    finally:
        root.removeHandler(handler)
        for other in others:
            other.removeFilter(as_before)
        for name, level in levels.items():
            logging.getLogger(name or None).setLevel(level)
