"""What compliance costs a talking call, beside a bare session with the same fake providers in the same run.

`python -m tests.call.bench [--quick] [--calls N] [--json]`, or `make bench-line`. Times are of this machine: read the
ratios. It needs real time, several minutes of it, and Linux.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from livekit.agents import Agent, AgentSession, inference
from livekit.agents.utils import http_context

from policies import Line as LineProfile
from secure_agent.agent import SESSION_OPTIONS
from secure_agent.assembly import Incoming
from secure_agent.open_call import open_call
from secure_agent.payments.stub import start_stub
from secure_agent.prompts.library import load_prompt
from secure_agent.providers.wrapping import Plugins
from secure_agent.settings import Settings
from secure_agent.simulation.models import ModelTurn, SimulatedModel
from secure_agent.simulation.providers import ScriptedVAD, SimulatedSTT, SimulatedVoice, spoken
from secure_agent.telephony.audio import FRAME_S
from secure_agent.telephony.simulated import SimulatedLine
from secure_agent.wiring import Services, open_services

Kind = Literal["compliant", "bare"]

_SAID: Final = (
    ("I would like to know what my bill is",),
    ("my number is four one five", "five five five", "oh one four two"),
    ("and my mail is ann dot lee at example dot org",),
    ("no that is not what I meant at all",),
)
_ANSWER: Final = "I have noted that."
_TURN_LIMIT_S: Final = 20.0
_OPENING_LIMIT_S: Final = 60.0


def plugins(*, real_detector: bool) -> Plugins:
    model = SimulatedModel(lambda _: ModelTurn(say=_ANSWER), version="bench-model-1")
    detector = (
        inference.VAD(min_silence_duration=ScriptedVAD.min_silence_s) if real_detector else ScriptedVAD()
    )
    return Plugins(stt=SimulatedSTT("en"), llm=model, tts=SimulatedVoice(), vad=detector)


class Caller:
    """Says one sentence after another and notes how long each answer took to be heard."""

    def __init__(self, line: SimulatedLine) -> None:
        self._line = line
        self._heard = asyncio.Event()
        self._heard_s = 0.0
        self.latencies_ms: list[float] = []
        self.lost = 0
        line.audio_out.on("playback_started", self._starts)

    def _starts(self, _: object) -> None:
        self._heard_s = asyncio.get_running_loop().time()
        self._heard.set()

    async def talk(self, *, turns: int) -> None:
        for turn in range(turns):
            await self._one(_SAID[turn % len(_SAID)])

    async def _one(self, finals: Sequence[str]) -> None:
        while self._line.agent_speaking:  # noqa: ASYNC110 - the line has no event for it
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.2)
        self._heard.clear()
        frames = spoken(finals)
        silent_s = asyncio.get_running_loop().time() + len(frames) * FRAME_S
        self._line.speak(frames)
        try:
            async with asyncio.timeout(_TURN_LIMIT_S):
                await self._heard.wait()
        except TimeoutError:
            self.lost += 1
            return
        self.latencies_ms.append((self._heard_s - silent_s) * 1000)


@asynccontextmanager
async def bare_call(*, real_detector: bool) -> AsyncIterator[Caller]:
    """The session as anybody would make it, with the same turn handling; it keeps and redacts nothing."""
    line, made = SimulatedLine(), plugins(real_detector=real_detector)
    async with asyncio.TaskGroup() as tasks:
        options = {**SESSION_OPTIONS, "stt_context_options": {"forward_chat_context": False}}
        session: AgentSession[None] = AgentSession(
            stt=made.stt, llm=made.llm, tts=made.tts, vad=made.vad, **options
        )
        session.input.audio, session.output.audio = line.audio_in, line.audio_out
        clock = tasks.create_task(line.run())
        instructions = load_prompt("example_energy", "1.0.0").text
        await session.start(agent=Agent(instructions=instructions), record=False)
        yield Caller(line)
        await line.hang_up()
        await session.aclose()
        await clock


@asynccontextmanager
async def compliant_call(services: Services, *, real_detector: bool) -> AsyncIterator[Caller]:
    """The whole call: policy, consent, redaction, audit log, a recording that runs."""
    line = SimulatedLine()
    profile = LineProfile(business="US-TX", called="+12145550100")
    made = plugins(real_detector=real_detector).wrapped
    async with open_call(services, line, Incoming(profile, None, "en"), made) as opened:
        call = opened.call
        async with asyncio.timeout(_OPENING_LIMIT_S):
            while not call.consent.listening:  # noqa: ASYNC110 - nor has the question
                await asyncio.sleep(0.1)
            line.press("1")
            while not (call.opened and call.activity.quiet_for_s() > 0.3):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        yield Caller(line)
        line.caller_hangs_up()
        await call.ending.wait()


@asynccontextmanager
async def one_call(kind: Kind, services: Services, *, real_detector: bool) -> AsyncIterator[Caller]:
    if kind == "bare":
        async with bare_call(real_detector=real_detector) as caller:
            yield caller
    else:
        async with compliant_call(services, real_detector=real_detector) as caller:
            yield caller


# --- one process of the bench ---------------------------------------------------------------------------------


async def _calls(
    kinds: Sequence[Kind], services: Services, *, turns: int, real_detector: bool
) -> dict[str, Any]:
    """Calls of KINDS at once in this process; they begin to talk when all have been opened."""
    all_open, all_done = asyncio.Barrier(len(kinds)), asyncio.Barrier(len(kinds))
    found: dict[str, list[float]] = {"compliant": [], "bare": []}
    figures: dict[str, Any] = {"lost": 0}
    begun = {"cpu_s": 0.0, "wall_s": 0.0}

    async def one(number: int, kind: Kind) -> None:
        async with one_call(kind, services, real_detector=real_detector) as caller:
            if await all_open.wait() == 0:
                begun["cpu_s"], begun["wall_s"] = time.process_time(), time.monotonic()
            await asyncio.sleep(0.37 * number % 3.0)  # not all in step
            await caller.talk(turns=turns)
            figures["lost"] += caller.lost
            found[kind] += caller.latencies_ms
            if await all_done.wait() == 0:
                figures["cpu_s"] = time.process_time() - begun["cpu_s"]
                figures["wall_s"] = time.monotonic() - begun["wall_s"]
                figures["pss_mb"] = _pss_mb()
            await all_done.wait()

    async with http_context.open(), asyncio.TaskGroup() as tasks:
        for number, kind in enumerate(kinds):
            tasks.create_task(one(number, kind))
    return figures | {f"{kind}_ms": latencies for kind, latencies in found.items() if latencies}


def child(kinds: Sequence[Kind], *, turns: int, real_detector: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, start_stub() as stub:
        begun_s = time.perf_counter()
        with open_services(
            Settings(redaction_budget_ms=2_000),
            data_dir=Path(folder),
            now=lambda: datetime.now(UTC),
            processor_url=stub.base_url,
        ) as services:
            ready_s = time.perf_counter() - begun_s
            figures = asyncio.run(_calls(kinds, services, turns=turns, real_detector=real_detector))
    return figures | {"ready_s": ready_s}


def _pss_mb() -> float:
    """Memory of this process, what it shares counted in part (Linux)."""
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii")
    return int(rollup.partition("\nPss:")[2].split()[0]) / 1024


# --- the bench ------------------------------------------------------------------------------------------------


def _run(
    kinds: Sequence[Kind], *, turns: int, real_detector: bool, processes: int = 1
) -> list[dict[str, Any]]:
    """The same in PROCESSES of their own, calls shared out among them."""
    _say(f"{len(kinds)} calls ({', '.join(sorted(set(kinds)))}), {turns} turns each ...")
    started = []
    for n in range(processes):
        spec = {"kinds": list(kinds[n::processes]), "turns": turns, "real_detector": real_detector}
        command = [sys.executable, "-m", "tests.call.bench", "--child", json.dumps(spec)]
        started.append(
            subprocess.Popen(  # noqa: S603 - this module itself
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        )
    answers = [process.communicate()[0] for process in started]
    if any(process.returncode for process in started):
        raise SystemExit("a process of the bench failed; run it with fewer --calls")
    return [json.loads(answer) for answer in answers]


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _latencies(answers: Sequence[dict[str, Any]], kind: Kind) -> list[float]:
    return [one for answer in answers for one in answer.get(f"{kind}_ms", [])]


def one_call_latency(*, turns: int) -> dict[str, Any]:
    """One call of each kind at the same time in one process: what a turn takes longer."""
    answers = _run(["compliant", "bare"], turns=turns, real_detector=False)
    compliant, bare = _latencies(answers, "compliant"), _latencies(answers, "bare")
    return {
        "turns": len(compliant),
        "lost": answers[0]["lost"],
        "compliant_p50_ms": _at(compliant, 0.5),
        "bare_p50_ms": _at(bare, 0.5),
        "added_p50_ms": _at(compliant, 0.5) - _at(bare, 0.5),
        "added_p99_ms": _at(compliant, 0.99) - _at(bare, 0.99),
        "ready_s": answers[0]["ready_s"],
    }


def many_calls(calls: int, *, turns: int, processes: int) -> dict[str, Any]:
    """CALLS at once of one kind, then of the other, over PROCESSES."""
    found: dict[str, Any] = {"calls": calls, "processes": processes}
    for kind in ("bare", "compliant"):
        answers = _run([kind] * calls, turns=turns, real_detector=True, processes=processes)
        latencies = _latencies(answers, kind)
        share = sum(a["cpu_s"] / a["wall_s"] for a in answers) / calls
        found |= {
            f"{kind}_p50_ms": _at(latencies, 0.5),
            f"{kind}_p99_ms": _at(latencies, 0.99),
            f"{kind}_cpu_of_a_core": share,
            f"{kind}_pss_mb": sum(a["pss_mb"] for a in answers),
            f"{kind}_lost": sum(a["lost"] for a in answers),
        }
    found["cpu_ratio"] = found["compliant_cpu_of_a_core"] / found["bare_cpu_of_a_core"]
    found["p99_ratio"] = found["compliant_p99_ms"] / found["bare_p99_ms"]
    return found


def memory_per_call(*, turns: int) -> dict[str, Any]:
    """PSS of a process that holds 20 calls, against one that holds 1."""
    [one] = _run(["compliant"], turns=turns, real_detector=True)
    [twenty] = _run(["compliant"] * 20, turns=turns, real_detector=True)
    return {
        "one_mb": one["pss_mb"],
        "twenty_mb": twenty["pss_mb"],
        "per_call_mb": (twenty["pss_mb"] - one["pss_mb"]) / 19,
    }


def _report(found: dict[str, Any]) -> None:
    one, many, memory = found["one_call"], found["many_calls"], found["memory"]
    out = sys.stdout
    out.write(f"{'':34}{'compliant':>12}{'bare':>12}{'ratio or more':>16}{'wanted':>12}\n")

    def row(what: str, left: float, right: float, last: str, wanted: str) -> None:
        out.write(f"{what:34}{left:>12.3f}{right:>12.3f}{last:>16}{wanted:>12}\n")

    row(
        "one call, turn p50 ms",
        one["compliant_p50_ms"],
        one["bare_p50_ms"],
        f"+{one['added_p50_ms']:.1f}",
        "<= 15",
    )
    out.write(f"{'one call, added p99 ms':34}{'':24}{one['added_p99_ms']:>+16.1f}{'<= 40':>12}\n")
    n = f"{many['calls']} calls, "
    row(
        n + "core per call",
        many["compliant_cpu_of_a_core"],
        many["bare_cpu_of_a_core"],
        f"{many['cpu_ratio']:.2f}",
        "<= 1.25",
    )
    row(n + "turn p99 ms", many["compliant_p99_ms"], many["bare_p99_ms"], f"{many['p99_ratio']:.2f}", "<= 2")
    row(n + "turns lost", many["compliant_lost"], many["bare_lost"], "", "0")
    out.write(f"{'memory per further call, MB':34}{memory['per_call_mb']:>12.1f}{'':28}{'<= 25':>12}\n")
    out.write(f"{'ready after imports, s':34}{one['ready_s']:>12.2f}{'':28}{'<= 3':>12}\n")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-line", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns: a look, not a figure")
    parser.add_argument("--calls", type=int, default=60, help="calls at once, of each kind (60)")
    parser.add_argument("--processes", type=int, default=2, help="processes that share them (2)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        spec = json.loads(asked.child)
        sys.stdout.write(
            json.dumps(child(spec["kinds"], turns=spec["turns"], real_detector=spec["real_detector"]))
        )
        return
    found = {
        "one_call": one_call_latency(turns=8 if asked.quick else 60),
        "many_calls": many_calls(asked.calls, turns=4 if asked.quick else 10, processes=asked.processes),
        "memory": memory_per_call(turns=1 if asked.quick else 4),
    }
    if asked.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        _report(found)


if __name__ == "__main__":
    main()
