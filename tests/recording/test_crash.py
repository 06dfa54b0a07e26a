"""Whenever the process dies, the disk holds what can be read and checked; a stretch to silence is whole or silent."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audit.crypto import random_bytes
from secure_agent.recording.errors import RecordingUnavailableError
from secure_agent.recording.format import CALLER, RATE_HZ, part_path
from secure_agent.recording.reader import has_end, read_header, read_recording, read_records
from secure_agent.recording.recorder import Recorder
from secure_agent.recording.writer import SealedAudioWriter, is_being_written
from tests.recording.crashing_writer import CARD_HZ
from tests.recording.sounds import CALL, TODAY, new_key, sealed_sounds, sealed_under, strength, tone

ROOT = Path(__file__).parents[2]


def recorded(folder: Path, key: bytes, *, until_s: int = 6) -> Recorder:
    """Six seconds in which the caller says a card in the third and the fourth."""
    recorder = Recorder(folder, call=CALL, new_key=lambda _: sealed_under(key), today=lambda: TODAY)
    recorder.start(0.0)
    for number in range(until_s * 50):
        at_s = number / 50
        hz = CARD_HZ if 2 <= at_s < 4 else 440.0
        recorder.caller_frame(tone(hz, 0.02, at_s=at_s).tobytes(), at_s)
        recorder.agent_frame(tone(1000.0, 0.02, at_s=at_s).tobytes(), at_s)
    return recorder


def says_the_card(samples: "np.ndarray[tuple[int, ...], np.dtype[np.int16]]") -> bool:
    blocks = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    return any(strength(block, CARD_HZ) > 1000 for block in blocks)


@pytest.mark.parametrize("lines", [3, 11, 27, 58])
def test_a_process_killed_while_it_records_leaves_what_it_said_was_on_the_disk(
    tmp_path: Path, lines: int
) -> None:
    key = random_bytes(32)
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.recording.crashing_writer", str(tmp_path), key.hex()],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        text=True,
    ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(lines)]
        path = part_path(tmp_path, CALL)
        assert is_being_written(path)
        process.kill()
        told += process.stdout.readlines()
    assert not is_being_written(path)
    recording = read_recording(path, key)
    assert not recording.complete
    assert not has_end(path, key)
    heard_s = max((int(line.split()[1]) for line in told if line.startswith("heard")), default=0)
    assert len(recording.samples) >= (heard_s - 2) * RATE_HZ
    caller = recording.samples[:, CALLER]
    muted = [tuple(map(int, line.split()[1:])) for line in told if line.startswith("muted")]
    for first, last in muted:
        assert not caller[first * RATE_HZ : last * RATE_HZ].any()
        assert not any(
            says_the_card(sound.samples[:, CALLER])
            for sound in sealed_sounds(path, key)
            if first * RATE_HZ <= sound.start < last * RATE_HZ
        )
    ordinary = caller[: max(len(caller) // RATE_HZ, 0) * RATE_HZ].reshape(-1, RATE_HZ)[::5]
    assert all(strength(second, 440.0) > 7_000 for second in ordinary)


class Died(BaseException):
    """Stands for the end of the process: nothing after it runs, as far as the file goes."""


def test_a_crash_at_any_step_of_silencing_leaves_the_stretch_whole_or_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, outcomes = os.pwrite, set[bool]()
    for step in range(40):
        key = random_bytes(32)
        folder = tmp_path / str(step)
        recorder = recorded(folder, key)
        left = step

        def dying(fd: int, content: bytes, offset: int) -> int:
            nonlocal left
            left -= 1
            if left < 0:
                write(fd, content[: len(content) // 2], offset)  # torn in the middle
                raise Died
            return write(fd, content, offset)

        monkeypatch.setattr(os, "pwrite", dying)
        try:
            recorder.mute_caller(2.0, 4.0, reason="card_spoken")
            finished = True
        except Died:
            finished = False
        monkeypatch.setattr(os, "pwrite", write)
        path = part_path(folder, CALL)
        said = read_recording(path, key).samples[2 * RATE_HZ : 4 * RATE_HZ]
        card = [says_the_card(said[:RATE_HZ, CALLER]), says_the_card(said[RATE_HZ:, CALLER])]
        assert card[0] == card[1], step
        assert strength(said[:, 1], 1000.0) > 7_000
        outcomes.add(card[0])
        if finished:
            assert not any(says_the_card(one.samples[:, CALLER]) for one in sealed_sounds(path, key))
            break
    else:
        pytest.fail("silencing takes more than forty writes")
    assert outcomes == {True, False}


def test_what_a_crash_left_unfinished_is_silenced_for_good_when_the_file_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = random_bytes(32)
    recorder = recorded(tmp_path, key)
    write, calls = os.pwrite, 0

    def dying(fd: int, content: bytes, offset: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Died
        return write(fd, content, offset)

    monkeypatch.setattr(os, "pwrite", dying)
    with pytest.raises(Died):
        recorder.mute_caller(2.0, 4.0, reason="card_spoken")
    monkeypatch.setattr(os, "pwrite", write)
    path = part_path(tmp_path, CALL)
    assert any(says_the_card(one.samples[:, CALLER]) for one in sealed_sounds(path, key))
    recorder.stop(6.0, "lost")  # closes the file, and with it the lock
    reading = read_records(path, key)
    assert reading.mutes
    assert not says_the_card(reading.recording.samples[:, CALLER])


def test_where_nothing_can_be_put_beside_it_the_sound_is_destroyed_rather_than_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = random_bytes(32)
    recorder = recorded(tmp_path, key)
    path = part_path(tmp_path, CALL)
    size, write = path.stat().st_size, os.pwrite

    def full(fd: int, content: bytes, offset: int) -> int:
        if offset + len(content) > size:
            raise OSError(28, os.strerror(28))
        return write(fd, content, offset)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(RecordingUnavailableError, match="No space left"):
        recorder.mute_caller(2.0, 4.0, reason="card_spoken")
    assert not any(says_the_card(one.samples[:, CALLER]) for one in sealed_sounds(path, key))
    left = read_recording(path, key).samples
    assert not left[2 * RATE_HZ : 4 * RATE_HZ].any()
    assert strength(left[:RATE_HZ, CALLER], 440.0) > 7_000


def test_nobody_takes_up_a_file_whose_writer_is_alive(tmp_path: Path) -> None:
    key = random_bytes(32)
    recorder = recorded(tmp_path, key)
    path = part_path(tmp_path, CALL)
    reading = read_records(path, key)
    with pytest.raises(RecordingUnavailableError):
        SealedAudioWriter.reopen(
            path, reading.header, key, size=reading.size, tags=reading.tags, audio=reading.audio
        )
    recorder.stop(6.0, "call_ended")
    assert has_end(path, key)


def test_what_a_power_cut_tore_at_the_end_is_left_out(tmp_path: Path) -> None:
    key = new_key()
    recorded(tmp_path, key.key)
    path = part_path(tmp_path, CALL)
    whole = path.read_bytes()
    for torn in (whole[:-100] + bytes(100), whole + bytes(5_000), whole + b"\0\0\1\0" + bytes(range(256))):
        path.write_bytes(torn)
        recording = read_recording(path, key.key)
        assert not recording.complete
        assert len(recording.samples) >= 3 * RATE_HZ
        assert not has_end(path, key.key)
    assert read_header(path).part == 1
