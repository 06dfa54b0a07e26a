"""How much of a value there must be for a type, near its cue or far from it; and what a call expects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policies.entities import EntityType as E

#: Kinds of a cue that are entity types; the others (AGE, NAME, ADDRESS, EMAIL) are read elsewhere.
CUED: Final = {kind.value: kind for kind in E}


@dataclass(frozen=True, slots=True)
class Rule:
    """How many characters a value must have to be taken for a type: right after its cue, or further from it."""

    direct: int
    loose: int
    most: int = 40
    reach: int = 10
    code: int = 4  # characters of a value with letters


RULES: Final[Mapping[E, Rule]] = {
    E.PAN: Rule(3, 8, 21),
    E.SECURITY_CODE: Rule(3, 3, 8, reach=8, code=99),
    E.CARD_EXPIRY: Rule(3, 3, 6, reach=6, code=99),
    E.PIN: Rule(3, 4, 8, reach=6),
    E.IBAN: Rule(3, 8, 36, reach=12),
    E.BANK_ACCOUNT: Rule(3, 5, 20),
    E.ROUTING_NUMBER: Rule(3, 5, 14),
    E.SSN: Rule(2, 4, 14),
    E.NATIONAL_ID: Rule(3, 6, 20, code=4),
    E.PASSPORT: Rule(3, 5, 14, code=4),
    E.DRIVER_LICENCE: Rule(3, 5, 20, code=4),
    E.HEALTH_ID: Rule(3, 5, 20, code=4),
    E.PHONE: Rule(3, 6, 19, code=99),
    E.POSTCODE: Rule(4, 5, 10, code=4, reach=6),
    E.DATE_OF_BIRTH: Rule(3, 6, 8, code=99),
    E.ACCOUNT_NUMBER: Rule(3, 5, 24, code=4),
    E.PASSWORD: Rule(3, 4, 40, reach=6, code=3),
    E.VEHICLE_ID: Rule(4, 6, 18, code=4),
    E.DEVICE_ID: Rule(4, 6, 24, code=5),
    E.NUMBER: Rule(4, 99, 12, code=99),
    E.IP_ADDRESS: Rule(4, 6, 12, code=99),
}

#: Types of which not even the first digit may show while their slot is open.
PREFIXED: Final = frozenset(RULES) - {E.POSTCODE, E.IP_ADDRESS, E.NUMBER}


@dataclass(frozen=True, slots=True)
class Slots:
    """What the call expects: types asked for, and whether the text ends in the middle of what is being said."""

    expected: tuple[E, ...] = ()
    open_end: bool = False  # the last value may go on in a later turn
    gate: bool = False  # the words of a stream so far: no model may read them
