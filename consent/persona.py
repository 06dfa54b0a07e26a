"""Find in the agent's own words what it must never say of itself: that it is human, or licensed.

Works on sentences of the model's answer, in the language of the call and in English. "I'm an AI, not a
person" and "I am connecting you to a doctor" are true and pass.
"""

import re
from enum import StrEnum
from typing import Final

from consent.folding import fold, languages_to_try
from consent.languages import SPEECH


class FalseClaim(StrEnum):
    """What the agent wrongly says that it is."""

    HUMAN = "human"
    LICENSED = "licensed"


def claims_to_be_human(text: str, language: str) -> bool:
    """Say whether TEXT, spoken by the agent, says or implies that the agent is a person."""
    return FalseClaim.HUMAN in false_claims(text, language)


def claims_a_licence(text: str, language: str) -> bool:
    """Say whether TEXT, spoken by the agent, says that it is a nurse, doctor, lawyer or the like."""
    return FalseClaim.LICENSED in false_claims(text, language)


def false_claims(text: str, language: str) -> frozenset[FalseClaim]:
    """Return every false claim of TEXT about the speaker."""
    sentences = [folded for part in _SENTENCE.split(text) if (folded := fold(part))]
    return frozenset(
        claim
        for name in languages_to_try(language)
        for claim, pattern in _COMPILED.get(name, {}).items()
        if any(pattern.search(sentence) for sentence in sentences)
    )


#: An abbreviation's full stop ("Dr. X") does not end a sentence.
_SENTENCE: Final = re.compile(r"(?<!\bDr)(?<!\bdr)[.!?;:…\n]+|\s[-–—]\s")


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?:(?<!\w)(?:{pattern})(?!\w))" for pattern in patterns))


_COMPILED: Final = {
    language: {
        FalseClaim.HUMAN: _any_of(speech.persona.human),
        FalseClaim.LICENSED: _any_of(speech.persona.licence),
    }
    for language, speech in SPEECH.items()
}
