"""The built-in voice speaks every language of ours, one sentence at a time; where a recogniser would be is none."""

import asyncio

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import APIConnectOptions, stt
from livekit.agents.utils import merge_frames

from consent import Answer, understand_answer, understand_intents
from policies import load_policies
from policies.text import RawText, RedactedText
from redaction import Labels, Redactor, build_engine
from secure_agent.voice.espeak import SAMPLE_RATE_HZ, VOICES, VoiceUnavailableError, speak
from secure_agent.voice.no_recogniser import NOT_UNDERSTOOD, NoRecogniser
from secure_agent.voice.offline_tts import OfflineVoice

LANGUAGES = load_policies().scripts.languages()


def test_there_is_a_voice_for_every_language_that_has_scripts() -> None:
    assert set(LANGUAGES) <= set(VOICES)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_ai_sentence_is_spoken_within_five_seconds_of_sound(language: str) -> None:
    text = load_policies().scripts.render(language, "ai", company="Example Energy").text
    pcm = await speak(text, language=language)
    assert 1.0 < len(pcm) / (2 * SAMPLE_RATE_HZ) < 5.0
    assert np.abs(np.frombuffer(pcm, dtype=np.int16)).max() > 5_000


async def test_sentences_asked_for_at_once_are_whole_and_do_not_mix() -> None:
    """espeak-ng keeps its state in globals: two at a time would be neither."""
    texts = ["One.", "This one is a good deal longer than the first.", "Ein deutscher Satz."]
    languages = ["en", "en", "de"]
    alone = [len(await speak(t, language=la)) for t, la in zip(texts, languages, strict=True)]
    at_once = await asyncio.gather(
        *(speak(t, language=la) for t, la in zip(texts * 4, languages * 4, strict=True))
    )
    # its noise is by chance, and a little of its lengths with it
    assert [len(pcm) for pcm in at_once] == pytest.approx(alone * 4, rel=0.1)


async def test_markup_is_words_and_commands_nothing() -> None:
    plain = await speak("break", language="en")
    marked = await speak('<break time="60s"/>', language="en")
    assert len(marked) < 5 * 2 * SAMPLE_RATE_HZ
    assert len(marked) > len(plain), "it was read aloud"


async def test_a_language_without_a_voice_is_refused_at_once() -> None:
    with pytest.raises(VoiceUnavailableError, match="xx"):
        OfflineVoice("xx")


async def test_the_plugin_gives_livekit_all_of_the_sound() -> None:
    voice = OfflineVoice("en")
    async with voice.synthesize("To speak to a person, press 0.") as stream:
        sound = merge_frames([event.frame async for event in stream])
    direct = await speak("To speak to a person, press 0.", language="en")
    assert sound.sample_rate == SAMPLE_RATE_HZ
    assert sound.samples_per_channel * 2 == pytest.approx(len(direct), rel=0.1)
    await voice.aclose()


async def test_whatever_is_said_becomes_the_one_fixed_text() -> None:
    sound = rtc.AudioFrame(bytes(3_200), 16_000, 1, 1_600)
    event = await NoRecogniser("en").recognize(sound, conn_options=APIConnectOptions())
    assert event.type is stt.SpeechEventType.FINAL_TRANSCRIPT
    assert event.alternatives[0].text == NOT_UNDERSTOOD


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_takes_the_fixed_text_for_an_answer_or_a_wish(language: str) -> None:
    text = RedactedText(NOT_UNDERSTOOD)
    assert understand_answer(text, language) is Answer.UNCLEAR
    assert understand_intents(text, language) == ()


def test_redaction_lets_the_fixed_text_through_as_it_is() -> None:
    redactor = Redactor(build_engine(), labels=Labels(), language="en")
    assert redactor.redact(RawText(NOT_UNDERSTOOD)).text == NOT_UNDERSTOOD
