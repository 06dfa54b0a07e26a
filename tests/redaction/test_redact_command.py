"""`secure-agent redact` answers every line, in order, and never quotes a value in an error."""

import json
from itertools import pairwise
from typing import Any

import pytest
from typer.testing import CliRunner

from redaction import Engine
from secure_agent.cli.redact import LineError, answer_line, app


def test_consecutive_utterances_of_one_call(engine: Engine) -> None:
    job = {"id": "a", "utterances": ["my number is four one five", "five five five", "oh one four two"]}
    assert answer_line(engine, job) == {
        "id": "a",
        "redacted": ["my number is <PHONE_1>", "<PHONE_1>", "<PHONE_1>"],
        "spans": [
            [{"start": 13, "end": 26, "type": "PHONE"}],
            [{"start": 0, "end": 14, "type": "PHONE"}],
            [{"start": 0, "end": 15, "type": "PHONE"}],
        ],
        "rewrites": [],
    }


def test_what_a_later_turn_proves_is_a_rewrite(engine: Engine) -> None:
    said = [
        {"text": text, "end_of_turn": True} for text in ("four one five", "five five five oh one four two")
    ]
    answer = answer_line(engine, {"id": "b", "utterances": said})
    assert answer["redacted"] == ["four one five", "<PHONE_1>"]
    assert answer["rewrites"] == [
        {
            "after": 1,
            "utterance": 0,
            "redacted": "<PHONE_1>",
            "spans": [{"start": 0, "end": 13, "type": "PHONE"}],
        }
    ]
    assert answer["spans"][0] == [{"start": 0, "end": 13, "type": "PHONE"}]


def test_chunks_are_prefixes_of_each_other_and_equal_the_whole(engine: Engine) -> None:
    chunks = ["your num", "ber is 415 ", "555 0142, ok", "? Then bye for now, my friend."]
    answer = answer_line(engine, {"id": "c", "chunks": chunks})
    steps = [*answer["released"], answer["redacted"]]
    assert all(later.startswith(earlier) for earlier, later in pairwise(steps))
    whole = answer_line(engine, {"id": "c", "role": "agent", "utterances": ["".join(chunks)]})
    assert whole["redacted"] == [answer["redacted"]]
    assert "<PHONE_1>" in answer["redacted"]


def test_a_normal_form_has_a_place_for_each_character(engine: Engine) -> None:
    answer = answer_line(engine, {"id": "d", "normalise": "double five uh twenty dollars"})
    assert answer["normal"] == "5520 dollars"
    assert len(answer["map"]) == len(answer["normal"])


@pytest.mark.parametrize(
    ("job", "named"),
    [
        ({"id": 1, "normalise": "x"}, "id"),
        ({"id": "a"}, "utterances"),
        ({"id": "a", "normalise": "x", "chunks": []}, "exactly one"),
        ({"id": "a", "normalise": 5}, "normalise"),
        ({"id": "a", "utterances": "secret"}, "utterances"),
        ({"id": "a", "utterances": [{"text": "x", "role": "secret"}]}, "utterances[0].role"),
        ({"id": "a", "utterances": [{"text": "x", "secret": 1}]}, "utterances[0]"),
        ({"id": "a", "chunks": ["x", 4]}, "chunks[1]"),
        ({"id": "a", "language": "secret", "utterances": ["x"]}, "language"),
        ({"id": "a", "also": "secret", "utterances": ["x"]}, "also"),
        ({"id": "a", "secret": "secret", "utterances": ["x"]}, "known are"),
    ],
)
def test_an_error_names_the_key_and_never_the_value(engine: Engine, job: dict[str, Any], named: str) -> None:
    with pytest.raises(LineError) as caught:
        answer_line(engine, job)
    assert named in str(caught.value)
    assert "secret" not in str(caught.value)


def test_every_line_of_input_has_a_line_of_output_and_the_run_goes_on() -> None:
    lines = [
        '{"id": "a", "utterances": ["hello"]}',
        "nonsense",
        "",
        '{"id": "b", "normalise": "four"}',
        "[1]",
    ]
    result = CliRunner().invoke(app, [], input="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [answer["id"] for answer in answers] == ["a", None, None, "b", None]
    assert "error" in answers[1]
    assert "error" in answers[2]


def test_one_text_is_redacted_for_a_person() -> None:
    result = CliRunner().invoke(
        app, ["my card is four one one one one one one one one one one one one one one one"]
    )
    assert result.stdout == "my card is [PAN]\n"


def test_misuse_has_its_own_exit_code() -> None:
    assert CliRunner().invoke(app, ["--role", "nobody", "x"]).exit_code == 2
