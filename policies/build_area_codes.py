"""Write `area_codes.yaml` from the metadata that phonenumbers ships: `python -m policies.build_area_codes`.

Run by a person after phonenumbers is renewed; the program itself only ever reads the table. This reads the
geographic data files themselves: the geocoder, which holds 97 MB of them, is never imported.
"""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import phonenumbers
from phonenumbers import geodata

TABLE = Path(__file__).with_name("area_codes.yaml")

_STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "Washington D.C.": "DC", "Florida": "FL", "Georgia": "GA",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS",
    "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA",
    "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT",
    "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM",
    "New York": "NY", "North Carolina": "NC", "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK",
    "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD",
    "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA",
    "Washington State": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip
_PROVINCES = {
    "Alberta", "British Columbia", "British Colombia", "Manitoba", "New Brunswick",
    "Northwest Territories/Nunavut/Yukon", "Nova Scotia/Prince Edward Island",
    "Ontario", "Saskatchewan",
    "Newfoundland and Labrador", "ON",
}  # fmt: skip
#: The package has no rows for the territories: they have federal law only.
_TERRITORIES = {"PR", "GU", "VI", "AS", "MP"}


def place_of(description: str) -> str | None:
    """The policy id for a description such as `Chicago, IL`, `Montreal, QC` or `Texas`."""
    name = description.rpartition(", ")[2]
    if name in _STATES:
        return f"US-{_STATES[name]}"
    if name in _STATES.values():
        return f"US-{name}"
    if name in {"Quebec", "QC"}:
        return "CA-QC"
    return "CA" if name in _PROVINCES else None


def area_codes() -> dict[str, str]:
    """Every three-digit prefix of +1 with its place; an unknown description is an error, not a guess."""
    whole: dict[str, str] = {}
    towns: dict[str, set[str]] = {}
    for module in iter_modules(geodata.__path__):
        if not re.fullmatch(r"data\d+", module.name):
            continue
        for prefix, names in import_module(f"phonenumbers.geodata.{module.name}").data.items():
            if not re.fullmatch(r"1\d{3,}", prefix) or "en" not in names:
                continue
            place = place_of(names["en"])
            if len(prefix) > 4:
                towns.setdefault(prefix[1:4], set()).update({place} if place else ())
            elif place is None:
                raise ValueError(f"+{prefix}: no policy id for {names['en']!r}")
            else:
                whole[prefix[1:]] = place
    found = dict(whole)
    for code, places in towns.items():  # some codes have rows for their towns only
        if code not in found and len(places) == 1:
            found[code] = next(iter(places))
    for code in (str(number) for number in range(200, 1000)):
        number = phonenumbers.parse(f"+1{code}5550100", None)
        if code not in found and phonenumbers.region_code_for_number(number) in _TERRITORIES:
            found[code] = "US"
    return found


def _quoted(codes: list[str]) -> str:
    return ", ".join(f'"{code}"' for code in codes)


def rendered() -> str:
    """The text of the table: one line for each place."""
    by_place: dict[str, list[str]] = {}
    for code, place in sorted(area_codes().items()):
        by_place.setdefault(place, []).append(code)
    head = (
        "# Area codes of +1 by place: a hint, never a proof. `US` stands for the territories.\n"
        f"# From phonenumbers {phonenumbers.__version__}, by `python -m policies.build_area_codes`.\n"
    )
    lines = [f"{place}: [{_quoted(codes)}]" for place, codes in sorted(by_place.items())]
    return head + "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(rendered(), encoding="utf-8")
