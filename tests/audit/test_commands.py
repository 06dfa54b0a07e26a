"""`secure-agent audit`: what a compliance officer types and gets."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import AuditLog
from secure_agent.cli.audit import app

run = CliRunner()


@pytest.fixture
def call(log: AuditLog) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call", body={"language": "en"})
    segment.append("turn.agent", {"text": "This is an automated assistant.", "interrupted": False})
    segment.append("turn.caller", {"text": "my name is [PERSON_1]"})
    segment.append("model.called", {"messages": [1, 2]}, model="demo-1")
    segment.append("consent.decided", {"answer": "yes"})
    segment.close({"reason": "hangup"})
    return segment.call


def _json(*words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run.invoke(app, [*words, "--json"]).stdout)
    return found


def test_list_and_show_speak_to_a_person(call: str, data_dir: Path) -> None:
    listed = run.invoke(app, ["list", "--data-dir", str(data_dir)])
    assert listed.exit_code == 0
    assert call in listed.stdout
    shown = run.invoke(app, ["show", "--call", call, "--data-dir", str(data_dir)]).stdout
    assert "agent: This is an automated assistant." in shown
    assert "caller: my name is [PERSON_1]" in shown
    assert "consent.decided" in shown
    assert "answer=yes" in shown
    assert "model=demo-1" in shown
    items = _json("show", "--call", call, "--data-dir", str(data_dir))["items"]
    assert isinstance(items, list)
    assert [item["type"] for item in items][:2] == ["segment.open", "turn.agent"]
    assert _json("list", "--data-dir", str(data_dir))["items"]


def test_export_prints_the_command_that_verifies(call: str, data_dir: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "bundle")
    done = run.invoke(app, ["export", "--call", call, "--out", out, "--data-dir", str(data_dir)])
    assert done.exit_code == 0
    command = done.stdout.strip().splitlines()[-1].split()
    assert command[1:3] == ["audit", "verify"]
    assert "it shows the format, not independence" in done.stdout
    verdict = run.invoke(app, command[2:])
    assert verdict.exit_code == 0
    assert verdict.stdout.strip().splitlines()[-1].startswith("exit      0 verified and anchored")
    as_json = run.invoke(app, [*command[2:], "--json"])
    result = json.loads(as_json.stdout)
    assert (result["exit"], result["opened"], result["asked"]["calls"]) == (0, 6, [call])
    assert result["anchor"] == "quorum"
    assert as_json.exit_code == 0


def test_a_changed_bundle_exits_10(call: str, data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    run.invoke(app, ["export", "--call", call, "--out", str(out), "--data-dir", str(data_dir)])
    lines = out / "entries.ndjson"
    lines.write_bytes(lines.read_bytes().replace(b"hangup", b"hungup").replace(b'"i":0', b'"i":1'))
    verdict = run.invoke(app, ["verify", str(out), "--trust", str(data_dir / "trust"), "--call", call])
    assert verdict.exit_code == 10
    assert "file-hash" in verdict.stdout


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bundle", "--bogus"],
        ["bundle", "--max-age", "soon"],
        ["bundle", "--max-open", "1.5h"],
        ["bundle", "--call", "not-a-uuid"],
        ["bundle", "--from", "2026-11-20T12:00:00.000000Z"],
        ["bundle", "--log", "audit.local/dev/us"],
        ["bundle", "--trust", "nowhere"],
        ["bundle", "--held", "nowhere"],
        ["nowhere"],
    ],
)
def test_misuse_and_what_cannot_run_exit_20(
    words: list[str], call: str, data_dir: Path, tmp_path: Path
) -> None:
    out = tmp_path / "bundle"
    run.invoke(app, ["export", "--call", call, "--out", str(out), "--data-dir", str(data_dir)])
    given = [str(out) if word == "bundle" else word for word in words]
    assert run.invoke(app, ["verify", *given]).exit_code == 20


def test_help_of_verify_is_no_misuse() -> None:
    assert run.invoke(app, ["verify", "--help"]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list"], 3),
        (["show", "--call", "x"], 3),
        (["export", "--out", "x"], 2),
        (["export", "--out", "x", "--all", "--call", "y"], 2),
        (["export", "--out", "x", "--from", "yesterday", "--to", "today"], 2),
        (["export", "--out", "x", "--all"], 3),
    ],
)
def test_other_commands_say_in_one_sentence_what_is_wrong(
    words: list[str], code: int, tmp_path: Path
) -> None:
    result = run.invoke(app, [*words, "--data-dir", str(tmp_path / "none")])
    assert result.exit_code == code
    assert result.stderr.startswith("secure-agent: ")
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_period_is_exported_scoped(
    call: str, data_dir: Path, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    words = ["--from", "2026-11-20T11:00:00Z", "--to", "2026-11-20T13:00:00+00:00"]
    done = _json("export", "--out", str(tmp_path / "bundle"), "--data-dir", str(data_dir), *words)
    assert done["covered"] is True
    verdict = run.invoke(app, str(done["verify"]).split()[2:])
    assert verdict.exit_code == 0
    assert "as of     20" in verdict.stdout
