"""`secure-agent audit subject export`: what a caller may have of us."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from audit import Search, list_calls
from audit.access import Reader
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.audit_place import DEFAULT_DATA, AsJson, Database, DataDir
from secure_agent.cli.render import Exit, err, fail, json_object, out

subjects = typer.Typer()
_group = typer.Typer(no_args_is_help=True, help="Answer a caller who asks for the data that we keep.")
subjects.add_typer(_group, name="subject")


@_group.callback()
def main() -> None:
    """Answer a caller who asks for the data that we keep."""


@_group.command()
def export(
    caller: Annotated[
        str, typer.Option("--caller", help="The caller's number, E.164, such as +15125550142.")
    ],
    target: Annotated[Path, typer.Option("--out", help="A new folder.")],
    actor: Annotated[str, typer.Option("--actor", help="Who answers the request; it is logged.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is logged.")],
    data_dir: DataDir = DEFAULT_DATA,
    database: Database = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write all calls of a caller: calls.html to read, calls.json to move, recordings; others' data stays out.

    GDPR 15 and 20. Make sure first that whoever asks is the caller: a number alone proves nothing.

    Example: secure-agent audit subject export --caller +15125550142 --out answer --actor officer-7 --reason "DSAR 31"
    """
    from secure_agent.subject import export_subject  # noqa: PLC0415 - recordings take long to import

    digits = caller.removeprefix("+")
    if caller == digits or not (digits.isdecimal() and digits.isascii() and 7 <= len(digits) <= 15):
        fail("--caller takes a number with its country, such as +15125550142", Exit.MISUSE)
    with sentences():
        reader = Reader(actor, reason)
        calls = list_calls(data_dir, Search(caller=caller), database=database)
        if not calls:
            fail(
                "no call of this number is in the index; erased calls are not found by number", Exit.UNCHECKED
            )
        done = export_subject(
            data_dir, calls, target, reader=reader, now=lambda: datetime.now(UTC), database=database
        )
    if as_json:
        json_object(
            {
                "path": str(done.folder),
                "calls": done.calls,
                "recordings": done.recordings,
                "problems": list(done.problems),
            }
        )
    else:
        out.print(f"{done.calls} calls and {done.recordings} recordings in {done.folder}", markup=False)
    for problem in done.problems:
        err.print(f"secure-agent: {problem}", markup=False)
    if done.problems:
        raise typer.Exit(Exit.UNCHECKED)
