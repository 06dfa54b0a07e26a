"""The agent never says that it is human or licensed, in any of the languages, and its true sentences pass."""

from pathlib import Path

import pytest
import yaml

from consent.persona import FalseClaim, claims_a_licence, claims_to_be_human, false_claims

_LINES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "persona.yaml").read_text(encoding="utf-8")
)


def rows(kind: str) -> list[tuple[str, str]]:
    return [(language, said) for language, all_ in _LINES[kind].items() for said in all_]


@pytest.mark.parametrize(("language", "said"), rows("human"))
def test_a_claim_to_be_human_is_found(language: str, said: str) -> None:
    assert claims_to_be_human(said, language)
    assert claims_to_be_human(f"Thank you for asking. {said} How can I help?", language)
    assert claims_to_be_human(said.lower().replace(".", "").replace(",", ""), language)


@pytest.mark.parametrize(("language", "said"), rows("licence"))
def test_a_claim_to_a_licensed_profession_is_found(language: str, said: str) -> None:
    assert claims_a_licence(said, language)


@pytest.mark.parametrize(("language", "said"), rows("true_words"))
def test_a_true_sentence_passes(language: str, said: str) -> None:
    assert false_claims(said, language) == frozenset()
    assert false_claims(said.lower().replace(".", "").replace(",", ""), language) == frozenset()


def test_a_claim_in_english_is_found_in_every_call() -> None:
    assert false_claims("I am a nurse and I am a real person.", "pl") == set(FalseClaim)
