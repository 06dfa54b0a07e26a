"""The recorder: off until it is started, and what it keeps is sealed; it knows no law and no audit log.

Times are seconds from the answer of the call. Its steps come back as values for the audit log. Until `start` no file
exists and nothing of the caller is held; only the agent's own notice may be kept, in memory, to stand at the head.

    never -> started <-> paused -> stopped          `stopped` is for ever
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, final

from audit.crypto.keys import SealedKey
from secure_agent.recording.errors import RecordingError, RecordingMisuseError, RecordingUnavailableError
from secure_agent.recording.format import (
    AGENT,
    CALLER,
    Audio,
    Ended,
    Muted,
    Paused,
    Resumed,
    Samples,
    gap_json,
    to_samples,
    to_seconds,
)
from secure_agent.recording.timeline import Timeline, to_mono_16k
from secure_agent.recording.writer import SealedAudioWriter, destroy_recording

_MAX_NOTICE_SAMPLES: Final = 60 * 16_000  # the longest notice takes 15 s


class RecorderState(StrEnum):
    NEVER = "never"
    STARTED = "started"
    PAUSED = "paused"
    STOPPED = "stopped"


_RUNNING: Final = (RecorderState.STARTED, RecorderState.PAUSED)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the call that is not in the recording, or in which the caller was silenced."""

    start: int
    end: int
    reason: str

    @property
    def from_s(self) -> float:
        return to_seconds(self.start)

    @property
    def to_s(self) -> float:
        return to_seconds(self.end)

    def as_body(self) -> dict[str, Any]:
        return gap_json(self.start, self.end, self.reason)


@dataclass(frozen=True, slots=True)
class RecordingStep:
    """What the recorder did; `as_body` is for the event `recording.<kind>`."""

    kind: str  # started, paused, resumed, stopped
    at_s: float
    details: dict[str, Any]

    def as_body(self) -> dict[str, Any]:
        return {"at_ms": round(self.at_s * 1000), **self.details}


@final
class Recorder:
    """Records one call into PATH under a key of its own. NEW_KEY is asked once, at the start.

    A frame that cannot be written stops the recording; ON_FAILURE is told, once.
    """

    def __init__(
        self,
        path: Path,
        *,
        call: str,
        new_key: Callable[[], SealedKey],
        on_failure: Callable[[RecordingError], None] | None = None,
    ) -> None:
        self.path = path
        self._call = call
        self._new_key = new_key
        self.on_failure = on_failure
        self._state = RecorderState.NEVER
        self._writer: SealedAudioWriter | None = None
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
        return tuple(self._gaps)

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

    def start(self, at_s: float) -> RecordingStep:
        """Make the file and record from AT_S on, the kept notice first. Only once, and never after a stop."""
        if self._state is not RecorderState.NEVER:
            raise RecordingMisuseError("a recorder starts once")
        notice, self._notice = self._notice or [], None
        at = to_samples(at_s)
        first = min([at, *(place for place, _ in notice)])
        key = self._new_key()
        self._writer = SealedAudioWriter(self.path, call=self._call, key=key)
        self._state = RecorderState.STARTED
        with self._failing_closed():
            self._timeline = self._new_timeline(first)
            for place, samples in notice:
                self._timeline.place(AGENT, samples[: max(at - place, 0)], place)
            self._timeline.drop_before(CALLER, at)
            self._timeline.drop_before(AGENT, at)
        return RecordingStep(
            "started",
            at_s,
            {"from_ms": first * 1000 // 16_000, "file": self.path.name, "ek": key.ek, "notice": bool(notice)},
        )

    def pause(self, at_s: float, reason: str) -> RecordingStep | None:
        """Keep nothing from AT_S on. None if there is nothing to pause."""
        if self._state is not RecorderState.STARTED or self._timeline is None or self._writer is None:
            return None
        with self._failing_closed():
            at = self._cut(at_s)
            self._pause = Paused(at, reason)
            self._writer.write(self._pause)
            self._writer.flush()
        self._state = RecorderState.PAUSED
        return RecordingStep("paused", at_s, {"reason": reason})

    def resume(self, at_s: float) -> RecordingStep | None:
        """Record again from AT_S on. None if the recorder is not paused."""
        if self._state is not RecorderState.PAUSED or self._writer is None or self._pause is None:
            return None
        at = max(to_samples(at_s), self._pause.at)
        with self._failing_closed():
            self._writer.write(Resumed(at))
            self._timeline = self._new_timeline(at)
        gap = self._close_gap(self._pause, at)
        self._state = RecorderState.STARTED
        return RecordingStep("resumed", at_s, {"gap": gap.as_body()})

    def mute_caller(self, from_s: float, to_s: float, *, reason: str) -> Gap | None:
        """Silence what the caller said from FROM_S to TO_S, in memory and in what was already sealed."""
        if self._state not in _RUNNING or self._writer is None:
            return None
        muted = Muted(to_samples(max(from_s, 0.0)), to_samples(max(to_s, 0.0)), reason)
        with self._failing_closed():
            if self._timeline is not None:
                self._timeline.silence(CALLER, muted.start, muted.end)
            self._writer.mute_caller(muted)
            self._writer.write(muted)
        gap = Gap(muted.start, muted.end, reason)
        self._gaps.append(gap)
        return gap

    def stop(self, at_s: float, reason: str) -> RecordingStep | None:
        """End the recording; it cannot be started again. None if there is none to end. Does not raise."""
        self._notice = None
        if self._failed:  # the end of a recording that could not be written is told once, too
            self._failed = False
            return self._stopped(at_s, reason, None)
        if self._state not in _RUNNING or self._writer is None:
            return None
        digest: str | None
        try:
            at = self._cut(at_s) if self._timeline is not None else to_samples(at_s)
            if self._pause is not None:
                self._close_gap(self._pause, at)
            digest = self._writer.finish(Ended(at, reason))
        except RecordingUnavailableError:
            digest = None  # the file keeps what it has; without its end it says itself that it is incomplete
        self._shut()
        return self._stopped(at_s, reason, digest)

    def _stopped(self, at_s: float, reason: str, digest: str | None) -> RecordingStep:
        gaps = [gap.as_body() for gap in self._gaps]
        return RecordingStep(
            "stopped",
            at_s,
            {"reason": reason, "complete": digest is not None, "sha256": digest, "gaps": gaps},
        )

    def delete(self) -> bool:
        """Remove what was recorded, key first. False if there is no file."""
        if self._state in _RUNNING:
            raise RecordingMisuseError("a recording is stopped before it is deleted")
        if self._writer is None:
            return False
        destroy_recording(self.path)
        return True

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
        if self._writer is not None:
            self._writer.close()

    def _new_timeline(self, start: int) -> Timeline:
        writer = self._writer
        if writer is None:
            raise RecordingMisuseError("a recording without a file")
        return Timeline(start, lambda place, samples: writer.write(Audio(place, samples)))

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
