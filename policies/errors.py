"""Why a policy could not be given: every error names an id, a file or a field, never a value of a caller.

PolicyError
+-- UnknownIdError        nobody knows this id: the question is wrong (exit 2)
+-- PolicyUnusableError   the policy is there and cannot be used: broken, altered or out of date (exit 3)
+-- MissingScriptError    this language has no such sentence: the call goes to a person
"""

from collections.abc import Iterable
from difflib import get_close_matches


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


def unknown_id(kind: str, wrong: str, known: Iterable[str]) -> UnknownIdError:
    """The error for an id that nobody has, with the nearest one that exists."""
    ids = sorted(known)
    by_fold = {one.casefold(): one for one in ids}
    habit = _HABITS.get(wrong.upper())
    near = [habit] if habit in ids else get_close_matches(wrong.casefold(), by_fold, n=1, cutoff=0.0)
    nearest = "there is none at all" if not near else f"the nearest is {by_fold.get(near[0], near[0])!r}"
    shown = (
        wrong if len(wrong) <= 40 and wrong.isprintable() else wrong[:40].encode("ascii", "replace").decode()
    )
    return UnknownIdError(f"no {kind} has the id {shown!r}: {nearest}")
