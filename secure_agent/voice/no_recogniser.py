"""In the place of a recogniser: whatever the caller says is known to have been said, and not understood.

Small recognisers that work offline were tried and hear refusals as a yes. So this one hears nothing: each stretch of
speech becomes one fixed text, which no rule takes for an answer.
"""

from typing import Any, Final

from livekit.agents import NOT_GIVEN, LanguageCode, NotGivenOr, stt, vad
from livekit.agents.types import APIConnectOptions
from livekit.agents.utils import AudioBuffer

#: Stands in transcripts and records for words that nobody and nothing has understood.
NOT_UNDERSTOOD: Final = "(...)"


class NoRecogniser(stt.STT[Any]):
    """Answers every stretch of speech with NOT_UNDERSTOOD; the sound is looked at by nobody and goes nowhere."""

    def __init__(self, language: str) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self.language = language

    @property
    def model(self) -> str:
        return "none"

    @property
    def provider(self) -> str:
        return "offline"

    async def _recognize_impl(
        self, buffer: AudioBuffer, *, language: NotGivenOr[str] = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        said = stt.SpeechData(language=LanguageCode(self.language), text=NOT_UNDERSTOOD, confidence=0.0)
        return stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[said])


def no_recogniser(language: str, detector: vad.VAD) -> stt.STT[Any]:
    """The same as a stream, with DETECTOR to tell where speech begins and ends."""
    return stt.StreamAdapter(stt=NoRecogniser(language), vad=detector)
