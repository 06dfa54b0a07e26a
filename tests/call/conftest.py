"""Calls on the simulated line: a real session, a real log, a real processor stub, in virtual time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from secure_agent.settings import Settings
from secure_agent.simulation.result import CallResult
from secure_agent.simulation.runner import run_scenario
from secure_agent.simulation.scenario import load_scenario

EXAMPLES = Path(__file__).parents[2] / "examples" / "calls"

RunCall = Callable[..., CallResult]


@pytest.fixture
def run_call(tmp_path: Path) -> RunCall:
    """Run a scenario given as a mapping, or one of the examples by name, in a fresh data folder."""

    def run(scenario: dict[str, Any] | str, **options: Any) -> CallResult:
        if isinstance(scenario, str):
            path = EXAMPLES / f"{scenario}.yaml"
        else:
            path = tmp_path / "scenario.yaml"
            path.write_text(yaml.safe_dump(_with_defaults(scenario), allow_unicode=True), encoding="utf-8")
        data_dir = tmp_path / "data"
        settings = options.pop("settings", Settings())
        return run_scenario(load_scenario(path), path=path, settings=settings, data_dir=data_dir, **options)

    return run


def _with_defaults(scenario: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "a_call",
        "line": {"business": "US-TX", "called": "+12145550100"},
        "caller": {"number": None, "language": "en"},
        **scenario,
    }


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"
