"""Run a plugin's own stream without spans and without retries: both belong to the wrapper around it.

LiveKit's streams record spans and log errors themselves, before any redaction of ours. Inside a wrapper the
inner stream is therefore a child of a span that is not sampled, and fails at the first error; the wrapper
strips the error of its text before LiveKit's own retry loop (in the wrapper's stream) sees it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

_NOT_SAMPLED: Final = NonRecordingSpan(
    SpanContext(trace_id=1, span_id=1, is_remote=False, trace_flags=TraceFlags(TraceFlags.DEFAULT))
)


@contextmanager
def untraced() -> Iterator[None]:
    """Streams made inside record no span, as long as the sampler follows the parent (ours does)."""
    with use_span(_NOT_SAMPLED, end_on_exit=False):
        yield
