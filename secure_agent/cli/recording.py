"""`secure-agent recording`: take a recording out of its seal, for a named person and a stated reason."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from audit import AuditError, EntryView, open_log, read_call
from audit.log import AuditLog, ControlEntry
from secure_agent.cli.render import Exit, err, fail, json_object, out
from secure_agent.recording.errors import RecordingAlteredError, RecordingUnavailableError
from secure_agent.recording.format import PURPOSE, RATE_HZ, is_call_id, recording_path
from secure_agent.recording.reader import Recording, read_header, read_recording, wav_of

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Export the recording of a call."""


@app.command()
def export(
    call: Annotated[str, typer.Option("--call", help="The call's id.", metavar="ID")],
    target: Annotated[Path, typer.Option("--out", help="A new WAV file.", metavar="FILE")],
    actor: Annotated[str, typer.Option("--actor", help="Who exports; it is logged.", metavar="NAME")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is logged.", metavar="TEXT")],
    data_dir: Annotated[
        Path, typer.Option("--data-dir", help="Where everything is kept.", metavar="DIR")
    ] = Path("data"),
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Write the recording of a call as WAV: caller left, agent right, gaps as silence.

    The audit log is told first, who and why; then the file is written, readable by you alone. Exits 1 if the
    recording was altered, 2 for misuse, 3 if there is no such recording or its key was destroyed.
    """
    _check(call, target, actor, reason)
    try:
        recording, matches = _open(data_dir, call, actor=actor, reason=reason)
    except RecordingAlteredError as error:
        fail(f"{error}; nothing was exported", Exit.WRONG)
    except (RecordingUnavailableError, AuditError) as error:
        fail(str(error), Exit.UNCHECKED)
    try:
        _write_for_the_owner(target, wav_of(recording))
    except FileExistsError:
        fail(f"{target} is there already; name a new file", Exit.MISUSE)
    except OSError as error:
        fail(f"{target} cannot be written: {error.strerror}", Exit.UNCHECKED)
    _show(recording, target, call, matches=matches, as_json=as_json)


def _check(call: str, target: Path, actor: str, reason: str) -> None:
    if not is_call_id(call):
        fail("--call takes the id of a call; `secure-agent audit list` shows them", Exit.MISUSE)
    if not actor.strip() or not reason.strip():
        fail("--actor and --reason say who listens, and why; neither may be empty", Exit.MISUSE)
    if target.exists():
        fail(f"{target} is there already; name a new file", Exit.MISUSE)


def _open(data_dir: Path, call: str, *, actor: str, reason: str) -> tuple[Recording, bool]:
    """Open the recording, compare it with its event, and put the export on record."""
    path = recording_path(data_dir, call)
    if not path.is_file():
        raise RecordingUnavailableError(f"there is no recording of this call in {data_dir}")
    header = read_header(path)
    if header.call != call:
        raise RecordingAlteredError("the recording is that of another call")
    entries = read_call(data_dir, call)
    log = open_log(data_dir, now=lambda: datetime.now(UTC), origin=entries[0].header["log"])
    try:
        recording = read_recording(path, log.open_sealed_key(header.wrapped, header.ek, call, PURPOSE))
        on_record = _digest_on_record(entries)
        if on_record is not None and recording.sha256 != on_record:
            raise RecordingAlteredError("the recording is not the one that the audit log has on record")
        _put_on_record(log, recording, actor=actor, reason=reason)
    finally:
        log.close()
    return recording, on_record is not None


def _digest_on_record(entries: list[EntryView]) -> str | None:
    bodies = [entry.body for entry in entries if entry.t == "recording.stopped"]
    digest = bodies[-1].get("sha256") if bodies and bodies[-1] is not None else None
    return digest if isinstance(digest, str) else None


def _put_on_record(log: AuditLog, recording: Recording, *, actor: str, reason: str) -> None:
    body: dict[str, Any] = {
        "call": recording.header.call,
        "purpose": PURPOSE,
        "actor": actor,
        "reason": reason,
        "sha256": recording.sha256,
    }
    log.run_job([ControlEntry("key.opened", {}, body)])


def _show(recording: Recording, target: Path, call: str, *, matches: bool, as_json: bool) -> None:
    seconds = round(len(recording.samples) / RATE_HZ, 1)
    if as_json:
        json_object(
            {
                "call": call,
                "path": str(target),
                "seconds": seconds,
                "from_s": round(recording.start / RATE_HZ, 3),
                "complete": recording.complete,
                "on_record": matches,
                "gaps": [
                    {"from_s": round(gap.from_s, 3), "to_s": round(gap.to_s, 3), "reason": gap.reason}
                    for gap in recording.gaps
                ],
            }
        )
        return
    out.print(f"{target}: {seconds} seconds, {len(recording.gaps)} gaps", markup=False)
    if not recording.complete:
        err.print("The end is missing, as after a crash; everything before it is whole.", markup=False)
    elif not matches:
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
