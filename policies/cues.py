"""Words that callers use for places and for covered activities: closed tables, so that no model decides what holds."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from policies.errors import PolicyUnusableError
from policies.reading import read_yaml, sentence_of
from policies.schema import Id, Language, Strict, Text

_Table = TypeVar("_Table")

_FOLDER = Path(__file__).parent


class Activity(Strict):
    """One activity: how callers begin it, what it is called in a notice, and what it needs besides a duty."""

    words: dict[Language, Text]
    cues: dict[Language, tuple[Text, ...]]
    sectors: tuple[Id, ...] = ()  # where one of these holds, SCRIPT is due before the activity
    script: Id | None = None


@cache
def activities() -> Mapping[str, Activity]:
    """The activities of the committed table, by id."""
    return MappingProxyType(_read("activities.yaml", TypeAdapter(dict[Id, Activity])))


@cache
def place_names() -> Mapping[str, tuple[str, ...]]:
    """What callers call each place, by id of its policy."""
    return MappingProxyType(_read("place_names.yaml", TypeAdapter(dict[Id, tuple[Text, ...]])))


def _read(name: str, kind: TypeAdapter[_Table]) -> _Table:
    path = _FOLDER / name
    try:
        return kind.validate_python(read_yaml(path))
    except ValidationError as problem:
        raise PolicyUnusableError(f"{name}: {sentence_of(problem)}") from None
