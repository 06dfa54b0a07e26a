"""Recognizers of people: by context, and whatever the call already knows."""

from collections.abc import Iterable
from typing import ClassVar

from policies.entities import EntityType as E
from redaction.people import NameFinder
from redaction.reading import Reading
from redaction.recognizers import ReadingRecognizer
from redaction.spans import Found


class NameRecognizer(ReadingRecognizer):
    TYPES: ClassVar = frozenset({E.PERSON})

    def find(self, reading: Reading) -> Iterable[Found]:
        return NameFinder(reading.scan, expected=E.PERSON in reading.slots.expected).find()


class KnownValueRecognizer(ReadingRecognizer):
    """Values that this call has already met: from a tool, from an earlier turn."""

    TYPES: ClassVar = frozenset(E) - {E.UNSCANNED}

    def find(self, reading: Reading) -> Iterable[Found]:
        return reading.known.find(reading.scan, reading.verdicts.dates)
