"""What changes in mid-call only ever tightens it, is on record, and is obeyed at once."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import read_call
from policies import Line, PolicySet, load_policies
from policies.cues import place_names
from policies.loader import content_hash
from policies.strictness import dotted, looser
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.simulation.result import CallResult

NOTICE = {"number": "+12145550142", "language": "en"}
OPENED = [{"wait_for": "How can I help you?"}]
AGREED = [{"wait_for": "May we record this call"}, {"press": "1"}, *OPENED]
REFUSED = [{"wait_for": "May we record this call"}, {"press": "2"}, *OPENED]


def types(document: dict[str, Any]) -> list[str]:
    return [event["type"] for event in document["events"]]


@pytest.fixture
def bodies(data_dir: Path) -> Any:
    """The sealed bodies of a call that has ended, as whoever holds the keys reads them."""

    def read(result: CallResult, kind: str) -> list[dict[str, Any]]:
        entries = read_call(data_dir, result.document["call_id"])
        return [dict(entry.body) for entry in entries if entry.t == kind and entry.body is not None]

    return read


# The policy in force


@given(
    codes=st.lists(st.sampled_from(sorted(place_names())), max_size=4),
    sectors=st.lists(st.sampled_from(["debt.regF", "health.ca_ab3030", "payment.nacha_tel"]), max_size=2),
)
@settings(max_examples=40, deadline=None)
def test_whatever_is_learnt_never_loosens_a_field(codes: list[str], sectors: list[str]) -> None:
    line = Line(business="US-TX")
    policy = PolicyInForce(shipped(), line, caller="+12145550142", on=date(2026, 10, 1))
    for places, added in [*(([code], []) for code in codes), *(([], [one]) for one in sectors)]:
        before = dotted(policy.resolved.tree["effective"])
        policy.tighten(places=places, sectors=added)
        after = dotted(policy.resolved.tree["effective"])
        assert [name for name in before if looser(name, before[name], after[name])] == []


@cache
def shipped() -> PolicySet:
    return load_policies()


def test_the_changed_policy_is_on_record_and_later_decisions_name_it(run_call: Any, data_dir: Path) -> None:
    result = run_call("germany_is_stated_and_refused")
    entries = read_call(data_dir, result.document["call_id"])
    changed = [entry for entry in entries if entry.t == "policy.changed"]
    whole = "".join(str(entry.body["policy_json"]) for entry in changed if entry.body)
    assert content_hash(whole.encode()) == result.document["policy_in_force"]["hash"]
    assert {"code": "DE", "why": "stated"} in json.loads(whole)["places"]
    question = [entry for entry in entries if entry.t == "consent.decided"][-1]
    assert question.header["policy"] == changed[0].header["policy"]
    assert question.body is not None
    assert question.body["policy"] == result.document["policy_in_force"]["hash"]
    assert result.document["policy"]["hash"] != result.document["policy_in_force"]["hash"]


def test_a_recording_that_became_unlawful_stops_within_two_seconds(run_call: Any) -> None:
    document = run_call("germany_is_stated_and_refused").document
    said = next(t for t in document["turns"] if t["text"].startswith("I live in Germany"))
    paused = next(e for e in document["events"] if e["type"] == "recording.paused")
    assert 0 <= paused["t_s"] - said["end_s"] <= 2.0
    assert document["recording"]["path"] is None, "the stricter place wants it deleted"


def test_a_stated_place_that_changes_no_rule_of_recording_asks_nothing(run_call: Any) -> None:
    document = run_call("seattle_is_stated").document
    assert types(document).count("consent.decided") == 1
    assert types(document).count("policy.changed") == 1


# The words of the caller


def test_the_words_of_a_caller_who_refused_are_kept_nowhere(run_call: Any, bodies: Any) -> None:
    steps = [*REFUSED, {"say": "what do I owe on my bill"}, {"wait_for": "42 dollars"}]
    result = run_call({"steps": steps})
    assert "what do I owe on my bill" in [t["text"] for t in result.document["turns"]]
    turns = bodies(result, "turn.caller")
    assert [turn.get("text_withheld") for turn in turns] == ["policy"]
    assert all("text" not in turn for turn in turns)
    sent = [m for body in bodies(result, "model.called") for m in body["messages_new"]]
    assert [m for m in sent if m["role"] == "user"] == [{"role": "user", "text_withheld": "policy"}]
    assert any("42 dollars" in turn["text"] for turn in bodies(result, "turn.agent"))


def test_the_words_of_a_caller_who_agreed_are_kept_and_those_from_before_are_not(
    run_call: Any, bodies: Any
) -> None:
    steps = [
        {"wait_for": "May we record this call"},
        {"say": "yes please"},
        *OPENED,
        {"say": "what do I owe on my bill"},
        {"wait_for": "42 dollars"},
    ]
    turns = bodies(run_call({"steps": steps}), "turn.caller")
    assert [turn.get("text", turn.get("text_withheld")) for turn in turns] == [
        "policy",
        "what do I owe on my bill",
    ]


def test_words_after_a_withdrawal_are_not_kept(run_call: Any, bodies: Any) -> None:
    steps = [
        *AGREED,
        {"say": "stop recording please"},
        {"wait_for": "This call is not being recorded"},
        {"say": "what do I owe on my bill"},
        {"wait_for": "42 dollars"},
    ]
    turns = bodies(run_call({"steps": steps}), "turn.caller")
    assert turns[-1]["text_withheld"] == "policy"


def test_the_words_of_a_caller_in_danger_are_on_no_record(run_call: Any, bodies: Any) -> None:
    result = run_call("caller_in_danger")
    assert [turn.get("text_withheld") for turn in bodies(result, "turn.caller")] == ["danger"]
    assert bodies(result, "danger.heard") == [{"category": "self_harm"}]


def test_the_age_of_a_child_is_on_no_record(run_call: Any, bodies: Any) -> None:
    result = run_call("caller_is_a_child")
    assert bodies(result, "minor.suspected") == [{"under": 18, "action": "no_record_no_sale_human"}]
    assert result.document["recording"]["path"] is None


def test_the_confidence_of_the_recogniser_is_in_the_evidence(run_call: Any, bodies: Any) -> None:
    steps = [{"wait_for": "May we record this call"}, {"say": "yes please"}, *OPENED]
    [evidence] = bodies(run_call({"steps": steps}), "consent.decided")
    assert evidence["confidence_permille"] == 950


# Languages


def test_another_language_hears_the_ai_sentence_and_the_question_in_it(run_call: Any, bodies: Any) -> None:
    result = run_call("language_switch_in_mid_call")
    disclosures = bodies(result, "ai_disclosure.played")
    assert [(one["lang"], one["repeated"]) for one in disclosures] == [("en", False), ("es", True)]
    assert [one["language"] for one in bodies(result, "consent.decided")] == ["en", "es"]


def test_a_language_that_the_providers_cannot_speak_brings_a_person(run_call: Any) -> None:
    document = run_call(
        {"steps": [*AGREED, {"say": "hablo español"}, {"silence_s": 5}]},
        with_plugins=lambda plugins: replace(plugins, switch=lambda _: False),
    ).document
    assert document["outcome"] == "handed_over"


# Activities and tools


def test_an_order_is_kept_in_a_part_of_its_own(run_call: Any, bodies: Any) -> None:
    result = run_call("mifid_order_recorded")
    [started] = bodies(result, "recording.started")
    assert (started["class"], started["min_days"]) == ("mifid_order_de", 1825)


def test_a_declined_order_is_not_asked_about_again(run_call: Any) -> None:
    document = run_call("mifid_order_refused").document
    assert types(document).count("activity.declined") == 1


def test_a_tool_that_needs_a_verified_caller_is_refused_until_then(run_call: Any, bodies: Any) -> None:
    result = run_call("caller_is_verified_first")
    assert [one["status"] for one in bodies(result, "tool.called")] == ["needs_auth", "done", "done"]
    assert bodies(result, "caller.verified") == [{"verified": True, "facts": ["customer_number", "postcode"]}]


def test_wrong_facts_verify_nobody(run_call: Any, bodies: Any) -> None:
    wrong = {"customer_number": "4711", "postcode": "99999"}
    result = run_call(
        {
            "line": {"file": str(Path(__file__).parents[2] / "policies" / "lines" / "example_energy.yaml")},
            "model": [
                {"call": {"tool": "verify_caller", "args": wrong}},
                {"call": {"tool": "get_balance", "args": {}}},
                {"say": "I cannot tell you that."},
            ],
            "steps": [*AGREED, {"say": "what do I owe"}, {"wait_for": "cannot tell"}],
        }
    )
    assert [one["status"] for one in bodies(result, "tool.called")] == ["done", "needs_auth"]


def test_a_line_whose_data_may_not_be_kept_here_is_refused(tmp_path: Path, run_call: Any) -> None:
    line = tmp_path / "line.yaml"
    line.write_text("{id: far, business: US-TX, residency: {store_regions: [EEA]}}\n", encoding="utf-8")
    result = run_call({"line": {"file": "line.yaml"}, "steps": []})
    assert result.exit_code == 3
    assert "SECURE_AGENT_STORE_REGION" in result.refusal


def test_nobody_is_kept_waiting_longer_than_the_policy_allows(
    tmp_path: Path, run_call: Any, bodies: Any
) -> None:
    line = tmp_path / "line.yaml"
    line.write_text("{id: slow, business: US-TX, escalation: {max_wait_s: 2}}\n", encoding="utf-8")

    def nobody_comes(opened: Any) -> None:
        async def transfer(queue: str) -> bool:
            await asyncio.sleep(60)
            return True

        opened.call.line.transfer = transfer

    result = run_call(
        {"line": {"file": "line.yaml"}, "steps": [*REFUSED, {"press": "0"}, {"wait_for": "nobody is free"}]},
        prepare=nobody_comes,
    )
    assert bodies(result, "handover.failed") == [{"reason": "max_wait", "max_wait_s": 2}]
    assert result.document["outcome"] == "completed"


def test_the_ai_sentence_is_said_again_in_a_long_call(tmp_path: Path, run_call: Any, bodies: Any) -> None:
    line = tmp_path / "line.yaml"
    line.write_text("{id: long, business: US-TX, ai_disclosure: {repeat_every_s: 60}}\n", encoding="utf-8")
    steps = [
        {"wait_for": "AI assistant"},
        *OPENED,
        {"pause_s": 60},
        {"say": "when are your offices open"},
        {"wait_for": "AI assistant"},
        {"wait_for": "Saturdays"},
    ]
    result = run_call({"line": {"file": "line.yaml"}, "caller": NOTICE, "steps": steps})
    assert [one["repeated"] for one in bodies(result, "ai_disclosure.played")] == [False, True]
