"""No span leaves with content: a string attribute passes only if its name is known to hold none.

LiveKit strips what it marks as personal; it does not mark headers and numbers of a SIP call, and records
exception texts. So the rule is turned round: what is not on the list below is withheld, whatever a later
version calls it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from livekit.agents import telemetry
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Event, ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import NoOpTracerProvider, Status

WITHHELD: Final = "[WITHHELD]"

#: Attributes whose text is a name or an identifier that neither a caller nor a model chose.
_KNOWN: Final = frozenset(
    {
        "error.type",
        "exception.type",
        "gen_ai.agent.name",
        "gen_ai.operation.name",
        "gen_ai.output.type",
        "gen_ai.provider.name",
        "gen_ai.request.model",
        "gen_ai.response.finish_reasons",
        "gen_ai.response.model",
        "gen_ai.tool.name",
        "gen_ai.tool.type",
        "gen_ai.workflow.name",
        "lk.agent_label",
        "lk.close_reason",
        "lk.eou.outcome",
        "lk.eou.source",
        "lk.function_tool.name",
        "lk.function_tools",
        "lk.interruption.source",
        "lk.new_state",
        "lk.old_state",
        "lk.shutdown.reason",
        "lk.tts.label",
        "secure_agent.call",
    }
)
_LONGEST: Final = 120  # characters of one known text
_LARGEST_NUMBER: Final = 10**9  # larger ones may be telephone or account numbers
_LONG_DIGITS: Final = re.compile(r"(?:\d[ .-]?){7}")
_MARKED_RAW: Final = (
    "_lk_raw_attributes",
    "_lk_raw_events",
    "_lk_raw_status",
)  # LiveKit's copies for its cloud


class WithholdingProcessor(SpanProcessor):
    """Rewrites each ended span before any exporter that was added after it sees it."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing is exported at the start."""

    def on_end(self, span: ReadableSpan) -> None:
        for name in _MARKED_RAW:
            span.__dict__.pop(name, None)
        span._name = span.name if _is_clean(span.name) else WITHHELD  # noqa: SLF001 - as LiveKit's own filter does
        span._attributes = withheld(span.attributes)  # noqa: SLF001
        span._events = [  # noqa: SLF001
            Event(
                event.name if _is_clean(event.name) else WITHHELD, withheld(event.attributes), event.timestamp
            )
            for event in span.events
        ]
        span._links = ()  # noqa: SLF001
        span._status = Status(span.status.status_code)  # noqa: SLF001 - its description is an exception's text

    def shutdown(self) -> None:
        """There is nothing to close."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return True


@contextmanager
def tracing(*exporting: SpanProcessor) -> Iterator[TracerProvider]:
    """While inside, LiveKit's spans go to `exporting`, without content. Outside, no span is recorded."""
    provider = TracerProvider(sampler=ParentBased(ALWAYS_ON))
    provider.add_span_processor(WithholdingProcessor())
    for processor in exporting:
        provider.add_span_processor(processor)
    telemetry.set_tracer_provider(provider, allow_pii=False)
    telemetry.gen_ai.set_capture_content(False)
    try:
        yield provider
    finally:
        telemetry.set_tracer_provider(NoOpTracerProvider())
        provider.shutdown()


def withheld(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """The attributes with every text withheld that is not known to hold no content; none of SIP is named."""
    return {
        key: _let_through(key, value)
        for key, value in (attributes or {}).items()
        if "sip" not in key.lower().split(".") and _is_clean(key)
    }


def _let_through(key: str, value: Any) -> Any:
    match value:
        case bool():
            return value
        case int() | float():
            return value if abs(value) < _LARGEST_NUMBER else WITHHELD
        case str():
            return value if key in _KNOWN and _is_clean(value) else WITHHELD
        case tuple() | list():
            return tuple(_let_through(key, item) for item in value)
        case _:
            return WITHHELD


def _is_clean(text: str) -> bool:
    return len(text) <= _LONGEST and not _LONG_DIGITS.search(text)
