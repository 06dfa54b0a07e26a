"""One call of a bundle as its chapters need it: its entries by type, its times, its state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.contents import ExportedEntry
from audit.encoding import Json, parse_timestamp


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of a call with its body, or without where that is not shown."""

    entry: ExportedEntry
    offset_ms: int

    @property
    def kind(self) -> str:
        return str(self.entry.header["t"])

    @property
    def body(self) -> Json:
        return self.entry.body or {}

    @property
    def when(self) -> str:
        """When it was, from the first entry of the call; a stretch where it has two ends."""
        body = self.body
        start = body.get("t_start_ms", body.get("at_ms", body.get("t_ms")))
        if not isinstance(start, int):
            return clock(self.offset_ms)
        end = body.get("t_end_ms")
        return f"{clock(start)} – {clock(end)}" if isinstance(end, int) and end > start else clock(start)

    def text(self, name: str) -> str:
        """A member of the body as a person reads it; empty where there is none."""
        value = self.body.get(name)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None or isinstance(value, dict | list) else str(value)


@dataclass(frozen=True, slots=True)
class Record:
    """The entries of one call in their order, and how its last segment stands."""

    call: str
    events: tuple[Event, ...]
    state: str
    #: Tombstones, holds and other words of control entries about this call.
    about: tuple[ExportedEntry, ...] = ()

    def of(self, *kinds: str) -> Iterator[Event]:
        """Events of these types, or (with a dot at the end) groups of types."""
        for event in self.events:
            if any(event.kind == one or (one[-1] == "." and event.kind.startswith(one)) for one in kinds):
                yield event

    def first(self, kind: str) -> Event | None:
        return next(self.of(kind), None)

    @property
    def opened(self) -> bool:
        """Whether any body can be read."""
        return any(event.entry.form == "opened" for event in self.events)

    @property
    def header(self) -> Json:
        return self.events[0].entry.header

    @property
    def ended(self) -> str:
        return str(self.events[-1].entry.header["ts"])


def record_of(
    call: str, entries: Iterable[ExportedEntry], state: str, about: Iterable[ExportedEntry]
) -> Record:
    """The record of CALL from its entries, in whatever order they come."""
    ordered = sorted(entries, key=lambda one: one.place)
    began = parse_timestamp(ordered[0].header["ts"])
    events = tuple(
        Event(one, round((parse_timestamp(one.header["ts"]) - began).total_seconds() * 1_000))
        for one in ordered
    )
    return Record(call, events, state, tuple(about))


def clock(ms: int) -> str:
    """Minutes, seconds and tenths."""
    minutes, rest = divmod(max(ms, 0), 60_000)
    return f"{minutes}:{rest / 1_000:04.1f}"
