"""What the voice says for a label: the value where the policy lets it, else a fixed phrase of the call's language."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from policies.entities import EntityType as E
from policies.text import RedactedText
from redaction.labels import Labels

#: A label as models write it: re-cased, with blanks or an underscore lost, in another kind of bracket.
_LABEL: Final = re.compile(
    r"[<\[{(]\s{0,2}([A-Za-z]{2,14}(?:[_ ][A-Za-z0-9]{1,8}){0,3})[_ ](\d{1,4})\s{0,2}[>\]})]|\[([A-Z_]{2,16})\]"
)

_PHRASES: Final[Mapping[str, Mapping[E | None, str]]] = {
    "en": {
        None: "what you gave",
        E.PHONE: "the phone number you gave",
        E.EMAIL: "the e-mail address you gave",
        E.PERSON: "the name you gave",
        E.STREET_ADDRESS: "the address you gave",
        E.CITY: "the city you gave",
        E.POSTCODE: "the postal code you gave",
        E.DATE_OF_BIRTH: "the date of birth you gave",
        E.DATE: "the date you gave",
        E.PAN: "the card",
        E.IBAN: "the bank account you gave",
        E.BANK_ACCOUNT: "the bank account you gave",
        E.ACCOUNT_NUMBER: "the account number you gave",
        E.NUMBER: "the number you gave",
        E.URL: "the web address",
        E.SSN: "the number you gave",
        E.NATIONAL_ID: "the number you gave",
        E.UNSCANNED: "that",
    },
    "de": {
        None: "Ihre Angabe",
        E.PHONE: "die genannte Telefonnummer",
        E.EMAIL: "die genannte E-Mail-Adresse",
        E.PERSON: "der genannte Name",
        E.STREET_ADDRESS: "die genannte Adresse",
        E.CITY: "der genannte Ort",
        E.POSTCODE: "die genannte Postleitzahl",
        E.DATE_OF_BIRTH: "das genannte Geburtsdatum",
        E.PAN: "die Karte",
        E.IBAN: "das genannte Konto",
        E.BANK_ACCOUNT: "das genannte Konto",
        E.NUMBER: "die genannte Nummer",
        E.ACCOUNT_NUMBER: "die genannte Nummer",
    },
    "es": {
        None: "el dato que nos dio",
        E.PHONE: "el teléfono que nos dio",
        E.EMAIL: "el correo que nos dio",
        E.PERSON: "el nombre que nos dio",
        E.STREET_ADDRESS: "la dirección que nos dio",
        E.PAN: "la tarjeta",
        E.DATE_OF_BIRTH: "la fecha de nacimiento que nos dio",
        E.IBAN: "la cuenta que nos dio",
        E.BANK_ACCOUNT: "la cuenta que nos dio",
        E.NUMBER: "el número que nos dio",
        E.ACCOUNT_NUMBER: "el número que nos dio",
    },
    "fr": {
        None: "ce que vous avez indiqué",
        E.PHONE: "le numéro de téléphone indiqué",
        E.EMAIL: "l'adresse e-mail indiquée",
        E.PERSON: "le nom indiqué",
        E.STREET_ADDRESS: "l'adresse indiquée",
        E.PAN: "la carte",
        E.DATE_OF_BIRTH: "la date de naissance indiquée",
        E.IBAN: "le compte indiqué",
        E.BANK_ACCOUNT: "le compte indiqué",
        E.NUMBER: "le numéro indiqué",
        E.ACCOUNT_NUMBER: "le numéro indiqué",
    },
    "it": {
        None: "il dato che ha fornito",
        E.PHONE: "il numero di telefono fornito",
        E.EMAIL: "l'indirizzo e-mail fornito",
        E.PERSON: "il nome fornito",
        E.STREET_ADDRESS: "l'indirizzo fornito",
        E.PAN: "la carta",
        E.DATE_OF_BIRTH: "la data di nascita fornita",
        E.IBAN: "il conto fornito",
        E.BANK_ACCOUNT: "il conto fornito",
        E.NUMBER: "il numero fornito",
        E.ACCOUNT_NUMBER: "il numero fornito",
    },
    "pt": {
        None: "o dado informado",
        E.PHONE: "o telefone informado",
        E.EMAIL: "o e-mail informado",
        E.PERSON: "o nome informado",
        E.STREET_ADDRESS: "o endereço informado",
        E.PAN: "o cartão",
        E.DATE_OF_BIRTH: "a data de nascimento informada",
        E.IBAN: "a conta informada",
        E.BANK_ACCOUNT: "a conta informada",
        E.NUMBER: "o número informado",
        E.ACCOUNT_NUMBER: "o número informado",
    },
    "nl": {
        None: "uw opgave",
        E.PHONE: "het opgegeven telefoonnummer",
        E.EMAIL: "het opgegeven e-mailadres",
        E.PERSON: "de opgegeven naam",
        E.STREET_ADDRESS: "het opgegeven adres",
        E.PAN: "de kaart",
        E.DATE_OF_BIRTH: "de opgegeven geboortedatum",
        E.IBAN: "de opgegeven rekening",
        E.BANK_ACCOUNT: "de opgegeven rekening",
        E.NUMBER: "het opgegeven nummer",
        E.ACCOUNT_NUMBER: "het opgegeven nummer",
    },
    "pl": {
        None: "podane dane",
        E.PHONE: "podany numer telefonu",
        E.EMAIL: "podany adres e-mail",
        E.PERSON: "podane imię i nazwisko",
        E.STREET_ADDRESS: "podany adres",
        E.PAN: "karta",
        E.DATE_OF_BIRTH: "podana data urodzenia",
        E.IBAN: "podane konto",
        E.BANK_ACCOUNT: "podane konto",
        E.NUMBER: "podany numer",
        E.ACCOUNT_NUMBER: "podany numer",
    },
}


def phrase(kind: E | None, language: str) -> str:
    """The fixed phrase for a kind of value in a language; English where there is none."""
    spoken = _PHRASES.get(language.casefold().split("-")[0], _PHRASES["en"])
    return spoken.get(kind, spoken[None])


def canonical(text: str) -> str:
    """`< phone 1 >` as `<PHONE_1>`: a model's way of writing a label, as the label it means."""

    def one(match: re.Match[str]) -> str:
        name = (match.group(1) or "").upper().replace(" ", "_")
        return f"<{name}_{match.group(2)}>" if name in E.__members__ else match.group()

    return _LABEL.sub(one, text)


def speak(
    text: RedactedText, labels: Labels, language: str, allowed: Mapping[E, Collection[str]] | None = None
) -> RedactedText:
    """TEXT as the voice may say it; a label that nobody made, or that may not be revealed, becomes its phrase."""

    def one(match: re.Match[str]) -> str:
        name = (match.group(1) or match.group(3) or "").upper().replace(" ", "_")
        if name == "WITHHELD":
            return phrase(E.UNSCANNED, language)
        if name not in E.__members__:
            return match.group()
        kind = E(name)
        value = (
            labels.reveal(f"<{name}_{match.group(2)}>", "voice", allowed or {}) if match.group(2) else None
        )
        return value if value is not None else phrase(kind, language)

    return RedactedText(_LABEL.sub(one, text))
