"""Load the policies of a folder, with their content hash. A wrong file is remembered, never skipped."""

import hashlib  # noqa: TID251 - content hashes of policies and scripts; no secret is involved
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from policies.errors import PolicyUnusableError, unknown_id
from policies.fields import Value, flatten
from policies.places import area_codes
from policies.reading import parse_yaml, read_bytes, sentence_of
from policies.schema import Policy, Resources, Source, Strict
from policies.wording import ScriptFile, Scripts

PACKAGED = Path(__file__).parent

_Model = TypeVar("_Model", bound=BaseModel)


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

    def active(self, on: date) -> bool:
        """Whether its rules hold on that day."""
        starts, ends = self.policy.valid_from, self.policy.valid_to
        return (starts is None or starts <= on) and (ends is None or on <= ends)


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All policies of one folder. `broken` says what is wrong with each id or file that cannot be used."""

    folder: Path
    places: Mapping[str, tuple[Pack, ...]]
    sectors: Mapping[str, tuple[Pack, ...]]
    broken: Mapping[str, str]
    scripts: Scripts
    script_hashes: dict[str, dict[str, str]]
    crisis: CrisisFile | None
    sha256: str
    activities: frozenset[str] = field(default_factory=frozenset)

    def place(self, code: str, on: date, accepted: frozenset[str] = frozenset()) -> tuple[Pack, ...]:
        """The packs of a place that hold on that day."""
        return self._packs("place", self.places, code, on, accepted)

    def sector(self, code: str, on: date, accepted: frozenset[str] = frozenset()) -> tuple[Pack, ...]:
        """The packs of a sector that hold on that day."""
        return self._packs("sector", self.sectors, code, on, accepted)

    def has_place(self, code: str) -> bool:
        return code in self.places

    def parent(self, code: str) -> str | None:
        """The place whose policy also holds where CODE's does."""
        packs = self.places.get(code, ())
        return next((pack.policy.parent for pack in packs if pack.policy.supplement is None), None)

    def _packs(
        self, kind: str, packs: Mapping[str, tuple[Pack, ...]], code: str, on: date, accepted: frozenset[str]
    ) -> tuple[Pack, ...]:
        if code in self.broken:
            raise PolicyUnusableError(f"{kind} {code!r} cannot be used: {self.broken[code]}")
        if code not in packs:
            raise unknown_id(kind, code, packs)
        base = [pack for pack in packs[code] if pack.policy.supplement is None]
        if not any(pack.active(on) for pack in base):
            raise PolicyUnusableError(
                f"{kind} {code!r} has no policy for {on.isoformat()}: it is out of date"
            )
        return tuple(
            pack
            for pack in packs[code]
            if pack.active(on)
            and (pack.policy.legal_status != "proposed" or (pack.policy.supplement or code) in accepted)
        )


def load_policies(folder: Path | None = None) -> PolicySet:
    """The policies in FOLDER, by default those that ship. Files that cannot be used are kept in `broken`."""
    root = PACKAGED if folder is None else folder
    if not root.is_dir():
        raise PolicyUnusableError(f"there is no folder of policies at {root}")
    digest = hashlib.sha256()
    broken: dict[str, str] = {}
    packs: dict[str, dict[str, list[Pack]]] = {"place": {}, "sector": {}}
    for path in policy_files(root):
        data = read_bytes(path)
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + data + b"\0")
        try:
            pack = _pack(data, path)
        except PolicyUnusableError as problem:
            broken.setdefault(_id_of_broken(data, path), str(problem))
            continue
        packs["sector" if pack.policy.kind == "sector" else "place"].setdefault(pack.policy.id, []).append(
            pack
        )
    if not packs["place"] and not broken:
        raise PolicyUnusableError(f"there is no policy in {root}")
    crisis = _crisis(root, broken)
    if crisis is not None:
        _add_crisis_numbers(crisis, packs["place"], broken)
    _find_contradictions(packs, broken)
    scripts = _scripts(root, broken)
    area_codes()
    every = [pack for group in packs.values() for many in group.values() for pack in many]
    return PolicySet(
        folder=root,
        places=MappingProxyType({code: tuple(many) for code, many in sorted(packs["place"].items())}),
        sectors=MappingProxyType({code: tuple(many) for code, many in sorted(packs["sector"].items())}),
        broken=MappingProxyType(broken),
        scripts=scripts,
        script_hashes=scripts.hashes(),
        crisis=crisis,
        sha256=digest.hexdigest(),
        activities=frozenset(
            activity
            for pack in every
            for duty in pack.values.get("recording.duties", ())
            for activity in duty["covers_activities"]
        ),
    )


def policy_files(root: Path) -> list[Path]:
    """Every policy file below ROOT, in a fixed order."""
    folders = [root / name for name in ("jurisdictions", "sectors") if (root / name).is_dir()]
    found = (
        [path for each in folders for path in each.rglob("*.yaml")] if folders else list(root.glob("*.yaml"))
    )
    return sorted(path for path in found if path not in {root / "crisis.yaml", root / "area_codes.yaml"})


def content_hash(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def _pack(data: bytes, path: Path) -> Pack:
    policy = _model(Policy, data, path)
    return Pack(policy, path, MappingProxyType(flatten(policy)), tuple(cited(policy)))


def _model(kind: type[_Model], data: bytes, path: Path) -> _Model:
    try:
        return kind.model_validate(parse_yaml(data, path))
    except ValidationError as problem:
        raise PolicyUnusableError(f"{path.name}: {sentence_of(problem)}") from None


def cited(policy: Policy) -> list[Mapping[str, Value]]:
    """The sources of POLICY as the effective policy carries them."""
    return [
        MappingProxyType(
            {
                "policy": policy.id,
                "fields": list(source.fields),
                "cite": source.cite,
                "url": source.url,
                "read_on": source.read_on and source.read_on.isoformat(),
                "confidence": source.confidence,
                "legal_status": source.legal_status or policy.legal_status,
            }
        )
        for source in policy.sources
    ]


def _id_of_broken(data: bytes, path: Path) -> str:
    """The id that a file which cannot be used would have had; its name when even that cannot be read."""
    try:
        found = parse_yaml(data, path)
    except PolicyUnusableError:
        found = None
    named = found.get("id") if isinstance(found, dict) else None
    return named if isinstance(named, str) else path.stem


def _find_contradictions(packs: Mapping[str, Mapping[str, list[Pack]]], broken: dict[str, str]) -> None:
    for group in packs.values():
        for code, many in group.items():
            base = [pack for pack in many if pack.policy.supplement is None]
            if not base:
                broken.setdefault(code, f"{many[0].path.name}: a supplement to a policy that does not exist")
            for one, other in pairwise(base):
                broken.setdefault(code, f"{one.path.name} and {other.path.name} are the same policy")
    places = packs["place"]
    parents = {
        code: next((pack.policy.parent for pack in many if pack.policy.supplement is None), None)
        for code, many in places.items()
    }
    for code in places:
        seen, step = {code}, parents[code]
        while step is not None:
            if step not in places or step in seen:
                why = "its own ancestor" if step in seen else "a place that has no policy"
                broken.setdefault(code, f"{places[code][0].path.name}: parent: {step!r} is {why}")
                break
            seen.add(step)
            step = parents[step]


def _crisis(root: Path, broken: dict[str, str]) -> CrisisFile | None:
    path = root / "crisis.yaml"
    if not path.is_file():
        return None
    try:
        return _model(CrisisFile, read_bytes(path), path)
    except PolicyUnusableError as problem:
        broken["crisis.yaml"] = str(problem)
        return None


def _add_crisis_numbers(crisis: CrisisFile, places: dict[str, list[Pack]], broken: dict[str, str]) -> None:
    for code, entry in crisis.places.items():
        if all(pack.policy.supplement is not None for pack in places.get(code, ())):
            broken["crisis.yaml"] = f"crisis.yaml: {code!r} is a place that has no policy"
            continue
        index = next(i for i, pack in enumerate(places[code]) if pack.policy.supplement is None)
        pack = places[code][index]
        resources = entry.resources.model_dump(mode="json")
        addition = Policy(id=code, kind="place", sources=entry.sources)
        places[code][index] = replace(
            pack,
            values=MappingProxyType({**pack.values, "escalation.resources": resources}),
            cited=(*pack.cited, *cited(addition)),
        )


def _scripts(root: Path, broken: dict[str, str]) -> Scripts:
    files: dict[str, ScriptFile] = {}
    altered: set[tuple[str, str]] = set()
    for path in sorted((root / "scripts").glob("*.yaml")):
        try:
            file = _model(ScriptFile, read_bytes(path), path)
        except PolicyUnusableError as problem:
            broken[f"scripts/{path.name}"] = str(problem)
            continue
        files[file.language] = file
        altered |= {
            (file.language, key)
            for key, script in file.scripts.items()
            if content_hash(script.text.encode()) != script.sha256
        }
    return Scripts(MappingProxyType(files), frozenset(altered))
