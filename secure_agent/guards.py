"""What stands at the model and the voice: redaction, the record, and what was really sent and spoken."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from policies.entities import EntityType
from policies.text import RawText, RedactedText
from redaction import Labels, Redactor, speak
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.providers.guarded_llm import ModelAnswer, ModelRequest
from secure_agent.providers.scrubbing import ModelMessage
from secure_agent.speaker import Speaker

#: A number dictated in pieces is one label several times; it is said once.
_REPEATED = re.compile(r"(<[A-Z_]+_\d+>)(?:[\s,]+\1)+", re.IGNORECASE)


class ModelWatch:
    """Lets a request go only while the call may go on, and puts every answer on record before it is used."""

    def __init__(
        self,
        *,
        journal: Journal,
        may_be_called: Callable[[], bool],
        may_keep: Callable[[], bool],
        on_failure: Callable[[str], None],
        on_request: Callable[[ModelRequest], None] | None = None,
    ) -> None:
        self._journal = journal
        self._may_be_called = may_be_called
        self._may_keep = may_keep  # the caller's words
        self._on_failure = on_failure
        self._on_request = on_request
        self._on_record = 0  # messages that an earlier event holds
        self.requests: list[ModelRequest] = []
        self.answers: list[ModelAnswer | None] = []

    async def requested(self, request: ModelRequest) -> None:
        if not self._may_be_called():
            raise CallStopped("the model may not be called now")
        self.requests.append(request)
        self.answers.append(None)
        if self._on_request is not None:
            self._on_request(request)

    async def answered(self, answer: ModelAnswer) -> None:
        request = self.requests[-1]
        self.answers[-1] = answer
        new = request.messages[self._on_record :]
        self._journal.append(
            "model.called",
            {
                "messages_total": len(request.messages),
                "messages_new": [self._kept(m) for m in new],
                "tools": list(request.tools),
                "answer": answer.text,
                "tool_calls": [{"name": c.name, "arguments": c.arguments} for c in answer.tool_calls],
                "request_id": answer.request_id,
                "duration_ms": answer.duration_ms,
            },
            model=_version(answer.model),
        )
        self._on_record = len(request.messages)
        for call in answer.tool_calls:
            if call.name not in request.tools:  # it never reaches the gateway
                self._journal.append(
                    "tool.called", {"tool": call.name[:64], "status": "unknown", "arguments": call.arguments}
                )

    def _kept(self, message: ModelMessage) -> dict[str, Any]:
        """A message as the log may hold it: what the caller said only where the policy lets it keep that."""
        if message.role == "user" and not self._may_keep():
            return {"role": message.role, "text_withheld": "policy"}
        return {"role": message.role, "content": message.content}

    def failed(self) -> None:
        self._on_failure("model_guard")


def _version(model: str | None) -> str | None:
    """The version as the provider returned it, within what a header may hold (256 printable characters)."""
    if model is None:
        return None
    return "".join(c for c in model if c.isprintable())[:256] or None


class VoiceWatch:
    """Only redacted text and fixed scripts reach the voice, labels in words; `spoken` is exactly what it was given."""

    def __init__(
        self,
        redactor: Redactor,
        speaker: Speaker,
        *,
        labels: Labels,
        may_be_said: Mapping[EntityType, Collection[str]],
    ) -> None:
        self._redactor = redactor
        self._speaker = speaker
        self._labels = labels
        self._may_be_said = may_be_said
        self.spoken: list[RedactedText] = []

    def change_language(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def speakable(self, text: str, /) -> RedactedText:
        if any(text.strip() in fixed for fixed in self._speaker.fixed_texts):
            return RedactedText(text)
        redacted = RedactedText(_REPEATED.sub(r"\1", self._redactor.redact(RawText(text)).text))
        return speak(redacted, self._labels, self._speaker.language, self._may_be_said)

    def given(self, text: RedactedText, /) -> None:
        self.spoken.append(text)
