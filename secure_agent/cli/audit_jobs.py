"""`secure-agent audit hold|release|erase|retention|keys`: keeping and forgetting, each on somebody's word."""

import itertools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from audit import AuditLog, open_log
from audit.epoch import begin_epoch
from audit.jobs import Approval, destroy_month_key, erase_call, hold_call, release_call
from audit.month_keys import month_keys, rotate_kek
from audit.opening import DEFAULT_LOG
from audit.providers_file import provider_of
from audit.reading import log_of_call, require_log
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import DEFAULT_DATA, AsJson, Database, DataDir
from secure_agent.cli.recording_errors import recording_sentences
from secure_agent.cli.recording_sweep import days_by_class, say
from secure_agent.cli.render import Exit, err, fail, json_object, out
from secure_agent.recording.archive import PartFile, end_hold, keep_for_hold, parts_in
from secure_agent.recording.sweep import Periods, erase_parts, protected, sweep
from secure_agent.retention_sweep import Outcome, delete_bundles, past_their_maximum, past_their_month

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
            delete_bundles(data_dir, call)
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
        deleted = [file.path for file in recorded] + delete_bundles(data_dir, call)
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


@retention.command("run")
def retention_run(
    actor: Actor,
    approver: Approver,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="CLASS=DAYS, less than the policies say; may be repeated."),
    ] = None,
    basis: Basis = "retention period over",
    log_name: LogName = DEFAULT_LOG,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go, and why.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase the records that the policy of their call lets nobody keep any longer, and the recordings.

    Words of a conversation go at the maximum of `transcript`, and so on by class; a whole call when everything is
    over. --keep call=DAYS also destroys the keys of months that are older. Calls under hold stay, and what a minimum
    keeps. Exits 1 if something could not be judged.

    Example: secure-agent audit retention run --keep call=180 --keep audio=90 --actor j.doe --approver r.roe --dry-run
    """
    days = days_by_class(keep or [])
    approval = Approval(basis, actor, approver)
    shown: list[Outcome] = []
    with _log_of(data_dir, None, log_name, database=database) as log:
        periods = Periods(log.now().date(), days)
        calls = log.store.calls()
        walk = past_their_maximum(log, data_dir, calls, approval, periods.today, dry_run=dry_run)
        walked = track(
            walk, "calls", len(calls), console=err, transient=True, disable=as_json or not err.is_terminal
        )
        months = past_their_month(log, data_dir, days, approval, periods, dry_run=dry_run)
        for outcome in itertools.chain(walked, months):
            if outcome is not None:
                shown.append(outcome)
                if not as_json:
                    _say_outcome(outcome, dry_run=dry_run)
        found = list(sweep(log, data_dir, periods, approval, dry_run=dry_run, database=database))
        if not as_json:
            for finding in found:
                say(finding, dry_run=dry_run)
    if as_json:
        recordings = [finding.as_dict() for finding in found]
        items = [outcome.as_dict() for outcome in shown]
        json_object({"items": items, "recordings": recordings, "dry_run": dry_run})
    elif not shown and not found:
        out.print("nothing has expired")
    if "problem" in {*(one.action for one in shown), *(one.action for one in found)}:
        raise typer.Exit(Exit.WRONG)


def _say_outcome(one: Outcome, *, dry_run: bool) -> None:
    would = "would be " if dry_run and one.action not in ("kept", "problem") else ""
    counted = {"pruned": "bodies", "erased": "bodies", "destroyed": "calls"}.get(one.action)
    count = f", {one.count} {counted}" if counted and one.count else ""
    out.print(f"{one.subject}: {would}{one.action} ({one.why}{count})", markup=False)


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
