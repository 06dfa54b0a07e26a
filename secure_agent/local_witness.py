"""The witness of the embedded mode: a second process with its own key and folder, asked when evidence is cut.

It shows the form of anchoring, not independence: who owns the machine owns both processes.
`python -m secure_agent.local_witness` is that process; it ends with its parent.
"""

import argparse
import fcntl
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from audit.keyfiles import name_local_witness
from audit.trust import parse_policy
from audit.witness import Witness
from audit.witness_server import WitnessServer

NAME: Final = "local"
#: What a person is told wherever this witness made a verdict.
SENTENCE: Final = "a witness on this machine: it shows the format, not independence"
_FOLDER: Final = "witness"
_START_TIMEOUT_S: Final = 10.0  # it takes 0.2 s; a loaded machine gets more
_NOBODY: Final[Mapping[str, str]] = {}


@contextmanager
def local_witness(data_dir: Path) -> Iterator[Mapping[str, str]]:
    """Run the witness of DATA_DIR for the length of the block; give its name in the trust policy and its address.

    The mapping is empty where the administrator's policy names witnesses of its own, or where it did not start: the
    verdict then says what is missing. Blocks until it listens: call it outside an event loop.
    """
    policy = data_dir / "trust" / "policy"
    if not policy.exists() or not name_local_witness(policy.parent, NAME, None):
        yield _NOBODY
        return
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "secure_agent.local_witness", str(data_dir / _FOLDER), str(policy)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},  # and no key of any provider
        start_new_session=True,  # an interrupt at the terminal is its parent's to handle
    ) as process:
        try:
            vkey, _, url = _first_line(process).partition(" ")
            named = bool(url) and name_local_witness(policy.parent, NAME, vkey)
            yield {NAME: url} if named else _NOBODY
        finally:
            process.terminate()  # what it cosigned was on its disk before it answered


def _first_line(process: subprocess.Popen[bytes]) -> str:
    if process.stdout is not None and select.select([process.stdout], [], [], _START_TIMEOUT_S)[0]:
        return process.stdout.readline().decode("ascii").strip()
    return ""


def main() -> None:
    """Print key and address, and serve until standard input is closed."""
    parser = argparse.ArgumentParser(prog="python -m secure_agent.local_witness", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("policy", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Several commands may cut evidence at once; each waits for its turn.
    turn = os.open(options.folder / ".turn", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(turn, fcntl.LOCK_EX)
    known = parse_policy(options.policy.read_bytes())
    witness = Witness(options.folder, known, name="witness.local/w1", now=lambda: datetime.now(UTC))
    server = WitnessServer(witness, "127.0.0.1", 0)
    sys.stdout.write(f"{witness.signer.verifier.vkey} {server.url}\n")
    sys.stdout.flush()
    threading.Thread(target=server.serve, daemon=True).start()
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
