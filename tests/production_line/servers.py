"""A real livekit-server and real workers on loopback, each a process of its own that ends with the test."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

KEY = "devkey"
SECRET = "loopback-only-secret-at-least-32-chars"
#: The company's line file of these tests. Its suppliers are those that the loopback servers play.
COMPANY = """
id: test_energy
business: "US-TX"
company: Example Energy
human_queue: "tel:+12145550199"
subprocessors:
  - {name: A, provider: assemblyai, role: speech to text, region: EEA, dpa: true, pci_aoc: true, no_training: true}
  - {name: B, provider: azure, role: voice, region: EEA, dpa: true, pci_aoc: true, no_training: true}
  - {name: C, provider: openai, role: language model, region: EEA, dpa: true, pci_aoc: true, no_training: true}
"""
ROOT = Path(__file__).parents[2]


def livekit_server() -> Path | None:
    """The binary: LIVEKIT_SERVER_BIN, or what `make test-line` built."""
    named = os.environ.get("LIVEKIT_SERVER_BIN")  # noqa: TID251 - a tool of the tests, not a setting
    candidates = [named] if named else [str(ROOT / ".livekit" / "server"), shutil.which("livekit-server")]
    return next((Path(one) for one in candidates if one and Path(one).is_file()), None)


@dataclass(frozen=True, slots=True)
class LiveKit:
    """A running server; its log is part of what the canary sweep searches."""

    url: str
    log: Path
    command: tuple[str, ...]


def free_ports(count: int) -> list[int]:
    """Ports that are free now for TCP."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def config(folder: Path, *, redis_port: int | None = None) -> tuple[Path, int]:
    """A configuration on loopback and free ports; its path and the port of the server."""
    http, tcp, udp = free_ports(3)
    text = f"""
port: {http}
bind_addresses: ["127.0.0.1"]
rtc: {{tcp_port: {tcp}, udp_port: {udp}, use_external_ip: false, node_ip: 127.0.0.1, enable_loopback_candidate: true}}
keys: {{{KEY}: {SECRET}}}
room: {{auto_create: true, empty_timeout: 20}}
logging: {{level: info}}
"""
    if redis_port is not None:
        text += f"redis: {{address: '127.0.0.1:{redis_port}'}}\n"
    path = folder / "livekit.yaml"
    path.write_text(text, encoding="utf-8")
    return path, http


@contextmanager
def running_livekit(binary: Path, folder: Path, *, redis_port: int | None = None) -> Iterator[LiveKit]:
    path, port = config(folder, redis_port=redis_port)
    log = folder / "livekit-server.log"
    command = (str(binary), "--config", str(path))
    with running(command, log):
        wait_for_http(f"http://127.0.0.1:{port}/")
        yield LiveKit(f"ws://127.0.0.1:{port}", log, command)


@contextmanager
def running(
    command: tuple[str, ...], log: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run COMMAND while inside, its output in LOG; it is killed at the end if it did not end itself."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=output, stderr=subprocess.STDOUT, env=env, start_new_session=True
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)


def wait_for_http(url: str, *, timeout_s: float = 20.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while True:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url):  # noqa: S310 - loopback
            return
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"nothing answers at {url}")
        time.sleep(0.05)


def wait_for_line(log: Path, words: str, *, timeout_s: float = 40.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while words not in (log.read_text("utf-8", "replace") if log.exists() else ""):
        if time.monotonic() > deadline_s:
            raise TimeoutError(
                f"`{words}` is not in the log; its end: {log.read_text('utf-8', 'replace')[-2000:]}"
            )
        time.sleep(0.05)


@contextmanager
def running_worker(
    livekit: LiveKit, folder: Path, line_file: Path, settings: Mapping[str, object]
) -> Iterator[subprocess.Popen[bytes]]:
    """`secure-agent worker dev`, ready for calls; its output is in `worker.log` of FOLDER."""
    log = folder / "worker.log"
    command = (
        *(sys.executable, "-m", "secure_agent", "worker", "dev"),
        *("--line", str(line_file), "--data-dir", str(folder / "data")),
    )
    values = {
        "livekit_url": livekit.url,
        "livekit_api_key": KEY,
        "livekit_api_secret": SECRET,
        "worker_health_port": 0,
        "store_region": "EEA",  # the callers of these tests are in Germany
        "process_region": "EEA",
        "redaction_budget_ms": 2_000,  # other tests may be using the processor
        **settings,
    }
    env = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "HOME": str(folder),
        **{f"SECURE_AGENT_{name.upper()}": str(value) for name, value in values.items()},
    }
    with running(command, log, env) as process:
        wait_for_line(log, "ready for calls")
        yield process
