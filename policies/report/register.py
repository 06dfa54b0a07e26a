"""The register of processing of a line (GDPR Art. 30(1)), as far as the policy files know it."""

from functools import cache
from pathlib import Path
from typing import Final

from policies.entities import DROPPED, ENTITIES, EntityType
from policies.errors import MissingScriptError
from policies.explain import explain, explain_conflicts
from policies.fields import RETENTION_CLASSES
from policies.reading import read_yaml
from policies.report.basis import (
    ANOTHER_PLACE,
    NOT_LEGAL_ADVICE,
    Basis,
    Reference,
    When,
    about,
    cited,
    cites_of,
    footer,
    marks,
    memory_warning,
    only_memory,
    referred,
)
from policies.report.controls import control_map
from policies.report.document import Blank, Block, Cell, Chapter, Document, Facts, Items, Piece, Row, Table
from policies.resolved import Resolved
from policies.schema import Id, Strict, Text
from policies.sentences import RECORDS, of_field

_FILE: Final = Path(__file__).with_name("register.yaml")


class Activity(Strict):
    """One thing that is done with personal data."""

    id: Id
    name: Text
    purpose: Text
    basis: Text
    subjects: tuple[Text, ...]
    data: tuple[Text, ...]
    recipients: tuple[Text, ...]
    retention: tuple[Id, ...]
    source: Reference
    when: When = When()


class Safeguard(Strict):
    """A row of the control map that describes how data are kept safe."""

    control: Id


class RegisterFile(Strict):
    """`register.yaml`."""

    activities: tuple[Activity, ...]
    safeguards: tuple[Safeguard, ...]


@cache
def register_file() -> RegisterFile:
    """The packaged data of the register."""
    return RegisterFile.model_validate(read_yaml(_FILE))


def document(basis: Basis) -> Document:
    """The register of one line, with blanks where only the company knows."""
    chapters = (
        Chapter("Controller", (_controller(basis),)),
        Chapter("Processing activities", (_activities(basis),)),
        Chapter("Recording", tuple(_chapter(basis, "Recording"))),
        Chapter("Time limits for erasure", tuple(_time_limits(basis))),
        Chapter("Recipients and transfers", tuple(_transfers(basis))),
        Chapter("Personal data that are found and removed from text", tuple(_kinds(basis))),
        Chapter("Rights, decisions and breaches", tuple(_chapter(basis, "Decisions and rights"))),
        Chapter("Security measures", (_safeguards(),)),
        marks(),
    )
    return Document(
        name="register",
        title=f"Register of processing: {basis.line.company}",
        subtitle="Record of processing activities for one telephone line (GDPR Art. 30(1)).",
        warnings=(NOT_LEGAL_ADVICE, memory_warning(chapters)),
        about=about(basis),
        chapters=chapters,
        footer=footer(basis),
        landscape=True,
    )


def _controller(basis: Basis) -> Facts:
    stated = basis.line.controller
    return Facts(
        (
            ("Name", basis.line.company),
            ("Address", (stated and stated.address) or Blank()),
            ("Contact", (stated and stated.contact) or Blank()),
            ("Joint controller, if any", Blank()),
            ("Representative in the Union, if any", (stated and stated.representative) or Blank()),
            ("Data protection officer", (stated and stated.dpo) or Blank()),
            ("Data protection impact assessment", (stated and stated.dpia) or Blank()),
        )
    )


def _activities(basis: Basis) -> Table:
    headings = ("Activity", "Purpose", "Legal basis (proposed)", "People", "Data", "Recipients", "Kept")
    words = _purpose_words(basis)
    rows = []
    for one in register_file().activities:
        if not basis.concerns(one.when):
            continue
        kept = tuple(f"{RECORDS[name]}: {_period(basis.home, name)}" for name in one.retention)
        rows.append(
            Row(
                (
                    one.name,
                    one.purpose.replace("{purpose}", words),
                    (one.basis, referred(one.source)),
                    one.subjects,
                    one.data,
                    _recipients(basis, one),
                    kept,
                ),
                from_memory=one.source.confidence == "M",
            )
        )
    return Table(headings, tuple(rows), (11, 16, 18, 11, 18, 13, 13))


def _purpose_words(basis: Basis) -> str:
    """Why calls are recorded, in the words that the caller hears."""
    try:
        return basis.policies.scripts.purpose(basis.home.effective.languages.fallback)
    except MissingScriptError:
        return "none: no scripts in the language of the line"


def _recipients(basis: Basis, activity: Activity) -> Cell:
    """Roles, with the suppliers that the line names for them."""
    listed = basis.home.effective.subprocessors

    def named(role: str) -> str:
        names = [one.name for one in listed if one.role.casefold() == role.casefold()]
        return f"{role} ({', '.join(names)})" if names else role

    return tuple(named(role) for role in activity.recipients)


def _period(resolved: Resolved, name: str) -> str:
    """The time for which records of one kind are kept, in words."""
    period = getattr(resolved.effective.retention, name)
    least, most = period.min_days, period.max_days
    if most == 0:
        return "never kept"
    if least is None and most is None:
        return "no rule found: the controller sets the time"
    if most is None:
        return f"at least {least} days"
    if least is None:
        return f"at most {most} days"
    if least > most:
        return f"at most {most} days; records under a legal duty at least {least} days"
    return f"at least {least}, at most {most} days"


def _time_limits(basis: Basis) -> list[Block]:
    rows = []
    for name in RETENTION_CLASSES:
        fields = (f"retention.{name}.min_days", f"retention.{name}.max_days")
        found = cites_of(basis.home, *fields)
        rows.append(
            Row(
                (
                    RECORDS[name],
                    _period(basis.home, name),
                    _period(basis.unknown, name),
                    tuple(map(cited, found)) or "",
                ),
                from_memory=only_memory(found),
            )
        )
    headings = ("Records", "Caller from the business's own place", "Caller from an unknown place", "Source")
    table = Table(headings, tuple(rows), (12, 26, 26, 36))
    conflicts = explain_conflicts(basis.home)
    return [table, *([Items(conflicts)] if conflicts else []), ANOTHER_PLACE]


def _transfers(basis: Basis) -> list[Block]:
    listed = basis.home.effective.subprocessors
    suppliers: Block = (
        Table(
            ("Supplier", "What for", "Region"),
            tuple(Row((one.name, one.role, one.region)) for one in listed),
            (40, 40, 20),
        )
        if listed
        else "The line file names no supplier."
    )
    return [suppliers, *_chapter(basis, "Keeping and erasing", only="residency.")]


def _chapter(basis: Basis, chapter: str, only: str = "") -> list[Block]:
    """A chapter of `policy explain` as a table: sentence, source."""
    rows = [
        Row((one.sentence, tuple(map(cited, cites_of(basis.home, one.field)))), only_memory(one.citations))
        for one in explain(basis.home)
        if one.chapter == chapter and one.field.startswith(only)
    ]
    if not rows:
        return ["No rule was found."]
    if chapter == "Recording" and basis.unknown.effective.recording != basis.home.effective.recording:
        stricter = of_field("recording.permission", basis.unknown.effective.recording.permission)
        return [_sentences(rows), f"With a caller whose place nobody knows: {stricter}"]
    return [_sentences(rows)]


def _sentences(rows: list[Row]) -> Table:
    return Table(("Rule", "Source"), tuple(rows), (55, 45))


def _kinds(basis: Basis) -> list[Block]:
    found = basis.home.effective.deid.entities

    def said(kinds: list[EntityType]) -> str:
        return "; ".join(ENTITIES[kind].description for kind in kinds)

    dropped = sorted(set(found) & DROPPED)
    labelled = sorted(set(found) - DROPPED)
    rows: list[tuple[str, Piece]] = [
        ("Dropped, kept nowhere", said(dropped) or "nothing"),
        ("Replaced by a label; the value stays in memory until the call ends", said(labelled) or "nothing"),
    ]
    return [
        Table(("What happens", "Kinds of data"), tuple(Row(row) for row in rows), (30, 70)),
        "Finding them is statistical: a name without a cue or in another language than the call's can pass.",
    ]


def _safeguards() -> Table:
    controls = {one.id: (one, law.short) for law in control_map().frameworks for one in law.controls}
    rows = []
    for each in register_file().safeguards:
        one, law = controls[each.control]
        cells = (one.how, one.left or "", referred(one.source, law))
        rows.append(Row(cells, from_memory=one.source.confidence == "M"))
    return Table(
        ("What the program does", "What is left to the company", "Asked for by"), tuple(rows), (50, 28, 22)
    )
