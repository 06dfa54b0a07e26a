"""The inputs of the worked examples on the policies that ship, against a table written by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies import PolicySet, plan_recording, resolve

VECTORS = Path(__file__).parent / "vectors"
CASES = yaml.safe_load((VECTORS / "worked_examples.yaml").read_text())["cases"]
EXPECTED: dict[str, Any] = yaml.safe_load((VECTORS / "shipped_examples.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_the_same_call_under_the_policies_that_ship(
    case: dict[str, Any], shipped: PolicySet, on: date
) -> None:
    given, wanted = case["input"], EXPECTED[case["id"]]
    policy = resolve(
        shipped,
        business=given["business"],
        caller=given["ani"],
        stated=[given["stated"]] if given["stated"] else [],
        sectors=given["sectors"],
        on=on,
    )
    effective = policy.as_dict()["effective"]
    assert effective["ai_disclosure"]["trigger"] == "always_start"
    assert effective["ai_disclosure"]["at_end"] is wanted["disclosed_at_end"]
    assert list(policy.sources) == wanted["sources"]
    assert {key: effective["recording"][key] for key in wanted["recording"]} == wanted["recording"]
    assert {key: effective["escalation"][key] for key in wanted["person"]} == wanted["person"]
    kept = {name: [period["min_days"], period["max_days"]] for name, period in effective["retention"].items()}
    assert {name: days for name, days in kept.items() if days != [None, None]} == wanted["retention"]
    assert effective["residency"]["store_regions"] == wanted["regions"]
    assert [[one["field"], one["outcome"]] for one in policy.conflicts] == wanted["conflicts"]
    plan = plan_recording(policy, shipped, answer=given["answer"], activity=given["activity"]).as_dict()
    assert plan == {**wanted["plan"], "outcome": wanted["outcome"]}


def test_every_place_says_at_the_start_that_this_is_an_ai_and_calls_that_a_project_rule(
    shipped: PolicySet, on: date
) -> None:
    for code in shipped.places:
        policy = resolve(shipped, business=code, caller=None, sectors=("crisis",), on=on)
        assert policy.effective.ai_disclosure.trigger == "always_start", code
        given_by = {rule.partition("/")[0] for rule in policy.winners["ai_disclosure.trigger"]}
        statuses = {
            source.legal_status
            for source in policy.effective.sources
            if source.policy in given_by and "ai_disclosure.trigger" in source.fields
        }
        assert statuses == {"project_rule"}, code
