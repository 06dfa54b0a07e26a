"""Recognizers of dictated values: cards, banking, identity, health, vehicles and devices, numbers of no known kind."""

from collections.abc import Iterable
from typing import ClassVar

from policies.entities import EntityType as E
from redaction.ages import find_ages
from redaction.passwords import find_passwords
from redaction.reading import Reading
from redaction.recognizers import ReadingRecognizer
from redaction.shapes import find_shapes
from redaction.spans import Found


class CardRecognizer(ReadingRecognizer):
    """Card numbers and what PCI DSS calls sensitive authentication data."""

    TYPES: ClassVar = frozenset({E.PAN, E.SECURITY_CODE, E.CARD_EXPIRY, E.PIN, E.PASSWORD})


class BankingRecognizer(ReadingRecognizer):
    TYPES: ClassVar = frozenset({E.IBAN, E.BANK_ACCOUNT, E.ROUTING_NUMBER, E.ACCOUNT_NUMBER})


class IdentityRecognizer(ReadingRecognizer):
    TYPES: ClassVar = frozenset({E.SSN, E.NATIONAL_ID, E.PASSPORT, E.DRIVER_LICENCE, E.HEALTH_ID})


class CallDateRecognizer(ReadingRecognizer):
    TYPES: ClassVar = frozenset({E.DATE, E.DATE_OF_BIRTH})


class ShapeRecognizer(ReadingRecognizer):
    """What its typed shape alone gives away."""

    TYPES: ClassVar = frozenset({E.IBAN, E.NATIONAL_ID, E.POSTCODE, E.VEHICLE_ID, E.HEALTH_ID, E.SSN})

    def find(self, reading: Reading) -> Iterable[Found]:
        return find_shapes(reading.scan)


class PasswordRecognizer(ReadingRecognizer):
    """Passwords and security answers that are words."""

    TYPES: ClassVar = frozenset({E.PASSWORD})

    def find(self, reading: Reading) -> Iterable[Found]:
        return find_passwords(reading.scan, expected=E.PASSWORD in reading.slots.expected)


class AgeRecognizer(ReadingRecognizer):
    TYPES: ClassVar = frozenset({E.AGE_OVER_89})

    def find(self, reading: Reading) -> Iterable[Found]:
        return find_ages(reading.scan)


class NumberRecognizer(ReadingRecognizer):
    """Phones, post codes, vehicles, devices, and digit runs of no known kind."""

    TYPES: ClassVar = frozenset({E.PHONE, E.POSTCODE, E.VEHICLE_ID, E.DEVICE_ID, E.NUMBER, E.IP_ADDRESS})
