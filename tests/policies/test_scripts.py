"""What is spoken word for word."""

import hashlib  # noqa: TID251 - an independent computation of the hashes
from pathlib import Path

import pytest
import yaml

from policies import MissingScriptError, PolicyError, PolicySet, PolicyUnusableError, load_policies
from policies.loader import PACKAGED
from policies.wording import LEGAL_KEYS, PLACEHOLDERS, SERVICE_KEYS, placeholders

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "pt-br")
NOT_WRITTEN = {"live", "rec_optout", "rec_notice", "rec_duty", "crisis"}


def test_nine_languages_can_be_spoken_and_only_brazil_lacks_words(shipped: PolicySet) -> None:
    assert shipped.scripts.languages() == LANGUAGES
    for language in LANGUAGES:
        missing = {*LEGAL_KEYS, *SERVICE_KEYS} - shipped.scripts.keys(language)
        assert missing == (NOT_WRITTEN if language == "pt-br" else set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_rendered_and_carries_the_hash_of_its_template(
    language: str, shipped: PolicySet
) -> None:
    for key in shipped.scripts.keys(language):
        template = shipped.scripts.template(language, key)
        assert template.sha256 == hashlib.sha256(template.text.encode()).hexdigest()
        spoken = shipped.scripts.render(
            language, key, company="Example Energy", activity="x", number="1", amount="2", last4="3"
        )
        assert "{" not in spoken.text
        assert (spoken.key, spoken.language, spoken.sha256) == (key, language, template.sha256)
        assert placeholders(template.text) <= set(PLACEHOLDERS)


def test_english_is_said_word_for_word(shipped: PolicySet) -> None:
    say = shipped.scripts.render
    assert say("en", "help").text == "How can I help you?"
    assert say("en", "ai", company="Example Bank").text == (
        "Hello, you're speaking with an AI assistant for Example Bank."
    )
    assert say("en", "rec_optin").text.startswith("May we record this call for quality and training?")
    assert say("en", "rec_optin", purpose="training").text.startswith("May we record this call for training?")
    assert (
        say("en", "emergency", emergency="911").text == "If this is an emergency, hang up and call 911 now."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_number_the_emergency_words_still_say_whom_to_call(
    language: str, shipped: PolicySet
) -> None:
    assert "112" in shipped.scripts.render(language, "emergency").text


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "keypad"), ("de", "Tasten"), ("es", "teclado"), ("fr", "clavier"), ("it", "tastiera"), ("nl", "toetsen"),
     ("pl", "klawiaturze"), ("pt", "teclado"), ("pt-br", "teclado")],
)  # fmt: skip
def test_card_prompts_begin_with_the_keypad(language: str, word: str, shipped: PolicySet) -> None:
    for key in ("pay_number", "pay_expiry", "pay_code", "pay_code_4"):
        assert word in " ".join(shipped.scripts.template(language, key).text.split()[:5])


def test_a_language_with_a_region_is_spoken_by_the_plain_language_unless_it_has_its_own(
    shipped: PolicySet,
) -> None:
    assert shipped.scripts.tag("en-US") == "en"
    assert shipped.scripts.tag("es_MX") == "es"
    assert shipped.scripts.tag("PT-BR") == "pt-br"
    assert shipped.scripts.tag("sv") is None


def test_a_missing_script_is_never_replaced_by_another_language(shipped: PolicySet) -> None:
    for language, key in (("pt-br", "crisis"), ("sv", "ai"), ("de", "no_such_key")):
        with pytest.raises(MissingScriptError) as caught:
            shipped.scripts.render(language, key, company="Example Energy")
        assert (caught.value.language, caught.value.key) == (language, key)
    with pytest.raises(MissingScriptError):
        shipped.scripts.purpose("sv")


def test_a_placeholder_that_nobody_fills_is_an_error_and_not_spoken(shipped: PolicySet) -> None:
    with pytest.raises(PolicyError, match="company"):
        shipped.scripts.render("en", "ai")
    with pytest.raises(PolicyError, match="activity"):
        shipped.scripts.render("en", "rec_duty")


def test_a_text_that_was_changed_without_its_hash_is_never_spoken(tmp_path: Path, on: object) -> None:
    folder = tmp_path / "policies"
    (folder / "scripts").mkdir(parents=True)
    (folder / "jurisdictions").mkdir()
    for name in ("UNKNOWN", "EU", "DE"):
        source = PACKAGED / "jurisdictions" / f"{name}.yaml"
        (folder / "jurisdictions" / source.name).write_bytes(source.read_bytes())
    words = yaml.safe_load((PACKAGED / "scripts" / "de.yaml").read_text(encoding="utf-8"))
    words["scripts"]["ai"]["text"] = "Guten Tag, hier ist Anna von {C}."
    (folder / "scripts" / "de.yaml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    scripts = load_policies(folder).scripts
    assert "ai" not in scripts.keys("de")
    assert "ai" not in scripts.hashes()["de"]
    with pytest.raises(PolicyUnusableError, match="altered"):
        scripts.render("de", "ai", company="Example Bank")
    assert scripts.render("de", "help").text == "Wie kann ich Ihnen helfen?"
