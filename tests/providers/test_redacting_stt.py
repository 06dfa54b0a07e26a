"""What a recogniser says, and what may leave the wrapper around it."""

import asyncio
import contextlib
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.agents import APIConnectionError, APIStatusError, stt
from livekit.agents.metrics import STTMetrics

from secure_agent.providers.errors import KeyRefusedError, ProviderBrokenError, ProviderGuardError
from secure_agent.providers.redacting_stt import RedactingSTT
from tests.providers.guards import CARD, SECRET_OF_AN_EXCEPTION, Guards, whole_chain
from tests.providers.plugins import ONE_TRY, THREE_TRIES, ScriptedSTT, Step, end_of_speech, heard, silence

INTERIM = stt.SpeechEventType.INTERIM_TRANSCRIPT
PREFLIGHT = stt.SpeechEventType.PREFLIGHT_TRANSCRIPT
FINAL = stt.SpeechEventType.FINAL_TRANSCRIPT


async def recognised(wrapper: RedactingSTT, frames: int, **options: Any) -> list[stt.SpeechEvent]:
    """Everything that leaves the wrapper while so many frames of sound come in."""
    async with wrapper.stream(conn_options=options.get("conn_options", ONE_TRY)) as stream:
        for _ in range(frames):
            stream.push_frame(silence())
        stream.end_input()
        return [event async for event in stream]


async def through(*steps: Step, guards: Guards | None = None, **options: Any) -> list[stt.SpeechEvent]:
    wrapper = RedactingSTT(ScriptedSTT(*steps), ear=guards or Guards(), **options)
    return await recognised(wrapper, len(steps))


def words(events: list[stt.SpeechEvent]) -> list[str]:
    return [event.alternatives[0].text for event in events if event.alternatives]


async def test_a_final_leaves_redacted() -> None:
    assert words(await through(heard(f"my card is {CARD} okay"))) == ["my card is [PAN] okay"]


async def test_interim_and_preflight_transcripts_never_leave() -> None:
    events = await through(heard("my card is 4111", INTERIM), heard("my card is 4111", PREFLIGHT))
    assert events == []


async def test_words_other_readings_speakers_and_metadata_are_not_copied() -> None:
    [event] = await through(heard("the number is 415 555 0142 thank you"))
    [said] = event.alternatives
    assert (said.words, said.metadata, said.speaker_id, said.source_texts, said.target_texts) == (None,) * 5
    assert (said.language, said.start_time, said.end_time, said.confidence) == ("en", 1.0, 2.0, 0.9)
    assert "415 555" not in repr(event)


async def test_a_number_split_over_three_finals_leaves_as_one_label() -> None:
    events = await through(
        heard("my number is four one five"),
        heard("five five five"),
        heard("oh one four two"),
        end_of_speech(),
    )
    assert "four" not in " ".join(words(events))
    assert "<PHONE_1>" in " ".join(words(events))


async def test_what_was_held_leaves_before_the_end_of_speech() -> None:
    events = await through(heard("it is 4111 1111"), end_of_speech())
    assert [event.type for event in events] == [FINAL, stt.SpeechEventType.END_OF_SPEECH]


async def test_a_recogniser_that_ends_speech_at_every_pause_does_not_release_half_a_number() -> None:
    events = await through(
        heard("my number is four one five"),
        end_of_speech(),
        heard("five five five oh one four two"),
        end_of_speech(),
        provider_ends_turns=False,
    )
    assert "four one five" not in " ".join(words(events))
    assert "<PHONE_1>" in " ".join(words(events))


async def test_the_call_can_ask_for_what_is_held_when_its_own_detector_heard_the_end() -> None:
    wrapper = RedactingSTT(ScriptedSTT(heard("that is 415 555")), ear=Guards(), provider_ends_turns=False)
    async with wrapper.stream(conn_options=ONE_TRY) as stream:
        stream.push_frame(silence())
        await asyncio.sleep(0.01)
        wrapper.flush_held()
        async with asyncio.timeout(1):
            event = await stream.__anext__()
        assert event.type == FINAL
        assert event.alternatives[0].text


async def late(*, told: bool, broken: str = "") -> tuple[list[str], list[stt.STTError]]:
    """What leaves, and what fails, when the only final comes after the detector heard the caller stop."""
    guards = Guards()
    wrapper = RedactingSTT(ScriptedSTT(heard("that is 415 555")), ear=guards, provider_ends_turns=False)
    errors: list[stt.STTError] = []
    wrapper.on("error", errors.append)
    left: list[str] = []
    async with wrapper.stream(conn_options=ONE_TRY) as stream:
        if told:
            wrapper.speech_began()
        wrapper.flush_held()
        guards.broken = frozenset({broken})
        stream.push_frame(silence())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.6):
                left += words([await stream.__anext__()])
    return left, errors


async def test_a_final_that_comes_in_silence_is_not_held_for_words_that_never_come() -> None:
    assert await late(told=True) != ([], [])
    assert await late(told=False) == ([], [])  # a call that never reports speech is never taken to be silent


async def test_an_ear_that_fails_on_a_late_final_lets_nothing_out_and_the_session_is_told() -> None:
    left, errors = await late(told=True, broken="end_of_speech")
    assert left == []
    assert [type(error.error) for error in errors] == [ProviderGuardError]


async def test_a_final_in_the_middle_of_speech_is_held() -> None:
    wrapper = RedactingSTT(ScriptedSTT(heard("that is 415 555")), ear=Guards(), provider_ends_turns=False)
    async with wrapper.stream(conn_options=ONE_TRY) as stream:
        wrapper.speech_began()
        wrapper.flush_held()
        wrapper.speech_began()
        stream.push_frame(silence())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await stream.__anext__()


async def test_without_a_stream_the_ear_is_not_asked_and_loses_nothing() -> None:
    guards = Guards(broken=frozenset({"end_of_speech"}))
    RedactingSTT(ScriptedSTT(), ear=guards).flush_held()


async def test_a_deaf_agent_learns_nothing_not_even_that_somebody_speaks() -> None:
    guards = Guards(deaf=True, broken=frozenset({"hear", "end_of_speech"}))
    start = stt.SpeechEvent(type=stt.SpeechEventType.START_OF_SPEECH)
    wrapper = RedactingSTT(ScriptedSTT(start, heard(CARD), end_of_speech()), ear=guards)
    assert await recognised(wrapper, 3) == []


@pytest.mark.parametrize("broken", ["hear", "end_of_speech"])
async def test_when_the_ear_fails_nothing_leaves_and_the_error_holds_no_text(broken: str) -> None:
    guards = Guards(broken=frozenset({broken}))
    with pytest.raises(ProviderGuardError) as caught:
        await through(heard(f"my card is {CARD}"), end_of_speech(), guards=guards)
    assert "4111" not in whole_chain(caught.value)


async def test_an_ear_that_fails_says_so_to_the_session_without_text() -> None:
    wrapper = RedactingSTT(ScriptedSTT(heard(CARD)), ear=Guards(broken=frozenset({"hear"})))
    errors: list[stt.STTError] = []
    wrapper.on("error", errors.append)
    with pytest.raises(ProviderGuardError):
        await recognised(wrapper, 1)
    assert [(type(error.error), error.recoverable) for error in errors] == [(ProviderGuardError, False)]


async def test_a_lost_connection_is_retried_as_the_plugin_would_be_and_its_text_is_dropped() -> None:
    plugin = ScriptedSTT(
        APIConnectionError(SECRET_OF_AN_EXCEPTION), APIConnectionError(SECRET_OF_AN_EXCEPTION), heard("hello")
    )
    wrapper = RedactingSTT(plugin, ear=Guards())
    errors: list[stt.STTError] = []
    wrapper.on("error", errors.append)
    events = await recognised(wrapper, 3, conn_options=THREE_TRIES)
    assert words(events) == ["hello"]
    assert plugin.connections == 3
    assert [error.recoverable for error in errors] == [True, True]
    assert "4111" not in "".join(whole_chain(error.error) for error in errors)


async def test_the_last_failure_is_raised_as_its_kind_only() -> None:
    with pytest.raises(APIStatusError) as caught:
        await through(APIStatusError(SECRET_OF_AN_EXCEPTION, status_code=500, body=SECRET_OF_AN_EXCEPTION))
    assert caught.value.status_code == 500
    assert "4111" not in whole_chain(caught.value)


async def test_a_fault_of_the_plugin_is_known_by_its_type_only() -> None:
    with pytest.raises(ProviderBrokenError, match=r"^KeyError$") as caught:
        await through(KeyError(SECRET_OF_AN_EXCEPTION))
    assert "4111" not in whole_chain(caught.value)


async def test_a_refused_key_names_its_setting_and_is_not_retried() -> None:
    plugin = ScriptedSTT(APIStatusError("key abc is wrong", status_code=401), heard("hello"))
    wrapper = RedactingSTT(plugin, ear=Guards(), key_setting="SECURE_AGENT_SOME_KEY")
    with pytest.raises(KeyRefusedError, match="SECURE_AGENT_SOME_KEY") as caught:
        await recognised(wrapper, 2, conn_options=THREE_TRIES)
    assert plugin.connections == 1
    assert "abc" not in whole_chain(caught.value)


async def test_use_is_counted_once() -> None:
    usage = stt.SpeechEvent(
        type=stt.SpeechEventType.RECOGNITION_USAGE,
        recognition_usage=stt.RecognitionUsage(audio_duration=1.5),
    )
    wrapper = RedactingSTT(ScriptedSTT(usage), ear=Guards())
    metrics: list[STTMetrics] = []
    wrapper.on("metrics_collected", metrics.append)
    await recognised(wrapper, 1)
    assert [each.audio_duration for each in metrics] == [1.5]


async def test_one_utterance_without_a_stream_is_redacted_and_counted_once() -> None:
    wrapper = RedactingSTT(ScriptedSTT(heard(f"it is {CARD}")), ear=Guards())
    metrics: list[STTMetrics] = []
    wrapper.on("metrics_collected", metrics.append)
    event = await wrapper.recognize([silence()], conn_options=ONE_TRY)
    assert words([event]) == ["it is [PAN]"]
    assert "4111 1111" not in repr(event)
    assert len(metrics) == 1


async def test_one_utterance_is_not_heard_by_a_deaf_agent() -> None:
    wrapper = RedactingSTT(ScriptedSTT(heard(CARD)), ear=Guards(deaf=True))
    assert words([await wrapper.recognize([silence()], conn_options=ONE_TRY)]) == [""]


async def test_a_failure_without_a_stream_holds_no_text() -> None:
    wrapper = RedactingSTT(ScriptedSTT(APIConnectionError(SECRET_OF_AN_EXCEPTION)), ear=Guards())
    with pytest.raises(APIConnectionError) as caught:
        await wrapper.recognize([silence()], conn_options=ONE_TRY)
    assert "4111" not in whole_chain(caught.value)


def test_names_are_those_of_the_plugin_and_nothing_of_a_conversation_goes_to_it() -> None:
    plugin = ScriptedSTT()
    wrapper = RedactingSTT(plugin, ear=Guards())
    assert (wrapper.model, wrapper.provider, wrapper.label) == (plugin.model, plugin.provider, plugin.label)
    assert wrapper.capabilities.streaming
    assert not wrapper.capabilities.interim_results
    assert not wrapper.capabilities.chat_context
    wrapper._update_session_keyterms(["Ann Lee"])
    wrapper._push_conversation_item(object())  # type: ignore[arg-type]
    assert plugin.told == []


async def test_closing_closes_the_plugin() -> None:
    plugin = ScriptedSTT()
    await RedactingSTT(plugin, ear=Guards()).aclose()
    assert plugin.closed


@settings(max_examples=25, deadline=None)
@given(
    cuts=st.sets(st.integers(min_value=1, max_value=15), max_size=5),
    interims=st.lists(st.booleans(), min_size=6, max_size=6),
    pauses=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_a_card_number_leaves_in_no_way_of_cutting_it(
    cuts: set[int], interims: list[bool], pauses: list[bool]
) -> None:
    digits = CARD.replace(" ", "")
    edges = [0, *sorted(cuts), len(digits)]
    steps: list[Step] = []
    for n, (start, end) in enumerate(pairwise(edges)):
        text = " ".join(digits[start:end])
        steps += [heard(text, INTERIM)] if interims[n] else []
        steps += [heard(text)]
        steps += [end_of_speech()] if pauses[n] else []
    events = asyncio.run(through(*steps, provider_ends_turns=False))
    left = "".join(words(events)).replace(" ", "")
    assert digits not in left
    assert sum(character.isdigit() for character in left) < 6
