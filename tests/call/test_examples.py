"""The scenarios that ship are calls that hold: what they expect happens, and their evidence verifies."""

from pathlib import Path
from typing import Any

import pytest

from secure_agent.simulation.result import CallResult

EXAMPLES = sorted(p.stem for p in (Path(__file__).parents[2] / "examples" / "calls").glob("*.yaml"))

pytestmark = pytest.mark.first_call


def test_at_least_twelve_calls_are_shown() -> None:
    assert len(EXAMPLES) >= 12


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_call_holds_and_its_evidence_is_verified(name: str, run_call: Any) -> None:
    result: CallResult = run_call(name)
    assert [e for e in result.document["expect"] if not e["held"]] == []
    # 0 but where the example makes the log fail: a call that stays open answers nothing
    expected = 3 if result.document["outcome"] == "failed_closed" else 0
    assert result.document["verified"]["code"] == expected, result.document["verified"]["verdict"]
    assert result.exit_code == 0


@pytest.mark.parametrize("name", ["pays_the_bill_by_keypad", "processor_down", "audit_fails_in_mid_call"])
def test_two_runs_of_a_scenario_give_the_same_call(name: str, run_call: Any) -> None:
    first, second = run_call(name).document, run_call(name).document
    same = ("outcome", "model_requests", "spoken", "expect", "payment")
    assert {key: first[key] for key in same} == {key: second[key] for key in same}
    assert [e["type"] for e in first["events"]] == [e["type"] for e in second["events"]]
    assert first["policy"]["hash"] == second["policy"]["hash"]
    assert first["recording"]["state"] == second["recording"]["state"]
    for a, b in zip(first["turns"], second["turns"], strict=True):
        assert (a["role"], a["text"], a["interrupted"]) == (b["role"], b["text"], b["interrupted"])
        assert abs(a["start_s"] - b["start_s"]) < 0.1
        assert abs(a["end_s"] - b["end_s"]) < 0.1
