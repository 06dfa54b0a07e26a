"""The recorder as the call sees it: driven by the plan, on record in the audit log, stopped before all else."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.recording.errors import RecordingError
from secure_agent.recording.recorder import Recorder, RecorderState, RecordingStep
from secure_agent.telephony.line import Line

_log = logging.getLogger(__name__)


class CallRecording:
    """Starts only after the evidence is durable; every start, pause and stop is an event of the audit log."""

    def __init__(
        self,
        recorder: Recorder,
        *,
        line: Line,
        journal: Journal,
        answered_s: float,
        delete_on_withdrawal: bool,
    ) -> None:
        self._recorder = recorder
        self._line = line
        self._journal = journal
        self._answered_s = answered_s
        self._delete_on_withdrawal = delete_on_withdrawal
        self._ended_with_call = False
        self._deleted = False
        recorder.on_failure = self._recorder_failed

    @property
    def running(self) -> bool:
        return self._recorder.state in (RecorderState.STARTED, RecorderState.PAUSED)

    # What the line passes on

    def caller_audio(self, pcm: bytes, at_s: float) -> None:
        self._recorder.caller_frame(pcm, at_s - self._answered_s)

    def agent_audio(self, pcm: bytes, at_s: float) -> None:
        self._recorder.agent_frame(pcm, at_s - self._answered_s)

    # What the call does

    def keep_agent_audio(self) -> None:
        """Keep the agent's own frames in memory: the announcement may have to stand in the file itself."""
        self._recorder.keep_notice()
        self._line.tap(self)

    def drop_kept_audio(self) -> None:
        self._recorder.drop_notice()
        self._line.tap(None)

    def start(self) -> None:
        """Start the file. A recorder that cannot work is an event; the call goes on without a recording."""
        with self._or_stopped():
            step = self._recorder.start(self._now_s())
            self._line.tap(self)
            self.record(step)

    def pause(self, reason: str) -> None:
        with self._or_stopped():
            self.record(self._recorder.pause(self._now_s(), reason))

    def resume(self) -> None:
        with self._or_stopped():
            self.record(self._recorder.resume(self._now_s()))

    def silence_caller(self, from_s: float, to_s: float, *, reason: str) -> None:
        """Remove what the caller said in this stretch, sealed or not."""
        with self._or_stopped():
            self._recorder.mute_caller(from_s, to_s, reason=reason)

    def stop(self, reason: str) -> None:
        """Stop for good. The recorder stops first; CallStopped means only that the event is not on record."""
        self.record(self.halt(reason))

    def halt(self, reason: str) -> RecordingStep | None:
        """Stop for good now; what comes back is to be put on record with `record`."""
        self._line.tap(None)
        self._ended_with_call |= self.running and reason == "call_ended"
        return self._recorder.stop(self._now_s(), reason)

    def abort(self) -> None:
        """Stop without an event: the audit log has failed."""
        self._line.tap(None)
        self._recorder.stop(self._now_s(), "aborted")

    def delete_if_policy_says(self) -> None:
        if self._delete_on_withdrawal:
            self._deleted = self._recorder.delete()

    def summary(self) -> dict[str, Any]:
        """State, file and gaps for the result of the call."""
        if self._recorder.state is RecorderState.NEVER:
            return {"state": "never", "path": None, "gaps": []}
        gaps = [
            {"from_s": round(gap.from_s, 3), "to_s": round(gap.to_s, 3), "reason": gap.reason}
            for gap in self._recorder.gaps
        ]
        state = "started" if self.running or self._ended_with_call else "stopped"
        return {"state": state, "path": None if self._deleted else str(self._recorder.path), "gaps": gaps}

    # Inside

    def record(self, step: RecordingStep | None) -> None:
        if step is not None:
            self._journal.append(f"recording.{step.kind}", step.as_body())

    @contextmanager
    def _or_stopped(self) -> Iterator[None]:
        """A recorder that cannot do what it is told records nothing more; the call goes on without it."""
        try:
            yield
        except RecordingError as error:
            self._recorder_failed(error)

    def _recorder_failed(self, error: RecordingError) -> None:
        _log.error("recorder failed", extra={"error": type(error).__name__})
        try:
            self._journal.append("call.error", {"where": "recorder"})
            self.stop("recorder_failed")
        except CallStopped:
            return

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() - self._answered_s
