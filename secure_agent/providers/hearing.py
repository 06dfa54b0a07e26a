"""How the recogniser's wrapper asks an ear: what fails in there is dropped, and leaves no text in the error."""

from typing import Protocol

from livekit.agents import stt

from policies.text import RawText, RedactedText
from secure_agent.providers.errors import ProviderGuardError


class Ear(Protocol):
    """What listens for one call: it takes raw text and gives back what may be known of it."""

    def hear(self, text: RawText, *, language: str, confidence: float) -> tuple[RedactedText, ...]:
        """Take one final transcript; return what may go on now: nothing, or earlier text as well."""
        ...

    def end_of_speech(self) -> tuple[RedactedText, ...]:
        """Return what was held back: the caller has stopped speaking."""
        ...

    @property
    def deaf(self) -> bool:
        """True while nothing the caller says may be known (card capture)."""
        ...


def heard(ear: Ear, event: stt.SpeechEvent) -> tuple[RedactedText, ...]:
    if not event.alternatives or not event.alternatives[0].text.strip():
        return ()
    said = event.alternatives[0]
    failed = ""
    try:
        return ear.hear(RawText(said.text), language=str(said.language), confidence=said.confidence)
    except Exception as error:  # noqa: BLE001 - fail closed: the ear's exception may hold the text
        failed = type(error).__name__
    raise ProviderGuardError(f"the ear failed ({failed}); what was said has been dropped")


def end_of_speech(ear: Ear) -> tuple[RedactedText, ...]:
    failed = ""
    try:
        return ear.end_of_speech()
    except Exception as error:  # noqa: BLE001 - fail closed: the ear's exception may hold the text
        failed = type(error).__name__
    raise ProviderGuardError(f"the ear failed ({failed}); what was held has been dropped")
