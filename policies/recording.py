"""Plan a recording from policy, activity and answer. None is made without a notice played to its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from policies.errors import unknown_id
from policies.fields import FIELDS
from policies.packs import PolicySet
from policies.resolved import Resolved
from policies.schema import Duty

AnswerGiven = Literal["yes", "no", "silence", "unclear"]
Action = Literal[
    "proceed", "continue_unrecorded", "decline_activity", "end_call", "transfer_unrecorded", "human"
]

_RANKS = FIELDS["recording.permission"].ranks


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the call must do in the end: the plan, unless the data may be kept nowhere."""

    record: bool
    action: str
    first_in_file: str | None  # key of the script that the recording must begin with
    alert: str | None


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """Whether to record, what to do with the call, and why; `outcome` is what binds."""

    record: bool
    action: str
    reason: str
    outcome: Outcome

    def as_dict(self) -> dict[str, Any]:
        outcome = self.outcome
        return {
            "record": self.record,
            "action": self.action,
            "reason": self.reason,
            "outcome": {
                "record": outcome.record,
                "action": outcome.action,
                "first_in_file": outcome.first_in_file,
                "alert": outcome.alert,
            },
        }


@dataclass(frozen=True, slots=True)
class _Step:
    record: bool
    action: str
    reason: str
    first_in_file: str | None = None


def plan_recording(
    resolved: Resolved,
    policies: PolicySet,
    *,
    answer: AnswerGiven,
    activity: str | None = None,
    notice_cut: bool = False,
) -> RecordingPlan:
    """The plan for ACTIVITY after ANSWER. `notice_cut`: the notice or question was not played to its end."""
    if answer not in get_args(AnswerGiven):
        raise unknown_id("answer", answer, get_args(AnswerGiven))
    if activity is not None and activity not in policies.activities:
        raise unknown_id("activity", activity, policies.activities)
    duties = [duty for duty in resolved.effective.recording.duties if activity in duty.covers_activities]
    steps = [_under_duty(resolved, duty, answer, cut=notice_cut) for duty in duties]
    # Every duty must be content: one that forbids the recording, or the activity, forbids it for all.
    step = (
        min(steps, key=lambda one: one.record) if steps else _without_duty(resolved, answer, cut=notice_cut)
    )
    if resolved.stores_nothing:
        outcome = Outcome(record=False, action="human", first_in_file=None, alert="residency_conflict")
    else:
        outcome = Outcome(step.record, step.action, step.first_in_file, None)
    return RecordingPlan(step.record, step.action, step.reason, outcome)


def _without_duty(resolved: Resolved, answer: AnswerGiven, *, cut: bool) -> _Step:
    permission = resolved.effective.recording.permission
    if permission == "forbidden":
        return _Step(record=False, action="continue_unrecorded", reason=permission)
    if cut:
        return _Step(record=False, action="continue_unrecorded", reason="notice not fully played")
    if answer == "yes" or (answer == "silence" and permission != "express_optin"):
        return _Step(
            record=True,
            action="proceed",
            reason=permission,
            first_in_file=_announcement(resolved, permission),
        )
    return _Step(record=False, action="continue_unrecorded", reason=permission)


def _under_duty(resolved: Resolved, duty: Duty, answer: AnswerGiven, *, cut: bool) -> _Step:
    residual = residual_permission(resolved, duty.displaces)
    if residual == "forbidden":
        return _Step(record=False, action=duty.on_refusal, reason="recording is forbidden")
    if cut:
        return _Step(record=False, action=duty.on_refusal, reason="notice not fully played")
    if residual == "express_optin":
        if answer == "yes":
            return _Step(record=True, action="proceed", reason="duty + consent", first_in_file="ok_yes")
        return _Step(record=False, action=duty.on_refusal, reason="foreign consent rule not displaced")
    if answer in {"no", "unclear"}:
        return _Step(record=False, action=duty.on_refusal, reason="caller refuses mandatory recording")
    return _Step(record=True, action="proceed", reason="legal duty", first_in_file=duty.notice_script)


def residual_permission(resolved: Resolved, displaced: Iterable[str]) -> str:
    """The strictest permission that a duty does not displace (`X` displaces `X-...` too)."""
    gone = tuple(displaced)
    rest = [
        rule.permission
        for rule in resolved.recording_rules
        if rule.kind != "place"
        or not any(rule.policy == one or rule.policy.startswith(f"{one}-") for one in gone)
    ]
    return max(rest, key=_RANKS.index, default=_RANKS[0])


def _announcement(resolved: Resolved, permission: str) -> str | None:
    if permission == "express_optin":
        return "ok_yes"
    if not resolved.effective.recording.announce_in_recording:
        return None
    return "rec_optout" if permission == "notice_optout" else "rec_notice"
