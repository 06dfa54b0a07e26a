"""Whether a caller complains, threatens with the law, or asks for the rights that data protection gives.

Trigger `complaint` of the policies. A false alarm costs one sentence: a person is offered, nothing is decided.
"""

import re
from collections.abc import Iterable
from functools import cache

from consent.folding import base_language, fold
from consent.languages.complaints import COMPLAINT


def complains(text: str, spoken: Iterable[str]) -> bool:
    """Say whether TEXT is a complaint, a legal threat or a request for one's data, in one of the languages SPOKEN."""
    folded = fold(text)
    return any(
        _pattern(tongue).search(folded) is not None
        for tongue in map(base_language, spoken)
        if tongue in COMPLAINT
    )


@cache
def _pattern(tongue: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{COMPLAINT[tongue]})(?!\w)")
