"""`secure-agent audit list|show`: find calls, and read one."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from audit import EntryView, Search, list_calls, read_call
from audit.encoding import is_timestamp, parse_timestamp, timestamp
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import (
    DEFAULT_DATA,
    Actor,
    AsJson,
    Database,
    DataDir,
    Reason,
    put_on_record,
    reader_of,
)
from secure_agent.cli.render import Exit, fail, json_object, out

reading = typer.Typer()


def time_of(text: str, option: str) -> datetime:
    """A time of the command line: the log's own form, or any ISO 8601 with a zone."""
    try:
        at = parse_timestamp(text) if is_timestamp(text) else datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        fail(f"{option} takes a time with its zone, such as 2026-11-20T12:00:00Z", Exit.MISUSE)
    return at


def _time(text: str | None, option: str) -> str | None:
    return None if text is None else timestamp(time_of(text, option).astimezone(UTC))


@reading.command("list")
def list_command(
    start: Annotated[
        str | None, typer.Option("--from", help="Calls that lasted until then or longer.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Calls that had begun by then.")] = None,
    jurisdiction: Annotated[str | None, typer.Option("--jurisdiction", help="Such as US-TX.")] = None,
    line: Annotated[str | None, typer.Option("--line", help="The name of the telephone line.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="Such as handed_over.")] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Calls with an entry of this type, such as payment.charged.")
    ] = None,
    caller: Annotated[
        str | None,
        typer.Option("--caller", help="The caller's number, E.164; it is stored nowhere in the clear."),
    ] = None,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the calls of the log that all given filters fit.

    Example: secure-agent audit list --from 2026-11-01T00:00:00Z --type consent.withdrawn --json
    """
    search = Search(
        start=_time(start, "--from"),
        end=_time(end, "--to"),
        jurisdiction=jurisdiction,
        line=line,
        outcome=outcome,
        kind=kind,
        caller=caller,
    )
    with sentences():
        calls = list_calls(data_dir, search, database=database)
    if as_json:
        json_object({"items": [one.as_dict() for one in calls]})
        return
    form = "{:<36}  {:<19}  {:<8}  {:<9}  {:>7}  {:<5}  {}"
    out.print(
        form.format("call", "opened (UTC)", "place", "state", "entries", "held", "outcome"), markup=False
    )
    for one in calls:
        opened = one.opened[:19].replace("T", " ")
        held = "held" if one.held else ""
        row = (one.call, opened, one.jurisdiction, one.state, one.entries, held, one.outcome or "")
        out.print(form.format(*row).rstrip(), markup=False)


@reading.command()
def show(
    call: Annotated[str, typer.Option("--call", help="The id of the call.")],
    actor: Actor = None,
    reason: Reason = None,
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show the redacted conversation of a call with its events; that it was read goes on record first.

    Exits 3 where a key is missing that no erasure accounts for.

    Example: secure-agent audit show --call CALL --actor officer-7 --reason "complaint 2026-118"
    """
    reader = reader_of(actor, reason, database)
    with sentences():
        entries = read_call(data_dir, call, where_keys_are_lost="mark", database=database)
        if any(entry.body is not None for entry in entries):
            put_on_record(data_dir, call, reader, database, what="show")
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
