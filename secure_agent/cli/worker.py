"""`secure-agent worker`: takes the calls of telephone lines from LiveKit's server."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from audit import AuditError
from policies import PolicyError, load_policies
from policies.lint import lint
from secure_agent.cli.render import Exit, err, fail, json_object, out
from secure_agent.errors import SecureAgentError, WorkerError
from secure_agent.observability.logs import configure_logging
from secure_agent.payments.errors import PaymentError
from secure_agent.providers.errors import ProviderConfigError
from secure_agent.settings import Settings, SettingsError, close_the_environment, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Lines = Annotated[
    list[Path], typer.Option("--line", help="A line file; once for each line.", metavar="FILE")
]
_STATE = "worker.json"
_DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="The folder that holds everything.", metavar="DIR")
]


@app.callback()
def main() -> None:
    """Take calls from a SIP trunk, through livekit-sip and livekit-server."""


@app.command()
def start(lines: _Lines, data_dir: _DataDir = None) -> None:
    """Take calls until told to stop, then let the last one end.

    Refuses to start if a rule of the policies is past its review date, a script is missing, or the payment processor
    is the stub. Exits 0 after draining, 2 for misuse, 3 if it could not start. One worker per core and machine.

    Example: secure-agent worker start --line lines/energy.yaml
    """
    with _sentences():
        settings = _settings(data_dir)
        _refuse_stale_rules(settings)
        _work(settings, lines, stub_url=None)


@app.command()
def dev(lines: _Lines, data_dir: _DataDir = None) -> None:
    """Take calls on a machine of a developer: the stub takes cards, and stale rules are warnings.

    Example: secure-agent worker dev --line examples/lines/example_energy.yaml
    """
    from secure_agent.payments.stub import start_stub  # noqa: PLC0415 - only here

    with _sentences():
        settings = _settings(data_dir)
        is_stub = settings.payment_processor == "stub"
        with start_stub() if is_stub else nullcontext() as stub:
            _work(settings, lines, stub_url=None if stub is None else stub.base_url)


@app.command()
def drain(
    data_dir: _DataDir = None,
    wait_s: Annotated[
        float,
        typer.Option("--wait", help="Wait so long for its calls to end; 0 returns at once.", metavar="S"),
    ] = 3_600.0,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell the worker of a data folder to take no new call, and wait until its calls have ended.

    Exits 0 when it has ended, 3 if none runs or it still holds calls.

    Example: secure-agent worker drain --data-dir data --wait 600
    """
    from secure_agent.worker import server  # noqa: PLC0415 - LiveKit takes a second

    with _sentences():
        folder = read_settings(data_dir=data_dir).data_dir
        worker = server.running_worker(folder / _STATE)
        server.drain(worker)
        ended = _has_ended(folder, wait_s)
    if as_json:
        json_object({"pid": worker.pid, "ended": ended})
    else:
        out.print("The worker has ended." if ended else "The worker takes no new call and still holds calls.")
    if not ended:
        raise typer.Exit(Exit.UNCHECKED)


def _work(settings: Settings, line_files: list[Path], *, stub_url: str | None) -> None:
    close_the_environment()
    configure_logging(settings.log_level)
    from secure_agent.worker import answer, server  # noqa: PLC0415 - after the environment is closed

    with answer.open_answering(settings, line_files, stub_url=stub_url) as answering:
        prewarm: Any = (
            partial(answer.share, answering)
            if settings.worker_jobs == "thread"
            else partial(answer.open_for_one_process, settings, line_files, stub_url)
        )
        agent = server.agent_of(answering.lines)
        made = server.make_server(settings, agent, entry=answer.one_call, prewarm=prewarm)
        names = ", ".join(phone.name for phone, _ in answering.lines)
        asyncio.run(
            server.run(
                made,
                state_file=settings.data_dir / _STATE,
                on_ready=lambda: err.print(f"secure-agent: ready for calls of {names}", markup=False),
            )
        )


def _settings(data_dir: Path | None) -> Settings:
    settings = read_settings(data_dir=data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings


def _refuse_stale_rules(settings: Settings) -> None:
    found = lint(load_policies(), on=datetime.now(UTC).date(), production=True)
    wrong = [finding for finding in found if finding.level == "error"]
    if wrong:
        raise WorkerError(
            f"{len(wrong)} errors in the policies, the first: {wrong[0].sentence} "
            "`secure-agent policy lint --production` shows them all"
        )
    if settings.payment_processor == "stub":
        raise WorkerError(
            "SECURE_AGENT_PAYMENT_PROCESSOR: the stub takes no real cards; choose `http` or `stripe`"
        )


def _has_ended(data_dir: Path, wait_s: float) -> bool:
    from secure_agent.worker import server  # noqa: PLC0415

    deadline_s = time.monotonic() + wait_s
    while True:
        try:
            server.running_worker(data_dir / _STATE)
        except WorkerError:
            return True
        if time.monotonic() >= deadline_s:
            return False
        time.sleep(0.2)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (SettingsError, ProviderConfigError) as error:
        fail(str(error), Exit.MISUSE)
    except (SecureAgentError, PolicyError, AuditError, PaymentError) as error:
        fail(str(error), Exit.UNCHECKED)
