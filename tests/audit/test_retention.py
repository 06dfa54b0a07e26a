"""The records of a call are kept as long as the policies say that held in it: no longer, and no shorter."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import AuditLog, Question, export_bundle, open_log, read_call, verify_bundle
from audit.epoch import begin_epoch
from audit.jobs import Approval, hold_call
from audit.month_keys import month_keys
from audit.pruning import prune_call
from policies import load_policies, resolve
from policies.schema import Retention
from secure_agent.cli.audit import app
from secure_agent.recording.sweep import Periods
from secure_agent.retention import class_of, least_days, segment_class
from secure_agent.retention_sweep import Outcome, past_their_maximum, past_their_month

WORD = Approval("retention period over", "staff-1", "staff-2")
Days = Mapping[str, tuple[int | None, int | None]]
Now = Callable[[], datetime]


def _policy(days: Days) -> dict[str, object]:
    empty: dict[str, object] = {"min_days": None, "max_days": None, "basis": []}
    kept = dict.fromkeys(Retention.model_fields, empty)
    for name, (least, most) in days.items():
        kept[name] = {**empty, "min_days": least, "max_days": most}
    whole = json.dumps({"effective": {"retention": kept}})
    return {"policy_json": whole}


def _call(log: AuditLog, days: Days, *more: Days, retention: str = "call") -> str:
    segment = log.open_segment(jurisdiction="DE", retention=retention)
    for n, one in enumerate((days, *more)):
        text = str(_policy(one)["policy_json"])
        for part, piece in enumerate((text[:100], text[100:]), start=1):
            segment.append(
                "policy.changed" if n else "policy.resolved", {"policy_json": piece, "part": part, "parts": 2}
            )
    segment.append("turn.caller", {"text": "hello"})
    segment.append("consent.decided", {"answer": "yes"})
    segment.append("call.ended", {"outcome": "done"})
    segment.close({})
    return segment.call


def _after(log: AuditLog, days: int, *, dry_run: bool = False) -> list[Outcome]:
    today = log.now().date() + timedelta(days=days)
    found = past_their_maximum(log, log.data_dir, log.store.calls(), WORD, today, dry_run=dry_run)
    return [one for one in found if one is not None]


def _open_types(data_dir: Path, call: str) -> set[str]:
    return {entry.t for entry in read_call(data_dir, call) if entry.body is not None}


def test_words_go_at_the_maximum_of_the_transcript_and_the_record_stays(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _call(log, {"transcript": (None, 90), "audit": (365, None)})
    assert _after(log, 89) == []
    assert [(one.action, one.subject, one.count) for one in _after(log, 90)] == [("pruned", call, 1)]
    assert _after(log, 90) == []
    assert "turn.caller" not in _open_types(data_dir, call)
    assert {"consent.decided", "call.ended", "policy.resolved"} <= _open_types(data_dir, call)
    done = export_bundle(data_dir, calls=[call], out=tmp_path / "b", mode="partial", now=clock)
    result = verify_bundle(done.path, Question(log=log.origin, calls=(call,)), trust=done.trust)
    assert result.exit in (0, 3), result.findings


def test_a_dry_run_says_what_and_why_and_takes_nothing(log: AuditLog, data_dir: Path) -> None:
    call = _call(log, {"transcript": (None, 90)})
    (one,) = _after(log, 90, dry_run=True)
    assert "transcript at most 90 days" in one.why
    assert "turn.caller" in _open_types(data_dir, call)


@pytest.mark.parametrize("later", [365, 1825])
def test_a_minimum_wins_over_a_maximum(log: AuditLog, later: int) -> None:
    _call(log, {"transcript": (later, 90)})
    assert _after(log, later - 1) == []
    assert [one.action for one in _after(log, later)] == ["pruned"]


def test_the_strictest_policy_of_the_call_counts(log: AuditLog) -> None:
    _call(log, {"transcript": (None, 365)}, {"transcript": (None, 30)})
    assert [one.action for one in _after(log, 30)] == ["pruned"]


def test_a_call_of_which_everything_is_over_is_erased(log: AuditLog, data_dir: Path) -> None:
    call = _call(log, {"transcript": (None, 30), "consent": (None, 60), "audit": (None, 60)})
    assert [one.action for one in _after(log, 30)] == ["pruned"]
    assert [one.action for one in _after(log, 60)] == ["erased"]
    assert _open_types(data_dir, call) == set()


def test_a_hold_wins_over_a_maximum(log: AuditLog, data_dir: Path) -> None:
    call = _call(log, {"transcript": (None, 30)})
    hold_call(log, call, WORD)
    assert _after(log, 400) == [Outcome("kept", call, "under legal hold")]
    assert "turn.caller" in _open_types(data_dir, call)


def test_an_open_call_is_left_alone(log: AuditLog) -> None:
    log.open_segment(jurisdiction="DE", retention="call").append(
        "policy.resolved", {**_policy({"transcript": (None, 0)}), "part": 1, "parts": 1}
    )
    assert _after(log, 400) == []


def test_a_policy_that_cannot_be_read_is_a_problem_and_the_call_stays(log: AuditLog, data_dir: Path) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    segment.append("policy.resolved", {"policy_json": "{", "part": 1, "parts": 1})
    segment.close({})
    assert [one.action for one in _after(log, 400)] == ["problem"]
    assert "policy.resolved" in _open_types(data_dir, segment.call)


def _months(log: AuditLog, days: int, **keep: int) -> list[str]:
    periods = Periods(log.now().date() + timedelta(days=days), keep)
    found = past_their_month(log, log.data_dir, keep, WORD, periods, dry_run=False)
    return [one.action for one in found]


def test_a_month_key_outlives_the_minimum_in_its_class(log: AuditLog) -> None:
    _call(log, {"audit": (365, None)}, retention="call.365d")
    assert _months(log, 300, call=30) == []
    assert _months(log, 400, call=30) == ["destroyed"]


def test_a_month_key_stays_for_a_minimum_that_came_up_in_the_call(log: AuditLog) -> None:
    _call(log, {}, {"audit": (365, None)})
    assert _months(log, 300, call=30) == ["kept"]
    assert _months(log, 400, call=30) == ["destroyed"]


def test_calls_are_sealed_to_the_class_of_their_minimum() -> None:
    policies = load_policies()
    on = date(2026, 11, 24)
    plain = resolve(policies, business="DE", caller=None, sectors=("general",), on=on)
    cards = resolve(policies, business="DE", caller=None, sectors=("general", "payment.pci"), on=on)
    assert segment_class(plain.effective) == "call"
    assert segment_class(cards.effective) == "call.365d"
    assert [least_days(name) for name in ("call", "call.365d", "audio", "hold")] == [0, 365, None, None]
    assert [class_of(kind) for kind in ("turn.agent", "payment.charged", "new.event")] == [
        "transcript",
        "payment_token",
        "audit",
    ]


def test_what_was_pruned_is_accounted_for_in_the_next_epoch(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _call(log, {})
    assert prune_call(log, call, lambda kind: kind.startswith("turn."), WORD) == 1
    log.publish()
    name = log.log
    log.close()
    origin = begin_epoch(data_dir, name, WORD, now=clock).origin
    open_log(data_dir, now=clock, origin=name).close()
    done = export_bundle(data_dir, calls=[call], out=tmp_path / "b", mode="partial", now=clock)
    result = verify_bundle(done.path, Question(log=origin, calls=(call,)), trust=done.trust)
    assert result.exit in (0, 3), result.findings


def test_the_command_speaks_to_programs(log: AuditLog, data_dir: Path) -> None:
    call = _call(log, {"transcript": (None, 0)})
    words = ["retention", "run", "--actor", "a", "--approver", "b", "--data-dir", str(data_dir), "--json"]
    result = CliRunner().invoke(app, [*words, "--dry-run"])
    assert result.exit_code == 0, result.output
    (item,) = json.loads(result.stdout)["items"]
    assert (item["action"], item["subject"], item["count"]) == ("pruned", call, 1)
    assert json.loads(CliRunner().invoke(app, words).stdout)["dry_run"] is False
    assert "turn.caller" not in _open_types(data_dir, call)
    assert [one.retention for one in month_keys(log) if one.retention == "call"]
