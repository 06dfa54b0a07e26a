"""The recorder as the call sees it: driven by the plan, on record in the audit log, and stopped before anything else."""

import asyncio
from collections.abc import Callable
from typing import Any

from consent import ConsentEvidence
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.recording.recorder import Recorder
from secure_agent.telephony.line import Line


class CallRecording:
    """Starts only with evidence that is durable; every start, pause and stop is an event."""

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
