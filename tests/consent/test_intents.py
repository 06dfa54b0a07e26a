"""What a caller may say at any moment (a person? a person! stop recording) and what means none of it."""

from pathlib import Path

import pytest
import yaml

from consent import Intent, understand_intent, understand_intents
from policies.text import RedactedText

_FOLDER = Path(__file__).parent


def rows(name: str) -> list[tuple[str, str]]:
    table: dict[str, list[str]] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return [(language, said) for language, all_ in table.items() for said in all_]


def bare(said: str) -> str:
    """Write SAID as a recogniser without punctuation does."""
    return " ".join("".join(c if c.isalnum() or c in "'’[]_ " else " " for c in said.lower()).split())


LANGUAGES = ["en", "es", "fr", "de", "it", "pt", "pt-br", "nl", "pl"]


@pytest.mark.parametrize(("language", "said"), rows("are_you_a_person"))
def test_asking_whether_this_is_a_person_is_understood(language: str, said: str) -> None:
    for written in (said, bare(said)):
        assert understand_intent(RedactedText(written), language) is Intent.ARE_YOU_A_PERSON, written


@pytest.mark.parametrize(("language", "said"), rows("wants_a_person"))
def test_asking_for_a_person_is_understood(language: str, said: str) -> None:
    for written in (said, bare(said)):
        assert understand_intent(RedactedText(written), language) is Intent.WANTS_PERSON, written


@pytest.mark.parametrize(("language", "said"), rows("withdraws_recording"))
def test_a_demand_to_stop_recording_is_understood(language: str, said: str) -> None:
    for written in (said, bare(said)):
        assert understand_intent(RedactedText(written), language) is Intent.WITHDRAWS_RECORDING, written


@pytest.mark.parametrize(("language", "said"), rows("ordinary_lines"))
def test_an_ordinary_line_of_a_call_means_none_of_them(language: str, said: str) -> None:
    for written in (said, bare(said)):
        assert understand_intents(RedactedText(written), language) == (), written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_ten_wordings_of_the_question_and_a_hundred_lines_that_are_not(
    language: str,
) -> None:
    assert len([said for tag, said in rows("are_you_a_person") if tag == language]) >= 10
    if language in {"en", "es", "de", "fr"}:
        assert len([said for tag, said in rows("ordinary_lines") if tag == language]) >= 100


@pytest.mark.parametrize("label", ["<PERSON_1>", "[PERSON_1]", "[PERSON]"])
def test_a_label_of_redaction_is_not_the_word_in_it(label: str) -> None:
    for said in (label, f"{label} please", f"I am {label}", f"are you {label}", f"can I speak to {label}"):
        assert understand_intents(RedactedText(said), "en") == (), said


def test_a_withdrawal_comes_before_everything_else_in_one_remark() -> None:
    said = RedactedText("Stop recording and let me talk to a person. Are you a robot?")
    assert understand_intents(said, "en") == (
        Intent.WITHDRAWS_RECORDING,
        Intent.WANTS_PERSON,
        Intent.ARE_YOU_A_PERSON,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_is_understood_in_every_call(language: str) -> None:
    assert understand_intent(RedactedText("are you a real person"), language) is Intent.ARE_YOU_A_PERSON
    assert understand_intent(RedactedText("can i speak to a person"), language) is Intent.WANTS_PERSON
    assert understand_intent(RedactedText("please stop recording"), language) is Intent.WITHDRAWS_RECORDING


@pytest.mark.parametrize("language", ["ja", "xx", ""])
def test_a_language_without_patterns_falls_back_to_english(language: str) -> None:
    assert understand_intent(RedactedText("are you human?"), language) is Intent.ARE_YOU_A_PERSON
    assert understand_intent(RedactedText("こんにちは"), language) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "I don't want to speak to a person"),
        ("en", "I do not need a human agent"),
        ("es", "no quiero hablar con una persona"),
        ("fr", "je ne veux pas parler à un conseiller"),
        ("de", "ich möchte nicht mit einem Menschen sprechen"),
        ("it", "non voglio parlare con un operatore"),
        ("pt", "não quero falar com um atendente"),
        ("nl", "ik wil niet met een medewerker spreken"),
        ("pl", "nie chcę rozmawiać z konsultantem"),
    ],
)
def test_whoever_declines_a_person_is_not_handed_over(language: str, words: str) -> None:
    assert Intent.WANTS_PERSON not in understand_intents(RedactedText(words), language)


def test_declining_one_thing_and_asking_for_a_person_is_asking() -> None:
    said = RedactedText("I don't want to talk to an agent about it again, just give me a supervisor please")
    assert Intent.WANTS_PERSON in understand_intents(said, "en")
