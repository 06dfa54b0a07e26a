"""What LiveKit's session reports of a call: speech, replies that were heard, providers that fail, a sudden end."""

import logging
from collections.abc import Callable
from contextlib import suppress

from livekit.agents import (
    AgentSession,
    CloseEvent,
    ConversationItemAddedEvent,
    ErrorEvent,
    SpeechCreatedEvent,
    llm,
)

from policies.text import RedactedText
from secure_agent.activity import Activity
from secure_agent.call_tasks import CallTasks
from secure_agent.endings import Endings
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.transcript import Transcript

_log = logging.getLogger(__name__)


class SessionReports:
    """Puts on record what the session says has happened; a provider that fails for good brings a person."""

    def __init__(
        self,
        *,
        activity: Activity,
        tasks: CallTasks,
        journal: Journal,
        transcript: Transcript,
        endings: Endings,
        seconds_from_answer: Callable[[], float],
    ) -> None:
        self._activity = activity
        self._tasks = tasks
        self._journal = journal
        self._transcript = transcript
        self._endings = endings
        self._seconds_from_answer = seconds_from_answer

    def listen_to(self, session: AgentSession[None]) -> None:
        session.on("speech_created", self._speech_created)
        session.on("conversation_item_added", self._item_added)
        session.on("error", self._provider_failed)
        session.on("close", self._session_closed)

    def _speech_created(self, event: SpeechCreatedEvent) -> None:
        self._activity.enter("speech")
        event.speech_handle.add_done_callback(lambda _: self._activity.leave("speech"))

    def _item_added(self, event: ConversationItemAddedEvent) -> None:
        item = event.item
        if not isinstance(item, llm.ChatMessage) or item.role != "assistant" or not item.text_content:
            return
        began, ended = item.metrics.get("started_speaking_at"), item.metrics.get("stopped_speaking_at")
        now_s = self._seconds_from_answer()
        start_s = now_s if began is None or ended is None else max(0.0, now_s - (ended - began))
        # the model's wrapper is the only source of this text: it is redacted already
        text = RedactedText(item.text_content)
        with suppress(CallStopped):
            self._transcript.said(text, start_s=start_s, end_s=now_s, interrupted=item.interrupted)

    def _provider_failed(self, event: ErrorEvent) -> None:
        if getattr(event.error, "recoverable", False) or self._endings.ending.is_set():
            return
        kind = str(getattr(event.error, "type", "provider_error"))
        _log.error("provider failed", extra={"source": kind})
        with suppress(CallStopped):
            self._journal.append("call.error", {"where": kind})
            self._tasks.spawn(self._endings.hand_over("provider_failed"), busy="work")

    def _session_closed(self, event: CloseEvent) -> None:
        if not self._endings.ending.is_set():
            _log.error("session closed", extra={"reason": str(event.reason)})
            self._endings.failed = True
            self._endings.end()
