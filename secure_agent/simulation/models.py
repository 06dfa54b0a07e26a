"""The models of the simulated line: the scripted one of a scenario, and the small demonstration assistant."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from livekit.agents import NOT_GIVEN, NotGivenOr, llm, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions


@dataclass(frozen=True, slots=True)
class ModelTurn:
    """What the model answers to one request: words, and at most one tool call."""

    say: str = ""
    tool: str | None = None
    args: dict[str, Any] = field(default_factory=dict)


Brain = Callable[[llm.ChatContext], ModelTurn]


class SimulatedModel(llm.LLM[Any]):
    """A LiveKit model whose answers come from a function of the chat context."""

    def __init__(self, brain: Brain, *, version: str) -> None:
        super().__init__()
        self._brain = brain
        self.version = version

    @property
    def model(self) -> str:
        return self.version

    def model_of(self, request_id: str) -> str | None:
        """The version that answered: here always the same."""
        del request_id
        return self.version

    @property
    def provider(self) -> str:
        return "simulation"

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> llm.LLMStream:
        return _SimulatedAnswer(
            self, answer=self._brain, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options
        )


class _SimulatedAnswer(llm.LLMStream):
    def __init__(self, model: SimulatedModel, *, answer: Brain, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self._answer = answer

    async def _run(self) -> None:
        turn = self._answer(self._chat_ctx)
        request_id = utils.shortuuid("sim_")
        words = turn.say.split(" ") if turn.say else []
        for n, word in enumerate(words):
            text = word if n == len(words) - 1 else f"{word} "
            self._send(request_id, llm.ChoiceDelta(role="assistant", content=text))
        if turn.tool is not None:
            call = llm.FunctionToolCall(
                name=turn.tool, arguments=json.dumps(turn.args), call_id=utils.shortuuid("call_")
            )
            self._send(request_id, llm.ChoiceDelta(role="assistant", tool_calls=[call]))

    def _send(self, request_id: str, delta: llm.ChoiceDelta) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id=request_id, delta=delta))


class ScriptedBrain:
    """Answers used one per request; a request without one left gets "Goodbye." and is counted."""

    def __init__(self, answers: Sequence[ModelTurn]) -> None:
        self._left = list(answers)
        self.missing = 0

    def __call__(self, _: llm.ChatContext) -> ModelTurn:
        if self._left:
            return self._left.pop(0)
        self.missing += 1
        return ModelTurn(say="Goodbye.")

    @property
    def left_over(self) -> int:
        return len(self._left)
