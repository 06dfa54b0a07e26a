"""`secure-agent consent`: what a caller was asked, what was answered, and what follows from it, by the audit log."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from audit import EntryView, read_call
from consent import ConsentEvidence, ConsentStatus, EvidenceUnreadableError, Scope, evidence_of, fold
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import Actor, Database, Reason, put_on_record, reader_of
from secure_agent.cli.render import Exit, fail, json_object, out

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

EVIDENCE: Final = frozenset({"consent.decided", "consent.withdrawn"})
RECORDER: Final = frozenset(
    {"recording.started", "recording.paused", "recording.resumed", "recording.stopped"}
)
STATUS: Final[Mapping[ConsentStatus, str]] = {
    ConsentStatus.NOT_ASKED: "nothing was asked: nothing may be recorded",
    ConsentStatus.NOTICED: "told to the end and went on, where the law asks for notice only: it may be recorded",
    ConsentStatus.GRANTED: "agreed: it may be recorded",
    ConsentStatus.REFUSED: "no consent: nothing may be recorded",
    ConsentStatus.WITHDRAWN: "withdrawn: nothing may be recorded any more",
}


@dataclass(frozen=True, slots=True)
class _OnRecord:
    """One entry of the log that is evidence; None where its body was erased."""

    entry: EntryView
    evidence: ConsentEvidence | None


@app.callback()
def main() -> None:
    """Show what a caller agreed to, and how we know."""


@app.command()
def show(
    call: Annotated[str, typer.Option("--call", help="The id of the call.", metavar="ID")],
    data_dir: Annotated[
        Path, typer.Option("--data-dir", help="The folder that holds everything.", metavar="DIR")
    ] = Path("data"),
    database: Database = None,
    actor: Actor = None,
    reason: Reason = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the evidence of consent of a call and the status that follows from it; the read goes on record first.

    Exits 3 for a call that is not in the log, and where the evidence was erased or cannot be read.

    Example: secure-agent consent show --call CALL --actor officer-7 --reason "complaint 2026-118"
    """
    who = reader_of(actor, reason, database)
    with sentences():
        entries = read_call(data_dir, call, database=database)
        if any(entry.body is not None for entry in entries):
            put_on_record(data_dir, call, who, database, what="consent show")
    try:
        found = [
            _OnRecord(entry, None if entry.body is None else evidence_of(entry.body))
            for entry in entries
            if entry.t in EVIDENCE
        ]
    except EvidenceUnreadableError as error:
        fail(str(error), Exit.UNCHECKED)
    statuses = _statuses(found)
    recorder = [entry for entry in entries if entry.t in RECORDER]
    if as_json:
        json_object(_as_dict(call, found, statuses, recorder))
    else:
        for line in _lines(call, entries[0], found, statuses, recorder):
            out.print(line, markup=False)
    if statuses is None:
        fail("the evidence of this call was erased: what holds cannot be told", Exit.UNCHECKED)


def _statuses(found: Sequence[_OnRecord]) -> dict[Scope, ConsentStatus] | None:
    """The status of each scope, recording always; None where a body that decides it is gone."""
    evidence = [one.evidence for one in found if one.evidence is not None]
    if len(evidence) < len(found):
        return None
    scopes = {Scope.RECORDING, *(one.scope for one in evidence)}
    return {scope: fold(evidence, scope) for scope in sorted(scopes)}


def _as_dict(
    call: str,
    found: Sequence[_OnRecord],
    statuses: Mapping[Scope, ConsentStatus] | None,
    recorder: Sequence[EntryView],
) -> dict[str, Any]:
    return {
        "call": call,
        "evidence": [
            {
                "type": one.entry.t,
                "ts": one.entry.ts,
                "seg": one.entry.seg,
                "seq": one.entry.seq,
                "signed": "wsig" in one.entry.header,
                "body": None if one.evidence is None else one.evidence.as_body(),
            }
            for one in found
        ],
        "status": None if statuses is None else {scope.value: each.value for scope, each in statuses.items()},
        "recorder": [{"type": one.t, "ts": one.ts, "body": one.body} for one in recorder],
    }


def _lines(
    call: str,
    first: EntryView,
    found: Sequence[_OnRecord],
    statuses: Mapping[Scope, ConsentStatus] | None,
    recorder: Sequence[EntryView],
) -> Iterator[str]:
    yield f"call {call}, {first.header['jur']}, opened {first.ts}"
    if not found:
        yield "No evidence of consent is on record: the call ended before anything was decided."
    for one in found:
        yield ""
        signed = "signed by its writer" if "wsig" in one.entry.header else "not signed by its writer"
        yield f"{one.entry.t}  {one.entry.ts}  entry {one.entry.seg}/{one.entry.seq}, {signed}"
        if one.evidence is None:
            yield "  (content erased)"
        else:
            yield from (f"  {name:<12}{value}" for name, value in _rows(one.evidence))
    yield ""
    for scope, status in (statuses or {}).items():
        yield f"{scope}: {status}  ({STATUS[status]})"
    for entry in recorder:
        at_ms = None if entry.body is None else entry.body.get("at_ms")
        reason = None if entry.body is None else entry.body.get("reason")
        when = f"at {_seconds(at_ms)}" if isinstance(at_ms, int) else f"at {entry.ts}"
        yield f"  recorder {entry.t.partition('.')[2]} {when}" + (f" ({reason})" if reason else "")


def _rows(evidence: ConsentEvidence) -> Iterator[tuple[str, str]]:
    yield "scope", f"{evidence.scope}"
    yield "purpose", evidence.purpose or "(none: nothing was asked)"
    yield "rule", evidence.permission
    yield "language", evidence.language
    played = evidence.played
    if played is None:
        yield "played", "nothing"
    else:
        ended = "to its end" if played.complete else "not to its end"
        yield (
            "played",
            f"{played.script}, {_seconds(played.t_start_ms)} to {_seconds(played.t_end_ms)}, {ended}",
        )
        yield "words", played.words or "(not known: the answer came over the question)"
        yield "sha256", f"{played.sha256}  (of the text before anything is filled in)"
    hung_up = ", and hung up" if evidence.hung_up else ""
    yield "answer", f"{evidence.answer} at {_seconds(evidence.t_ms)}{hung_up}"
    yield "channel", f"{evidence.channel}"
    heard = evidence.confidence_permille
    yield "confidence", "(not stated)" if heard is None else f"{heard / 10:.1f} %"
    yield "withdrawal", "yes: consent is taken back" if evidence.withdrawn else "no"
    yield "policy", evidence.policy_hash


def _seconds(t_ms: int) -> str:
    return f"{t_ms / 1000:.3f} s"
