"""Step 10: does the evidence answer the question, and may it be believed? Codes 3 and 0 only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from audit.encoding import parse_timestamp
from audit.trust import Policy
from audit.verify.accounts import Accounts
from audit.verify.anchors import time_text
from audit.verify.files import Bundle
from audit.verify.findings import Findings
from audit.verify.question import Question
from audit.verify.segments import Segment
from audit.verify.walk import Walked


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that an answer depends on."""

    question: Question
    bundle: Bundle
    walked: Walked
    accounts: Accounts
    scope: frozenset[str]
    policy: Policy
    trusted: bool
    as_of: int | None
    anchored: int | None
    now: datetime | None
    max_age_s: int | None
    max_open_s: int

    @property
    def complete_set(self) -> bool:
        """Whether no call of the log can be hidden from the bundle."""
        return not self.bundle.partial

    def open_segments(self, calls: Iterable[str]) -> list[Segment]:
        return [
            segment
            for name in calls
            for segment in self.walked.calls[name].segments.values()
            if self.accounts.states[segment.call, segment.seg] == "open"
        ]


def give_answer(answer: Answer, findings: Findings) -> str | None:
    """Add what stands between the evidence and the answer; return what anchors it."""
    if not answer.trusted:
        findings.add(10, "no-trust", "policy and workers come from the bundle itself; give --trust")
    anchor = _anchor(answer, findings)
    if answer.max_age_s is not None:
        oldest = None if answer.now is None else answer.now.timestamp() - answer.max_age_s
        if answer.as_of is None or oldest is None or answer.as_of < oldest:
            findings.add(10, "too-old", "the state of the log is older than --max-age, or of unknown age")
    asked = answer.question
    origin = answer.bundle.manifest["origin"]
    if asked.log is None and len(answer.policy.origins) > 1:
        findings.add(10, "not-proven", "the policy names several logs; say with --log which one is asked")
    if asked.log is not None and asked.log != origin:
        findings.add(10, "not-proven", "the bundle is of another log than the one asked for")
    if asked.calls:
        _calls(answer, findings)
    elif (period := asked.period()) is not None:
        _period(answer, period[1], findings)
    else:
        _whole_log(answer, findings)
    odd = answer.walked.odd_times + sum(segment.odd_times for segment in answer.walked.segments())
    if odd:
        findings.add(10, "time-odd", f"{odd} entries have a time that does not fit the others")
    return anchor


def _anchor(answer: Answer, findings: Findings) -> str | None:
    if answer.policy.quorum is not None:
        if answer.as_of is not None:
            return "quorum"
        findings.add(10, "quorum-missed", "too few witnesses cosigned the checkpoint")
        return None
    if answer.anchored is not None:
        return "held"
    findings.add(10, "unanchored", "nothing outside vouches for this state")
    return None


def _calls(answer: Answer, findings: Findings) -> None:
    for name in sorted(set(answer.question.calls)):
        call = answer.walked.calls.get(name)
        if call is None:
            if answer.complete_set:
                findings.add(10, "call-not-in-log", "the log has no entry of a call asked for")
            continue
        named = answer.bundle.manifest["scope"]["calls"]
        numbers = sorted(call.segments)
        if name not in answer.scope or (answer.bundle.partial and name not in named):
            findings.add(10, "not-proven", "a call asked for is not in the scope of the bundle")
        elif answer.bundle.partial and numbers != list(range(len(numbers))):
            findings.add(10, "not-proven", "the segments of a call asked for have a hole")
        if answer.open_segments([name]):
            findings.add(10, "segment-open", "a call asked for was not closed")


def _period(answer: Answer, end: str, findings: Findings) -> None:
    within = [name for name, call in answer.walked.calls.items() if call.in_asked_period]
    if not answer.complete_set or any(name not in answer.scope for name in within):
        findings.add(10, "not-proven", "the bundle does not show every call of the period")
    as_of = time_text(answer.as_of)
    if as_of is None or as_of < end:
        findings.add(10, "not-proven", "the state of the log is not known to reach the end of the period")
    if answer.open_segments(within):
        findings.add(10, "segment-open", "a call of the period was not closed")


def _whole_log(answer: Answer, findings: Findings) -> None:
    if not answer.complete_set or any(name not in answer.scope for name in answer.walked.calls):
        findings.add(10, "not-proven", "the bundle does not show every call of the log")
    for segment in answer.open_segments(answer.walked.calls):
        first = segment.first
        if answer.as_of is None or first is None:
            findings.add(10, "segment-open", "a call was not closed, and the age of this state is unknown")
        elif answer.as_of - parse_timestamp(first.ts).timestamp() > answer.max_open_s:
            findings.add(10, "segment-open", "a call was not closed for longer than --max-open")
