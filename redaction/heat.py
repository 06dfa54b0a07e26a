"""Whether a word may be part of personal data, as the gate must know it before the detector can."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from redaction.known import KnownValues
from redaction.lexicon import Lexicon
from redaction.names import given_names
from redaction.tokens import tokenize

#: Words that only tie a name, an address or a value together.
_ALWAYS_HOT: Final = frozenset("@#+$€£_")


class Warmth(NamedTuple):
    """`hot` begins or continues a possible value; `glue` is ordinary but may stand inside one."""

    hot: bool
    glue: bool


_HOT: Final = Warmth(hot=True, glue=False)
_GLUE: Final = Warmth(hot=False, glue=True)
_COLD: Final = Warmth(hot=False, glue=False)


class Heat:
    """Knows the hot words of the languages of a call and of its known values."""

    def __init__(self, lexicons: Sequence[Lexicon], known: KnownValues) -> None:
        hot: set[str] = set()
        glue: set[str] = set()
        self._endings: tuple[str, ...] = ()
        self._phrases: dict[str, list[tuple[str, ...]]] = {}  # cues by their last word
        self._given = given_names() if any(lex.table.code == "en" for lex in lexicons) else frozenset()
        for lex in lexicons:
            t = lex.table
            hot |= {*t.units, *t.closed, *t.tens, *t.hundreds, *t.hundred, *t.repeats, *t.months, *t.ordinals}
            hot |= {
                *t.spelling,
                *t.letter_words,
                *t.at,
                *t.dot,
                *t.marks,
                *t.titles,
                *t.street_after,
                *t.street_before,
            }
            for index in (lex.cues, lex.names, lex.address_cues, lex.name_after):
                for options in index.values():
                    for phrase, _ in options:
                        self._phrases.setdefault(phrase[-1], []).append(phrase[:-1])
            glue |= {
                word
                for group in (t.fillers, t.pauses, t.corrections, t.restarts)
                for p in group
                for word in p
            }
            glue |= t.links
            self._endings += t.street_endings
        self._hot = frozenset(hot)
        self._glue = frozenset(glue) - self._hot
        self._known = known

    def of(self, word: str, before: Sequence[str]) -> Warmth:
        """The warmth of WORD after the words BEFORE."""
        stripped = word.strip().strip(".,;:!?()[]\"'…").casefold()
        if stripped.isalpha() and len(stripped) > 1:
            return self._plain(stripped, before)
        if not stripped:
            return _GLUE
        if any(c.isdigit() or c in _ALWAYS_HOT for c in stripped):
            return _HOT
        parts = [token.low for token in tokenize(word)]
        if any(self._plain(part, before).hot for part in parts if part.isalpha() or "'" in part):
            return _HOT
        if len(stripped) == 1:
            return _GLUE if stripped in ("a", "i", "-", "–", "—") else _HOT
        return _HOT if "." in stripped or "/" in stripped else _COLD

    def _ends_cue(self, low: str, before: Sequence[str]) -> bool:
        """Whether LOW completes a phrase after which a value may come."""
        options = self._phrases.get(low)
        if options is None:
            return False
        said = [word.strip().strip('.,;:!?"').casefold().replace("’", "'") for word in before]
        return any(not phrase or tuple(said[len(said) - len(phrase) :]) == phrase for phrase in options)

    def _plain(self, low: str, before: Sequence[str]) -> Warmth:
        if low in self._hot or low in self._known.words or low in self._given:
            return _HOT
        if self._ends_cue(low, before) or (self._endings and low.endswith(self._endings)):
            return _HOT
        if len(low) == 1:
            return _GLUE if low in "ai" else _HOT
        if low in self._glue and any(any(c.isalnum() for c in one) for one in before):
            return _GLUE
        return _COLD
