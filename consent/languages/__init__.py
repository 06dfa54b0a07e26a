"""The languages that the consent package understands, by their BCP-47 base tag."""

from collections.abc import Mapping
from typing import Final

from consent.languages import de, en, es, fr, it, nl, pl, pt
from consent.speech import Speech

SPEECH: Final[Mapping[str, Speech]] = {
    "de": de.SPEECH,
    "en": en.SPEECH,
    "es": es.SPEECH,
    "fr": fr.SPEECH,
    "it": it.SPEECH,
    "nl": nl.SPEECH,
    "pl": pl.SPEECH,
    "pt": pt.SPEECH,
}
