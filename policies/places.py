"""Which places may claim a call: the business's, the number's, what the caller said, and their parents.

A number is a hint and never a proof: it only ever adds a place, and so does what the caller says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import phonenumbers
import yaml

from policies.errors import PolicyUnusableError

BUSINESS, NUMBER, NUMBER_UNKNOWN, STATED, PARENT = "business", "number", "number_unknown", "stated", "parent"

UNKNOWN, US_UNKNOWN = "UNKNOWN", "US-UNKNOWN"

#: Regions whose policy has another id than ISO 3166 gives.
_POLICY_OF_REGION = MappingProxyType({"GB": "UK"})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One place and why it may claim the call."""

    code: str
    why: str


@cache
def area_codes() -> Mapping[str, str]:
    """Place by area code of +1; the committed table, read once."""
    table = yaml.load(
        Path(__file__).with_name("area_codes.yaml").read_text(encoding="utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506 - both are safe loaders
    )
    return MappingProxyType({code: place for place, codes in table.items() for code in codes})


def places_of_number(caller: str | None, has_policy: Callable[[str], bool]) -> set[Place]:
    """What CALLER's number hints at. No number, or one that says nothing about a place, gives `UNKNOWN`."""
    unknown = {Place(UNKNOWN, NUMBER_UNKNOWN)}
    number = _parsed(caller)
    if number is None:
        return unknown
    region = phonenumbers.region_code_for_number(number)
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.TOLL_FREE:
        return unknown
    if number.country_code == 1:
        return _places_of_nanp(str(number.national_number)[:3], region, has_policy) or unknown
    main = phonenumbers.region_code_for_country_code(number.country_code or 0)
    code = _POLICY_OF_REGION.get(main, main)
    if not has_policy(code):
        return unknown
    found = {Place(code, NUMBER)}
    # Guernsey, Jersey, Man and their like share a code with a country whose law need not be theirs.
    return found if region in {None, main} else found | unknown


def _places_of_nanp(area_code: str, region: str | None, has_policy: Callable[[str], bool]) -> set[Place]:
    place = area_codes().get(area_code)
    if place is None or region is None:
        return set()
    if not has_policy(place):
        place = place.partition("-")[0]
    if not has_policy(place):
        return set()
    found = {Place(place, NUMBER)}
    # A number of +1 moves freely: any of them may ring from a state that its area code does not name.
    return found | {Place(US_UNKNOWN, NUMBER_UNKNOWN)} if has_policy(US_UNKNOWN) else found


def _parsed(caller: str | None) -> phonenumbers.PhoneNumber | None:
    if caller is None or not caller.startswith("+") or not caller[1:].isascii() or not caller[1:].isdecimal():
        return None
    try:
        number = phonenumbers.parse(caller, None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def chain(code: str, parent_of: Callable[[str], str | None]) -> tuple[str, ...]:
    """CODE and its parents, from the nearest. A parent that leads back (a broken file) ends the chain."""
    found = [code]
    while (parent := parent_of(found[-1])) is not None and parent not in found:
        found.append(parent)
    return tuple(found)


def with_parents(places: Iterable[Place], parent_of: Callable[[str], str | None]) -> tuple[Place, ...]:
    """PLACES and all their parents, one per pair, sorted."""
    found = set(places)
    found |= {Place(parent, PARENT) for place in tuple(found) for parent in chain(place.code, parent_of)[1:]}
    return tuple(sorted(found))


def merge_order(places: Iterable[Place], parent_of: Callable[[str], str | None]) -> tuple[str, ...]:
    """The ids to merge: those that claim the call, sorted, each followed by its parents."""
    codes = sorted({place.code for place in places if place.why != PARENT})
    return tuple(dict.fromkeys(step for code in codes for step in chain(code, parent_of)))


def check_known_law(has_policy: Callable[[str], bool]) -> None:
    """A set of policies without `UNKNOWN` has no answer for a withheld number, and none is no policy."""
    if not has_policy(UNKNOWN):
        raise PolicyUnusableError(
            "these policies have no place 'UNKNOWN': a withheld number would have no rule"
        )
