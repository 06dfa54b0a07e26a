"""The closed list of kinds of personal data; labels, spans and policies use these names and no others."""

from enum import StrEnum


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
