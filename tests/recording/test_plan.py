"""The recorder does what the plan of the policy says and nothing else: no evidence on record, no file on the disk."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies import load_policies, plan_recording, resolve
from policies.recording import AnswerGiven
from secure_agent.assembly import OpenCall
from secure_agent.recording.format import part_files, recordings_folder
from secure_agent.settings import Settings
from secure_agent.simulation.runner import run_scenario
from secure_agent.simulation.scenario import load_scenario

#: Business and number whose strictest permission is the one named.
PLACES = {
    "notice": ("UK", "+442079460018"),
    "notice_optout": ("AU", "+61291234567"),
    "express_optin": ("US-TX", None),
}
ANSWERS: dict[AnswerGiven, list[dict[str, Any]]] = {
    "yes": [{"say": "yes"}],
    "no": [{"say": "no please do not record me"}],
    "silence": [{"silence_s": 8}],
    "unclear": [{"say": "the weather is nice"}],
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("permission", PLACES)
def test_a_file_is_there_exactly_when_the_plan_records_and_after_its_evidence(
    tmp_path: Path, permission: str, answer: AnswerGiven
) -> None:
    business, number = PLACES[permission]
    resolved = resolve(load_policies(), business=business, caller=number, on=date(2026, 10, 1))
    assert resolved.effective.recording.permission == permission
    scenario = {
        "name": "planned",
        "line": {"business": business, "called": "+12145550100"},
        "caller": {"number": number, "language": "en"},
        "steps": [{"wait_for": "record"}, *ANSWERS[answer], {"silence_s": 12}],
        "model": [{"say": "I see."}] * 3,
    }
    path, data_dir = tmp_path / "scenario.yaml", tmp_path / "data"
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    log: list[tuple[str, bool]] = []

    def look_on(opened: OpenCall) -> None:
        append = opened.call.journal.append

        def append_and_look(kind: str, *args: Any, **options: Any) -> None:
            append(kind, *args, **options)
            log.append((kind, any(part_files(recordings_folder(data_dir)))))

        opened.call.journal.append = append_and_look  # type: ignore[method-assign]

    run_scenario(load_scenario(path), path=path, settings=Settings(), data_dir=data_dir, prepare=look_on)
    kinds = [kind for kind, _ in log]
    asked: AnswerGiven = "silence" if permission == "notice" and answer != "no" else answer
    plan = plan_recording(resolved, load_policies(), answer=asked)
    was_recorded = "recording.started" in kinds
    if permission == "express_optin" or answer in ("yes", "silence"):
        assert was_recorded == plan.outcome.record
    decided = kinds.index("consent.decided")
    assert not any(there for _, there in log[: decided + 1])
    if was_recorded:
        assert decided < kinds.index("recording.started")
        assert kinds.count("recording.stopped") == 1
        if answer == "no":
            assert "consent.withdrawn" in kinds
    else:
        assert not recordings_folder(data_dir).exists()
