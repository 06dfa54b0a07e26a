"""Where in a spoken question the word that names recording stands: a yes before it agrees to nothing."""

import re
from collections.abc import Mapping
from typing import Final

from consent.folding import base_language
from policies.text import RedactedText

#: The end of that word as a part of the question; with a long purpose where that stands before the verb.
_NAMED_AT: Final[Mapping[str, float]] = {
    "en": 0.15,
    "es": 0.20,
    "fr": 0.30,
    "de": 0.55,
    "it": 0.20,
    "pt": 0.20,
    "nl": 0.25,
    "pl": 0.20,
}
#: Not known: only after the whole question.
_WHOLE: Final = 1.0

_WORD: Final[Mapping[str, re.Pattern[str]]] = {
    language: re.compile(rf"\b(?:{stem})\w*", re.IGNORECASE)
    for language, stem in {
        "en": "record",
        "es": "grab",
        "fr": "enregistr",
        "de": "aufzeich|aufnehm|aufnahm",
        "it": "registr",
        "pt": "grava",
        "nl": "opne|opna|opgenomen",
        "pl": "nagr",
    }.items()
}


def recording_named_at(language: str, question: RedactedText | None = None) -> float:
    """Return the fraction of the question after which recording has been named; 1.0 if that is not known."""
    base = base_language(language)
    if question is None:
        return _NAMED_AT.get(base, _WHOLE)
    word = _WORD.get(base)
    found = word.search(question) if word else None
    return found.end() / len(question) if found else _WHOLE
