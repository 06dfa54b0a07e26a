"""What a call here hears, thinks and speaks with: a provider where its key is set, else what this machine has."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from livekit.agents import inference, utils
from pydantic import SecretStr

from secure_agent.providers.chain import SwitchRules
from secure_agent.providers.escaping_tts import EscapingTTS, VoiceGuard
from secure_agent.providers.guarded_llm import GuardedLLM, ModelObserver
from secure_agent.providers.redacting_stt import Ear, RedactingSTT
from secure_agent.providers.scrubbing import ModelGuard
from secure_agent.providers.wrapping import Providers
from secure_agent.settings import Settings, in_order
from secure_agent.simulation.demo import VERSION, DemoBrain
from secure_agent.simulation.models import SimulatedModel
from secure_agent.voice.espeak import WORDS_PER_MINUTE, require_voice
from secure_agent.voice.no_recogniser import no_recogniser
from secure_agent.voice.offline_tts import OfflineVoice

#: As with real providers: a pause within a sentence ends no turn.
_END_OF_TURN_SILENCE_S = 0.55


@dataclass(frozen=True, slots=True)
class PhoneProviders:
    """Makes the providers of one call. `recognises` is false when nothing here understands speech."""

    settings: Settings
    language: str
    recognises: bool
    speaks_with_provider: bool
    words_per_minute: int = WORDS_PER_MINUTE

    def __call__(
        self,
        *,
        ear: Ear,
        guard: ModelGuard,
        observer: ModelObserver,
        voice: VoiceGuard,
        rules: SwitchRules | None = None,
    ) -> Providers:
        return Providers(
            stt=self._ears(ear, rules),
            llm=self._model(guard, observer, rules),
            tts=self._voice(voice, rules),
            vad=inference.VAD(min_silence_duration=_END_OF_TURN_SILENCE_S),
        )

    @property
    def described(self) -> str:
        ears = self.settings.speech_in if self.recognises else "nothing understands speech: keys only"
        voice = self.settings.speech_out if self.speaks_with_provider else "built-in voice"
        model = "demonstration assistant" if self.settings.model == "demo" else self.settings.model
        return f"{ears}; {voice}; {model}"

    def _ears(self, ear: Ear, rules: SwitchRules | None) -> RedactingSTT:
        if not self.recognises:
            detector = inference.VAD(min_silence_duration=_END_OF_TURN_SILENCE_S)
            return RedactingSTT(no_recogniser(self.language, detector), ear=ear)
        session = utils.http_context.http_session()
        ears: RedactingSTT = _catalog().build_speech_in(self.settings, self.language, session, ear, rules)
        return ears

    def _voice(self, voice: VoiceGuard, rules: SwitchRules | None) -> EscapingTTS:
        if not self.speaks_with_provider:
            spoken = OfflineVoice(self.language, words_per_minute=self.words_per_minute)
            return EscapingTTS(spoken, voice=voice, markup=False)
        session = utils.http_context.http_session()
        provided: EscapingTTS = _catalog().build_speech_out(
            self.settings, self.language, session, voice, rules
        )
        return provided

    def _model(self, guard: ModelGuard, observer: ModelObserver, rules: SwitchRules | None) -> GuardedLLM:
        if self.settings.model == "demo":
            demo = SimulatedModel(DemoBrain(self.language), version=VERSION)
            return GuardedLLM(demo, guard=guard, observer=observer)
        model: GuardedLLM = _catalog().build_model(self.settings, guard=guard, observer=observer, rules=rules)
        return model


def choose_providers(
    settings: Settings, language: str, *, offline: bool, words_per_minute: int = WORDS_PER_MINUTE
) -> PhoneProviders:
    """Use a provider for speech where its key is set, unless OFFLINE; the model is the one that was configured.

    Raises VoiceUnavailableError when the built-in voice is needed and cannot speak LANGUAGE. Blocks shortly.
    """
    known = {
        "assemblyai": settings.assemblyai_api_key,
        "azure": settings.azure_speech_key,
        "openai": settings.openai_api_key,
    }
    chosen = PhoneProviders(
        settings,
        language,
        recognises=not offline and _is_there(settings.speech_in, known, settings.self_hosted_speech_in_url),
        speaks_with_provider=not offline
        and _is_there(settings.speech_out, known, settings.self_hosted_speech_out_url),
        words_per_minute=words_per_minute,
    )
    if not chosen.speaks_with_provider:
        require_voice()
        OfflineVoice(language)
    if chosen.recognises or chosen.speaks_with_provider or settings.model != "demo":
        _catalog()  # plugins register on the main thread, and take half a second: not while somebody waits
    return chosen


def _is_there(names: str, keys: Mapping[str, SecretStr | None], own_server: str | None) -> bool:
    """Whether the first provider of NAMES can be used: its key, or the address of a server of one's own, is set."""
    first = in_order(names)[0]
    return own_server is not None if first == "self_hosted" else keys[first] is not None


def _catalog() -> Any:
    return import_module("secure_agent.providers.catalog")
