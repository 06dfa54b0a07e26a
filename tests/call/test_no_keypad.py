"""A caller whose keys cannot arrive is never asked for a card, whatever the model wants."""

from secure_agent.assembly import OpenCall
from secure_agent.telephony.line import LineCapabilities
from secure_agent.telephony.simulated import SimulatedLine
from tests.call.conftest import RunCall


def without_keys(opened: OpenCall) -> None:
    line = opened.call.line
    assert isinstance(line, SimulatedLine)
    line.capabilities = LineCapabilities(keypad=False, transfer=True, hold_is_seen=False)


def test_the_card_is_refused_with_the_fixed_script_and_a_person_takes_over(run_call: RunCall) -> None:
    result = run_call("pays_the_bill_by_keypad", prepare=without_keys)
    said = [turn["text"] for turn in result.document["turns"] if turn["role"] == "agent"]
    events = [event["type"] for event in result.document["events"]]
    assert any("keys of your phone don't reach me" in text for text in said)
    assert "payment.started" not in events
    assert events.index("handover.requested") < events.index("handover.done")
    assert result.document["payment"] is None
