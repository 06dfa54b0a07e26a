"""Every character of the normal form maps back to where it was said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction import normalise
from redaction.languages import LANGUAGES

_WORDS = [
    "one",
    "two",
    "three",
    "oh",
    "zero",
    "double",
    "triple",
    "five",
    "twenty",
    "forty",
    "hundred",
    "thousand",
    "and",
    "uh",
    "um",
    "no",
    "wait",
    "sorry",
    "scratch",
    "that",
    "dash",
    "dot",
    "at",
    "gmail",
    "com",
    "j",
    "o",
    "h",
    "n",
    "as",
    "in",
    "capital",
    "the",
    "card",
    "is",
    "my",
    "number",
    "dollars",
    "for",
    "to",
    "point",
    "slash",
    "4111",
    "12/27",
    "3.50",
    ",",
    ".",
    "-",
    "?",
    "null",
    "zwei",
    "und",
    "zwanzig",
    "dos",
    "treinta",
    "y",
    "quatre",
    "vingt",
    "dix",
    "sette",
    "venti",
    "meia",
    "twee",
    "trzy",
]


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("four one five dash five five five", "415555"),
        ("forty one eleven", "4111"),
        ("double one triple zero", "11000"),
        ("twenty dollars", "20 dollars"),
        ("three point five percent", "3.5 percent"),
        ("one hundred and five dollars", "105 dollars"),
        ("two thousand twenty six", "2026"),
        ("nineteen hundred", "1900"),
        ("four one uh no wait five", "45"),
        ("four one one, sorry, four one two", "412"),
        ("john dot smith at gmail dot com", "john.smith@gmail.com"),
        ("j o h n underscore s at example dot co dot uk", "john_s@example.co.uk"),
        ("w w w dot example dot com slash help", "www.example.com/help"),
        ("b as in boy double l seven", "bll7"),
        ("4111 1111 1111 1111", "4111111111111111"),
        ("my name is Ann", "my name is Ann"),
        ("$42.00 at 3:30", "$42.00 at 3:30"),
        ("no one was there", "no one was there"),
    ],
)
def test_english_is_written_as_one_would_write_it(said: str, normal: str) -> None:
    assert normalise(said).text == normal


@pytest.mark.parametrize(
    ("language", "said", "normal"),
    [
        ("de", "einundzwanzig drei", "213"),
        ("de", "ein und zwanzig", "21"),
        ("de", "neunzehnhundertzweiundachtzig", "1982"),
        ("es", "treinta y uno doscientos", "31200"),
        ("es", "mil novecientos ochenta y dos", "1982"),
        ("fr", "soixante-dix quatre-vingt-dix-sept quatre-vingts", "709780"),
        ("fr", "vingt et un", "21"),
        ("it", "ventuno trentotto", "2138"),
        ("pt", "meia nove vinte e um", "6921"),
        ("nl", "eenentwintig tweeëntachtig", "2182"),
        ("pl", "dwadzieścia jeden sto", "21100"),
    ],
)
def test_the_other_languages_too(language: str, said: str, normal: str) -> None:
    assert normalise(said, language).text == normal


def test_the_map_points_at_the_words() -> None:
    said = "it is forty one uh double five"
    normal = normalise(said)
    assert normal.text == "it is 4155"
    assert [said[a:b] for a, b in normal.map[6:]] == ["forty", "one", "double five", "double five"]


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join)),
    language=st.sampled_from(LANGUAGES),
)
def test_the_map_is_as_long_as_the_text_and_never_goes_back(text: str, language: str) -> None:
    normal = normalise(text, language)
    assert len(normal.map) == len(normal.text)
    starts = [start for start, _ in normal.map]
    assert starts == sorted(starts)
    assert all(0 <= start < end <= len(text) for start, end in normal.map)
