"""Compose the policy of one call from every place that may claim it, its sectors and its line. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from policies.errors import PolicyError, PolicyUnusableError
from policies.fields import Value, flatten, nest
from policies.line import Line
from policies.merge import Merged, Said, Voice, merge
from policies.packs import Pack, PolicySet
from policies.places import (
    BUSINESS,
    NUMBER,
    NUMBER_UNKNOWN,
    PARENT,
    STATED,
    Place,
    chain,
    check_known_law,
    merge_order,
    places_of_number,
    with_parents,
)
from policies.resolved import RecordingRule, Resolved, canonical, freeze


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
    found |= places_of_number(caller, policies.has_place)
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
    """Merge the policies of PLACES and their parents, of SECTORS, and of LINE with its contract."""
    if line is not None and not line.active(on):
        raise PolicyUnusableError(f"line {line.id!r} may not be used on {on.isoformat()}: it is out of date")
    accepted = frozenset(line.accept_proposed) if line else frozenset()
    claims = with_parents(places, policies.parent)
    place_ids = merge_order(claims, policies.parent)
    # Shorter ids first: `health.hipaa` before `health.ca_ab3030`. Any fixed order would do.
    sector_ids = sorted(set(sectors), key=lambda code: (len(code), code))
    of_places = [pack for code in place_ids for pack in policies.place(code, on, accepted)]
    packs = [*of_places, *(pack for code in sector_ids for pack in policies.sector(code, on, accepted))]
    sources = [*place_ids, *sector_ids]
    if line is not None and line.contract is not None:
        packs += policies.contract(line.contract, on)
        sources.append(line.contract)
    voices = [Voice(pack.policy.id, pack.policy.kind, pack.values) for pack in packs]
    own = flatten(line) if line else {}
    if line is not None and own:
        if line.id in sources:
            raise PolicyError(f"line {line.id!r} has the id of a policy: give it another")
        voices.append(Voice(line.id, "line", own))
        sources.append(line.id)
    merged = merge(
        voices,
        selected=_selected(policies, of_places, claims, line, own),
        chains=[
            chain(code, policies.parent) for code in {place.code for place in claims if place.why != PARENT}
        ],
    )
    rules = tuple(
        RecordingRule(voice.policy, voice.kind, voice.values["recording.permission"])
        for voice in voices
        if "recording.permission" in voice.values
    )
    return freeze(_tree(policies, claims, sources, merged, packs), rules)


def _tree(
    policies: PolicySet, claims: Sequence[Place], sources: list[str], merged: Merged, packs: Sequence[Pack]
) -> dict[str, Any]:
    effective = nest(merged.values)
    effective["scripts"] = policies.script_hashes
    effective["sources"] = [one for pack in packs for one in pack.cited]
    return {
        "places": [{"code": place.code, "why": place.why} for place in claims],
        "sources": sources,
        "effective": effective,
        "winners": {**merged.winners, "scripts": ["default"]},
        "lost": merged.lost,
        "conflicts": merged.conflicts,
    }


def _selected(
    policies: PolicySet,
    packs: Sequence[Pack],
    claims: Sequence[Place],
    line: Line | None,
    own: dict[str, Value],
) -> dict[str, Said | None]:
    """The fields chosen by the caller's place. Crisis numbers never come from the business's place."""
    numbers, tongue = "escalation.resources", "languages.fallback"
    by_place = (STATED, NUMBER, BUSINESS, NUMBER_UNKNOWN)
    chosen = {
        numbers: _select(policies, packs, claims, numbers, (STATED, NUMBER)),
        tongue: _select(policies, packs, claims, tongue, by_place),
    }
    return chosen | {
        name: Said(f"{line.id}/{name}", "line", own[name])
        for name in chosen
        if line is not None and name in own
    }


def _select(
    policies: PolicySet, packs: Sequence[Pack], claims: Sequence[Place], name: str, order: Sequence[str]
) -> Said | None:
    """The value of NAME at the caller's place: what was stated, then what the number hints at.

    Places of one kind that disagree say nothing: a caller in danger is asked rather than misdirected.
    """
    by_policy = {pack.policy.id: pack.values[name] for pack in packs if name in pack.values}
    for why in order:
        found: dict[bytes, Said] = {}
        for code in [place.code for place in claims if place.why == why]:
            owner = next((one for one in chain(code, policies.parent) if one in by_policy), None)
            if owner is not None:
                found.setdefault(
                    canonical(by_policy[owner]), Said(f"{owner}/{name}", "place", by_policy[owner])
                )
        if len(found) == 1:
            return next(iter(found.values()))
    return None
