"""The scripted caller: carries out the steps of a scenario, each when the agent is idle or listening, or at once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from secure_agent.call import Call
from secure_agent.simulation.providers import spoken
from secure_agent.simulation.scenario import HangUp, Interrupt, Pause, Press, Say, Silence, Step, WaitFor
from secure_agent.telephony.simulated import SimulatedLine

IDLE_S = 0.5
STEP_LIMIT_S = 60.0
_KEY_EVERY_S = 0.2
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step that could not begin or finish; INDEX as in the file, from 0."""

    index: int
    why: str


class ScriptedCaller:
    """Acts on the simulated line only; it sees of the agent what a caller would hear, and when it listens."""

    def __init__(self, call: Call, line: SimulatedLine, steps: tuple[Step, ...]) -> None:
        self._call = call
        self._line = line
        self._steps = steps
        self._consumed = 0  # turns that an earlier wait_for has used up
        self.failed: FailedStep | None = None

    async def run(self) -> None:
        """Carry out every step, then hang up when the agent is idle."""
        for index, step in enumerate(self._steps):
            why = await self._carry_out(step)
            if why is not None:
                self.failed = FailedStep(index, why)
                self._line.caller_hangs_up()
                return
        if not self._ended():
            await self._until_idle(may_listen=False)
        if not self._call.ending.is_set():
            self._line.caller_hangs_up()

    def _ended(self) -> bool:
        return self._line.hung_up.is_set() or self._call.ending.is_set()

    async def _carry_out(self, step: Step) -> str | None:
        if isinstance(step, WaitFor):
            return await self._wait_for(step.wait_for)
        if self._ended():
            return None if isinstance(step, Silence | HangUp) else "the call had ended"
        if isinstance(step, Interrupt):
            return await self._interrupt(step.interrupt)
        if isinstance(step, Pause):
            await asyncio.sleep(step.pause_s)
            return None
        if not step.at_once and not await self._until_idle(may_listen=True):
            if isinstance(step, Silence | HangUp) and self._ended():
                return None
            return "the call ended first" if self._ended() else "the agent was never idle or listening"
        match step:
            case Say():
                return await self._say(step.finals, step.interim)
            case Press():
                for n, digit in enumerate(step.press):
                    if n:
                        await asyncio.sleep(_KEY_EVERY_S)
                    self._line.press(digit)  # type: ignore[arg-type]  # the schema allows nothing but keys
            case Silence():
                await asyncio.sleep(step.silence_s)
            case HangUp():
                self._line.caller_hangs_up()
        return None

    async def _say(self, finals: tuple[str, ...], interim: str | None) -> str | None:
        frames = spoken(finals, interim=interim)
        if not self._call.ear.deaf:
            self._call.activity.enter("turn")  # from the first sound; the call closes it with the turn
        self._line.speak(frames)
        return None if await self._until(lambda: not self._line.caller_speaking) else "the turn did not end"

    async def _interrupt(self, text: str) -> str | None:
        def speaking() -> bool:
            return self._line.agent_speaking and self._call.card_entry is None

        while True:
            if not await self._until(speaking):
                return "the call ended first" if self._ended() else "the agent did not speak"
            await asyncio.sleep(1.0)
            if speaking():
                return await self._say((text,), None)

    async def _wait_for(self, text: str) -> str | None:
        wanted = _folded(text)

        def heard() -> bool:
            for index in range(self._consumed, len(self._call.transcript.turns)):
                turn = self._call.transcript.turns[index]
                if turn.role == "agent" and not turn.interrupted and wanted in _folded(turn.text):
                    self._consumed = index + 1
                    return True
            return False

        if await self._until(heard) or heard():
            return None
        return "the call ended before it was said" if self._ended() else "it was not said in time"

    async def _until_idle(self, *, may_listen: bool) -> bool:
        call = self._call

        def ready() -> bool:
            if self._line.keys_unhandled:
                return False
            idle = call.opening_begun and call.activity.quiet_for_s() >= IDLE_S
            return idle or (may_listen and call.listening)

        return await self._until(ready)

    async def _until(self, holds: Callable[[], bool]) -> bool:
        """Wait until HOLDS, at most STEP_LIMIT_S and only while the call lasts."""
        loop = asyncio.get_running_loop()
        limit_s = loop.time() + STEP_LIMIT_S
        while not holds():
            if self._ended() or loop.time() >= limit_s:
                return False
            await asyncio.sleep(_LOOK_EVERY_S)
        return True


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
