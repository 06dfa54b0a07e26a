"""How old a caller says to be, if that is young. Works on folded words."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from consent.folding import base_language
from consent.languages.statements import AGE, CHILD, SMALL_NUMBERS

#: A child, and the caller did not say how old.
A_CHILD: Final = 0


def stated_age(folded: str, spoken: Iterable[str]) -> int | None:
    """The age in years, under twenty; `A_CHILD` for "I'm a minor"; None when no such thing was said."""
    for tongue in map(base_language, spoken):
        if tongue not in AGE:
            continue
        if found := _aged(tongue).search(folded):
            word = found["age"]
            return int(word) if word.isdecimal() else _numbers(tongue)[word]
        if _child(tongue).search(folded):
            return A_CHILD
    return None


@cache
def _numbers(tongue: str) -> Mapping[str, int]:
    return {word.replace("+", " "): n for n, word in enumerate(SMALL_NUMBERS[tongue].split(), start=3)}


@cache
def _aged(tongue: str) -> re.Pattern[str]:
    before, after = AGE[tongue]
    words = "|".join(sorted(_numbers(tongue), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{before}) (?P<age>1?\d|{words})(?:{after})")


@cache
def _child(tongue: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{CHILD[tongue]})(?!\w)")
