"""Which other language a caller asks for, or has begun to speak. Works on folded words; one of ours, or nothing."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from consent.folding import base_language
from consent.languages.statements import FREQUENT, NAMES_OF_LANGUAGES, OWN_WISH, WISH

#: A turn is in another language if so many of its words are, and no word of it is only in the language of the call.
_ENOUGH_WORDS: Final = 3
_ENOUGH_SHARE: Final = 0.4


def language_wanted(folded: str, language: str) -> str | None:
    """The language to go on in, other than LANGUAGE; None to stay."""
    current = base_language(language)
    for tongue, wish in _wishes(current).items():
        if wish.search(folded):
            return tongue
    return _spoken(folded.split(), current)


def _spoken(words: list[str], current: str) -> str | None:
    own = _frequent().get(current, frozenset())
    if len(words) < _ENOUGH_WORDS or any(word in own for word in words):
        return None
    counts = {tongue: sum(word in known for word in words) for tongue, known in _frequent().items()}
    best = max(counts, key=lambda tongue: counts[tongue])
    enough = counts[best] >= max(_ENOUGH_WORDS, _ENOUGH_SHARE * len(words))
    alone = all(count < counts[best] for tongue, count in counts.items() if tongue != best)
    return best if enough and alone else None


@cache
def _frequent() -> Mapping[str, frozenset[str]]:
    return {tongue: frozenset(words.split()) for tongue, words in FREQUENT.items()}


@cache
def _wishes(current: str) -> Mapping[str, re.Pattern[str]]:
    found = {}
    for tongue, own in OWN_WISH.items():
        if tongue == current:
            continue
        patterns = [own]
        name = NAMES_OF_LANGUAGES.get(current, {}).get(tongue)
        if name is not None:
            patterns.append(WISH[current].replace("{}", name))
        found[tongue] = re.compile("|".join(rf"(?:(?<!\w)(?:{one})(?!\w))" for one in patterns))
    return found
