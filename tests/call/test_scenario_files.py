"""A scenario file that cannot mean what it says is refused, with line and key and without a value of it."""

import re
from pathlib import Path

import pytest

from secure_agent.simulation.scenario import EVENT_TYPES, ScenarioError, load_scenario

HEAD = "name: a_call\nline: {business: US-TX}\n"
WRONG = {
    "a fault after an event that never comes": (
        "faults: [{audit: fails, after: turn.calller}]",
        "turn.caller",
    ),
    "a second fault of the processor": ("faults: [{processor: down}, {processor: slow}]", "second fault"),
    "a key twice": ("steps: []\nsteps: []", "twice"),
    "a key twice within a step": ("steps:\n  - {say: secret, say: other}", "twice"),
    "nothing to say": ("steps: [{say: ''}]", "steps[0].say"),
    "nothing to say in a list": ("steps: [{say: [one, ' ']}]", "steps[0].say"),
    "nothing to wait for": ("steps: [{wait_for: '  '}]", "steps[0].wait_for"),
    "an interruption without words": ("steps: [{interrupt: ' '}]", "steps[0].interrupt"),
}


@pytest.mark.parametrize(("text", "named"), WRONG.values(), ids=WRONG.keys())
def test_a_scenario_that_cannot_mean_it_is_refused(text: str, named: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(f"{HEAD}{text}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"line \d") as refused:
        load_scenario(path)
    assert named in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_types_that_a_fault_may_name_are_those_of_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE)) >= EVENT_TYPES
