"""`secure-agent audit hold|release|erase|retention|keys`: keeping and forgetting, each on somebody's word."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import rmtree
from typing import Annotated

import typer

from audit import AuditLog, open_log
from audit.epoch import begin_epoch
from audit.jobs import Approval, destroy_month_key, erase_call, hold_call, release_call
from audit.month_keys import expired_month_keys, month_keys, rotate_kek
from audit.opening import DEFAULT_LOG
from audit.providers_file import provider_of
from audit.reading import log_of_call, require_log
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import DEFAULT_DATA, Database, DataDir
from secure_agent.cli.recording_errors import recording_sentences
from secure_agent.cli.recording_sweep import days_by_class, say
from secure_agent.cli.render import Exit, fail, json_object, out
from secure_agent.recording.archive import PartFile, end_hold, keep_for_hold, parts_in
from secure_agent.recording.sweep import Periods, erase_parts, protected, sweep

jobs = typer.Typer()
retention = typer.Typer(
    no_args_is_help=True, help="Destroy the keys of what is older than its class is kept."
)
keys = typer.Typer(no_args_is_help=True, help="Show, rotate and destroy keys.")
jobs.add_typer(retention, name="retention")
jobs.add_typer(keys, name="keys")
epoch = typer.Typer(no_args_is_help=True, help="Go on after a database was lost or restored.")
jobs.add_typer(epoch, name="epoch")

Call = Annotated[str, typer.Option("--call", help="The id of the call.")]
Basis = Annotated[str, typer.Option("--basis", help="On what ground, such as 'GDPR 17(1)(a)'.")]
Actor = Annotated[str, typer.Option("--actor", help="Who does it; taken on trust.")]
Approver = Annotated[str, typer.Option("--approver", help="Who approved it: somebody else.")]
LogName = Annotated[str, typer.Option("--log", help="The log, an origin without epoch.")]


@contextmanager
def _log_of(
    data_dir: Path, call: str | None, name: str = DEFAULT_LOG, *, database: str | None = None
) -> Iterator[AuditLog]:
    """The log that CALL lies in, or the one of this name."""
    with sentences(), recording_sentences():
        require_log(data_dir, database)
        origin = name if call is None else log_of_call(data_dir, call, database=database)
        opened = open_log(data_dir, now=lambda: datetime.now(UTC), origin=origin, database=database)
        with closing(opened) as log:
            yield log
            log.publish()


@jobs.command()
def hold(
    call: Call,
    basis: Basis,
    actor: Actor,
    approver: Approver,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
) -> None:
    """Put a call under legal hold: nothing erases it."""
    with _log_of(data_dir, call, database=database) as log:
        hold_call(log, call, Approval(basis, actor, approver))
        keep_for_hold(log, data_dir, call)
    out.print(f"call {call} is under hold", markup=False)


@jobs.command()
def release(
    call: Call,
    basis: Basis,
    actor: Actor,
    approver: Approver,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
) -> None:
    """End the legal hold of a call."""
    with _log_of(data_dir, call, database=database) as log:
        approval = Approval(basis, actor, approver)
        erased = release_call(log, call, approval)
        if erased:
            erase_parts(log, parts_in(data_dir, call), "call_erased", approval)
            _delete_bundles(data_dir, call)
        else:
            end_hold(data_dir, call)
    also = "; its month key was destroyed while it was held, so it is erased now" if erased else ""
    out.print(f"call {call} is released{also}", markup=False)


@jobs.command()
def erase(
    call: Call,
    basis: Basis,
    actor: Actor,
    approver: Approver,
    backup_complete_by: Annotated[
        str | None, typer.Option(help="When the last backup with its key is gone.")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
) -> None:
    """Erase a call: its keys are destroyed, its entries stay and verify without content."""
    try:
        by = None if backup_complete_by is None else date.fromisoformat(backup_complete_by)
    except ValueError:
        fail("--backup-complete-by takes a date such as 2026-12-31", Exit.MISUSE)
    with _log_of(data_dir, call, database=database) as log:
        recorded = parts_in(data_dir, call)
        _refuse_kept(log, recorded)
        approval = Approval(basis, actor, approver)
        count = erase_call(log, call, approval, by)
        erase_parts(log, recorded, "call_erased", approval)
        deleted = [file.path for file in recorded] + _delete_bundles(data_dir, call)
    out.print(f"call {call} is erased: the keys of {count} segments are gone", markup=False)
    for path in deleted:
        out.print(f"deleted {path}", markup=False)
    out.print("copies of the database and bundles that were handed out with keys are not reached from here")


def _refuse_kept(log: AuditLog, recorded: list[PartFile]) -> None:
    """A part that a duty still keeps opens with the records of its call only."""
    periods = Periods(log.now().date(), {})
    for file in recorded:
        until = periods.must_stay(file)
        if until is not None:
            fail(
                f"part {file.part} of the recording is kept by a duty until {until}, and opens with this call only; "
                "`secure-agent recording erase` erases the other parts",
                Exit.WRONG,
            )


def _delete_bundles(data_dir: Path, call: str) -> list[Path]:
    """Delete the bundles of this call, which hold its keys."""
    found = [*(data_dir / "bundles").glob(f"{call}*")]
    for path in found:
        if path.is_dir():
            rmtree(path)
        else:
            path.unlink()
    return found


@retention.command("run")
def retention_run(
    actor: Actor,
    approver: Approver,
    keep: Annotated[list[str], typer.Option("--keep", help="CLASS=DAYS; may be repeated.")],
    basis: Basis = "retention period over",
    log_name: LogName = DEFAULT_LOG,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be destroyed.")] = False,
) -> None:
    """Destroy the month keys that are older than their class is kept, and the recordings whose period is over.

    Calls under hold stay, and recordings that a duty keeps. Recordings that a crash left open are closed.

    Example: secure-agent audit retention run --keep call=180 --keep audio=90 --actor j.doe --approver r.roe
    """
    days = days_by_class(keep)
    approval = Approval(basis, actor, approver)
    with _log_of(data_dir, None, log_name, database=database) as log:
        periods = Periods(log.now().date(), days)
        expired = expired_month_keys(log, days, periods.today)
        for one in expired:
            place = f"{one.ek} ({one.jurisdiction}, {one.retention}, {one.month}, {one.segments} segments)"
            if dry_run:
                out.print(f"would destroy {place}", markup=False)
            elif kept := protected(log, data_dir, one.ek, periods):
                out.print(f"kept {place}: a duty keeps {len(kept)} recordings under it", markup=False)
            else:
                lost = destroy_month_key(log, one.ek, approval)
                out.print(f"destroyed {place}: {lost} calls erased", markup=False)
        found = list(sweep(log, data_dir, periods, approval, dry_run=dry_run))
        for finding in found:
            say(finding, dry_run=dry_run)
    if not expired and not found:
        out.print("nothing has expired")
    if any(finding.action == "problem" for finding in found):
        raise typer.Exit(Exit.WRONG)


@keys.command()
def status(
    log_name: LogName = DEFAULT_LOG,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the month keys."""
    with _log_of(data_dir, None, log_name, database=database) as log:
        found = month_keys(log)
        provider = provider_of(log.keys).describe()
    if as_json:
        kept_by = {"kind": provider.kind, "key": provider.kek_id, "remote": provider.remote}
        json_object({"items": [one.as_dict() for one in found], "provider": kept_by})
        return
    for one in found:
        state = one.kek or ("key missing" if one.missing else "destroyed")
        line = f"{one.ek}  {one.month}  {one.jurisdiction}  {one.retention}  {one.segments} segments  {state}"
        out.print(line, markup=False)


@keys.command()
def rotate(
    log_name: LogName = DEFAULT_LOG, data_dir: DataDir = DEFAULT_DATA, database: Database = None
) -> None:
    """Wrap all month keys by a new key-encryption key."""
    with _log_of(data_dir, None, log_name, database=database) as log:
        old, new, count = rotate_kek(log)
    out.print(
        f"{count} month keys moved from {old} to {new}; delete the old key from its backups", markup=False
    )


@keys.command()
def destroy(
    ek: Annotated[str, typer.Option("--ek", help="The id of the month key.")],
    basis: Basis,
    actor: Actor,
    approver: Approver,
    log_name: LogName = DEFAULT_LOG,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
) -> None:
    """Destroy a month key, and with it the content of its calls but those under hold."""
    with _log_of(data_dir, None, log_name, database=database) as log:
        kept = protected(log, data_dir, ek, Periods(log.now().date(), {}))
        if kept:
            fail(f"a duty keeps {len(kept)} recordings under this key", Exit.WRONG)
        lost = destroy_month_key(log, ek, Approval(basis, actor, approver))
    out.print(f"month key {ek} is destroyed: {lost} calls erased", markup=False)


@epoch.command()
def begin(
    reason: Annotated[str, typer.Option("--reason", help="What happened to the database.")],
    actor: Actor,
    approver: Approver,
    old: Annotated[Path | None, typer.Option("--old", help="The last checkpoint that was kept.")] = None,
    log_name: LogName = DEFAULT_LOG,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
) -> None:
    """Begin a new tree over what the database still has; erasures are carried out again."""
    with sentences():
        require_log(data_dir, database)
        try:
            kept = None if old is None else old.read_bytes()
        except OSError as error:
            fail(f"{old}: {error.strerror}", Exit.UNCHECKED)
        checkpoint = begin_epoch(
            data_dir,
            log_name,
            Approval(reason, actor, approver),
            now=lambda: datetime.now(UTC),
            old_checkpoint=kept,
            database=database,
        )
    out.print(f"{checkpoint.origin} begins with {checkpoint.size} leaves", markup=False)
