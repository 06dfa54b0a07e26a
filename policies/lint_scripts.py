"""Lint of the spoken words: hashes, placeholders, missing languages, and an AI sentence that fits 5 s."""

from collections.abc import Iterator
from types import MappingProxyType

from policies.fields import FIELDS
from policies.findings import ERROR, WARNING, Finding
from policies.loader import content_hash
from policies.packs import PolicySet
from policies.wording import LEGAL_KEYS, PLACEHOLDERS, SERVICE_KEYS, Scripts, placeholders

#: Measured characters a second at 165 words a minute, and the slowest of them for all other languages.
CHARACTERS_A_SECOND = MappingProxyType(
    {"en": 15.2, "es": 15.2, "fr": 18.1, "de": 14.6, "it": 15.3, "pt": 13.7, "nl": 14.3, "pl": 13.6}
)
SLOWEST = 13.6
EXAMPLE_COMPANY = "Example Bank"
MAX_START_MS: int = FIELDS["ai_disclosure.max_start_ms"].default


def ai_sentence_ms(scripts: Scripts, language: str, company: str) -> int:
    """How long the AI sentence lasts in LANGUAGE, estimated by its length."""
    text = scripts.render(language, "ai", company=company).text
    rate = CHARACTERS_A_SECOND.get(language.partition("-")[0], SLOWEST)
    return round(len(text) / rate * 1000)


def missing_keys(scripts: Scripts, language: str) -> list[str]:
    """The scripts that a call in LANGUAGE may need and that it does not have."""
    return sorted({*LEGAL_KEYS, *SERVICE_KEYS} - scripts.keys(language))


def lint_scripts(policies: PolicySet) -> Iterator[Finding]:
    scripts = policies.scripts
    for tag, file in scripts.files.items():
        where = f"scripts/{tag}.yaml"
        for key, script in file.scripts.items():
            if (tag, key) in scripts.altered:
                now = content_hash(script.text.encode())
                sentence = (
                    f"The text of {key!r} is not the one that was hashed; a person who agrees writes {now}."
                )
                yield Finding(ERROR, where, key, sentence)
            named = placeholders(script.text)
            unknown = named - set(PLACEHOLDERS)
            if unknown:
                sentence = f"{key!r} has a placeholder that nothing fills: {', '.join(sorted(unknown))}."
                yield Finding(ERROR, where, key, sentence)
            model = scripts.files["en"].scripts.get(key) if "en" in scripts.files else None
            if model is not None and named != placeholders(model.text):
                sentence = f"{key!r} is filled with other values than the English text."
                yield Finding(WARNING, where, key, sentence)
        drafts = [key for key, script in file.scripts.items() if (script.status or file.status) == "draft"]
        if drafts:
            sentence = (
                f"Of {len(file.scripts)} texts {len(drafts)} are drafts that no native lawyer has read."
            )
            yield Finding(WARNING, where, "status", sentence)
        if "ai" in scripts.keys(tag):
            yield from too_long(where, scripts, tag, EXAMPLE_COMPANY, None)


def too_long(
    where: str, scripts: Scripts, language: str, company: str, measured_ms: int | None
) -> Iterator[Finding]:
    """An error when the AI sentence is not over in time."""
    lasts_ms = measured_ms if measured_ms is not None else ai_sentence_ms(scripts, language, company)
    if lasts_ms > MAX_START_MS:
        sentence = f"The AI sentence for {company!r} in {language!r} lasts {lasts_ms} of {MAX_START_MS} ms."
        yield Finding(ERROR, where, "ai", sentence)


def lint_languages(policies: PolicySet) -> Iterator[Finding]:
    """Languages that places ask for and that cannot be spoken, or not wholly."""
    wanted: dict[str, set[str]] = {}
    for pack in policies.every_pack():
        for language in pack.values.get("languages.required", ()):
            wanted.setdefault(language, set()).add(pack.policy.id)
    for language, ids in sorted(wanted.items()):
        missing = missing_keys(policies.scripts, language)
        if not missing:
            continue
        whole = policies.scripts.tag(language) is None
        lacking = "no scripts" if whole else f"no script for {', '.join(missing)}"
        sentence = (
            f"{lacking} in {language!r} ({', '.join(sorted(ids))}): calls in this language go to a person."
        )
        yield Finding(WARNING, f"scripts/{language}.yaml", "scripts", sentence[0].upper() + sentence[1:])
