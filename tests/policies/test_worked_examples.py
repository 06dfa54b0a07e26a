"""The seventeen worked examples, through the command, on their own reduced policies."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from policies import PolicySet
from policies.places import BUSINESS, NUMBER, Place
from policies.resolve import compose
from secure_agent.cli.policy import app

VECTORS = Path(__file__).parent / "vectors"
CASES: list[dict[str, Any]] = yaml.safe_load((VECTORS / "worked_examples.yaml").read_text())["cases"]


def by_id(case: dict[str, Any]) -> str:
    return f"{case['id']} {case['title']}"


def arguments(case: dict[str, Any]) -> list[str]:
    given = case["input"]
    words = ["resolve", "--json", "--on", "2026-11-24", "--policies", str(VECTORS / "worked_examples")]
    words += [
        "--business",
        given["business"],
        "--caller",
        given["ani"] or "withheld",
        "--answer",
        given["answer"],
    ]
    words += ["--stated", given["stated"]] if given["stated"] else []
    words += ["--activity", given["activity"]] if given["activity"] else []
    for sector in given["sectors"]:
        words += ["--sector", sector]
    return words


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_a_worked_example_gives_the_expected_policy_and_plan(case: dict[str, Any]) -> None:
    result = CliRunner().invoke(app, arguments(case))
    assert result.exit_code == 0, result.output
    got = json.loads(result.stdout)
    effective, merged = got["effective"], case["merged"]
    assert got["sources"] == case["sources"]
    for group in ("recording", "ai_disclosure", "escalation", "processing", "payments", "residency", "tools"):
        assert {key: effective[group][key] for key in merged[group]} == merged[group]
    for name, period in effective["retention"].items():
        wanted = merged["retention"].get(name, {})
        assert (period["min_days"], period["max_days"]) == (wanted.get("min_days"), wanted.get("max_days")), (
            name
        )
    assert got["conflicts"] == case["conflicts"]
    plan = got["plan"]
    assert {key: plan[key] for key in ("record", "action", "reason")} == case["plan"]
    assert {key: plan["outcome"][key] for key in case["outcome"]} == case["outcome"]
    if "alert" not in case["outcome"]:
        assert (plan["outcome"]["record"], plan["outcome"]["action"]) == (plan["record"], plan["action"])
        assert plan["outcome"]["alert"] is None


@pytest.mark.parametrize("case", [case for case in CASES if "law_only" in case], ids=by_id)
def test_without_the_rule_for_unknown_states_only_the_law_is_left(
    case: dict[str, Any], worked: PolicySet, on: date
) -> None:
    given = case["input"]
    places = {Place(given["business"], BUSINESS)} | (
        {Place(given["stated"], "stated")} if given["stated"] else set()
    )
    alone = compose(worked, places=places | {Place("US-TX", NUMBER)}, sectors=("general",), on=on)
    recording = alone.effective.recording
    assert {
        "permission": recording.permission,
        "announce_in_recording": recording.announce_in_recording,
    } == case["law_only"]
