"""Understand the answer to a question about recording: yes, no or unclear, and unclear is never a yes.

A yes must be whole: every word of it belongs to agreeing ("yes please, you can record this call"). An
ordinary sentence that happens to begin with yes is unclear. A refusal may stand anywhere ("yes but don't
record").
"""

from collections.abc import Iterator
from enum import Enum, StrEnum, auto
from typing import Final

from consent.folding import fold, languages_to_try
from consent.languages import SPEECH
from consent.speech import Vocabulary
from policies.text import RedactedText


class Answer(StrEnum):
    """What the party said to the question."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class _Kind(Enum):
    YES = auto()
    AGREE = auto()
    NO = auto()
    REFUSE = auto()
    HEDGE = auto()
    NEUTRAL = auto()
    NEGATION = auto()
    RECORD = auto()
    OTHER = auto()


#: How many words may stand between a negation and the word for recording that it denies.
_REACH: Final = 5
#: A "no" that ends a short remark ("I'd say no") is a refusal; in a long sentence it is a word like others.
_SHORT: Final = 6

_Table = dict[str, list[tuple[tuple[str, ...], _Kind]]]


def understand_answer(text: RedactedText, language: str) -> Answer:
    """Return the answer in the language of the call, or in English; anything not certain is `UNCLEAR`."""
    answer = Answer.UNCLEAR
    question = "?" in text or "¿" in text
    words = fold(text).split()
    for name in languages_to_try(language):
        table = _TABLES.get(name)
        if table is None:
            continue
        kinds = list(_classify(words, table))
        records = [at for at, word in enumerate(words) if word in _RECORD_WORDS[name]]
        answer = _answer_of(kinds, records, question=question)
        own = any(kind not in {_Kind.OTHER, _Kind.NEUTRAL, _Kind.RECORD} for kind, _ in kinds)
        if answer is not Answer.UNCLEAR or own:  # words of this language were found: English adds nothing
            break
    return answer


def _answer_of(kinds: list[tuple[_Kind, int]], records: list[int], *, question: bool) -> Answer:
    found = [kind for kind, _ in kinds]
    if _Kind.REFUSE in found or _denies_recording(kinds, records):
        return Answer.NO
    if question or _Kind.HEDGE in found:
        return Answer.UNCLEAR
    agrees = _Kind.YES in found or _Kind.AGREE in found
    if _Kind.NO in found:
        return _with_a_no([kind for kind in found if kind is not _Kind.NEUTRAL], agrees=agrees)
    whole = all(kind in {_Kind.YES, _Kind.AGREE, _Kind.NEUTRAL, _Kind.RECORD} for kind in found)
    return Answer.YES if agrees and whole else Answer.UNCLEAR


def _with_a_no(found: list[_Kind], *, agrees: bool) -> Answer:
    """Judge a bare "no": it counts at the beginning, or at the end of a short remark."""
    if found[-1] is _Kind.NO and len(found) <= _SHORT:
        return Answer.NO
    if found[0] is _Kind.NO and not agrees:
        return Answer.NO
    return Answer.UNCLEAR


def _denies_recording(kinds: list[tuple[_Kind, int]], records: list[int]) -> bool:
    """Find a negation (or a bare no) near the word for recording, on either side of it."""
    negations = [at for kind, at in kinds if kind in {_Kind.NEGATION, _Kind.NO}]
    return any(abs(there - here) <= _REACH for here in negations for there in records)


def _classify(words: list[str], table: _Table) -> Iterator[tuple[_Kind, int]]:
    """Cover the words from left to right with the longest known phrase at each place."""
    at = 0
    while at < len(words):
        for phrase, kind in table.get(words[at], ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield kind, at
                at += len(phrase)
                break
        else:
            yield _Kind.OTHER, at
            at += 1


def _table_of(vocabulary: Vocabulary) -> _Table:
    groups = (
        (_Kind.REFUSE, vocabulary.refuse),
        (_Kind.HEDGE, vocabulary.hedge),
        (_Kind.AGREE, vocabulary.agree),
        (_Kind.YES, vocabulary.yes),
        (_Kind.NO, vocabulary.no),
        (_Kind.NEGATION, vocabulary.negation),
        (_Kind.RECORD, vocabulary.record),
        (_Kind.NEUTRAL, vocabulary.neutral),
    )
    table: _Table = {}
    for kind, phrases in groups:
        for phrase in phrases.split("|"):
            words = tuple(phrase.split())
            table.setdefault(words[0], []).append((words, kind))
    for phrases_of_word in table.values():
        phrases_of_word.sort(
            key=lambda entry: -len(entry[0])
        )  # stable: of equals the more cautious kind first
    return table


_RECORD_WORDS: Final = {
    language: frozenset(speech.vocabulary.record.split("|")) for language, speech in SPEECH.items()
}
_TABLES: Final = {language: _table_of(speech.vocabulary) for language, speech in SPEECH.items()}
