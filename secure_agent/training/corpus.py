"""Labelled token rows without end, from one seed: a mix of calls, written text and lines that hold nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from redaction.name_features import NO_LISTS, NO_WORD, features
from redaction.name_network import LABELS
from redaction.tokens import JOIN, TURN, tokenize
from secure_agent.evaluation.dice import Dice
from secure_agent.training.sentences import FOLDER, Piece, sentences, speak
from secure_agent.training.speech import formatted, spoken
from secure_agent.training.values import slots

#: File, language, share of all sentences, share of them that is spoken, per cent.
MIX: Final = (
    ("en_calls.txt", "en", 17, 65),
    ("en_calls2.txt", "en", 11, 65),
    ("en_written.txt", "en", 21, 30),
    ("en_benign.txt", "en", 14, 55),
    ("en_benign2.txt", "en", 14, 55),
    ("es.txt", "es", 4, 55),
    ("fr.txt", "fr", 4, 55),
    ("de.txt", "de", 4, 55),
    ("it.txt", "it", 3, 55),
    ("pt.txt", "pt", 3, 55),
    ("nl.txt", "nl", 3, 55),
    ("pl.txt", "pl", 3, 55),
)
_INDEX: Final = {label: k for k, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Sample:
    text: str
    rows: NDArray[np.uint64]
    labels: NDArray[np.int64]


class Corpus:
    """Draws samples; the same seed draws the same on every machine."""

    def __init__(self, seed: int) -> None:
        self._dice = Dice(seed)
        files = {file.name for file in FOLDER.iterdir()}
        self._mix = [one for one in MIX if one[0] in files]
        self._slots = {language: slots(language) for _, language, _, _ in self._mix}
        self._wheel = [one for one in self._mix for _ in range(one[2])]

    def _sentence(self) -> tuple[list[Piece], str]:
        dice = self._dice
        file, language, _, share = dice.pick(self._wheel)
        pieces = speak(dice.pick(sentences(file)), dice, self._slots[language])
        # A call of two languages is read by the tables of both.
        said = dice.pick(tuple(self._slots)) if language == "en" and dice.chance(9) else language
        if dice.chance(share):
            return spoken(pieces, dice, language, dice.pick((0, 0, 0, 8, 16, 24))), said
        if "written" not in file:
            pieces = formatted(pieces, dice)
        if dice.chance(3):
            pieces = [(text.upper(), label) for text, label in pieces]
        return pieces, said

    def _pieces(self) -> tuple[list[Piece], str]:
        """One sentence, or a few in a row as one text of a call holds them."""
        pieces, language = self._sentence()
        while self._dice.chance(28):
            more, _ = self._sentence()
            pieces = [*pieces, (self._dice.pick((" ", " ", JOIN, TURN, "\n")), ""), *more]
        return pieces, language

    def sample(self) -> Sample:
        pieces, language = self._pieces()
        text, spans = "", []
        for piece, label in pieces:
            if label:
                spans.append((len(text), len(text) + len(piece), _INDEX[label]))
            text += piece
        tokens = tokenize(text)
        rows = np.asarray(features(tokens, language), dtype=np.uint64).reshape(len(tokens), -1)
        labels = np.zeros(len(tokens), dtype=np.int64)
        at = 0
        for start, end, index in spans:
            while at < len(tokens) and tokens[at].end <= start:
                at += 1
            k = at
            while k < len(tokens) and tokens[k].start < end:
                labels[k] = index
                k += 1
        self._drop(rows, labels)
        return Sample(text, rows, labels)

    def _drop(self, rows: NDArray[np.uint64], labels: NDArray[np.int64]) -> None:
        """Hide a word or its lists now and then, so that the sentence around it must do."""
        for k in range(len(rows)):
            roll = self._dice.below(100)
            entity = labels[k] > 0
            if roll < (25 if entity else 4):
                rows[k, 4] = NO_LISTS
            if (roll % 10) < (3 if entity else 1):
                rows[k, 0] = NO_WORD

    def batches(self, tokens: int) -> Iterator[list[Sample]]:
        while True:
            batch, size = [], 0
            while size < tokens:
                one = self.sample()
                if len(one.rows):
                    batch.append(one)
                    size += len(one.rows)
            yield batch
