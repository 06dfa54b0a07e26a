"""A call in several parts: each under its own key and period, and no sample lost or kept twice between them."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.crypto.keys import SealedKey
from secure_agent.recording.errors import RecordingAlteredError
from secure_agent.recording.format import AUDIO, CALLER, RATE_HZ, RetentionClass, part_files, part_path
from secure_agent.recording.reader import Recording, join_parts, read_header, read_recording
from secure_agent.recording.recorder import Recorder
from tests.recording.sounds import CALL, TODAY, new_key, tone

ORDER = RetentionClass("mifid_order_de", 1825, 1825)
FRAME_S = 0.02


class Desk:
    """A recorder that is told of parts; caller 440 Hz, agent 1000 Hz; the caller's frames come 60 ms late."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys: list[SealedKey] = []
        self.classes: list[str] = []
        self.recorder = Recorder(folder, call=CALL, new_key=self.new_key, today=lambda: TODAY)
        self.t_s = 0.0
        self._late: list[tuple[bytes, float]] = []

    def new_key(self, retention: RetentionClass) -> SealedKey:
        self.keys.append(new_key())
        self.classes.append(retention.name)
        return self.keys[-1]

    def pass_time(self, until_s: float) -> None:
        while self.t_s < until_s - 1e-9:
            self.recorder.agent_frame(tone(1000.0, FRAME_S, at_s=self.t_s).tobytes(), self.t_s)
            self._late.append((tone(440.0, FRAME_S, at_s=self.t_s).tobytes(), self.t_s))
            if len(self._late) > 3:
                self.recorder.caller_frame(*self._late.pop(0))
            self.t_s = round(self.t_s + FRAME_S, 6)

    def all_in(self) -> None:
        for frame in self._late:
            self.recorder.caller_frame(*frame)
        self._late.clear()

    def parts(self) -> list[Recording]:
        files = [path for _, _, path in part_files(self.folder, CALL)]
        return [read_recording(path, key.key) for path, key in zip(files, self.keys, strict=True)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def whole(seconds: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    return np.stack([tone(440.0, seconds), tone(1000.0, seconds)], axis=1)


def test_what_a_duty_covers_lies_in_a_file_of_its_own_under_its_own_key(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(3.3)
    began = desk.recorder.begin_part(3.3, ORDER)
    desk.pass_time(6.1)
    desk.recorder.begin_part(6.1, AUDIO)
    desk.pass_time(9.0)
    desk.all_in()
    ended = desk.recorder.stop(9.0, "call_ended")
    assert desk.classes == ["audio", "mifid_order_de", "audio"]
    assert len({key.key for key in desk.keys}) == 3
    first, order, last = desk.parts()
    assert [len(part.samples) / RATE_HZ for part in (first, order, last)] == [3.3, 2.8, 2.9]
    assert [part.start / RATE_HZ for part in (first, order, last)] == [0.0, 3.3, 6.1]
    assert order.header.retention == ORDER
    assert began is not None
    assert began.as_body() == {
        "at_ms": 3300,
        "from_ms": 3300,
        "file": f"{CALL}.2.sealed",
        "ek": desk.keys[1].ek,
        "part": 2,
        "class": "mifid_order_de",
        "min_days": 1825,
        "max_days": 1825,
        "notice": False,
    }
    assert ended is not None
    assert [(part["part"], part["class"], part["sha256"]) for part in ended.details["parts"]] == [
        (1, "audio", first.sha256),
        (2, "mifid_order_de", order.sha256),
        (3, "audio", last.sha256),
    ]


def test_a_key_of_one_part_opens_no_other(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.recorder.begin_part(1.0, ORDER)
    desk.recorder.stop(2.0, "call_ended")
    with pytest.raises(RecordingAlteredError):
        read_recording(part_path(desk.folder, CALL, 2), desk.keys[0].key)


STEPS = st.lists(
    st.tuples(st.sampled_from(["part", "pause", "resume", "mute", "go", "go"]), st.integers(1, 90)),
    max_size=14,
)


@given(STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_parts_are_made_they_join_to_the_call_as_if_it_were_one(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("any"))
    desk.recorder.start(0.0)
    for step, frames in steps:
        match step:
            case "part":
                desk.recorder.begin_part(desk.t_s, ORDER if frames % 2 else AUDIO)
            case "pause":
                desk.all_in()
                desk.recorder.pause(desk.t_s, "hold")
            case "resume":
                desk.recorder.resume(desk.t_s)
            case "mute":
                desk.recorder.mute_caller(desk.t_s - frames * FRAME_S, desk.t_s, reason="card_spoken")
            case _:
                desk.pass_time(desk.t_s + frames * FRAME_S)
    desk.all_in()
    desk.recorder.stop(desk.t_s, "call_ended")
    parts = desk.parts()
    for part, after in pairwise(parts):
        assert part.complete
        assert part.start + len(part.samples) == after.start
    joined = join_parts(parts)
    assert joined.gaps == desk.recorder.gaps
    expected = whole(desk.t_s)
    for gap in joined.gaps:
        channels = slice(0, 1) if gap.reason == "card_spoken" else slice(0, 2)
        expected[gap.start : gap.end, channels] = 0
    assert len(joined.samples) == len(expected)
    assert np.abs(joined.samples.astype(int) - expected).max(initial=0) <= 1


def test_a_card_spoken_over_the_border_is_silenced_on_both_sides(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(4.0)
    desk.recorder.begin_part(4.0, ORDER)
    desk.pass_time(8.0)
    desk.recorder.mute_caller(2.5, 6.5, reason="card_spoken")
    desk.all_in()
    ended = desk.recorder.stop(8.0, "call_ended")
    first, order = desk.parts()
    assert not first.samples[round(2.5 * RATE_HZ) :, CALLER].any()
    assert not order.samples[: round(2.5 * RATE_HZ), CALLER].any()
    assert order.samples[round(2.5 * RATE_HZ) + 50 :, CALLER].any()
    assert [(gap.from_s, gap.to_s) for gap in join_parts([first, order]).gaps] == [(2.5, 6.5)]
    assert ended is not None
    assert [part["sha256"] for part in ended.details["parts"]] == [first.sha256, order.sha256]


def test_a_withdrawal_deletes_what_no_duty_keeps(desk: Desk) -> None:
    desk.recorder.start(0.0)
    desk.pass_time(2.0)
    desk.recorder.begin_part(2.0, ORDER)
    desk.pass_time(4.0)
    desk.recorder.stop(4.0, "withdrawn")
    assert desk.recorder.delete()
    assert desk.recorder.files == (part_path(desk.folder, CALL, 2),)
    assert [path for _, _, path in part_files(desk.folder)] == [part_path(desk.folder, CALL, 2)]
    assert read_header(part_path(desk.folder, CALL, 2)).part == 2


def test_without_a_recording_there_is_no_part(desk: Desk) -> None:
    assert desk.recorder.begin_part(1.0, ORDER) is None
    desk.recorder.start(1.0)
    desk.recorder.stop(2.0, "withdrawn")
    assert desk.recorder.begin_part(3.0, ORDER) is None
    assert desk.classes == ["audio"]
