"""Whoever fails is left, nobody is asked who may not be, and the next one stands behind the same ear and guard."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

import pytest
from livekit.agents import APIConnectionError, APIError, APIStatusError, APITimeoutError, llm, tts

from secure_agent.providers.chain import PATIENCE_S, Chain, Kind, Link
from secure_agent.providers.errors import KeyRefusedError, ProviderConfigError, ProviderGuardError
from secure_agent.providers.escaping_tts import EscapingTTS
from secure_agent.providers.guarded_llm import GuardedLLM
from secure_agent.providers.redacting_stt import RedactingSTT
from tests.providers.guards import CARD, SECRET_OF_AN_EXCEPTION, EveryRecord, GuardFaultError, Guards
from tests.providers.plugins import ONE_TRY, ScriptedLLM, ScriptedSTT, ScriptedTTS, heard, says
from tests.providers.test_redacting_stt import recognised, words


@dataclass
class Rules:
    """Approves what it is told to, and keeps what it was told; `broken` cannot write it down."""

    approved: frozenset[str] = frozenset({"second", "third"})
    broken: bool = False
    told: list[tuple[Kind, str, str, str]] = field(default_factory=list)

    def approves(self, provider: str, /) -> bool:
        return provider in self.approved

    def switched(self, kind: Kind, /, *, before: str, after: str, why: str) -> None:
        if self.broken:
            raise GuardFaultError
        self.told.append((kind, before, after, why))


def chain(kind: Kind, rules: Rules, *plugins: Any, ends_turns: bool = True) -> Chain[Any]:
    names = ("first", "second", "third")
    links = [Link(p, name, ends_turns=ends_turns) for name, p in zip(names, plugins, strict=False)]
    return Chain(kind, links, rules)


def lost() -> APIConnectionError:
    return APIConnectionError(SECRET_OF_AN_EXCEPTION)


async def answer_of(wrapper: GuardedLLM) -> str:
    context = llm.ChatContext.empty()
    context.add_message(role="user", content="hello")
    async with wrapper.chat(chat_ctx=context, conn_options=ONE_TRY) as stream:
        return "".join([chunk.delta.content or "" async for chunk in stream if chunk.delta])


# --- speech in ------------------------------------------------------------------------------------------------


async def test_a_card_number_that_one_recogniser_begins_and_another_ends_leaves_redacted() -> None:
    rules = Rules()
    dies = ScriptedSTT(heard("my card is 4111 1111"), lost())
    goes_on = ScriptedSTT(heard("1111 1111 thank you"))
    wrapper = RedactingSTT(chain("speech_in", rules, dies, goes_on), ear=Guards())
    assert words(await recognised(wrapper, 4)) == ["my card is [PAN] [PAN] thank you"]
    assert rules.told == [("speech_in", "first", "second", "connection")]


async def test_sound_that_the_dead_recogniser_had_not_read_is_heard_by_the_next() -> None:
    goes_on = ScriptedSTT(heard("one"), heard("two"))
    wrapper = RedactingSTT(chain("speech_in", Rules(), ScriptedSTT(lost()), goes_on), ear=Guards())
    assert "one two" in " ".join(words(await recognised(wrapper, 3)))


async def test_nothing_of_what_a_provider_said_when_it_failed_is_in_a_log() -> None:
    records = EveryRecord()
    logging.getLogger().addHandler(records)
    try:
        wrapper = RedactingSTT(
            chain("speech_in", Rules(), ScriptedSTT(lost()), ScriptedSTT(heard("hello"))), ear=Guards()
        )
        await recognised(wrapper, 2)
    finally:
        logging.getLogger().removeHandler(records)
    assert any("provider switched" in line for line in records.lines)
    assert "4111" not in "\n".join(records.lines)


async def test_an_ear_that_fails_is_no_reason_to_ask_somebody_else() -> None:
    rules, second = Rules(), ScriptedSTT(heard(CARD))
    wrapper = RedactingSTT(
        chain("speech_in", rules, ScriptedSTT(heard(CARD)), second), ear=Guards(broken=frozenset({"hear"}))
    )
    with pytest.raises(ProviderGuardError):
        await recognised(wrapper, 1)
    assert (rules.told, second.connections) == ([], 0)


async def test_who_is_not_approved_is_passed_over() -> None:
    rules = Rules(approved=frozenset({"third"}))
    second, third = ScriptedSTT(heard("never")), ScriptedSTT(heard("hello"))
    wrapper = RedactingSTT(chain("speech_in", rules, ScriptedSTT(lost()), second, third), ear=Guards())
    assert words(await recognised(wrapper, 2)) == ["hello"]
    assert second.connections == 0
    assert rules.told == [("speech_in", "first", "third", "connection")]


@pytest.mark.parametrize("rules", [Rules(approved=frozenset()), Rules(broken=True)])
async def test_nobody_is_asked_whom_nothing_approves_or_whose_switch_is_not_on_record(rules: Rules) -> None:
    second = ScriptedSTT(heard("never"))
    wrapper = RedactingSTT(chain("speech_in", rules, ScriptedSTT(lost()), second), ear=Guards())
    with pytest.raises(APIConnectionError):
        await recognised(wrapper, 1)
    assert second.connections == 0


async def test_when_all_have_failed_the_last_failure_is_told() -> None:
    rules = Rules()
    refused = ScriptedSTT(APIStatusError(SECRET_OF_AN_EXCEPTION, status_code=401))
    wrapper = RedactingSTT(chain("speech_in", rules, ScriptedSTT(lost()), refused), ear=Guards())
    with pytest.raises(KeyRefusedError):
        await recognised(wrapper, 2)
    assert len(rules.told) == 1


# --- the model ------------------------------------------------------------------------------------------------


async def test_each_model_is_asked_with_the_observer_knowing_before() -> None:
    rules, guards = Rules(), Guards()
    second = ScriptedLLM(says("Hello there."))
    wrapper = GuardedLLM(chain("model", rules, ScriptedLLM([lost()]), second), guard=guards, observer=guards)
    assert await answer_of(wrapper) == "Hello there."
    assert guards.order == ["requested", "requested", "answered"]
    assert rules.told == [("model", "first", "second", "connection")]


async def test_an_answer_that_has_begun_is_not_begun_again_but_the_next_request_goes_elsewhere() -> None:
    rules, guards = Rules(), Guards()
    broken = [*says("A first sentence. ", "A second sentence. ", "A third. ")[:3], lost()]
    second = ScriptedLLM(says("Hello."))
    wrapper = GuardedLLM(chain("model", rules, ScriptedLLM(broken), second), guard=guards, observer=guards)
    with pytest.raises(APIError):
        await answer_of(wrapper)
    assert second.sent == []
    assert await answer_of(wrapper) == "Hello."


# --- the voice ------------------------------------------------------------------------------------------------


async def frames_of(wrapper: EscapingTTS, text: str) -> int:
    async with wrapper.synthesize(text, conn_options=ONE_TRY) as speech:
        return len([audio async for audio in speech])


async def test_the_whole_sentence_is_said_by_the_next_voice_and_noted_once() -> None:
    rules, guards = Rules(), Guards()
    second = ScriptedTTS()
    wrapper = EscapingTTS(chain("speech_out", rules, ScriptedTTS(APIError("no")), second), voice=guards)
    assert await frames_of(wrapper, f"The card {CARD} is fine.") > 0
    assert second.texts == guards.spoken == ["The card [PAN] is fine."]
    assert rules.told == [("speech_out", "first", "second", "failed")]


async def test_a_text_is_escaped_only_for_the_voice_that_builds_markup() -> None:
    plain, marked = ScriptedTTS(APIError("no")), ScriptedTTS()
    links: list[Link[tts.TTS[Any]]] = [Link(plain, "first"), Link(marked, "second", markup=True)]
    wrapper = EscapingTTS(Chain("speech_out", links, Rules()), voice=Guards())
    await frames_of(wrapper, "salt & pepper")
    assert (plain.texts, marked.texts) == (["salt & pepper"], ["salt &amp; pepper"])


def test_voices_of_different_rates_are_no_chain() -> None:
    other = ScriptedTTS()
    other._sample_rate = 24_000
    with pytest.raises(ProviderConfigError):
        EscapingTTS(chain("speech_out", Rules(), ScriptedTTS(), other), voice=Guards())


# --- the chain itself -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (KeyRefusedError("SECURE_AGENT_X", status_code=401), "key_refused"),
        (APIStatusError("x", status_code=500), "refused"),
        (APITimeoutError("x"), "timeout"),
        (APIConnectionError("x"), "connection"),
        (APIError("x"), "failed"),
        (ValueError("x"), "broken"),
    ],
)
def test_why_a_provider_was_left_is_a_code(failure: Exception, why: str) -> None:
    rules = Rules()
    both = chain("model", rules, object(), object())
    assert both.leave(both.current, failure)
    assert rules.told == [("model", "first", "second", why)]


def test_two_streams_that_fail_at_once_leave_one_provider_and_not_two() -> None:
    rules = Rules()
    three = chain("model", rules, object(), object(), object())
    left = three.current
    assert three.leave(left, lost())
    assert three.leave(left, lost())
    assert (three.current.name, len(rules.told)) == ("second", 1)


def test_there_is_little_patience_while_there_is_somebody_else() -> None:
    patient = ONE_TRY.__class__(max_retry=3, retry_interval=0.0, timeout=10.0)
    both = chain("model", Rules(), object(), object())
    assert both.options(patient).timeout == PATIENCE_S
    both.leave(both.current, lost())
    assert (both.options(patient).timeout, both.options(patient).max_retry) == (10.0, 0)


async def test_every_provider_of_a_chain_is_closed() -> None:
    ears: list[Any]
    models: list[Any]
    voices: list[Any]
    ears, models, voices = [ScriptedSTT(), ScriptedSTT()], [ScriptedLLM(), ScriptedLLM()], [ScriptedTTS()] * 2
    guards = Guards()
    await asyncio.gather(
        RedactingSTT(chain("speech_in", Rules(), *ears), ear=guards).aclose(),
        GuardedLLM(chain("model", Rules(), *models), guard=guards, observer=guards).aclose(),
        EscapingTTS(chain("speech_out", Rules(), *voices), voice=guards).aclose(),
    )
    assert all(plugin.closed for plugin in [*ears, *models, *voices])
