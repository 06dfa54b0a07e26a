"""`secure-agent redaction score`: how much leaks, how much is redacted for nothing, how long it takes."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
import yaml

from secure_agent.cli import render
from secure_agent.engine import engine_for
from secure_agent.evaluation.corpus import SETS, load
from secure_agent.evaluation.report import markdown
from secure_agent.evaluation.score import below, score
from secure_agent.evaluation.stock import stock_scores
from secure_agent.settings import SettingsError, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def group() -> None:
    """Measure redaction."""


@app.command("score")
def score_command(
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help=f"One of {', '.join(SETS)}, or a file of JSON lines; all named sets by default."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    fail_under: Annotated[
        Path | None,
        typer.Option("--fail-under", help="Thresholds (YAML, same nesting); exit 1 if one is missed."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", help="Write the table, with stock Presidio beside it, to this file."),
    ] = None,
    show: Annotated[int, typer.Option("--show", help="Name so many cases that leaked, per set.")] = 0,
) -> None:
    """Redact the cases of each set as calls of their own and compare with what is known to be in them."""
    try:
        engine = engine_for(read_settings())
    except SettingsError as error:
        render.fail(str(error), render.Exit.MISUSE)
    scores: dict[str, Any] = {}
    leaked: dict[str, list[str]] = {}
    for name in sets or SETS:
        cases = _load(name)
        result = score(engine, cases)
        scores[name] = result.as_dict()
        leaked[name] = list(dict.fromkeys(result.leaked))[:show]
    worse = below(scores, _thresholds(fail_under)) if fail_under is not None else []
    if report is not None:
        stock = {name: stock_scores(_load(name)) for name in scores}
        report.write_text(markdown(scores, stock), "utf-8")
    if as_json:
        render.json_object({"sets": scores, "passed": not worse})
    else:
        render.out.print(markdown(scores, {}), markup=False)
        for name, ids in leaked.items():
            for case in ids:
                render.out.print(f"leaked in {name}: {case}", markup=False)
        for path in worse:
            render.err.print(f"below its threshold: {path}", markup=False)
    if worse:
        raise typer.Exit(render.Exit.WRONG)


def _load(name: str) -> list[Any]:
    try:
        return list(load(name))
    except OSError:
        render.fail(f"{name}: no such set, and no file that can be read", render.Exit.MISUSE)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, IndexError):
        render.fail(f"{name}: not a file of JSON lines with utterances and gold", render.Exit.MISUSE)


def _thresholds(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError):
        render.fail(f"{path}: no thresholds can be read there", render.Exit.MISUSE)
    if not isinstance(loaded, dict) or not isinstance(loaded.get("sets"), dict):
        render.fail(f"{path}: thresholds are a mapping with the key sets", render.Exit.MISUSE)
    return dict(loaded["sets"])
