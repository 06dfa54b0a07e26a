"""The one place where commands print: text for people, one JSON object for programs, one sentence for errors."""

from enum import IntEnum
from typing import Any, NoReturn

import orjson
import typer
from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Exit(IntEnum):
    """The exit codes of every command but `audit verify`, which has finer ones (docs/val1.md)."""

    GOOD = 0
    WRONG = 1  # checked and wrong, or denied
    MISUSE = 2
    UNCHECKED = 3  # could not be checked, could not be run


def json_object(value: Any) -> None:
    """Print VALUE as one JSON object on one line."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())


def fail(sentence: str, code: int) -> NoReturn:
    """Print one clear sentence on standard error and leave with CODE."""
    err.print(f"secure-agent: {sentence}", markup=False)
    raise typer.Exit(code)
