"""`secure-agent recording export`: for a named person, for a stated reason, on record before the sound is out."""

import io
import json
import sqlite3
import stat
import wave
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from audit import AuditLog, export_bundle, open_log, read_call
from audit.log import ControlEntry
from audit.store import Target
from audit.verify import Question, verify_bundle
from secure_agent.cli.recording import app
from secure_agent.recording.format import RATE_HZ, part_path, recordings_folder
from secure_agent.recording.recorder import Recorder
from tests.recording.sounds import tone

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Archive:
    """A data folder with one recorded call in it."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.wav = folder / "call.wav"
        self._clock = iter(range(10_000))
        with closing(self.log()) as log:
            segment = log.open_segment(jurisdiction="US-TX", retention="call")
            self.call = segment.call
            recorder = Recorder(
                recordings_folder(self.data_dir),
                call=self.call,
                new_key=lambda kept: log.new_sealed_key(self.call, "recording", retention=kept.name),
                today=BEGAN.date,
            )
            segment.append("recording.started", recorder.start(0.0).as_body())
            for number in range(150):
                recorder.caller_frame(tone(440, 0.02, at_s=number * 0.02).tobytes(), number * 0.02)
                recorder.agent_frame(tone(1000, 0.02, at_s=number * 0.02).tobytes(), number * 0.02)
            recorder.pause(3.0, "card_entry")
            recorder.resume(4.0)
            self.recorder, self.segment = recorder, segment
            self.stop()

    def stop(self) -> None:
        step = self.recorder.stop(5.0, "call_ended")
        assert step is not None
        self.segment.append("recording.stopped", step.as_body())
        self.segment.close({"reason": "hung_up"})

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=next(self._clock))

    def log(self) -> AuditLog:
        return open_log(self.data_dir, now=self.now)

    @property
    def path(self) -> Path:
        return part_path(recordings_folder(self.data_dir), self.call)

    def export(self, **changes: str) -> Result:
        options = {
            "--call": self.call,
            "--out": str(self.wav),
            "--actor": "j.doe",
            "--reason": "complaint 17 of the caller",
            "--data-dir": str(self.data_dir),
            **{f"--{name}": value for name, value in changes.items()},
        }
        words = [word for option in options.items() for word in option]
        return CliRunner().invoke(app, ["export", "--json", *words])


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def openings(archive: Archive) -> list[dict[str, object]]:
    with closing(sqlite3.connect(archive.data_dir / "audit.db")) as database:
        calls = database.execute("SELECT DISTINCT call FROM entry WHERE t = 'key.opened'").fetchall()
    return [
        entry.body
        for (call,) in calls
        for entry in read_call(archive.data_dir, call)
        if entry.t == "key.opened" and entry.body is not None
    ]


def test_an_export_gives_wav_readable_by_its_owner_alone(archive: Archive) -> None:
    result = archive.export()
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "call": archive.call,
        "path": str(archive.wav),
        "parts": [{"part": 1, "class": "audio"}],
        "seconds": 5.0,
        "from_s": 0.0,
        "complete": True,
        "on_record": True,
        "gaps": [{"from_s": 3.0, "to_s": 4.0, "reason": "card_entry"}],
    }
    assert stat.S_IMODE(archive.wav.stat().st_mode) == 0o600
    with wave.open(io.BytesIO(archive.wav.read_bytes())) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)
    heard = samples[: 3 * RATE_HZ].astype(int)
    assert np.abs(heard - np.stack([tone(440, 3.0), tone(1000, 3.0)], axis=1)).max() <= 1
    assert not samples[3 * RATE_HZ :].any()


def test_who_listened_and_why_is_in_the_audit_log_which_still_verifies(
    archive: Archive, tmp_path: Path
) -> None:
    archive.export()
    (opening,) = openings(archive)
    assert (opening["call"], opening["actor"], opening["reason"]) == (
        archive.call,
        "j.doe",
        "complaint 17 of the caller",
    )
    done = export_bundle(
        archive.data_dir, out=tmp_path / "bundle", mode="full", now=lambda: datetime.now(UTC)
    )
    verdict = verify_bundle(done.path, Question(log=done.origin), trust=done.trust)
    assert verdict.exit in (0, 3), verdict.sentence


def test_an_altered_recording_is_not_exported_and_not_opened_on_record(archive: Archive) -> None:
    content = bytearray(archive.path.read_bytes())
    content[-20_000] ^= 1
    archive.path.write_bytes(content)
    result = archive.export()
    assert result.exit_code == 1
    assert "altered" in result.stderr
    assert not archive.wav.exists()
    assert not openings(archive)


def test_a_recording_cut_short_after_its_end_was_on_record_is_found(archive: Archive) -> None:
    content = archive.path.read_bytes()
    archive.path.write_bytes(content[:-30])
    result = archive.export()
    assert result.exit_code == 1
    assert "on record" in result.stderr
    assert not archive.wav.exists()


def test_the_recording_of_another_call_is_found(archive: Archive, tmp_path: Path) -> None:
    other = Archive(tmp_path / "other")
    archive.path.write_bytes(other.path.read_bytes())
    assert archive.export().exit_code == 1


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        pytest.param({"call": "../../etc/passwd"}, 2, "id of a call", id="no id"),
        pytest.param({"reason": " "}, 2, "--reason", id="no reason"),
        pytest.param({"actor": ""}, 2, "--actor", id="nobody"),
        pytest.param({"call": "00000000-0000-4000-8000-000000000000"}, 3, "no recording", id="no such call"),
        pytest.param({"out": "/nowhere/call.wav"}, 3, "cannot be written", id="no such folder"),
        pytest.param({"reason": "card 4242424242424242"}, 3, "card number", id="a card number as reason"),
    ],
)
def test_each_mistake_is_one_clear_sentence(
    archive: Archive, changes: dict[str, str], code: int, says: str
) -> None:
    result = archive.export(**changes)
    assert result.exit_code == code
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert "4242" not in result.output


def test_an_existing_file_is_never_written_over(archive: Archive) -> None:
    archive.wav.write_text("mine")
    assert archive.export().exit_code == 2
    assert archive.wav.read_text() == "mine"


def test_an_erased_call_cannot_be_heard_again(archive: Archive) -> None:
    header = read_call(archive.data_dir, archive.call)[0].header
    erasure = {
        "target_call": archive.call,
        "target_seg": [0],
        "target_kc": [header["kc"]],
        "backup_complete_by": "2026-06-01",
        "basis": "GDPR Art. 17",
        "actor": "j.doe",
        "approver": "r.roe",
    }
    with closing(archive.log()) as log:
        log.run_job([ControlEntry("erasure", erasure, targets=[Target(call=archive.call, seg=0)])])
    result = archive.export()
    assert result.exit_code == 3
    assert not archive.wav.exists()
