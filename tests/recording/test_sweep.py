"""Recordings go when their period is over and not before, a hold wins over all, and what a crash left is closed."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from audit import AuditLog, open_log, read_call
from audit.errors import EvidenceUnavailableError
from audit.jobs import Approval, destroy_month_key, erase_call, hold_call
from secure_agent.cli.audit_jobs import jobs
from secure_agent.cli.recording import app
from secure_agent.recording.archive import open_part, parts_in
from secure_agent.recording.format import (
    AUDIO,
    CALLER,
    RATE_HZ,
    RetentionClass,
    part_files,
    recordings_folder,
)
from secure_agent.recording.recorder import Recorder
from secure_agent.recording.sweep import Finding, Periods, protected, sweep
from tests.recording.sounds import tone

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORDER = RetentionClass("mifid_order_de", 1825, 1825)
NINETY = RetentionClass("audio", None, 90)
APPROVAL = Approval("retention period over", "j.doe", "r.roe")


class Archive:
    """A data folder; calls of six seconds whose last two belong to an order, where there is one."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self._clock = iter(range(100_000))
        self.recorders: list[Recorder] = []

    def log(self) -> AuditLog:
        return open_log(self.data_dir, now=lambda: BEGAN + timedelta(seconds=next(self._clock)))

    def call(
        self,
        *,
        kept: RetentionClass = NINETY,
        order: bool = False,
        crash: bool = False,
        turn_until_s: float | None = None,
    ) -> str:
        with closing(self.log()) as log:
            segment = log.open_segment(jurisdiction="DE", retention="call")
            recorder = Recorder(
                recordings_folder(self.data_dir),
                call=segment.call,
                new_key=lambda kept: log.new_sealed_key(segment.call, "recording", retention=kept.name),
                today=BEGAN.date,
            )
            segment.append("recording.started", recorder.start(0.0, kept).as_body())
            for number in range(300):
                at_s = number / 50
                if order and number == 200:
                    began = recorder.begin_part(4.0, ORDER)
                    assert began is not None
                    segment.append("recording.started", began.as_body())
                recorder.caller_frame(tone(440, 0.02, at_s=at_s).tobytes(), at_s)
                recorder.agent_frame(tone(1000, 0.02, at_s=at_s).tobytes(), at_s)
            if turn_until_s is not None:
                ends = {"t_start_ms": 0, "t_end_ms": round(turn_until_s * 1000)}
                segment.append("turn.caller", {"text": "hello", **ends})
            if crash:
                for part in recorder._parts:
                    part.writer.close()  # the process is gone: its lock with it, and no end is written
                return segment.call
            step = recorder.stop(6.0, "call_ended")
            assert step is not None
            segment.append("recording.stopped", step.as_body())
            segment.close({"reason": "hung_up"})
        return segment.call

    def sweep(self, after_days: int, **keep: int) -> list[Finding]:
        with closing(self.log()) as log:
            return list(sweep(log, self.data_dir, self.periods(after_days, **keep), APPROVAL, dry_run=False))

    def periods(self, after_days: int, **keep: int) -> Periods:
        return Periods(BEGAN.date() + timedelta(days=after_days), keep)

    def parts(self) -> list[tuple[str, int]]:
        return [(call, part) for call, part, _ in part_files(recordings_folder(self.data_dir))]

    def month_key(self, retention: str) -> str:
        with closing(self.log()) as log:
            return next(one.ek for one in log.store.month_keys() if one.ret == retention)

    def events(self, kind: str) -> list[dict[str, Any]]:
        with closing(self.log()) as log:
            calls = {leaf.call for leaf in log.store.leaves(log.log_id, 0, log.store.tree(log.log_id).size)}
        found = [entry for call in calls for entry in read_call(self.data_dir, call) if entry.t == kind]
        return [entry.body for entry in found if entry.body is not None]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_a_recording_goes_on_the_day_that_the_policy_names_and_leaves_an_event(archive: Archive) -> None:
    call = archive.call()
    assert archive.sweep(89) == []
    assert archive.sweep(90) == [Finding("erased", call, 1, "retention_over")]
    assert archive.parts() == []
    (erased,) = archive.events("recording.erased")
    assert erased == {
        "call": call,
        "part": 1,
        "class": "audio",
        "why": "retention_over",
        "basis": "retention period over",
        "actor": "j.doe",
        "approver": "r.roe",
    }
    assert archive.sweep(90) == []


def test_long_retention_touches_the_covered_part_only(archive: Archive) -> None:
    call = archive.call(order=True)
    assert archive.sweep(90) == [Finding("erased", call, 1, "retention_over")]
    assert archive.parts() == [(call, 2)]
    assert archive.sweep(1824) == []
    assert archive.sweep(1825) == [Finding("erased", call, 2, "retention_over")]


def test_an_operator_may_shorten_a_period_but_not_below_the_minimum_of_a_duty(archive: Archive) -> None:
    call = archive.call(order=True)
    assert archive.sweep(10, audio=10, mifid_order_de=10) == [Finding("erased", call, 1, "retention_over")]
    assert archive.parts() == [(call, 2)]


def test_without_a_maximum_nothing_goes_by_itself(archive: Archive) -> None:
    archive.call(kept=AUDIO)
    assert archive.sweep(36_500) == []


def test_a_hold_wins_over_the_period_and_over_the_end_of_its_month_key(archive: Archive) -> None:
    call = archive.call()
    other = archive.call()
    with closing(archive.log()) as log:
        hold_call(log, call, APPROVAL)
        ek = archive.month_key("audio")
        assert protected(log, archive.data_dir, ek, archive.periods(90)) == []
        destroy_month_key(log, ek, APPROVAL)
    assert archive.sweep(400) == [Finding("erased", other, 1, "key_destroyed")]
    with closing(archive.log()) as log:
        (file,) = parts_in(archive.data_dir, call)
        assert open_part(log, file).recording.complete


def test_a_month_key_that_a_duty_needs_is_named(archive: Archive) -> None:
    archive.call(order=True)
    with closing(archive.log()) as log:
        kept = protected(log, archive.data_dir, archive.month_key("mifid_order_de"), archive.periods(400))
        assert [file.part for file in kept] == [2]
        assert protected(log, archive.data_dir, archive.month_key("audio"), archive.periods(400)) == []


def test_a_destroyed_month_key_of_one_class_leaves_the_parts_of_another(archive: Archive) -> None:
    call = archive.call(order=True)
    with closing(archive.log()) as log:
        destroy_month_key(log, archive.month_key("audio"), APPROVAL)
        first, order = parts_in(archive.data_dir, call)
        with pytest.raises(EvidenceUnavailableError):
            open_part(log, first)
        assert open_part(log, order).recording.complete
    assert archive.sweep(1) == [Finding("erased", call, 1, "key_destroyed")]


def test_what_a_crash_left_is_closed_checked_and_on_record(archive: Archive) -> None:
    call = archive.call(crash=True, turn_until_s=2.5)
    assert archive.sweep(1) == [Finding("closed", call, 1, "crashed")]
    assert archive.sweep(1) == []
    with closing(archive.log()) as log:
        recording = open_part(log, parts_in(archive.data_dir, call)[0]).recording
    assert (recording.complete, recording.reason) == (True, "crashed")
    (recovered,) = archive.events("recording.recovered")
    assert recovered["sha256"] == recording.sha256
    assert recovered["silenced_from_ms"] == 2_500
    caller = recording.samples[:, CALLER]
    assert caller[: round(2.4 * RATE_HZ)].any()
    assert not caller[round(2.5 * RATE_HZ) :].any()
    assert recording.samples[round(2.5 * RATE_HZ) :, 1].any()
    assert [gap.reason for gap in recording.gaps] == ["not_screened"]


def test_every_part_that_a_crash_left_is_closed(archive: Archive) -> None:
    call = archive.call(crash=True, order=True, turn_until_s=3.0)
    found = archive.sweep(1)
    assert found == [Finding("closed", call, 1, "crashed"), Finding("closed", call, 2, "crashed")]


def test_a_recording_of_an_erased_call_that_was_left_behind_goes(archive: Archive) -> None:
    call = archive.call()
    with closing(archive.log()) as log:
        erase_call(log, call, APPROVAL)
    assert archive.sweep(1) == [Finding("erased", call, 1, "call_erased")]


def test_a_file_that_never_got_a_header_goes_and_a_strange_one_is_told(archive: Archive) -> None:
    call = archive.call()
    folder = recordings_folder(archive.data_dir)
    torn = folder / "00000000-0000-4000-8000-000000000001.sealed"
    torn.touch()
    strange = folder / "00000000-0000-4000-8000-000000000002.sealed"
    strange.write_bytes(b"RIFF" * 100)
    orphan = folder / "00000000-0000-4000-8000-000000000003.sealed"
    orphan.write_bytes((folder / f"{call}.sealed").read_bytes())
    found = archive.sweep(1)
    assert [(one.action, one.call[-1]) for one in found] == [
        ("erased", "1"),
        ("problem", "2"),
        ("problem", "3"),
    ]
    assert not torn.exists()
    assert strange.exists()


def test_a_rehearsal_of_the_sweep_changes_nothing(archive: Archive) -> None:
    call = archive.call()
    with closing(archive.log()) as log:
        periods = archive.periods(90)
        found = list(sweep(log, archive.data_dir, periods, APPROVAL, dry_run=True))
    assert found == [Finding("erased", call, 1, "retention_over")]
    assert archive.parts() == [(call, 1)]
    assert archive.events("recording.erased") == []


# The commands


def run(archive: Archive, *words: str, of: Any = app) -> Result:
    return CliRunner().invoke(of, [*words, "--data-dir", str(archive.data_dir)])


BY = ("--actor", "j.doe", "--approver", "r.roe")


def test_erasing_a_call_erases_its_recording_and_says_so_in_the_log(archive: Archive) -> None:
    call = archive.call()
    result = run(archive, "erase", "--call", call, "--basis", "GDPR 17(1)(b)", *BY, of=jobs)
    assert result.exit_code == 0, result.output
    assert f"{call}.sealed" in result.stdout
    assert archive.parts() == []
    (erased,) = archive.events("recording.erased")
    assert (erased["call"], erased["why"]) == (call, "call_erased")


def test_a_call_is_not_erased_under_what_a_duty_keeps_but_the_rest_of_its_recording_is(
    archive: Archive,
) -> None:
    call = archive.call(order=True)
    refused = run(archive, "erase", "--call", call, "--basis", "GDPR 17(1)(b)", *BY, of=jobs)
    assert refused.exit_code == 1
    assert "2031-03-01" in refused.stderr
    done = run(archive, "erase", "--call", call, "--basis", "GDPR 17(1)(b)", *BY, "--json")
    assert json.loads(done.stdout) == {"call": call, "erased": [1], "kept": [2]}
    assert archive.parts() == [(call, 2)]


def test_a_hold_keeps_the_recording_and_its_release_lets_it_go(archive: Archive) -> None:
    call = archive.call()
    assert run(archive, "hold", "--call", call, "--basis", "suit 4", *BY, of=jobs).exit_code == 0
    assert run(archive, "erase", "--call", call, "--basis", "x", *BY).exit_code == 1
    held = recordings_folder(archive.data_dir) / f"{call}.sealed.held"
    assert held.exists()
    assert run(archive, "release", "--call", call, "--basis", "settled", *BY, of=jobs).exit_code == 0
    assert not held.exists()
    assert run(archive, "erase", "--call", call, "--basis", "x", *BY).exit_code == 0
    assert archive.parts() == []


@pytest.mark.parametrize("command", ["sweep", "retention run"])
def test_the_sweep_of_the_log_is_that_of_the_recordings(archive: Archive, command: str) -> None:
    call = archive.call()
    words = command.split()
    result = run(archive, *words, "--keep", "audio=0", *BY, of=app if words == ["sweep"] else jobs)
    assert result.exit_code == 0, result.output
    assert f"recording {call} part 1: erased" in result.stdout
    assert archive.parts() == []


def test_the_list_and_the_record_of_a_call_open_no_recording_and_the_read_is_on_record(
    archive: Archive,
) -> None:
    call = archive.call(order=True)
    listed = json.loads(run(archive, "list", "--json").stdout)["items"]
    assert [(one["call"], one["part"], one["class"], one["max_days"], one["state"]) for one in listed] == [
        (call, 1, "audio", 90, "closed"),
        (call, 2, "mifid_order_de", 1825, "closed"),
    ]
    assert "at least 1825 days" in run(archive, "list").stdout
    shown = json.loads(run(archive, "show", "--call", call, "--json").stdout)
    assert [event["type"] for event in shown["events"]] == [
        "recording.started",
        "recording.started",
        "recording.stopped",
    ]
    assert "part 2" in run(archive, "show", "--call", call).stdout
    assert archive.events("key.opened") == []
    assert [body["what"] for body in archive.events("export")] == ["recording show"] * 2


@pytest.mark.parametrize(("words", "parts", "seconds"), [((), [1, 2], 6.0), (("--part", "2"), [2], 2.0)])
def test_parts_are_exported_joined_or_alone(
    archive: Archive, tmp_path: Path, words: tuple[str, ...], parts: list[int], seconds: float
) -> None:
    call = archive.call(order=True)
    out = ("--out", str(tmp_path / "a.wav"), "--actor", "j.doe", "--reason", "complaint 17")
    result = run(archive, "export", "--call", call, *out, *words, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert ([one["part"] for one in document["parts"]], document["seconds"]) == (parts, seconds)
    assert (document["complete"], document["on_record"]) == (True, True)
    assert [body["part"] for body in archive.events("key.opened")] == parts


def test_what_nobody_screened_before_a_crash_is_not_exported(archive: Archive, tmp_path: Path) -> None:
    call = archive.call(crash=True)
    out = ("--out", str(tmp_path / "a.wav"), "--actor", "j.doe", "--reason", "complaint 17")
    result = run(archive, "export", "--call", call, *out, "--json")
    assert result.exit_code == 0, result.output
    assert [gap["reason"] for gap in json.loads(result.stdout)["gaps"]] == ["not_screened"]
    assert len(archive.events("recording.recovered")) == 1
