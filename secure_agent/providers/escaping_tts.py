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
from secure_agent.providers.chain import Chain, Link
from secure_agent.providers.errors import ProviderConfigError, ProviderGuardError, without_text
from secure_agent.providers.quiet import untraced

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
    """A voice plugin, or a chain of them, given only what the guard lets through; `markup` if it builds markup."""

    def __init__(
        self,
        inner: tts.TTS[Any] | Chain[tts.TTS[Any]],
        *,
        voice: VoiceGuard,
        markup: bool = False,
        key_setting: str = "",
    ) -> None:
        chain = inner if isinstance(inner, Chain) else _alone(inner, markup=markup, key_setting=key_setting)
        sounds = {(link.plugin.sample_rate, link.plugin.num_channels) for link in chain.links}
        if len(sounds) != 1:
            raise ProviderConfigError("the voices of one chain give sound of one rate")
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False),
            sample_rate=chain.plugin.sample_rate,
            num_channels=chain.plugin.num_channels,
        )
        self._chain = chain
        self._voice = voice
        self._label = chain.plugin.label
        for link in chain.links:
            link.plugin.on("metrics_collected", self._pass_metrics_on)

    @property
    def model(self) -> str:
        return self._chain.plugin.model

    @property
    def provider(self) -> str:
        return self._chain.plugin.provider

    def prewarm(self) -> None:
        self._chain.plugin.prewarm()

    def knows(self, language: str) -> bool:
        """Whether it can go on in LANGUAGE."""
        return self._chain.knows(language)

    def change_language(self, language: str) -> None:
        """Go on in a LANGUAGE that it `knows`."""
        self._chain.change_language(language)

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
            self._chain,
            speakable,
            voice=self._voice,
            conn_options=conn_options,
        )

    async def aclose(self) -> None:
        for link in self._chain.links:
            link.plugin.off("metrics_collected", self._pass_metrics_on)
            await link.plugin.aclose()

    def _pass_metrics_on(self, *args: Any) -> None:
        self.emit("metrics_collected", *args)


def as_character_data(text: str) -> str:
    """Write `text` so that it is text and nothing else wherever a plugin puts it into XML."""
    return html.escape(_NOT_XML.sub(" ", text))


def _alone(inner: tts.TTS[Any], *, markup: bool, key_setting: str) -> Chain[tts.TTS[Any]]:
    return Chain("speech_out", [Link(inner, inner.provider, key_setting, markup=markup)])


class _GuardedSpeech(tts.ChunkedStream):
    """One sentence, redacted before LiveKit's stream (its spans, its errors) knows of it."""

    def __init__(
        self,
        outer: EscapingTTS,
        chain: Chain[tts.TTS[Any]],
        speakable: RedactedText | None,
        *,
        voice: VoiceGuard,
        conn_options: APIConnectOptions,
    ) -> None:
        super().__init__(tts=outer, input_text=speakable or "", conn_options=conn_options)
        self._chain = chain
        self._speakable = speakable
        self._voice = voice
        self._noted = False

    async def _metrics_monitor_task(self, event_aiter: AsyncIterable[tts.SynthesizedAudio]) -> None:
        """Count nothing: the plugin's own stream already does, and its metrics are passed on."""
        async for _ in event_aiter:
            pass

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid(),
            sample_rate=self._chain.plugin.sample_rate,
            num_channels=self._chain.plugin.num_channels,
            mime_type="audio/pcm",
        )
        if self._speakable is None:
            raise ProviderGuardError("the voice guard failed; the text has been dropped")
        if not self._speakable.strip():
            return
        self._note(self._speakable)
        while True:
            link = self._chain.current
            failure = await self._speak(link, self._speakable, output_emitter)
            if failure is None:
                break
            if not self._chain.leave(link, failure):
                raise failure
        output_emitter.flush()

    async def _speak(
        self, link: Link[tts.TTS[Any]], text: RedactedText, output_emitter: tts.AudioEmitter
    ) -> Exception | None:
        """Let one voice say the whole sentence, also one that another voice left in the middle."""
        frames = 0
        try:
            with untraced():
                speech = link.plugin.synthesize(
                    as_character_data(text) if link.markup else text,
                    conn_options=self._chain.options(self._conn_options),
                )
            async with speech:
                async for audio in speech:
                    output_emitter.push_frame(audio.frame)
                    frames += 1
        except Exception as error:  # noqa: BLE001 - the provider's text must not travel in its exception
            return without_text(error, key_setting=link.key_setting)
        return None if frames else APIError("the voice gave no sound")

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
