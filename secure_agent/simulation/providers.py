"""Speech providers of the simulated line: they hear words that travel with the frames, and speak 165 words a minute.

They are real LiveKit plugins with the habits of real providers: interim results, several finals in one turn, an end
of speech, playout that takes time. What is simulated is recognition and synthesis, nothing of the agent.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from livekit import rtc
from livekit.agents import NOT_GIVEN, APIError, LanguageCode, NotGivenOr, stt, tts, utils, vad
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions
from livekit.agents.utils import AudioBuffer

from secure_agent.simulation.sound import SAMPLE_RATE_HZ, babble
from secure_agent.telephony.audio import FRAME_S, FRAME_SAMPLES

WORDS_PER_MINUTE = 165
_CALLER_PITCH_HZ = 200
_AGENT_PITCH_HZ = 120


@dataclass(frozen=True, slots=True)
class Words:
    """What a recogniser would report once the frame that carries this has been heard."""

    kind: Literal["interim", "final", "end"]
    text: str = ""


def spoken(finals: Sequence[str], *, interim: str | None = None, gap_s: float = 0.3) -> list[rtc.AudioFrame]:
    """One turn of the caller: a stretch of speech for each final, GAP_S apart, the end of speech after the last."""
    frames: list[rtc.AudioFrame] = []
    for n, text in enumerate(finals):
        if n:
            frames += [_frame(bytes(2 * FRAME_SAMPLES)) for _ in range(round(gap_s / FRAME_S))]
        duration_s = max(0.7, 0.35 * len(text.split()))
        pcm = babble(duration_s, pitch_hz=_CALLER_PITCH_HZ)
        stretch = [
            _frame(pcm[at : at + 2 * FRAME_SAMPLES], speech=True)
            for at in range(0, len(pcm) - 1, 2 * FRAME_SAMPLES)
        ]
        if n == 0 and interim is not None:
            _carry(stretch[len(stretch) // 2], Words("interim", interim))
        _carry(stretch[-1], Words("final", text))
        frames += stretch
    _carry(frames[-1], Words("end"))
    return frames


def _frame(pcm: bytes, *, speech: bool = False) -> rtc.AudioFrame:
    return rtc.AudioFrame(
        pcm.ljust(2 * FRAME_SAMPLES, b"\0"), SAMPLE_RATE_HZ, 1, FRAME_SAMPLES, userdata={"speech": speech}
    )


def _carry(frame: rtc.AudioFrame, words: Words) -> None:
    frame.userdata.setdefault("words", []).append(words)


class SimulatedSTT(stt.STT[Any]):
    """Reports the words that the frames carry. A frame that never arrives, or arrives as silence, carries none."""

    def __init__(self, language: str) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=True))
        self.language = language

    @property
    def model(self) -> str:
        return "simulated-recogniser-1"

    @property
    def provider(self) -> str:
        return "simulation"

    async def _recognize_impl(
        self, buffer: AudioBuffer, *, language: NotGivenOr[str] = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        raise APIError("the simulated recogniser streams only", retryable=False)

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _SimulatedRecognition(stt=self, conn_options=conn_options)


class _SimulatedRecognition(stt.RecognizeStream):
    _kinds = {  # noqa: RUF012 - a table
        "interim": stt.SpeechEventType.INTERIM_TRANSCRIPT,
        "final": stt.SpeechEventType.FINAL_TRANSCRIPT,
        "end": stt.SpeechEventType.END_OF_SPEECH,
    }

    async def _run(self) -> None:
        recogniser = self._stt
        assert isinstance(recogniser, SimulatedSTT)  # noqa: S101 - for the type
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame):
                continue
            for words in frame.userdata.get("words", ()):
                event = stt.SpeechEvent(type=self._kinds[words.kind])
                if words.kind != "end":
                    heard = stt.SpeechData(
                        language=LanguageCode(recogniser.language), text=words.text, confidence=0.95
                    )
                    event.alternatives = [heard]
                self._event_ch.send_nowait(event)


class SimulatedVoice(tts.TTS[Any]):
    """Speech-like sound as long as the text takes to say."""

    def __init__(self) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=SAMPLE_RATE_HZ, num_channels=1
        )

    @property
    def model(self) -> str:
        return "simulated-voice-1"

    @property
    def provider(self) -> str:
        return "simulation"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _SimulatedSynthesis(tts=self, input_text=text, conn_options=conn_options)


class _SimulatedSynthesis(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid(), sample_rate=SAMPLE_RATE_HZ, num_channels=1, mime_type="audio/pcm"
        )
        output_emitter.push(babble(speaking_time_s(self._input_text), pitch_hz=_AGENT_PITCH_HZ))
        output_emitter.flush()


def speaking_time_s(text: str) -> float:
    return max(0.3, len(text.split()) * 60 / WORDS_PER_MINUTE)


class ScriptedVAD(vad.VAD):
    """Speech is what the caller's script says is speech: no model, no threads, the same in every run."""

    min_speech_s = 0.06
    min_silence_s = 0.55

    def __init__(self) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=FRAME_S))

    @property
    def model(self) -> str:
        return "scripted"

    @property
    def provider(self) -> str:
        return "simulation"

    def stream(self) -> vad.VADStream:
        return _ScriptedDetection(self)


class _ScriptedDetection(vad.VADStream):
    async def _main_task(self) -> None:
        spoken_s = silent_s = at_s = 0.0
        speaking = False

        async for frame in _frames(self._input_ch):
            at_s += frame.duration
            loud = bool(frame.userdata.get("speech"))
            if loud:
                spoken_s, silent_s = spoken_s + frame.duration, 0.0
            else:
                silent_s += frame.duration
            kinds = [vad.VADEventType.INFERENCE_DONE]
            if not speaking and loud and spoken_s >= ScriptedVAD.min_speech_s:
                speaking = True
                kinds.insert(0, vad.VADEventType.START_OF_SPEECH)
            elif speaking and silent_s >= ScriptedVAD.min_silence_s:
                speaking = False
                kinds.insert(0, vad.VADEventType.END_OF_SPEECH)
            for kind in kinds:
                self._event_ch.send_nowait(
                    vad.VADEvent(
                        type=kind,
                        samples_index=0,
                        timestamp=at_s,
                        silence_duration=silent_s,
                        speech_duration=spoken_s,
                        frames=[frame],
                        speaking=speaking,
                    )
                )
            if not speaking and not loud:
                spoken_s = 0.0


async def _frames(channel: AsyncIterator[Any]) -> AsyncIterator[rtc.AudioFrame]:
    async for item in channel:
        if isinstance(item, rtc.AudioFrame):
            yield item
