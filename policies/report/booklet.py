"""The words that a line speaks, one booklet for each language, with their hashes and who has reviewed them."""

from collections.abc import Mapping
from types import MappingProxyType

from policies.errors import PolicyError
from policies.lint_scripts import MAX_START_MS, ai_sentence_ms, missing_keys
from policies.report.basis import NOT_LEGAL_ADVICE, Basis, about, footer
from policies.report.document import Blank, Block, Chapter, Document, Exact, Facts, Items, Row, Spoken, Table
from policies.wording import LEGAL_KEYS, Script, ScriptFile

WHEN: Mapping[str, str] = MappingProxyType(
    {
        "ai": "the first words of every call; nobody can interrupt them",
        "ai_if_asked": "when the caller asks whether this is a person",
        "human": "after the first words",
        "live": "where the caller must be told that software listens",
        "rec_optin": "the question about recording, where a yes is needed",
        "rec_optout": "the notice of recording, where the caller may refuse",
        "rec_notice": "the notice of recording, where it is enough",
        "rec_duty": "before an activity that the law wants recorded",
        "ok_yes": "after a yes; the first words in the recording",
        "ok_no": "after anything that is no yes",
        "emergency": "when the caller speaks of an emergency",
        "crisis": "when the caller may be in danger from themselves",
        "help": "when the conversation begins",
        "repeat": "when an utterance was withheld",
        "card_spoken": "when a card number was said aloud",
        "stopped": "after a withdrawal, once the recorder has stopped",
        "apology": "when the call cannot go on safely",
        "handover": "when a person takes over",
        "no_person": "when nobody is free",
        "offer_person": "when a payment did not work",
        "pay_number": "keypad: card number",
        "pay_expiry": "keypad: expiry",
        "pay_code": "keypad: security code of three digits",
        "pay_code_4": "keypad: security code of four digits",
        "pay_invalid": "keypad: an entry that cannot be right",
        "pay_timeout": "keypad: an entry that was not finished",
        "pay_declined": "the processor refused the card",
        "pay_unavailable": "the processor does not answer",
        "pay_given_up": "card entry has ended without a payment",
        "still_there": "the caller has said nothing for long",
        "goodbye": "the end of a call",
        "ask_country": "when no emergency number is known for sure",
    }
)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "de": "German",
        "en": "English",
        "es": "Spanish",
        "fr": "French",
        "it": "Italian",
        "nl": "Dutch",
        "pl": "Polish",
        "pt": "Portuguese",
        "pt-br": "Portuguese of Brazil",
    }
)


def languages(basis: Basis) -> tuple[str, ...]:
    """The languages in which this line must be able to speak to a caller of its own place."""
    asked = basis.home.effective.languages
    return tuple(dict.fromkeys((asked.fallback, *asked.required)))


def documents(basis: Basis) -> tuple[Document, ...]:
    """One booklet for each language of the line."""
    return tuple(_booklet(basis, language) for language in languages(basis))


def _booklet(basis: Basis, language: str) -> Document:
    tag = basis.policies.scripts.tag(language)
    file = basis.policies.scripts.files[tag] if tag else None
    return Document(
        name=f"scripts.{language}",
        title=f"What {basis.line.company} says on the telephone: {_name(language)}",
        subtitle="Texts that are spoken word for word and never pass a model, with the SHA-256 of each.",
        warnings=(NOT_LEGAL_ADVICE, *_state(basis, language, file)),
        about=about(basis, *_about(basis, language, file)),
        chapters=(
            (Chapter("Texts", ("There is no text in this language: calls in it go to a person.",)),)
            if file is None
            else tuple(_chapters(basis, file))
        ),
        footer=footer(basis),
        landscape=True,
    )


def _name(language: str) -> str:
    name = NAMES.get(language) or NAMES.get(language.partition("-")[0])
    return f"{name} ({language})" if name else language


def _state(basis: Basis, language: str, file: ScriptFile | None) -> list[str]:
    if file is None:
        return []
    drafts = sum(_status(file, script) == "draft" for script in file.scripts.values())
    said = [
        f"Of {len(file.scripts)} texts {drafts} are drafts that nobody answers for."
        if drafts
        else f"All {len(file.scripts)} texts are approved."
    ]
    altered = sorted(key for tag, key in basis.policies.scripts.altered if tag == file.language)
    if altered:
        said.append(
            f"Altered and never spoken, until a person writes down the new hash: {', '.join(altered)}."
        )
    missing = sorted(set(missing_keys(basis.policies.scripts, language)) - set(altered))
    if missing:
        said.append(f"Missing: {', '.join(missing)}. A call in this language is spoken only to hand it over.")
    return said


def _about(basis: Basis, language: str, file: ScriptFile | None) -> list[tuple[str, str | Exact | Spoken]]:
    if file is None:
        return [("Language", language)]
    rows: list[tuple[str, str | Exact | Spoken]] = [
        ("Language", language if language == file.language else f"{language}, spoken as {file.language}"),
        ("Where the texts come from", file.source),
        ("Words for the purpose", Spoken(file.words.purpose, file.language)),
    ]
    lasts = _ai_sentence(basis, language)
    if lasts is not None:
        rows.append(("The AI sentence lasts", lasts))
    return rows


def _ai_sentence(basis: Basis, language: str) -> str | None:
    measured = basis.line.ai_sentence_ms.get(language)
    if measured is not None:
        return f"{measured} of {MAX_START_MS} ms, measured"
    try:
        return f"{ai_sentence_ms(basis.policies.scripts, language, basis.line.company)} of {MAX_START_MS} ms, estimated"
    except PolicyError:
        return None


def _chapters(basis: Basis, file: ScriptFile) -> list[Chapter]:
    law = tuple(key for key in LEGAL_KEYS if key in file.scripts)
    service = tuple(key for key in file.scripts if key not in LEGAL_KEYS)
    return [
        Chapter("What the law files ask for", (_texts(basis, file, law),)),
        Chapter("What the service says besides", (_texts(basis, file, service),)),
        Chapter("Placeholders", (Items(_PLACEHOLDERS),)),
        Chapter("Review of this booklet", (_signature(file),)),
    ]


def _texts(basis: Basis, file: ScriptFile, keys: tuple[str, ...]) -> Block:
    if not keys:
        return "None."
    rows = []
    for key in keys:
        script = file.scripts[key]
        altered = (file.language, key) in basis.policies.scripts.altered
        reviewer = script.reviewed_by or file.reviewed_by
        status = f"{_status(file, script)}, {f'reviewed by {reviewer}' if reviewer else 'not reviewed'}"
        rows.append(
            Row(
                (
                    (Exact(key), WHEN.get(key, "")),
                    Spoken(script.text.replace("{C}", basis.line.company), file.language),
                    "ALTERED: not spoken" if altered else status,
                    Exact(script.sha256),
                )
            )
        )
    return Table(("Text", "Words", "Review", "SHA-256 of the template"), tuple(rows), (20, 45, 13, 22))


def _status(file: ScriptFile, script: Script) -> str:
    return script.status or file.status


_PLACEHOLDERS = (
    "{C} is the company's name, filled in above; the hash is that of the text with {C}.",
    (
        "{purpose}, {activity}, {amount} and {last4} are filled in during the call, {EMERG} and {CRISIS} with the"
        " numbers of the caller's place."
    ),
)


def _signature(file: ScriptFile) -> Facts:
    return Facts(
        (
            ("Reviewed by", file.reviewed_by or Blank()),
            ("First language of the reviewer", Blank()),
            ("Date", Blank()),
            ("Signature", Blank()),
        )
    )
