"""One table per language: the words of numbers, dates, corrections and cues, as data that the grammar reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Final

from redaction.errors import UnknownLanguageError

#: Languages with a table, the deepest first.
LANGUAGES: Final = ("en", "es", "fr", "de", "it", "pt", "nl", "pl")

Phrase = tuple[str, ...]


def phrases(text: str) -> frozenset[Phrase]:
    """Read phrases separated by `|`, each a tuple of words."""
    return frozenset(tuple(part.casefold().split()) for part in text.split("|") if part.split())


def words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The words of one language, case-folded; a phrase is a tuple of words."""

    code: str
    # numbers
    units: Mapping[str, str]
    weak_zeros: frozenset[str] = frozenset()  # "oh": a zero only beside another numeral
    closed: Mapping[str, str]  # any other word for a whole number under 100: "eleven", "einundzwanzig"
    tens: Mapping[str, str]  # "twenty" -> "2"
    hundreds: Mapping[str, str] = field(default_factory=dict)  # "doscientos" -> "2"
    hundred: frozenset[str] = frozenset()
    thousand: frozenset[str] = frozenset()
    million: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()  # inside a number: "and", "y", "und"
    tens_join: bool = False  # "treinta y uno"
    units_first: bool = False  # "ein und zwanzig"
    vigesimal: bool = False  # "quatre vingt dix"
    articles: frozenset[str] = frozenset()  # "a hundred"
    pronouns: frozenset[str] = frozenset()  # numerals that alone are ordinary words: "one"
    plurals: Mapping[str, str] = field(default_factory=dict)  # "zeros" -> "0", as in "four zeros"
    homophones: Mapping[str, str] = field(default_factory=dict)  # what a recogniser writes for a digit
    repeats: Mapping[str, int] = field(default_factory=dict)
    # what may stand inside a number without being part of it
    fillers: frozenset[Phrase] = frozenset()  # give no character anywhere
    pauses: frozenset[Phrase] = frozenset()  # ordinary words elsewhere
    separators: frozenset[Phrase] = frozenset()
    corrections: frozenset[Phrase] = frozenset()
    restarts: frozenset[Phrase] = frozenset()
    # letters
    spelling: Mapping[str, str] = field(default_factory=dict)  # "alpha" -> "a"
    letter_words: Mapping[str, str] = field(default_factory=dict)  # "zed" -> "z"
    as_in: frozenset[Phrase] = frozenset()
    capitals: frozenset[str] = frozenset()
    weak_letters: frozenset[str] = frozenset()
    # addresses of the net
    at: frozenset[str] = frozenset()
    dot: frozenset[str] = frozenset()
    marks: Mapping[str, str] = field(default_factory=dict)  # "underscore" -> "_"
    styling: frozenset[Phrase] = frozenset()  # "all lower case"
    functions: frozenset[str] = frozenset()  # words that are no part of a name or local part
    # dates and amounts
    months: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    date_joins: frozenset[str] = frozenset()
    articles_of_dates: frozenset[str] = frozenset()  # "the" of "the fifth of March"
    units_after: frozenset[str] = frozenset()  # "dollars", "minutes": the number before is an amount
    units_before: frozenset[str] = frozenset()  # "room", "version": the number after is a count or a name
    year_before: frozenset[str] = frozenset()
    plural_endings: tuple[str, ...] = ()
    # cues
    cues: Mapping[str, str] = field(default_factory=dict)  # kind -> phrases separated by "|"
    links: frozenset[str] = frozenset()  # words between a cue and its value: "is", "number"
    asks: frozenset[str] = frozenset()  # words that make a sentence of the agent a question for a value
    # names and places
    name_cues: frozenset[Phrase] = frozenset()
    weak_name_cues: frozenset[Phrase] = frozenset()  # "i'm": only before what looks like a name
    name_after: frozenset[Phrase] = frozenset()  # "X speaking"
    titles: frozenset[str] = frozenset()
    name_particles: frozenset[str] = frozenset()
    not_names: frozenset[str] = frozenset()
    street_after: frozenset[str] = frozenset()  # "street": number before, name between
    vague_streets: frozenset[str] = frozenset()  # of these, words that are more often something else
    street_before: frozenset[str] = frozenset()  # "calle", "rue": name and number after
    street_endings: tuple[str, ...] = ()  # "straße"
    address_cues: frozenset[Phrase] = frozenset()
    unit_words: frozenset[str] = frozenset()  # "apartment"
    regions: frozenset[Phrase] = frozenset()  # states and provinces
    voice: Mapping[str, str] = field(default_factory=dict)  # what the voice says for a label


@cache
def table(code: str) -> Table:
    """The table of a language ("en", also "en-GB"); an unknown language raises."""
    base = code.casefold().replace("_", "-").split("-")[0]
    if base not in LANGUAGES:
        raise UnknownLanguageError("no table for this language")
    try:
        found = import_module(f"redaction.languages.{base}").TABLE
    except ImportError:
        raise UnknownLanguageError("no table for this language") from None
    if not isinstance(found, Table):
        raise UnknownLanguageError("the table of this language is unusable")
    return found
