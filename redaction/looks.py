"""What a run of digits looks like by itself: a year, a count, a card, an IBAN; whether parts of it were taken back."""

from typing import Final

from policies.entities import EntityType as E
from redaction import checksums
from redaction.scan import Item

_IBAN_COUNTRIES: Final = frozenset(
    {
        "AT",
        "BE",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
    }
    | {
        "LU",
        "LV",
        "MC",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "SM",
        "AE",
        "SA",
        "TR",
        "IL",
        "BR",
    }
)


def year_like(text: str) -> bool:
    """Whether four digits may be a year."""
    return len(text) == 4 and text[:2] in ("18", "19", "20")


def digit_by_digit(item: Item) -> bool:
    """Whether a short run is no year and no price: "three hundred forty two fifty" is one."""
    run = item.run
    return run is not None and not year_like(item.text) and all(atom.kind != "cardinal" for atom in run.atoms)


def taken_back(item: Item) -> bool:
    """Whether something of the value was corrected, so that its length proves nothing."""
    return item.run is not None and not item.run.gaps.isdisjoint(("correction", "restart"))


def breaths(item: Item) -> tuple[int, ...]:
    """How many characters were said between two pauses: (3, 2, 4) for a social security number."""
    sizes: list[int] = []
    for atom in item.run.atoms if item.run is not None else ():
        if atom.gap or not sizes:
            sizes.append(0)
        sizes[-1] += len(atom.text)
    return tuple(sizes)


def hundreds(item: Item) -> bool:
    """`a hundred`, "four hundred": one number in words."""
    run = item.run
    return (
        run is not None
        and len(run.atoms) == 1
        and run.atoms[0].kind == "cardinal"
        and item.text.endswith("00")
    )


def counting(item: Item) -> bool:
    """`one two three four`: somebody tries the line."""
    run = item.run
    singles = run is not None and run.spoken and all(len(atom.text) == 1 for atom in run.atoms)
    return singles and len(item.text) <= 5 and "12345".startswith(item.text)


def twice_round(item: Item) -> bool:
    """`fifty fifty`, `twenty twenty`."""
    run = item.run
    return (
        run is not None
        and run.spoken
        and len(run.atoms) == 2
        and item.text[1::2] == "00" == item.text[1::2][:2]
    )


def is_iban(text: str) -> bool:
    """Whether TEXT has the form and the check digits of an IBAN."""
    return 15 <= len(text) <= 34 and text[:2].isalpha() and text[2:4].isdigit() and checksums.mod97(text)


def like_iban(item: Item) -> bool:
    """Whether the country, the check digits and the length of an IBAN are there, though its check fails."""
    text = item.text.upper()
    return 15 <= len(text) <= 36 and text[:2] in _IBAN_COUNTRIES and text[2:4].isdigit() and item.digits >= 10


def shape_of(item: Item) -> E:
    """The likeliest type of a digit run that nothing names."""
    text = item.text
    size = len(text)
    if item.run is not None and item.run.separators == "...":
        return E.IP_ADDRESS
    if item.plus or text.startswith("00"):
        return E.PHONE if 8 <= size <= 16 else E.NUMBER
    card = checksums.luhn(text) or (text[0] in "23456" and (size in (15, 16) or taken_back(item)))
    if 13 <= size <= 19 and card:
        return E.PAN
    if size == 9 and item.run is not None and (3, 2, 4) in (item.run.groups, breaths(item)):
        return E.SSN
    if size in (7, 10, 11) or (size == 12 and text[0] != "0"):
        return E.PHONE
    return E.NUMBER
