"""The same commands read a log on PostgreSQL: found, shown on record, exported, answered to its caller."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import AuditLog
from policies.schema import Retention
from secure_agent.cli import app as whole
from secure_agent.cli.audit import app
from tests.postgres import Database

run = CliRunner()
NUMBER = "+15125550142"
SAID = ["--actor", "officer-7", "--reason", "complaint 118"]


def _call(log: AuditLog) -> str:
    segment = log.open_segment(jurisdiction="DE", retention="call", body={"company": "Example Energy"})
    segment.append("turn.caller", {"text": "[NAME_1] speaks", "t_start_ms": 0, "t_end_ms": 10})
    segment.close({})
    log.index_call(segment.call, line="main", outcome="caller_hung_up", caller=NUMBER)
    return segment.call


def test_an_officer_reads_a_log_on_a_server(server_log: AuditLog, postgres: Database, tmp_path: Path) -> None:
    call = _call(server_log)
    place = ["--database", postgres.url, "--data-dir", str(server_log.data_dir)]
    listed = run.invoke(app, ["list", "--caller", NUMBER, "--type", "turn.caller", "--json", *place])
    assert [one["call"] for one in json.loads(listed.stdout)["items"]] == [call], listed.stderr
    shown = run.invoke(app, ["show", "--call", call, *SAID, *place])
    assert "caller: [NAME_1] speaks" in shown.stdout, shown.stderr
    out = tmp_path / "report.html"
    words = ["export", "--call", call, "--format", "html", "--content", "--out", str(out), *SAID, *place]
    assert run.invoke(app, words).exit_code == 0
    assert "[NAME_1] speaks" in out.read_text(encoding="utf-8")
    answer = ["subject", "export", "--caller", NUMBER, "--out", str(tmp_path / "answer"), *SAID, *place]
    assert run.invoke(app, answer).exit_code == 0
    assert call in (tmp_path / "answer" / "calls.json").read_text(encoding="utf-8")


def test_a_bundle_of_a_server_goes_without_keys_unless_asked(
    server_log: AuditLog, postgres: Database, tmp_path: Path
) -> None:
    call = _call(server_log)
    words = [
        "export",
        "--call",
        call,
        "--out",
        str(tmp_path / "bundle"),
        "--data-dir",
        str(server_log.data_dir),
    ]
    assert run.invoke(app, [*words, "--database", postgres.url]).exit_code == 0
    assert not (tmp_path / "bundle" / "deks.jsonl").exists()


def test_the_settings_name_the_database_for_every_command(
    server_log: AuditLog, postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _call(server_log)
    folder = ["--data-dir", str(server_log.data_dir)]
    assert run.invoke(whole, ["audit", "show", "--call", call, *SAID, *folder]).exit_code == 3
    monkeypatch.setenv("SECURE_AGENT_DATABASE", postgres.url)
    for words in (
        ["audit", "show", "--call", call, *SAID],
        ["audit", "list"],
        ["audit", "keys", "status"],
        ["consent", "show", "--call", call, *SAID],
        ["recording", "show", "--call", call, *SAID],
        ["recording", "sweep", "--actor", "a", "--approver", "b"],
    ):
        result = run.invoke(whole, [*words, *folder])
        assert result.exit_code == 0, (words, result.output)
    assert run.invoke(whole, ["consent", "show", "--call", call, *folder]).exit_code == 2
    assert run.invoke(whole, ["audit", "show", "--call", call, *folder, "--database", ""]).exit_code == 3
    checks = json.loads(run.invoke(whole, ["doctor", "--json", *folder]).stdout)["checks"]
    assert [one["good"] for one in checks if one["name"] == "audit log"] == [True]


def test_records_past_their_maximum_leave_a_server(server_log: AuditLog, postgres: Database) -> None:
    segment = server_log.open_segment(jurisdiction="DE", retention="call")
    none = {"min_days": None, "max_days": None}
    kept = dict.fromkeys(Retention.model_fields, none) | {"transcript": {"min_days": None, "max_days": 0}}
    text = json.dumps({"effective": {"retention": kept}})
    segment.append("policy.resolved", {"policy_json": text, "part": 1, "parts": 1})
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    server_log.publish()
    place = ["--database", postgres.url, "--data-dir", str(server_log.data_dir), "--json"]
    words = ["retention", "run", "--actor", "a", "--approver", "b", *place]
    items = json.loads(run.invoke(app, words).stdout)["items"]
    assert [(one["action"], one["subject"], one["count"]) for one in items] == [("pruned", segment.call, 1)]
    gone = [one.t for one in server_log.store.entries_of(segment.call) if one.c is None]
    assert gone == ["turn.caller"]
