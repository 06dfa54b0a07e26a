"""The shipped name model: finds people and addresses that no rule introduces; loaded once per process.

How it was trained and what it scores is in docs/name-model.md; `names/model.json` holds its SHA-256.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policies.entities import EntityType as E
from redaction.languages import LANGUAGES, table, words
from redaction.name_features import features, is_ordinary, is_place, is_street
from redaction.name_network import LABELS, build_network
from redaction.names import family_names, given_names
from redaction.spans import Found
from redaction.tokens import Token

Floats = NDArray[np.float32]

_PERSON: Final = LABELS.index("PERSON")
_ADDRESS: Final = LABELS.index("ADDRESS")
_CITY: Final = LABELS.index("CITY")
#: How sure the network must be of one word of a name: a word of the lists, another, an ordinary word.
_KNOWN: Final = 0.45
_UNKNOWN: Final = 0.65
_UNKNOWN_LOWER: Final = 0.65
_UNKNOWN_ABROAD: Final = 0.95
_ORDINARY: Final = 0.93
_NEVER: Final = 1.1
#: The same right behind a cue for a name, and in the answer to a question for one: unsure is redacted there.
CUED: Final = 0.02
ASKED: Final = 0.15
#: A span goes on over words that are less sure.
_GROW: Final = 0.25
_STREET: Final = 0.55
_STREETLESS: Final = 0.85
_CITY_NEAR: Final = 0.5
_CITY_CODED: Final = 0.6
#: Letters that alone may be a name spelled out.
_SPELLED: Final = 4
#: Tokens between a street and its city, at most.
_NEAR: Final = 5
_SCORE: Final = 0.5
#: A title before a name goes with it: who "Nurse Adeyemi" is, is easily found out.
_TITLES: Final = words(
    "mr mrs ms miss mx dr prof professor doctor mister sir dame lord lady nurse reverend captain sergeant officer "
    "lieutenant detective judge senator madame monsieur mme señor señora sr sra don doña herr frau signor signora sig "
    "dott senhor senhora pan pani pana panu panią meneer mevrouw dhr mevr"
)

#: Ordinary words that are given names as well, which the lists leave out.
_NAMES_TOO: Final = words(
    "will mark bill grace jack rose hope faith joy dawn art rob pat sue drew chase frank penny ray bob ruby "
    "summer autumn violet iris ivy jade pearl lily olive heather holly robin wade grant guy dean earl duke rich "
    "gene max miles nick dale gail gale lane lee charity patience mercy sky brook destiny angel christian hunter "
    "cooper taylor parker jordan austin carol melody cliff clay jasmine daisy ginger sandy misty crystal amber "
    "baker cook king"
)
#: Words that look like names and are none: assistants, makes, dishes, drinks, feasts, and what the lists do not have.
_NO_NAMES: Final = words(
    "worn torn siri alexa cortana bixby chatgpt mercedes porsche ferrari tesla toyota honda nissan hyundai volvo audi "
    "renault peugeot citroën skoda fiat kia mazda subaru suzuki yamaha lego nike adidas zara ikea netflix spotify "
    "paypal visa mastercard amex klarna venmo zelle sony samsung nokia philips siemens bosch dyson margarita martini "
    "bellini mojito cappuccino espresso latte lasagna lasagne tiramisu carbonara quesadilla burrito caesar benedict "
    "stroganoff wellington budweiser heineken guinness pepsi fanta sprite nutella christmas easter diwali ramadan "
    "hanukkah eid passover thanksgiving halloween purim lent advent mon tue tues wed thu thur thurs fri sat"
)
#: Ends of words that are hardly ever those of names.
_ENDINGS: Final = tuple(
    words(
        "able ible ness ment tion sion ity ous ful less tive ical ism ology ding ting ning ring ling ated ized ised "
        "ción mente ando iendo idad ções ção dade zione mento aggio tion ment ique ung heit keit lich isch ieren heid "
        "lijk baar ość anie enie ować owany"
    )
)


class NameModel:
    """A trained network and the rule that reads spans out of its probabilities. Holds nothing of any text."""

    def __init__(self, data: bytes) -> None:
        self._network = build_network().from_bytes(data)

    def probabilities(self, tokens: Sequence[Token], language: str) -> Floats:
        """For each token how likely each of `LABELS` is."""
        rows: Any = np.asarray(features(tokens, language), dtype=np.uint64)
        return np.asarray(self._network.predict([rows])[0], dtype=np.float32)

    def find(
        self,
        tokens: Sequence[Token],
        language: str,
        cued: Mapping[int, float] = MappingProxyType({}),
        taken: frozenset[int] = frozenset(),
    ) -> list[Found]:
        """The people, streets and cities of one text; none goes on where an utterance ends.

        CUED are tokens where something else says that a name stands, with how sure the network must be there; TAKEN are
        tokens that are known to be no name.
        """
        if not tokens:
            return []
        likely = self.probabilities(tokens, language)
        for k in taken:
            likely[k, _PERSON] = 0
        return [*_people(tokens, likely[:, _PERSON], language, cued), *_addresses(tokens, likely, language)]


def _people(
    tokens: Sequence[Token], score: Floats, language: str, cued: Mapping[int, float]
) -> Iterator[Found]:
    eager = {k for k, needed in cued.items() if score[k] >= needed}
    for k in eager:
        score[k] = max(score[k], _GROW)
    cased = any(t.kind == "word" and t.text[0].isupper() and t.low != "i" for t in tokens[1:])
    for first, last in _stretches(tokens, score):
        letters = "".join(t.low for t in tokens[first:last] if t.kind == "word" and len(t.text) == 1)
        apart = all(t.kind != "word" or len(t.text) == 1 for t in tokens[first:last])
        if apart and (len(letters) < _SPELLED or is_ordinary(letters, language)):
            continue
        if any(
            k in eager or score[k] >= _needed(tokens[k], language, cased=cased) for k in range(first, last)
        ):
            yield _found(tokens, _titled(tokens, first), first, last, E.PERSON)


def _needed(token: Token, language: str, *, cased: bool) -> float:
    """How sure the network must be that this word is part of a name."""
    if token.kind != "word":
        return _NEVER
    low = _base(token)
    capital = token.text[0].isupper()
    known = low in given_names() or low in family_names() or low in _NAMES_TOO
    ordinary = is_ordinary(low, language) or is_ordinary(low, "en")
    foreign = ordinary and not is_ordinary(low, language)
    if not capital and (cased or ordinary) and (foreign or not known):
        return _NEVER
    if (token.text.isupper() and len(low) <= 4 and not known) or low in _TITLES or low in _NO_NAMES:
        return _NEVER  # "VIP", "MAC", a title alone
    if not capital and token.text[1:2].isupper():
        return _NEVER  # "iOS", "eBay"
    if not capital and not known and low.endswith(_ENDINGS) and len(low) >= 7:
        return _ORDINARY
    if low in _months():
        return _NEVER
    if low in _numbers(language) or (ordinary and not (known and capital)):
        return _ORDINARY
    if cased and not capital:
        return _ORDINARY
    if known:
        return _KNOWN
    if language != "en":
        return _UNKNOWN_ABROAD
    return _UNKNOWN if capital else _UNKNOWN_LOWER


def _addresses(tokens: Sequence[Token], likely: Floats, language: str) -> Iterator[Found]:
    street = np.where(likely[:, _CITY] > likely[:, _ADDRESS], 0, likely[:, _ADDRESS])
    city = np.where(likely[:, _CITY] > likely[:, _ADDRESS], likely[:, _CITY], 0)
    ends: list[int] = []
    for first, last in _stretches(tokens, street):
        if float(street[first:last].max()) >= _needed_street(tokens[first:last], language):
            ends.append(last)
            start = _numbered(tokens, _past_article(tokens, first, last, language), language)
            yield _found(tokens, start, start, last, E.STREET_ADDRESS)
    for first, last in _stretches(tokens, city):
        special = [_base(t) for t in tokens[first:last] if not is_ordinary(_base(t), language)]
        near = bool(special) and any(0 <= first - end <= _NEAR for end in ends)
        # "Duluth, 55803": a post code right behind says as much as a street before.
        coded = any(t.kind == "number" and len(t.text) >= 5 for t in tokens[last : last + 2])
        place = coded and any(is_place(low) for low in special)
        if float(city[first:last].max()) >= (_CITY_NEAR if near else _CITY_CODED if place else _NEVER):
            yield _found(tokens, first, first, last, E.CITY)


def _past_article(tokens: Sequence[Token], first: int, last: int, language: str) -> int:
    """Without a little ordinary word in front, such as the article of "la calle Mayor"."""
    low = tokens[first].low
    little = tokens[first].kind == "word" and len(low) <= 3 and is_ordinary(low, language)
    return (
        first + 1
        if little and first + 1 < last and not is_street(low) and low not in _numbers(language)
        else first
    )


def _numbered(tokens: Sequence[Token], first: int, language: str) -> int:
    """Back over a house number and the word for a flat in front of a street."""
    t = table(language)
    while first and tokens[first].kind == "word" and first > 0:
        before = tokens[first - 1]
        if before.kind != "number" and before.low not in _numbers(language):
            break
        first -= 1
    return first - 1 if first and tokens[first - 1].low in t.unit_words else first


def _needed_street(tokens: Sequence[Token], language: str) -> float:
    """How sure the network must be that these words are a street: one with a word for it, one without."""
    t = table(language)
    numbers = _numbers(language)
    named = [one for one in tokens if one.kind == "word" and len(one.low) > 1 and one.low not in numbers]
    names = [one for one in named if not is_street(one.low)]
    numbered = len(named) < len(tokens) and (tokens[0].kind == "number" or tokens[0].low in numbers)
    special = any(not is_ordinary(_base(one), language) or one.text[0].isupper() for one in names)
    clear = any(is_street(one.low) and one.low not in t.vague_streets for one in named)
    if not names:
        return _NEVER
    if clear or (len(named) > len(names) and numbered and special):
        return _STREET
    return _STREETLESS if special and (numbered or len(named) > len(names)) else _NEVER


def _stretches(tokens: Sequence[Token], score: Floats) -> Iterable[tuple[int, int]]:
    """Runs of tokens that may be one thing, without marks at their ends."""
    k, n = 0, len(tokens)
    while k < n:
        if score[k] < _GROW or tokens[k].kind not in ("word", "number"):
            k += 1
            continue
        last = k + 1
        while last < n and score[last] >= _GROW and tokens[last].kind in ("word", "number", "punct"):
            last += 1
        end = last
        while end > k + 1 and tokens[end - 1].kind == "punct":
            end -= 1
        yield k, end
        k = last


def _titled(tokens: Sequence[Token], first: int) -> int:
    """Back over a title and its full stop in front of a name."""
    k = first - 1
    if k > 0 and tokens[k].text == ".":
        k -= 1
    return k if k >= 0 and tokens[k].low in _TITLES else first


def _found(tokens: Sequence[Token], start: int, first: int, last: int, kind: E) -> Found:
    end = tokens[last - 1].end - (2 if tokens[last - 1].low.endswith("'s") else 0)
    value = " ".join(_base(t) for t in tokens[first:last] if t.kind in ("word", "number"))
    return Found(tokens[start].start, end, kind, _SCORE, value)


def _base(token: Token) -> str:
    return token.low.removesuffix("'s")


@cache
def _numbers(language: str) -> frozenset[str]:
    t = table(language)
    return frozenset([*t.units, *t.closed, *t.tens, *t.hundreds, *t.hundred, *t.thousand, *t.repeats])


@cache
def _months() -> frozenset[str]:
    return frozenset(month for code in LANGUAGES for month in table(code).months)


@cache
def name_model() -> NameModel:
    """The model of this package, read at first use and shared by all calls of the process."""
    return NameModel(files("redaction.names").joinpath("model.bin").read_bytes())
