"""One utterance with what was found in it, as it is kept while a later one may still prove more."""

from dataclasses import dataclass

from policies.text import RedactedText
from redaction.spans import Found, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A span with what stands in its place."""

    span: Span
    text: RedactedText


@dataclass(slots=True)
class Utterance:
    index: int
    text: str
    turn: int
    marks: tuple[Mark, ...] = ()
    released: bool = False
    withheld: bool = False


def clip(one: Found, start: int, end: int, text: str) -> tuple[int, int]:
    """The part of a finding that lies in the utterance at `[start, end)`, from its first to its last word there."""
    inside = [(max(a, start), min(b, end)) for a, b in one.parts if a < end and start < b]
    if one.parts and not inside and one.start < start and end < one.end:
        return 0, 0  # "hold on", said between two pieces of the value
    first, last = max(one.start, start), min(one.end, end)
    if inside and one.start < start:
        first = min(part[0] for part in inside)
    if inside and one.end > end:
        last = max(part[1] for part in inside)
    return _trim(text, first - start, last - start)


def _trim(text: str, first: int, last: int) -> tuple[int, int]:
    """Leave white space and hanging punctuation at a cut out of the span."""
    while first < last and not (text[first].isalnum() or text[first] in "+(<"):
        first += 1
    while first < last and not (text[last - 1].isalnum() or text[last - 1] in ")>"):
        last -= 1
    return first, last


def render(utterance: Utterance) -> tuple[RedactedText, tuple[Span, ...]]:
    parts: list[str] = []
    at = 0
    for mark in utterance.marks:
        parts += [utterance.text[at : mark.span.start], mark.text]
        at = mark.span.end
    parts.append(utterance.text[at:])
    return RedactedText("".join(parts)), tuple(mark.span for mark in utterance.marks)
