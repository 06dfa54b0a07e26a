"""Join numerals and letters into one dictated value, across fillers, pauses, corrections and utterance borders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from redaction.languages.streets import BEFORE_CAPITAL, ENDINGS
from redaction.letters import GLUED_UNITS, LetterReader, letters_in
from redaction.lexicon import GAP_RANK, Lexicon
from redaction.numerals import Atom, NumeralReader
from redaction.tokens import Token

_GAP_PUNCT: Final = frozenset(",.-–—‐‑…()+;?#/_*|·•~")
_MAX_GAP_TOKENS: Final = 14
_YEAR: Final = re.compile(r"(?:0?[1-9]|[12]\d|3[01])?(?:19|20)\d\d")
_ORDINAL_ENDINGS: Final = frozenset(["st", "nd", "rd", "th", "º", "ª", "er", "ème", "e"])


@dataclass(slots=True)
class Run:
    """A dictated value: what was said, first to last character, and what it comes to after corrections."""

    atoms: list[Atom]
    start: int
    end: int
    next: int  # index of the token after it
    value: str = ""
    marks: list[tuple[int, int]] = field(default_factory=list)
    separators: str = ""  # "." or "/" for each one said or typed between atoms
    gaps: set[str] = field(default_factory=set)
    groups: tuple[int, ...] = ()
    crosses_turn: bool = False

    @property
    def spoken(self) -> bool:
        return any(atom.kind != "typed" for atom in self.atoms)


class RunReader:
    """Reads the run that begins at a token, if one does."""

    def __init__(self, lexicon: Lexicon, tokens: Sequence[Token]) -> None:
        self._lex = lexicon
        self._t = lexicon.table
        self._tokens = tokens
        self._n = len(tokens)
        self._numerals = NumeralReader(lexicon.table, tokens)
        self._letters = LetterReader(lexicon, tokens, self._numerals)

    def read(self, i: int) -> Run | None:
        """The run at token I: digits, letters or both; None if nothing is dictated here."""
        atoms: list[Atom] = []
        j, gap, crosses, gap_has_turn = i, "", False, False
        marks: list[str] = []
        letters = ""
        told = i > 0 and self._tokens[i - 1].low in (*self._t.links, "id", "code", "plate")
        dated, housed = self._after_month(i), self._after_street(i)
        while j < self._n:
            atom = self._atom(j, atoms)
            if atom is None or not self._joins(atoms, atom, gap, marks[-1] if marks else ""):
                break
            if atom.kind == "letter":
                letters += atom.text
            else:
                if letters.casefold() in self._lex.spelled_cues and len(letters) > 1 and not told:
                    break
                letters = ""
            if housed and gap in ("comma", "pause", "border", "spoken") and atoms:
                break
            atom.gap = gap
            crosses = crosses or gap_has_turn
            atoms.append(atom)
            said = "".join(one.text for one in atoms) if dated else ""
            if _YEAR.fullmatch(said) and not (len(said) == 4 and self._numerals.is_numeral(atom.next)):
                break
            skipped = self._gap(atom.next, letters=letters_in(atoms))
            if skipped is None:
                break
            gap, j, mark, gap_has_turn = skipped
            marks.append(mark)
        if not atoms:
            return None
        run = Run(atoms, atoms[0].start, atoms[-1].end, atoms[-1].next, crosses_turn=crosses)
        run.separators = "".join(mark for mark in marks[: len(atoms) - 1] if mark in (".", "/"))
        run.gaps = {atom.gap for atom in atoms[1:]}
        _settle(run)
        return run

    def _after_month(self, i: int) -> bool:
        """Whether a month stands right before, so that a year ends what is said here."""
        for k in range(i - 1, max(-1, i - 5), -1):
            low = self._tokens[k].low
            if low in self._t.months:
                return True
            if not (
                low in self._t.ordinals or low in self._t.date_joins or low in self._t.tens or low in ",.-"
            ):
                return False
        return False

    def _alike_groups(self, left: Atom, right: Atom) -> bool:
        """Whether two typed groups with a comma between may be of one number: "88, 76131" are not."""
        a, b = len(left.text), len(right.text)
        return a == b or (a >= 3 and b >= 3) or (a <= 2 and b <= 2)

    def _three_two_four(self, atoms: list[Atom], atom: Atom) -> bool:
        """`219, 09, 9999`: the groups of a social security number."""
        a, b = len(atoms[-1].text), len(atom.text)
        if (a, b) == (2, 4):
            return len(atoms) == 2 and len(atoms[0].text) == 3
        ahead = [token for token in self._tokens[atom.next : atom.next + 5] if token.kind == "number"]
        return (a, b) == (3, 2) and len(atoms) == 1 and bool(ahead) and len(ahead[0].text) == 4

    def _after_street(self, i: int) -> bool:
        """Whether a street stands right before, so that a pause ends its house number."""
        t = self._t
        for k in range(i - 1, max(-1, i - 5), -1):
            token = self._tokens[k]
            if token.kind != "word":
                return False
            low = token.low
            if k == i - 1 and low in t.unit_words and low not in t.links:
                return True
            if (
                low in t.street_before
                or low in t.street_after
                or (t.street_endings and low.endswith(t.street_endings))
            ):
                return True
            capital = token.text[0].isupper()
            if capital and (low in BEFORE_CAPITAL or low.endswith(ENDINGS)):
                return True
        return False

    def _joins(self, atoms: list[Atom], atom: Atom, gap: str, mark: str) -> bool:
        if not atoms:
            return True
        if gap in ("weak", "comma", "pause", "border", "spoken") and _is_amount(atoms):
            return False
        if gap == "weak" and _alike_typed([*atoms[-2:], atom]):
            return True
        if gap == "weak":
            return atom.kind in ("unit", "letter") and atoms[-1].kind == atom.kind
        if gap == "spoken":
            return atom.kind not in ("typed", "cardinal") and atoms[-1].kind not in ("typed", "cardinal")
        if (
            gap == "comma"
            and atom.kind == atoms[-1].kind == "typed"
            and not self._alike_groups(atoms[-1], atom)
            and not self._three_two_four(atoms, atom)
        ):
            return False
        code = any(one.kind == "letter" for one in atoms)
        typed = atoms[-1].kind in ("typed", "letter") and any(one.kind == "typed" for one in atoms)
        if gap == "comma" and code and typed and atom.kind in ("unit", "pair", "cardinal"):
            return False  # "X7KP2Q, two adults"
        if gap in ("correction", "restart") and code and len(atoms) >= 2:
            return True  # "l b one nine, no, l b nineteen"
        if "letter" in (atom.kind, atoms[-1].kind) and mark in ("_", ".", "+"):
            return False
        if "letter" in (atom.kind, atoms[-1].kind) and gap not in (
            "",
            "comma",
            "pause",
            "border",
            "filler",
            "mark",
        ):
            return atom.kind == atoms[-1].kind
        return True

    def _gap(self, j: int, *, letters: str) -> tuple[str, int, str, bool] | None:
        """What stands between two atoms from token J on: its kind, where it ends, a mark said, a turn's border."""
        kind, mark, word = "", "", ""
        turn = border = False
        limit = min(self._n, j + _MAX_GAP_TOKENS)
        while j < limit:
            token = self._tokens[j]
            if token.kind == "punct":
                if token.text not in _GAP_PUNCT:
                    return None
                if token.text == "/":
                    mark = "/"
                spaced = token.text in ",.;?…"
                j += 1
                step = "comma" if spaced else ""
            elif token.kind in ("join", "turn"):
                turn, border = turn or token.kind == "turn", True
                j += 1
                step = "border"
            elif token.kind == "word":
                if len(token.low) == 1 and not kind and self._letters.goes_on(j, letters):
                    break
                if (
                    len(token.low) == 1
                    and kind in ("comma", "pause", "border")
                    and self._letters.goes_on_after_pause(j, letters)
                ):
                    break
                found = self._lex.gaps.at(self._tokens, j)
                if token.low in self._t.ordinals and self._tokens[j - 1].low in self._t.tens:
                    break  # "twenty second"
                long = found is not None and found[1] > j + 1
                tight = kind in ("", "mark")
                if found is None or (found[0] != "filler" and not long and self._startable(j, tight=tight)):
                    break
                step = found[0]
                if step == "mark":
                    said = self._t.marks.get(token.low, "")
                    mark = said or mark
                j = found[1]
            else:
                break
            if step in ("weak", "spoken"):
                word = step if word != "weak" else word
            elif GAP_RANK[step] >= GAP_RANK[kind]:
                kind = step
        if word and kind in ("", "comma", "pause") and not border:
            kind = word
        return (kind, j, mark, turn) if j < self._n else None

    def _startable(self, j: int, *, tight: bool) -> bool:
        if self._tokens[j].low in self._t.weak_zeros:
            return tight or self._numerals.is_numeral(j + 1)
        return self._numerals.is_numeral(j)

    def _atom(self, j: int, atoms: list[Atom]) -> Atom | None:
        letter = self._letters.read(j, atoms)
        if letter is not None:
            return letter
        digits = self._numerals.digits_at(j)
        if digits is None:
            return self._misheard(j, atoms)
        if self._is_ordinal(digits):
            return None
        if digits.weak:
            after_digit = bool(atoms) and (atoms[-1].kind != "letter" or len(self._tokens[j].text) > 1)
            follows = self._numerals.is_numeral(digits.next) or self._letters.weak_series(digits.next)
            follows = follows or (self._told(j) and self._border_then_numeral(digits.next))
            if not after_digit and not follows:
                return None
        return digits

    def _told(self, j: int) -> bool:
        return j > 0 and self._tokens[j - 1].low in self._t.links

    def _border_then_numeral(self, j: int) -> bool:
        """Whether the utterance ends at token J and the next begins with a number."""
        border = j < self._n and self._tokens[j].kind in ("join", "turn")
        return border and self._numerals.is_numeral(j + 1)

    def _misheard(self, j: int, atoms: list[Atom]) -> Atom | None:
        """`four one five for two`: a word that sounds like a digit, between digits said one by one."""
        token = self._tokens[j]
        digit = self._t.homophones.get(token.low)
        if digit is None:
            return None
        before = _units_at_end(atoms)
        after = self._digits_ahead(j + 1)
        common = token.low in self._t.functions
        if common and not (
            (before >= 2 and after >= 2)
            or (before >= 5 and after == 1 and not self._counts(j + 2))
            or (before >= 6 and (j + 1 >= self._n or self._tokens[j + 1].kind in ("turn", "join")))
            or (after >= 4 and (before >= 1 or (j > 0 and self._tokens[j - 1].low in self._t.links)))
        ):
            return None
        if not common and not (
            (atoms and after >= 1) or before + after >= 3 > after or after >= (2 if self._told(j) else 3)
        ):
            return None
        return Atom(digit, "unit", token.start, token.end, ((token.start, token.end),), j + 1)

    def _digits_ahead(self, j: int) -> int:
        """How many digits said one by one stand from token J on, four at most."""
        count = 0
        while count < 4 and j < self._n:
            token = self._tokens[j]
            if token.low in self._t.repeats or (count and token.low in self._t.homophones):
                count += 1
            elif token.text != "," and not (
                token.low in self._t.units or (token.kind == "number" and len(token.text) == 1)
            ):
                break
            count, j = count + (token.text != ","), j + 1
        return count

    def _counts(self, j: int) -> bool:
        """Whether what stands at token J is counted: "for two people"."""
        return j < self._n and self._tokens[j].low in self._t.units_after

    def _is_ordinal(self, atom: Atom) -> bool:
        """`5th`: a typed number with letters right behind it."""
        if atom.kind != "typed" or atom.next >= self._n:
            return False
        after = self._tokens[atom.next]
        return after.kind == "word" and after.start == atom.end and after.low in _ORDINAL_ENDINGS


def _is_amount(atoms: Sequence[Atom]) -> bool:
    """`401k`: typed digits with a unit right behind."""
    if len(atoms) != 2 or atoms[0].kind != "typed" or atoms[1].start != atoms[0].end:
        return False
    return atoms[1].text.casefold() in GLUED_UNITS


def _alike_typed(atoms: Sequence[Atom]) -> bool:
    """`4242. 4242. And 4242`: three typed groups of one size, three digits or more."""
    sizes = {len(atom.text) for atom in atoms}
    return (
        len(atoms) == 3
        and len(sizes) == 1
        and min(sizes) >= 3
        and all(atom.kind == "typed" for atom in atoms)
    )


def _units_at_end(atoms: Sequence[Atom]) -> int:
    """How many atoms at the end are digits said one by one."""
    count = 0
    for atom in reversed(atoms):
        if atom.kind != "unit" and not (atom.kind == "typed" and len(atom.text) == 1):
            break
        count += 1
    return count


def _settle(run: Run) -> None:
    """Apply the corrections: what was taken back gives no character."""
    kept: list[Atom] = []
    group_start = 0
    for index, atom in enumerate(run.atoms):
        if atom.gap == "restart":
            kept.clear()
            group_start = 0
        elif atom.gap == "correction" and kept:
            group = kept[group_start:] or kept
            ahead = _group_ahead(run.atoms, index)
            if len(ahead) >= 2 and len(ahead) == len(group) and _alike(group, ahead):
                del kept[len(kept) - len(group) :]
            else:
                kept.pop()
            group_start = len(kept)
        elif atom.gap:
            group_start = len(kept)
        kept.append(atom)
    run.value = "".join(atom.text for atom in kept)
    run.marks = [mark for atom in kept for mark in atom.marks]
    run.groups = tuple(len(atom.text) for atom in kept)


def _group_ahead(atoms: list[Atom], index: int) -> list[Atom]:
    end = index + 1
    while end < len(atoms) and not atoms[end].gap:
        end += 1
    return atoms[index:end]


def _alike(group: list[Atom], ahead: list[Atom]) -> bool:
    """Whether AHEAD says GROUP again with a change: at least half of it is the same."""
    same = sum(a.text == b.text for a, b in zip(group, ahead, strict=True))
    return same * 2 >= len(group)
