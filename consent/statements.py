"""Understand, without a model, what a caller states about place, language, age, errand or danger.

All of it only ever tightens what the call does. A statement is a code, never the words in which it was made.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from consent.ages import stated_age
from consent.danger import Danger, dangers_in
from consent.folding import base_language, fold, languages_to_try
from consent.languages.statements import AT_PLACE, GOODBYE
from consent.tongues import language_wanted
from policies.cues import activities, place_names


@dataclass(frozen=True, slots=True)
class Statements:
    """What one turn stated; each part empty when nothing was."""

    places: frozenset[str] = frozenset()  # ids of policies
    language: str | None = None  # the caller asked for it, or spoke it
    age: int | None = None  # in years; 0: said to be a child, without the age
    activities: frozenset[str] = frozenset()
    danger: Danger | None = None
    goodbye: bool = False


NOTHING: Final = Statements()


def understand_statements(text: str, language: str, *, asked_for_place: bool = False) -> Statements:
    """What TEXT states in a call in LANGUAGE. ASKED_FOR_PLACE: a bare name answers the agent's question."""
    folded = fold(text)
    if not folded:
        return NOTHING
    wanted = language_wanted(folded, language)
    spoken = dict.fromkeys((*languages_to_try(language), *((wanted,) if wanted else ())))
    return Statements(
        places=_places(folded, spoken, bare=asked_for_place),
        language=wanted,
        age=stated_age(folded, spoken),
        activities=_activities(folded, spoken),
        danger=dangers_in(folded, spoken),
        goodbye=any(_goodbye(tongue).search(folded) is not None for tongue in spoken),
    )


def _places(folded: str, spoken: Iterable[str], *, bare: bool) -> frozenset[str]:
    names = _names()
    found: set[str] = set()
    for tongue in spoken:
        for match in _at_place(tongue).finditer(folded):
            found |= names[match["place"]]
    if bare and not found and folded in names:
        found |= names[folded]
    return frozenset(found)


def _activities(folded: str, spoken: Iterable[str]) -> frozenset[str]:
    return frozenset(
        activity
        for tongue in spoken
        for activity, pattern in _cues(base_language(tongue)).items()
        if pattern.search(folded)
    )


@cache
def _names() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, names in place_names().items():
        for name in names:
            found.setdefault(fold(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def _at_place(tongue: str) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_names(), key=len, reverse=True))
    frame = AT_PLACE.get(base_language(tongue))
    return re.compile(rf"(?<!\w)(?:{frame}) (?P<place>{names})(?!\w)") if frame else _NEVER


@cache
def _cues(tongue: str) -> Mapping[str, re.Pattern[str]]:
    return {
        name: re.compile(
            rf"(?<!\w)(?:{'|'.join(re.escape(fold(cue)) for cue in activity.cues[tongue])})(?!\w)"
        )
        for name, activity in activities().items()
        if activity.cues.get(tongue)
    }


@cache
def _goodbye(tongue: str) -> re.Pattern[str]:
    words = GOODBYE.get(base_language(tongue))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)") if words else _NEVER


_NEVER: Final = re.compile(r"(?!)")
