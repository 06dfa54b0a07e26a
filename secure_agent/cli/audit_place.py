"""Where the audit log lies and who reads it: the options that the commands of `audit` share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from audit.access import LOCAL, Reader, note_reading
from audit.errors import AuditUnavailable, KeyFileError
from secure_agent.cli.render import Exit, err, fail
from secure_agent.settings import SettingsError, read_settings


def address_in_force(given: str | None) -> str | None:
    """The database that was named, or that of the settings; None for the embedded one, which `""` asks for."""
    if given is not None:
        return given or None
    try:
        kept = read_settings().database
    except SettingsError as error:
        fail(str(error), Exit.MISUSE)
    return None if kept is None else kept.get_secret_value()


DataDir = Annotated[Path, typer.Option("--data-dir", help="The folder that holds everything, or the keys.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="postgresql://USER@HOST/NAME; default: SECURE_AGENT_DATABASE, else the data folder.",
        callback=address_in_force,
        metavar="URL",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Actor = Annotated[
    str | None, typer.Option("--actor", help="Who reads, by an id; it is logged and taken on trust.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; it is logged.")]
DEFAULT_DATA = Path("data")


def reader_of(actor: str | None, reason: str | None, database: str | None) -> Reader:
    """Who opens bodies. On a server a name and a reason are asked for; one person's machine fills in `local`."""
    if database is not None and (actor is None or reason is None):
        fail("opening bodies needs --actor ID and --reason TEXT", Exit.MISUSE)
    return Reader(actor or LOCAL.actor, reason or LOCAL.reason)


def put_on_record(data_dir: Path, call: str, reader: Reader, database: str | None, *, what: str) -> None:
    """The read is an entry of the log before a word is shown; only a copy that takes no entries is read without."""
    try:
        note_reading(data_dir, [call], reader, what=what, now=lambda: datetime.now(UTC), database=database)
    except (AuditUnavailable, KeyFileError) as error:
        if database is not None:
            raise
        err.print(f"secure-agent: this reading is not on record: {error}", markup=False)
