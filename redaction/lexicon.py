"""A language's table, compiled once for look-up: phrases by their first word, cues by kind."""

from collections.abc import Iterable, KeysView, Mapping, Sequence
from functools import cache
from typing import Final

from redaction.languages import Phrase, Table, table, words
from redaction.tokens import Token

#: Gap kinds by how much they say; the strongest in a gap names it.
GAP_RANK: Final = {
    "": 0,
    "spoken": 1,
    "comma": 1,
    "pause": 2,
    "border": 2,
    "filler": 3,
    "mark": 4,
    "correction": 5,
    "restart": 6,
}

#: Pauses that are ordinary words between two numbers: the first join only single digits, the others only what is said.
_WEAK_PAUSES: Final = words("and a an the y e et und en i it's that's")
_SPOKEN_PAUSES: Final = words("so like well now right yes yeah okay ok oder dann de alors bueno pues allora")


class PhraseBook:
    """Finds the longest phrase of a set at a token; punctuation inside a phrase may be a comma or a hyphen."""

    def __init__(self, sets: Mapping[str, Iterable[Phrase]]) -> None:
        by_first: dict[str, list[tuple[Phrase, str]]] = {}
        for kind, group in sets.items():
            for phrase in group:
                by_first.setdefault(phrase[0], []).append((phrase, kind))
        self._by_first = {
            first: sorted(options, key=lambda o: (-len(o[0]), o[1])) for first, options in by_first.items()
        }

    @property
    def firsts(self) -> KeysView[str]:
        """The words that a phrase may begin with."""
        return self._by_first.keys()

    def at(self, tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
        """The kind of the longest phrase at token I and the index after it."""
        options = self._by_first.get(tokens[i].low)
        if options is None:
            return None
        n = len(tokens)
        for phrase, kind in options:
            j = i + 1
            for word in phrase[1:]:
                if j < n and tokens[j].text in ",-" and j + 1 < n:
                    j += 1
                if j >= n or tokens[j].low != word:
                    break
                j += 1
            else:
                return kind, j
        return None


class Lexicon:
    """Everything of one language that the grammar looks up."""

    def __init__(self, code: str) -> None:
        self.table: Table = table(code)
        t = self.table
        weak = {phrase for phrase in t.pauses if len(phrase) == 1 and phrase[0] in _WEAK_PAUSES}
        spoken = {phrase for phrase in t.pauses if len(phrase) == 1 and phrase[0] in _SPOKEN_PAUSES}
        self.gaps = PhraseBook(
            {
                "filler": t.fillers,
                "pause": t.pauses - weak - spoken - t.corrections - t.restarts,
                "weak": weak,
                "spoken": spoken,
                "mark": t.separators,
                "correction": t.corrections - t.restarts,
                "restart": t.restarts,
            }
        )
        self.fillers = PhraseBook({"filler": t.fillers})
        self.styling = PhraseBook({"styling": t.styling})
        self.as_in = PhraseBook({"as_in": t.as_in})
        self.cues = self._cue_index(t)
        self.spelled_cues = frozenset(
            phrase[0]
            for first in self.cues.values()
            for phrase, _ in first
            if len(phrase) == 1 and len(phrase[0]) <= 5
        )
        self.names = _index({"name": t.name_cues, "weak_name": t.weak_name_cues})
        self.name_after = _index({"after": t.name_after})
        self.address_cues = _index({"address": t.address_cues})
        self.regions = _index({"region": t.regions})

        self.signal_words = self._signals(t)
        #: Words at which a dictated value may begin; besides them only typed digits, single letters, glued letters.
        self.starters = frozenset(
            {
                *t.units,
                *t.closed,
                *t.tens,
                *t.hundreds,
                *t.hundred,
                *t.thousand,
                *t.million,
                *t.articles,
                *t.repeats,
                *t.spelling,
                *t.letter_words,
                *t.capitals,
            }
        )
        #: Words that begin one only before such a word: "a", "to".
        self.weak_starters = t.weak_letters | t.homophones.keys() | t.articles
        self.after_weak = self.starters | {phrase[0] for phrase in t.as_in} | self.fillers.firsts

    def _signals(self, t: Table) -> frozenset[str]:
        """Words that show that somebody speaks this language about a value."""
        numerals = {*t.units, *t.closed, *t.tens, *t.hundreds, *t.hundred, *t.repeats, *t.months}
        firsts = {word for index in (self.cues, self.names) for word in index if len(word) > 2}
        return frozenset(numerals | firsts | t.street_before | t.street_after)

    @staticmethod
    def _cue_index(t: Table) -> dict[str, list[tuple[Phrase, str]]]:
        sets: dict[str, set[Phrase]] = {}
        for kind, text in t.cues.items():
            said = [part.casefold().replace("-", " ").split() for part in text.split("|") if part.strip()]
            sets[kind] = {tuple(_as_read(word, t) for word in part) for part in said}
        return _index(sets)


def _as_read(word: str, t: Table) -> str:
    """A number word of a cue as a text's numbers are read: "the 3 digits on the back"."""
    return word if word in t.pronouns else {**t.units, **t.closed}.get(word, word)


def _index(sets: Mapping[str, Iterable[Phrase]]) -> dict[str, list[tuple[Phrase, str]]]:
    by_first: dict[str, list[tuple[Phrase, str]]] = {}
    for kind, group in sets.items():
        for phrase in group:
            by_first.setdefault(phrase[0], []).append((phrase, kind))
    for options in by_first.values():
        options.sort(key=lambda o: (-len(o[0]), o[1]))
    return by_first


@cache
def lexicon(code: str) -> Lexicon:
    """The compiled table of a language; compiled once per process."""
    return Lexicon(code)
