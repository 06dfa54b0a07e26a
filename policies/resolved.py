"""The policy of one call: what holds, who gave it, who gave way, and the hash of all that."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import orjson

from policies.effective import Effective
from policies.loader import content_hash
from policies.places import Place


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """What a merged policy says about recording. Duties may displace rules of places, no others."""

    policy: str
    kind: Literal["place", "sector", "contract", "line"]
    permission: str


@dataclass(frozen=True)
class Resolved:
    """Frozen. `hash` is SHA-256 over `canonical_json`, which holds all the rest."""

    canonical_json: str
    hash: str
    recording_rules: tuple[RecordingRule, ...] = field(repr=False)
    _tree: dict[str, Any] = field(repr=False, compare=False)

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
    def winners(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(rules) for name, rules in self._tree["winners"].items()}

    @property
    def lost(self) -> dict[str, tuple[dict[str, Any], ...]]:
        return {name: tuple(dict(one) for one in rules) for name, rules in self._tree["lost"].items()}

    @property
    def conflicts(self) -> tuple[dict[str, str], ...]:
        return tuple(dict(one) for one in self._tree["conflicts"])

    @property
    def stores_nothing(self) -> bool:
        """Whether no region is left in which this call's data may be kept or handled."""
        residency = self._tree["effective"]["residency"]
        return [] in (residency["store_regions"], residency["process_regions"])

    @property
    def tree(self) -> dict[str, Any]:
        """What the hash is over, for reading only."""
        return self._tree

    def as_dict(self) -> dict[str, Any]:
        """The object of `policy resolve --json`, a copy."""
        copy: dict[str, Any] = orjson.loads(self.canonical_json)
        return {**copy, "hash": self.hash}


def canonical(tree: Any) -> bytes:
    """TREE as canonical JSON: RFC 8785 for the values that policies hold (no floats)."""
    return orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)


def freeze(tree: dict[str, Any], recording_rules: tuple[RecordingRule, ...]) -> Resolved:
    """TREE with its canonical form and hash. Nobody may hold on to TREE afterwards."""
    data = canonical(tree)
    return Resolved(data.decode(), content_hash(data), recording_rules, tree)
