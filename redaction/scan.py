"""One text as items: words, dictated values, typed composites, each with its place; what every recognizer reads."""

from dataclasses import dataclass
from typing import Final

from redaction.languages import words
from redaction.letters import GLUED_UNITS
from redaction.lexicon import Lexicon
from redaction.numerals import number_shape
from redaction.runs import Run, RunReader
from redaction.tokens import tokenize

#: Words behind a cue that belong to it: "pan card number".
_OF_CUE: Final = words("number number's numbers")
#: What ties the words of a field's name: `date_of_birth`, `first-name`.
_WORD_JOINTS: Final = frozenset("_-")
_MONEY: Final = frozenset("$€£¥₹")


@dataclass(slots=True)
class Item:
    """One thing in a text. For a dictated value `text` is its normal form and `run` says how it was said."""

    kind: str
    text: str
    low: str
    start: int
    end: int
    token: int  # index of its first token
    next: int  # index after its last token
    run: Run | None = None
    amount: bool = False  # a price, time, count, year: no personal data without a cue
    plus: bool = False  # "+" before it

    @property
    def is_value(self) -> bool:
        return self.kind in ("num", "code")

    @property
    def said(self) -> int:
        """How many characters were said in all, those taken back included."""
        return len(self.text) if self.run is None else sum(len(atom.text) for atom in self.run.atoms)

    @property
    def digits(self) -> int:
        return sum(c.isdigit() for c in self.text)


@dataclass(slots=True)
class Cue:
    """A cue of one kind, as items `[first, next)`."""

    kind: str
    first: int
    next: int


class Scan:
    """A text, cut and read once for all recognizers of one language."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.tokens = tokenize(text)
        self.items: list[Item] = []
        self._read()
        lows = {item.low for item in self.items}
        self._words = lows | {low[:-2] for low in lows if low.endswith("'s")}
        self.cues = self._find(lexicon.cues)

    def _read(self) -> None:
        tokens, lex, items = self.tokens, self.lexicon, self.items
        runs = RunReader(lex, tokens)
        i, n = 0, len(tokens)
        while i < n:
            token = tokens[i]
            if token.kind == "number" or (token.kind == "word" and self._may_begin(i)):
                item = self._value(runs, i) or self._plain(i)
            elif token.kind == "word":
                item = self._plain(i)
            else:
                item = Item(token.kind, token.text, token.low, token.start, token.end, i, i + 1)
            items.append(item)
            i = item.next

    def _may_begin(self, i: int) -> bool:
        """Whether a dictated value may begin at the word I; most words are told by one look."""
        tokens, lex = self.tokens, self.lexicon
        token = tokens[i]
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.low in lex.weak_starters and not (i and tokens[i - 1].end == token.start):
            return after is not None and (
                after.kind != "word" or len(after.low) == 1 or after.low in lex.after_weak
            )
        if token.low in lex.starters or len(token.low) == 1:
            return True
        return (
            after is not None and after.start == token.end and (after.kind == "number" or after.text == "-")
        )

    def _value(self, runs: RunReader, i: int) -> Item | None:
        run = runs.read(i)
        if run is None:
            return None
        last = self.tokens[run.next] if run.next < len(self.tokens) else None
        glued = last is not None and last.kind == "word" and last.start == run.end
        ends_typed = run.atoms[-1].kind == "typed"
        if glued and last is not None and ends_typed and last.low in GLUED_UNITS:
            return Item(
                "amount", run.value, run.value, run.start, last.end, i, run.next + 1, run, amount=True
            )
        letters = sum(len(a.text) for a in run.atoms if a.kind == "letter")
        if letters == len("".join(a.text for a in run.atoms)):
            if letters < 2 and len(run.atoms) == 1 and run.next == i + 1:
                return None
            return Item("spell", run.value, run.value.casefold(), run.start, run.end, i, run.next, run)
        if len(run.atoms) == 1 and run.next == i + 1 and self.tokens[i].low in self.lexicon.table.pronouns:
            return None
        kind = "code" if letters else "num"
        item = Item(kind, run.value, run.value.casefold(), run.start, run.end, i, run.next, run)
        item.plus = i > 0 and self.tokens[i - 1].low in ("+", "plus")
        return item

    def _plain(self, i: int) -> Item:
        tokens, t = self.tokens, self.lexicon.table
        token = tokens[i]
        if token.kind == "number":
            shape = number_shape(token.text)
            after = tokens[i + 1] if i + 1 < len(tokens) else None
            if shape in ("plain", "digits") and after is not None and after.start == token.end:
                return Item("ordinal", token.text, token.low, token.start, after.end, i, i + 2)
            return Item(shape, token.text, token.low, token.start, token.end, i, i + 1, amount=shape != "ip")
        found = self.lexicon.fillers.at(tokens, i) if token.low in self.lexicon.fillers.firsts else None
        if found is not None and token.low not in t.units:
            return Item("filler", token.text, token.low, token.start, tokens[found[1] - 1].end, i, found[1])
        if token.low in t.ordinals:
            return Item("ordinal", str(t.ordinals[token.low]), token.low, token.start, token.end, i, i + 1)
        return Item("word", token.text, token.low, token.start, token.end, i, i + 1)

    def _find(self, index: dict[str, list[tuple[tuple[str, ...], str]]]) -> list[Cue]:
        """Every longest cue phrase, left to right, not overlapping."""
        cues: list[Cue] = []
        if index.keys().isdisjoint(self._words):
            return cues
        items, n = self.items, len(self.items)
        i = 0
        while i < n:
            options = index.get(items[i].low)
            if items[i].low[-2:] == "'s":
                options = [*(options or ()), *index.get(items[i].low[:-2], ())]
            if options is None:
                i += 1
                continue
            hit = None
            for phrase, kind in options:
                j = i + 1
                for word in phrase[1:]:
                    while j < n and (items[j].kind == "filler" or items[j].text in _WORD_JOINTS):
                        j += 1
                    if j >= n or (items[j].low != word and items[j].low != word + "'s"):
                        break
                    j += 1
                else:
                    while j < n and items[j].low in _OF_CUE and items[j].kind == "word":
                        j += 1
                    hit = Cue(kind, i, j)
                    break
            if hit is None:
                i += 1
            else:
                cues.append(hit)
                i = hit.next
        return cues

    def find_phrases(self, index: dict[str, list[tuple[tuple[str, ...], str]]]) -> list[Cue]:
        """Where the phrases of INDEX stand."""
        return self._find(index)

    def word_before(self, index: int) -> Item | None:
        """The nearest item before INDEX that is no filler and no punctuation."""
        for k in range(index - 1, max(-1, index - 6), -1):
            if self.items[k].kind not in ("filler", "punct"):
                return self.items[k]
        return None

    def word_after(self, index: int) -> Item | None:
        for k in range(index + 1, min(len(self.items), index + 5)):
            if self.items[k].kind not in ("filler", "punct"):
                return self.items[k]
        return None

    def money_before(self, index: int) -> bool:
        return index > 0 and self.items[index - 1].text in _MONEY
