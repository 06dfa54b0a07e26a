"""Whether a word may be part of personal data, as the gate must know it before the detector can."""

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from redaction.known import KnownValues
from redaction.languages import words
from redaction.lexicon import Lexicon
from redaction.names import family_names, given_names
from redaction.tokens import tokenize

_ALWAYS_HOT: Final = frozenset("@#+$€£_")
#: Kinds of a cue after which the value may be ordinary words; a number is hot by itself.
_WORD_CUES: Final = ("PASSWORD", "EMAIL", "NAME", "ADDRESS")
#: Words of dates and addresses that are more often something else.
_UNSURE: Final = words("may march mar second first third mai mars marzo as")
_POINTS: Final = words("point period")  # said for a dot, but mostly something else
_BEFORE_DATE: Final = words("of on born the in since until by since am le el il op w")
#: Small words that may stand between a cue and its value.
_LEADS: Final = words(
    "is it's its was um uh er that's be spelled as on file listed account address number ist lautet es est c'est "
    "è é to jest"
)
_PUNCT: Final = ".,;:!?()[]\"'…“”"


class Warmth(Enum):
    """`HOT` begins or goes on with a possible value, `CUE` introduces one of words, `GLUE` may stand inside one."""

    HOT = "hot"
    CUE = "cue"
    GLUE = "glue"
    STOP = "stop"  # ordinary, and no value of words can begin with it
    COLD = "cold"


class _Words:
    """The words of some languages by their warmth; made once per process."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        hot: set[str] = set()
        warm: set[str] = set()
        glue: set[str] = set()
        stop: set[str] = set()
        self.endings: tuple[str, ...] = ()
        self.at: frozenset[str] = frozenset()
        self.phrases: dict[str, list[tuple[str, ...]]] = {}  # cues by their last word
        english = any(lex.table.code == "en" for lex in lexicons)
        self.given = given_names() if english else frozenset()
        self.family = family_names() if english else frozenset()
        for lex in lexicons:
            t = lex.table
            hot |= {
                *t.units,
                *t.closed,
                *t.tens,
                *t.hundreds,
                *t.hundred,
                *t.repeats,
                *t.plurals,
                *t.months,
                *t.ordinals,
            }
            hot |= {*t.spelling, *t.titles, *t.street_before} | (
                t.dot - (_POINTS if t.code == "en" else frozenset())
            )
            self.at |= t.at
            warm |= {
                *t.letter_words,
                *t.marks,
                *t.street_after,
                *t.homophones,
                *t.capitals,
                *t.units_after,
                *t.dot,
            }
            self._cues(lex)
            groups = (t.fillers, t.pauses, t.corrections, t.restarts, t.styling)
            phrases = [phrase for group in groups for phrase in group]
            glue |= {phrase[0] for phrase in phrases if len(phrase) == 1}
            glue |= {word for phrase in phrases for word in phrase} - t.functions
            stop |= (t.functions | t.not_names | t.links) - _LEADS
            self.endings += t.street_endings
        self.hot = frozenset(hot)
        self.warm = frozenset(warm)
        self.glue = frozenset(glue) - self.hot
        self.stop = frozenset(stop) - self.hot

    def _cues(self, lex: Lexicon) -> None:
        for index in (lex.names, lex.address_cues, lex.name_after):
            for options in index.values():
                for phrase, _ in options:
                    self.phrases.setdefault(phrase[-1], []).append(phrase[:-1])
        for options in lex.cues.values():
            for phrase, kind in options:
                if kind in _WORD_CUES:
                    self.phrases.setdefault(phrase[-1], []).append(phrase[:-1])


@lru_cache(maxsize=64)
def _words_of(lexicons: tuple[Lexicon, ...]) -> _Words:
    return _Words(lexicons)


class Heat:
    """Knows the hot words of the languages of a call and of its known values."""

    def __init__(self, lexicons: tuple[Lexicon, ...], known: KnownValues) -> None:
        self._words = _words_of(lexicons)
        self._known = known

    def of(self, word: str, before: Sequence[str], *, held: bool) -> Warmth:
        """The warmth of WORD after the words BEFORE; HELD says whether a possible value is being held."""
        bare = word.strip()
        stripped = bare.strip(_PUNCT).casefold().replace("’", "'")
        if not stripped:
            return Warmth.GLUE
        if stripped.isalpha() and len(stripped) > 1:
            return self._plain(stripped, before, capital=bare.strip(_PUNCT)[0].isupper(), held=held)
        if any(c.isdigit() or c in _ALWAYS_HOT for c in stripped):
            return Warmth.HOT
        if len(stripped) == 1:
            return Warmth.GLUE if stripped in ("a", "i", "-", "–", "—") else Warmth.HOT
        if stripped.replace("'", "").isalpha():
            return self._plain(stripped, before, capital=False, held=held)
        parts = [token.low for token in tokenize(bare) if token.kind == "word"]
        heats = [
            self._plain(part, before, capital=bare[0].isupper(), held=held) for part in parts if len(part) > 1
        ]
        if Warmth.HOT in heats or "." in stripped or "/" in stripped:
            return Warmth.HOT
        return heats[-1] if heats else Warmth.COLD

    def _plain(self, low: str, before: Sequence[str], *, capital: bool, held: bool) -> Warmth:
        base = low.removesuffix("'s")
        if low in self._words.hot:
            return (
                Warmth.HOT
                if low not in _UNSURE or held or capital or _last(before) in _BEFORE_DATE
                else Warmth.COLD
            )
        if base in self._known.words or base in self._words.given or (capital and base in self._words.family):
            return Warmth.HOT
        if (held and low in self._words.warm) or (self._words.endings and low.endswith(self._words.endings)):
            return Warmth.HOT
        if low in self._words.at or self._ends_cue(low, before):
            return Warmth.CUE
        if low in self._words.stop and not (held and low in self._words.glue):
            return Warmth.STOP
        return Warmth.GLUE if low in self._words.glue or low in _LEADS else Warmth.COLD

    def _ends_cue(self, low: str, before: Sequence[str]) -> bool:
        """Whether LOW completes a phrase after which a value of words may come."""
        options = self._words.phrases.get(low) or self._words.phrases.get(low.removesuffix("'s"))
        if options is None:
            return False
        said = [_word(word) for word in before]
        return any(not phrase or tuple(said[len(said) - len(phrase) :]) == phrase for phrase in options)


def _word(word: str) -> str:
    return word.strip().strip(_PUNCT).casefold().replace("’", "'")


def _last(before: Sequence[str]) -> str:
    return _word(before[-1]) if before else ""
