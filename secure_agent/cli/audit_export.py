"""`secure-agent audit export`: evidence for a stranger, or the same thing for people to read."""

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from audit import Exported, Question, Search, export_bundle, list_calls
from audit.access import LOCAL, Reader
from audit.encoding import timestamp
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import DEFAULT_DATA, Actor, AsJson, Database, DataDir, Reason, reader_of
from secure_agent.cli.audit_read import time_of
from secure_agent.cli.render import Exit, err, fail, json_object, out, program
from secure_agent.local_witness import SENTENCE, local_witness

exporting = typer.Typer()


@exporting.command()
def export(
    target: Annotated[Path, typer.Option("--out", help="A new folder for the bundle, or a new file.")],
    call: Annotated[list[str] | None, typer.Option("--call", help="A call; may be repeated.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Begin of a period, RFC 3339 UTC.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="End of a period, RFC 3339 UTC.")] = None,
    form: Annotated[
        Literal["bundle", "jsonl", "csv", "html", "pdf"],
        typer.Option("--format", help="Evidence, rows for a program, or a report for a lawyer."),
    ] = "bundle",
    mode: Annotated[
        Literal["partial", "scoped", "full"] | None,
        typer.Option("--mode", help="Which leaves: of the calls (for --call), or all; --all takes full."),
    ] = None,
    keys: Annotated[
        Literal["none", "in-scope"] | None,
        typer.Option("--keys", help="Whether data keys go along with a bundle. On a server: none."),
    ] = None,
    log: Annotated[str | None, typer.Option("--log", help="The log, where the folder has several.")] = None,
    actor: Actor = None,
    reason: Reason = None,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="The whole log.")] = False,
    content: Annotated[
        bool,
        typer.Option("--content", help="Open the bodies; without it jsonl, csv, html and pdf hold no word."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write evidence and say how to verify it, or a report of it. Every export is itself an entry of the log.

    Example: secure-agent audit export --call CALL --format pdf --content --out call.pdf --actor officer-7
    --reason "complaint 2026-118"
    """
    if sum([bool(call), start is not None or end is not None, everything]) != 1:
        fail("say what to export: --call ID, or --from TIME --to TIME, or --all", Exit.MISUSE)
    if form == "bundle" and content:
        fail("--content is for the other formats; a bundle takes --keys in-scope", Exit.MISUSE)
    if form != "bundle" and keys is not None:
        fail("--keys is for a bundle; other formats take --content", Exit.MISUSE)
    period = None if start is None and end is None else (_end(start, "--from"), _end(end, "--to"))
    with_keys = (
        content
        if form != "bundle"
        else keys == "in-scope" or (keys is None and _keys_at_hand(data_dir, database))
    )
    reader = (
        reader_of(actor, reason, database)
        if with_keys
        else Reader(actor or LOCAL.actor, reason or LOCAL.reason)
    )
    with sentences(), ExitStack() as stack:
        witnesses = {} if database is not None else stack.enter_context(local_witness(data_dir))
        cut = partial(
            export_bundle,
            data_dir,
            calls=call or None,
            period=period,
            mode=mode or ("partial" if call else "full" if everything else "scoped"),
            keys="in_scope" if with_keys else "none",
            now=lambda: datetime.now(UTC),
            log=None if log is None else _without_epoch(log),
            reader=reader,
            what=form,
            database=database,
            witnesses=witnesses,
        )
        witness = SENTENCE if witnesses else None
        if form == "bundle":
            with err.status("writing the bundle"):  # shown on a terminal only
                written = cut(out=target)
            _say_exported(written, witness, as_json=as_json)
            return
        from secure_agent.readable import write_readable  # noqa: PLC0415 - a report needs the policies

        asked = Question(
            None,
            tuple(call or ()),
            None if period is None else timestamp(period[0]),
            None if period is None else timestamp(period[1]),
        )
        about = {
            one.call: (one.line, one.outcome) for one in list_calls(data_dir, Search(), database=database)
        }
        with err.status(f"writing {form}"):
            done = write_readable(
                target, form, lambda folder: cut(out=folder), question=asked, about=about, witness=witness
            )
    verdict = {"code": done.verdict.exit, "verdict": done.verdict.sentence}
    if as_json:
        json_object(
            {"path": str(done.path), "entries": done.entries, "verified": verdict, "witness": witness}
        )
        return
    out.print(f"{done.entries} entries in {done.path}", markup=False)
    out.print(f"made from evidence that is {done.verdict.sentence}", markup=False)
    _say_missing(done.exported)


def _end(text: str | None, option: str) -> datetime:
    if text is None:
        fail("--from and --to go together", Exit.MISUSE)
    return time_of(text, option)


def _keys_at_hand(data_dir: Path, database: str | None) -> bool:
    """Whether this is one person's machine that holds the key of its readers."""
    return database is None and (data_dir / "keys").is_dir()


def _without_epoch(origin: str) -> str:
    head, _, tail = origin.rpartition("/")
    return head if tail.isdecimal() and head.count("/") == 2 else origin


def _say_exported(done: Exported, witness: str | None, *, as_json: bool) -> None:
    if as_json:
        json_object(_as_dict(done, witness))
        return
    out.print(
        f"{done.entries} entries in {done.path}, under a checkpoint of {done.size} leaves", markup=False
    )
    _say_missing(done)
    if witness is not None:
        out.print(f"cosigned by {witness}", markup=False)
    command = done.verify_command.replace("secure-agent", program(), 1)
    out.print(f"verify it with:\n  {command}", markup=False)


def _as_dict(done: Exported, witness: str | None) -> dict[str, Any]:
    return {
        "path": str(done.path),
        "trust": str(done.trust),
        "log": done.origin,
        "size": done.size,
        "entries": done.entries,
        "covered": done.covered,
        "quorum": done.quorum,
        "witness": witness,
        "witness_problems": list(done.problems),
        "verify": done.verify_command,
    }


def _say_missing(done: Exported) -> None:
    if not done.covered:
        out.print("the checkpoint does not cover the last entry of every call; export again later")
    if not done.quorum:
        out.print("the quorum of the trust policy did not cosign in time; export again later")
    for problem in done.problems:
        out.print(f"no cosignature of {problem}", markup=False)
