"""Every line of every vector file gives what it says it gives."""

import json
from pathlib import Path
from typing import Any

import pytest

from redaction import Engine, Labels, RawText, Redactor

_FILES = sorted((Path(__file__).parent / "vectors").glob("*.jsonl"))


def _cases() -> list[Any]:
    return [
        pytest.param(json.loads(line), id=f"{path.stem}-{number}")
        for path in _FILES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
    ]


@pytest.mark.parametrize("case", _cases())
def test_the_vector_holds(engine: Engine, case: dict[str, Any]) -> None:
    redactor = Redactor(engine, labels=Labels(), language=case.get("language", "en"), budget_ms=None)
    said = [{"text": one} if isinstance(one, str) else one for one in case["utterances"]]
    texts: dict[int, str] = {}
    for index, one in enumerate(said):
        role = one.get("role", "caller")
        ends = (
            bool(one.get("end_of_turn"))
            or index + 1 == len(said)
            or said[index + 1].get("role", "caller") != role
        )
        raw = RawText(one["text"])
        heard = redactor.say(raw) if role == "agent" else redactor.hear(raw, end_of_turn=ends)
        texts |= {release.utterance: release.text for release in heard.released}
        texts |= {rewrite.utterance: rewrite.text for rewrite in heard.rewrites}
    assert [texts[key] for key in sorted(texts)] == case["redacted"]


def test_every_vector_file_has_a_line_in_the_readme() -> None:
    readme = (Path(__file__).parent / "vectors" / "README.md").read_text("utf-8")
    for path in _FILES:
        assert path.name in readme or "language_*" in readme
