"""Cards by keypad: in order, three attempts, deaf meanwhile, and no digit anywhere."""

from typing import Any

import pytest

AGREES = [{"wait_for": "May we record this call"}, {"press": "1"}, {"wait_for": "How can I help you?"}]
WANTS_TO_PAY = [*AGREES, {"say": "I want to pay my bill"}]
PAN, CODE = "4242424242424242", "123"


def types(document: dict[str, Any]) -> list[str]:
    return [event["type"] for event in document["events"]]


def pays(*keys: str) -> list[dict[str, Any]]:
    return [*WANTS_TO_PAY, *({"press": k} for k in keys)]


def test_a_card_is_tokenised_and_charged_once(run_call: Any) -> None:
    document = run_call({"steps": [*pays(f"{PAN}#", "1230#", f"{CODE}#"), {"wait_for": "is paid"}]}).document
    assert document["payment"]["status"] == "charged"
    assert document["payment"]["last4"] == "4242"
    assert document["payment"]["attempts"] == 1
    assert types(document).count("payment.charged") == 1
    result = document["model_requests"][-1]["messages"][-1]["content"]
    assert '"status": "charged"' in result
    assert PAN not in repr(document)


def test_star_clears_the_entry_and_wrong_numbers_may_be_keyed_again(run_call: Any) -> None:
    document = run_call(
        {"steps": [*pays("4111*", f"{PAN[:-1]}1#", f"{PAN}#", "1230#", f"{CODE}#"), {"wait_for": "is paid"}]}
    ).document
    assert document["payment"]["attempts"] == 1


def test_three_wrong_entries_end_the_capture_and_offer_a_person(run_call: Any) -> None:
    document = run_call(
        {"steps": [*pays("1#", "2#", "3#"), {"wait_for": "person"}, {"silence_s": 3}]}
    ).document
    assert document["payment"] == {"status": "abandoned", "token": None, "last4": None, "attempts": 0}
    assert "payment.abandoned" in types(document)
    assert document["outcome"] == "caller_hung_up"


def test_silence_at_the_keypad_times_out_three_times_and_offers_a_person(run_call: Any) -> None:
    document = run_call({"steps": [*WANTS_TO_PAY, {"pause_s": 110}, {"wait_for": "person"}]}).document
    assert document["payment"]["status"] == "abandoned"


def test_hanging_up_in_the_middle_leaves_no_digit_and_an_abandoned_payment(run_call: Any) -> None:
    result = run_call(
        {
            "steps": [*pays(f"{PAN}#"), {"press": "12"}, {"hang_up": True, "at_once": True}],
            "expect": {"never": [PAN]},
        }
    )
    assert result.document["payment"]["status"] == "abandoned"
    assert types(result.document).index("payment.abandoned") < types(result.document).index("call.ended")
    assert result.exit_code == 0


def test_the_agent_is_deaf_and_the_recording_pauses_while_a_card_is_keyed(run_call: Any) -> None:
    result = run_call(
        {
            "steps": [
                *pays(f"{PAN}#"),
                {"say": "my name is Wilhelmina and my code is seven six five", "at_once": True},
                {"press": "1230#"},
                {"press": f"{CODE}#"},
                {"wait_for": "is paid"},
            ],
            "expect": {"never": ["Wilhelmina", "seven six five"]},
        }
    )
    document = result.document
    assert result.exit_code == 0
    names = types(document)
    assert (
        names.index("recording.paused") < names.index("payment.tokenized") < names.index("recording.resumed")
    )
    gap = document["recording"]["gaps"][0]
    assert gap["reason"] == "card_entry"
    assert gap["to_s"] - gap["from_s"] > 5
    requests_meanwhile = [r for r in document["model_requests"] if "Wilhelmina" in repr(r)]
    assert requests_meanwhile == []


def test_american_express_has_fifteen_digits_and_a_code_of_four(run_call: Any) -> None:
    document = run_call(
        {"steps": [*pays("378282246310005#", "1230#", "1234#"), {"wait_for": "is paid"}]}
    ).document
    assert any("four-digit" in text for text in document["spoken"])
    assert document["payment"]["last4"] == "0005"


@pytest.mark.parametrize(
    ("fault", "number"),
    [
        pytest.param("down", PAN, id="down"),
        pytest.param("slow", PAN, id="slow"),
        pytest.param("malformed", PAN, id="malformed"),
        pytest.param(None, "4000000000000119", id="this card gets no answer"),
        pytest.param(None, "4000000000000341", id="this card gets a malformed answer"),
    ],
)
def test_a_processor_that_cannot_be_used_charges_nothing_twice(
    fault: str | None, number: str, run_call: Any
) -> None:
    scenario: dict[str, Any] = {
        "steps": [
            *pays(f"{number}#", "1230#", f"{CODE}#"),
            {"wait_for": "person"},
            {"wait_for": "nothing was charged"},
        ],
        "expect": {"never": [number]},
    }
    if fault is not None:
        scenario["faults"] = [{"processor": fault}]
    result = run_call(scenario)
    assert result.exit_code == 0, result.document["expect"]
    assert result.document["payment"]["status"] == "unavailable"
    assert "payment.failed" in types(result.document)


def test_two_declined_cards_end_the_capture(run_call: Any) -> None:
    declined = "4000000000000002#"
    document = run_call(
        {
            "steps": [
                *pays(declined, "1230#", f"{CODE}#"),
                {"wait_for": "declined"},
                {"press": declined},
                {"press": "1230#"},
                {"press": f"{CODE}#"},
                {"wait_for": "person"},
            ]
        }
    ).document
    assert document["payment"]["status"] == "declined"
    assert document["payment"]["attempts"] == 2
    assert types(document).count("payment.declined") == 2


def test_keys_before_the_first_prompt_are_dropped(run_call: Any) -> None:
    document = run_call(
        {
            "steps": [
                *AGREES,
                {"say": "I want to pay my bill"},
                {"press": f"{PAN}#"},
                {"press": "1230#"},
                {"press": f"{CODE}#"},
                {"wait_for": "is paid"},
            ]
        }
    ).document
    assert document["payment"]["status"] == "charged"


def test_a_prompt_cut_by_a_key_is_on_record_as_far_as_it_was_heard(run_call: Any) -> None:
    steps = [*WANTS_TO_PAY, {"pause_s": 5}, {"press": f"{PAN}#", "at_once": True}, {"silence_s": 1}]
    document = run_call({"steps": steps}).document
    cut = next(t for t in document["turns"] if t["interrupted"])
    assert cut["text"].startswith("On your keypad")
    assert "pound key" not in cut["text"]


def test_hanging_up_while_the_processor_thinks_loses_no_charge(run_call: Any) -> None:
    document = run_call(
        {"steps": [*pays(f"{PAN}#", "1230#"), {"press": f"{CODE}#"}, {"hang_up": True, "at_once": True}]}
    ).document
    assert document["payment"]["status"] == "charged"
    assert document["payment"]["attempts"] == 1
    assert "payment.abandoned" not in types(document)
    assert types(document).index("payment.charged") < types(document).index("call.ended")


@pytest.mark.parametrize("how", [{"press": "0"}, {"say": "a person please"}], ids=["key 0", "spoken"])
def test_the_person_offered_after_a_failed_payment_can_be_had(how: dict[str, str], run_call: Any) -> None:
    steps = [*pays("1#", "2#", "3#"), {"pause_s": 7}, {**how, "at_once": True}, {"silence_s": 4}]
    document = run_call({"steps": steps}).document
    assert document["outcome"] == "handed_over"


def test_a_security_code_said_aloud_is_dropped_and_its_sound_removed(run_call: Any) -> None:
    document = run_call(
        {
            "model": [{"say": "What is it about?"}],
            "steps": [*AGREES, {"say": "my security code is nine eight seven"}, {"wait_for": "keypad"}],
            "expect": {"never": ["nine eight seven"]},
        }
    ).document
    assert "card.spoken" in types(document)
    assert [gap["reason"] for gap in document["recording"]["gaps"]] == ["card_spoken"]
