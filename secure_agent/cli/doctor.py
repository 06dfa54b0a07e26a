"""`secure-agent doctor`: every precondition of a call on this machine, each with its remedy."""

import importlib.metadata
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from secure_agent.cli import render
from secure_agent.cli.render import Exit
from secure_agent.settings import Settings, SettingsError, read_settings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_OURS = ("policies", "redaction", "consent", "audit", "secure_agent")
_MIN_FREE_MB = 200  # a day of calls of the embedded mode, with recordings


@dataclass(frozen=True, slots=True)
class Check:
    """One precondition. REMEDY says how to mend it, and is empty when it holds."""

    name: str
    good: bool
    found: str
    remedy: str = ""


class _NotMetError(Exception):
    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.found = found
        self.remedy = remedy


@app.command()
def doctor(
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept. Default: ./data", metavar="DIR")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="postgresql://USER@HOST/NAME; default: SECURE_AGENT_DATABASE, else the data folder.",
            metavar="URL",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Check this machine and print each precondition with its remedy.

    Exits 0 when every one holds, 1 when one does not, 2 when a setting is wrong.

    Example: secure-agent doctor --json
    """
    try:
        settings = read_settings(data_dir=data_dir, database=database)
    except SettingsError as error:
        render.fail(str(error), Exit.MISUSE)
    checks = [_run(name, check, settings) for name, check in _CHECKS.items()]
    if as_json:
        render.json_object(
            {
                "checks": [
                    {"name": c.name, "good": c.good, "found": c.found, "remedy": c.remedy} for c in checks
                ],
                "good": all(c.good for c in checks),
            }
        )
    else:
        for c in checks:
            render.out.print(f"{'ok ' if c.good else 'BAD'}  {c.name:<12} {c.found}", markup=False)
            if c.remedy:
                render.out.print(f"     {'':<12} remedy: {c.remedy}", markup=False)
    raise typer.Exit(Exit.GOOD if all(c.good for c in checks) else Exit.WRONG)


def _run(name: str, check: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name, good=True, found=check(settings))
    except _NotMetError as unmet:
        return Check(name, good=False, found=unmet.found, remedy=unmet.remedy)
    except Exception as error:  # noqa: BLE001 - a check that breaks is a precondition that does not hold
        text = str(error) or type(error).__name__
        return Check(
            name, good=False, found=text.splitlines()[0], remedy="mend what it names, then try again"
        )


def _python(_: Settings) -> str:
    found = sys.version.split()[0]
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise _NotMetError(found, "use Python 3.11, 3.12 or 3.13: make test PYTHON=python3.12")
    return found


def _packages(_: Settings) -> str:
    """A stranger's package named `audit` would be imported instead of ours, silently."""
    owners = importlib.metadata.packages_distributions()
    strangers = {
        name: sorted(set(owners.get(name, [])) - {"secure-agent"})
        for name in _OURS
        if set(owners.get(name, [])) - {"secure-agent"}
    }
    if strangers:
        who = ", ".join(f"{name} by {' and '.join(dists)}" for name, dists in strangers.items())
        raise _NotMetError(f"owned by others too: {who}", "install secure-agent in an environment of its own")
    return "no other distribution owns our names"


def _data_folder(settings: Settings) -> str:
    folder = settings.data_dir
    nearest = next(p for p in (folder, *folder.resolve().parents) if p.exists())
    if not nearest.is_dir():
        raise _NotMetError(f"{nearest} is not a folder", "choose another one with --data-dir")
    free_mb = shutil.disk_usage(nearest).free // 2**20
    if free_mb < _MIN_FREE_MB:
        raise _NotMetError(f"{free_mb} MB free", f"free some space: a call needs up to {_MIN_FREE_MB} MB")
    return f"{folder}, {free_mb} MB free"


def _sqlite(_: Settings) -> str:
    if sqlite3.sqlite_version_info < (3, 35):
        raise _NotMetError(sqlite3.sqlite_version, "use a Python built with SQLite 3.35 or newer")
    return sqlite3.sqlite_version


def _policies(_: Settings) -> str:
    from policies import load_policies, resolve  # noqa: PLC0415 - a check pays only for itself

    policies = load_policies()
    resolved = resolve(
        policies, business="US-TX", caller=None, sectors=("general",), on=datetime.now(UTC).date()
    )
    return f"usable today, hash of a sample {resolved.hash[:12]}"


def _redaction(settings: Settings) -> str:
    from policies.text import RawText  # noqa: PLC0415
    from redaction import Labels, Redactor  # noqa: PLC0415
    from secure_agent.engine import engine_for  # noqa: PLC0415

    try:
        redactor = Redactor(engine_for(settings), labels=Labels())
    except SettingsError as error:
        raise _NotMetError(str(error), "install the model, or use the shipped one") from None
    if (
        "four"
        in redactor.redact(
            RawText("four one double one one one one one one one one one one one one one")
        ).text
    ):
        raise _NotMetError("a spoken card number was not found", "install again: make clean, then make test")
    return "engine built, no network"


def _audit(settings: Settings) -> str:
    from audit import AuditError, open_log  # noqa: PLC0415

    database = None if settings.database is None else settings.database.get_secret_value()
    try:
        log = open_log(settings.data_dir, now=lambda: datetime.now(UTC), database=database)
    except AuditError as error:
        raise _unmet(str(error)) from error
    try:
        lost = [str(one) for one in log.keyring.lost()] if log.reads else []
    finally:
        log.close()
    if lost:
        more = f" (and {len(lost) - 1} more month keys)" if len(lost) > 1 else ""
        first = _unmet(lost[0])
        raise _NotMetError(first.found + more, first.remedy)
    return f"writable, guards in force, keys complete, log {log.origin}"


def _unmet(sentence: str) -> _NotMetError:
    """A sentence of the audit log says first what is wrong, and then how to mend it."""
    found, _, remedy = sentence.partition("; ")
    return _NotMetError(found, remedy or "mend what it names, then try again")


def _processor(_: Settings) -> str:
    from secure_agent.payments.stub import start_stub  # noqa: PLC0415

    with start_stub(mode="normal") as stub:
        return f"the processor stub answers on {stub.base_url}"


def _providers(settings: Settings) -> str:
    if settings.model == "demo":
        return "none configured: the built-in assistant answers"
    if settings.openai_api_key is None:
        raise _NotMetError(
            "no key for the model", "set SECURE_AGENT_OPENAI_API_KEY, or SECURE_AGENT_MODEL=demo"
        )
    return f"model by {settings.openai_base_url}"


_CHECKS: dict[str, Callable[[Settings], str]] = {
    "python": _python,
    "packages": _packages,
    "data folder": _data_folder,
    "sqlite": _sqlite,
    "policies": _policies,
    "redaction": _redaction,
    "audit log": _audit,
    "processor": _processor,
    "providers": _providers,
}
