"""The result of a verification: one exit code, one sentence, and everything that was found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from audit.verify.findings import STEP_NAMES, Finding
from audit.verify.question import Question

_TEXTS: Final = {
    0: "verified and anchored: the evidence is whole, unaltered and answers the question",
    3: "consistent, but unanchored, stale or not proven",
    10: "altered: do not trust this evidence",
    11: "truncated, rolled back or forked: do not trust this evidence",
    12: "unexplained gap: something is missing and no tombstone says why",
    13: "key or content mismatch: do not trust the content",
    20: "could not run: nothing is known about the evidence",
}
HOW_TO_ANCHOR: Final = (
    "to anchor it, let a witness that the company does not control cosign the checkpoints, "
    "or keep a checkpoint outside and give it with --held"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyResult:
    """What was found. Two verifiers agree when `exit` and, at 0 and 3, all fields but texts are equal."""

    question: Question
    exit: int
    findings: tuple[Finding, ...]
    origin: str | None = None
    size: int | None = None
    root: str | None = None
    mode: str | None = None
    as_of: str | None = None
    anchor: str | None = None
    held_size: int | None = None
    trust: str = "bundle"
    copies_differ: bool = False
    closed: int = 0
    abandoned: int = 0
    open: int = 0
    unsupported: int = 0
    unsigned: int = 0
    prev_unknown: int = 0
    late: int = 0
    body_pruned: int = 0
    outside_scope: int = 0
    shredded: int = 0
    sealed: int = 0
    opened: int = 0
    content: bool = False

    @property
    def sentence(self) -> str:
        """The verdict in one sentence, and what would make it better."""
        reasons = {one.id for one in self.findings if one.code != 0}
        if self.exit == 3 and "unanchored" in reasons:
            others = sorted(reasons - {"unanchored"})
            also = f" (also {', '.join(others)})" if others else ""
            return f"consistent but unanchored{also}; {HOW_TO_ANCHOR}"
        if self.exit == 3:
            return f"{_TEXTS[3]} ({', '.join(sorted(reasons))})"
        return _TEXTS[self.exit]

    def as_dict(self) -> dict[str, Any]:
        """The object of `--json`."""
        asked = self.question
        return {
            "format": "VAL1-result",
            "v": 1,
            "exit": self.exit,
            "asked": {
                "log": asked.log,
                "calls": sorted(set(asked.calls)) or None,
                "from": asked.start,
                "to": asked.end,
            },
            "findings": [
                {"id": one.id, "code": one.code, "step": one.step, "text": one.text} for one in self.findings
            ],
            "segments": {"closed": self.closed, "abandoned": self.abandoned, "open": self.open},
            **{name: getattr(self, name) for name in _FIELDS},
        }

    def lines(self) -> Iterator[str]:
        """The form for people: the findings by step, then what is known, `exit` last."""
        for one in self.findings:
            yield f"step {one.step} {STEP_NAMES[one.step]}: {one.id} ({one.code}) {one.text}"
        yield f"asked     {self._asked()}"
        reasons = [one.id for one in self.findings if one.code != 0]
        yield "answer    " + (f"not proven: {', '.join(reasons)}" if reasons else "proven")
        open_set = "; call set: not proven complete" if self.mode == "partial" else ""
        size = "unknown" if self.size is None else self.size
        root, mode = self.root or "unknown", self.mode or "unknown"
        yield f"log       {self.origin or 'unknown'}, {size} leaves, root {root}, mode {mode}{open_set}"
        yield f"as of     {self.as_of or 'unknown'}"
        held = f"held {self.held_size} leaves" if self.anchor == "held" else None
        yield f"anchor    {held or self.anchor or 'none'}"
        trust = "bundle only" if self.trust == "bundle" else "outside"
        trust += ", copies in the bundle differ" if self.copies_differ else ""
        yield f"trust     {trust}" + (f", {self.unsupported} keys unsupported" if self.unsupported else "")
        yield (
            f"segments  {self.closed} closed, {self.abandoned} abandoned, {self.open} open, "
            f"{self.unsigned} entries unsigned, {self.late} late, {self.prev_unknown} prev_seg unknown"
        )
        yield (
            f"forms     {self.body_pruned} body-pruned under tombstone, {self.outside_scope} outside scope, "
            f"{self.shredded} segments shredded"
        )
        yield "content   " + (f"opened {self.opened} of {self.sealed}" if self.content else "not opened")
        yield f"exit      {self.exit} {self.sentence}"

    def _asked(self) -> str:
        asked = self.question
        what = "whole log"
        if asked.calls:
            what = "call " + ", ".join(sorted(set(asked.calls)))
        elif asked.start is not None:
            what = f"{asked.start} .. {asked.end}"
        return what if asked.log is None else f"{asked.log}, {what}"


_FIELDS: Final = (
    "origin",
    "size",
    "root",
    "mode",
    "as_of",
    "anchor",
    "trust",
    "unsupported",
    "unsigned",
    "prev_unknown",
    "late",
    "body_pruned",
    "outside_scope",
    "shredded",
    "sealed",
    "opened",
)
