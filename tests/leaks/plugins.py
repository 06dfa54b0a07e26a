"""The plugins of the simulated line, noting what they were given; one of them may fail, at once or in the middle."""

from dataclasses import replace
from typing import Any, Final, Literal, get_args

from livekit.agents import APIError, llm, stt, tts

from secure_agent.providers.wrapping import Plugins
from secure_agent.simulation.models import SimulatedModel
from secure_agent.simulation.providers import SimulatedSTT, SimulatedVoice
from secure_agent.simulation.sinks import Sinks

Failing = Literal["", "stt", "stt hearing", "llm", "llm answering", "tts", "tts speaking"]
FAILING: Final = tuple(name for name in get_args(Failing) if name)


def noting_plugins(plugins: Plugins, sinks: Sinks, *, failing: Failing, error: Exception | None) -> Plugins:
    """PLUGINS as they are, but that SINKS hold what the model and the voice were given, and FAILING raises ERROR."""
    assert isinstance(plugins.llm, SimulatedModel)
    assert isinstance(plugins.stt, SimulatedSTT)
    error = error if error is not None else APIError("failed")
    return replace(
        plugins,
        stt=FailingSTT(plugins.stt.language, failing, error) if failing.startswith("stt") else plugins.stt,
        llm=NotingModel(plugins.llm, sinks, failing, error),
        tts=NotingVoice(sinks, failing, error),
    )


class FailingSTT(SimulatedSTT):
    def __init__(self, language: str, failing: Failing, error: Exception) -> None:
        super().__init__(language)
        self._failing = failing
        self._error = error

    def stream(self, **options: Any) -> stt.RecognizeStream:
        if self._failing == "stt":
            raise self._error
        return _BrokenRecognition(self._error, stt=self, **_needed(options))


class _BrokenRecognition(stt.RecognizeStream):
    def __init__(self, error: Exception, **options: Any) -> None:
        super().__init__(**options)
        self._error = error

    async def _run(self) -> None:
        async for _ in self._input_ch:
            raise self._error


class NotingModel(SimulatedModel):
    def __init__(self, like: SimulatedModel, sinks: Sinks, failing: Failing, error: Exception) -> None:
        super().__init__(like._brain, version=like.version)
        self._sinks = sinks
        self._failing = failing
        self._error = error

    def chat(self, *, chat_ctx: llm.ChatContext, **options: Any) -> llm.LLMStream:
        self._sinks.add("model plugin", *(repr(item) for item in chat_ctx.items), repr(options))
        if self._failing == "llm":
            raise self._error
        if self._failing == "llm answering":
            tools = options.get("tools") or []
            return _BrokenAnswer(self._error, self, chat_ctx=chat_ctx, tools=tools, **_needed(options))
        return super().chat(chat_ctx=chat_ctx, **options)


class _BrokenAnswer(llm.LLMStream):
    def __init__(self, error: Exception, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._error = error

    async def _run(self) -> None:
        delta = llm.ChoiceDelta(role="assistant", content=f"{self._error}. One moment")
        self._event_ch.send_nowait(llm.ChatChunk(id="broken", delta=delta))
        raise self._error


class NotingVoice(SimulatedVoice):
    def __init__(self, sinks: Sinks, failing: Failing, error: Exception) -> None:
        super().__init__()
        self._sinks = sinks
        self._failing = failing
        self._error = error

    def synthesize(self, text: str, **options: Any) -> tts.ChunkedStream:
        self._sinks.add("voice plugin", text)
        if self._failing == "tts":
            raise self._error
        if self._failing == "tts speaking":
            return _BrokenSpeech(self._error, tts=self, input_text=text, **_needed(options))
        return super().synthesize(text, **options)


class _BrokenSpeech(tts.ChunkedStream):
    def __init__(self, error: Exception, **options: Any) -> None:
        super().__init__(**options)
        self._error = error

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        raise self._error


def _needed(options: dict[str, Any]) -> dict[str, Any]:
    return {"conn_options": options["conn_options"]}
