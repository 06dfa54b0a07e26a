"""The figures of docs/scores.md are those that are measured, and none falls below its threshold."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from redaction import Engine
from secure_agent.evaluation.corpus import SETS, load
from secure_agent.evaluation.score import below, score, wilson

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scores(engine: Engine) -> dict[str, Any]:
    return {name: score(engine, load(name)).as_dict() for name in SETS}


def test_no_figure_is_below_its_threshold(scores: dict[str, Any]) -> None:
    thresholds = yaml.safe_load((Path(__file__).parent / "thresholds.yaml").read_text("utf-8"))["sets"]
    assert below(scores, thresholds) == []


def test_the_document_shows_what_is_measured(scores: dict[str, Any]) -> None:
    document = (_ROOT / "docs" / "scores.md").read_text("utf-8")
    for name, found in scores.items():
        section = document.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
        for kind, one in found["types"].items():
            leak = f"{one['low']:.3f} - {one['high']:.3f}"
            assert f"| {kind} | {one['n']} | {one['full']:.3f} | {leak} | {one['typed']:.3f} |" in section


def test_there_are_a_thousand_benign_lines() -> None:
    assert len({case.utterances for case in load("benign")}) >= 1000


def test_a_worse_figure_is_named() -> None:
    have = {"clean": {"types": {"PAN": {"full": 0.9}}, "benign_per_1000": 7.0}}
    assert below(have, {"clean": {"types": {"PAN": {"full": 0.95}}}}) == ["clean.types.PAN.full"]
    assert below(have, {"clean": {"benign_per_1000": 5.0}}) == ["clean.benign_per_1000"]
    assert below(have, {"clean": {"benign_per_1000": 8.0}}) == []


def test_the_interval_of_nothing_in_a_hundred_is_under_four_percent() -> None:
    low, high = wilson(0, 100)
    assert low == 0
    assert 0.03 < high < 0.04
