"""Read one letter of a spelling: plainly, in a spelling alphabet, "double l", "capital b", "b as in boy"."""

from collections.abc import Sequence
from typing import Final

from redaction.languages import words
from redaction.lexicon import Lexicon
from redaction.numerals import Atom, NumeralReader
from redaction.tokens import Token

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzñäöüç")
_LONG: Final = 7  # characters after which a letter word is the check letter of a number
#: Letters right behind typed digits that make an amount: "10am", "5km", "42k".
GLUED_UNITS: Final = words(
    "am pm km kg g gb mb tb kb k m cm mm h hr hrs min s sec mph kwh w kw v lb lbs oz ft in x p c f usd "
    "eur l ml b"
)
_NAMES_A_CODE: Final = words("number id code plate licence license registration policy passport")
_NO_CODE: Final = frozenset(["november", "hotel", "march"])


class LetterReader:
    """Reads the letters of one text; knows what was read before only as atoms."""

    def __init__(self, lexicon: Lexicon, tokens: Sequence[Token], numerals: NumeralReader) -> None:
        self._lex = lexicon
        self._t = lexicon.table
        self._tokens = tokens
        self._n = len(tokens)
        self._numerals = numerals

    def read(self, j: int, atoms: list[Atom]) -> Atom | None:
        """A letter said at token J: plainly, in the spelling alphabet, "double l", "capital b", typed beside digits."""
        token = self._tokens[j]
        if token.kind != "word":
            return None
        low, t = token.low, self._t
        after_letter = bool(atoms) and atoms[-1].kind == "letter"
        if low in t.capitals and j + 1 < self._n and len(self._tokens[j + 1].low) == 1:
            inner = self.read(j + 1, [*atoms, Atom("", "letter", 0, 0, (), 0)])
            if inner is not None:
                text = inner.text.upper() if low not in ("small", "lowercase") else inner.text
                return Atom(text, "letter", token.start, inner.end, ((token.start, inner.end),), inner.next)
        if low in t.repeats and j + 1 < self._n and len(self._tokens[j + 1].low) == 1:
            letter = self._tokens[j + 1]
            if letter.kind == "word" and letter.low not in t.units:
                text = "w" if low == "double" and letter.low == "u" else letter.low * t.repeats[low]
                return Atom(
                    text, "letter", token.start, letter.end, ((token.start, letter.end),) * len(text), j + 2
                )
        if len(low) == 1:
            return self._single(j, atoms, after_letter=after_letter)
        long = sum(len(atom.text) for atom in atoms) >= _LONG
        if low in t.letter_words and (after_letter or self.letterish(j + 1) or long):
            return self._with_example(t.letter_words[low], j)
        if low in t.spelling and self._spelling_here(j, atoms, after_letter=after_letter):
            return self._with_example(t.spelling[low], j)
        return self._typed_letters(j, atoms)

    def _spelling_here(self, j: int, atoms: list[Atom], *, after_letter: bool) -> bool:
        if after_letter or self.letterish(j + 1) or self.weak_series(j + 1):
            return True
        numeral = self._numerals.is_numeral(j + 1)
        if numeral and j and self._tokens[j - 1].low in self._t.links and self._tokens[j].low not in _NO_CODE:
            return True
        if any(atom.kind == "letter" for atom in atoms):
            return True
        told = j > 0 and self._tokens[j - 1].low in self._t.links
        if numeral and told and any(token.low in self._t.spelling for token in self._tokens[j + 1 : j + 6]):
            return True  # "confirmation is hotel four four quebec nine"
        if all(self._numerals.is_numeral(j + k) for k in range(1, 5)):
            return True
        if numeral and j and self._tokens[j - 1].low in _NAMES_A_CODE:
            return True
        if atoms:
            return numeral and self._tokens[j].low not in _NO_CODE
        return numeral and self._numerals.is_numeral(j + 2) and self._tokens[j].low not in _NO_CODE

    def _single(self, j: int, atoms: list[Atom], *, after_letter: bool) -> Atom | None:
        token = self._tokens[j]
        low = token.low
        if low not in _LETTERS or self._direction(j, atoms) or self._of_account(j) or self._of_time(j, atoms):
            return None
        if low in self._t.units and not after_letter:  # "o" beside digits is a zero
            if self._numerals.is_numeral(j + 1) and self._tokens[j + 1].low not in self._t.weak_zeros:
                return None
            if atoms and not self.letterish(j + 1):
                return None
        example = self._example(j + 1, low)
        if low in self._t.weak_letters and example is None and not after_letter:
            numeral_next = self._numerals.is_numeral(j + 1)
            glued = j + 1 < self._n and self._tokens[j + 1].start == token.end and numeral_next
            behind = bool(atoms) and atoms[-1].end == token.start
            if letters_in(atoms) and self._closes_code(j):
                return self._with_example(low, j)
            if not (self.weak_series(j + 1) or (atoms and numeral_next) or glued or behind):
                return None
        return self._with_example(low, j)

    def _of_time(self, j: int, atoms: list[Atom]) -> bool:
        """`six p m`: the half of a day behind an hour."""
        hour = (
            bool(atoms)
            and all(atom.kind != "letter" for atom in atoms)
            and sum(len(a.text) for a in atoms) <= 4
        )
        return hour and self._tokens[j].low in "ap" and j + 1 < self._n and self._tokens[j + 1].low == "m"

    def _of_account(self, j: int) -> bool:
        """`a/c`: an account."""
        said = [token.low for token in self._tokens[max(0, j - 2) : j + 3]]
        return self._tokens[j].low in "ac" and any(said[k : k + 3] == ["a", "/", "c"] for k in range(3))

    def _direction(self, j: int, atoms: list[Atom]) -> bool:
        """`500 S. Main St`: a compass letter behind a house number."""
        token = self._tokens[j]
        if token.low not in "nsew" or not atoms or atoms[-1].kind != "typed" or token.start == atoms[-1].end:
            return False
        k = j + 2 if j + 1 < self._n and self._tokens[j + 1].text == "." else j + 1
        return k < self._n and self._tokens[k].kind == "word" and len(self._tokens[k].text) > 1

    def _example(self, j: int, letter: str) -> int | None:
        """Past "as in boy" for the letter b."""
        if j < self._n and self._tokens[j].text == ",":
            j += 1
        if j >= self._n or self._tokens[j].kind != "word":
            return None
        found = self._lex.as_in.at(self._tokens, j)
        if found is None:
            return None
        k = found[1]
        while k < self._n - 1 and (self._tokens[k].text == "," or (self._tokens[k].low,) in self._t.fillers):
            k += 1
        if k >= self._n:
            return None
        word = self._tokens[k]
        return k + 1 if word.kind == "word" and len(word.low) > 1 and word.low.startswith(letter) else None

    def _with_example(self, letter: str, j: int) -> Atom:
        token = self._tokens[j]
        nxt = self._example(j + 1, letter) or j + 1
        end = self._tokens[nxt - 1].end
        return Atom(letter, "letter", token.start, end, ((token.start, end),), nxt)

    def _typed_letters(self, j: int, atoms: list[Atom]) -> Atom | None:
        """`AB` of `AB123456`: letters with a digit right beside them."""
        token = self._tokens[j]
        if len(token.text) > 8 or not token.text.isalpha():
            return None
        after = self._tokens[j + 1] if j + 1 < self._n else None
        glued_after = after is not None and after.kind == "number" and after.start == token.end
        if after is not None and after.text == "-" and after.start == token.end and token.text.isupper():
            digits = self._tokens[j + 2] if j + 2 < self._n else None
            glued_after = digits is not None and digits.kind == "number" and digits.start == after.end
        glued_before = bool(atoms) and atoms[-1].end == token.start and atoms[-1].kind == "typed"
        if not (glued_after or glued_before):
            return None
        spots = tuple((token.start + k, token.start + k + 1) for k in range(len(token.text)))
        return Atom(token.text, "letter", token.start, token.end, spots, j + 1)

    def letterish(self, j: int) -> bool:
        """Whether token J is surely a letter said alone."""
        if j < self._n and self._tokens[j].text in "-.,":
            j += 1
        if j >= self._n or self._tokens[j].kind != "word":
            return False
        low = self._tokens[j].low
        if low in self._t.repeats or low in self._t.capitals:
            return (
                j + 1 < self._n and len(self._tokens[j + 1].low) == 1 and self._tokens[j + 1].kind == "word"
            )
        if len(low) == 1:
            return low in _LETTERS and low not in self._t.weak_letters
        return low in self._t.spelling or low in self._t.letter_words

    def weak_series(self, j: int) -> bool:
        """Whether only weak letters stand between J and a sure one or a number: "a a b", "u zero"."""
        for k in range(j, min(j + 4, self._n)):
            token = self._tokens[k]
            if token.kind != "word" or token.low not in self._t.weak_letters:
                return self.letterish(k) or (k > j and self._numerals.is_numeral(k))
            if self._example(k + 1, token.low) is not None:
                return True
        return False

    def _is_letter(self, j: int) -> bool:
        """Whether a single letter that is also a word stands for itself: with more letters or an example behind it."""
        return self.weak_series(j + 1) or self._example(j + 1, self._tokens[j].low) is not None

    def _closes_code(self, j: int) -> bool:
        """Whether a code with letters goes on with this single letter: more of it or nothing follows."""
        after = self._tokens[j + 1] if j + 1 < self._n else None
        return after is None or len(after.low) == 1 or self._numerals.is_numeral(j + 1)

    def goes_on_after_pause(self, j: int, letters: str) -> bool:
        """`t, a`: a letter behind a pause, when nothing but letters and numbers follows."""
        return bool(letters) and self._closes_code(j)

    def goes_on(self, j: int, letters: str) -> bool:
        return letters == "last" or self._is_letter(j) or (letters == "some" and self._closes_code(j))


def letters_in(atoms: list[Atom]) -> str:
    """`last` if the last atom is a letter, `some` if an earlier one is, else nothing."""
    if atoms and atoms[-1].kind == "letter":
        return "last"
    return "some" if any(atom.kind == "letter" for atom in atoms) else ""
