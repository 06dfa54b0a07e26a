"""`secure-agent audit`: list, show, export and verify what was recorded."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from audit import EntryView, Exported, Question, export_bundle, list_calls, read_call, verify_bundle
from audit.consistency import compare, prove_consistency
from audit.encoding import is_timestamp, parse_timestamp
from audit.errors import VerificationError
from audit.verify import parse_duration
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_jobs import jobs
from secure_agent.cli.audit_witness import witness
from secure_agent.cli.render import Exit, fail, json_object, out

VERIFY_COULD_NOT_RUN = 20

app = typer.Typer(no_args_is_help=True)
app.add_typer(jobs)
app.add_typer(witness)

DataDir = Annotated[Path, typer.Option("--data-dir", help="The folder that holds everything.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
DEFAULT_DATA = Path("data")


class _Misuse20(TyperCommand):
    """A cron must never take misuse for a verdict: every usage error of `verify` is 20."""

    def make_context(self, *args: Any, **kwargs: Any) -> typer.Context:
        try:
            return super().make_context(*args, **kwargs)  # type: ignore[return-value]
        except Exception as error:
            if getattr(error, "exit_code", None) == Exit.MISUSE:
                error.exit_code = VERIFY_COULD_NOT_RUN  # type: ignore[attr-defined]
            raise


def wall_clock() -> datetime:
    return datetime.now(UTC)


@app.command("list")
def list_command(data_dir: DataDir = DEFAULT_DATA, *, as_json: AsJson = False) -> None:
    """List the calls of the log."""
    with sentences():
        calls = list_calls(data_dir)
    if as_json:
        json_object({"items": [one.as_dict() for one in calls]})
        return
    form = "{:<36}  {:<19}  {:<8}  {:<9}  {:>7}  {}"
    out.print(form.format("call", "opened (UTC)", "place", "state", "entries", "outcome"), markup=False)
    for one in calls:
        opened = one.opened[:19].replace("T", " ")
        row = (one.call, opened, one.jurisdiction, one.state, one.entries, one.outcome or "")
        out.print(form.format(*row), markup=False)


@app.command()
def show(
    call: Annotated[str, typer.Option("--call", help="The id of the call.")],
    data_dir: DataDir = DEFAULT_DATA,
    *,
    as_json: AsJson = False,
) -> None:
    """Show the redacted conversation of a call with its events.

    Exits 3 where a key is missing that no erasure accounts for.
    """
    with sentences():
        entries = read_call(data_dir, call, where_keys_are_lost="mark")
    if as_json:
        json_object({"call": call, "items": [_entry_json(entry, entries[0]) for entry in entries]})
    else:
        first = entries[0].header
        out.print(f"call {call}, {first['jur']}, opened {entries[0].ts}", markup=False)
        for entry in entries:
            out.print(_entry_line(entry, entries[0]), markup=False)
    for missing in sorted({entry.missing for entry in entries} - {""}):
        fail(missing, Exit.UNCHECKED)


def _offset_s(entry: EntryView, first: EntryView) -> float:
    return (parse_timestamp(entry.ts) - parse_timestamp(first.ts)).total_seconds()


def _entry_json(entry: EntryView, first: EntryView) -> dict[str, Any]:
    return {
        "seg": entry.seg,
        "seq": entry.seq,
        "type": entry.t,
        "ts": entry.ts,
        "t_s": round(_offset_s(entry, first), 3),
        "header": entry.header,
        "body": entry.body,
        "key_missing": bool(entry.missing),
    }


def _entry_line(entry: EntryView, first: EntryView) -> str:
    stamp = f"{_offset_s(entry, first):9.3f}"
    if entry.body is None:
        return f"{stamp}  {entry.t:<24} ({'key missing' if entry.missing else 'content erased'})"
    body = dict(entry.body)
    if entry.t.startswith("turn.") and isinstance(body.get("text"), str):
        speaker = entry.t.removeprefix("turn.")
        cut = " (interrupted)" if body.get("interrupted") is True else ""
        return f"{stamp}  {speaker:>6}: {body['text']}{cut}"
    model = f" model={entry.header['model']}" if "model" in entry.header else ""
    return f"{stamp}  {entry.t:<24}{model} {_flat(body)}".rstrip()


def _flat(body: dict[str, Any]) -> str:
    shown: list[str] = []
    for name, value in body.items():
        if isinstance(value, dict | list):
            text = f"({len(value)})"
        else:
            text = "true" if value is True else "false" if value is False else str(value)
        shown.append(f"{name}={text if len(text) <= 64 else text[:61] + '...'}")
    return " ".join(shown)


@app.command()
def export(
    target: Annotated[Path, typer.Option("--out", help="A new folder for the bundle.")],
    call: Annotated[list[str] | None, typer.Option("--call", help="A call; may be repeated.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Begin of a period, RFC 3339 UTC.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="End of a period, RFC 3339 UTC.")] = None,
    mode: Annotated[
        Literal["partial", "scoped", "full"] | None,
        typer.Option("--mode", help="Which leaves: of the calls, or all."),
    ] = None,
    keys: Annotated[
        Literal["none", "in-scope"], typer.Option("--keys", help="Whether data keys go along.")
    ] = "in-scope",
    log: Annotated[str | None, typer.Option("--log", help="The log, where the folder has several.")] = None,
    actor: Annotated[str, typer.Option("--actor", help="Who exports; it is logged.")] = "local",
    data_dir: DataDir = DEFAULT_DATA,
    *,
    everything: Annotated[bool, typer.Option("--all", help="The whole log.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write an evidence bundle and say how to verify it."""
    asked = [bool(call), start is not None or end is not None, everything]
    if sum(asked) != 1:
        fail("say what to export: --call ID, or --from TIME --to TIME, or --all", Exit.MISUSE)
    period = None
    if start is not None or end is not None:
        period = (_time(start, "--from"), _time(end, "--to"))
    chosen = mode or ("partial" if call else "full" if everything else "scoped")
    with sentences():
        done = export_bundle(
            data_dir,
            calls=call or None,
            period=period,
            out=target,
            mode=chosen,
            keys="in_scope" if keys == "in-scope" else "none",
            now=wall_clock,
            log=None if log is None else _without_epoch(log),
            actor=actor,
        )
    _say_exported(done, as_json=as_json)


def _time(text: str | None, option: str) -> datetime:
    """A time of the command line: the log's own form, or any ISO 8601 with a zone."""
    try:
        at = parse_timestamp(text) if is_timestamp(text) and text else datetime.fromisoformat(text or "")
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        fail(f"{option} takes a time with its zone, such as 2026-11-20T12:00:00Z", Exit.MISUSE)
    return at


def _without_epoch(origin: str) -> str:
    head, _, tail = origin.rpartition("/")
    return head if tail.isdecimal() and head.count("/") == 2 else origin


def _say_exported(done: Exported, *, as_json: bool) -> None:
    if as_json:
        json_object(
            {
                "path": str(done.path),
                "trust": str(done.trust),
                "log": done.origin,
                "size": done.size,
                "entries": done.entries,
                "covered": done.covered,
                "witness_problems": list(done.problems),
                "verify": done.verify_command,
            }
        )
        return
    out.print(
        f"{done.entries} entries in {done.path}, under a checkpoint of {done.size} leaves", markup=False
    )
    if not done.covered:
        out.print("the checkpoint does not cover the last entry of every call; export again later")
    for problem in done.problems:
        out.print(f"no cosignature of {problem}", markup=False)
    out.print(f"verify it with:\n  {done.verify_command}", markup=False)


@app.command(cls=_Misuse20)
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The folder of the bundle.")],
    trust: Annotated[Path | None, typer.Option("--trust", help="Folder with policy and workers.")] = None,
    log: Annotated[str | None, typer.Option("--log", help="The log asked about: origin with epoch.")] = None,
    call: Annotated[list[str] | None, typer.Option("--call", help="A call asked about.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Begin of the period asked about.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="End of the period asked about.")] = None,
    held: Annotated[list[Path] | None, typer.Option("--held", help="A checkpoint kept outside.")] = None,
    consistency: Annotated[
        list[Path] | None, typer.Option("--consistency", help="A proof of `prove`.")
    ] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="Data keys, as in deks.jsonl.")] = None,
    max_age: Annotated[str | None, typer.Option("--max-age", help="Such as 24h.")] = None,
    max_open: Annotated[str, typer.Option("--max-open", help="How long a call may be open.")] = "24h",
    *,
    as_json: AsJson = False,
) -> None:
    """Verify a bundle offline: 0 verified, 3 unanchored, 10 to 13 wrong, 20 could not run."""
    try:
        max_age_s = None if max_age is None else parse_duration(max_age)
        max_open_s = parse_duration(max_open)
    except VerificationError as error:
        fail(str(error), VERIFY_COULD_NOT_RUN)
    result = verify_bundle(
        bundle,
        Question(log, tuple(call or ()), start, end),
        trust=trust,
        held=held or (),
        consistency=consistency or (),
        keys=keys,
        max_age_s=max_age_s,
        max_open_s=max_open_s,
        now=wall_clock,
    )
    if as_json:
        json_object(result.as_dict())
    else:
        for line in result.lines():
            out.print(line, markup=False)
    raise typer.Exit(result.exit)


@app.command()
def prove(
    old: Annotated[Path, typer.Option("--old", help="The checkpoint that somebody kept.")],
    new: Annotated[Path, typer.Option("--new", help="A later checkpoint, such as that of a bundle.")],
    target: Annotated[Path, typer.Option("--out", help="Where the consistency file goes.")],
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Write the proof that one checkpoint goes on from another."""
    with sentences():
        try:
            proof = prove_consistency(data_dir, old.read_bytes(), new.read_bytes())
            target.write_bytes(proof)
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}", Exit.UNCHECKED)
    out.print(f"{target}; give it to `audit verify` with --consistency", markup=False)


@app.command("compare")
def compare_command(
    one: Annotated[Path, typer.Argument(metavar="A", help="A checkpoint or a bundle.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    consistency: Annotated[Path | None, typer.Option("--consistency", help="A file of `prove`.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say whether two states of a log fit: 0 consistent, 11 fork, 3 cannot be told."""
    with sentences():
        found = compare(one, other, consistency)
    if as_json:
        json_object({"verdict": found.verdict, "text": found.text})
    else:
        out.print(f"{found.verdict}: {found.text}", markup=False)
    raise typer.Exit({"consistent": 0, "fork": 11, "unknown": 3}[found.verdict])
