"""The policies of one folder, by id and day. What is broken or out of date is refused, never passed over."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from policies.errors import PolicyUnusableError, unknown_id
from policies.fields import Value
from policies.schema import Policy, Resources, Source, Strict
from policies.wording import Scripts


class CrisisEntry(Strict):
    """Numbers of one place for a caller in danger, with their source."""

    resources: Resources
    sources: tuple[Source, ...]


class CrisisFile(Strict):
    """`crisis.yaml`: the numbers of all places in one file, since one person tests them all."""

    review_by: date
    places: dict[str, CrisisEntry]


@dataclass(frozen=True, slots=True)
class Pack:
    """One policy file, ready to be merged."""

    policy: Policy
    path: Path
    values: Mapping[str, Value]
    cited: tuple[Mapping[str, Value], ...]

    @property
    def is_base(self) -> bool:
        """Whether this is the policy itself, not a later law that adds to it."""
        return self.policy.supplement is None

    def active(self, on: date, accepted: frozenset[str] = frozenset()) -> bool:
        """Whether its rules hold on that day. What is only proposed holds for those who accept it."""
        starts, ends = self.policy.valid_from, self.policy.valid_to
        if (
            self.policy.legal_status == "proposed"
            and (self.policy.supplement or self.policy.id) not in accepted
        ):
            return False
        return (starts is None or starts <= on) and (ends is None or on <= ends)


Packs = Mapping[str, tuple[Pack, ...]]


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All policies of one folder. `broken` says what is wrong with each id or file that cannot be used."""

    folder: Path
    places: Packs
    sectors: Packs
    contracts: Packs
    broken: Mapping[str, str]
    scripts: Scripts
    script_hashes: dict[str, dict[str, str]]
    crisis: CrisisFile | None
    sha256: str
    activities: frozenset[str] = field(default_factory=frozenset)

    def place(self, code: str, on: date, accepted: frozenset[str] = frozenset()) -> tuple[Pack, ...]:
        """The packs of a place that hold on that day."""
        return self._active("place", self.places, code, on, accepted)

    def sector(self, code: str, on: date, accepted: frozenset[str] = frozenset()) -> tuple[Pack, ...]:
        """The packs of a sector that hold on that day."""
        return self._active("sector", self.sectors, code, on, accepted)

    def contract(self, code: str, on: date) -> tuple[Pack, ...]:
        """The packs of a contract that hold on that day."""
        return self._active("contract", self.contracts, code, on, frozenset())

    def has_place(self, code: str) -> bool:
        """Whether CODE has a policy, usable or not: a broken one must be noticed, not missed."""
        return code in self.places or code in self.broken

    def parent(self, code: str) -> str | None:
        """The place whose policy also holds where CODE's does."""
        return next((pack.policy.parent for pack in self.places.get(code, ()) if pack.is_base), None)

    def is_within(self, region: str, allowed: Collection[str]) -> bool:
        """Whether REGION, where a deployment is, lies in one of ALLOWED."""
        around = {region}
        while (parent := self.parent(region)) is not None and parent not in around:
            around.add(parent)
            region = parent
        if "EU" in around:
            around.add("EEA")
        return not around.isdisjoint(allowed)

    def every_pack(self) -> list[Pack]:
        """All packs, places first, by id."""
        groups = (self.places, self.sectors, self.contracts)
        return [pack for group in groups for packs in group.values() for pack in packs]

    def _active(
        self, kind: str, packs: Packs, code: str, on: date, accepted: frozenset[str]
    ) -> tuple[Pack, ...]:
        if code in self.broken:
            raise PolicyUnusableError(f"{kind} {code!r} cannot be used: {self.broken[code]}")
        if code not in packs:
            names = {one: many[0].policy.name or one for one, many in packs.items()}
            raise unknown_id(kind, code, packs, names)
        active = tuple(pack for pack in packs[code] if pack.active(on, accepted))
        if not any(pack.is_base for pack in active):
            raise PolicyUnusableError(f"{kind} {code!r} has no rules for {on.isoformat()}: it is out of date")
        return active
