"""What the scripts invite the caller to say is what is understood, in every language that has a script for it."""

import re

import pytest

from consent import Answer, Intent, false_claims, recording_named_at, understand_answer, understand_intents
from policies import load_policies
from policies.text import RedactedText

SCRIPTS = load_policies().scripts
LANGUAGES = SCRIPTS.languages()
_QUOTED = re.compile(r"[«„“]\s*([^»”“]+?)\s*[»”“]|(?<!\w)'([^']+(?:'[a-z][^']*)?)'(?!\w)")


def offered(language: str, key: str) -> RedactedText:
    """Return the first words in quotation marks: what the caller is asked to say."""
    text = SCRIPTS.render(language, key, company="Example Energy").text
    found = _QUOTED.search(text)
    assert found is not None, (language, key)
    return RedactedText(found.group(1) or found.group(2))


def with_key(key: str) -> list[str]:
    return [language for language in LANGUAGES if key in SCRIPTS.keys(language)]


@pytest.mark.parametrize("language", with_key("rec_optin"))
def test_the_word_that_the_question_offers_is_a_yes(language: str) -> None:
    assert understand_answer(offered(language, "rec_optin"), language) is Answer.YES


@pytest.mark.parametrize("language", with_key("rec_optout"))
def test_the_words_that_the_notice_offers_are_a_no_and_a_withdrawal(language: str) -> None:
    words = offered(language, "rec_optout")
    assert understand_answer(words, language) is Answer.NO
    assert Intent.WITHDRAWS_RECORDING in understand_intents(words, language)


@pytest.mark.parametrize("language", with_key("human"))
def test_the_word_for_a_person_asks_for_one(language: str) -> None:
    assert Intent.WANTS_PERSON in understand_intents(offered(language, "human"), language)


@pytest.mark.parametrize("language", with_key("rec_optin"))
def test_without_the_text_a_yes_over_the_question_counts_no_earlier_than_with_it(language: str) -> None:
    question = SCRIPTS.render(language, "rec_optin", company="Example Energy").text
    assert 0.0 < recording_named_at(language, question) <= recording_named_at(language) < 1.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_agents_own_scripts_claim_nothing_false_and_answer_nothing(language: str) -> None:
    for key in sorted(SCRIPTS.keys(language)):
        text = SCRIPTS.template(language, key).text
        assert false_claims(text, language) == frozenset(), key
        assert understand_answer(RedactedText(text), language) is not Answer.YES, key
