"""Which language a provider goes on in when a caller asks for another one, and what it has to be told for that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from secure_agent.providers.errors import ProviderConfigError

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
#: What AssemblyAI's models for several languages are known to understand, without being told which it is.
_ASSEMBLYAI: Final = frozenset({"de", "en", "es", "fr", "it", "pt"})


@dataclass(frozen=True, slots=True)
class Tongue:
    """What one provider can do about languages; CHANGE is called only with a language that it KNOWS."""

    knows: Callable[[str], bool]
    change: Callable[[str], None]


def _nothing(_: str) -> None:
    """Nothing has to be told: it hears or reads which language it is."""


#: One language for the whole call: a caller who wants another one gets a person.
ONE_LANGUAGE: Final = Tongue(lambda _: False, _nothing)
#: Any language, without being told.
ANY_LANGUAGE: Final = Tongue(lambda _: True, _nothing)


def assemblyai_tongue(model: str) -> Tongue:
    if model.endswith("-english"):
        return ONE_LANGUAGE
    return Tongue(lambda language: base_language(language) in _ASSEMBLYAI, _nothing)


def requested_tongue(model: str, change: Callable[[str], None]) -> Tongue:
    """A recogniser that is asked stretch by stretch; Whisper's models for English alone end in `.en`."""
    if model.endswith(".en"):
        return ONE_LANGUAGE
    return Tongue(lambda _: True, lambda language: change(base_language(language)))


def azure_tongue(change: Callable[[str, str], None]) -> Tongue:
    """CHANGE is told locale and voice."""
    return Tongue(lambda language: _azure(language) is not None, lambda one: change(*azure_voice(one)))


def azure_voice(language: str) -> tuple[str, str]:
    """Locale and usual voice. Raises ProviderConfigError for a language that has none."""
    found = _azure(language)
    if found is None:
        raise ProviderConfigError(f"no Azure voice is known for the language {language}")
    return found


def base_language(language: str) -> str:
    return language.lower().partition("-")[0]


def _azure(language: str) -> tuple[str, str] | None:
    return _AZURE.get(language.lower()) or _AZURE.get(base_language(language))
