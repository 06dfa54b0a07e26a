"""`secure-agent gate`: a small process in front of the agent, the only one that meets a card's digits."""

import asyncio
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from audit import AuditError
from policies import PolicyError
from secure_agent.cli.render import Exit, err, fail
from secure_agent.errors import SecureAgentError
from secure_agent.payments.errors import PaymentError
from secure_agent.settings import SettingsError, close_the_environment, read_settings
from secure_agent.telephony.phone_line import GATE

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_STATE = "gate.json"


@app.callback()
def main() -> None:
    """Take calls in front of an agent: relay their sound, take their cards, let no digit through."""


@app.command()
def start(
    lines: Annotated[
        list[Path], typer.Option("--line", help="A line file; once for each line.", metavar="FILE")
    ],
    prompts: Annotated[
        Path, typer.Option("--prompts", help="What `line render-prompts` made.", metavar="DIR")
    ],
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="The folder that holds everything.", metavar="DIR")
    ] = None,
    *,
    dev: Annotated[bool, typer.Option("--dev", help="Let the processor stub take cards.")] = False,
) -> None:
    """Take calls until told to stop, then let the last one end.

    Its line files name `cards: gate`, so that `line apply` sends their calls here; the agents' worker runs elsewhere,
    best with another server and key. Exits 0 after draining, 2 for misuse, 3 if it could not start: also if a prompt
    is missing or says other words than its script.

    Example: secure-agent gate start --line lines/energy.yaml --prompts prompts
    """
    from secure_agent.gate.logs import configure_gate_logging  # noqa: PLC0415
    from secure_agent.payments.stub import start_stub  # noqa: PLC0415

    try:
        settings = read_settings(data_dir=data_dir)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        close_the_environment()
        configure_gate_logging(settings.log_level)
        from secure_agent.gate import answer  # noqa: PLC0415 - after the environment is closed
        from secure_agent.worker import server  # noqa: PLC0415

        with (
            start_stub() if dev and settings.payment_processor == "stub" else nullcontext() as stub,
            answer.open_gate(
                settings, lines, prompts, stub_url=None if stub is None else stub.base_url
            ) as gate,
        ):
            # one thread for each call: the gate has no state that a process could take along
            threads = settings.model_copy(update={"worker_jobs": "thread"})
            made = server.make_server(
                threads, GATE, entry=answer.one_call, prewarm=partial(answer.share, gate)
            )
            asyncio.run(
                server.run(
                    made,
                    state_file=settings.data_dir / _STATE,
                    on_ready=lambda: err.print("secure-agent: gate ready for calls", markup=False),
                )
            )
    except SettingsError as error:
        fail(str(error), Exit.MISUSE)
    except (SecureAgentError, PolicyError, AuditError, PaymentError) as error:
        fail(str(error), Exit.UNCHECKED)
