"""Compose a report from a bundle that was just verified: the same document for HTML, PDF and a test."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audit.contents import ExportedEntry, read_contents, read_manifest
from audit.encoding import parse_timestamp
from audit.header import JOB_TENANT
from audit.verify import VerifyResult
from policies.report.document import Cell, Chapter, Document, Exact, Facts
from secure_agent.report import law, said, standing
from secure_agent.report.record import Record, record_of

_WITH_CONTENT: Sequence[Callable[[Record], Chapter]] = (
    said.parties,
    law.policy,
    said.disclosures,
    said.conversation,
    said.tools,
    said.payments,
    said.recording,
)
_WITHOUT: Sequence[Callable[[Record], Chapter]] = (said.parties, law.policy)
_NOT_ADVICE = (
    "Made by a program from the audit log, for reading. It is no legal advice and no evidence by itself: the bundle"
    " that it was made from is, and the last chapter but one says how to verify that."
)
_METADATA = "Metadata only: no body was opened for this report, so it holds no word of the conversation."


@dataclass(frozen=True, slots=True)
class Report:
    """What is read, and the time that the file carries: that of the bundle, so that a report can be made again."""

    document: Document
    created: datetime


def report_of(
    bundle: Path,
    result: VerifyResult,
    *,
    command: str,
    witness: str | None = None,
    about: Mapping[str, tuple[str | None, str | None]] | None = None,
) -> Report:
    """The report of BUNDLE, which RESULT is the verification of and COMMAND verifies again.

    WITNESS is said where the anchor needs a word of caution. ABOUT gives line and outcome of a call, which stand in no
    entry that is always readable.
    """
    manifest = read_manifest(bundle)
    records = _records(bundle)
    known = about or {}
    chapters: list[Chapter] = []
    for number, record in enumerate(records, start=1):
        chapters += _chapters(record, "" if len(records) == 1 else f"Call {number}: ")
    warnings = [_NOT_ADVICE]
    if result.exit != 0:
        warnings.insert(0, f"The verifier does not say 'verified': {result.sentence}.")
    if not any(record.opened for record in records):
        warnings.append(_METADATA)
    if witness is not None:
        warnings.append(f"The state of the log was cosigned by {witness}.")
    tail = [standing.verification(result, command)]
    tail += [
        _named(standing.entries(one), "" if len(records) == 1 else f"Call {number}: ")
        for number, one in enumerate(records, start=1)
    ]
    document = Document(
        name="report",
        title="Record of a call" if len(records) == 1 else f"Record of {len(records)} calls",
        subtitle=_subtitle(records),
        warnings=tuple(warnings),
        about=_about(records, result, known),
        chapters=(*chapters, *tail),
        footer=f"From the bundle of {manifest['created'][:19].replace('T', ' ')} UTC, log {manifest['origin']}.",
    )
    return Report(document, parse_timestamp(manifest["created"]))


def _subtitle(records: Sequence[Record]) -> str:
    if not records:
        return "No call is in the scope of the bundle."
    begins = min(str(record.header["ts"]) for record in records)[:19].replace("T", " ")
    ends = max(record.ended for record in records)[:19].replace("T", " ")
    return f"{begins} to {ends} (UTC)"


def _about(
    records: Sequence[Record], result: VerifyResult, known: Mapping[str, tuple[str | None, str | None]]
) -> Facts:
    rows: list[tuple[str, Cell]] = [("Verdict", f"{result.exit}: {result.sentence}")]
    for record in records:
        line, outcome = known.get(record.call, (None, None))
        ended = record.first("call.ended")
        outcome = outcome or (ended.text("outcome") if ended is not None else None)
        facts: Cell = (
            Exact(record.call),
            f"{record.header['jur']}, {record.state}, {len(record.events)} entries",
            f"line {line or 'not known'}, outcome {outcome or 'not known'}",
        )
        rows.append(("Call", facts))
    return Facts(tuple(rows))


def _chapters(record: Record, prefix: str) -> Iterator[Chapter]:
    for make in _WITH_CONTENT if record.opened else _WITHOUT:
        yield _named(make(record), prefix)
    yield _named(standing.gaps(record), prefix)
    yield _named(standing.erasures(record), prefix)


def _named(chapter: Chapter, prefix: str) -> Chapter:
    return replace(chapter, heading=prefix + chapter.heading)


def _records(bundle: Path) -> list[Record]:
    """The calls in the scope of the bundle, without the runs of jobs, oldest first."""
    states = {(one["call"], one["seg"]): one["state"] for one in read_manifest(bundle)["segments"]}
    calls: dict[str, list[ExportedEntry]] = {}
    control: list[ExportedEntry] = []
    for entry in read_contents(bundle):
        place = (entry.call, entry.place[0])
        if entry.header["tenant"] == JOB_TENANT:
            control.append(entry)
        elif place in states:
            calls.setdefault(entry.call, []).append(entry)
    found = []
    for call, entries in calls.items():
        last = max(seg for name, seg in states if name == call)
        about = [one for one in control if _is_about(one, call, entries)]
        found.append(record_of(call, entries, states[call, last], about))
    return sorted(found, key=lambda record: (str(record.header["ts"]), record.call))


def _is_about(entry: ExportedEntry, call: str, entries: Sequence[ExportedEntry]) -> bool:
    header = entry.header
    if header.get("target_call") == call:
        return True
    if header["t"] == "key.destroyed":
        kept = header.get("kept_kc", ())
        return any(
            one.header.get("ek") in header["target_ek"] and one.header["kc"] not in kept
            for one in entries
            if "ek" in one.header
        )
    if header["t"] == "prune":
        ranges = header["ranges"]
        return any(first <= one.index <= last for one in entries for first, last in ranges)
    return False
