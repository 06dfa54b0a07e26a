"""`secure-agent recording`: take recordings out of their seal for a named person and reason; show what is kept."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from audit import AuditError, open_log, read_call
from audit.log import AuditLog, ControlEntry
from audit.reading import log_of_call
from secure_agent.cli.audit_place import Actor, Database, Reason, put_on_record, reader_of
from secure_agent.cli.recording_sweep import sweeping
from secure_agent.cli.render import Exit, err, fail, json_object, out
from secure_agent.recording.archive import PartFile, check_digests, digests_on_record, open_part, parts_in
from secure_agent.recording.errors import RecordingAlteredError, RecordingUnavailableError
from secure_agent.recording.format import PURPOSE, RATE_HZ, is_call_id
from secure_agent.recording.reader import Reading, Recording, join_parts, wav_of
from secure_agent.recording.recovery import recover

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(sweeping)

Call = Annotated[str, typer.Option("--call", help="The call's id.", metavar="ID")]
DataDir = Annotated[Path, typer.Option("--data-dir", help="Where everything is kept.", metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
_DATA = Path("data")


@app.callback()
def main() -> None:
    """Export, list and erase the recordings of calls."""


@app.command()
def export(
    call: Call,
    target: Annotated[Path, typer.Option("--out", help="A new WAV file.", metavar="FILE")],
    actor: Annotated[str, typer.Option("--actor", help="Who exports; it is logged.", metavar="NAME")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is logged.", metavar="TEXT")],
    part: Annotated[
        int | None, typer.Option("--part", help="Only this part; all of them, joined, without it.", min=1)
    ] = None,
    data_dir: DataDir = _DATA,
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write the recording of a call as WAV: caller left, agent right, gaps as silence.

    The audit log is told first, who and why; then the file is written, readable by you alone. Exits 1 if the
    recording was altered, 2 for misuse, 3 if there is no such recording or its key was destroyed.

    Example: secure-agent recording export --call 0f8fad5b-d9cb-469f-a165-70867728950e --out call.wav
    --actor j.doe --reason "complaint 17"
    """
    _check(call, target, actor, reason)
    with _sentences():
        files = _files(data_dir, call, part)
        entries = read_call(data_dir, call, database=database)
        with closing(_log_of(data_dir, call, database)) as log:
            for file in files:
                recover(log, file, entries)  # what a crash left is closed before anybody hears it
            readings = [open_part(log, file) for file in files]
            on_record = check_digests(readings, digests_on_record(entries))
            recording = join_parts([one.recording for one in readings])
            _put_on_record(log, readings, actor=actor, reason=reason)
    try:
        _write_for_the_owner(target, wav_of(recording))
    except FileExistsError:
        fail(f"{target} is there already; name a new file", Exit.MISUSE)
    except OSError as error:
        fail(f"{target} cannot be written: {error.strerror}", Exit.UNCHECKED)
    _show_export(recording, readings, target, on_record=on_record, as_json=as_json)


@app.command("list")
def list_recordings(
    call: Annotated[str | None, typer.Option("--call", help="Only this call.", metavar="ID")] = None,
    data_dir: DataDir = _DATA,
    *,
    as_json: AsJson = False,
) -> None:
    """List the recordings that are kept, part by part: no key is needed, and nothing is opened.

    Example: secure-agent recording list --data-dir data
    """
    with _sentences():
        files = parts_in(data_dir, call)
    if as_json:
        json_object({"items": [file.as_dict() for file in files]})
        return
    for file in files:
        one = file.as_dict()
        kept = _kept(one["min_days"], one["max_days"])
        out.print(
            f"{one['call']}  part {one['part']}  {one['day'] or '-'}  {one['class'] or '-'}{kept}"
            f"  {one['bytes']} bytes  {one['state']}",
            markup=False,
        )
    if not files:
        out.print(f"no recordings in {data_dir}", markup=False)


@app.command()
def show(
    call: Call,
    actor: Actor = None,
    reason: Reason = None,
    data_dir: DataDir = _DATA,
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what is kept of a call's recording, and what the audit log says of it: starts, pauses, gaps, its end.

    That the entries were read goes on record first.

    Example: secure-agent recording show --call 0f8fad5b-d9cb-469f-a165-70867728950e --actor j.doe --reason "audit 7"
    """
    who = reader_of(actor, reason, database)
    if not is_call_id(call):
        fail("--call takes the id of a call; `secure-agent audit list` shows them", Exit.MISUSE)
    with _sentences():
        files = parts_in(data_dir, call)
        told = read_call(data_dir, call, database=database)
        entries = [entry for entry in told if entry.t.startswith("recording.")]
        if any(entry.body is not None for entry in entries):
            put_on_record(data_dir, call, who, database, what="recording show")
    if as_json:
        events = [{"type": entry.t, "ts": entry.ts, "body": entry.body} for entry in entries]
        json_object({"call": call, "parts": [file.as_dict() for file in files], "events": events})
        return
    for file in files:
        one = file.as_dict()
        out.print(
            f"part {one['part']}: {one['class'] or '-'}{_kept(one['min_days'], one['max_days'])},"
            f" of {one['day'] or '-'}, {one['bytes']} bytes, {one['state']}",
            markup=False,
        )
    if not files:
        out.print("no recording of this call is kept", markup=False)
    for entry in entries:
        said = "erased" if entry.body is None else ", ".join(_facts(entry.body))
        out.print(f"{entry.ts}  {entry.t}  {said}", markup=False)


def _facts(body: dict[str, Any]) -> Iterator[str]:
    for name, value in body.items():
        match name, value:
            case "gap", {"from_ms": int(first), "to_ms": int(last), "reason": str(reason)}:
                yield f"gap {first / 1000:.1f}-{last / 1000:.1f} s ({reason})"
            case "gaps" | "parts", list():
                yield f"{len(value)} {name}"
            case "ek" | "sha256", _:
                pass
            case _, None:
                pass
            case _:
                yield f"{name} {value}"


def _kept(least: int | None, most: int | None) -> str:
    words = [
        f"at least {least} days" if least is not None else "",
        f"at most {most} days" if most is not None else "",
    ]
    said = ", ".join(word for word in words if word)
    return f" ({said})" if said else ""


def _check(call: str, target: Path, actor: str, reason: str) -> None:
    if not is_call_id(call):
        fail("--call takes the id of a call; `secure-agent audit list` shows them", Exit.MISUSE)
    if not actor.strip() or not reason.strip():
        fail("--actor and --reason say who listens, and why; neither may be empty", Exit.MISUSE)
    if target.exists():
        fail(f"{target} is there already; name a new file", Exit.MISUSE)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except RecordingAlteredError as error:
        fail(f"{error}; nothing was exported", Exit.WRONG)
    except (RecordingUnavailableError, AuditError) as error:
        fail(str(error), Exit.UNCHECKED)


def _files(data_dir: Path, call: str, part: int | None) -> list[PartFile]:
    files = [file for file in parts_in(data_dir, call) if part in (None, file.part)]
    if not files:
        raise RecordingUnavailableError(f"there is no recording of this call in {data_dir}")
    if any(file.running for file in files):
        raise RecordingUnavailableError("the recording is still being written; wait until the call has ended")
    return files


def _log_of(data_dir: Path, call: str, database: str | None) -> AuditLog:
    origin = log_of_call(data_dir, call, database=database)
    return open_log(data_dir, now=lambda: datetime.now(UTC), origin=origin, database=database)


def _put_on_record(log: AuditLog, readings: list[Reading], *, actor: str, reason: str) -> None:
    entries = [
        ControlEntry(
            "key.opened",
            {},
            {
                "call": reading.header.call,
                "purpose": PURPOSE,
                "part": reading.header.part,
                "actor": actor,
                "reason": reason,
                "sha256": reading.recording.sha256,
            },
        )
        for reading in readings
    ]
    log.run_job(entries)


def _show_export(
    recording: Recording, readings: list[Reading], target: Path, *, on_record: bool, as_json: bool
) -> None:
    seconds = round(len(recording.samples) / RATE_HZ, 1)
    if as_json:
        json_object(
            {
                "call": recording.header.call,
                "path": str(target),
                "parts": [{"part": one.header.part, "class": one.header.retention.name} for one in readings],
                "seconds": seconds,
                "from_s": round(recording.start / RATE_HZ, 3),
                "complete": recording.complete,
                "on_record": on_record,
                "gaps": [
                    {"from_s": round(gap.from_s, 3), "to_s": round(gap.to_s, 3), "reason": gap.reason}
                    for gap in recording.gaps
                ],
            }
        )
        return
    out.print(f"{target}: {seconds} seconds, {len(readings)} parts, {len(recording.gaps)} gaps", markup=False)
    if recording.reason == "crashed":
        err.print("The end is missing, as after a crash; everything before it is whole.", markup=False)
    elif not on_record:
        err.print("The audit log has no record of how this recording ended.", markup=False)


def _write_for_the_owner(target: Path, content: bytes) -> None:
    """Write a new file that its owner alone may read; leave no half of it."""
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content)
    except OSError:
        target.unlink(missing_ok=True)
        raise
