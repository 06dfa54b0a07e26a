"""The closed list of kinds of personal data; labels, spans and policies use these names and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class EntityType(StrEnum):
    """A kind of personal data."""

    PAN = "PAN"
    SECURITY_CODE = "SECURITY_CODE"
    CARD_EXPIRY = "CARD_EXPIRY"
    PIN = "PIN"
    IBAN = "IBAN"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    ROUTING_NUMBER = "ROUTING_NUMBER"
    SSN = "SSN"
    NATIONAL_ID = "NATIONAL_ID"
    PASSPORT = "PASSPORT"
    DRIVER_LICENCE = "DRIVER_LICENCE"
    HEALTH_ID = "HEALTH_ID"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    URL = "URL"
    IP_ADDRESS = "IP_ADDRESS"
    PERSON = "PERSON"
    STREET_ADDRESS = "STREET_ADDRESS"
    POSTCODE = "POSTCODE"
    CITY = "CITY"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    AGE_OVER_89 = "AGE_OVER_89"
    DATE = "DATE"
    ACCOUNT_NUMBER = "ACCOUNT_NUMBER"
    PASSWORD = "PASSWORD"  # noqa: S105 - a kind of data, not a secret
    VEHICLE_ID = "VEHICLE_ID"
    DEVICE_ID = "DEVICE_ID"
    NUMBER = "NUMBER"
    UNSCANNED = "UNSCANNED"


#: Nothing of these is kept, not even in memory: they leave `[TYPE]` and no label.
DROPPED = frozenset(
    {
        EntityType.PAN,
        EntityType.SECURITY_CODE,
        EntityType.CARD_EXPIRY,
        EntityType.PIN,
        EntityType.PASSWORD,
    }
)


class Operator(StrEnum):
    """What happens to a value that was found."""

    DROP = "drop"  # `[TYPE]` stays, the value is not kept even in memory
    LABEL = "label"  # `<TYPE_1>`: the same value has the same label for the whole call
    MASK = "mask"  # all but the last four characters


class Regime(StrEnum):
    """A body of rules that calls for a kind to be found."""

    PCI = "PCI DSS"
    HIPAA = "HIPAA Safe Harbor"
    GDPR = "GDPR"


@dataclass(frozen=True, slots=True)
class EntityInfo:
    """What a kind of personal data is, with an invented example, and who calls for it."""

    description: str
    example: str
    operator: Operator
    regimes: frozenset[Regime]
    on_by_default: bool = True  # plain dates are switched on by health policies


def _info(
    description: str, example: str, *regimes: Regime, operator: Operator = Operator.LABEL
) -> EntityInfo:
    return EntityInfo(description, example, operator, frozenset(regimes))


_DROP = Operator.DROP
_PCI, _HIPAA, _GDPR = Regime.PCI, Regime.HIPAA, Regime.GDPR

#: HIPAA: 45 CFR 164.514(b)(2)(i)(A)-(R). GDPR: whatever relates to a person, art. 4(1).
ENTITIES: Mapping[EntityType, EntityInfo] = MappingProxyType(
    {
        EntityType.PAN: _info(
            "a payment card number", "4242 4242 4242 4242", _PCI, _HIPAA, _GDPR, operator=_DROP
        ),
        EntityType.SECURITY_CODE: _info("the security code of a card", "123", _PCI, _GDPR, operator=_DROP),
        EntityType.CARD_EXPIRY: _info("the expiry date of a card", "12/30", _PCI, _GDPR, operator=_DROP),
        EntityType.PIN: _info("a personal identification number", "4921", _PCI, _GDPR, operator=_DROP),
        EntityType.IBAN: _info(
            "an international bank account number", "DE89 3704 0044 0532 0130 00", _HIPAA, _GDPR
        ),
        EntityType.BANK_ACCOUNT: _info("a bank account number", "12345678", _HIPAA, _GDPR),
        EntityType.ROUTING_NUMBER: _info("a bank's sort code or routing number", "021000021", _GDPR),
        EntityType.SSN: _info("a US social security number", "078-05-1120", _HIPAA, _GDPR),
        EntityType.NATIONAL_ID: _info(
            "a number that a state gives to a person", "QQ 12 34 56 C", _HIPAA, _GDPR
        ),
        EntityType.PASSPORT: _info("a passport number", "C01X00T47", _HIPAA, _GDPR),
        EntityType.DRIVER_LICENCE: _info("a driving licence number", "D1234567", _HIPAA, _GDPR),
        EntityType.HEALTH_ID: _info("a record, insurance or provider number", "943 476 5919", _HIPAA, _GDPR),
        EntityType.PHONE: _info("a telephone or fax number", "+1 415 555 0142", _HIPAA, _GDPR),
        EntityType.EMAIL: _info("an e-mail address", "ana@example.com", _HIPAA, _GDPR),
        EntityType.URL: _info("a web address", "example.com/ana", _HIPAA, _GDPR),
        EntityType.IP_ADDRESS: _info("an internet address of a device", "192.0.2.17", _HIPAA, _GDPR),
        EntityType.PERSON: _info("a person's name", "Ana Example", _HIPAA, _GDPR),
        EntityType.STREET_ADDRESS: _info("street and house number", "12 Example Street", _HIPAA, _GDPR),
        EntityType.POSTCODE: _info("a postcode", "94103", _HIPAA, _GDPR),
        EntityType.CITY: _info("the town of an address", "Springfield", _HIPAA, _GDPR),
        EntityType.DATE_OF_BIRTH: _info("a date of birth", "3 April 1975", _HIPAA, _GDPR),
        EntityType.AGE_OVER_89: _info("an age over 89", "ninety-three years old", _HIPAA),
        EntityType.DATE: EntityInfo(
            "any other date that concerns the caller",
            "admitted on 2 May",
            Operator.LABEL,
            frozenset({_HIPAA}),
            on_by_default=False,
        ),
        EntityType.ACCOUNT_NUMBER: _info("a customer, order or policy number", "77-1234567", _HIPAA, _GDPR),
        EntityType.PASSWORD: _info(
            "a password or the answer to a security question", "hunter2", _GDPR, operator=_DROP
        ),
        EntityType.VEHICLE_ID: _info(
            "a vehicle's number or registration", "1HGCM82633A004352", _HIPAA, _GDPR
        ),
        EntityType.DEVICE_ID: _info("a serial number of a device", "490154203237518", _HIPAA, _GDPR),
        EntityType.NUMBER: _info("a run of digits of no known kind", "83920114", _HIPAA, _GDPR),
        EntityType.UNSCANNED: EntityInfo(
            "text that could not be examined and is withheld whole",
            "[WITHHELD]",
            _DROP,
            frozenset(),
            on_by_default=False,
        ),
    }
)
