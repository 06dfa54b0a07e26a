"""Providers by configuration: which plugins are built, and what is said when they cannot be."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from livekit.agents import inference
from livekit.plugins import silero

from secure_agent.providers.catalog import build_model, build_providers, build_vad
from secure_agent.providers.errors import ProviderConfigError
from secure_agent.providers.wrapping import Providers
from secure_agent.settings import Settings
from tests.providers.guards import Guards

KEYS = {"openai_api_key": "key-o", "assemblyai_api_key": "key-a", "azure_speech_key": "key-z"}
EVERYTHING = {"model": "openai", "azure_speech_region": "westeurope", **KEYS}


@pytest.fixture
async def http_session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def build(http_session: aiohttp.ClientSession, *, language: str = "en", **changes: Any) -> Providers:
    guards = Guards()
    return build_providers(
        Settings(**{**EVERYTHING, **changes}),
        ear=guards,
        guard=guards,
        observer=guards,
        voice=guards,
        http_session=http_session,
        language=language,
    )


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        pytest.param({}, ("AssemblyAI", "api.openai.com", "Azure TTS"), id="the usual ones"),
        pytest.param(
            {"speech_in": "azure", "speech_out": "openai"},
            ("Azure STT", "api.openai.com", "api.openai.com"),
            id="Azure hears and OpenAI speaks",
        ),
        pytest.param(
            {"openai_base_url": "http://127.0.0.1:9/v1"},
            ("AssemblyAI", "127.0.0.1:9", "Azure TTS"),
            id="a compatible model server",
        ),
    ],
)
async def test_the_settings_choose_the_plugins(
    http_session: aiohttp.ClientSession, changes: dict[str, Any], names: tuple[str, str, str]
) -> None:
    providers = build(http_session, **changes)
    assert (providers.stt.provider, providers.llm.provider, providers.tts.provider) == names
    await providers.aclose()


async def test_the_voice_speaks_the_language_of_the_call(http_session: aiohttp.ClientSession) -> None:
    german = build(http_session, language="de")
    chosen = build(http_session, language="de", azure_voice="de-DE-ConradNeural")
    assert german.tts.model.endswith(":de-DE-KatjaNeural")
    assert chosen.tts.model.endswith(":de-DE-ConradNeural")
    await german.aclose()
    await chosen.aclose()


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"assemblyai_api_key": None}, "SECURE_AGENT_ASSEMBLYAI_API_KEY"),
        ({"openai_api_key": None}, "SECURE_AGENT_OPENAI_API_KEY"),
        ({"openai_api_key": "  "}, "SECURE_AGENT_OPENAI_API_KEY"),
        ({"openai_api_key": "sk-\u201cquoted\u201d"}, "SECURE_AGENT_OPENAI_API_KEY"),
        ({"azure_speech_key": None}, "SECURE_AGENT_AZURE_SPEECH_KEY"),
        ({"azure_speech_region": None}, "SECURE_AGENT_AZURE_SPEECH_REGION"),
        ({"speech_in": "azure", "azure_speech_region": None}, "SECURE_AGENT_AZURE_SPEECH_IN_URL"),
        ({"speech_out": "openai", "openai_api_key": None}, "SECURE_AGENT_OPENAI_API_KEY"),
    ],
)
async def test_what_is_missing_is_named_in_one_sentence(
    http_session: aiohttp.ClientSession, changes: dict[str, Any], setting: str
) -> None:
    with pytest.raises(ProviderConfigError) as caught:
        build(http_session, **changes)
    assert setting in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "quoted" not in str(caught.value)


async def test_a_language_without_a_voice_is_said_so(http_session: aiohttp.ClientSession) -> None:
    with pytest.raises(ProviderConfigError, match="language xx"):
        build(http_session, language="xx")


def test_a_key_alone_does_not_make_a_model_provider() -> None:
    guards = Guards()
    with pytest.raises(ProviderConfigError, match="SECURE_AGENT_MODEL=openai"):
        build_model(Settings(openai_api_key="key-o"), guard=guards, observer=guards)


def test_voice_activity_is_native_unless_the_plugin_is_asked_for() -> None:
    assert isinstance(build_vad(Settings()), inference.VAD)
    assert isinstance(build_vad(Settings(voice_activity="silero")), silero.VAD)


@pytest.mark.parametrize(
    ("changes", "language", "can"),
    [
        pytest.param({}, "de", True, id="a recogniser for several languages, and Azure's voice"),
        pytest.param({}, "pl", False, id="AssemblyAI is not known to understand Polish"),
        pytest.param({"assemblyai_model": "universal-streaming-english"}, "de", False, id="English only"),
        pytest.param({"speech_in": "azure", "speech_out": "openai"}, "pl", True, id="Azure and OpenAI"),
        pytest.param({"speech_in": "azure"}, "xx", False, id="a language that nobody knows"),
        pytest.param({"speech_in": "azure,assemblyai"}, "pl", False, id="the next one could not go on"),
        pytest.param(
            {
                "speech_out": "self_hosted",
                "self_hosted_speech_out_url": "http://127.0.0.1:9/v1",
            },
            "de",
            False,
            id="what a voice of your own speaks is not known",
        ),
        pytest.param(
            {
                "speech_in": "self_hosted",
                "self_hosted_speech_in_url": "http://127.0.0.1:9/v1",
                "self_hosted_transcription_model": "whisper-small.en",
            },
            "de",
            False,
            id="Whisper for English alone",
        ),
    ],
)
async def test_a_call_changes_its_language_only_where_everybody_can_follow(
    http_session: aiohttp.ClientSession, changes: dict[str, Any], language: str, *, can: bool
) -> None:
    providers = build(http_session, **changes)
    voice_before = providers.tts.model
    assert providers.switch(language) is can
    if not can:
        assert providers.tts.model == voice_before
    await providers.aclose()


async def test_a_voice_that_was_chosen_for_one_language_is_not_made_to_speak_another(
    http_session: aiohttp.ClientSession,
) -> None:
    providers = build(http_session, language="de", azure_voice="de-DE-ConradNeural")
    assert providers.switch("fr")
    assert providers.tts.model.endswith(":fr-FR-DeniseNeural")
    assert providers.switch("de")
    assert providers.tts.model.endswith(":de-DE-ConradNeural")
    await providers.aclose()
