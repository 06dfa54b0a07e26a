"""Tools get values where the policy lets them; the model and the record keep the labels."""

from typing import Any

from livekit.agents import RunContext
from pydantic import BaseModel

from audit import read_call
from policies import EntityType
from secure_agent.call import Call
from secure_agent.tools.gateway import Tool

OPENS = [{"wait_for": "May we record this call"}, {"press": "2"}, {"wait_for": "How can I help you?"}]
SPOKEN = "my number is four one five five five five oh one four two"


class CallBack(BaseModel):
    phone: str


def test_a_tool_gets_the_value_and_everybody_else_the_label(run_call: Any, data_dir: Any) -> None:
    received: list[str] = []

    async def call_back(arguments: CallBack, _: RunContext[None]) -> dict[str, str]:
        received.append(arguments.phone)
        return {"status": "noted", "phone": arguments.phone}

    def more(_: Call) -> list[Tool]:
        needs = frozenset({EntityType.PHONE})
        return [Tool("call_back", "Call the caller back.", CallBack, call_back, needs=needs)]

    document = run_call(
        {
            "model": [
                {"call": {"tool": "call_back", "args": {"phone": "<PHONE_1>"}}},
                {"say": "We will call you."},
            ],
            "steps": [*OPENS, {"say": SPOKEN}, {"wait_for": "will call you"}],
        },
        more_tools=more,
    ).document
    assert ["".join(c for c in phone if c.isdigit()) for phone in received] == ["4155550142"]
    assert "4155550142" not in repr(document)
    bodies = {entry.t: entry.body for entry in read_call(data_dir, document["call_id"])}
    assert bodies["label.revealed"] == {"label": "<PHONE_1>", "purpose": "tool:call_back"}
    assert "<PHONE_1>" in str(bodies["tool.called"])


def test_a_label_that_the_model_invents_stays_a_label(run_call: Any) -> None:
    received: list[str] = []

    async def call_back(arguments: CallBack, _: RunContext[None]) -> dict[str, str]:
        received.append(arguments.phone)
        return {"status": "noted"}

    run_call(
        {
            "model": [{"call": {"tool": "call_back", "args": {"phone": "<PHONE_7>"}}}, {"say": "Noted."}],
            "steps": [*OPENS, {"say": "call me back"}, {"wait_for": "Noted."}],
        },
        more_tools=lambda _: [Tool("call_back", "Call the caller back.", CallBack, call_back)],
    )
    assert received == ["<PHONE_7>"]
