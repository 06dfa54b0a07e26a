"""Understand, without a model, three things that a caller may say at any moment and that must be obeyed.

Patterns work on folded words, in the language of the call and in English. Ordinary sentences give nothing; so
does a word inside a label of redaction.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from consent.folding import fold, languages_to_try
from consent.languages import SPEECH
from consent.languages.statements import NO_PERSON
from consent.speech import IntentPatterns
from policies.text import RedactedText


class Intent(StrEnum):
    """What the caller wants, in order of precedence: a withdrawal takes effect first."""

    WITHDRAWS_RECORDING = "withdraws_recording"
    WANTS_PERSON = "wants_person"
    ARE_YOU_A_PERSON = "are_you_a_person"


def understand_intent(text: RedactedText, language: str) -> Intent | None:
    """Return the intent that comes first in precedence, or None for an ordinary sentence."""
    return next(iter(understand_intents(text, language)), None)


def understand_intents(text: RedactedText, language: str) -> tuple[Intent, ...]:
    """Return all intents of TEXT in order of precedence; one remark may hold two."""
    folded = fold(text)
    found: set[Intent] = set()
    for name in languages_to_try(language):
        if name in _COMPILED:
            found |= _found_in(folded, _COMPILED[name])
    return tuple(intent for intent in Intent if intent in found)


def _found_in(folded: str, compiled: "_Compiled") -> set[Intent]:
    found = set()
    for intent, pattern in compiled.patterns.items():
        said = compiled.no_person.sub(" ", folded) if intent is Intent.WANTS_PERSON else folded
        if pattern.search(compiled.leading.sub("", said)) or pattern.search(said):
            found.add(intent)
    return found


class _Compiled:
    """One language's patterns: `leading` are words that may come before anything ("well, please ...")."""

    __slots__ = ("leading", "no_person", "patterns")

    def __init__(self, source: IntentPatterns, no_person: str) -> None:
        self.no_person = re.compile(rf"(?<!\w)(?:{no_person})(?!\w)")
        self.leading = re.compile(rf"^(?:(?:{source.leading}) )+")
        self.patterns: Final[Mapping[Intent, re.Pattern[str]]] = {
            Intent.WITHDRAWS_RECORDING: _any_of(source.withdraws),
            Intent.WANTS_PERSON: _any_of(source.wants_person),
            Intent.ARE_YOU_A_PERSON: _any_of(source.are_you_a_person),
        }


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?:\b(?:{pattern})(?!\w))" for pattern in patterns))


_COMPILED: Final = {
    language: _Compiled(speech.intents, NO_PERSON[language]) for language, speech in SPEECH.items()
}
