"""What a caller states in passing is understood as a code, in eight languages, and ordinary remarks state nothing."""

from pathlib import Path

import pytest
import yaml

from consent import NOTHING, Statements, understand_statements
from policies import load_policies
from policies.cues import activities, place_names

_TABLE = yaml.safe_load(Path(__file__).with_name("statements.yaml").read_text(encoding="utf-8"))
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")


def rows(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("language", "words", "what"), _TABLE[kind])


@rows("places")
def test_a_stated_place_is_the_policy_that_may_claim_the_call(
    language: str, words: str, what: list[str]
) -> None:
    assert sorted(understand_statements(words, language).places) == what


@rows("languages")
def test_another_language_is_asked_for_or_simply_spoken(language: str, words: str, what: str | None) -> None:
    assert understand_statements(words, language).language == what


@rows("ages")
def test_a_young_age_is_heard(language: str, words: str, what: int | None) -> None:
    assert understand_statements(words, language).age == what


@rows("activities")
def test_the_beginning_of_an_activity_is_heard(language: str, words: str, what: list[str]) -> None:
    assert sorted(understand_statements(words, language).activities) == what


@rows("dangers")
def test_danger_is_heard(language: str, words: str, what: str | None) -> None:
    assert understand_statements(words, language).danger == what


def test_a_bare_name_is_an_answer_only_to_the_question() -> None:
    assert understand_statements("Germany", "en", asked_for_place=True).places == {"DE"}
    assert understand_statements("Germany", "en") == NOTHING


def test_nothing_is_stated_by_silence() -> None:
    assert understand_statements(" ", "en") == Statements()


def test_every_place_with_a_policy_of_its_own_has_a_name_and_every_name_a_policy() -> None:
    places = set(load_policies().places)
    assert set(place_names()) <= places
    assert places - set(place_names()) == {"EEA", "EU", "UNKNOWN", "US"}


def test_every_activity_has_words_for_its_notice_in_every_language() -> None:
    for activity in activities().values():
        assert set(activity.words) == set(LANGUAGES)


def test_some_activity_of_every_duty_is_heard() -> None:
    for pack in load_policies().every_pack():
        for duty in pack.values.get("recording.duties", ()):
            assert set(duty["covers_activities"]) & set(activities()), duty["id"]
