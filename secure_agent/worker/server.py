"""A worker: registers with LiveKit's server, takes calls up to its limit, and lets them end when it is told to stop."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import orjson
from livekit.agents import AgentServer, JobContext, JobExecutorType, JobProcess, telemetry

from secure_agent.errors import WorkerError
from secure_agent.settings import Settings
from secure_agent.telephony.meeting import Lines

_log = logging.getLogger(__name__)

_FULL: Final = 1.0


@dataclass(frozen=True, slots=True)
class RunningWorker:
    """What `drain` and operations need to know of a worker; stands in its state file."""

    pid: int
    health_port: int


def make_server(
    settings: Settings,
    agent: str,
    *,
    entry: Callable[[JobContext], Awaitable[None]],
    prewarm: Callable[[JobProcess], None],
) -> AgentServer:
    """A server whose jobs run ENTRY and find what they need where PREWARM put it, known to dispatchers as AGENT.

    Raises WorkerError if the server's key is missing.
    """
    if settings.livekit_api_key is None or settings.livekit_api_secret is None:
        raise WorkerError(
            "SECURE_AGENT_LIVEKIT_API_KEY and SECURE_AGENT_LIVEKIT_API_SECRET: set both to the server's key"
        )
    server = AgentServer(
        job_executor_type=JobExecutorType(settings.worker_jobs),
        ws_url=settings.livekit_url,
        api_key=settings.livekit_api_key,
        api_secret=settings.livekit_api_secret.get_secret_value(),
        host="127.0.0.1",
        port=settings.worker_health_port,
        # LiveKit's own load is that of the machine: a busy one would be sent no call, and the caller would ring
        load_fnc=partial(_load, settings.worker_max_calls),
        load_threshold=_FULL,
        num_idle_processes=1,
        drain_timeout=settings.worker_drain_s,
        setup_fnc=prewarm,
        log_level="INFO",
    )
    server.rtc_session(entry, agent_name=agent)
    return server


def agent_of(lines: Lines) -> str:
    """The one agent that the line files name. Raises WorkerError if they name several."""
    agents = {phone.agent for phone, _ in lines}
    if len(agents) != 1:
        raise WorkerError("the line files of one worker name one agent; start a worker for each")
    return agents.pop()


def _load(limit: int, server: AgentServer) -> float:
    """From 0 to 1: calls held, of those that may be; at 1 no further call comes."""
    return min(_FULL, len(server.active_jobs) / limit)


async def run(server: AgentServer, *, state_file: Path, on_ready: Callable[[], None]) -> None:
    """Run until SIGTERM or SIGINT, then take no new call and end when the last has ended.

    A second signal ends at once. ON_READY is called when the server has accepted the worker.
    """
    telemetry.gen_ai.set_capture_content(False)
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)

    def registered(*_: object) -> None:
        _write_state(state_file, server)
        on_ready()

    server.on("worker_registered", registered)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.run())
        stopping = tasks.create_task(told_to_stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            stopping.cancel()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        try:
            await server.drain()
        except TimeoutError:
            _log.error("calls still held after the time for draining; they end now")
        await server.aclose()
    await asyncio.to_thread(state_file.unlink, missing_ok=True)


def running_worker(state_file: Path) -> RunningWorker:
    """The worker whose state this is. Raises WorkerError if none runs."""
    try:
        state = orjson.loads(state_file.read_bytes())
        worker = RunningWorker(int(state["pid"]), int(state["health_port"]))
        os.kill(worker.pid, 0)
    except (OSError, ValueError, KeyError):
        raise WorkerError(
            f"no worker runs with {state_file.parent}; name its folder with --data-dir"
        ) from None
    return worker


def drain(worker: RunningWorker) -> None:
    """Tell a worker to take no new call; it ends with its last one."""
    os.kill(worker.pid, signal.SIGTERM)


def _write_state(path: Path, server: AgentServer) -> None:
    info = server.worker_info
    half = path.with_suffix(".new")
    half.write_bytes(orjson.dumps({"pid": os.getpid(), "health_port": info.http_port}))
    half.replace(path)
