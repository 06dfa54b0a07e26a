"""Answers to the question about recording, as people and speech recognisers write them."""

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from consent import Answer, understand_answer
from policies.text import RedactedText

_ANSWERS: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8")
)


def rows(kind: str) -> list[tuple[str, str]]:
    return [(language, said) for language, all_ in _ANSWERS[kind].items() for said in all_]


YES, NO, UNCLEAR = rows("yes"), rows("no"), rows("unclear")
LANGUAGES = sorted(_ANSWERS["yes"])


@pytest.mark.parametrize(("language", "said"), YES)
def test_a_whole_agreement_is_a_yes(language: str, said: str) -> None:
    assert understand_answer(RedactedText(said), language) is Answer.YES


@pytest.mark.parametrize(("language", "said"), NO)
def test_a_refusal_is_a_no_also_after_a_yes(language: str, said: str) -> None:
    assert understand_answer(RedactedText(said), language) is Answer.NO


@pytest.mark.parametrize(("language", "said"), UNCLEAR)
def test_a_hedge_a_question_or_an_ordinary_sentence_is_unclear(language: str, said: str) -> None:
    assert understand_answer(RedactedText(said), language) is Answer.UNCLEAR


@pytest.mark.parametrize(("language", "said"), YES + NO)
def test_case_and_punctuation_of_the_recogniser_do_not_matter(language: str, said: str) -> None:
    bare = said.lower().translate(str.maketrans("", "", ".,;:!«»„“”"))
    assert understand_answer(RedactedText(bare), language) is understand_answer(RedactedText(said), language)


@pytest.mark.parametrize("language", [*LANGUAGES, "de-AT", "pt_BR", "ja"])
def test_english_is_understood_besides_the_language_of_the_call(language: str) -> None:
    assert understand_answer(RedactedText("yes please"), language) is Answer.YES
    assert understand_answer(RedactedText("no, don't record"), language) is Answer.NO


def test_polish_no_is_not_taken_for_a_yes() -> None:
    assert understand_answer(RedactedText("no"), "pl") is not Answer.YES


@given(
    st.sampled_from(YES),
    st.sampled_from(["qwertz", "bill", "<PERSON_1>", "4711", "weather"]),
    st.booleans(),
)
def test_one_unknown_word_turns_every_yes_into_unclear(
    row: tuple[str, str],
    word: str,
    before: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    language, said = row
    text = f"{word} {said}" if before else f"{said} {word}"
    assert understand_answer(RedactedText(text), language) is not Answer.YES


@given(st.text(alphabet=string.printable + "äéñłß[]¿", max_size=80), st.sampled_from([*LANGUAGES, "xx", ""]))
def test_any_text_is_answered_without_a_fault(said: str, language: str) -> None:
    assert understand_answer(RedactedText(said), language) in Answer


@given(st.sampled_from(YES), st.sampled_from(NO))
def test_a_yes_with_a_refusal_of_the_same_language_is_never_a_yes(
    yes: tuple[str, str], no: tuple[str, str]
) -> None:
    assert understand_answer(RedactedText(f"{yes[1]} {no[1]}"), no[0]) is not Answer.YES
