"""When a call is recorded, and what happens to the activity when it may not be."""

from datetime import date
from typing import get_args

import pytest

from policies import Line, PolicySet, Resolved, UnknownIdError, plan_recording, resolve
from policies.places import BUSINESS, Place
from policies.recording import AnswerGiven, residual_permission
from policies.resolve import compose

YES, NO, SILENCE, UNCLEAR = get_args(AnswerGiven)


def with_permission(policies: PolicySet, permission: str, on: date, *sectors: str) -> Resolved:
    """A call in Texas to a line that asks for at least PERMISSION."""
    line = Line.model_validate({"business": "US-TX", "recording": {"permission": permission}})
    return resolve(policies, line=line, caller="+12145550100", sectors=sectors or ("general",), on=on)


@pytest.mark.parametrize(
    ("permission", "recorded_after"),
    [
        ("notice", {YES, SILENCE}),
        ("notice_optout", {YES, SILENCE}),
        ("express_optin", {YES}),
        ("forbidden", set()),
    ],
)
def test_without_a_duty_the_answer_decides(
    permission: str, recorded_after: set[str], shipped: PolicySet, on: date
) -> None:
    policy = with_permission(shipped, permission, on)
    for answer in get_args(AnswerGiven):
        plan = plan_recording(policy, shipped, answer=answer)
        assert plan.record is (answer in recorded_after)
        assert plan.action == ("proceed" if plan.record else "continue_unrecorded")
        assert plan.reason == permission


def test_where_no_law_asks_silence_is_enough_but_a_no_is_still_a_no(worked: PolicySet, on: date) -> None:
    policy = compose(worked, places=[Place("US-TX", BUSINESS)], sectors=["general"], on=on)
    assert policy.effective.recording.permission == "none"
    assert [plan_recording(policy, worked, answer=one).record for one in (YES, SILENCE, NO, UNCLEAR)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("business", "caller", "sector", "activity", "answer", "record", "action", "reason"),
    [
        ("DE", "+4930123456", "finance.mifid_order.DE", "order_intake", SILENCE, True, "proceed", "legal duty"),
        ("DE", "+4930123456", "finance.mifid_order.DE", "order_intake", YES, True, "proceed", "legal duty"),
        ("DE", "+4930123456", "finance.mifid_order.DE", "order_intake", NO, False, "decline_activity",
         "caller refuses mandatory recording"),
        ("DE", "+4930123456", "finance.mifid_order.DE", "order_intake", UNCLEAR, False, "decline_activity",
         "caller refuses mandatory recording"),
        ("DE", "+41446681800", "finance.mifid_order.DE", "order_intake", SILENCE, False, "decline_activity",
         "foreign consent rule not displaced"),
        ("DE", "+41446681800", "finance.mifid_order.DE", "order_intake", YES, True, "proceed", "duty + consent"),
        ("UK", "+4930123456", "finance.mifid_order.UK", "mifid_order", NO, False, "decline_activity",
         "foreign consent rule not displaced"),
        ("US-NY", "+14155550142", "finance.cftc_oral", "swap_quote", SILENCE, True, "proceed", "legal duty"),
        ("US-NY", None, "finance.cftc_oral", "swap_quote", SILENCE, False, "decline_activity",
         "foreign consent rule not displaced"),
        ("US-CA", "+14155550142", "payment.nacha_tel", "debit_authorization", SILENCE, True, "proceed", "legal duty"),
        ("DE", "+4930123456", "finance.mifid_order.DE", None, SILENCE, False, "continue_unrecorded", "express_optin"),
        ("DE", "+4930123456", "finance.mifid_order.DE", "swap_quote", SILENCE, False, "continue_unrecorded",
         "express_optin"),
    ],
)  # fmt: skip
def test_a_duty_displaces_its_own_legal_order_and_no_other(
    business: str, caller: str | None, sector: str, activity: str | None, answer: AnswerGiven, record: bool,  # noqa: FBT001
    action: str, reason: str, shipped: PolicySet, on: date,
) -> None:  # fmt: skip
    policy = resolve(shipped, business=business, caller=caller, sectors=(sector,), on=on)
    plan = plan_recording(policy, shipped, answer=answer, activity=activity)
    assert (plan.record, plan.action, plan.reason) == (record, action, reason)


def test_a_line_that_forbids_recording_is_displaced_by_no_duty(shipped: PolicySet, on: date) -> None:
    line = Line.model_validate({"id": "DE-own", "business": "DE", "recording": {"permission": "forbidden"}})
    policy = resolve(shipped, line=line, caller="+4930123456", sectors=("finance.mifid_order.DE",), on=on)
    assert residual_permission(policy, ["DE", "EU"]) == "forbidden"
    plan = plan_recording(policy, shipped, answer=YES, activity="mifid_order")
    assert (plan.record, plan.action) == (False, "decline_activity")


def test_two_duties_for_one_activity_must_both_be_content(shipped: PolicySet, on: date) -> None:
    both = ("finance.mifid_order.DE", "finance.mifid_order.UK")
    policy = resolve(shipped, business="DE", caller="+442071234567", sectors=both, on=on)
    assert plan_recording(policy, shipped, answer=SILENCE, activity="mifid_order").record is False
    assert plan_recording(policy, shipped, answer=YES, activity="mifid_order").record is True


def test_displacing_a_place_displaces_its_parts_but_no_place_that_only_looks_like_it(
    shipped: PolicySet, on: date
) -> None:
    policy = resolve(shipped, business="US-CA", caller="+14155550142", on=on)
    assert residual_permission(policy, ["US"]) == "none"
    assert residual_permission(policy, ["U"]) == "notice"
    assert residual_permission(policy, ["US-CA"]) == "notice"
    assert residual_permission(policy, []) == "notice"


@pytest.mark.parametrize(
    ("business", "caller", "activity", "answer", "first"),
    [
        ("US-TX", "+12145550100", None, SILENCE, "rec_notice"),
        ("DE", "+4930123456", None, YES, "ok_yes"),
        ("DE", "+4930123456", None, NO, None),
        ("ES", "+34911234567", None, SILENCE, None),
        ("US-CA", "+34911234567", None, SILENCE, None),
        ("US-WA", "+34911234567", None, SILENCE, "rec_optout"),
        ("UK", "+442071234567", None, SILENCE, None),
        ("DE", "+4930123456", "mifid_order", SILENCE, "rec_duty"),
        ("DE", "+41446681800", "mifid_order", YES, "ok_yes"),
    ],
)
def test_the_recording_begins_with_its_announcement(
    business: str,
    caller: str,
    activity: str | None,
    answer: AnswerGiven,
    first: str | None,
    shipped: PolicySet,
    on: date,
) -> None:
    sectors = ("general", "finance.mifid_order.DE")
    policy = resolve(shipped, business=business, caller=caller, sectors=sectors, on=on)
    assert plan_recording(policy, shipped, answer=answer, activity=activity).outcome.first_in_file == first


def test_where_no_region_is_left_a_person_takes_over_whatever_the_plan_says(
    shipped: PolicySet, on: date
) -> None:
    policy = resolve(shipped, business="US-CA", caller="+33123456789", sectors=("health.hipaa",), on=on)
    plan = plan_recording(policy, shipped, answer=YES)
    assert plan.record is True
    assert plan.outcome.record is False
    assert (plan.outcome.action, plan.outcome.alert) == ("human", "residency_conflict")
    assert plan.outcome.first_in_file is None


def test_an_activity_or_answer_that_nobody_knows_is_refused_and_not_taken_for_none(
    shipped: PolicySet, on: date
) -> None:
    policy = resolve(shipped, business="DE", caller="+4930123456", on=on)
    with pytest.raises(UnknownIdError, match="'mifid_order'"):
        plan_recording(policy, shipped, answer=SILENCE, activity="mifid_ordr")
    with pytest.raises(UnknownIdError, match="'yes'"):
        plan_recording(policy, shipped, answer="yess")  # type: ignore[arg-type]
