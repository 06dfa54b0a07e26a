"""What a model is sent, and what of its answer goes on."""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.agents import APIConnectionError, APIStatusError, function_tool, llm, telemetry
from livekit.agents.metrics import LLMMetrics
from livekit.agents.telemetry import gen_ai
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracerProvider

from secure_agent.observability.traces import tracing
from secure_agent.providers import scrubbing
from secure_agent.providers.errors import KeyRefusedError, ProviderBrokenError
from secure_agent.providers.guarded_llm import GuardedLLM
from tests.providers.guards import CARD, PHONE, SECRET_OF_AN_EXCEPTION, EveryRecord, Guards, whole_chain
from tests.providers.plugins import ONE_TRY, THREE_TRIES, ScriptedLLM, calls, says

Chunks = Sequence[llm.ChatChunk | Exception]


@function_tool
async def get_balance(account: str) -> str:
    """Look up the balance."""
    return account


def context(*messages: str) -> llm.ChatContext:
    chat = llm.ChatContext.empty()
    chat.add_message(role="system", content="You are the assistant of Example Energy.")
    for message in messages:
        chat.add_message(role="user", content=message)
    return chat


async def asked(
    plugin: ScriptedLLM, chat: llm.ChatContext, guards: Guards, **options: Any
) -> list[llm.ChatChunk]:
    """All chunks that come out of one request."""
    wrapper = GuardedLLM(plugin, guard=guards, observer=guards, key_setting="SECURE_AGENT_SOME_KEY")
    stream = wrapper.chat(
        chat_ctx=chat,
        tools=options.get("tools", [get_balance]),
        conn_options=options.get("conn_options", ONE_TRY),
    )
    async with stream:
        return [chunk async for chunk in stream]


async def sent_for(chat: llm.ChatContext) -> tuple[ScriptedLLM, Guards]:
    plugin, guards = ScriptedLLM(says("Fine.")), Guards()
    await asked(plugin, chat, guards)
    return plugin, guards


async def answered_with(
    *chunks: llm.ChatChunk | Exception, **options: Any
) -> tuple[list[llm.ChatChunk], Guards]:
    guards = options.pop("guards", None) or Guards()
    return await asked(ScriptedLLM(chunks), context("hello"), guards, **options), guards


def text_of(chunks: list[llm.ChatChunk]) -> str:
    return "".join(chunk.delta.content or "" for chunk in chunks if chunk.delta)


def calls_of(chunks: list[llm.ChatChunk]) -> list[llm.FunctionToolCall]:
    return [call for chunk in chunks if chunk.delta for call in chunk.delta.tool_calls]


# What goes in


async def test_every_message_is_sent_redacted_and_history_keeps_its_own_objects() -> None:
    chat = context(f"my number is {PHONE} okay")
    plugin, guards = await sent_for(chat)
    assert "415" not in plugin.sent[0]
    assert guards.requests[0].messages[1].content == "my number is <PHONE_1> okay"
    assert PHONE in repr(chat.items)


async def test_a_number_split_over_the_parts_of_one_message_is_found() -> None:
    chat = context()
    chat.add_message(role="user", content=["my card is 4111 1111", "1111 1111 okay"])
    plugin, _ = await sent_for(chat)
    assert "4111" not in plugin.sent[0]
    assert "1111" not in plugin.sent[0]


async def test_instructions_arguments_and_results_of_tools_are_redacted() -> None:
    chat = llm.ChatContext.empty()
    chat.add_message(role="system", content=f"The caller is {PHONE}.")
    chat.insert(
        llm.FunctionCall(call_id="call-1", name="get_balance", arguments=json.dumps({"account": CARD}))
    )
    chat.insert(
        llm.FunctionCallOutput(call_id="call-1", name="get_balance", output=f"card {CARD}", is_error=False)
    )
    plugin, guards = await sent_for(chat)
    assert "4111" not in plugin.sent[0]
    assert "415" not in plugin.sent[0]
    [call] = guards.requests[0].messages[1].tool_calls
    assert json.loads(call.arguments) == {"account": "[PAN]"}


async def test_extra_data_of_providers_and_changes_of_configuration_are_not_sent() -> None:
    chat = context("hello")
    chat.items[1].extra["google"] = {"signature": CARD}  # type: ignore[union-attr]
    chat.insert(llm.AgentConfigUpdate(instructions=f"call {PHONE}"))
    plugin, _ = await sent_for(chat)
    assert "4111" not in plugin.sent[0]
    assert "415" not in plugin.sent[0]


async def test_a_mark_for_the_prompt_cache_is_kept() -> None:
    chat = llm.ChatContext.empty()
    chat.add_message(role="system", content=["Be brief.", llm.CacheBreakpoint()])
    plugin, _ = await sent_for(chat)
    [message] = plugin.contexts[0].messages()
    assert [type(part) for part in message.content] == [str, llm.CacheBreakpoint]


async def test_the_request_is_told_before_it_is_sent_exactly_as_it_is_sent() -> None:
    _, guards = await sent_for(context("hello"))
    [request] = guards.requests
    assert [(message.role, message.content) for message in request.messages] == [
        ("system", "You are the assistant of Example Energy."),
        ("user", "hello"),
    ]
    assert request.tools == ("get_balance",)
    assert guards.order == ["requested", "answered"]


class AtProvider(llm.ProviderTool):
    def __init__(self) -> None:
        super().__init__(id="web_search")


def with_an_image() -> llm.ChatContext:
    chat = context()
    chat.add_message(role="user", content=[llm.ImageContent(image="https://example.com/card.jpg")])
    return chat


@pytest.mark.parametrize(
    ("chat", "tools"),
    [
        pytest.param(with_an_image(), [get_balance], id="an image"),
        pytest.param(context("hello"), [AtProvider()], id="a tool that runs at the provider"),
    ],
)
async def test_what_nobody_can_redact_is_refused(chat: llm.ChatContext, tools: list[llm.Tool]) -> None:
    plugin, guards = ScriptedLLM(says("Fine.")), Guards()
    assert await asked(plugin, chat, guards, tools=tools) == []
    assert plugin.sent == []
    assert guards.failures == 1


async def test_arguments_that_nobody_redacted_are_refused() -> None:
    plugin, guards = ScriptedLLM(says("Fine.")), Guards()
    wrapper = GuardedLLM(plugin, guard=guards, observer=guards)
    async with wrapper.chat(chat_ctx=context(), extra_kwargs={"user": PHONE}, conn_options=ONE_TRY) as stream:
        assert [chunk async for chunk in stream] == []
    assert (plugin.sent, guards.failures) == ([], 1)


async def test_the_tripwire_alone_stops_a_request_that_was_not_redacted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scrubbing, "scrub_context", lambda chat, guard: chat)
    plugin, guards = ScriptedLLM(says("Fine.")), Guards()
    assert await asked(plugin, context(f"my card is {CARD}"), guards) == []
    assert (plugin.sent, guards.requests, guards.failures) == ([], [], 1)


async def test_a_name_that_a_later_message_reveals_is_redacted_in_the_earlier_ones() -> None:
    chat = context("Ann Lee speaking")
    chat.insert(llm.FunctionCall(call_id="call-1", name="get_balance", arguments="{}"))
    chat.insert(
        llm.FunctionCallOutput(
            call_id="call-1", name="get_balance", output="my name is Ann Lee", is_error=False
        )
    )
    plugin, guards = await sent_for(chat)
    assert len(plugin.sent) == 1
    assert "Ann Lee" not in plugin.sent[0]
    assert guards.failures == 0


# What comes out


async def test_the_answer_goes_on_redacted_whatever_the_chunks() -> None:
    text = f"Your card {CARD} is on file, thank you very much."
    chunks, guards = await answered_with(*says(*(text[at : at + 3] for at in range(0, len(text), 3))))
    assert text_of(chunks) == "Your card [PAN] is on file, thank you very much."
    assert guards.answers[0].text == text_of(chunks)


async def test_the_answer_is_told_with_the_version_that_answered() -> None:
    chunks, guards = await answered_with(*says("All ", "is ", "well."))
    [answer] = guards.answers
    assert answer.model == "returned-model-2026-01-01"
    assert answer.request_id == "answer-1"
    assert answer.duration_ms >= 0
    assert chunks[-1].usage is not None


async def test_the_last_text_and_the_tool_calls_wait_until_the_answer_was_told() -> None:
    plugin, guards = ScriptedLLM([*says("One moment, please."), calls("get_balance", "{}")]), Guards()
    stream = GuardedLLM(plugin, guard=guards, observer=guards).chat(
        chat_ctx=context("hello"), tools=[get_balance], conn_options=ONE_TRY
    )
    seen_before = ""
    async with stream:
        async for chunk in stream:
            if chunk.delta and guards.order != ["requested", "answered"]:
                seen_before += chunk.delta.content or ""
                assert not chunk.delta.tool_calls
    assert not seen_before.endswith("please.")


async def test_arguments_of_a_tool_call_are_redacted_value_by_value() -> None:
    given_arguments = {
        "account": CARD,
        "amount_minor": 4200,
        "currency": "USD",
        "number": 4111111111111111,
        "groups": ["4111", "1111", "1111", "1111"],
        "nested": {"phone": PHONE, "ok": True, "none": None},
    }
    chunks, guards = await answered_with(calls("get_balance", json.dumps(given_arguments)), *says())
    [call] = calls_of(chunks)
    assert json.loads(call.arguments) == {
        "account": "[PAN]",
        "amount_minor": 4200,
        "currency": "USD",
        "number": "[PAN]",
        "groups": ["[PAN]"],
        "nested": {"phone": "<PHONE_1>", "ok": True, "none": None},
    }
    assert call.extra is None
    assert call.call_id == "call-1"
    assert guards.answers[0].tool_calls[0].arguments == call.arguments


async def test_arguments_that_are_no_json_are_redacted_as_text() -> None:
    chunks, _ = await answered_with(calls("get_balance", f'{{"account": "{CARD}"'), *says())
    assert "4111" not in calls_of(chunks)[0].arguments


async def test_a_tool_name_that_was_never_offered_is_text_like_any_other() -> None:
    chunks, _ = await answered_with(calls(f"call {PHONE} now", "{}"), *says())
    assert "415" not in calls_of(chunks)[0].name


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=7), min_size=1, max_size=30))
def test_a_card_number_comes_out_in_no_way_of_cutting_the_answer(sizes: list[int]) -> None:
    text = f"I have noted {CARD} for you. Anything else today?"
    pieces, at = [], 0
    for size in (*sizes, len(text)):
        pieces.append(text[at : at + size])
        at += size
    chunks, _ = asyncio.run(answered_with(*says(*pieces)))
    assert text_of(chunks) == "I have noted [PAN] for you. Anything else today?"


# Failures


@pytest.mark.parametrize("broken", ["redact", "requested", "feed", "close", "answered"])
async def test_when_a_guard_fails_the_stream_ends_and_the_call_is_told(broken: str) -> None:
    plugin, guards = (
        ScriptedLLM([*says("Your balance ", "is ten ", "dollars.")]),
        Guards(broken=frozenset({broken})),
    )
    chunks = await asked(plugin, context("hello"), guards)
    assert not text_of(chunks).endswith("dollars.")
    assert calls_of(chunks) == []
    assert guards.failures == 1
    if broken in ("redact", "requested"):
        assert (plugin.sent, chunks) == ([], [])


async def test_a_call_that_cannot_be_told_of_the_failure_still_hears_nothing() -> None:
    chunks, guards = await answered_with(
        *says("Fine."), guards=Guards(broken=frozenset({"answered", "failed"}))
    )
    assert (chunks, guards.failures) == ([], 1)


async def test_a_failure_of_a_guard_logs_no_text() -> None:
    handler = EveryRecord()
    logging.getLogger().addHandler(handler)
    try:
        for broken in ("redact", "answered"):
            await answered_with(*says("Fine."), guards=Guards(broken=frozenset({broken})))
    finally:
        logging.getLogger().removeHandler(handler)
    assert handler.lines
    assert "4111111111111111" not in "".join(handler.lines)


async def test_a_lost_connection_is_tried_again_and_each_attempt_is_told() -> None:
    plugin, guards = ScriptedLLM([APIConnectionError(SECRET_OF_AN_EXCEPTION)], says("Fine.")), Guards()
    wrapper = GuardedLLM(plugin, guard=guards, observer=guards)
    errors: list[llm.LLMError] = []
    wrapper.on("error", errors.append)
    async with wrapper.chat(chat_ctx=context("hello"), conn_options=THREE_TRIES) as stream:
        assert text_of([chunk async for chunk in stream]) == "Fine."
    assert guards.order == ["requested", "requested", "answered"]
    assert [error.recoverable for error in errors] == [True]
    assert "4111" not in whole_chain(errors[0].error)


async def test_what_the_caller_has_begun_to_hear_is_not_said_again() -> None:
    plugin = ScriptedLLM(
        [*says("Please wait ", "a moment, ", "thank you. "), APIConnectionError("lost")], says("Again.")
    )
    with pytest.raises(APIConnectionError):
        await asked(plugin, context("hello"), Guards(), conn_options=THREE_TRIES)
    assert len(plugin.sent) == 1


async def test_an_error_of_the_provider_is_known_by_its_kind_only() -> None:
    echo = APIStatusError(SECRET_OF_AN_EXCEPTION, status_code=400, body={"prompt": CARD})
    with pytest.raises(APIStatusError) as caught:
        await answered_with(echo)
    assert caught.value.status_code == 400
    assert "4111" not in whole_chain(caught.value)
    with pytest.raises(ProviderBrokenError) as broken:
        await answered_with(ValueError(SECRET_OF_AN_EXCEPTION))
    assert "4111" not in whole_chain(broken.value)


async def test_a_refused_key_names_its_setting() -> None:
    with pytest.raises(KeyRefusedError, match="SECURE_AGENT_SOME_KEY"):
        await answered_with(APIStatusError("Incorrect API key provided: sk-abc", status_code=401))


# What LiveKit records


async def test_names_and_use_are_those_of_the_plugin_counted_once() -> None:
    plugin, guards = ScriptedLLM(says("Fine.")), Guards()
    wrapper = GuardedLLM(plugin, guard=guards, observer=guards)
    metrics: list[LLMMetrics] = []
    wrapper.on("metrics_collected", metrics.append)
    async with wrapper.chat(chat_ctx=context("hello"), conn_options=ONE_TRY) as stream:
        assert [chunk async for chunk in stream]
    assert [(each.total_tokens, each.request_id) for each in metrics] == [(8, "answer-1")]
    assert (wrapper.model, wrapper.provider, wrapper.label) == (plugin.model, plugin.provider, plugin.label)


async def test_spans_hold_no_raw_text_even_when_content_is_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    telemetry.set_tracer_provider(provider, allow_pii=True)  # the door that the settings keep shut
    monkeypatch.setattr(gen_ai, "_capture_content", True)
    try:
        await asked(
            ScriptedLLM(
                [*says(f"Your card {CARD} is here. "), calls("get_balance", json.dumps({"account": CARD}))]
            ),
            context(f"my card is {CARD}"),
            Guards(),
        )
    finally:
        telemetry.set_tracer_provider(NoOpTracerProvider())
    spans = exporter.get_finished_spans()
    names = [span.name for span in spans]
    recorded = "".join(str(dict(span.attributes or {})) for span in spans)
    assert names.count("llm_request") == 1
    assert "[PAN]" in recorded
    assert "4111 1111" not in recorded


async def test_spans_are_of_the_wrapper_alone() -> None:
    exporter = InMemorySpanExporter()
    with tracing(SimpleSpanProcessor(exporter)):
        await answered_with(*says("Fine."))
    assert sorted(span.name for span in exporter.get_finished_spans()) == ["llm_request", "llm_request_run"]


async def test_closing_closes_the_plugin() -> None:
    plugin, guards = ScriptedLLM(), Guards()
    await GuardedLLM(plugin, guard=guards, observer=guards).aclose()
    assert plugin.closed
