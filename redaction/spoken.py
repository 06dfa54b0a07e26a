"""The written form of what was said, each of its characters with the place it was said at.

Digits become digits without separators, spelled letters, e-mail and web addresses their written form; hesitations and
what a speaker took back give no character; all else passes unchanged.
"""

from dataclasses import dataclass
from typing import Final

from redaction.context import Verdicts
from redaction.lexicon import Lexicon, lexicon
from redaction.net import NetFinder
from redaction.rules import Slots
from redaction.scan import Item, Scan

_NOT_SAID: Final = ",;… \t"


@dataclass(frozen=True, slots=True)
class Normal:
    """`map[k]` is the half-open range of the input that gave character k; starts never decrease."""

    text: str
    map: tuple[tuple[int, int], ...]


def normalise(text: str, language: str = "en") -> Normal:
    """The normal form of TEXT."""
    return normal_of(Scan(text, lexicon(language)), lexicon(language))


def normal_of(scan: Scan, lex: Lexicon) -> Normal:  # noqa: ARG001
    """The normal form of what was already read."""
    text = scan.text
    edits: list[tuple[int, int, str, tuple[tuple[int, int], ...]]] = []
    for hit in NetFinder(scan).hits():
        marks = tuple((max(a, hit.found.start), b) for a, b in hit.marks)
        if len(hit.found.value) == len(marks):
            edits.append((hit.found.start, hit.found.end, _cased(text, hit.found.value, marks), marks))
    taken = [(start, end) for start, end, _, _ in edits]
    dated = {k for hit in Verdicts(scan, Slots()).dates for k in range(hit.first, hit.next)}
    for index, item in enumerate(scan.items):
        if any(start < item.end and item.start < end for start, end in taken):
            continue
        edit = _edit(text, item, typed_date=index in dated)
        if edit is not None:
            edits.append(edit)
    edits.sort(key=lambda e: e[0])
    chars: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for start, end, value, marks in edits:
        chars += text[at:start]
        places += [(k, k + 1) for k in range(at, start)]
        chars += value
        places += marks
        at = end
    chars += text[at:]
    places += [(k, k + 1) for k in range(at, len(text))]
    return Normal("".join(chars), tuple(places))


def _cased(text: str, value: str, marks: tuple[tuple[int, int], ...]) -> str:
    """A typed character keeps its case."""
    return "".join(
        text[a] if b - a == 1 and text[a].casefold() == c else c
        for c, (a, b) in zip(value, marks, strict=True)
    )


def _edit(
    text: str, item: Item, *, typed_date: bool
) -> tuple[int, int, str, tuple[tuple[int, int], ...]] | None:
    """What stands for an item, if not itself."""
    if item.kind == "filler":
        end = item.end
        while end < len(text) and text[end] in _NOT_SAID:
            end += 1
        return item.start, end, "", ()
    run = item.run
    if run is None or item.kind == "amount" or (typed_date and not run.spoken):
        return None
    value, marks = item.text, list(run.marks)
    if run.separators == "." and run.spoken and len(run.atoms) > 1:
        value, marks = _with_point(item)
    return item.start, item.end, value, tuple(marks)


def _with_point(item: Item) -> tuple[str, list[tuple[int, int]]]:
    """`three point five` is 3.5."""
    run = item.run
    if run is None:
        return item.text, []
    for left, right in zip(run.atoms, run.atoms[1:], strict=False):
        if right.gap == "mark":
            cut = sum(b <= left.end for _, b in run.marks)
            marks = [*run.marks[:cut], (left.end, right.start), *run.marks[cut:]]
            return f"{item.text[:cut]}.{item.text[cut:]}", marks
    return item.text, list(run.marks)
