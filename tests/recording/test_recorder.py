"""The recorder keeps what it may, when it may, at its true time, and nothing in plain."""

import asyncio
import errno
import io
import os
import stat
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.crypto.keys import SealedKey, purpose_info, unwrap_with
from secure_agent.recording.errors import (
    RecordingAlteredError,
    RecordingError,
    RecordingMisuseError,
    RecordingUnavailableError,
)
from secure_agent.recording.format import AGENT, CALLER, RATE_HZ, to_samples
from secure_agent.recording.reader import Recording, export_wav, read_header, read_recording
from secure_agent.recording.recorder import Recorder
from secure_agent.recording.steps import RecorderState
from tests.recording.sounds import CALL, MONTH, TODAY, new_key, strength, tone

FRAME_S = 0.02
CALLER_HZ, AGENT_HZ = 440.0, 1000.0


class Desk:
    """One recorder on a line with frames of 20 ms: the caller hums 440 Hz, the agent 1000 Hz, always."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "recordings" / f"{CALL}.sealed"
        self.key: SealedKey = new_key()
        self.failures: list[RecordingError] = []
        self.recorder = Recorder(
            self.path.parent,
            call=CALL,
            new_key=lambda _: self.key,
            today=lambda: TODAY,
            on_failure=self.failures.append,
        )
        self.t_s = 0.0

    def pass_time(self, until_s: float) -> None:
        while self.t_s < until_s - 1e-9:
            self.recorder.agent_frame(tone(AGENT_HZ, FRAME_S, at_s=self.t_s).tobytes(), self.t_s)
            self.recorder.caller_frame(tone(CALLER_HZ, FRAME_S, at_s=self.t_s).tobytes(), self.t_s)
            self.t_s = round(self.t_s + FRAME_S, 6)

    def read(self) -> Recording:
        return read_recording(self.path, self.key.key)

    @property
    def state(self) -> RecorderState:
        return self.recorder.state


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def heard(recording: Recording, channel: int, from_s: float, to_s: float) -> bool:
    """Whether the channel's own tone, and nothing else, is in the whole stretch."""
    hz = (CALLER_HZ, AGENT_HZ)[channel]
    samples = recording.samples[
        to_samples(from_s) - recording.start : to_samples(to_s) - recording.start, channel
    ]
    expected = tone(hz, to_s - from_s, at_s=from_s)
    return bool(len(samples) == len(expected) and np.abs(samples.astype(int) - expected).max() <= 1)


def silent(recording: Recording, channel: int, from_s: float, to_s: float) -> bool:
    part = recording.samples[
        to_samples(from_s) - recording.start : to_samples(to_s) - recording.start, channel
    ]
    return bool(len(part) and not part.any())


def test_both_channels_come_back_sample_for_sample(desk: Desk) -> None:
    desk.pass_time(2.0)
    desk.recorder.start(2.0)
    desk.pass_time(7.5)
    desk.recorder.stop(7.5, "call_ended")
    recording = desk.read()
    assert recording.start == to_samples(2.0)
    assert len(recording.samples) == to_samples(5.5)
    assert heard(recording, CALLER, 2.0, 7.5)
    assert heard(recording, AGENT, 2.0, 7.5)
    assert (recording.complete, recording.reason, recording.gaps) == (True, "call_ended", ())


def test_before_the_start_there_is_no_file_and_nothing_is_held(desk: Desk) -> None:
    desk.pass_time(5.0)
    assert not desk.path.parent.exists()
    assert desk.recorder._notice is None
    assert desk.recorder.stop(5.0, "call_ended") is None
    assert desk.state is RecorderState.NEVER


def test_the_notice_stands_at_the_head_with_its_true_time_and_nothing_of_the_caller(desk: Desk) -> None:
    desk.pass_time(4.0)
    desk.recorder.keep_notice()
    desk.pass_time(9.0)
    step = desk.recorder.start(9.0)
    desk.pass_time(12.0)
    desk.recorder.stop(12.0, "call_ended")
    recording = desk.read()
    assert recording.start == to_samples(4.0)
    assert heard(recording, AGENT, 4.0, 12.0)
    assert silent(recording, CALLER, 4.0, 9.0)
    assert heard(recording, CALLER, 9.0, 12.0)
    assert step.as_body()["from_ms"] == 4000
    assert step.as_body()["at_ms"] == 9000


def test_a_notice_that_led_to_no_recording_is_forgotten(desk: Desk) -> None:
    desk.recorder.keep_notice()
    desk.pass_time(4.0)
    desk.recorder.drop_notice()
    desk.pass_time(5.0)
    assert desk.recorder._notice is None
    desk.recorder.start(5.0)
    desk.pass_time(6.0)
    desk.recorder.stop(6.0, "call_ended")
    assert desk.read().start == to_samples(5.0)


def test_a_pause_leaves_a_gap_with_its_reason_and_no_sound(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(3.3)
    paused = desk.recorder.pause(3.3, "card_entry")
    desk.pass_time(20.1)
    resumed = desk.recorder.resume(20.1)
    desk.pass_time(22.0)
    desk.recorder.stop(22.0, "call_ended")
    recording = desk.read()
    assert heard(recording, CALLER, 0.0, 3.3)
    assert silent(recording, CALLER, 3.3, 20.1)
    assert silent(recording, AGENT, 3.3, 20.1)
    assert heard(recording, CALLER, 20.1, 22.0)
    assert [(gap.from_s, gap.to_s, gap.reason) for gap in recording.gaps] == [(3.3, 20.1, "card_entry")]
    assert recording.gaps == desk.recorder.gaps
    assert paused is not None
    assert resumed is not None
    assert paused.as_body() == {"at_ms": 3300, "reason": "card_entry"}
    assert resumed.as_body()["gap"] == {"from_ms": 3300, "to_ms": 20100, "reason": "card_entry"}


def test_a_pause_costs_no_space(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.recorder.pause(0.0, "hold")
    desk.pass_time(600.0)
    desk.recorder.stop(600.0, "call_ended")
    assert desk.path.stat().st_size < 2_000


def test_hanging_up_while_paused_closes_the_gap(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(1.0)
    desk.recorder.pause(1.0, "card_entry")
    step = desk.recorder.stop(4.0, "call_ended")
    assert step is not None
    assert step.as_body()["gaps"] == [{"from_ms": 1000, "to_ms": 4000, "reason": "card_entry"}]
    assert [(gap.from_s, gap.to_s) for gap in desk.read().gaps] == [(1.0, 4.0)]


@pytest.mark.parametrize("paused", [False, True], ids=["while recording", "while paused"])
def test_what_the_caller_said_can_be_silenced_afterwards_in_memory_and_on_disk(
    desk: Desk, *, paused: bool
) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(9.7)
    if paused:
        desk.recorder.pause(9.7, "card_entry")
    desk.recorder.mute_caller(3.25, 9.3, reason="card_spoken")
    if paused:
        desk.recorder.resume(9.7)
    desk.pass_time(12.0)
    step = desk.recorder.stop(12.0, "call_ended")
    recording = desk.read()
    assert heard(recording, CALLER, 0.0, 3.25)
    assert silent(recording, CALLER, 3.25, 9.3)
    assert heard(recording, CALLER, 9.3, 12.0)
    assert heard(recording, AGENT, 0.0, 12.0)
    assert ("card_spoken", 3.25, 9.3) in [(gap.reason, gap.from_s, gap.to_s) for gap in recording.gaps]
    assert step is not None
    assert step.details["parts"][0]["sha256"] == recording.sha256


def test_frames_of_a_silenced_stretch_that_come_late_are_not_kept(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(2.0)
    desk.recorder.mute_caller(1.0, 2.5, reason="card_spoken")
    desk.pass_time(4.0)
    desk.recorder.stop(4.0, "call_ended")
    assert silent(desk.read(), CALLER, 1.0, 2.5)
    assert heard(desk.read(), CALLER, 2.5, 4.0)


def test_in_band_key_tones_of_card_entry_are_not_in_the_exported_file(desk: Desk) -> None:
    low_hz, high_hz = 770.0, 1336.0  # the key 5
    desk.recorder.start(0.0)
    desk.pass_time(2.0)
    desk.recorder.pause(2.0, "card_entry")
    for number in range(200):
        at_s = 2.0 + number * FRAME_S
        keyed = tone(low_hz, FRAME_S, at_s=at_s) // 2 + tone(high_hz, FRAME_S, at_s=at_s) // 2
        desk.recorder.caller_frame(keyed.astype(np.int16).tobytes(), at_s)
    desk.t_s = 6.0
    desk.recorder.resume(6.0)
    desk.pass_time(8.0)
    desk.recorder.stop(8.0, "call_ended")
    with wave.open(io.BytesIO(export_wav(desk.path, desk.key.key))) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getnframes()) == (2, RATE_HZ, 8 * RATE_HZ)
        left = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)[:, CALLER]
    windows = np.asarray(left, np.int16)[: len(left) // 320 * 320].reshape(-1, 320)
    for window in windows[100:300]:
        assert strength(window, low_hz) < 1
        assert strength(window, high_hz) < 1
    assert strength(windows[50], CALLER_HZ) > 1000


def test_no_sample_is_ever_on_the_disk_in_plain(desk: Desk, tmp_path: Path) -> None:
    desk.recorder.keep_notice()
    desk.pass_time(1.0)
    desk.recorder.start(1.0)
    seen = b""
    for until in range(2, 8):
        desk.pass_time(float(until))
        seen += b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    desk.recorder.stop(7.0, "call_ended")
    seen += desk.path.read_bytes()
    caller, agent = tone(CALLER_HZ, 1.0, at_s=3.0), tone(AGENT_HZ, 1.0, at_s=3.0)
    both = np.stack([caller, agent], axis=1)
    for plain in (caller.tobytes(), agent.tobytes(), both.tobytes()):
        for at in range(0, len(plain) - 16, 997):
            assert plain[at : at + 16] not in seen
    assert desk.key.key not in seen


def test_only_the_owner_may_read_the_file(desk: Desk) -> None:
    desk.recorder.start(0.0)
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.path.parent.stat().st_mode) == 0o700
    desk.recorder.stop(0.0, "call_ended")


def test_the_header_names_the_call_and_the_key_that_the_reader_can_unwrap(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(1.0)
    desk.recorder.stop(1.0, "call_ended")
    header = read_header(desk.path)
    assert (header.call, header.ek) == (CALL, MONTH.ek)
    key = unwrap_with(MONTH.private, header.wrapped, purpose_info(CALL, "recording"))
    assert read_recording(desk.path, key).complete


def test_another_key_is_refused_before_anything_is_opened(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.recorder.stop(0.0, "call_ended")
    with pytest.raises(RecordingAlteredError):
        read_recording(desk.path, new_key().key)


def test_a_crash_leaves_a_readable_verifiable_prefix(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(5.8)  # and then the process is gone: no stop
    recording = desk.read()
    assert not recording.complete
    assert recording.sha256 is None
    seconds = len(recording.samples) / RATE_HZ
    assert 4 <= seconds <= 5.8
    assert heard(recording, CALLER, 0.0, seconds)
    desk.recorder.stop(5.8, "call_ended")


def finished(desk: Desk) -> bytes:
    desk.recorder.start(0.0)
    desk.pass_time(3.0)
    desk.recorder.pause(3.0, "hold")
    desk.recorder.resume(3.5)
    desk.t_s = 3.5
    desk.pass_time(5.0)
    desk.recorder.stop(5.0, "call_ended")
    return desk.path.read_bytes()


def test_a_file_cut_anywhere_gives_a_prefix_or_a_clear_refusal(desk: Desk) -> None:
    whole = finished(desk)
    full = desk.read()
    for cut in range(0, len(whole), 4_999):
        desk.path.write_bytes(whole[:cut])
        if cut < 400:
            with pytest.raises(RecordingAlteredError):
                desk.read()
        else:
            part = desk.read()
            assert not part.complete
            assert np.array_equal(part.samples, full.samples[: len(part.samples)])


def records_of(whole: bytes) -> list[bytes]:
    at = 9 + int.from_bytes(whole[5:9])
    parts = [whole[:at]]
    while at < len(whole):
        end = at + 4 + int.from_bytes(whole[at : at + 4])
        parts.append(whole[at:end])
        at = end
    return parts


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda r: [r[0], r[2], r[1], *r[3:]], id="records exchanged"),
        pytest.param(lambda r: [r[0], *r[2:]], id="a record left out"),
        pytest.param(lambda r: [*r[:2], *r[1:]], id="a record twice"),
        pytest.param(lambda r: [*r, r[-1]], id="something after the end"),
        pytest.param(lambda r: [r[0], r[1][:-1] + bytes([r[1][-1] ^ 1]), *r[2:]], id="a bit of a tag"),
        pytest.param(
            lambda r: [r[0], r[1][:50] + bytes([r[1][50] ^ 1]) + r[1][51:], *r[2:]], id="a bit of sound"
        ),
        pytest.param(lambda r: [r[0].replace(b"16000", b"48000"), *r[1:]], id="another rate in the header"),
        pytest.param(lambda r: [r[0].replace(CALL[:8].encode(), b"00000000"), *r[1:]], id="another call"),
        pytest.param(lambda r: [b"RIFF" + r[0], *r[1:]], id="another format"),
        pytest.param(lambda r: [r[0], b"\xff\xff\xff\xff", *r[1:]], id="an endless record"),
    ],
)
def test_every_change_to_the_file_is_found(desk: Desk, change: Callable[[list[bytes]], list[bytes]]) -> None:
    desk.path.write_bytes(b"".join(change(records_of(finished(desk)))))
    with pytest.raises(RecordingAlteredError) as raised:
        desk.read()
    assert desk.key.key.hex() not in str(raised.value)


def test_the_digest_on_record_is_that_of_the_file(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(2.0)
    step = desk.recorder.stop(2.0, "withdrawn")
    assert step is not None
    assert step.kind == "stopped"
    assert step.details["complete"] is True
    assert step.details["parts"][0]["sha256"] == desk.read().sha256


def test_deleting_destroys_the_only_wrapped_key_before_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(2.0)
    with pytest.raises(RecordingMisuseError):
        desk.recorder.delete()
    desk.recorder.stop(2.0, "withdrawn")
    kept = tmp_path / "kept"
    os.link(desk.path, kept)  # stands for blocks that a disk keeps after the file is gone
    assert desk.recorder.delete()
    assert not desk.path.exists()
    assert desk.key.wrapped not in kept.read_bytes()
    assert desk.recorder.delete()  # twice does no harm
    assert desk.state is RecorderState.STOPPED


def test_nothing_is_deleted_where_nothing_was_recorded(desk: Desk) -> None:
    assert desk.recorder.delete() is False


def test_a_recorder_starts_once_and_never_after_a_stop(desk: Desk) -> None:
    desk.recorder.start(0.0)
    with pytest.raises(RecordingMisuseError):
        desk.recorder.start(1.0)
    desk.recorder.stop(1.0, "withdrawn")
    with pytest.raises(RecordingMisuseError):
        desk.recorder.start(2.0)
    assert desk.recorder.pause(2.0, "hold") is None
    assert desk.recorder.resume(2.0) is None
    assert desk.recorder.stop(2.0, "again") is None
    assert desk.recorder.mute_caller(0.0, 1.0, reason="card_spoken") is None


def test_frames_after_the_stop_are_not_kept(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(1.0)
    desk.recorder.stop(1.0, "withdrawn")
    size = desk.path.stat().st_size
    desk.pass_time(10.0)
    assert desk.path.stat().st_size == size
    assert len(desk.read().samples) == RATE_HZ


def test_a_full_disk_ends_the_recording_is_told_once_and_leaves_the_prefix(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(3.9)

    def full(fd: int, content: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    desk.pass_time(9.0)
    assert [type(failure) for failure in desk.failures] == [RecordingUnavailableError]
    assert "No space left" in str(desk.failures[0])
    assert desk.state is RecorderState.STOPPED
    step = desk.recorder.stop(9.0, "recorder_failed")
    assert step is not None
    assert (step.details["complete"], step.details["parts"][0]["sha256"]) == (False, None)
    assert desk.recorder.stop(9.0, "call_ended") is None
    recording = desk.read()
    assert not recording.complete
    assert heard(recording, CALLER, 0.0, len(recording.samples) / RATE_HZ)


def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file where a folder belongs")
    desk = Desk(tmp_path)
    with pytest.raises(RecordingUnavailableError, match="cannot be written"):
        desk.recorder.start(0.0)
    assert desk.state is RecorderState.NEVER


def test_an_existing_file_is_never_written_over(desk: Desk) -> None:
    desk.path.parent.mkdir()
    desk.path.write_bytes(b"evidence")
    with pytest.raises(RecordingUnavailableError):
        desk.recorder.start(0.0)
    assert desk.path.read_bytes() == b"evidence"


def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RecordingUnavailableError):
        read_header(tmp_path / "nothing")


def test_a_frame_with_the_time_of_another_clock_ends_the_recording_instead_of_filling_the_disk(
    desk: Desk,
) -> None:
    desk.recorder.start(0.0)
    desk.recorder.caller_frame(bytes(640), 1_700_000_000.0)
    assert [type(failure) for failure in desk.failures] == [RecordingMisuseError]
    assert desk.path.stat().st_size < 2_000


def test_jitter_of_the_clock_does_not_tear_the_sound(desk: Desk) -> None:
    desk.recorder.start(0.0)
    for number in range(200):
        at_s = number * FRAME_S
        late_s = (number * 7 % 11) / 1000
        desk.recorder.caller_frame(tone(CALLER_HZ, FRAME_S, at_s=at_s).tobytes(), at_s + late_s)
    desk.recorder.stop(4.0, "call_ended")
    assert heard(desk.read(), CALLER, 0.0, 4.0)


def test_not_even_a_frame_of_the_caller_from_before_the_start_is_kept(desk: Desk) -> None:
    desk.recorder.keep_notice()
    desk.recorder.agent_frame(tone(AGENT_HZ, 1.0).tobytes(), 0.0)
    desk.recorder.start(1.0)
    before = np.full(320, 7_777, np.int16).tobytes()
    for early_s in (0.05, 0.02, 0.01):
        desk.recorder.caller_frame(before, 1.0 - early_s)
    desk.recorder.stop(2.0, "call_ended")
    recording = desk.read()
    assert silent(recording, CALLER, 0.0, 1.0)
    assert np.count_nonzero(recording.samples[:, CALLER]) == 160  # the half of the last frame that came after


def test_a_channel_without_frames_is_silent_and_does_not_hold_the_other_back(desk: Desk) -> None:
    desk.recorder.start(0.0)
    for number in range(500):
        desk.recorder.caller_frame(
            tone(CALLER_HZ, FRAME_S, at_s=number * FRAME_S).tobytes(), number * FRAME_S
        )
    assert desk.path.stat().st_size > 8 * 64_000
    agent = tone(AGENT_HZ, 1.0, at_s=10.0)
    desk.recorder.agent_frame(agent.tobytes(), 10.0)
    desk.recorder.stop(11.0, "call_ended")
    recording = desk.read()
    assert heard(recording, CALLER, 0.0, 10.0)
    assert silent(recording, AGENT, 0.0, 10.0)
    assert heard(recording, AGENT, 10.0, 11.0)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 24_000, 44_100, 48_000])
def test_other_rates_are_recorded_at_sixteen_kilohertz(desk: Desk, rate_hz: int) -> None:
    desk.recorder.start(0.0)
    for number in range(100):
        times = number * FRAME_S + np.arange(round(FRAME_S * rate_hz)) / rate_hz
        frame = np.asarray(8000 * np.sin(2 * np.pi * CALLER_HZ * times), np.int16)
        desk.recorder.caller_frame(frame.tobytes(), number * FRAME_S, rate_hz=rate_hz)
    desk.recorder.stop(2.0, "call_ended")
    recording = desk.read()
    assert len(recording.samples) == 2 * RATE_HZ
    assert strength(recording.samples[:, CALLER], CALLER_HZ) == pytest.approx(8000, rel=0.05)


STEPS = st.lists(
    st.tuples(st.sampled_from(["pause", "resume", "mute", "go", "go"]), st.integers(1, 150)), max_size=14
)


@given(STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_paused_and_silenced_each_sample_is_its_own_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("any"))
    desk.recorder.start(0.0)
    for step, frames in steps:
        match step:
            case "pause":
                desk.recorder.pause(desk.t_s, "hold")
            case "resume":
                desk.recorder.resume(desk.t_s)
            case "mute":
                desk.recorder.mute_caller(desk.t_s - frames * FRAME_S, desk.t_s, reason="card_spoken")
            case _:
                desk.pass_time(desk.t_s + frames * FRAME_S)
    last = desk.recorder.stop(desk.t_s, "call_ended")
    recording = desk.read()
    assert last is not None
    assert recording.sha256 == last.details["parts"][0]["sha256"]
    assert sorted(map(repr, recording.gaps)) == sorted(map(repr, desk.recorder.gaps))
    whole = np.stack(
        [
            tone(CALLER_HZ, desk.t_s)[: len(recording.samples)],
            tone(AGENT_HZ, desk.t_s)[: len(recording.samples)],
        ],
        axis=1,
    )
    quiet = np.zeros((len(whole), 2), bool)
    for gap in recording.gaps:
        channels = slice(0, 1) if gap.reason == "card_spoken" else slice(0, 2)
        quiet[gap.start : gap.end, channels] = True
    if len(recording.samples):
        assert recording.start == 0
        assert not recording.samples[quiet].any()
        assert np.abs(recording.samples.astype(int) - np.where(quiet, 0, whole)).max() <= 1


async def test_a_minute_of_call_costs_the_event_loop_little(desk: Desk) -> None:
    frame = tone(CALLER_HZ, FRAME_S).tobytes()
    loop = asyncio.get_running_loop()
    began_s, worst_s = loop.time(), 0.0
    cpu_s = time.process_time()
    desk.recorder.start(0.0)
    for number in range(3_000):
        before_s = loop.time()
        desk.recorder.agent_frame(frame, number * FRAME_S)
        desk.recorder.caller_frame(frame, number * FRAME_S)
        worst_s = max(worst_s, loop.time() - before_s)
    desk.recorder.stop(60.0, "call_ended")
    assert time.process_time() - cpu_s < 1.0  # 0.05 s on an idle machine: a thousandth of the call
    assert worst_s < 0.5
    assert loop.time() > began_s
