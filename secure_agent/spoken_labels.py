"""How the voice says what it may not say: a label becomes a fixed phrase for its kind, in the language of the call."""

import re
from collections.abc import Mapping
from typing import Final

from policies.entities import EntityType as E
from policies.text import RedactedText

_LABEL: Final = re.compile(r"<([A-Z_]+)_\d+>|\[([A-Z_]+)\]", re.IGNORECASE)
_REPEATED: Final = re.compile(r"(<[A-Z_]+_\d+>|\[[A-Z_]+\])(?:[\s,]+\1)+", re.IGNORECASE)

#: Drafts, as all wording here: no native lawyer has read them.
_PHRASES: Final[Mapping[str, Mapping[E | None, str]]] = {
    "en": {
        E.PHONE: "the phone number you gave",
        E.EMAIL: "the e-mail address you gave",
        E.PERSON: "the name you gave",
        E.STREET_ADDRESS: "the address you gave",
        E.DATE_OF_BIRTH: "the date of birth you gave",
        E.ACCOUNT_NUMBER: "the account number you gave",
        E.IBAN: "the account you gave",
        E.BANK_ACCOUNT: "the account you gave",
        E.PAN: "the card number",
        E.NUMBER: "the number you gave",
        None: "what you told us",
    },
    "de": {
        E.PHONE: "die genannte Telefonnummer",
        E.EMAIL: "die genannte E-Mail-Adresse",
        E.PERSON: "der genannte Name",
        E.STREET_ADDRESS: "die genannte Adresse",
        E.DATE_OF_BIRTH: "das genannte Geburtsdatum",
        E.NUMBER: "die genannte Nummer",
        None: "Ihre Angabe",
    },
    "es": {
        E.PHONE: "el teléfono que ha dado",
        E.EMAIL: "el correo que ha dado",
        E.PERSON: "el nombre que ha dado",
        E.STREET_ADDRESS: "la dirección que ha dado",
        E.DATE_OF_BIRTH: "la fecha de nacimiento que ha dado",
        E.NUMBER: "el número que ha dado",
        None: "el dato que ha dado",
    },
    "fr": {
        E.PHONE: "le numéro de téléphone que vous avez donné",
        E.EMAIL: "l'adresse e-mail que vous avez donnée",
        E.PERSON: "le nom que vous avez donné",
        E.STREET_ADDRESS: "l'adresse que vous avez donnée",
        E.DATE_OF_BIRTH: "la date de naissance que vous avez donnée",
        E.NUMBER: "le numéro que vous avez donné",
        None: "ce que vous avez indiqué",
    },
    "it": {
        E.PHONE: "il numero di telefono indicato",
        E.EMAIL: "l'indirizzo e-mail indicato",
        E.PERSON: "il nome indicato",
        E.STREET_ADDRESS: "l'indirizzo indicato",
        E.DATE_OF_BIRTH: "la data di nascita indicata",
        E.NUMBER: "il numero indicato",
        None: "il dato indicato",
    },
    "pt": {
        E.PHONE: "o telefone que indicou",
        E.EMAIL: "o e-mail que indicou",
        E.PERSON: "o nome que indicou",
        E.STREET_ADDRESS: "a morada que indicou",
        E.DATE_OF_BIRTH: "a data de nascimento que indicou",
        E.NUMBER: "o número que indicou",
        None: "o dado que indicou",
    },
    "nl": {
        E.PHONE: "het telefoonnummer dat u gaf",
        E.EMAIL: "het e-mailadres dat u gaf",
        E.PERSON: "de naam die u gaf",
        E.STREET_ADDRESS: "het adres dat u gaf",
        E.DATE_OF_BIRTH: "de geboortedatum die u gaf",
        E.NUMBER: "het nummer dat u gaf",
        None: "het gegeven dat u gaf",
    },
    "pl": {
        E.PHONE: "podany numer telefonu",
        E.EMAIL: "podany adres e-mail",
        E.PERSON: "podane nazwisko",
        E.STREET_ADDRESS: "podany adres",
        E.DATE_OF_BIRTH: "podana data urodzenia",
        E.NUMBER: "podany numer",
        None: "podana informacja",
    },
}


def sayable(text: RedactedText, language: str) -> RedactedText:
    """TEXT with every label and mark in words; a label said several times in a row is said once."""
    phrases = _PHRASES.get(language.lower().partition("-")[0], _PHRASES["en"])

    def phrase(match: re.Match[str]) -> str:
        kind = (match[1] or match[2]).upper()
        return phrases.get(E(kind), phrases[None]) if kind in E.__members__ else phrases[None]

    return RedactedText(_LABEL.sub(phrase, _REPEATED.sub(r"\1", text)))
