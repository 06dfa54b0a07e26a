"""Recognizers that run a model: the shipped one, or a stronger one in its place.

They read whole utterances and whole texts only. The gate of a stream decides word by word, and a model's labels would
change with words that have not come yet.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any, ClassVar, Final

from presidio_analyzer import EntityRecognizer

from policies.entities import EntityType as E
from redaction.errors import NameModelError
from redaction.name_model import ASKED, CUED, name_model
from redaction.places import PlaceFinder
from redaction.reading import Reading
from redaction.recognizers import ReadingRecognizer
from redaction.spans import Found

#: What other models call what we look for. Places alone are no address, so LOCATION is not among them.
_TYPES: Final = {
    "PERSON": E.PERSON,
    "PER": E.PERSON,
    "NAME": E.PERSON,
    "PERSON_NAME": E.PERSON,
    "PATIENT": E.PERSON,
    "STREET_ADDRESS": E.STREET_ADDRESS,
    "ADDRESS": E.STREET_ADDRESS,
}
_SCORE: Final = 0.5
#: The name of the model of this package.
SHIPPED: Final = "shipped"
#: A text in; what was found in it out, as start, end and the model's own name of the type.
Finder = Callable[[str], Iterable[tuple[int, int, str]]]


class NameModelRecognizer(ReadingRecognizer):
    """People and addresses by the shipped model."""

    TYPES: ClassVar = frozenset({E.PERSON, E.STREET_ADDRESS, E.CITY})

    def __init__(self, language: str) -> None:
        self._model = name_model()
        super().__init__(language)

    def find(self, reading: Reading) -> Iterable[Found]:
        if reading.slots.gate:
            return ()
        scan = reading.scan
        taken = frozenset(item.token for cue in scan.cues for item in scan.items[cue.first : cue.next])
        found = self._model.find(scan.tokens, reading.lexicon.table.code, _cued(reading), taken)
        if all(one.type is E.PERSON for one in found):
            return found
        rules = PlaceFinder(reading.scan, expected=E.STREET_ADDRESS in reading.slots.expected).find()
        return [fit for one in found for fit in _beside(one, rules, reading.text)]


def _beside(one: Found, rules: Sequence[Found], text: str) -> Iterable[Found]:
    """What the model found, where the rules know better which part is street, city and post code."""
    over = [other for other in rules if one.start < other.end and other.start < one.end]
    if one.type is E.CITY and (over or any(other.type is E.CITY for other in rules)):
        return
    behind = [other.start for other in over if other.type is not E.STREET_ADDRESS and one.start < other.start]
    if one.type is E.STREET_ADDRESS and behind:
        kept = text[one.start : min(behind)].rstrip(" ,.\n\t-")
        yield replace(one, end=one.start + len(kept))
    else:
        yield one


def _cued(reading: Reading) -> dict[int, float]:
    """The tokens where a name must be expected: behind "my name is", and in the answer to a question for a name."""
    items = reading.scan.items
    cued: dict[int, float] = {}
    if E.PERSON in reading.slots.expected:
        turn = max((k for k, item in enumerate(items) if item.kind == "turn"), default=-1)
        cued = {item.token: ASKED for item in items[turn + 1 :] if item.kind == "word"}
    after = (cue.next for cue in reading.scan.find_phrases(reading.lexicon.names) if cue.kind == "name")
    return cued | {items[k].token: CUED for k in after if k < len(items) and items[k].kind == "word"}


class OtherModelRecognizer(ReadingRecognizer):
    """People and addresses by a model that the operator has installed."""

    TYPES: ClassVar = frozenset({E.PERSON, E.STREET_ADDRESS})

    def __init__(self, language: str, finder: Finder) -> None:
        self._finder = finder
        super().__init__(language)

    def find(self, reading: Reading) -> Iterable[Found]:
        if reading.slots.gate:
            return
        for start, end, name in self._finder(reading.text):
            kind = _TYPES.get(name)
            if kind is not None:
                value = " ".join(reading.text[start:end].casefold().split())
                yield Found(start, end, kind, _SCORE, value)


def name_recognizers(named: str | None, languages: Sequence[str]) -> list[EntityRecognizer]:
    """One recognizer per language: the shipped model, or what NAMED names for the languages it reads.

    NAMED is `SHIPPED`, a spaCy package (`en_core_web_lg`), or a Presidio recognizer as `package.module:Class`; None is
    no model at all. `NameModelError`, one sentence, if it cannot be had.
    """
    if named is None:
        return []
    other = {} if named == SHIPPED else _others(named, languages)
    return [
        OtherModelRecognizer(code, other[code]) if code in other else NameModelRecognizer(code)
        for code in languages
    ]


def _others(named: str, languages: Sequence[str]) -> dict[str, Finder]:
    finders = _presidio(named, languages) if ":" in named else _spacy(named)
    if not set(finders) & set(languages):
        raise NameModelError("the name model reads none of the languages of the calls")
    return finders


def _spacy(package: str) -> dict[str, Finder]:
    import spacy  # noqa: PLC0415 - only who asks for a spaCy package pays for it

    try:
        model = spacy.load(package)
    except (OSError, ImportError, ValueError):
        raise NameModelError(
            f"the name model {package} is not installed: install it, or leave it out and the shipped one is used"
        ) from None
    return {str(model.lang): lambda text: [(e.start_char, e.end_char, e.label_) for e in model(text).ents]}


def _presidio(path: str, languages: Sequence[str]) -> dict[str, Finder]:
    module, _, name = path.partition(":")
    try:
        kind = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise NameModelError(
            f"the name model {path} is not installed: install its module, or leave it out and the shipped one is used"
        ) from None
    if not (isinstance(kind, type) and issubclass(kind, EntityRecognizer)):
        raise NameModelError(f"the name model {path} is no recognizer of Presidio")
    make: Callable[..., EntityRecognizer] = kind
    return {code: _finder(make(supported_language=code)) for code in languages}


def _finder(recognizer: EntityRecognizer) -> Finder:
    wanted = [name for name in recognizer.supported_entities if name in _TYPES]

    def find(text: str) -> Iterable[tuple[int, int, str]]:
        results: Any = recognizer.analyze(text, wanted, None)  # type: ignore[arg-type]
        return [(one.start, one.end, one.entity_type) for one in results or ()]

    return find
