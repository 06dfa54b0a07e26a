"""The recorder as the call sees it: driven by the plan, on record in the audit log, stopped before all else."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from audit import AuditError
from policies import Effective
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.recording.errors import RecordingError, RecordingUnavailableError
from secure_agent.recording.format import RetentionClass
from secure_agent.recording.periods import rest_of_call
from secure_agent.recording.recorder import Recorder
from secure_agent.recording.steps import RecorderState, RecordingStep
from secure_agent.telephony.line import Line

_log = logging.getLogger(__name__)

_HOLD: Final = "hold"
_NOT_COVERED: Final = "not_covered"
#: The caller has to be asked anew before the recording may go on.
POLICY_CHANGED: Final = "policy_changed"


class CallRecording:
    """Starts only after the evidence is durable; every start, pause and stop is an event of the audit log.

    What no duty covers is kept under RETENTION. Several things may pause the recording at once: it goes on when the
    last of them is over.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        line: Line,
        journal: Journal,
        answered_s: float,
        delete_on_withdrawal: bool,
        retention: RetentionClass,
        pause_on_hold: bool,
    ) -> None:
        self._recorder = recorder
        self._line = line
        self._journal = journal
        self._answered_s = answered_s
        self._delete_on_withdrawal = delete_on_withdrawal
        self._retention = retention
        self._pause_on_hold = pause_on_hold
        self._paused_for: list[str] = []
        self._held = False
        self._activity: str | None = None
        self._only_activities = False  # nothing but covered activities may be recorded
        self._ended_with_call = False
        recorder.on_failure = self._recorder_failed

    def obey(self, effective: Effective) -> None:
        """The policy has become stricter: what follows, and what becomes of the recording, follows EFFECTIVE."""
        self._delete_on_withdrawal = effective.recording.on_withdrawal == "stop_delete"
        self._pause_on_hold = effective.recording.pause_on_hold
        self._retention = rest_of_call(effective)

    @property
    def keeps(self) -> bool:
        """Whether this moment of the call is recorded: not while only other parts of it may be."""
        return self.running and not {_NOT_COVERED, POLICY_CHANGED}.intersection(self._paused_for)

    @property
    def stopped(self) -> bool:
        """Whether there was a recording that is over: nothing is recorded any more."""
        return self._recorder.state is RecorderState.STOPPED

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
        self._start(self._retention)

    def begin_activity(self, activity: str, retention: RetentionClass) -> None:
        """What is said from now on belongs to ACTIVITY, which a duty covers: it goes to a part of its own.

        The caller of this has the evidence on record. A recording that was never started starts here (the agent's
        kept words first), and then it covers such activities only. After a stop nothing is recorded any more.
        """
        if self._recorder.state is RecorderState.NEVER:
            self._only_activities = True
            self._start(retention)
        elif self.running:
            with self._or_stopped():
                self.record(self._recorder.begin_part(self._now_s(), retention))
            self.resume(_NOT_COVERED)
        self._activity = activity

    def end_activity(self) -> None:
        """The covered activity is over: what follows is kept as the rest of the call, or not at all."""
        if self._activity is None:
            return
        self._activity = None
        if not self.running:
            return
        if self._only_activities:
            self.pause(_NOT_COVERED)
            return
        with self._or_stopped():
            self.record(self._recorder.begin_part(self._now_s(), self._retention))

    @property
    def activity(self) -> str | None:
        """The covered activity that is going on."""
        return self._activity

    def hold(self) -> None:
        """The caller has put the call on hold: nothing is recorded meanwhile where the policy says so.

        A recording that starts during the hold is paused from its first sample on.
        """
        self._held = True
        if self._pause_on_hold:
            self.pause(_HOLD)

    def end_hold(self) -> None:
        self._held = False
        self.resume(_HOLD)

    def pause(self, reason: str) -> None:
        if not self.running or reason in self._paused_for:
            return
        self._paused_for.append(reason)
        with self._or_stopped():
            self.record(self._recorder.pause(self._now_s(), reason))

    def resume(self, reason: str = "card_entry") -> None:
        """What paused the recording for REASON is over."""
        if reason not in self._paused_for:
            return
        self._paused_for.remove(reason)
        with self._or_stopped():
            if not self._paused_for:
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
        """Delete what was recorded, but for what a duty covers."""
        if self._delete_on_withdrawal:
            with self._or_stopped():
                self._recorder.delete()

    def summary(self) -> dict[str, Any]:
        """State, file and gaps for the result of the call."""
        if self._recorder.state is RecorderState.NEVER:
            return {"state": "never", "path": None, "parts": [], "gaps": []}
        gaps = [
            {"from_s": round(gap.from_s, 3), "to_s": round(gap.to_s, 3), "reason": gap.reason}
            for gap in self._recorder.gaps
        ]
        state = "started" if self.running or self._ended_with_call else "stopped"
        files = [str(path) for path in self._recorder.files]
        return {"state": state, "path": files[0] if files else None, "parts": files, "gaps": gaps}

    # Inside

    def _start(self, retention: RetentionClass) -> None:
        with self._or_stopped():
            step = self._recorder.start(self._now_s(), retention)
            self._line.tap(self)
            self.record(step)
        if self._held:
            self.hold()

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
        except AuditError:  # no key for a new file: what is running stops, too
            self._recorder_failed(RecordingUnavailableError("there is no key for the recording"))

    def _recorder_failed(self, error: RecordingError) -> None:
        _log.error("recorder failed", extra={"error": type(error).__name__})
        try:
            self._journal.append("call.error", {"where": "recorder"})
            self.stop("recorder_failed")
        except CallStopped:
            return

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() - self._answered_s
