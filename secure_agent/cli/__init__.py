"""`secure-agent`: the group of commands and their exit codes (0 good, 1 wrong, 2 misuse, 3 could not check)."""

from importlib import import_module

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
