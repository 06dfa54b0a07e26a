"""Why a policy could not be given: every error names an id, a file or a field, never a value of a caller.

PolicyError
+-- UnknownIdError        nobody knows this id: the question is wrong (exit 2)
+-- PolicyUnusableError   the policy is there and cannot be used: broken, altered or out of date (exit 3)
+-- MissingScriptError    this language has no such sentence: the call goes to a person
"""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from itertools import takewhile
from types import MappingProxyType


class PolicyError(Exception):
    """Anything the policies package raises on purpose."""


class UnknownIdError(PolicyError):
    """No policy has this id. The message names the nearest one."""


class PolicyUnusableError(PolicyError):
    """The policy exists and must not be used: it cannot be read, was altered, or is out of date."""


class MissingScriptError(PolicyError):
    """The language has no text for this key; no other language may stand in for it."""

    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"no script {key!r} in {language!r}: calls in this language go to a person")
        self.language = language
        self.key = key


#: Codes that people write from habit, and the ids that the policies use for them (ISO 3166 says GB).
_HABITS = {"GB": "UK", "EL": "GR", "USA": "US", "UAE": "AE", "DC": "US-DC", "QC": "CA-QC"}

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def unknown_id(
    kind: str, wrong: str, known: Iterable[str], names: Mapping[str, str] = _NO_NAMES
) -> UnknownIdError:
    """The error for an id that nobody has, with the nearest that exist. `names`: what people call them."""
    shown = wrong[:40].encode("ascii", "replace").decode() if wrong.isprintable() else "(unprintable)"
    nearest = _nearest(wrong, known, names)
    if not nearest:
        return UnknownIdError(f"no {kind} has the id {shown!r}: there is none at all")
    return UnknownIdError(f"no {kind} has the id {shown!r}: the nearest is {' or '.join(map(repr, nearest))}")


def _nearest(wrong: str, known: Iterable[str], names: Mapping[str, str]) -> list[str]:
    ids = sorted(set(known))
    folded = wrong.strip().casefold()
    by_name = {name.casefold(): one for one, name in names.items()}
    habit = _HABITS.get(folded.upper()) or by_name.get(folded)
    if habit in ids:
        return [habit]

    def likeness(one: str) -> tuple[float, int]:
        other = one.casefold()
        return SequenceMatcher(None, folded, other).ratio(), sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(folded, other, strict=False))
        )

    best = max(map(likeness, ids), default=None)
    return [one for one in ids if likeness(one) == best][:3]
