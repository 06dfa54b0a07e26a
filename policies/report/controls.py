"""The control map: what laws and standards ask for, and where in the program it is done, on record and tested."""

from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import model_validator

from policies.reading import read_yaml
from policies.report.basis import (
    NOT_LEGAL_ADVICE,
    Basis,
    Reference,
    When,
    about,
    footer,
    marks,
    memory_warning,
    referred,
)
from policies.report.document import Cell, Chapter, Document, Exact, Row, Table
from policies.schema import Id, Strict, Text

_FILE: Final = Path(__file__).with_name("controls.yaml")

COVERS: Final = {
    "program": "by the program",
    "part": "in part; the rest by the company",
    "company": "by the company alone",
}


class Control(Strict):
    """One thing that is asked for. Files and tests are paths in the source tree, events are types of the log."""

    id: Id
    asks: Text
    covers: Literal["program", "part", "company"]
    how: Text = "Nothing."
    left: Text | None = None  # what remains for the company to do
    files: tuple[Text, ...] = ()
    events: tuple[Text, ...] = ()
    tests: tuple[Text, ...] = ()
    source: Reference

    @model_validator(mode="after")
    def _what_is_done_can_be_looked_up(self) -> "Control":
        if self.covers != "company" and not (self.files and self.tests):
            raise ValueError("a control of the program names a file and a test")
        if self.covers != "program" and self.left is None:
            raise ValueError("a control that is left to the company says what is left")
        return self


class Framework(Strict):
    """One law or standard with its controls."""

    id: Id
    name: Text
    short: Text  # as a citation begins
    note: Text | None = None
    when: When = When()
    controls: tuple[Control, ...]


class ControlMap(Strict):
    """`controls.yaml`."""

    frameworks: tuple[Framework, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "ControlMap":
        ids = [one.id for framework in self.frameworks for one in framework.controls]
        if len(ids) != len(set(ids)):
            raise ValueError("two controls have the same id")
        return self


@cache
def control_map() -> ControlMap:
    """The packaged control map."""
    return ControlMap.model_validate(read_yaml(_FILE))


def document(basis: Basis) -> Document:
    """The control map for one line: all frameworks, each with whether the line itself brings it in."""
    chapters = (
        *(_chapter(basis, one) for one in control_map().frameworks),
        Chapter("How it stands", (_count(),)),
        marks(),
    )
    return Document(
        name="controls",
        title=f"Control map: {basis.line.company}",
        subtitle="What laws and standards ask for, and the file, the event of the audit log and the test that answer.",
        warnings=(
            NOT_LEGAL_ADVICE,
            memory_warning(chapters),
            "A row says what the program does, not that anybody is compliant. No auditor has seen this map.",
        ),
        about=about(basis),
        chapters=chapters,
        footer=footer(basis),
        landscape=True,
    )


def _chapter(basis: Basis, framework: Framework) -> Chapter:
    headings = ("No.", "Asked for", "Answered", "How", "Files", "Events", "Tests")
    rows = tuple(
        Row(
            (
                one.id,
                (one.asks, referred(one.source, framework.short)),
                COVERS[one.covers],
                (one.how, *((f"Left to the company: {one.left}",) if one.left else ())),
                _names(one.files),
                _names(one.events),
                _names(one.tests),
            ),
            from_memory=one.source.confidence == "M",
        )
        for one in framework.controls
    )
    table = Table(headings, rows, (7, 18, 8, 20, 15, 11, 21))
    notes = (_concern(basis, framework), *((framework.note,) if framework.note else ()))
    return Chapter(framework.name, (*notes, table))


def _names(names: tuple[str, ...]) -> Cell:
    return tuple(Exact(name) for name in names) if names else "–"


def _concern(basis: Basis, framework: Framework) -> str:
    when = framework.when
    if not (when.places or when.sectors):
        return "A choice of the company, whatever its place and sectors."
    named = ", ".join((*when.places, *when.sectors))
    if basis.concerns(when):
        return f"Concerns this line by its own place or sectors ({named})."
    return (
        f"This line's own place and sectors do not bring it in ({named}); a caller from such a place, or an errand of"
        " such a kind, still can."
    )


def _count() -> Table:
    rows = []
    for framework in control_map().frameworks:
        numbers = [sum(one.covers == kind for one in framework.controls) for kind in COVERS]
        memory = sum(one.source.confidence == "M" for one in framework.controls)
        rows.append(Row((framework.name, *map(str, numbers), str(memory))))
    return Table(
        ("Framework", *(name.capitalize() for name in COVERS.values()), "Rows from memory"),
        tuple(rows),
        (40, 15, 15, 15, 15),
    )
