"""The one way to get a provider: built from the settings, and wrapped before anybody can hold it.

The only importer of `livekit.plugins`. Importing this module registers the plugins with LiveKit, which has to
happen on the main thread and takes half a second: the simulated line does not do it.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import openai as openai_client
from livekit.agents import inference, llm, stt, tts, vad
from livekit.plugins import assemblyai, azure, openai, silero
from pydantic import SecretStr

from secure_agent.providers.chain import Chain, Link, SwitchRules
from secure_agent.providers.errors import ProviderConfigError
from secure_agent.providers.escaping_tts import EscapingTTS, VoiceGuard
from secure_agent.providers.guarded_llm import GuardedLLM, ModelObserver
from secure_agent.providers.languages import (
    ANY_LANGUAGE,
    ONE_LANGUAGE,
    assemblyai_tongue,
    azure_tongue,
    azure_voice,
    base_language,
    requested_tongue,
)
from secure_agent.providers.noted_stream import NotedStream
from secure_agent.providers.redacting_stt import Ear, RedactingSTT
from secure_agent.providers.scrubbing import ModelGuard
from secure_agent.providers.wrapping import Providers
from secure_agent.settings import PREFIX, Settings, in_order

#: Silence that ends a turn, in seconds. Shorter cuts dictated numbers in two, longer feels slow.
END_OF_TURN_SILENCE_S: Final = 0.55
#: Silence after which a stretch of speech is sent to a recogniser that takes requests, before the turn ends.
_STRETCH_SILENCE_S: Final = 0.35

_ASSEMBLYAI_KEY: Final = PREFIX + "ASSEMBLYAI_API_KEY"
_AZURE_KEY: Final = PREFIX + "AZURE_SPEECH_KEY"
_OPENAI_KEY: Final = PREFIX + "OPENAI_API_KEY"
_SELF_HOSTED_KEY: Final = PREFIX + "SELF_HOSTED_KEY"
_NO_KEY: Final = "none"  # the client sends one in any case

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
    rules: SwitchRules | None = None,
) -> Providers:
    """Build everything for one call in `language`. Opens no connection.

    Raises ProviderConfigError, before anything is built, if a key or an address is missing, of the first provider of
    a kind or of another one.
    """
    heard = build_speech_in(settings, language, http_session, ear, rules)
    model = build_model(settings, guard=guard, observer=observer, rules=rules)
    spoken = build_speech_out(settings, language, http_session, voice, rules)

    def switch(wanted: str) -> bool:
        if not (heard.knows(wanted) and spoken.knows(wanted)):
            return False
        heard.change_language(wanted)
        spoken.change_language(wanted)
        return True

    return Providers(stt=heard, llm=model, tts=spoken, vad=build_vad(settings), switch=switch)


def build_model(
    settings: Settings, *, guard: ModelGuard, observer: ModelObserver, rules: SwitchRules | None = None
) -> GuardedLLM:
    """Build the model alone, for a line that hears and speaks with something else."""
    if settings.model == "demo":
        raise ProviderConfigError(
            f"the model `{settings.model}` needs no provider: set {PREFIX}MODEL=openai to use a model server"
        )
    links = [_model(settings, name) for name in in_order(settings.model)]
    return GuardedLLM(Chain("model", links, rules), guard=guard, observer=observer)


def build_vad(settings: Settings) -> vad.VAD:
    """Build the detector of voice activity. It hears sound, knows no words and sends nothing anywhere."""
    if settings.voice_activity == "silero":
        return silero.VAD.load(min_silence_duration=END_OF_TURN_SILENCE_S)
    return inference.VAD(min_silence_duration=END_OF_TURN_SILENCE_S)


def build_speech_in(
    settings: Settings,
    language: str,
    http_session: aiohttp.ClientSession,
    ear: Ear,
    rules: SwitchRules | None = None,
) -> RedactingSTT:
    """Build the recogniser alone. All plugins report an end of speech after every pause: the detector ends turns."""
    links = [_recogniser(settings, name, language, http_session) for name in in_order(settings.speech_in)]
    return RedactingSTT(Chain("speech_in", links, rules), ear=ear)


def build_speech_out(
    settings: Settings,
    language: str,
    http_session: aiohttp.ClientSession,
    voice: VoiceGuard,
    rules: SwitchRules | None = None,
) -> EscapingTTS:
    """Build the voice alone."""
    links = [_voice(settings, name, language, http_session) for name in in_order(settings.speech_out)]
    return EscapingTTS(Chain("speech_out", links, rules), voice=voice)


@dataclass(frozen=True, slots=True)
class _Server:
    """A server that speaks OpenAI's protocol, for one kind of work."""

    base_url: str
    key: str
    key_setting: str
    model: str


def _model(settings: Settings, name: str) -> Link[llm.LLM[Any]]:
    if name == "openai":
        server = _openai(settings, settings.openai_model, "model=openai")
    else:
        server = _self_hosted(settings, "MODEL", settings.self_hosted_model_url, settings.self_hosted_model)
    client = openai_client.AsyncClient(
        api_key=server.key,
        base_url=server.base_url,
        max_retries=0,  # the wrapper retries, and tells the observer of each attempt
    )
    return Link(_VersionedLLM(client, model=server.model), name, server.key_setting)


def _recogniser(
    settings: Settings, name: str, language: str, http_session: aiohttp.ClientSession
) -> Link[stt.STT[Any]]:
    if name == "assemblyai":
        plugin: stt.STT[Any] = assemblyai.STT(
            api_key=_key(settings.assemblyai_api_key, _ASSEMBLYAI_KEY, "speech_in=assemblyai"),
            base_url=settings.assemblyai_base_url,
            model=settings.assemblyai_model,
            http_session=http_session,
        )
        tongue = assemblyai_tongue(settings.assemblyai_model)
        return Link(plugin, name, _ASSEMBLYAI_KEY, ends_turns=False, tongue=tongue)
    if name == "azure":
        key = _key(settings.azure_speech_key, _AZURE_KEY, "speech_in=azure")
        locale, _ = azure_voice(language)
        host = settings.azure_speech_in_url
        ears = (
            azure.STT(speech_key=key, speech_host=host, language=locale)
            if host
            else azure.STT(speech_key=key, speech_region=_region(settings, "IN"), language=locale)
        )
        tongue = azure_tongue(lambda locale, _: ears.update_options(language=locale))
        return Link(ears, name, _AZURE_KEY, ends_turns=False, tongue=tongue)
    if name == "openai":
        server = _openai(settings, settings.openai_transcription_model, "speech_in=openai")
    else:
        model = settings.self_hosted_transcription_model
        server = _self_hosted(settings, "SPEECH_IN", settings.self_hosted_speech_in_url, model)
    requested = _RequestedSTT(server, base_language(language))
    tongue = requested_tongue(server.model, requested.change_language)
    return Link(requested, name, server.key_setting, ends_turns=False, tongue=tongue)


def _voice(
    settings: Settings, name: str, language: str, http_session: aiohttp.ClientSession
) -> Link[tts.TTS[Any]]:
    if name == "azure":
        locale, usual_voice = azure_voice(language)
        chosen = settings.azure_voice
        mouth = azure.TTS(
            speech_key=_key(settings.azure_speech_key, _AZURE_KEY, "speech_out=azure"),
            speech_region=None if settings.azure_speech_out_url else _region(settings, "OUT"),
            speech_endpoint=settings.azure_speech_out_url,
            voice=chosen or usual_voice,
            language=locale,
            http_session=http_session,
        )
        tongue = azure_tongue(
            lambda locale, usual: mouth.update_options(
                language=locale, voice=chosen if chosen and chosen.startswith(locale) else usual
            )
        )
        return Link(mouth, name, _AZURE_KEY, markup=True, tongue=tongue)
    if name == "openai":
        server = _openai(settings, settings.openai_speech_model, "speech_out=openai")
        speaker = settings.openai_voice
    else:
        model = settings.self_hosted_speech_model
        server = _self_hosted(settings, "SPEECH_OUT", settings.self_hosted_speech_out_url, model)
        speaker = settings.self_hosted_voice
    plugin = openai.TTS(
        model=server.model,
        voice=speaker,
        api_key=server.key,
        base_url=server.base_url,
        response_format="pcm",  # no decoder between the provider and the line
    )
    # what a voice of your own server speaks is not known here
    return Link(plugin, name, server.key_setting, tongue=ANY_LANGUAGE if name == "openai" else ONE_LANGUAGE)


def _openai(settings: Settings, model: str, needed_for: str) -> _Server:
    key = _key(settings.openai_api_key, _OPENAI_KEY, needed_for)
    return _Server(settings.openai_base_url, key, _OPENAI_KEY, model)


def _self_hosted(settings: Settings, kind: str, base_url: str | None, model: str | None) -> _Server:
    if base_url is None or model is None:
        missing = f"SELF_HOSTED_{kind}_URL" if base_url is None else "SELF_HOSTED_MODEL"
        raise ProviderConfigError(
            f"{kind.lower()}=self_hosted needs to know your server: set {PREFIX}{missing}"
        )
    key = settings.self_hosted_key
    sent = _NO_KEY if key is None else _key(key, _SELF_HOSTED_KEY, f"{kind.lower()}=self_hosted")
    return _Server(base_url, sent, _SELF_HOSTED_KEY, model)


class _RequestedSTT(stt.StreamAdapter):
    """One request for each stretch of speech, cut by a detector of its own at pauses shorter than a turn's."""

    def __init__(self, server: _Server, language: str) -> None:
        self._client = openai_client.AsyncClient(api_key=server.key, base_url=server.base_url, max_retries=0)
        self._requests = openai.STT(
            model=server.model, language=language, client=self._client, use_realtime=False
        )
        super().__init__(stt=self._requests, vad=inference.VAD(min_silence_duration=_STRETCH_SILENCE_S))

    def change_language(self, language: str) -> None:
        """Send the stretches that follow as LANGUAGE."""
        self._requests.update_options(language=language)

    async def aclose(self) -> None:
        await super().aclose()
        await self._client.close()  # a client that was passed in is not closed by the plugin


class _VersionedLLM(openai.LLM):
    """OpenAI's plugin with a memory for the model version that answered, which LiveKit's chunks drop."""

    def __init__(self, client: openai_client.AsyncClient, *, model: str) -> None:
        super().__init__(model=model, client=client)
        self._returned: OrderedDict[str, str] = OrderedDict()
        create = client.chat.completions.create

        async def create_and_note(*args: Any, **kwargs: Any) -> "NotedStream":
            return NotedStream(await create(*args, **kwargs), self._note)

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
