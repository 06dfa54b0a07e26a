"""The shape of one language's words, so that a native speaker can review one file and change nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Phrases separated by `|`, by what they do to an answer.

    Where one phrase begins another the longer one counts, and of equal ones the more cautious kind (refuse,
    hedge, agree, yes, no, negation, record, neutral). A word that may stand in a yes without changing it is
    neutral; any word not listed makes a yes unclear. A negation near a word of `record` is a refusal.
    """

    yes: str
    agree: str
    no: str
    refuse: str
    hedge: str
    negation: str
    record: str
    neutral: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentPatterns:
    """Patterns between word borders; `^` is the beginning of the remark, after the words that may lead."""

    leading: str
    are_you_a_person: tuple[str, ...]
    wants_person: tuple[str, ...]
    withdraws: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaPatterns:
    """Patterns of what the agent must never say of itself: that it is human, or that it holds a licence."""

    human: tuple[str, ...]
    licence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One language."""

    vocabulary: Vocabulary
    intents: IntentPatterns
    persona: PersonaPatterns


def end(words: str) -> str:
    """Demand the end of the remark or one of WORDS: "is it a computer", not "is it a computer problem"."""
    return rf"(?=$| (?:{words})(?!\w))"


def either(things: str, conjunction: str, article: str) -> str:
    """Match "a person or a machine" in either order."""
    return rf"(?:{things}) {conjunction} (?:{article})?(?:{things})"
