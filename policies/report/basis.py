"""What every report of a line rests on: its policies for a caller next door and for one of unknown place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from policies.explain import CONFIDENCE, Citation, citations
from policies.line import Line
from policies.packs import PolicySet
from policies.places import BUSINESS, Place
from policies.report.document import Cell, Chapter, Facts, Link, Piece, Row, Table
from policies.resolve import compose, resolve
from policies.resolved import Resolved
from policies.schema import Confidence, Id, Strict, Text

NOT_LEGAL_ADVICE = (
    "This is not legal advice. The program made this document from its policy files; no lawyer has approved"
    " it. A person who answers for it checks every row, completes what is blank, and signs."
)
ANOTHER_PLACE = (
    "Callers from other places: the policy of each call is composed anew from every place that may claim it. Each"
    " place can make it stricter and none can loosen it; what held is in the audit log of the call, by its hash."
)


class Reference(Strict):
    """Where a row of a report's data comes from, and how well that is known."""

    cite: Text
    confidence: Confidence
    url: Text | None = None


class When(Strict):
    """What of a line makes a row concern it: any of these is enough, nothing named means every line."""

    places: tuple[Id, ...] = ()
    sectors: tuple[Id, ...] = ()
    needs: tuple[Literal["recording", "duty"], ...] = Field(default=())


@dataclass(frozen=True, slots=True)
class Basis:
    """One line on one day. `home`: a caller from the business's own place; `unknown`: nobody knows where from."""

    policies: PolicySet
    line: Line
    on: date
    home: Resolved
    unknown: Resolved

    def concerns(self, when: When) -> bool:
        """Whether what WHEN names is there for a caller of the business's own place."""
        if not (when.places or when.sectors or when.needs):
            return True
        recording = self.home.effective.recording
        there = {
            "duty": bool(recording.duties),
            "recording": recording.permission != "forbidden",
        }
        sources = set(self.home.sources)
        return bool(sources & {*when.places, *when.sectors}) or any(there[need] for need in when.needs)


def basis_of(policies: PolicySet, line: Line, on: date) -> Basis:
    """The basis of every report of LINE on that day. Raises as `resolve` does."""
    home = compose(policies, places=[Place(line.business, BUSINESS)], sectors=line.sectors, line=line, on=on)
    return Basis(policies, line, on, home, resolve(policies, line=line, on=on))


def about(basis: Basis, *more: tuple[str, Cell]) -> Facts:
    """Who and when, the first thing a reader looks for."""
    line = basis.line
    return Facts(
        (
            ("Company", line.company),
            ("Line", (line.id, *((line.called,) if line.called else ()))),
            ("Place of the business", _named(basis, line.business)),
            ("Sectors", ", ".join(line.sectors)),
            *more,
            ("State of", basis.on.isoformat()),
        )
    )


def marks() -> Chapter:
    """What the marks mean."""
    rows = tuple(Row((mark, meaning)) for mark, meaning in CONFIDENCE.items())
    return Chapter("Marks", (Table(("Mark", "How well the law is known"), rows, (10, 90)),))


def memory_warning(chapters: Iterable[Chapter]) -> str:
    """How many rows rest on memory."""
    rows = [
        row
        for chapter in chapters
        for block in chapter.blocks
        if isinstance(block, Table)
        for row in block.rows
    ]
    many = sum(row.from_memory for row in rows)
    if not many:
        return "No row of this document rests on memory alone."
    return (
        f"{many} rows rest on memory: their law was not looked up. They are shaded on paper and carry the mark M"
        " everywhere. Read each in its source before you rely on it."
    )


def footer(basis: Basis) -> str:
    """From which data the document was made, so that it can be made again."""
    return (
        f"Made from the policies with SHA-256 {basis.policies.sha256}; policy of a caller from the business's own"
        f" place {basis.home.hash}, of a caller from an unknown place {basis.unknown.hash}."
    )


def cited(one: Citation) -> Piece:
    """A citation with its mark and, where it is not simply law in force, its standing."""
    status = "" if one.legal_status == "in_force" else f", {one.legal_status.replace('_', ' ')}"
    return _with_link(f"{one.cite} [{one.confidence}{status}]", one.url)


def referred(one: Reference, law: str = "") -> Piece:
    """The same for a row of a report's data; LAW is what its citation leaves out."""
    return _with_link(f"{law} {one.cite} [{one.confidence}]".lstrip(), one.url)


def cites_of(resolved: Resolved, *fields: str) -> tuple[Citation, ...]:
    """What stands behind the values of FIELDS, each source once; nothing for a default."""
    sources = resolved.tree["effective"]["sources"]
    found = [
        one
        for field in fields
        for rule in resolved.winners[field]
        if rule != "default"
        for one in citations(rule, sources)
    ]
    unique = {(one.cite, one.confidence, one.legal_status): one for one in found}
    return tuple(unique.values())


def only_memory(found: Iterable[Citation]) -> bool:
    """Whether nothing better than memory stands behind a value."""
    marks_found = {one.confidence for one in found} - {"P"}
    return marks_found == {"M"}


def _with_link(text: str, url: str | None) -> Piece:
    return text if url is None else Link(text, url)


def _named(basis: Basis, code: str) -> str:
    names = [pack.policy.name for pack in basis.policies.places.get(code, ()) if pack.is_base]
    return f"{names[0]} ({code})" if names and names[0] else code
