"""What of a span reaches an exporter."""

from collections.abc import Iterator

import pytest
from livekit.agents import telemetry
from livekit.agents.telemetry import gen_ai
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, Span, SpanContext, Status, StatusCode, TraceFlags

from secure_agent.observability.traces import WITHHELD, tracing

CARD = "4111 1111 1111 1111"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    with tracing(SimpleSpanProcessor(exporter)):
        yield exporter


def ended(exporter: InMemorySpanExporter) -> ReadableSpan:
    [span] = exporter.get_finished_spans()
    return span


def span_with(**attributes: object) -> Span:
    span = telemetry.tracer.start_span("call")
    for key, value in attributes.items():
        span.set_attribute(key, value)  # type: ignore[arg-type]
    span.end()
    return span


def test_known_names_and_small_numbers_pass(exporter: InMemorySpanExporter) -> None:
    known: dict[str, object] = {
        "gen_ai.request.model": "gpt-4.1",
        "lk.interrupted": True,
        "lk.e2e_latency": 0.25,
        "gen_ai.usage.input_tokens": 11,
        "gen_ai.response.finish_reasons": ("stop",),
    }
    span_with(**known)
    assert dict(ended(exporter).attributes or {}) == known


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lk.pii.chat_ctx", "Ann Lee"),
        ("gen_ai.input.messages", "Ann Lee"),
        ("a.name.of.a.later.version", "Ann Lee"),
        ("lk.rpc.caller_identity", "Ann Lee"),
        ("sip.trunkPhoneNumber", "+12145550100"),
        ("lk.sip.h.P-Asserted-Identity", "Ann Lee"),
        ("gen_ai.request.model", f"gpt {CARD}"),
        ("a.list", ("Ann Lee", "b")),
        ("a.number", 4111111111111111),
        (f"a.name.with.{CARD}", 1),
    ],
)
def test_what_is_not_known_to_be_clean_is_withheld(
    exporter: InMemorySpanExporter, key: str, value: object
) -> None:
    span_with(**{key: value})
    written = str(dict(ended(exporter).attributes or {}))
    assert "Ann Lee" not in written
    assert "4111 1111" not in written and "41111111" not in written
    assert "2145550100" not in written


def test_an_exception_leaves_its_type_only(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="Ann Lee"), telemetry.tracer.start_as_current_span("call"):
        raise ValueError(f"Ann Lee {CARD}")
    span = ended(exporter)
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None
    [event] = span.events
    assert (event.attributes or {})["exception.type"] == "ValueError"
    assert "Ann Lee" not in f"{span.to_json()} {[dict(event.attributes or {}) for event in span.events]}"


def test_names_events_and_links_carry_no_number(exporter: InMemorySpanExporter) -> None:
    other = SpanContext(trace_id=1, span_id=1, is_remote=False, trace_flags=TraceFlags(1))
    span = telemetry.tracer.start_span(f"call of {CARD}", links=[Link(other, {"said": "Ann Lee"})])
    span.add_event(f"heard {CARD}", {"text": "Ann Lee"})
    span.set_status(Status(StatusCode.ERROR, f"Ann Lee {CARD}"))
    span.end()
    written = ended(exporter).to_json()
    assert "Ann Lee" not in written
    assert "4111 1111" not in written and "41111111" not in written
    assert ended(exporter).name == WITHHELD


def test_livekits_copies_for_its_cloud_are_dropped(exporter: InMemorySpanExporter) -> None:
    span_with(**{"lk.pii.user_transcript": "Ann Lee"})
    assert "Ann Lee" not in str(ended(exporter).__dict__)


def test_content_is_not_captured_and_personal_data_not_allowed(exporter: InMemorySpanExporter) -> None:
    assert not gen_ai.capture_content_enabled()


def test_outside_no_span_is_recorded() -> None:
    exporter = InMemorySpanExporter()
    with tracing(SimpleSpanProcessor(exporter)):
        pass
    span_with(seq=1)
    assert exporter.get_finished_spans() == ()
