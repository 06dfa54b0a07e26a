"""A payment processor for demonstrations and tests, in a process of its own that dies with its parent.

`python -m secure_agent.payments.stub --port 8600` runs one by hand; docs/payment-stub.md describes its API.
"""

import argparse
import json
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from secure_agent.payments.errors import ProcessorUnavailableError
from secure_agent.payments.stub_server import Api, Mode, StubServer

_START_TIMEOUT_S: Final = 10.0  # it takes 0.2 s; a loaded machine gets more
_STOP_TIMEOUT_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class StubProcess:
    """A running stub."""

    base_url: str
    pid: int | None  # none in the mode `down`


@contextmanager
def start_stub(
    *,
    mode: Mode | Literal["down"] = "normal",
    api: Api = "own",
    certificate: tuple[Path, Path] | None = None,
) -> Iterator[StubProcess]:
    """Run a stub for the length of the block. Blocks until it listens: call it outside an event loop.

    `down`: nothing listens at the address. `slow`: requests are carried out and never answered. `malformed`:
    they are carried out and the answer is cut. `lossy`: the first answer for each idempotency key is lost.
    `charge_lost`: every answer to a charge is lost.
    CERTIFICATE: files of a certificate and its key (PEM); the stub then speaks TLS.
    """
    if mode == "down":
        with socket.socket() as nobody:
            nobody.bind(
                ("127.0.0.1", 0)
            )  # held, so that nobody else comes to listen there; never listened on
            yield StubProcess(_url(nobody.getsockname()[1]), None)
        return
    command = [
        sys.executable,
        "-m",
        "secure_agent.payments.stub",
        "--mode",
        mode,
        "--api",
        api,
        "--until-eof",
    ]
    if certificate is not None:
        command += ["--certificate", *map(str, certificate)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},  # and no key of any provider
        start_new_session=True,  # an interrupt at the terminal is the call's to handle
    ) as process:
        try:
            yield StubProcess(_url(_port_of(process), tls=certificate is not None), process.pid)
        finally:
            _stop(process)


def _port_of(process: subprocess.Popen[bytes]) -> int:
    if process.stdout is not None and select.select([process.stdout], [], [], _START_TIMEOUT_S)[0]:
        line = process.stdout.readline()
        if line:
            return int(json.loads(line)["port"])
    raise ProcessorUnavailableError("the payment-processor stub did not start; run `secure-agent doctor`")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _url(port: int, *, tls: bool = False) -> str:
    return f"{'https' if tls else 'http'}://127.0.0.1:{port}"


def main() -> None:
    """Serve until interrupted, or with `--until-eof` until standard input is closed."""
    parser = argparse.ArgumentParser(prog="python -m secure_agent.payments.stub", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--mode", choices=get_args(Mode), default="normal")
    parser.add_argument("--api", choices=get_args(Api), default="own", help="its own, or Stripe's")
    parser.add_argument(
        "--certificate", nargs=2, type=Path, metavar=("CERT", "KEY"), help="PEM files: use TLS"
    )
    parser.add_argument("--until-eof", action="store_true", help="end when standard input is closed")
    options = parser.parse_args()
    with StubServer(options.port, options.mode, options.api, options.certificate) as server:
        sys.stdout.write(json.dumps({"port": server.server_port}) + "\n")
        sys.stdout.flush()
        if options.until_eof:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sys.stdin.buffer.read()
        else:
            with suppress(KeyboardInterrupt):
                server.serve_forever()


if __name__ == "__main__":
    main()
