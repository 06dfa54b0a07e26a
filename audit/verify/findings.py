"""Findings of a verification: each with its step, code and sentence; the exit code follows."""

from dataclasses import dataclass
from typing import Final

MISUSED = 20
STEP_NAMES: Final = (
    "outside",
    "files",
    "checkpoint",
    "lines",
    "tree",
    "held",
    "chains",
    "signatures",
    "accounts",
    "keys",
    "answer",
)
#: Every finding with its code. Nothing else can be found.
CODES: Final[dict[str, int]] = {
    "outside-input": 20,
    "unreadable": 20,
    "file-malformed": 10,
    "file-unexpected": 10,
    "file-hash": 10,
    "checkpoint-refused": 10,
    "manifest-contradicted": 10,
    "line-malformed": 10,
    "leaves-cut": 11,
    "leaves-missing": 12,
    "root-mismatch": 10,
    "proof-invalid": 10,
    "fork": 11,
    "chain-broken": 10,
    "seq-hole": 12,
    "type-misplaced": 10,
    "log-mismatch": 10,
    "segment-missing": 12,
    "worker-refused": 10,
    "head-unknown": 11,
    "tombstone-invalid": 12,
    "form-uncovered": 12,
    "segment-short": 11,
    "call-missing": 12,
    "key-refused": 13,
    "key-of-erased": 13,
    "body-invalid": 13,
    "key-missing": 12,
    "no-trust": 3,
    "quorum-missed": 3,
    "unanchored": 3,
    "too-old": 3,
    "held-newer": 3,
    "held-not-comparable": 3,
    "not-proven": 3,
    "segment-open": 3,
    "call-not-in-log": 0,
    "outside-unused": 0,
    "control-not-counted": 0,
    "time-odd": 0,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in one step."""

    id: str
    step: int
    text: str

    @property
    def code(self) -> int:
        return CODES[self.id]


class StopVerification(Exception):  # noqa: N818 - not an error: what was found stands in the findings
    """Nothing that follows would mean anything."""


class Findings:
    """What was found so far. The same id in a step is kept once, with a count."""

    def __init__(self) -> None:
        self._first: dict[tuple[int, str], str] = {}
        self._counts: dict[tuple[int, str], int] = {}

    def add(self, step: int, name: str, text: str) -> None:
        key = (step, name)
        self._first.setdefault(key, text)
        self._counts[key] = self._counts.get(key, 0) + 1

    def has(self, *names: str) -> bool:
        return any(name in names for _, name in self._first)

    def stop_if_worse(self) -> None:
        """End the run where evidence was refused or could not be read."""
        if any(CODES[name] in (10, MISUSED) for _, name in self._first):
            raise StopVerification

    def all(self) -> list[Finding]:
        found: list[Finding] = []
        for (step, name), text in sorted(self._first.items()):
            more = self._counts[step, name] - 1
            found.append(Finding(name, step, f"{text} (and {more} more)" if more else text))
        return found

    def exit_code(self) -> int:
        """20 from outside before everything; then the smallest of 10 to 13; then 20, then 3, then 0."""
        found = self.all()
        if any(one.step == 0 and one.code == MISUSED for one in found):
            return MISUSED
        wrong = [one.code for one in found if 10 <= one.code <= 13]
        if wrong:
            return min(wrong)
        codes = {one.code for one in found}
        return MISUSED if MISUSED in codes else 3 if 3 in codes else 0
