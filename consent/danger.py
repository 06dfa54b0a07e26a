"""Whether a caller may be in danger: a category, never the words. A false alarm costs a sentence, a miss a life."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from consent.folding import base_language
from consent.languages.danger import EMERGENCY, SELF_HARM


class Danger(StrEnum):
    """What is to be done about it is in the triggers of the policy."""

    SELF_HARM = "self_harm"
    EMERGENCY = "emergency"  # medical, fire, violence: software that tells these apart would be high-risk AI


def dangers_in(folded: str, spoken: Iterable[str]) -> Danger | None:
    """The gravest danger that the folded words speak of, in the languages SPOKEN."""
    tongues = [tongue for tongue in map(base_language, spoken) if tongue in SELF_HARM]
    if any(_pattern(tongue, Danger.SELF_HARM).search(folded) for tongue in tongues):
        return Danger.SELF_HARM
    if any(_pattern(tongue, Danger.EMERGENCY).search(folded) for tongue in tongues):
        return Danger.EMERGENCY
    return None


@cache
def _pattern(tongue: str, danger: Danger) -> re.Pattern[str]:
    table = SELF_HARM if danger is Danger.SELF_HARM else EMERGENCY
    return re.compile(rf"(?<!\w)(?:{table[tongue]})(?!\w)")
