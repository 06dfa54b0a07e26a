"""`secure-agent recording sweep|erase`: close what crashes left, erase what may be kept no longer."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from audit import open_log
from audit.jobs import Approval
from audit.opening import DEFAULT_LOG
from audit.reading import log_of_call, require_log
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import Database
from secure_agent.cli.render import Exit, fail, json_object, out
from secure_agent.recording.archive import parts_in
from secure_agent.recording.errors import RecordingError
from secure_agent.recording.format import is_call_id
from secure_agent.recording.sweep import Finding, Periods, erase_parts, sweep

sweeping = typer.Typer()

Actor = Annotated[str, typer.Option("--actor", help="Who does it; taken on trust.", metavar="NAME")]
Approver = Annotated[str, typer.Option("--approver", help="Who approved it: somebody else.", metavar="NAME")]
DataDir = Annotated[Path, typer.Option("--data-dir", help="Where everything is kept.", metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
_DATA = Path("data")


def days_by_class(keep: list[str]) -> dict[str, int]:
    """Read CLASS=DAYS."""
    days: dict[str, int] = {}
    for rule in keep:
        name, _, number = rule.partition("=")
        if not number.isdecimal():
            fail("--keep takes CLASS=DAYS, such as audio=90", Exit.MISUSE)
        days[name] = int(number)
    return days


@sweeping.command("sweep")
def sweep_recordings(
    actor: Actor,
    approver: Approver,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="CLASS=DAYS, less than the policy of the calls says; may be repeated."),
    ] = None,
    basis: Annotated[str, typer.Option("--basis", help="On what ground.")] = "retention period over",
    log_name: Annotated[str, typer.Option("--log", help="The log, an origin without epoch.")] = DEFAULT_LOG,
    data_dir: DataDir = _DATA,
    database: Database = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close recordings that a crash left open, and erase those whose period is over or whose key is gone.

    `audit retention run` does the same after the keys. Calls under hold and what a duty keeps stay. Exits 1 if a
    recording could not be judged.

    Example: secure-agent recording sweep --actor j.doe --approver r.roe --keep audio=90 --dry-run
    """
    periods = Periods(datetime.now(UTC).date(), days_by_class(keep or []))
    with sentences():
        require_log(data_dir, database)
        found: list[Finding] = []
        approval = Approval(basis, actor, approver)
        opened = open_log(data_dir, now=lambda: datetime.now(UTC), origin=log_name, database=database)
        with closing(opened) as log:
            for one in sweep(log, data_dir, periods, approval, dry_run=dry_run, database=database):
                found.append(one)
                if not as_json:
                    say(one, dry_run=dry_run)
    if as_json:
        json_object({"items": [one.as_dict() for one in found], "dry_run": dry_run})
    elif not found:
        out.print("nothing to close or to erase")
    if any(one.action == "problem" for one in found):
        raise typer.Exit(Exit.WRONG)


def say(one: Finding, *, dry_run: bool) -> None:
    """Tell one finding."""
    would = "would be " if dry_run and one.action != "problem" else ""
    out.print(f"recording {one.call} part {one.part}: {would}{one.action} ({one.why})", markup=False)


@sweeping.command()
def erase(
    call: Annotated[str, typer.Option("--call", help="The call's id.", metavar="ID")],
    basis: Annotated[str, typer.Option("--basis", help="On what ground, such as 'GDPR 17(1)(b)'.")],
    actor: Actor,
    approver: Approver,
    part: Annotated[
        int | None, typer.Option("--part", help="Only this part; all that no duty keeps, without it.", min=1)
    ] = None,
    data_dir: DataDir = _DATA,
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Erase the recording of a call, and leave its other records: the key is destroyed, then the file goes.

    What a duty must keep stays, and is named. Exits 1 where nothing could be erased.

    Example: secure-agent recording erase --call 0f8fad5b-d9cb-469f-a165-70867728950e --basis "GDPR 17(1)(b)"
    --actor j.doe --approver r.roe
    """
    if not is_call_id(call):
        fail("--call takes the id of a call; `secure-agent audit list` shows them", Exit.MISUSE)
    periods = Periods(datetime.now(UTC).date(), {})
    with sentences():
        approval = Approval(basis, actor, approver)
        files = [file for file in parts_in(data_dir, call) if part in (None, file.part)]
        if not files:
            fail(f"there is no recording of this call in {data_dir}", Exit.UNCHECKED)
        origin = log_of_call(data_dir, call, database=database)
        opened = open_log(data_dir, now=lambda: datetime.now(UTC), origin=origin, database=database)
        with closing(opened) as log:
            if call in log.store.holds():
                fail("the call is under legal hold; release it first", Exit.WRONG)
            if any(file.running for file in files):
                fail("the recording is still being written; wait until the call has ended", Exit.WRONG)
            kept = [file for file in files if periods.must_stay(file) is not None]
            gone = [file for file in files if file not in kept]
            try:
                erase_parts(log, gone, "on_request", approval)
            except RecordingError as error:
                fail(str(error), Exit.UNCHECKED)
    if as_json:
        json_object(
            {"call": call, "erased": [file.part for file in gone], "kept": [file.part for file in kept]}
        )
    else:
        for file in gone:
            out.print(f"recording {call} part {file.part} is erased", markup=False)
        for file in kept:
            out.print(
                f"part {file.part} stays until {periods.must_stay(file)}: a duty keeps it", markup=False
            )
    if not gone:
        raise typer.Exit(Exit.WRONG)
