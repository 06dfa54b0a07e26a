"""Merge what several policies say, field by field: the strictest wins, and who lost is part of the result.

Nothing here knows a place or a law. A conflict is a value with a named outcome, never an exception.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import orjson

from policies.fields import FIELDS, RETENTION_CLASSES, FieldRule, Merge, Value

DUTY_WINS = "duty_wins_for_duty_records"
SHORTER_MAXIMUM_WINS = "shorter_maximum_wins"
STORE_NOTHING = "store_nothing_and_escalate"

DEFAULT = ("default",)


@dataclass(frozen=True, slots=True)
class Voice:
    """What one policy says: its id, what it is and the fields it sets."""

    policy: str
    kind: Literal["place", "sector", "contract", "line"]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Said:
    """One value that one rule gives to a field."""

    rule: str
    kind: str
    value: Value


@dataclass(frozen=True, slots=True)
class Merged:
    """The value of every field by dotted name, with the rules that gave it and those that had to give way."""

    values: dict[str, Value]
    winners: dict[str, list[str]]
    lost: dict[str, list[dict[str, Value]]]
    conflicts: list[dict[str, str]]


def merge(
    voices: Sequence[Voice], *, selected: Mapping[str, Said | None], chains: Sequence[Sequence[str]]
) -> Merged:
    """Merge VOICES. `selected`: fields that are chosen by place; `chains`: the places with their parents."""
    said: dict[str, list[Said]] = {}
    for voice in voices:
        for name, own in voice.values.items():
            said.setdefault(name, []).append(Said(f"{voice.policy}/{name}", voice.kind, own))
    values = dict(_DEFAULT_VALUES)
    winners = dict(_DEFAULT_WINNERS)
    lost: dict[str, list[dict[str, Value]]] = {}
    for name, given in said.items():
        rule = FIELDS[name]
        if rule.merge is Merge.SELECT:
            chosen = selected.get(name)
            if chosen is not None:
                values[name], winners[name] = chosen.value, [chosen.rule]
            continue
        if rule.merge is Merge.REVEAL and not _every_chain_speaks(chains, voices, name):
            value: Value = {}
            gave: list[Said] = []
        else:
            value = _MERGERS[rule.merge](rule, [one.value for one in given])
            gave = [one for one in given if _gave(rule, one.value, value, given)]
        values[name] = value
        winners[name] = _winners(rule, gave, given)
        # An empty addition to a union has lost nothing, and neither has a mapping that allows nothing.
        empty = rule.merge in {Merge.UNION, Merge.REVEAL}
        losers = [one for one in given if one not in gave and (one.value or not empty)]
        if losers:
            lost[name] = sorted(({"rule": one.rule, "value": one.value} for one in losers), key=_order)
    return Merged(values, winners, lost, _conflicts(values, said))


def _every_chain_speaks(chains: Sequence[Sequence[str]], voices: Sequence[Voice], name: str) -> bool:
    speaking = {voice.policy for voice in voices if name in voice.values}
    return all(any(code in speaking for code in chain) for chain in chains)


def _rank(rule: FieldRule, given: list[Value]) -> Value:
    return max((*given, rule.default), key=rule.ranks.index)


def _or(_: FieldRule, given: list[Value]) -> Value:
    return any(given)


def _minimum(rule: FieldRule, given: list[Value]) -> Value:
    return min(given if rule.default is None else [*given, rule.default])


def _maximum(_: FieldRule, given: list[Value]) -> Value:
    return max(given)


def _union(rule: FieldRule, given: list[Value]) -> Value:
    items = {_key(item): item for value in (*given, rule.default) for item in value}
    return [items[key] for key in sorted(items)]


def _intersection(_: FieldRule, given: list[Value]) -> Value:
    common = set(given[0]).intersection(*given[1:])
    return sorted(common)


def _reveal(_: FieldRule, given: list[Value]) -> Value:
    kinds = set(given[0]).intersection(*given[1:])
    both = {
        kind: sorted(set.intersection(*(_wide(value[kind], given, kind) for value in given)))
        for kind in kinds
    }
    return {kind: _shortest(purposes) for kind, purposes in sorted(both.items()) if purposes}


def _wide(purposes: list[str], given: list[Value], kind: str) -> set[str]:
    """PURPOSES, where `tool:*` also stands for every tool that another policy names."""
    if "tool:*" not in purposes:
        return set(purposes)
    return {*purposes, *(one for value in given for one in value.get(kind, ()) if one.startswith("tool:"))}


def _shortest(purposes: list[str]) -> list[str]:
    every_tool = "tool:*" in purposes
    return [one for one in purposes if one == "tool:*" or not (every_tool and one.startswith("tool:"))]


def _line(_: FieldRule, given: list[Value]) -> Value:
    return given[-1]


_MERGERS: Mapping[Merge, Callable[[FieldRule, list[Value]], Value]] = {
    Merge.RANK: _rank,
    Merge.OR: _or,
    Merge.MINIMUM: _minimum,
    Merge.MAXIMUM: _maximum,
    Merge.UNION: _union,
    Merge.INTERSECTION: _intersection,
    Merge.REVEAL: _reveal,
    Merge.LINE: _line,
}


def _gave(rule: FieldRule, said: Value, value: Value, given: Sequence[Said]) -> bool:
    """Whether the rule that said SAID is one of those that gave VALUE."""
    match rule.merge:
        case Merge.UNION | Merge.LINE:
            return bool(said) or not value
        case Merge.INTERSECTION | Merge.REVEAL:
            # When no rule alone says the result, it takes all of them to say it.
            return bool(said == value) or all(other.value != value for other in given)
        case _:
            return bool(said == value)


def _winners(rule: FieldRule, gave: Sequence[Said], given: Sequence[Said]) -> list[str]:
    found = {one.rule for one in gave}
    if rule.merge is Merge.UNION and rule.default:
        covered = {_key(item) for one in given for item in one.value}
        if any(_key(item) not in covered for item in rule.default):
            found.add(DEFAULT[0])
    return sorted(found) if found else list(DEFAULT)


def _conflicts(values: Mapping[str, Value], said: Mapping[str, list[Said]]) -> list[dict[str, str]]:
    found = []
    for name in RETENTION_CLASSES:
        least, most = values[f"retention.{name}.min_days"], values[f"retention.{name}.max_days"]
        if least is not None and most is not None and least > most:
            by_duty = any(
                one.value == least and one.kind == "sector" for one in said[f"retention.{name}.min_days"]
            )
            found.append(
                {"field": f"retention.{name}", "outcome": DUTY_WINS if by_duty else SHORTER_MAXIMUM_WINS}
            )
    regions = ("residency.process_regions", "residency.store_regions")
    found += [{"field": name, "outcome": STORE_NOTHING} for name in regions if values[name] == []]
    return sorted(found, key=_order)


def _order(pair: Value) -> bytes:
    return orjson.dumps(pair, option=orjson.OPT_SORT_KEYS)


def _key(item: Value) -> str:
    return (
        item
        if isinstance(item, str)
        else f"{item.get('id', '')}\0{orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode()}"
    )


def _default(rule: FieldRule) -> Value:
    if isinstance(rule.default, Mapping):
        return dict(rule.default)
    return list(rule.default) if isinstance(rule.default, tuple) else rule.default


_DEFAULT_VALUES: Mapping[str, Value] = {name: _default(rule) for name, rule in FIELDS.items()}
_DEFAULT_WINNERS: Mapping[str, list[str]] = {name: list(DEFAULT) for name in FIELDS}
