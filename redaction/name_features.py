"""What the name model sees of each token: its form, its ends, its shape, the lists it stands in. Nothing is kept."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from spacy.strings import hash_string  # type: ignore[attr-defined]  # missing in its stub

from redaction.languages import words
from redaction.names import family_names, given_names
from redaction.tokens import Token

#: The columns, and how many rows and numbers each has in the network.
COLUMNS: Final = (
    ("low", 10_000, 64),
    ("prefix", 3_000, 24),
    ("suffix", 4_000, 48),
    ("shape", 600, 16),
    ("lists", 300, 24),
    ("language", 40, 8),
)
NO_WORD: Final = hash_string("\x00")
NO_LISTS: Final = hash_string("lists:")

# These are part of the trained model: a change of a word asks for another training.
_TITLES: Final = words(
    "mr mrs ms miss dr prof professor doctor mister sir madam madame monsieur mme señor señora sr sra don doña herr "
    "frau signor signora sig dott senhor senhora pan pani pana meneer mevrouw reverend captain sergeant officer "
    "lieutenant judge president senator governor mayor minister"
)
_STREETS: Final = words(
    "street st avenue ave road rd lane ln drive dr boulevard blvd court ct place pl way terrace circle crescent close "
    "parkway pkwy highway trail square row walk gardens grove mews alley loop path plaza apt apartment suite unit flat "
    "floor calle avenida av avda plaza paseo carrera rue avenue boulevard place impasse allée chemin route quai via "
    "viale corso piazza vicolo largo rua travessa praça estrada alameda ul ulica ulicy al aleja os plac straße weg "
    "allee platz gasse"
)
_ENDINGS: Final = (
    "s",
    "es",
    "ed",
    "ing",
    "ly",
    "er",
    "ers",
    "est",
    "'s",
    "n't",
    "'ll",
    "'re",
    "'ve",
    "'d",
    "'m",
)
_STREET_ENDS: Final = (
    "straße",
    "strasse",
    "straat",
    "weg",
    "gasse",
    "allee",
    "platz",
    "laan",
    "plein",
    "gracht",
)


@cache
def _place_words() -> frozenset[str]:
    listed = files("redaction.names").joinpath("places.txt").read_text("utf-8").splitlines()
    names = [
        name for line in listed if not line.startswith("#") for name in line.partition(":")[2].split(",")
    ]
    return frozenset(
        part for name in names for part in name.casefold().replace("-", " ").split() if len(part) > 2
    )


@cache
def _ordinary() -> dict[str, frozenset[str]]:
    listed = files("redaction.names").joinpath("ordinary.txt").read_text("utf-8").splitlines()
    lines = (line.partition(":") for line in listed if not line.startswith("#"))
    return {code: frozenset(text.split()) for code, _, text in lines}


@cache
def _any_ordinary() -> frozenset[str]:
    return frozenset().union(*_ordinary().values())


def is_ordinary(low: str, language: str) -> bool:
    """Whether a case-folded word is an ordinary one of LANGUAGE; English is asked for its inflected forms too."""
    own = _ordinary().get(language, frozenset())
    if low in own:
        return True
    if language != "en" or len(low) < 4:
        return False
    for ending in _ENDINGS:
        if low.endswith(ending):
            stem = low[: -len(ending)]
            if stem in own or stem + "e" in own or (stem[-1:] == "i" and stem[:-1] + "y" in own):
                return True
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in own:
                return True
    return False


def _shape(text: str) -> str:
    shape, last, run = [], "", 0
    for c in text[:12]:
        kind = "d" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c
        run = run + 1 if kind == last else 1
        last = kind
        if run <= 3:
            shape.append(kind)
    return "".join(shape)


@cache
def _tables() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    return given_names(), family_names(), _place_words()


def is_street(low: str) -> bool:
    """Whether a case-folded word is one of streets: "avenue", "rue", "Hauptstraße"."""
    return low in _STREETS or low.endswith(_STREET_ENDS)


def is_place(low: str) -> bool:
    """Whether a case-folded word is, or is part of, the name of a place."""
    return low in _place_words()


def _lists(low: str, language: str) -> str:
    given, family, places = _tables()
    marks = "lists:"
    if low in given:
        marks += "g"
    if low in family:
        marks += "f"
    if low in places:
        marks += "c"
    if low in _TITLES:
        marks += "t"
    if is_street(low):
        marks += "s"
    if is_ordinary(low, language):
        marks += "o"
    elif low in _any_ordinary():
        marks += "O"
    return marks


def features(tokens: Sequence[Token], language: str) -> list[list[int]]:
    """One row of hashes per token, in the order of `COLUMNS`."""
    cased = any(t.kind == "word" and t.text[0].isupper() for t in tokens)
    case = "C" if cased else "c"
    tongue = hash_string(language)
    rows = []
    for token in tokens:
        if token.kind == "word":
            low = token.low.removesuffix("'s")
            rows.append(
                [
                    hash_string(low),
                    hash_string(low[:3]),
                    hash_string(low[-3:]),
                    hash_string(case + _shape(token.text)),
                    hash_string(_lists(low, language)),
                    tongue,
                ]
            )
        else:
            shape = _shape(token.text)
            own = shape if token.kind == "number" else token.text if token.kind == "punct" else token.kind
            value = hash_string(own)
            rows.append([value, value, value, hash_string(case + shape[:4]), NO_LISTS, tongue])
    return rows
