"""Plugins that do what a script says: complete LiveKit providers with the habits of real ones."""

from collections.abc import Callable, Sequence
from typing import Any

from livekit import rtc
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    LanguageCode,
    NotGivenOr,
    llm,
    stt,
    tts,
)
from livekit.agents.types import TimedString
from livekit.agents.utils import AudioBuffer

ONE_TRY = APIConnectOptions(max_retry=0, retry_interval=0.0, timeout=1.0)
THREE_TRIES = APIConnectOptions(max_retry=2, retry_interval=0.0, timeout=1.0)

Step = stt.SpeechEvent | Exception


def heard(text: str, kind: stt.SpeechEventType = stt.SpeechEventType.FINAL_TRANSCRIPT) -> stt.SpeechEvent:
    """A transcript as the fullest plugin reports it: words, another reading, a speaker, metadata."""
    return stt.SpeechEvent(
        type=kind,
        request_id="request-1",
        alternatives=[
            stt.SpeechData(
                language=LanguageCode("en"),
                text=text,
                start_time=1.0,
                end_time=2.0,
                confidence=0.9,
                speaker_id="A",
                words=[TimedString(word, start_time=1.0, end_time=2.0) for word in text.split()],
                source_texts=[text],
                target_texts=[text],
                metadata={"raw": text},
            ),
            stt.SpeechData(language=LanguageCode("en"), text=f"or {text}"),
        ],
    )


def end_of_speech() -> stt.SpeechEvent:
    return stt.SpeechEvent(type=stt.SpeechEventType.END_OF_SPEECH)


def silence() -> rtc.AudioFrame:
    return rtc.AudioFrame(bytes(640), 16_000, 1, 320)


class ScriptedSTT(stt.STT[Any]):
    """Reports one step of its script for each frame; an exception in the script is raised."""

    def __init__(self, *steps: Step) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True,
                interim_results=True,
                diarization=True,
                aligned_transcript="word",
                keyterms=True,
                chat_context=True,
            )
        )
        self.steps = list(steps)
        self.connections = 0
        self.told: list[object] = []
        self.closed = False

    @property
    def model(self) -> str:
        return "scripted-model"

    @property
    def provider(self) -> str:
        return "scripted-provider"

    async def _recognize_impl(
        self, buffer: AudioBuffer, *, language: NotGivenOr[str] = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        self.connections += 1
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _ScriptedRecognition(stt=self, conn_options=conn_options)

    def _update_session_keyterms(self, keyterms: list[str]) -> None:
        self.told.append(keyterms)

    def _push_conversation_item(self, ev: object) -> None:
        self.told.append(ev)

    async def aclose(self) -> None:
        self.closed = True


class _ScriptedRecognition(stt.RecognizeStream):
    async def _run(self) -> None:
        plugin = self._stt
        assert isinstance(plugin, ScriptedSTT)
        plugin.connections += 1
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame) and plugin.steps:
                step = plugin.steps.pop(0)
                if isinstance(step, Exception):
                    raise step
                self._event_ch.send_nowait(step)


Brain = Callable[[llm.ChatContext], Sequence[llm.ChatChunk | Exception]]


def says(*pieces: str) -> list[llm.ChatChunk | Exception]:
    """Chunks of one answer, as many as pieces, then the usage."""
    return [
        *(
            llm.ChatChunk(id="answer-1", delta=llm.ChoiceDelta(role="assistant", content=each))
            for each in pieces
        ),
        llm.ChatChunk(
            id="answer-1",
            usage=llm.CompletionUsage(completion_tokens=3, prompt_tokens=5, total_tokens=8),
        ),
    ]


def calls(name: str, arguments: str) -> llm.ChatChunk:
    call = llm.FunctionToolCall(
        name=name, arguments=arguments, call_id="call-1", extra={"google": {"signature": "raw"}}
    )
    return llm.ChatChunk(id="answer-1", delta=llm.ChoiceDelta(role="assistant", tool_calls=[call]))


class ScriptedLLM(llm.LLM[Any]):
    """Gives one scripted answer per request; an exception in it is raised at its place."""

    def __init__(self, *answers: Sequence[llm.ChatChunk | Exception]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.sent: list[str] = []
        self.contexts: list[llm.ChatContext] = []
        self.closed = False

    @property
    def model(self) -> str:
        return "asked-for-model"

    @property
    def provider(self) -> str:
        return "scripted-provider"

    def model_of(self, request_id: str) -> str | None:
        return {"answer-1": "returned-model-2026-01-01"}.get(request_id)

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
        self.contexts.append(chat_ctx)
        self.sent.append(repr([item.model_dump(exclude={"id", "created_at"}) for item in chat_ctx.items]))
        return _ScriptedAnswer(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)

    async def aclose(self) -> None:
        await super().aclose()
        self.closed = True


class _ScriptedAnswer(llm.LLMStream):
    async def _run(self) -> None:
        plugin = self._llm
        assert isinstance(plugin, ScriptedLLM)
        for step in plugin.answers.pop(0):
            if isinstance(step, Exception):
                raise step
            self._event_ch.send_nowait(step)


class ScriptedTTS(tts.TTS[Any]):
    """Speaks a moment for each text; `faults` are raised one by one before it works."""

    def __init__(self, *faults: Exception) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=True), sample_rate=16_000, num_channels=1)
        self.faults = list(faults)
        self.texts: list[str] = []
        self.silent = False
        self.closed = False

    @property
    def model(self) -> str:
        return "scripted-voice"

    @property
    def provider(self) -> str:
        return "scripted-provider"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        self.texts.append(text)
        return _ScriptedSpeech(tts=self, input_text=text, conn_options=conn_options)

    async def aclose(self) -> None:
        self.closed = True


class _ScriptedSpeech(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        plugin = self._tts
        assert isinstance(plugin, ScriptedTTS)
        if plugin.faults:
            raise plugin.faults.pop(0)
        output_emitter.initialize(
            request_id="speech-1", sample_rate=16_000, num_channels=1, mime_type="audio/pcm"
        )
        if not plugin.silent:
            output_emitter.push(bytes(3_200))
        output_emitter.flush()
