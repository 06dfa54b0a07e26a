"""The offline voice as LiveKit wants it: a plugin like any other, to be put behind its wrapper."""

from typing import Any

from livekit.agents import APIError, tts, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from secure_agent.voice.espeak import (
    SAMPLE_RATE_HZ,
    WORDS_PER_MINUTE,
    VoiceUnavailableError,
    speak,
    voice_for,
)


class OfflineVoice(tts.TTS[Any]):
    """Speaks one language. Raises VoiceUnavailableError at once for a language that it does not speak."""

    def __init__(self, language: str, *, words_per_minute: int = WORDS_PER_MINUTE) -> None:
        voice_for(language)
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=SAMPLE_RATE_HZ, num_channels=1
        )
        self.language = language
        self.words_per_minute = words_per_minute

    @property
    def model(self) -> str:
        return "espeak-ng"

    @property
    def provider(self) -> str:
        return "offline"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _Synthesis(self, input_text=text, conn_options=conn_options)


class _Synthesis(tts.ChunkedStream):
    def __init__(self, voice: OfflineVoice, *, input_text: str, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=voice, input_text=input_text, conn_options=conn_options)
        self._voice = voice

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        voice = self._voice
        failed = ""
        spoken = b""
        try:
            spoken = await speak(
                self._input_text, language=voice.language, words_per_minute=voice.words_per_minute
            )
        except VoiceUnavailableError as error:
            failed = str(error)
        if failed:
            raise APIError(failed, retryable=False)
        output_emitter.initialize(
            request_id=utils.shortuuid(),
            sample_rate=SAMPLE_RATE_HZ,
            num_channels=1,
            mime_type="audio/pcm",
        )
        output_emitter.push(spoken)
        output_emitter.flush()
