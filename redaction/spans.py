"""What redaction found and what it returns: spans in code points, and text with the spans replaced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from policies.entities import EntityType
from policies.text import RedactedText

#: What stands for an utterance that could not be scanned.
WITHHELD: Final = RedactedText("[WITHHELD]")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range `[start, end)` of code points that holds one entity."""

    start: int
    end: int
    type: EntityType

    def as_dict(self) -> dict[str, int | str]:
        return {"start": self.start, "end": self.end, "type": self.type.value}


@dataclass(frozen=True, slots=True)
class Found:
    """A span with the value it stands for and how sure its finder is."""

    start: int
    end: int
    type: EntityType
    score: float
    value: str
    parts: tuple[tuple[int, int], ...] = ()  # where its words stand, for a value cut over utterances


@dataclass(frozen=True, slots=True)
class Redaction:
    """One text, redacted."""

    text: RedactedText
    spans: tuple[Span, ...]

    @property
    def withheld(self) -> bool:
        return any(span.type is EntityType.UNSCANNED for span in self.spans)


@dataclass(frozen=True, slots=True)
class Release:
    """Utterance number `utterance`, as it first crosses the boundary."""

    utterance: int
    text: RedactedText
    spans: tuple[Span, ...]
    withheld: bool


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What utterance `after` proved about the earlier utterance `utterance`, which was released with less."""

    utterance: int
    after: int
    text: RedactedText
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one more utterance, or the end of a turn, lets cross the boundary."""

    released: tuple[Release, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()


def merge(found: Iterable[Found]) -> list[Found]:
    """Make spans sorted and disjoint: an overlap becomes one span over both, typed by the surer of the two.

    Nothing that any finder covered is uncovered by merging.
    """
    merged: list[Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if merged and one.start < merged[-1].end:
            last = merged[-1]
            best = one if _rank(one) > _rank(last) else last
            start, end = last.start, max(last.end, one.end)
            whole = [
                found for found in (last, one) if found.parts and (found.start, found.end) == (start, end)
            ]
            both = tuple(sorted({*last.parts, *one.parts})) if last.parts and one.parts else ()
            merged[-1] = replace(best, start=start, end=end, parts=whole[0].parts if whole else both)
        else:
            merged.append(one)
    return merged


def _rank(found: Found) -> tuple[float, int]:
    return (found.score, found.end - found.start)


def withheld_spans(text: str) -> tuple[Span, ...]:
    """One span of type UNSCANNED over everything."""
    return (Span(0, len(text), EntityType.UNSCANNED),)


def covers(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether `[start, end)` lies inside one of SPANS."""
    return any(span.start <= start and end <= span.end for span in spans)
