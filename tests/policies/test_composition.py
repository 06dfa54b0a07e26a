"""How several policies become one: the strictest wins, and who won and who lost is told."""

import hashlib  # noqa: TID251 - an independent computation of the hash
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies import Line, PolicyError, PolicySet, PolicyUnusableError, UnknownIdError, resolve
from policies.fields import FIELDS, Merge
from policies.merge import Voice, merge
from policies.resolved import canonical


def merged(*voices: tuple[str, dict[str, Any]]) -> Any:
    parts = [Voice(name, "sector" if name.startswith("s") else "place", values) for name, values in voices]
    chains = [[part.policy] for part in parts if part.kind == "place"]
    return merge(parts, selected={}, chains=chains)


@pytest.mark.parametrize(
    ("field", "one", "other", "result", "winners", "losers"),
    [
        pytest.param("recording.permission", "notice", "express_optin", "express_optin", ["b"], ["a"], id="rank"),
        pytest.param("recording.permission", "notice", "notice", "notice", ["a", "b"], [], id="both say the same"),
        pytest.param("minors.age", 13, 16, 16, ["b"], ["a"], id="greatest"),
        pytest.param("escalation.max_wait_s", 900, 180, 180, ["b"], ["a"], id="least"),
        pytest.param("retention.audio.min_days", 365, 1825, 1825, ["b"], ["a"], id="longest minimum"),
        pytest.param("retention.audio.max_days", 365, 90, 90, ["b"], ["a"], id="shortest maximum"),
        pytest.param("ai_disclosure.at_end", True, False, True, ["a"], ["b"], id="one says yes"),
        pytest.param("tools.deny", ["x"], ["y"], ["x", "y"], ["a", "b"], [], id="union"),
        pytest.param("residency.store_regions", ["EEA", "UK"], ["EEA"], ["EEA"], ["b"], ["a"], id="one is within"),
        pytest.param(
            "residency.store_regions", ["CH", "EEA"], ["EEA", "UK"], ["EEA"], ["a", "b"], [], id="only both"
        ),
        pytest.param("payments.methods", ["link"], ["dtmf"], [], ["a", "b"], [], id="nothing is left"),
        pytest.param(
            "deid.reveal", {"PHONE": ["tool:*"]}, {"PHONE": ["tool:x", "voice"]}, {"PHONE": ["tool:x"]},
            ["a", "b"], [], id="uses that both allow",
        ),
        pytest.param("deid.reveal", {"PHONE": ["voice"]}, {"EMAIL": ["voice"]}, {}, ["a", "b"], [], id="no kind"),
        pytest.param("ai_disclosure.max_start_ms", 9000, 7000, 5000, ["default"], ["a", "b"], id="5 s"),
        pytest.param(
            "processing.transcript_store", "allowed", "allowed", "follow_recording", ["default"], ["a", "b"],
            id="nobody may keep text where sound may not be kept",
        ),
    ],
)  # fmt: skip
def test_two_policies_merge(
    field: str, one: Any, other: Any, result: Any, winners: list[str], losers: list[str]
) -> None:
    for voices in (
        [("a", {field: one}), ("b", {field: other})],
        [("b", {field: other}), ("a", {field: one})],
    ):
        got = merged(*voices)
        assert got.values[field] == result
        assert got.winners[field] == [name if name == "default" else f"{name}/{field}" for name in winners]
        assert [pair["rule"] for pair in got.lost.get(field, [])] == [f"{name}/{field}" for name in losers]


def test_a_place_that_says_nothing_about_labels_allows_nothing() -> None:
    reveal = {"deid.reveal": {"PHONE": ["voice"]}}
    assert merged(("a", reveal), ("s", {})).values["deid.reveal"] == {"PHONE": ["voice"]}
    assert merged(("a", reveal), ("b", {})).values["deid.reveal"] == {}
    assert merged(("a", {}), ("s", reveal)).values["deid.reveal"] == {}


def test_found_kinds_are_only_ever_added_to_the_default() -> None:
    got = merged(("a", {"deid.entities": ["DATE", "PAN"]}))
    assert {"DATE", "PAN", "PERSON"} <= set(got.values["deid.entities"])
    assert got.winners["deid.entities"] == ["a/deid.entities", "default"]


def test_a_duty_keeps_its_own_records_and_a_place_does_not() -> None:
    least, most = {"retention.audio.min_days": 365}, {"retention.audio.max_days": 90}
    assert merged(("s", least), ("a", most)).conflicts == [
        {"field": "retention.audio", "outcome": "duty_wins_for_duty_records"}
    ]
    assert merged(("b", least), ("a", most)).conflicts == [
        {"field": "retention.audio", "outcome": "shorter_maximum_wins"}
    ]
    assert merged(("s", {"retention.audio.min_days": 90}), ("a", most)).conflicts == []


def test_every_field_has_a_value_and_a_winner(shipped: PolicySet, on: date) -> None:
    policy = resolve(shipped, business="US-TX", caller="+14155550142", on=on)
    assert set(policy.winners) == {*FIELDS, "scripts"}
    assert all(policy.winners.values())
    tree = policy.as_dict()["effective"]
    for name in FIELDS:
        value: Any = tree
        for key in name.split("."):
            value = value[key]


def test_the_hash_is_over_the_canonical_json_of_all_the_rest(shipped: PolicySet, on: date) -> None:
    policy = resolve(shipped, business="DE", caller="+14155550142", sectors=["payment.pci"], on=on)
    shown = policy.as_dict()
    alone = {key: value for key, value in shown.items() if key != "hash"}
    assert sorted(alone) == ["conflicts", "effective", "lost", "places", "sources", "winners"]
    text = json.dumps(alone, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert policy.canonical_json == text
    assert shown["hash"] == policy.hash == hashlib.sha256(text.encode()).hexdigest()
    assert canonical(alone).decode() == text


def test_no_policy_holds_a_fraction(shipped: PolicySet, on: date) -> None:
    def fractions(value: Any) -> bool:
        if isinstance(value, dict):
            return any(fractions(one) for one in value.values())
        if isinstance(value, list):
            return any(fractions(one) for one in value)
        return isinstance(value, float)

    for code in shipped.places:
        assert not fractions(resolve(shipped, business=code, on=on).as_dict())


def test_scripts_stand_in_the_policy_by_hash_and_not_by_text(shipped: PolicySet, on: date) -> None:
    policy = resolve(shipped, business="DE", on=on)
    assert policy.effective.scripts["de"]["ai"] == shipped.scripts.template("de", "ai").sha256
    assert "KI-Assistenten" not in policy.canonical_json


def test_a_changed_word_changes_the_hash_of_the_policy(shipped: PolicySet, on: date) -> None:
    hashes = {**shipped.script_hashes, "de": {**shipped.script_hashes["de"], "ai": "0" * 64}}
    before = resolve(shipped, business="DE", on=on).hash
    assert resolve(replace(shipped, script_hashes=hashes), business="DE", on=on).hash != before


def test_crisis_numbers_go_by_what_is_stated_then_the_number_and_never_by_the_business(
    shipped: PolicySet, on: date
) -> None:
    def emergency(**given: Any) -> str | None:
        return resolve(shipped, business="US-TX", on=on, **given).effective.escalation.resources.emergency

    assert emergency(caller="+442071234567") == "999"
    assert emergency(caller="+442071234567", stated=["DE"]) == "112"
    assert emergency(caller="+12145550100") == "911"
    assert emergency(caller=None) is None
    assert emergency(caller=None, stated=["NZ"]) == "111"
    assert emergency(caller=None, stated=["NZ", "DE"]) is None
    assert emergency(caller="+12145550100", stated=["NZ", "DE"]) == "911"
    assert emergency(caller="+390669812345") == "112"


def test_the_language_goes_by_the_caller_then_the_business_unless_the_line_says(
    shipped: PolicySet, on: date
) -> None:
    def fallback(**given: Any) -> str:
        return resolve(shipped, on=on, **given).effective.languages.fallback

    assert fallback(business="DE", caller=None) == "de"
    assert fallback(business="DE", caller="+33123456789") == "fr"
    assert fallback(business="DE", caller="+33123456789", stated=["ES"]) == "es"
    line = Line(business="DE", languages=["nl"])
    assert fallback(line=line, caller=None) == "de"
    line = Line.model_validate({"business": "DE", "languages": {"required": ["nl"], "fallback": "nl"}})
    assert fallback(line=line, caller="+33123456789") == "nl"


def test_the_order_of_sectors_and_stated_places_changes_nothing(shipped: PolicySet, on: date) -> None:
    one = resolve(
        shipped, business="US-CA", stated=["DE", "UK"], sectors=["health.ca_ab3030", "health.hipaa"], on=on
    )
    other = resolve(
        shipped,
        business="US-CA",
        stated=["UK", "DE", "UK"],
        sectors=["health.hipaa", "health.ca_ab3030"],
        on=on,
    )
    assert one.canonical_json == other.canonical_json
    assert one == other


def test_a_law_of_the_future_holds_from_its_day(shipped: PolicySet) -> None:
    before = resolve(shipped, business="US-CO", caller="+12145550100", on=date(2026, 12, 31))
    after = resolve(shipped, business="US-CO", caller="+12145550100", on=date(2027, 1, 1))
    assert before.effective.decisions.explain_days is None
    assert after.effective.decisions.explain_days == 30
    assert after.effective.decisions.human_review is True
    assert after.winners["decisions.explain_days"] == ("US-CO/decisions.explain_days",)


def test_a_law_that_ends_does_not_hold_after_its_last_day(shipped: PolicySet) -> None:
    def repeated(day: date) -> int | None:
        policy = resolve(shipped, business="US-UT", caller="+4930123456", sectors=["crisis"], on=day)
        return policy.effective.ai_disclosure.repeat_every_s

    assert repeated(date(2027, 6, 30)) == 1800
    assert repeated(date(2027, 7, 1)) is None


def test_a_bill_holds_only_for_a_line_that_accepts_it(shipped: PolicySet, on: date) -> None:
    def wait(line: Line) -> int | None:
        return resolve(shipped, line=line, caller="+12145550100", on=on).effective.escalation.max_wait_s

    assert wait(Line(business="US-CA")) is None
    assert wait(Line(business="US-CA", accept_proposed=("ab1609",))) == 900
    assert wait(Line(business="US-TX", accept_proposed=("ab1609",))) is None


def test_a_day_without_rules_is_refused(shipped: PolicySet) -> None:
    with pytest.raises(PolicyUnusableError, match="out of date"):
        resolve(shipped, business="DE", on=date(2025, 12, 31))


def test_an_unknown_sector_is_refused_with_the_nearest_id(shipped: PolicySet, on: date) -> None:
    with pytest.raises(UnknownIdError, match=r"'health\.hipaa'"):
        resolve(shipped, business="DE", sectors=["helth.hipaa"], on=on)


def test_a_call_without_a_place_of_business_has_no_policy(shipped: PolicySet, on: date) -> None:
    with pytest.raises(PolicyError, match="place of the business"):
        resolve(shipped, on=on)


def test_every_kind_of_merging_is_used() -> None:
    assert {rule.merge for rule in FIELDS.values()} == set(Merge)
