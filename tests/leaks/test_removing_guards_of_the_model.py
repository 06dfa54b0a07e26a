"""Take away one guard of model, voice or tools, and the sweep finds a canary; or the next guard alone holds."""

import json
from typing import Any

import pytest
from livekit.agents import APIStatusError, RunContext, llm

from policies.text import RedactedText
from redaction import Redactor
from secure_agent.assembly import OpenCall
from secure_agent.guards import VoiceWatch
from secure_agent.providers import escaping_tts, guarded_llm, redacting_stt, scrubbing
from secure_agent.providers.guarded_llm import _Answer
from secure_agent.providers.scrubbing import ModelMessage
from secure_agent.tools.gateway import Gateway, Tool
from tests.leaks.canaries import canary
from tests.leaks.plugins import Failing
from tests.leaks.swept_call import Sweep, SweptCall

SSN = canary("tool result", "ssn")
MODEL = {"model", "model plugin"}
VOICE = {"voice", "voice plugin"}
LOOKS_UP: dict[str, Any] = {
    "model": [{"say": "Let me look.", "call": {"tool": "look_up"}}, {"say": "All is well."}],
    "tool": {"notes": f"Caller gave {SSN.value} as number."},
}
ASKS = {"say": "what do you have of me"}


# What is sent to the model


def with_a_note_in_the_context(opened: OpenCall) -> None:
    """As a part of the framework, or a later release of it, might add a message of its own."""
    assert opened.call.agent is not None
    opened.call.agent._chat_ctx.add_message(role="system", content=SSN.sentence)


def unscrubbed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scrubbing, "scrub_context", lambda context, _: context)


def untripped(patch: pytest.MonkeyPatch) -> None:
    def sent(context: llm.ChatContext, _: object) -> tuple[ModelMessage, ...]:
        messages, _ = context.to_provider_format("openai")
        return tuple(ModelMessage(m["role"], m.get("content") or "") for m in messages)

    patch.setattr(scrubbing, "sent_messages", sent)


def test_a_message_that_somebody_put_into_the_context_is_sent_redacted(sweep: Sweep) -> None:
    call = sweep(ASKS, prepare=with_a_note_in_the_context)
    assert "<SSN_1>" in repr(call.document["model_requests"])
    assert call.hits(SSN) == []


def test_without_scrubbing_the_tripwire_alone_holds_and_the_call_fails_closed(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    unscrubbed(monkeypatch)
    call = sweep(ASKS, prepare=with_a_note_in_the_context, unfinished=True)
    assert call.hits(SSN) == []
    assert call.document["outcome"] == "failed_closed"
    assert "model plugin" not in call.sinks.texts, "nothing was sent at all"


def test_without_scrubbing_and_tripwire_the_model_is_sent_the_value(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    unscrubbed(monkeypatch)
    untripped(monkeypatch)
    assert sweep(ASKS, prepare=with_a_note_in_the_context).sinks_hit(SSN) >= MODEL


# Tools


def unredacted_results(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Gateway, "_redacted_json", lambda _, value: json.dumps(value))


def test_without_redaction_at_the_gateway_history_and_events_hold_a_tools_result_and_the_model_does_not(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    unredacted_results(monkeypatch)
    call = sweep(ASKS, **LOOKS_UP)
    assert call.sinks_hit(SSN) >= {"history", "event function_tools_executed", "recorded events"}
    assert not call.sinks_hit(SSN) & {*MODEL, *VOICE, "log", "span", "audit body"}


def test_without_gateway_and_model_guard_the_model_is_sent_a_tools_result(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    unredacted_results(monkeypatch)
    unscrubbed(monkeypatch)
    untripped(monkeypatch)
    assert sweep(ASKS, **LOOKS_UP).sinks_hit(SSN) >= MODEL


def test_without_the_gateways_fixed_sentence_the_text_of_a_tools_error_is_in_history(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def call_tool(self: Gateway, tool: Tool, raw: dict[str, object], context: RunContext[None]) -> str:
        return json.dumps(await tool.run(tool.arguments.model_validate(raw), context))

    monkeypatch.setattr(Gateway, "_call", call_tool)
    call = sweep(ASKS, model=LOOKS_UP["model"], tool=llm.ToolError(SSN.sentence))
    assert call.sinks_hit(SSN) >= {"history", "event function_tools_executed"}
    assert not call.sinks_hit(SSN) & {*MODEL, *VOICE, "log", "span"}


def test_without_guarding_tool_calls_the_tool_gets_what_the_model_made_up(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Answer, "_guarded", lambda _, call: call)
    arguments = {"text": SSN.sentence}
    call = sweep(
        ASKS,
        model=[{"call": {"tool": "look_up", "args": arguments}}, {"say": "Done."}],
        tool={"status": "done"},
    )
    assert call.sinks_hit(SSN) >= {"tools", "history", "event function_tools_executed"}
    assert not call.sinks_hit(SSN) & {*MODEL, *VOICE, "log", "span"}


def test_the_name_of_an_invented_tool_is_text_like_any_other(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    invents: dict[str, Any] = {
        "model": [{"call": {"tool": f"find {SSN.value}"}}, {"say": "There is no such thing."}]
    }
    assert sweep(ASKS, **invents).hits(SSN) == []
    monkeypatch.setattr(_Answer, "_guarded", lambda _, call: call)
    assert sweep(ASKS, **invents).hits(SSN) != []


# What the model says

SAYS: dict[str, Any] = {"model": [{"say": f"I see the number {SSN.value} here, is that right?"}]}


class _OpenGate:
    def feed(self, chunk: str) -> RedactedText:
        return RedactedText(chunk)

    def close(self) -> RedactedText:
        return RedactedText("")


def ungated(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Redactor, "stream", lambda *_, **__: _OpenGate())


def speaks_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(VoiceWatch, "speakable", lambda _, text: RedactedText(text))


def test_without_the_gate_of_the_models_answer_history_holds_it_and_the_voice_guard_alone_keeps_it_unspoken(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    ungated(monkeypatch)
    call = sweep(ASKS, **SAYS)
    assert call.sinks_hit(SSN) >= {"history texts", "event conversation_item_added"}
    assert not call.sinks_hit(SSN) & {*VOICE, "log", "span"}


def test_without_gate_and_voice_guard_the_value_is_spoken(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    ungated(monkeypatch)
    speaks_everything(monkeypatch)
    assert sweep(ASKS, **SAYS).sinks_hit(SSN) >= VOICE


def test_without_the_voice_guard_a_text_that_never_passed_the_model_is_spoken_as_it_is(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says(opened: OpenCall) -> None:
        opened.session.session.say(SSN.sentence, add_to_chat_ctx=False)

    assert sweep(prepare=says).hits(SSN) == []
    speaks_everything(monkeypatch)
    assert sweep(prepare=says).sinks_hit(SSN) >= VOICE


# What providers say in their errors


@pytest.mark.parametrize(
    ("provider", "wrapper"), [("stt", redacting_stt), ("llm", guarded_llm), ("tts", escaping_tts)]
)
def test_without_stripping_errors_the_events_hold_what_a_provider_said(
    provider: Failing, wrapper: Any, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrapper, "without_text", lambda error, **_: error)
    call = failing_call(sweep, provider)
    assert call.sinks_hit(SSN) >= {"event error", "recorded events"}
    assert not call.sinks_hit(SSN) & {"log", "span", "audit body", *MODEL, *VOICE}


def failing_call(sweep: Sweep, provider: Failing) -> SweptCall:
    return sweep(
        {"silence_s": 20},
        ASKS if provider == "llm" else {"silence_s": 1},
        {"silence_s": 20},
        failing=provider,
        error=APIStatusError(SSN.sentence, status_code=400, body={"prompt": SSN.value}, retryable=False),
        opening=None if provider == "llm" else [],
        unfinished=True,
    )
