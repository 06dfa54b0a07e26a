"""When redaction, policy or audit cannot do their work the raw thing goes nowhere and the caller hears a sentence."""

from typing import Any

import pytest

from audit import read_call

AGREES = [{"wait_for": "May we record this call"}, {"press": "1"}]


@pytest.mark.parametrize(
    "after",
    [
        "segment.open",
        "policy.resolved",
        "ai_disclosure.played",
        "consent.decided",
        "turn.caller",
        "payment.started",
    ],
)
def test_a_failing_audit_log_stops_the_call_with_an_apology(after: str, run_call: Any) -> None:
    result = run_call(
        {
            "faults": [{"audit": "fails", "after": after}],
            "steps": [
                *AGREES,
                {"say": "I want to pay my bill"},
                {"press": "4242424242424242#"},
                {"silence_s": 5},
            ],
        }
    )
    document = result.document
    assert document["outcome"] == "failed_closed"
    acknowledged = [event["type"] for event in document["events"]]
    assert acknowledged[-1] == after
    assert any("can't continue this call safely" in t["text"] for t in document["turns"])
    requests_after = [r for r in document["model_requests"] if r["model"] is None]
    assert len(requests_after) <= 1, "at most the request whose answer could not be put on record"
    assert document["verified"]["code"] == 3


def test_what_was_acknowledged_is_in_the_log_and_the_segment_stays_open(run_call: Any, data_dir: Any) -> None:
    document = run_call(
        {"faults": [{"audit": "fails", "after": "consent.decided"}], "steps": [*AGREES, {"silence_s": 9}]}
    ).document
    kept = [entry.t for entry in read_call(data_dir, document["call_id"])]
    assert kept == [event["type"] for event in document["events"]]
    assert "segment.close" not in kept


def test_a_turn_that_cannot_be_redacted_is_withheld_and_the_caller_asked_again(run_call: Any) -> None:
    result = run_call(
        {
            "faults": [{"redaction": "fails", "at_turn": 1}],
            "steps": [{"wait_for": "May we record"}, {"press": "2"}, {"wait_for": "How can I help you?"},
                      {"say": "I am Wilhelmina Featherstonehaugh"}, {"wait_for": "again"},
                      {"say": "what is my balance"}, {"wait_for": "42 dollars"}],
            "expect": {"events": ["turn.withheld", "turn.caller"], "never": ["Featherstonehaugh"]},
        }
    )  # fmt: skip
    assert result.exit_code == 0, result.document["expect"]
    assert next(t["text"] for t in result.document["turns"] if t["role"] == "caller") == "[WITHHELD]"


def test_without_a_usable_policy_nothing_is_answered(run_call: Any) -> None:
    result = run_call({"start": "1999-01-01T00:00:00Z", "steps": []})
    assert result.exit_code == 3
    assert result.document["outcome"] == "refused"
    assert result.document["spoken"] == []
    assert result.refusal is not None


def test_a_language_without_scripts_goes_to_a_person(run_call: Any) -> None:
    document = run_call({"caller": {"number": None, "language": "fi"}, "steps": [{"silence_s": 3}]}).document
    assert document["outcome"] == "handed_over"
    assert document["turns"][0]["text"].startswith("Hello, you're speaking with an AI")
    assert document["model_requests"] == []


def test_a_language_that_lacks_a_script_is_spoken_only_to_hand_over(run_call: Any) -> None:
    document = run_call(
        {
            "line": {"business": "BR"},
            "caller": {"number": "+551133334444", "language": "pt-BR"},
            "steps": [{"silence_s": 3}],
        }
    ).document
    assert document["outcome"] == "handed_over"
    assert document["turns"][0]["text"].startswith("Olá, sou um assistente de inteligência artificial")
    assert document["recording"]["state"] == "never"
