"""`secure-agent call`: one call on the simulated line."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from audit import AuditError
from policies import PolicyError, UnknownIdError
from secure_agent.cli import render
from secure_agent.cli.render import Exit
from secure_agent.errors import SecureAgentError
from secure_agent.observability.logs import configure_logging
from secure_agent.payments.errors import ProcessorUnavailableError
from secure_agent.providers.errors import ProviderConfigError
from secure_agent.settings import Settings, SettingsError, close_the_environment, read_settings
from secure_agent.simulation.console import talk
from secure_agent.simulation.result import CallResult
from secure_agent.simulation.runner import run_scenario
from secure_agent.simulation.scenario import DEFAULT_SCENARIO, Scenario, ScenarioError, load_scenario

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def call(
    scenario: Annotated[
        Path | None, typer.Option(help="Replay this scenario instead of talking.", metavar="FILE")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept. Default: ./data", metavar="DIR")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="A PostgreSQL for the audit log, instead of a file in DIR.",
            metavar="postgresql://USER@HOST/NAME",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Who answers: demo, openai or self_hosted. Scenarios ignore it.", metavar="NAME"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
    scenario_schema: Annotated[
        bool, typer.Option("--scenario-schema", help="Print the JSON Schema of scenario files and leave.")
    ] = False,
) -> None:
    """Take one call on the simulated line.

    You type what the caller says; `/press 1` presses keys, `/hangup` hangs up, `/help` helps. Without a terminal the
    first example is replayed. Exits 0 when everything expected held and the evidence verifies, 1 when not, 2 for
    misuse, 3 when the call could not be run.

    Example: secure-agent call --scenario examples/calls/consent_refused.yaml --json
    """
    if scenario_schema:
        render.json_object(Scenario.model_json_schema())
        return
    try:
        settings = read_settings(data_dir=data_dir, model=model, database=database)
        close_the_environment()
        # beside a conversation only what went wrong is of interest, unless a level was asked for
        configure_logging(settings.log_level if "log_level" in settings.model_fields_set else "WARNING")
        result = _run(settings, scenario, as_json=as_json)
    except (ScenarioError, SettingsError, UnknownIdError, ProviderConfigError) as error:
        render.fail(str(error), Exit.MISUSE)
    except (AuditError, PolicyError, SecureAgentError, ProcessorUnavailableError) as error:
        render.fail(str(error), Exit.UNCHECKED)
    except OSError as error:
        render.fail(
            f"{error.strerror or type(error).__name__}: {error.filename or 'data folder'}", Exit.UNCHECKED
        )
    _show(result, as_json=as_json)
    raise typer.Exit(result.exit_code)


def _run(settings: Settings, scenario: Path | None, *, as_json: bool) -> CallResult:
    if scenario is None and sys.stdin.isatty() and not as_json:
        return talk(settings)
    path = scenario or _first_example()
    return run_scenario(load_scenario(path), path=path, settings=settings, data_dir=settings.data_dir)


def _first_example() -> Path:
    beside = Path(__file__).resolve().parents[2] / DEFAULT_SCENARIO
    return beside if beside.exists() else DEFAULT_SCENARIO


def _show(result: CallResult, *, as_json: bool) -> None:
    if as_json:
        render.json_object(result.document)
    elif result.refusal is None:
        _print_call(result.document)
        _print_end(result)
    if "problem" in result.document:
        render.err.print(f"secure-agent: {result.document['problem']}", markup=False)
    if result.refusal is not None:
        render.err.print(f"secure-agent: the call was not answered: {result.refusal}", markup=False)


def _print_call(document: dict[str, Any]) -> None:
    """Turns and events in the order of time, the conversation to the left, the record to the right."""
    lines = [(turn["start_s"], 0, _turn(turn)) for turn in document["turns"] if turn["text"]]
    lines += [(event["t_s"], 1, f"{'':>60}+ {event['type']}") for event in document["events"]]
    for at_s, _, text in sorted(lines, key=lambda line: line[:2]):
        render.out.print(f"{at_s:7.2f}  {text}", markup=False)


def _turn(turn: dict[str, Any]) -> str:
    cut = " --" if turn["interrupted"] else ""
    return f"{turn['role']}: {turn['text']}{cut}"


def _print_end(result: CallResult) -> None:
    document = result.document
    out = render.out
    out.print("")
    out.print(f"outcome    {document['outcome']}", markup=False)
    out.print(f"model      {len(document['model_requests'])} requests, redacted text only", markup=False)
    recording = document["recording"]
    out.print(f"recording  {recording['state']}{_gaps(recording['gaps'])}", markup=False)
    if document["payment"] is not None:
        payment = document["payment"]
        ending = f", card ending {payment['last4']}" if payment["last4"] else ""
        out.print(f"payment    {payment['status']}{ending}", markup=False)
    for expectation in document["expect"]:
        mark = "held" if expectation["held"] else "FAILED"
        out.print(f"expected   {expectation['what']}: {mark}, {expectation['why']}", markup=False)
    out.print(f"evidence   {document['bundle']}", markup=False)
    if document["verified"] is not None:
        out.print(f"verdict    {document['verified']['verdict']}", markup=False)
    if document.get("witness") is not None:
        out.print(f"witness    {document['witness']}", markup=False)
    if result.verify_command is not None:
        again = result.verify_command.replace("secure-agent", render.program(), 1)
        out.print(f"again      {again}", markup=False)


def _gaps(gaps: list[dict[str, Any]]) -> str:
    return "".join(f", gap {g['from_s']:.1f}-{g['to_s']:.1f} s ({g['reason']})" for g in gaps)
