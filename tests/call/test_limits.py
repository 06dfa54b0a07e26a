"""A call has a longest duration, and a caller who is not there is not waited for."""

from typing import Any

from secure_agent.settings import Settings

AGREES = [{"wait_for": "May we record this call"}, {"press": "1"}, {"wait_for": "How can I help you?"}]


def types(document: dict[str, Any]) -> list[str]:
    return [event["type"] for event in document["events"]]


def said(document: dict[str, Any]) -> list[str]:
    return [turn["text"] for turn in document["turns"] if turn["role"] == "agent"]


def test_a_silent_caller_is_asked_once_and_then_told_goodbye(run_call: Any) -> None:
    document = run_call({"steps": [*AGREES, {"silence_s": 200}]}, settings=Settings(away_s=20)).document
    assert said(document)[-2:] == ["Are you still there?", "Thank you for calling. Goodbye."]
    assert types(document).count("caller.away") == 1
    assert document["outcome"] == "completed"


def test_a_caller_who_answers_is_there(run_call: Any) -> None:
    steps = [*AGREES, {"wait_for": "Are you still there?"}, {"say": "yes I am here"}, {"silence_s": 25}]
    scenario = {"steps": steps, "model": [{"say": "Good. What can I do for you?"}]}
    document = run_call(scenario, settings=Settings(away_s=20)).document
    assert said(document).count("Are you still there?") == 2
    assert "caller.away" not in types(document)


def test_who_is_slow_to_find_the_card_is_not_asked(run_call: Any) -> None:
    steps = [
        *AGREES,
        {"say": "I want to pay by card"},
        {"wait_for": "card number"},
        {"pause_s": 12},
        {"press": "4242424242424242#", "at_once": True},
        {"silence_s": 3},
    ]
    document = run_call({"steps": steps}, settings=Settings(away_s=5)).document
    assert "payment.started" in types(document)
    assert "Are you still there?" not in said(document)


def test_no_call_is_longer_than_the_settings_allow(run_call: Any) -> None:
    document = run_call({"steps": [*AGREES, {"silence_s": 200}]}, settings=Settings(call_max_s=60)).document
    assert document["outcome"] == "handed_over"
    [done] = [event for event in document["events"] if event["type"] == "handover.done"]
    assert 60 <= done["t_s"] < 70


def test_who_falls_silent_in_a_card_entry_is_told_goodbye_too(run_call: Any) -> None:
    steps = [*AGREES, {"say": "I want to pay by card"}, {"silence_s": 300}]
    document = run_call({"steps": steps}).document
    assert types(document).count("caller.away") == 1
    assert said(document)[-1] == "Thank you for calling. Goodbye."
    assert document["outcome"] == "completed"
