"""Compare two values of a field: is the second looser than the first? Lint, diff and properties ask."""

from collections.abc import Mapping

from policies.fields import FIELDS, FieldRule, Merge, Value

#: Chosen by place, given by a line, or a mere note of why: not stricter or looser.
UNRANKED = frozenset(
    name
    for name, rule in FIELDS.items()
    if rule.merge in {Merge.SELECT, Merge.LINE} or name.endswith(".basis")
)


def looser(name: str, before: Value, after: Value) -> bool:
    """Whether AFTER asks less of the business than BEFORE does."""
    if name in UNRANKED or before == after:
        return False
    return not _at_least(FIELDS[name], before, after)


def looser_fields(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    """The fields in which AFTER, by dotted name, is looser than BEFORE."""
    return [name for name in FIELDS if looser(name, before[name], after[name])]


def dotted(tree: Mapping[str, Value]) -> dict[str, Value]:
    """The fields of a nested policy by dotted name."""
    flat: dict[str, Value] = {}
    for name in FIELDS:
        value: Value = tree
        for key in name.split("."):
            value = value[key]
        flat[name] = value
    return flat


def _at_least(rule: FieldRule, before: Value, after: Value) -> bool:
    match rule.merge:
        case Merge.RANK:
            return rule.ranks.index(after) >= rule.ranks.index(before)
        case Merge.OR:
            return bool(after) or not before
        case Merge.MINIMUM:
            return before is None or (after is not None and after <= before)
        case Merge.MAXIMUM:
            return before is None or (after is not None and after >= before)
        case Merge.UNION:
            return all(item in after for item in before)
        case Merge.INTERSECTION:
            return before is None or (after is not None and set(after) <= set(before))
        case Merge.REVEAL:
            return all(_within(uses, before.get(kind, ())) for kind, uses in after.items())
        case Merge.SELECT | Merge.LINE:
            return True


def _within(uses: list[str], allowed: list[str]) -> bool:
    every_tool = "tool:*" in allowed
    return all(use in allowed or (every_tool and use.startswith("tool:")) for use in uses)
