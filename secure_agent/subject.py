"""What one caller may have of us: all calls of that number, to read and to move, and nothing of others.

GDPR 15 and 20. What goes in is a list of members by type of entry; whatever is not on it stays out, so that a new kind
of event cannot bring another person's data along.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from audit import CallView, Exported, Question, export_bundle, open_log, read_call, verify_bundle
from audit.access import Reader
from audit.contents import ExportedEntry, read_contents
from audit.errors import AuditError, AuditUnavailable
from audit.faults import file_fault
from audit.reading import log_of_call
from policies.report import html
from policies.report.document import Block, Chapter, Document, Facts, Items
from secure_agent.readable import folder_beside
from secure_agent.recording.archive import check_digests, digests_on_record, open_part, parts_in
from secure_agent.recording.errors import RecordingError
from secure_agent.recording.reader import join_parts, wav_of
from secure_agent.report import law, said, standing
from secure_agent.report.record import Record, record_of

_PLAYED: Final = ("text", "lang", "t_start_ms", "t_end_ms", "complete", "script")
_CONSENT: Final = (
    *("scope", "purpose", "permission", "answer", "channel", "words", "language", "complete", "script"),
    *("t_ms", "t_start_ms", "t_end_ms", "withdrawn"),
)
_RECORDING: Final = ("at_ms", "from_ms", "reason", "gap", "gaps", "max_days", "min_days", "complete")
_PAYMENT: Final = ("amount", "amount_minor", "currency", "last4", "reason", "result", "entry")
#: By type, or (with a dot at the end) by group of types: the members that are about the caller.
SUBJECTS_OWN: Final[Mapping[str, Sequence[str]]] = {
    "segment.open": ("company", "language"),
    "policy.resolved": ("policy_json", "part", "parts"),
    "ai_disclosure.played": _PLAYED,
    "script.played": _PLAYED,
    "consent.decided": _CONSENT,
    "consent.withdrawn": _CONSENT,
    "recording.": _RECORDING,
    "turn.caller": ("text", "text_withheld", "t_start_ms", "t_end_ms"),
    "turn.agent": ("text", "text_withheld", "t_start_ms", "t_end_ms", "interrupted"),
    "turn.withheld": ("reason", "t_start_ms", "t_end_ms"),
    "tool.called": ("tool", "status", "arguments"),
    "label.revealed": ("label", "purpose"),
    "card.spoken": (),
    "payment.": _PAYMENT,
    "handover.requested": ("reason",),
    "handover.done": (),
    "call.ended": ("outcome",),
}
LEFT_OUT: Final = (
    "names and numbers of staff, and the queue or person that a call was given to",
    "what was sent to the language model (instructions of the company; the conversation itself is here)",
    "labels such as <PERSON_2> stand for what was removed before storage: it is not in the record at all",
)
_CHAPTERS: Final[Sequence[Callable[[Record], Chapter]]] = (
    said.disclosures,
    said.conversation,
    said.tools,
    said.payments,
    said.recording,
    standing.gaps,
    standing.erasures,
    law.policy,
)


@dataclass(frozen=True, slots=True)
class Handed:
    """What was written, and what could not be."""

    folder: Path
    calls: int
    recordings: int
    problems: tuple[str, ...]


def export_subject(
    data_dir: Path,
    calls: Sequence[CallView],
    out: Path,
    *,
    reader: Reader,
    now: Callable[[], datetime],
    database: str | None = None,
) -> Handed:
    """Write CALLS, which are those of one caller, into OUT, a new folder. Every reading is on record first."""
    if out.exists():
        raise AuditError(f"{out} exists; name a new folder")
    records: list[Record] = []
    problems: list[str] = []
    sound: dict[str, bytes] = {}
    with folder_beside(out) as work:
        for number, origin in enumerate(
            sorted({log_of_call(data_dir, one.call, database=database) for one in calls})
        ):
            here = [one.call for one in calls if log_of_call(data_dir, one.call, database=database) == origin]
            bundle = work / str(number)
            done = export_bundle(
                data_dir,
                calls=here,
                out=bundle,
                now=now,
                log=origin,
                reader=reader,
                what="subject",
                database=database,
                wait_s=0,
            )
            _check(done, here)
            records += _records(bundle, here)
        for one in calls:
            try:
                content = _sound(data_dir, one.call, now, database)
            except (RecordingError, AuditError) as error:
                problems.append(f"{one.call}: the recording is not included: {error}")
            else:
                if content is not None:
                    sound[one.call] = content
        made = work / "subject"
        try:
            _write(made, records, calls, sound, problems)
            made.rename(out)
        except OSError as error:
            raise AuditUnavailable(file_fault(f"{out} cannot be written", error, out.parent)) from error
    return Handed(out, len(records), len(sound), tuple(problems))


def _check(done: Exported, calls: Sequence[str]) -> None:
    verdict = verify_bundle(done.path, Question(done.origin, tuple(calls)), trust=done.trust)
    if verdict.exit not in (0, 3):
        raise AuditUnavailable(f"the evidence does not verify: {verdict.sentence}")


def _records(bundle: Path, calls: Sequence[str]) -> list[Record]:
    entries: dict[str, list[ExportedEntry]] = {call: [] for call in calls}
    about: dict[str, list[ExportedEntry]] = {call: [] for call in calls}
    for entry in read_contents(bundle):
        target = entry.header.get("target_call")
        if entry.call in entries:
            own = _own(entry)
            if own is not None:
                entries[entry.call].append(own)
        elif target in about:
            # Who erased and who approved are members of staff.
            kept = {name: value for name, value in entry.header.items() if name not in ("actor", "approver")}
            about[target].append(replace(entry, header=kept, body=None))
    return [record_of(call, found, "closed", about[call]) for call, found in entries.items() if found]


def _own(entry: ExportedEntry) -> ExportedEntry | None:
    """ENTRY with what is about the caller; None where its type is not about the caller."""
    kind = str(entry.header["t"])
    members = SUBJECTS_OWN.get(kind, SUBJECTS_OWN.get(kind.partition(".")[0] + "."))
    if members is None:
        return None
    body = None if entry.body is None else {name: entry.body[name] for name in members if name in entry.body}
    return replace(entry, body=body)


def _sound(data_dir: Path, call: str, now: Callable[[], datetime], database: str | None) -> bytes | None:
    """The recording of CALL as WAV, None where there is none."""
    files = parts_in(data_dir, call)
    if not files:
        return None
    origin = log_of_call(data_dir, call, database=database)
    entries = read_call(data_dir, call, where_keys_are_lost="mark", database=database)
    with closing(open_log(data_dir, now=now, origin=origin, database=database)) as log:
        readings = [open_part(log, file) for file in files]
    check_digests(readings, digests_on_record(entries))
    return wav_of(join_parts([one.recording for one in readings]))


def _write(
    folder: Path,
    records: Sequence[Record],
    calls: Sequence[CallView],
    sound: Mapping[str, bytes],
    problems: Sequence[str],
) -> None:
    folder.mkdir(mode=0o700)
    views = {one.call: one for one in calls}
    machine = {
        "format": "secure-agent-subject",
        "v": 1,
        "left_out": list(LEFT_OUT),
        "problems": list(problems),
        "calls": [_as_dict(one, views[one.call], sound) for one in records],
    }
    _file(folder / "calls.json", orjson.dumps(machine, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    _file(folder / "calls.html", html.render(_document(records, views, sound, problems)).encode())
    if sound:
        (folder / "recordings").mkdir(mode=0o700)
    for call, content in sound.items():
        _file(folder / "recordings" / f"{call}.wav", content)


def _file(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(content)


def _as_dict(record: Record, view: CallView, sound: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "call": record.call,
        "opened": view.opened,
        "closed": view.closed,
        "place": view.jurisdiction,
        "outcome": view.outcome,
        "recording": f"recordings/{record.call}.wav" if record.call in sound else None,
        "events": [
            {
                "type": event.kind,
                "time": event.entry.header["ts"],
                "content": "erased" if event.entry.body is None else event.entry.body,
            }
            for event in record.events
        ],
    }


def _document(
    records: Sequence[Record],
    views: Mapping[str, CallView],
    sound: Mapping[str, bytes],
    problems: Sequence[str],
) -> Document:
    chapters: list[Chapter] = []
    for number, record in enumerate(records, start=1):
        view = views[record.call]
        about: list[Block] = [
            Facts(
                (
                    ("Began (UTC)", view.opened[:19].replace("T", " ")),
                    ("Ended (UTC)", (view.closed or "open")[:19].replace("T", " ")),
                    ("Outcome", view.outcome or "not known"),
                    ("Recording", f"recordings/{record.call}.wav" if record.call in sound else "none kept"),
                )
            )
        ]
        chapters.append(Chapter(f"Call {number}", tuple(about)))
        chapters += [
            replace(one, heading=f"Call {number}: {one.heading}")
            for one in (make(record) for make in _CHAPTERS)
        ]
    chapters.append(Chapter("What is not in here", (Items((*LEFT_OUT, *problems)),)))
    return Document(
        name="calls",
        title="Your calls",
        subtitle=f"{len(records)} calls under one telephone number",
        warnings=("For the person who called. It holds personal data: keep it as you keep a letter.",),
        about=Facts((("Calls", str(len(records))), ("Recordings", str(len(sound))))),
        chapters=tuple(chapters),
        footer="The same data, for programs, is in calls.json.",
    )
