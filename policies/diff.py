"""What changed between two folders of policies or two composed policies, and what became looser. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.fields import FIELDS, Value
from policies.packs import Pack, PolicySet
from policies.strictness import UNRANKED, dotted, looser


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `trend`: stricter, looser, changed, added or removed."""

    where: str
    field: str
    before: Value
    after: Value
    trend: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "where": self.where,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "trend": self.trend,
        }


def diff_resolved(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The differences between two objects of `policy resolve --json`, or two of the audit log."""
    found = [
        Change("call", name, before[name], after[name], "changed")
        for name in ("places", "sources")
        if before[name] != after[name]
    ]
    old, new = before["effective"], after["effective"]
    found += _changes("effective", dotted(old), dotted(new))
    for name in ("scripts", "sources"):
        if old.get(name) != new.get(name):
            found.append(Change("effective", name, old.get(name), new.get(name), "changed"))
    found += [
        Change("call", name, before[name], after[name], "changed")
        for name in ("winners", "lost", "conflicts")
        if before[name] != after[name]
    ]
    return tuple(found)


def diff_sets(before: PolicySet, after: PolicySet) -> tuple[Change, ...]:
    """The differences between two folders: policies, then the words that are spoken."""
    found: list[Change] = []
    old, new = _by_name(before), _by_name(after)
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            found.append(Change(name, "policy", old[name].policy.version, None, "removed"))
        elif name not in old:
            found.append(Change(name, "policy", None, new[name].policy.version, "added"))
        else:
            found += _changes(name, old[name].values, new[name].values)
            found += _about(name, old[name], new[name])
    for tag in sorted(before.script_hashes.keys() | after.script_hashes.keys()):
        said, says = before.script_hashes.get(tag, {}), after.script_hashes.get(tag, {})
        for key in sorted(said.keys() | says.keys()):
            if said.get(key) != says.get(key):
                trend = "changed" if key in said and key in says else "added" if key in says else "removed"
                found.append(Change(f"scripts/{tag}", key, said.get(key), says.get(key), trend))
    for name in sorted(before.broken.keys() | after.broken.keys()):
        if before.broken.get(name) != after.broken.get(name):
            found.append(Change(name, "broken", before.broken.get(name), after.broken.get(name), "changed"))
    return tuple(found)


def _by_name(policies: PolicySet) -> dict[str, Pack]:
    return {pack.path.relative_to(policies.folder).as_posix(): pack for pack in policies.every_pack()}


def _about(name: str, old: Pack, new: Pack) -> list[Change]:
    facts = ("id", "parent", "supplement", "version", "valid_from", "valid_to", "review_by", "legal_status")
    found = []
    for fact in facts:
        was, is_now = getattr(old.policy, fact), getattr(new.policy, fact)
        if was != is_now:
            found.append(Change(name, fact, _plain(was), _plain(is_now), "changed"))
    if list(old.cited) != list(new.cited):
        found.append(Change(name, "sources", list(old.cited), list(new.cited), "changed"))
    return found


def _plain(value: Any) -> Value:
    return value.isoformat() if isinstance(value, date) else value


def _changes(where: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> list[Change]:
    return [
        Change(where, name, before.get(name), after.get(name), _trend(name, before, after))
        for name in FIELDS
        if before.get(name) != after.get(name)
    ]


def _trend(name: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> str:
    if name not in after or name not in before:
        return "added" if name in after else "removed"
    if name in UNRANKED:
        return "changed"
    down, up = looser(name, before[name], after[name]), looser(name, after[name], before[name])
    return "looser" if down and not up else "stricter" if up and not down else "changed"
