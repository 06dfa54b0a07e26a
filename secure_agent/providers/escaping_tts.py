"""Text to speech that speaks redacted text only, and never lets a text become markup.

Some plugins build markup by joining strings, without escaping: an ampersand is then a refused request, and a
tag in the model's answer an instruction to the voice. The voice guard sees every text first; what it lets
through is escaped if the plugin builds markup, and noted as spoken at the moment it is handed over.

There is one way to speak: a whole sentence at a time. Also a plugin that could stream words is given
sentences, since half a sentence cannot be redacted; LiveKit's own adapter cuts them.
"""

import html
import logging
import re
from collections.abc import AsyncIterable
from typing import Any, Final, Protocol

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions, APIError, tts
from livekit.agents.utils import shortuuid

from policies.text import RedactedText
from secure_agent.providers.errors import ProviderGuardError, without_text
from secure_agent.providers.quiet import one_attempt, untraced

_log = logging.getLogger(__name__)

# Characters that no XML 1.0 document may hold, not even escaped (XML 1.0, section 2.2).
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class VoiceGuard(Protocol):
    """What decides for one call what may be spoken, and knows what was."""

    def speakable(self, text: str, /) -> RedactedText:
        """Return what of `text` may be said aloud."""
        ...

    def given(self, text: RedactedText, /) -> None:
        """Note that the voice is being given `text`."""
        ...


class EscapingTTS(tts.TTS[Any]):
    """A voice plugin that is given only what its guard lets through; `markup` if it builds markup of it."""

    def __init__(
        self, inner: tts.TTS[Any], *, voice: VoiceGuard, markup: bool, key_setting: str = ""
    ) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False),
            sample_rate=inner.sample_rate,
            num_channels=inner.num_channels,
        )
        self._inner = inner
        self._voice = voice
        self._builds_markup = markup
        self._key_setting = key_setting
        self._label = inner.label
        inner.on("metrics_collected", self._pass_metrics_on)

    @property
    def model(self) -> str:
        return self._inner.model

    @property
    def provider(self) -> str:
        return self._inner.provider

    def prewarm(self) -> None:
        self._inner.prewarm()

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        speakable: RedactedText | None = None
        try:
            speakable = self._voice.speakable(text)
        except Exception as error:  # noqa: BLE001 - fail closed: the guard's exception may hold the text
            _log.error("speech refused", extra={"error_type": type(error).__name__})
        return _GuardedSpeech(
            self,
            self._inner,
            speakable,
            voice=self._voice,
            key_setting=self._key_setting,
            escape=as_character_data if self._builds_markup else str,
            conn_options=conn_options,
        )

    async def aclose(self) -> None:
        self._inner.off("metrics_collected", self._pass_metrics_on)
        await self._inner.aclose()

    def _pass_metrics_on(self, *args: Any) -> None:
        self.emit("metrics_collected", *args)


def as_character_data(text: str) -> str:
    """Write `text` so that it is text and nothing else wherever a plugin puts it into XML."""
    return html.escape(_NOT_XML.sub(" ", text))


class _Escape(Protocol):
    def __call__(self, text: str, /) -> str: ...


class _GuardedSpeech(tts.ChunkedStream):
    """One sentence, redacted before LiveKit's stream (its spans, its errors) knows of it."""

    def __init__(
        self,
        outer: EscapingTTS,
        inner: tts.TTS[Any],
        speakable: RedactedText | None,
        *,
        voice: VoiceGuard,
        key_setting: str,
        escape: _Escape,
        conn_options: APIConnectOptions,
    ) -> None:
        super().__init__(tts=outer, input_text=speakable or "", conn_options=conn_options)
        self._inner = inner
        self._key_setting = key_setting
        self._speakable = speakable
        self._voice = voice
        self._escape = escape
        self._noted = False

    async def _metrics_monitor_task(self, event_aiter: AsyncIterable[tts.SynthesizedAudio]) -> None:
        """Count nothing: the plugin's own stream already does, and its metrics are passed on."""
        async for _ in event_aiter:
            pass

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid(),
            sample_rate=self._inner.sample_rate,
            num_channels=self._inner.num_channels,
            mime_type="audio/pcm",
        )
        if self._speakable is None:
            raise ProviderGuardError("the voice guard failed; the text has been dropped")
        if not self._speakable.strip():
            return
        self._note(self._speakable)
        failure: Exception | None = None
        frames = 0
        try:
            with untraced():
                speech = self._inner.synthesize(
                    self._escape(self._speakable), conn_options=one_attempt(self._conn_options)
                )
            async with speech:
                async for audio in speech:
                    output_emitter.push_frame(audio.frame)
                    frames += 1
        except Exception as error:  # noqa: BLE001 - the provider's text must not travel in its exception
            failure = without_text(error, key_setting=self._key_setting)
        if failure is None and frames == 0:
            failure = APIError("the voice gave no sound")
        if failure is not None:
            raise failure
        output_emitter.flush()

    def _note(self, text: RedactedText) -> None:
        if self._noted:
            return
        self._noted = True
        failed = False
        try:
            self._voice.given(text)
        except Exception:  # noqa: BLE001 - fail closed: what cannot be noted is not spoken
            failed = True
        if failed:
            raise ProviderGuardError("what the voice is given could not be noted; it was not spoken")
