"""The one way to get a provider: built from the settings, and wrapped before anybody can hold it.

The only importer of `livekit.plugins`. Importing this module registers the plugins with LiveKit, which has to
happen on the main thread and takes half a second: the simulated line does not do it.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, Self

import aiohttp
import openai as openai_client
from livekit.agents import inference, vad
from livekit.plugins import assemblyai, azure, openai, silero
from pydantic import SecretStr

from secure_agent.providers.errors import ProviderConfigError
from secure_agent.providers.escaping_tts import EscapingTTS, VoiceGuard
from secure_agent.providers.guarded_llm import GuardedLLM, ModelObserver
from secure_agent.providers.redacting_stt import Ear, RedactingSTT
from secure_agent.providers.scrubbing import ModelGuard
from secure_agent.providers.wrapping import Providers
from secure_agent.settings import PREFIX, Settings

#: Silence that ends a turn, in seconds. Shorter cuts dictated numbers in two, longer feels slow.
END_OF_TURN_SILENCE_S: Final = 0.55

#: For each language of ours: the locale and the voice that Azure is asked for.
_AZURE: Final = {
    "de": ("de-DE", "de-DE-KatjaNeural"),
    "en": ("en-US", "en-US-JennyNeural"),
    "es": ("es-ES", "es-ES-ElviraNeural"),
    "fr": ("fr-FR", "fr-FR-DeniseNeural"),
    "it": ("it-IT", "it-IT-ElsaNeural"),
    "nl": ("nl-NL", "nl-NL-ColetteNeural"),
    "pl": ("pl-PL", "pl-PL-ZofiaNeural"),
    "pt": ("pt-PT", "pt-PT-RaquelNeural"),
    "pt-br": ("pt-BR", "pt-BR-FranciscaNeural"),
}

_ASSEMBLYAI_KEY: Final = PREFIX + "ASSEMBLYAI_API_KEY"
_AZURE_KEY: Final = PREFIX + "AZURE_SPEECH_KEY"
_OPENAI_KEY: Final = PREFIX + "OPENAI_API_KEY"

_REMEMBERED_VERSIONS: Final = 64  # a call asks for the version as soon as the answer is complete


def build_providers(
    settings: Settings,
    *,
    ear: Ear,
    guard: ModelGuard,
    observer: ModelObserver,
    voice: VoiceGuard,
    http_session: aiohttp.ClientSession,
    language: str = "en",
) -> Providers:
    """Build everything for one call in `language`. Opens no connection.

    Raises ProviderConfigError, before anything is built, if a key or an address is missing.
    """
    heard = build_speech_in(settings, language, http_session, ear)
    model = build_model(settings, guard=guard, observer=observer)
    spoken = build_speech_out(settings, language, http_session, voice)
    return Providers(stt=heard, llm=model, tts=spoken, vad=build_vad(settings))


def build_model(settings: Settings, *, guard: ModelGuard, observer: ModelObserver) -> GuardedLLM:
    """Build the model alone, for a line that hears and speaks with something else."""
    if settings.model != "openai":
        raise ProviderConfigError(
            f"the model `{settings.model}` needs no provider: set {PREFIX}MODEL=openai to use a model server"
        )
    client = openai_client.AsyncClient(
        api_key=_key(settings.openai_api_key, _OPENAI_KEY, "model=openai"),
        base_url=settings.openai_base_url,
        max_retries=0,  # the wrapper retries, and tells the observer of each attempt
    )
    inner = _VersionedLLM(client, model=settings.openai_model)
    return GuardedLLM(inner, guard=guard, observer=observer, key_setting=_OPENAI_KEY)


def build_vad(settings: Settings) -> vad.VAD:
    """Build the detector of voice activity. It hears sound, knows no words and sends nothing anywhere."""
    if settings.voice_activity == "silero":
        return silero.VAD.load(min_silence_duration=END_OF_TURN_SILENCE_S)
    return inference.VAD(min_silence_duration=END_OF_TURN_SILENCE_S)


def build_speech_in(
    settings: Settings, language: str, http_session: aiohttp.ClientSession, ear: Ear
) -> RedactingSTT:
    """Build the recogniser alone. Both plugins report an end of speech after every pause: the detector ends turns."""
    if settings.speech_in == "assemblyai":
        heard = assemblyai.STT(
            api_key=_key(settings.assemblyai_api_key, _ASSEMBLYAI_KEY, "speech_in=assemblyai"),
            base_url=settings.assemblyai_base_url,
            model=settings.assemblyai_model,
            http_session=http_session,
        )
        return RedactingSTT(heard, ear=ear, key_setting=_ASSEMBLYAI_KEY, provider_ends_turns=False)
    key = _key(settings.azure_speech_key, _AZURE_KEY, "speech_in=azure")
    locale, _ = _azure_voice(language)
    host = settings.azure_speech_in_url
    azure_heard = (
        azure.STT(speech_key=key, speech_host=host, language=locale)
        if host
        else azure.STT(speech_key=key, speech_region=_region(settings, "IN"), language=locale)
    )
    return RedactingSTT(azure_heard, ear=ear, key_setting=_AZURE_KEY, provider_ends_turns=False)


def build_speech_out(
    settings: Settings, language: str, http_session: aiohttp.ClientSession, voice: VoiceGuard
) -> EscapingTTS:
    """Build the voice alone."""
    if settings.speech_out == "openai":
        spoken = openai.TTS(
            model=settings.openai_speech_model,
            voice=settings.openai_voice,
            api_key=_key(settings.openai_api_key, _OPENAI_KEY, "speech_out=openai"),
            base_url=settings.openai_base_url,
            response_format="pcm",  # no decoder between the provider and the line
        )
        return EscapingTTS(spoken, voice=voice, markup=False, key_setting=_OPENAI_KEY)
    locale, usual_voice = _azure_voice(language)
    azure_spoken = azure.TTS(
        speech_key=_key(settings.azure_speech_key, _AZURE_KEY, "speech_out=azure"),
        speech_region=None if settings.azure_speech_out_url else _region(settings, "OUT"),
        speech_endpoint=settings.azure_speech_out_url,
        voice=settings.azure_voice or usual_voice,
        language=locale,
        http_session=http_session,
    )
    return EscapingTTS(azure_spoken, voice=voice, markup=True, key_setting=_AZURE_KEY)


class _VersionedLLM(openai.LLM):
    """OpenAI's plugin with a memory for the model version that answered, which LiveKit's chunks drop."""

    def __init__(self, client: openai_client.AsyncClient, *, model: str) -> None:
        super().__init__(model=model, client=client)
        self._returned: OrderedDict[str, str] = OrderedDict()
        create = client.chat.completions.create

        async def create_and_note(*args: Any, **kwargs: Any) -> "_NotedStream":
            return _NotedStream(await create(*args, **kwargs), self._note)

        client.chat.completions.create = create_and_note  # type: ignore[method-assign, assignment]

    def model_of(self, request_id: str) -> str | None:
        """The version that answered the request, as the provider named it."""
        return self._returned.get(request_id)

    async def aclose(self) -> None:
        await super().aclose()
        await self._client.close()  # a client that was passed in is not closed by the plugin

    def _note(self, chunk: Any) -> None:
        self._returned[chunk.id] = chunk.model
        while len(self._returned) > _REMEMBERED_VERSIONS:
            self._returned.popitem(last=False)


class _NotedStream:
    """OpenAI's stream of chunks, each shown to `note` as it passes."""

    def __init__(self, stream: Any, note: Callable[[Any], None]) -> None:
        self._stream = stream
        self._note = note

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._stream.__aexit__(*exc_info)

    async def __aiter__(self) -> AsyncIterator[Any]:
        async for chunk in self._stream:
            self._note(chunk)
            yield chunk


def _key(key: SecretStr | None, setting: str, needed_for: str) -> str:
    value = key.get_secret_value().strip() if key is not None else ""
    if not value:
        raise ProviderConfigError(
            f"{needed_for} needs a key: set {setting} to one from the provider's console"
        )
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ProviderConfigError(f"{setting} holds characters that no key has: copy it again")
    return value


def _region(settings: Settings, direction: str) -> str:
    if not settings.azure_speech_region:
        raise ProviderConfigError(
            f"Azure speech needs a region: set {PREFIX}AZURE_SPEECH_REGION, such as westeurope, "
            f"or {PREFIX}AZURE_SPEECH_{direction}_URL"
        )
    return settings.azure_speech_region


def _azure_voice(language: str) -> tuple[str, str]:
    tag = language.lower()
    found = _AZURE.get(tag) or _AZURE.get(tag.split("-")[0])
    if found is None:
        raise ProviderConfigError(f"no Azure voice is known for the language {language}")
    return found
