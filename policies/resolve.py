"""Compose the policy of one call from every place that may claim it, its sectors and its line. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import orjson

from policies.effective import Effective
from policies.errors import PolicyError, unknown_id
from policies.fields import Value, flatten, nest
from policies.line import Line
from policies.loader import Pack, PolicySet, content_hash
from policies.merge import Merged, Said, Voice, merge
from policies.places import (
    BUSINESS,
    NUMBER,
    NUMBER_UNKNOWN,
    PARENT,
    STATED,
    Place,
    check_known_law,
    merge_order,
    places_of_number,
    with_parents,
)


class Resolved:
    """The policy of one call, frozen. `hash` is SHA-256 over `canonical_json`, which holds all the rest."""

    __slots__ = ("__dict__", "_tree", "canonical_json", "hash", "permissions")

    def __init__(self, tree: dict[str, Any], permissions: tuple[tuple[str, str], ...]) -> None:
        self._tree = tree
        self.permissions = permissions  # (policy id, what it says about recording), in merge order
        data = canonical(tree)
        self.canonical_json = data.decode()
        self.hash = content_hash(data)

    @cached_property
    def effective(self) -> Effective:
        return Effective.model_validate(self._tree["effective"])

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(Place(one["code"], one["why"]) for one in self._tree["places"])

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self._tree["sources"])

    @property
    def winners(self) -> dict[str, list[str]]:
        return {name: list(rules) for name, rules in self._tree["winners"].items()}

    @property
    def lost(self) -> dict[str, list[dict[str, Any]]]:
        return {name: list(rules) for name, rules in self._tree["lost"].items()}

    @property
    def conflicts(self) -> tuple[dict[str, str], ...]:
        return tuple(dict(one) for one in self._tree["conflicts"])

    @property
    def stores_nothing(self) -> bool:
        """Whether no region is left in which this call's data may be kept or handled."""
        residency = self._tree["effective"]["residency"]
        return [] in (residency["store_regions"], residency["process_regions"])

    def as_dict(self) -> dict[str, Any]:
        """The object of `policy resolve --json`."""
        copy: dict[str, Any] = orjson.loads(self.canonical_json)
        return {**copy, "hash": self.hash}


def canonical(tree: Any) -> bytes:
    """TREE as canonical JSON: RFC 8785 for the values that policies hold (no floats)."""
    return orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)


def resolve(
    policies: PolicySet,
    *,
    business: str | None = None,
    caller: str | None = None,
    stated: Sequence[str] = (),
    sectors: Sequence[str] | None = None,
    line: Line | None = None,
    on: date,
) -> Resolved:
    """The policy of a call on that day. The caller's number (None: withheld) and what is stated only add.

    Raises UnknownIdError for an id that no policy has, PolicyUnusableError for a policy that cannot be used.
    """
    business = business or (line.business if line else None)
    if business is None:
        raise PolicyError("a call needs the place of the business: name it, or a line file")
    check_known_law(policies.has_place)
    for code in (business, *stated):
        policies.place(code, on)
    found = {Place(business, BUSINESS)} | {Place(code, STATED) for code in stated}
    found |= places_of_number(caller, lambda code: policies.has_place(code) or code in policies.broken)
    chosen = sectors if sectors is not None else line.sectors if line else ("general",)
    return compose(policies, places=found, sectors=chosen, line=line, on=on)


def compose(
    policies: PolicySet,
    *,
    places: Iterable[Place],
    sectors: Sequence[str],
    line: Line | None = None,
    on: date,
) -> Resolved:
    """Merge the policies of PLACES (parents are added), SECTORS and LINE."""
    claims = with_parents(places, policies.parent)
    accepted = frozenset(line.accept_proposed) if line else frozenset()
    order = merge_order(claims, policies.parent)
    place_packs = [pack for code in order for pack in policies.place(code, on, accepted)]
    # Shorter ids first: `health.hipaa` before `health.ca_ab3030`. Any fixed order would do.
    sector_ids = sorted(set(sectors), key=lambda code: (len(code), code))
    sector_packs = [pack for code in sector_ids for pack in policies.sector(code, on, accepted)]
    voices = [Voice(pack.policy.id, "place", pack.values) for pack in place_packs]
    voices += [Voice(pack.policy.id, "sector", pack.values) for pack in sector_packs]
    sources = [*order, *sector_ids]
    own = flatten(line) if line else {}
    if line and own:
        if line.id in sources:
            raise unknown_id("line of its own", line.id, ["line"])
        voices.append(Voice(line.id, "line", own))
        sources.append(line.id)
    chains = [_chain(policies, code) for code in {place.code for place in claims if place.why != PARENT}]
    selected = {
        "escalation.resources": _select(
            policies, place_packs, claims, "escalation.resources", (STATED, NUMBER)
        ),
        "languages.fallback": _own(line, own, "languages.fallback")
        or _select(
            policies, place_packs, claims, "languages.fallback", (STATED, NUMBER, BUSINESS, NUMBER_UNKNOWN)
        ),
    }
    merged = merge(voices, selected=selected, chains=chains)
    permissions = tuple(
        (voice.policy, voice.values["recording.permission"])
        for voice in voices
        if "recording.permission" in voice.values
    )
    return Resolved(_tree(policies, claims, sources, merged, [*place_packs, *sector_packs]), permissions)


def _tree(
    policies: PolicySet, claims: Sequence[Place], sources: list[str], merged: Merged, packs: Sequence[Pack]
) -> dict[str, Any]:
    effective = nest(merged.values)
    effective["scripts"] = policies.script_hashes
    effective["sources"] = [dict(one) for pack in packs for one in pack.cited]
    return {
        "places": [{"code": place.code, "why": place.why} for place in claims],
        "sources": sources,
        "effective": effective,
        "winners": {**merged.winners, "scripts": ["default"]},
        "lost": merged.lost,
        "conflicts": merged.conflicts,
    }


def _chain(policies: PolicySet, code: str) -> tuple[str, ...]:
    chain = [code]
    while (parent := policies.parent(chain[-1])) is not None:
        chain.append(parent)
    return tuple(chain)


def _own(line: Line | None, own: dict[str, Value], name: str) -> Said | None:
    return Said(f"{line.id}/{name}", "line", own[name]) if line and name in own else None


def _select(
    policies: PolicySet, packs: Sequence[Pack], claims: Sequence[Place], name: str, order: Sequence[str]
) -> Said | None:
    """The value of NAME at the caller's place: what was stated, then what the number hints at.

    Places of one kind that disagree say nothing: a caller in danger is asked rather than misdirected.
    """
    by_policy = {pack.policy.id: pack.values[name] for pack in packs if name in pack.values}
    for why in order:
        found: dict[str, Said] = {}
        for code in [place.code for place in claims if place.why == why]:
            owner = next((one for one in _chain(policies, code) if one in by_policy), None)
            if owner is not None:
                value = by_policy[owner]
                found.setdefault(canonical(value).decode(), Said(f"{owner}/{name}", "place", value))
        if len(found) == 1:
            return next(iter(found.values()))
    return None
