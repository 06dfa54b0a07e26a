"""The recorder: off until it is started, and what it keeps is sealed; it knows no law and no audit log.

Times are seconds from the answer of the call. Its steps come back as values for the audit log. Until `start` no file
exists and nothing of the caller is held; only the agent's own notice may be kept, in memory, to stand at the head.

    never -> started <-> paused -> stopped          `stopped` is for ever

A call has one part, or several: each is a file under a key of its own, with its own retention class. At the border of
two parts no sample is lost or kept twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, final

from audit.crypto.keys import SealedKey
from secure_agent.recording.errors import RecordingError, RecordingMisuseError
from secure_agent.recording.format import (
    AGENT,
    AUDIO,
    CALLER,
    Muted,
    Paused,
    Resumed,
    RetentionClass,
    Samples,
    to_samples,
)
from secure_agent.recording.parts import Part, stopped_parts
from secure_agent.recording.steps import KEYPAD_TONE, Gap, RecorderState, RecordingStep, joined
from secure_agent.recording.timeline import Timeline, to_mono_16k

_MAX_NOTICE_SAMPLES: Final = 60 * 16_000  # the longest notice takes 15 s
_RUNNING: Final = (RecorderState.STARTED, RecorderState.PAUSED)


@final
class Recorder:
    """Records one call into FOLDER. NEW_KEY is asked once for each part, for a key of its retention class.

    A frame that cannot be written stops the recording; ON_FAILURE is told, once.
    """

    def __init__(
        self,
        folder: Path,
        *,
        call: str,
        new_key: Callable[[RetentionClass], SealedKey],
        today: Callable[[], date],
        on_failure: Callable[[RecordingError], None] | None = None,
    ) -> None:
        self.folder = folder
        self._call = call
        self._new_key = new_key
        self._today = today
        self.on_failure = on_failure
        self._state = RecorderState.NEVER
        self._parts: list[Part] = []
        self._timeline: Timeline | None = None
        self._notice: list[tuple[int, Samples]] | None = None
        self._notice_samples = 0
        self._pause: Paused | None = None
        self._gaps: list[Gap] = []
        self._failed = False

    @property
    def state(self) -> RecorderState:
        return self._state

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return joined(self._gaps)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are there, in the order of their parts."""
        return tuple(part.path for part in self._parts if not part.deleted)

    # The notice

    def keep_notice(self) -> None:
        """Keep the agent's frames in memory from now on, until the start or `drop_notice`."""
        if self._state is RecorderState.NEVER:
            self._notice, self._notice_samples = [], 0

    def drop_notice(self) -> None:
        """Forget the notice: there will be no recording that it belongs to."""
        self._notice = None

    # Sound

    def agent_frame(self, pcm: bytes | bytearray | memoryview, at_s: float, *, rate_hz: int = 16_000) -> None:
        """Take a frame of the agent's voice that was played at AT_S."""
        if self._timeline is not None:
            self._place(AGENT, pcm, at_s, rate_hz)
        elif self._notice is not None and self._notice_samples < _MAX_NOTICE_SAMPLES:
            samples = to_mono_16k(pcm, rate_hz).copy()
            self._notice.append((to_samples(at_s), samples))
            self._notice_samples += len(samples)

    def caller_frame(
        self, pcm: bytes | bytearray | memoryview, at_s: float, *, rate_hz: int = 16_000
    ) -> None:
        """Take a frame of the caller's voice that was heard at AT_S; nothing of it is held unless recording."""
        if self._timeline is not None:
            self._place(CALLER, pcm, at_s, rate_hz)

    def _place(self, channel: int, pcm: bytes | bytearray | memoryview, at_s: float, rate_hz: int) -> None:
        if self._timeline is None:
            return
        try:
            self._timeline.place(channel, to_mono_16k(pcm, rate_hz), to_samples(at_s))
        except RecordingError as error:
            self._failed = True
            self._shut()
            if self.on_failure is not None:
                self.on_failure(error)

    # Steps

    def start(self, at_s: float, retention: RetentionClass = AUDIO) -> RecordingStep:
        """Make the file and record from AT_S on, the kept notice first. Only once, and never after a stop."""
        if self._state is not RecorderState.NEVER:
            raise RecordingMisuseError("a recorder starts once")
        notice, self._notice = self._notice or [], None
        at = to_samples(at_s)
        first = min([at, *(place for place, _ in notice)])
        part = self._new_part(first, retention)
        self._state = RecorderState.STARTED
        with self._failing_closed():
            self._timeline = self._new_timeline(first)
            for place, samples in notice:
                self._timeline.place(AGENT, samples[: max(at - place, 0)], place)
            self._timeline.drop_before(CALLER, at)
            self._timeline.drop_before(AGENT, at)
        return RecordingStep("started", at_s, {**part.as_body(), "notice": bool(notice)})

    def begin_part(self, at_s: float, retention: RetentionClass) -> RecordingStep | None:
        """Put what is heard from AT_S on into a file of its own under RETENTION. None if there is no recording.

        While the recording is paused it stays so.
        """
        if self._state not in _RUNNING:
            return None
        before = self._parts[-1]
        at = max(to_samples(at_s), before.start)
        if self._pause is not None:
            at = max(at, self._pause.at)
        elif self._timeline is not None:
            at = max(at, self._timeline.base)
        with self._failing_closed():
            part = self._new_part(at, retention)
            before.end = at
            if self._pause is not None:
                part.writer.write(Paused(at, self._pause.reason))
        return RecordingStep("started", at_s, {**part.as_body(), "notice": False})

    def pause(self, at_s: float, reason: str) -> RecordingStep | None:
        """Keep nothing from AT_S on. None if there is nothing to pause."""
        if self._state is not RecorderState.STARTED or self._timeline is None:
            return None
        with self._failing_closed():
            at = max(self._cut(at_s), self._parts[-1].start)
            self._pause = Paused(at, reason)
            self._parts[-1].writer.write(self._pause)
        self._state = RecorderState.PAUSED
        return RecordingStep("paused", at_s, {"reason": reason})

    def resume(self, at_s: float) -> RecordingStep | None:
        """Record again from AT_S on. None if the recorder is not paused."""
        if self._state is not RecorderState.PAUSED or self._pause is None:
            return None
        at = max(to_samples(at_s), self._pause.at, self._parts[-1].start)
        with self._failing_closed():
            self._parts[-1].writer.write(Resumed(at))
            self._timeline = self._new_timeline(at)
        gap = self._close_gap(self._pause, at)
        self._state = RecorderState.STARTED
        return RecordingStep("resumed", at_s, {"gap": gap.as_body()})

    def mute_caller(self, from_s: float, to_s: float, *, reason: str) -> Gap | None:
        """Silence what the caller said from FROM_S to TO_S, in memory and in what was already sealed."""
        if self._state not in _RUNNING:
            return None
        muted = Muted(max(to_samples(from_s), self._parts[0].start), to_samples(max(to_s, 0.0)), reason)
        if muted.end <= muted.start:
            return None
        with self._failing_closed():
            if self._timeline is not None:
                self._timeline.silence(CALLER, muted.start, muted.end)
            for part in self._parts:
                part.mute_caller(muted)
        gap = Gap(muted.start, muted.end, reason)
        self._gaps.append(gap)
        return gap

    def stop(self, at_s: float, reason: str) -> RecordingStep | None:
        """End the recording; it cannot be started again. None if there is none to end. Does not raise."""
        self._notice = None
        if self._failed:  # the end of a recording that could not be written is told once, too
            self._failed = False
            return self._stopped(at_s, reason)
        if self._state not in _RUNNING:
            return None
        try:
            at = self._cut(at_s) if self._timeline is not None else to_samples(at_s)
            at = max(at, self._parts[-1].start)
            if self._pause is not None:
                self._close_gap(self._pause, at)
            for part in self._parts:
                part.finish(at, reason)
        except RecordingError:
            pass  # the files keep what they have; one without its end says itself that it is incomplete
        self._shut()
        return self._stopped(at_s, reason)

    def _stopped(self, at_s: float, reason: str) -> RecordingStep:
        details: dict[str, Any] = {"reason": reason, "gaps": [gap.as_body() for gap in self.gaps]}
        return RecordingStep("stopped", at_s, {**details, **stopped_parts(self._parts)})

    def delete(self) -> bool:
        """Remove what was recorded, key first, but for parts that a duty covers. False if nothing is removed."""
        if self._state in _RUNNING:
            raise RecordingMisuseError("a recording is stopped before it is deleted")
        mine = [part for part in self._parts if part.retention.min_days is None]
        for part in mine:
            part.delete()
        return bool(mine)

    # Inside

    @contextmanager
    def _failing_closed(self) -> Iterator[None]:
        """A recording that cannot be written is over; what is in the file stays readable."""
        try:
            yield
        except RecordingError:
            self._failed = True
            self._shut()
            raise

    def _shut(self) -> None:
        self._timeline = None
        self._state = RecorderState.STOPPED
        for part in self._parts:
            part.writer.close()

    def _new_part(self, start: int, retention: RetentionClass) -> Part:
        part = Part.begin(
            self.folder,
            call=self._call,
            number=len(self._parts) + 1,
            start=start,
            day=self._today(),
            retention=retention,
            key=self._new_key(retention),
        )
        self._parts.append(part)
        return part

    def _new_timeline(self, start: int) -> Timeline:
        return Timeline(start, self._keep, self._tone_cut_out)

    def _keep(self, place: int, samples: Samples) -> None:
        for part in self._parts:
            part.take(place, samples)

    def _tone_cut_out(self, start: int, end: int) -> None:
        muted = Muted(start, end, KEYPAD_TONE)
        for part in self._parts:
            part.note(muted)
        self._gaps.append(Gap(start, end, KEYPAD_TONE))

    def _cut(self, at_s: float) -> int:
        """Seal what was heard up to AT_S and take no more."""
        timeline, self._timeline = self._timeline, None
        if timeline is None:
            raise RecordingMisuseError("a recording that does not run is not cut")
        at = max(to_samples(at_s), timeline.base)
        timeline.cut(at)
        return at

    def _close_gap(self, pause: Paused, at: int) -> Gap:
        self._pause = None
        gap = Gap(pause.at, at, pause.reason)
        self._gaps.append(gap)
        return gap
