"""What a voice is given."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.agents import APIConnectionError, APIError, tts
from livekit.agents.metrics import TTSMetrics

from secure_agent.providers.errors import ProviderGuardError
from secure_agent.providers.escaping_tts import EscapingTTS, as_character_data
from tests.providers.guards import CARD, SECRET_OF_AN_EXCEPTION, Guards, whole_chain
from tests.providers.plugins import ONE_TRY, THREE_TRIES, ScriptedTTS


async def spoken(wrapper: EscapingTTS, text: str, *, tries: int = 1) -> float:
    """Speak; return the seconds of sound."""
    async with wrapper.synthesize(text, conn_options=ONE_TRY if tries == 1 else THREE_TRIES) as speech:
        return sum([audio.frame.duration async for audio in speech])


async def test_the_voice_is_given_redacted_text_and_it_is_noted() -> None:
    plugin, guards = ScriptedTTS(), Guards()
    assert await spoken(EscapingTTS(plugin, voice=guards, markup=False), f"The card {CARD} is fine.") > 0
    assert plugin.texts == guards.spoken == ["The card [PAN] is fine."]


async def test_markup_in_a_text_is_spoken_not_obeyed() -> None:
    plugin, guards = ScriptedTTS(), Guards()
    await spoken(EscapingTTS(plugin, voice=guards, markup=True), 'salt & "pepper" <break time="10s"/>')
    assert plugin.texts == ["salt &amp; &quot;pepper&quot; &lt;break time=&quot;10s&quot;/&gt;"]
    assert guards.spoken == ['salt & "pepper" <break time="10s"/>']


@given(st.text())
def test_any_text_is_one_text_node_of_an_xml_document(text: str) -> None:
    root = ET.fromstring(f"<speak>{as_character_data(text)}</speak>")  # noqa: S314 - of our own making
    assert len(root) == 0
    assert root.tag == "speak"


async def test_when_the_guard_fails_nothing_is_spoken_and_the_error_holds_no_text() -> None:
    for broken in ("speakable", "given"):
        plugin = ScriptedTTS()
        wrapper = EscapingTTS(plugin, voice=Guards(broken=frozenset({broken})), markup=True)
        with pytest.raises(ProviderGuardError) as caught:
            await spoken(wrapper, f"The card {CARD}")
        assert plugin.texts == []
        assert "4111" not in whole_chain(caught.value)


async def test_a_lost_connection_is_tried_again_noted_once_and_its_text_is_dropped() -> None:
    plugin, guards = ScriptedTTS(APIConnectionError(SECRET_OF_AN_EXCEPTION)), Guards()
    wrapper = EscapingTTS(plugin, voice=guards, markup=False)
    errors: list[tts.TTSError] = []
    wrapper.on("error", errors.append)
    assert await spoken(wrapper, "All is well.", tries=3) > 0
    assert (len(plugin.texts), guards.spoken) == (2, ["All is well."])
    assert [error.recoverable for error in errors] == [True]
    assert "4111" not in whole_chain(errors[0].error)


async def test_a_voice_that_gives_no_sound_has_failed_without_repeating_the_text() -> None:
    plugin = ScriptedTTS()
    plugin.silent = True
    with pytest.raises(APIError) as caught:
        await spoken(EscapingTTS(plugin, voice=Guards(), markup=False), "All is well.")
    assert "All is well" not in whole_chain(caught.value)


async def test_a_text_of_nothing_is_not_sent() -> None:
    plugin, guards = ScriptedTTS(), Guards()
    assert await spoken(EscapingTTS(plugin, voice=guards, markup=False), "  ") == 0
    assert (plugin.texts, guards.spoken) == ([], [])


async def test_words_are_spoken_by_the_sentence_also_by_a_voice_that_could_stream() -> None:
    plugin, guards = ScriptedTTS(), Guards()
    wrapper = EscapingTTS(plugin, voice=guards, markup=False)
    assert not wrapper.capabilities.streaming
    adapter = tts.StreamAdapter(tts=wrapper)
    async with adapter.stream() as speech:
        for piece in (
            f"Your card {CARD[:7]}",
            f"{CARD[7:]} is on file, and all is well. ",
            "Is there anything else?",
        ):
            speech.push_text(piece)
        speech.end_input()
        assert [audio async for audio in speech]
    await adapter.aclose()
    assert plugin.texts == ["Your card [PAN] is on file, and all is well.", "Is there anything else?"]


async def test_names_and_use_are_those_of_the_plugin_counted_once() -> None:
    plugin = ScriptedTTS()
    wrapper = EscapingTTS(plugin, voice=Guards(), markup=False)
    metrics: list[TTSMetrics] = []
    wrapper.on("metrics_collected", metrics.append)
    await spoken(wrapper, "All is well.")
    assert [each.characters_count for each in metrics] == [12]
    assert (wrapper.model, wrapper.provider, wrapper.label) == (plugin.model, plugin.provider, plugin.label)
    await wrapper.aclose()
    assert plugin.closed
