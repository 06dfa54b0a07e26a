"""The recorder as the call drives it: holds, card entry and covered activities, each on record and by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import AuditLog, open_log
from secure_agent.call_recording import CallRecording
from secure_agent.journal import Journal
from secure_agent.recording.archive import open_part, parts_in
from secure_agent.recording.format import AUDIO, CALLER, RATE_HZ, RetentionClass, recordings_folder
from secure_agent.recording.reader import Recording, join_parts
from secure_agent.recording.recorder import Recorder
from secure_agent.telephony.simulated import SimulatedLine
from tests.recording.sounds import TODAY, tone

ORDER = RetentionClass("mifid_order_de", 1825, 1825)
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A loop time that is moved by hand."""

    def __init__(self) -> None:
        self.t_s = 0.0

    def time(self) -> float:
        return self.t_s


class Room:
    """One call with a real log and a real line, and the caller humming whenever time passes."""

    def __init__(self, folder: Path, log: AuditLog, clock: Clock, *, pause_on_hold: bool) -> None:
        self.data_dir, self.log, self.clock = folder, log, clock
        segment = log.open_segment(jurisdiction="DE", retention="call")
        self.call = segment.call
        self.line = SimulatedLine()
        self.journal = Journal(segment, seconds_from_answer=clock.time, on_failure=lambda: None)
        self.recording = CallRecording(
            Recorder(
                recordings_folder(folder),
                call=self.call,
                new_key=lambda kept: log.new_sealed_key(self.call, "recording", retention=kept.name),
                today=lambda: TODAY,
            ),
            line=self.line,
            journal=self.journal,
            answered_s=0.0,
            delete_on_withdrawal=False,
            retention=AUDIO,
            pause_on_hold=pause_on_hold,
        )

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            at_s = self.clock.t_s
            self.recording.agent_audio(tone(1000, 0.02, at_s=at_s).tobytes(), at_s)
            self.recording.caller_audio(tone(440, 0.02, at_s=at_s).tobytes(), at_s)
            self.clock.t_s = round(at_s + 0.02, 6)

    def events(self) -> list[str]:
        return [event.type for event in self.journal.events if event.type.startswith("recording.")]

    def parts(self) -> list[Recording]:
        return [open_part(self.log, file).recording for file in parts_in(self.data_dir, self.call)]

    def heard(self, at_s: float) -> bool:
        """Whether the caller is heard in the tenth of a second from AT_S on."""
        whole = join_parts(self.parts())
        first = round(at_s * RATE_HZ) - whole.start
        return bool(whole.samples[max(first, 0) : first + RATE_HZ // 10, CALLER].any())


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", clock.time)
    return clock


@pytest.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Room]:
    with closing(open_log(tmp_path, now=lambda: BEGAN + timedelta(seconds=clock.t_s))) as log:
        yield Room(tmp_path, log, clock, pause_on_hold=True)


async def test_a_hold_is_not_recorded_where_the_policy_says_so(room: Room) -> None:
    room.recording.start()
    room.pass_time(2.0)
    room.recording.hold()
    room.pass_time(2.0)
    room.recording.end_hold()
    room.pass_time(2.0)
    room.recording.stop("call_ended")
    assert [room.heard(at_s) for at_s in (1.0, 3.0, 5.0)] == [True, False, True]
    assert room.events() == [
        "recording.started",
        "recording.paused",
        "recording.resumed",
        "recording.stopped",
    ]


async def test_a_recording_that_starts_during_a_hold_waits_for_its_end(room: Room) -> None:
    room.recording.hold()
    room.recording.start()
    room.pass_time(2.0)
    room.recording.end_hold()
    room.pass_time(2.0)
    room.recording.stop("call_ended")
    assert [room.heard(at_s) for at_s in (1.0, 3.0)] == [False, True]
    assert room.events() == [
        "recording.started",
        "recording.paused",
        "recording.resumed",
        "recording.stopped",
    ]


async def test_a_hold_that_is_over_does_not_pause_what_starts_later(room: Room) -> None:
    room.recording.hold()
    room.recording.end_hold()
    room.recording.start()
    room.pass_time(2.0)
    room.recording.stop("call_ended")
    assert room.heard(1.0)
    assert room.events() == ["recording.started", "recording.stopped"]


async def test_a_hold_is_recorded_where_the_policy_does_not_mind(tmp_path: Path, clock: Clock) -> None:
    with closing(open_log(tmp_path, now=lambda: BEGAN)) as log:
        room = Room(tmp_path, log, clock, pause_on_hold=False)
        room.recording.start()
        room.recording.hold()
        room.pass_time(2.0)
        room.recording.end_hold()
        room.recording.stop("call_ended")
        assert room.heard(1.0)


async def test_the_end_of_a_hold_does_not_end_card_entry(room: Room) -> None:
    room.recording.start()
    room.pass_time(1.0)
    room.recording.hold()
    room.recording.pause("card_entry")
    room.recording.end_hold()
    room.pass_time(1.0)
    assert room.events()[-1] == "recording.paused"
    room.recording.resume("card_entry")
    room.pass_time(1.0)
    room.recording.stop("call_ended")
    assert [room.heard(at_s) for at_s in (0.5, 1.5, 2.5)] == [True, False, True]


async def test_a_covered_activity_lies_in_a_part_of_its_own(room: Room) -> None:
    room.recording.start()
    room.pass_time(2.0)
    room.recording.begin_activity("order_intake", ORDER)
    assert room.recording.activity == "order_intake"
    room.pass_time(2.0)
    room.recording.end_activity()
    room.pass_time(2.0)
    room.recording.stop("call_ended")
    parts = room.parts()
    assert [part.header.retention.name for part in parts] == ["audio", "mifid_order_de", "audio"]
    assert [part.start // RATE_HZ for part in parts] == [0, 2, 4]
    assert room.events().count("recording.started") == 3
    assert room.events().count("recording.stopped") == 1


async def test_where_only_covered_activities_may_be_recorded_nothing_else_is(room: Room) -> None:
    room.pass_time(2.0)
    room.recording.begin_activity("order_intake", ORDER)
    room.pass_time(2.0)
    room.recording.end_activity()
    room.pass_time(2.0)
    room.recording.begin_activity("order_change", ORDER)
    room.pass_time(2.0)
    room.recording.end_activity()
    room.pass_time(2.0)
    room.recording.stop("call_ended")
    assert [room.heard(at_s) for at_s in (3.0, 5.0, 7.0, 9.0)] == [True, False, True, False]
    assert {part.header.retention.name for part in room.parts()} == {"mifid_order_de"}


async def test_after_a_stop_no_activity_is_recorded(room: Room) -> None:
    room.recording.start()
    room.recording.stop("withdrawn")
    room.recording.begin_activity("order_intake", ORDER)
    room.pass_time(2.0)
    room.recording.end_activity()
    assert len(room.parts()) == 1
    assert room.events() == ["recording.started", "recording.stopped"]


DEEDS = st.lists(
    st.sampled_from(["start", "hold", "end_hold", "card", "end_card", "begin", "end", "mute", "go"]),
    max_size=16,
)


@given(DEEDS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_the_call_does_each_file_has_its_event_and_no_pause_is_lost(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[str]
) -> None:
    folder, clock = tmp_path_factory.mktemp("any"), Clock()
    with pytest.MonkeyPatch.context() as patch, closing(open_log(folder, now=lambda: BEGAN)) as log:
        patch.setattr(asyncio.get_running_loop(), "time", clock.time)
        room = Room(folder, log, clock, pause_on_hold=True)
        recording, quiet, started = room.recording, set[str](), False
        silent_s: list[float] = []
        for deed in deeds:
            match deed:
                case "start" if not started:
                    recording.start()
                    started = True
                case "hold" | "card":
                    recording.hold() if deed == "hold" else recording.pause("card_entry")
                    quiet |= {deed} if started else set()
                case "end_hold" | "end_card":
                    recording.end_hold() if deed == "end_hold" else recording.resume("card_entry")
                    quiet.discard(deed.removeprefix("end_"))
                case "begin" if started:
                    recording.begin_activity("order_intake", ORDER)
                case "end":
                    recording.end_activity()
                case "mute":
                    recording.silence_caller(clock.t_s - 0.3, clock.t_s, reason="card_spoken")
                case "go":
                    if quiet or not started:
                        silent_s.append(clock.t_s)
                    room.pass_time(0.4)
                case _:
                    pass
        recording.stop("call_ended")
        assert room.events().count("recording.started") == len(parts_in(folder, room.call))
        assert room.events().count("recording.stopped") == (1 if started else 0)
        if started:
            assert not any(room.heard(at_s + 0.1) for at_s in silent_s)
            assert all(part.complete for part in room.parts())
