"""Where the audit log lies and who reads it: the options that the commands of `audit` share."""

from pathlib import Path
from typing import Annotated

import typer

from audit.access import LOCAL, Reader
from secure_agent.cli.render import Exit, fail

DataDir = Annotated[Path, typer.Option("--data-dir", help="The folder that holds everything, or the keys.")]
Database = Annotated[
    str | None, typer.Option("--database", help="The address of a PostgreSQL: postgresql://USER@HOST/NAME.")
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
