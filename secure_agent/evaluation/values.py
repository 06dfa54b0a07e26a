"""Invented values of each kind, with valid check digits where the kind has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from policies.entities import EntityType as E
from redaction.checksums import luhn, mod97
from secure_agent.evaluation.dice import Dice, listed

GIVEN: Final = listed(
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Maria Jose "
    "Carlos Ana Priya Rahul Anjali Wei Mei Hiroshi Yuki Minh Fatima Omar Aisha Mohammed Kwame Chidi Olga "
    "Dmitri Ingrid Lars Giulia Marco Pierre Claire Hans Greta Katarzyna Piotr Siobhan Liam Chloe Tyrone "
    "Shanice Keisha DeShawn Guadalupe"
)
FAMILY: Final = listed(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Wilson "
    "Anderson Thomas Taylor Moore Jackson Martin Lee Patel Singh Kumar Nguyen Tran Kim Park Chen Wang "
    "Tanaka Khan Ahmed Okafor Mensah Ivanova Petrov Larsen Rossi Dubois Schmidt Kowalski Murphy Kelly "
    "O'Brien Washington Jefferson Ramirez Cruz Yamamoto"
)
_STREETS: Final = listed(
    "Maple Oak Cedar Washington Lincoln Park Main Elm Lake Hill Walnut Spring Ridge Church Meadow Sunset "
    "Willow Franklin River Highland Jefferson Chestnut Forest Prospect Magnolia"
)
_SUFFIXES: Final = listed("Street Avenue Road Lane Drive Boulevard Court Place Terrace Way Circle")
_CITIES: Final = (
    ("Springfield", "Illinois", "IL"),
    ("Austin", "Texas", "TX"),
    ("Portland", "Oregon", "OR"),
    ("Denver", "Colorado", "CO"),
    ("Columbus", "Ohio", "OH"),
    ("San Diego", "California", "CA"),
    ("Tampa", "Florida", "FL"),
    ("Albany", "New York", "NY"),
)
_MAIL: Final = (
    "gmail.com",
    "yahoo.com",
    "outlook.com",
    "example.org",
    "hotmail.com",
    "mail-host.net",
    "school.edu",
    "acme.co.uk",
)
MONTHS: Final = listed(
    "January February March April May June July August September October November December"
)
_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is written, and its parts for those who say it."""

    type: E
    written: str
    parts: tuple[str, ...] = ()


def _card(dice: Dice) -> Value:
    prefix, size = dice.pick((("4", 16), ("51", 16), ("55", 16), ("37", 15), ("6011", 16), ("2221", 16)))
    body = prefix + dice.digits(size - len(prefix) - 1)
    number = next(body + d for d in "0123456789" if luhn(body + d))
    groups = (4, 6, 5) if size == 15 else (4, 4, 4, 4)
    cut, at = [], 0
    for length in groups:
        cut.append(number[at : at + length])
        at += length
    return Value(E.PAN, dice.pick((" ", "-", "")).join(cut), tuple(cut))


def _ssn(dice: Dice) -> Value:
    parts = (str(dice.between(100, 665)), f"{dice.between(1, 99):02}", f"{dice.between(1, 9999):04}")
    return Value(E.SSN, dice.pick(("-", " ", "")).join(parts), parts)


def _phone(dice: Dice) -> Value:
    parts = (str(dice.between(201, 989)), str(dice.between(200, 999)), dice.digits(4))
    a, b, c = parts
    return Value(
        E.PHONE,
        dice.pick((f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"+1 {a} {b} {c}", f"{a}.{b}.{c}", a + b + c)),
        parts,
    )


def _email(dice: Dice) -> Value:
    first, last = dice.pick(GIVEN).lower(), dice.pick(FAMILY).lower().replace("'", "")
    local = dice.pick(
        (
            f"{first}.{last}",
            f"{first}{last}",
            f"{first}_{last}",
            f"{first[0]}{last}{dice.digits(2)}",
            f"{first}-{last}",
        )
    )
    return Value(E.EMAIL, f"{local}@{dice.pick(_MAIL)}")


def _iban(dice: Dice) -> Value:
    country, body = dice.pick(
        (
            ("DE", dice.digits(18)),
            ("GB", "NWBK" + dice.digits(14)),
            ("FR", dice.digits(23)),
            ("ES", dice.digits(20)),
        )
    )
    iban = next(f"{country}{check:02}{body}" for check in range(2, 99) if mod97(f"{country}{check:02}{body}"))
    groups = tuple(iban[i : i + 4] for i in range(0, len(iban), 4))
    return Value(E.IBAN, dice.pick((" ", "")).join(groups), groups)


def _dob(dice: Dice) -> Value:
    year, month, day = dice.between(1930, 2006), dice.between(1, 12), dice.between(1, 28)
    name = MONTHS[month - 1]
    written = dice.pick(
        (
            f"{month:02}/{day:02}/{year}",
            f"{month}/{day}/{year % 100:02}",
            f"{name} {day}, {year}",
            f"{day} {name} {year}",
            f"{year}-{month:02}-{day:02}",
        )
    )
    return Value(E.DATE_OF_BIRTH, written, (str(year), str(month), str(day)))


def _expiry(dice: Dice) -> Value:
    month, year = dice.between(1, 12), dice.between(27, 34)
    written = dice.pick((f"{month:02}/{year}", f"{month:02}/20{year}", f"{MONTHS[month - 1]} 20{year}"))
    return Value(E.CARD_EXPIRY, written, (str(month), str(year)))


def _person(dice: Dice) -> Value:
    first, last = dice.pick(GIVEN), dice.pick(FAMILY)
    return Value(E.PERSON, dice.pick((f"{first} {last}", f"{first} {last}", f"{first} {last}", first)))


def _address(dice: Dice) -> Value:
    number, street, suffix = str(dice.between(2, 9999)), dice.pick(_STREETS), dice.pick(_SUFFIXES)
    unit = dice.pick(("", "", f" apartment {dice.between(2, 40)}"))
    city, state, short = dice.pick(_CITIES)
    tail = dice.pick(("", f", {city}, {state}", f", {city} {short} {dice.digits(5)}"))
    return Value(
        E.STREET_ADDRESS,
        f"{number} {street} {suffix}{unit}{tail}",
        (number, f"{street} {suffix}{unit}", tail),
    )


def _code(kind: E, shape: str) -> Callable[[Dice], Value]:
    """Values of a fixed shape: A is a letter, 9 a digit, anything else itself; shapes are separated by `|`."""

    def make(dice: Dice) -> Value:
        chosen = dice.pick(shape.split("|"))
        text = "".join(
            dice.pick(_LETTERS) if c == "A" else str(dice.below(10)) if c == "9" else c for c in chosen
        )
        return Value(kind, text, tuple(text.replace("-", " ").split()))

    return make


MAKERS: Final[Mapping[E, Callable[[Dice], Value]]] = {
    E.PAN: _card,
    E.SECURITY_CODE: _code(E.SECURITY_CODE, "999"),
    E.CARD_EXPIRY: _expiry,
    E.PIN: _code(E.PIN, "9999"),
    E.SSN: _ssn,
    E.IBAN: _iban,
    E.BANK_ACCOUNT: _code(E.BANK_ACCOUNT, "99999999|9999999999|999999999999"),
    E.ROUTING_NUMBER: _code(E.ROUTING_NUMBER, "999999999"),
    E.PHONE: _phone,
    E.EMAIL: _email,
    E.DATE_OF_BIRTH: _dob,
    E.PERSON: _person,
    E.STREET_ADDRESS: _address,
    E.ACCOUNT_NUMBER: _code(E.ACCOUNT_NUMBER, "99999999|AA999999|A9999999|9999-9999|999999"),
    E.NATIONAL_ID: _code(E.NATIONAL_ID, "AA999999C|AA 99 99 99 B"),
    E.PASSPORT: _code(E.PASSPORT, "999999999|A99999999"),
    E.DRIVER_LICENCE: _code(E.DRIVER_LICENCE, "A9999999|99999999|A999-9999-9999"),
    E.HEALTH_ID: _code(E.HEALTH_ID, "99999999|9AA9AA9AA99|AAA999999999"),
    E.VEHICLE_ID: _code(E.VEHICLE_ID, "9AAA999|AAA9999"),
    E.PASSWORD: _code(E.PASSWORD, "999999|AAAA9999"),
}
