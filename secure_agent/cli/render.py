"""The one place where commands print: text for people, one JSON object for programs, one sentence for errors."""

import shutil
import sys
from enum import IntEnum
from pathlib import Path
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


def program() -> str:
    """How this program was called, so that a printed command can be run as it stands."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{sys.executable} -m secure_agent"
    if shutil.which(called.name) is not None or not called.exists():
        return called.name
    here = called.resolve()
    return str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here)


def fail(sentence: str, code: int) -> NoReturn:
    """Print one clear sentence on standard error and leave with CODE."""
    err.print(f"secure-agent: {sentence}", markup=False)
    raise typer.Exit(code)
