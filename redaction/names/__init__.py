"""Names of people and places of many cultures: a hint for what a word is, never the only reason."""

from functools import cache
from importlib.resources import files


@cache
def given_names() -> frozenset[str]:
    """Case-folded given names; words that are more often something else are left out."""
    return frozenset(files("redaction.names").joinpath("given.txt").read_text("utf-8").split())


@cache
def family_names() -> frozenset[str]:
    """Case-folded family names, without those that are ordinary words."""
    return frozenset(files("redaction.names").joinpath("family.txt").read_text("utf-8").split())


@cache
def cities() -> frozenset[tuple[str, ...]]:
    """Case-folded names of large cities, as words; they count only behind a street."""
    listed = files("redaction.names").joinpath("cities.txt").read_text("utf-8").split()
    return frozenset(tuple(name.casefold().split("_")) for name in listed)
