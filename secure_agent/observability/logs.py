"""No log record reaches any handler with content of a call, a value of its data or the text of an exception.

The guard stands before every handler of the process, also one that is added later and the one of last
resort: a filter on a handler would have to be remembered, and one on a logger does not see what other loggers
hand up. It works on a record in this order:

1. fields that LiveKit marks as personal are dropped, and those that name a caller or a room without a mark;
2. exceptions become types and places in the code: foreign exception texts quote what they failed on;
3. fields keep plain values only: truth values, small numbers, short clean text;
4. what is left passes the log filter of `redaction`, which withholds and never repairs.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, TextIO

import orjson
from livekit.agents.telemetry.pii import is_pii_attribute

from redaction.log_filter import LogFilter

WITHHELD: Final = "[WITHHELD]"

#: Fields of LiveKit's that hold the caller's number, as identity of a participant or in the name of a room.
_CALLER_FIELDS: Final = frozenset({"participant", "participant_identity", "identity", "room", "room_name"})

#: Loggers of others that say too much below these levels. LiveKit logs every item of a conversation at DEBUG,
#: OpenAI's client whole requests, the HTTP clients every address with its query.
_FLOORS: Final = {
    "livekit": logging.INFO,
    "livekit.agents": logging.INFO,
    "aiohttp": logging.WARNING,
    "asyncio": logging.WARNING,
    "dtmf-inputs": logging.CRITICAL,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "httpx2": logging.WARNING,
    "openai": logging.WARNING,
    "presidio-analyzer": logging.WARNING,
    "presidio-anonymizer": logging.WARNING,
}

_STANDARD_FIELDS: Final = frozenset(
    {*logging.LogRecord("", 0, "", 0, "", (), None).__dict__, "message", "asctime"}
)
_LONGEST_FIELD: Final = 200  # characters; a longer text is a message to somebody, not a field
_LARGEST_NUMBER: Final = 10**9  # larger ones may be telephone or account numbers
_PLACES: Final = 8  # innermost frames of an exception that are kept


class RecordGuard(logging.Filter):
    """The four steps, on the record itself; it lets every record through."""

    def __init__(self) -> None:
        super().__init__()
        self._log_filter = LogFilter()

    def filter(self, record: logging.LogRecord) -> bool:
        if (passed := record.__dict__.get("_passed")) is not None:
            return bool(passed)
        for name in [name for name in record.__dict__ if is_pii_attribute(name) or name in _CALLER_FIELDS]:
            del record.__dict__[name]
        record.__dict__.pop("message", None)  # a handler without a guard may have formatted it already
        if record.exc_info:
            record.__dict__["exception"] = places_of(record.exc_info[1])
        record.exc_info = record.exc_text = record.stack_info = None
        for name in record.__dict__.keys() - _STANDARD_FIELDS - {"exception"}:
            record.__dict__[name] = _plain(record.__dict__[name])
        record.__dict__["_passed"] = passed = bool(self._log_filter.filter(record))
        return passed


def guard_handler(handler: logging.Handler) -> logging.Handler:
    """Put the guard before one handler, and return it."""
    handler.addFilter(RecordGuard())
    return handler


def configure_logging(level: str) -> None:
    """Write records of `level` and above to standard error, a JSON object a line, behind the guard.

    May be called again; the last level holds. The guard then stands before every handler of the process.
    """
    _stand_before_every_handler()
    root = logging.getLogger()
    if not any(isinstance(handler, _JsonToStderr) for handler in root.handlers):
        root.addHandler(_JsonToStderr())
    root.setLevel(level)
    for name, floor in _FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))
    logging.raiseExceptions = False  # a failing handler would print the record it failed on
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _log_crash
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _log_thread_crash
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _log_unraisable


@contextmanager
def guarded_logging() -> Iterator[None]:
    """While inside, the guard stands before every handler of the process."""
    before: Callable[..., Any] = logging.Handler.handle
    _stand_before_every_handler()
    try:
        yield
    finally:
        logging.Handler.handle = before  # type: ignore[method-assign]


def places_of(error: BaseException | None) -> str:
    """Say which exceptions happened, and where in the code; never what they say."""
    parts = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
        places = " < ".join(
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
        )
        parts.append(f"{type(error).__name__} at {places or 'unknown place'}")
        error = error.__cause__ or error.__context__
    return "; after ".join(parts)


def _stand_before_every_handler() -> None:
    """Handlers have nothing in common but the class they inherit: the guard is put into its `handle`."""
    handle = logging.Handler.handle
    if getattr(handle, "guarded", False):
        return
    guard = RecordGuard()

    def guarded_handle(self: logging.Handler, record: logging.LogRecord) -> bool | logging.LogRecord:
        return handle(self, record) if guard.filter(record) else False

    guarded_handle.guarded = True  # type: ignore[attr-defined]
    logging.Handler.handle = guarded_handle  # type: ignore[method-assign, assignment]


def _plain(value: object) -> object:
    match value:
        case None | bool():
            return value
        case int() | float():
            return value if abs(value) < _LARGEST_NUMBER else WITHHELD
        case str():
            return value if len(value) <= _LONGEST_FIELD else WITHHELD
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case dict():
            return {str(_plain(key)): _plain(item) for key, item in value.items()}
        case _:
            return f"<{type(value).__name__}>"


class _JsonToStderr(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(_JsonFormatter())

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        for name, value in record.__dict__.items():
            if name not in _STANDARD_FIELDS and not name.startswith("_"):
                line.setdefault(name, value)
        return orjson.dumps(line, default=lambda value: f"<{type(value).__name__}>").decode()


_log = logging.getLogger(__name__)


def _log_crash(_type: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    _log.critical("the process ended with an exception", extra={"exception": places_of(error)})


def _log_thread_crash(args: threading.ExceptHookArgs) -> None:
    _log.error("a thread ended with an exception", extra={"exception": places_of(args.exc_value)})


def _log_unraisable(args: "sys.UnraisableHookArgs") -> None:
    _log.error("an exception was dropped", extra={"exception": places_of(args.exc_value)})
