"""Recognizers of addresses of the net and of streets."""

from collections.abc import Iterable
from typing import ClassVar

from policies.entities import EntityType as E
from redaction.net import NetFinder
from redaction.places import PlaceFinder
from redaction.reading import Reading
from redaction.recognizers import ReadingRecognizer
from redaction.spans import Found


class NetRecognizer(ReadingRecognizer):
    TYPES: ClassVar = frozenset({E.EMAIL, E.URL, E.IP_ADDRESS, E.DEVICE_ID})

    def find(self, reading: Reading) -> Iterable[Found]:
        slots = reading.slots
        finder = NetFinder(reading.scan, expected=E.EMAIL in slots.expected, open_end=slots.open_end)
        return finder.find()


class PlaceRecognizer(ReadingRecognizer):
    TYPES: ClassVar = frozenset({E.STREET_ADDRESS, E.CITY, E.POSTCODE})

    def find(self, reading: Reading) -> Iterable[Found]:
        return PlaceFinder(reading.scan, expected=E.STREET_ADDRESS in reading.slots.expected).find()
