"""A caller who asks gets all of the own calls, to read and to move, and nothing of anybody else."""

import json
import wave
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import AuditLog, open_log
from audit.jobs import Approval, erase_call
from secure_agent.cli.audit import app
from secure_agent.recording.format import PURPOSE, recordings_folder
from secure_agent.recording.recorder import Recorder

run = CliRunner()
NUMBER, OTHER = "+15125550142", "+15125550143"
SAID = ["--actor", "officer-7", "--reason", "DSAR 31"]


def _call(log: AuditLog, caller: str, words: str) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call", body={"company": "Example Energy"})
    segment.append("turn.caller", {"text": words, "t_start_ms": 0, "t_end_ms": 900})
    segment.append("model.called", {"messages_new": [{"content": "secret instructions"}]}, model="m-1")
    segment.append("handover.done", {"queue": "Petra of team 4"})
    segment.append("something.new", {"text": "nobody thought of this"})
    segment.close({"reason": "handed_over"})
    log.index_call(segment.call, line="main", outcome="handed_over", caller=caller)
    return segment.call


@pytest.fixture
def calls(tmp_path: Path, now: Callable[[], datetime]) -> dict[str, str]:
    with closing(open_log(tmp_path / "data", now=now)) as log:
        return {words: _call(log, number, words) for number, words in ((NUMBER, "mine"), (OTHER, "theirs"))}


def _export(tmp_path: Path, *more: str, caller: str = NUMBER) -> int:
    words = ["subject", "export", "--caller", caller, "--out", str(tmp_path / "answer")]
    return run.invoke(app, [*words, "--data-dir", str(tmp_path / "data"), *SAID, *more]).exit_code


def test_a_caller_gets_the_own_calls_and_no_other(calls: dict[str, str], tmp_path: Path) -> None:
    assert _export(tmp_path) == 0
    machine = json.loads((tmp_path / "answer" / "calls.json").read_bytes())
    assert [one["call"] for one in machine["calls"]] == [calls["mine"]]
    page = (tmp_path / "answer" / "calls.html").read_text(encoding="utf-8")
    for text in (json.dumps(machine), page):
        assert "mine" in text
        for foreign in ("theirs", "Petra", "secret instructions", "nobody thought", "officer-7", NUMBER[1:]):
            assert foreign not in text


def test_the_sound_that_is_kept_goes_along(tmp_path: Path, now: Callable[[], datetime]) -> None:
    with closing(open_log(tmp_path / "data", now=now)) as log:
        call = _call(log, NUMBER, "mine")
    made = _recorded(tmp_path / "data", call, now)
    assert _export(tmp_path) == 0
    assert made
    with wave.open(str(tmp_path / "answer" / "recordings" / f"{call}.wav")) as sound:
        assert sound.getnframes() > 0


def _recorded(data_dir: Path, call: str, now: Callable[[], datetime]) -> bool:
    with closing(open_log(data_dir, now=now)) as log:
        recorder = Recorder(
            recordings_folder(data_dir),
            call=call,
            new_key=lambda kept: log.new_sealed_key(call, PURPOSE, retention=kept.name),
            today=lambda: now().date(),
        )
        recorder.start(0.0)
        for n in range(50):
            recorder.caller_frame(b"\x10\x00" * 320, n * 0.02)
        return recorder.stop(1.0, "call_ended") is not None


def test_an_erased_call_is_not_found_by_its_number(
    calls: dict[str, str], tmp_path: Path, now: Callable[[], datetime]
) -> None:
    with closing(open_log(tmp_path / "data", now=now)) as log:
        erase_call(log, calls["mine"], Approval("GDPR 17", "staff-1", "staff-2"))
    assert _export(tmp_path) == 3
    assert not (tmp_path / "answer").exists()


@pytest.mark.parametrize("caller", ["15125550142", "+1512", "+1 512 555 0142", "me"])
def test_a_number_without_its_country_is_misuse(caller: str, calls: dict[str, str], tmp_path: Path) -> None:
    assert _export(tmp_path, caller=caller) == 2
