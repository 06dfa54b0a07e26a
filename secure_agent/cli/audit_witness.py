"""`secure-agent audit witness`: cosign the checkpoints of other people's logs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from audit.errors import VerificationError
from audit.trust import parse_policy
from secure_agent.cli.audit_errors import sentences
from secure_agent.cli.render import Exit, fail, out

witness = typer.Typer()


@witness.command("witness")
def witness_command(
    folder: Annotated[Path, typer.Option("--dir", help="The witness' own folder, with its key.")],
    listen: Annotated[str, typer.Option("--listen", help="HOST:PORT; port 0 takes a free one.")],
    policy: Annotated[Path, typer.Option("--policy", help="A C2SP policy that names the logs.")],
    name: Annotated[str, typer.Option("--name", help="The name of the witness' key.")] = "witness.local/w1",
) -> None:
    """Keep the last checkpoint of each log, and cosign only what goes on from it."""
    from audit.witness import Witness  # noqa: PLC0415 - the one command that serves HTTP
    from audit.witness_server import WitnessServer  # noqa: PLC0415

    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        fail("--listen takes HOST:PORT, such as 127.0.0.1:7380", Exit.MISUSE)
    with sentences():
        try:
            known = parse_policy(policy.read_bytes())
        except OSError as error:
            fail(f"{policy}: {error.strerror}", Exit.UNCHECKED)
        except VerificationError as error:
            fail(f"{policy}: {error}", Exit.MISUSE)
        made = Witness(folder, known, name=name, now=lambda: datetime.now(UTC))
        try:
            server = WitnessServer(made, host, int(port))
            out.print(f"witness {made.signer.verifier.vkey} {server.url}", markup=False)
            try:
                server.serve()
            except KeyboardInterrupt:
                pass
            finally:
                server.close()
        finally:
            made.close()
