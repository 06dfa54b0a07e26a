"""Load the policies of a folder, with their content hash. A wrong file is remembered, never skipped."""

import hashlib  # noqa: TID251 - content hashes of policies and scripts; no secret is involved
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from policies.errors import PolicyUnusableError
from policies.fields import Value, flatten
from policies.packs import CrisisFile, Pack, Packs, PolicySet
from policies.places import area_codes
from policies.reading import parse_yaml, read_bytes, sentence_of
from policies.schema import Policy, Source
from policies.wording import ScriptFile, Scripts

PACKAGED = Path(__file__).parent

_FOLDERS = ("jurisdictions", "sectors", "contracts")

_Model = TypeVar("_Model", bound=BaseModel)
_Groups = dict[str, dict[str, list[Pack]]]


def load_policies(folder: Path | None = None) -> PolicySet:
    """The policies in FOLDER, by default those that ship. Files that cannot be used are kept in `broken`."""
    root = PACKAGED if folder is None else Path(folder)
    if not root.is_dir():
        raise PolicyUnusableError(f"there is no folder of policies at {root}")
    groups: _Groups = {"place": {}, "sector": {}, "contract": {}}
    broken: dict[str, str] = {}
    for path in policy_files(root):
        data = read_bytes(path)
        try:
            pack = _pack(data, path)
        except PolicyUnusableError as problem:
            broken.setdefault(_id_of_broken(data, path), str(problem))
            continue
        groups[pack.policy.kind].setdefault(pack.policy.id, []).append(pack)
    if not groups["place"] and not broken:
        raise PolicyUnusableError(f"there is no policy in {root}")
    crisis = _crisis(root, groups["place"], broken)
    _find_contradictions(groups, broken)
    scripts = _scripts(root, broken)
    area_codes()
    every = [pack for group in groups.values() for packs in group.values() for pack in packs]
    return PolicySet(
        folder=root,
        places=_frozen(groups["place"]),
        sectors=_frozen(groups["sector"]),
        contracts=_frozen(groups["contract"]),
        broken=MappingProxyType(broken),
        scripts=scripts,
        script_hashes=scripts.hashes(),
        crisis=crisis,
        sha256=_folder_hash(root),
        activities=frozenset(
            activity
            for pack in every
            for duty in pack.values.get("recording.duties", ())
            for activity in duty["covers_activities"]
        ),
    )


def policy_files(root: Path) -> list[Path]:
    """Every policy file in the known folders of ROOT, or in ROOT when it has none of them; sorted."""
    folders = [root / name for name in _FOLDERS if (root / name).is_dir()]
    found = (
        [path for each in folders for path in each.rglob("*.yaml")] if folders else list(root.glob("*.yaml"))
    )
    return sorted(path for path in found if path not in {root / "crisis.yaml", root / "area_codes.yaml"})


def content_hash(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def cited(policy_id: str, status: str, sources: tuple[Source, ...]) -> tuple[Mapping[str, Value], ...]:
    """SOURCES as the effective policy carries them."""
    return tuple(
        {
            "policy": policy_id,
            "fields": list(source.fields),
            "cite": source.cite,
            "url": source.url,
            "read_on": source.read_on.isoformat() if source.read_on else None,
            "confidence": source.confidence,
            "legal_status": source.legal_status or status,
        }
        for source in sources
    )


def _frozen(group: dict[str, list[Pack]]) -> Packs:
    return MappingProxyType({code: tuple(packs) for code, packs in sorted(group.items())})


def _folder_hash(root: Path) -> str:
    digest = hashlib.sha256()
    others = [root / "crisis.yaml", *sorted((root / "scripts").glob("*.yaml"))]
    for path in [*policy_files(root), *(path for path in others if path.is_file())]:
        digest.update(f"{path.relative_to(root).as_posix()}\0{content_hash(read_bytes(path))}\n".encode())
    return digest.hexdigest()


def _pack(data: bytes, path: Path) -> Pack:
    policy = _model(Policy, data, path)
    sources = cited(policy.id, policy.legal_status, policy.sources)
    return Pack(policy, path, MappingProxyType(flatten(policy)), sources)


def _model(kind: type[_Model], data: bytes, path: Path) -> _Model:
    try:
        return kind.model_validate(parse_yaml(data, path))
    except ValidationError as problem:
        raise PolicyUnusableError(f"{path.name}: {sentence_of(problem)}") from None


def _id_of_broken(data: bytes, path: Path) -> str:
    """The id that a file which cannot be used would have had; from its name when even that cannot be read."""
    try:
        found = parse_yaml(data, path)
    except PolicyUnusableError:
        found = None
    named = found.get("id") if isinstance(found, dict) else None
    if isinstance(named, str):
        return named
    return path.stem.partition(".")[0] if path.parent.name == "jurisdictions" else path.stem


def _find_contradictions(groups: _Groups, broken: dict[str, str]) -> None:
    for group in groups.values():
        for code, packs in group.items():
            base = sorted(
                (pack for pack in packs if pack.is_base), key=lambda pack: str(pack.policy.valid_from)
            )
            if not base:
                broken.setdefault(code, f"{packs[0].path.name}: a supplement to a policy that does not exist")
            for one, next_one in pairwise(base):
                ends, starts = one.policy.valid_to, next_one.policy.valid_from
                if ends is None or starts is None or ends >= starts:
                    names = f"{one.path.name} and {next_one.path.name}"
                    broken.setdefault(code, f"{names} claim to be the same policy on the same day")
    places = groups["place"]
    parents = {
        code: next((pack.policy.parent for pack in packs if pack.is_base), None)
        for code, packs in places.items()
    }
    for code in places:
        seen, step = {code}, parents[code]
        while step is not None:
            if step not in places or step in seen:
                why = "its own ancestor" if step in seen else "a place without a policy"
                broken.setdefault(code, f"{places[code][0].path.name}: parent: {step!r} is {why}")
                break
            seen.add(step)
            step = parents[step]


def _crisis(root: Path, places: dict[str, list[Pack]], broken: dict[str, str]) -> CrisisFile | None:
    path = root / "crisis.yaml"
    if not path.is_file():
        return None
    try:
        crisis = _model(CrisisFile, read_bytes(path), path)
    except PolicyUnusableError as problem:
        broken[path.name] = str(problem)
        return None
    for code, entry in crisis.places.items():
        base = [index for index, pack in enumerate(places.get(code, ())) if pack.is_base]
        if not base and code not in broken:
            broken[path.name] = f"{path.name}: {code!r} is a place without a policy"
        for index in base:
            pack = places[code][index]
            values = {**pack.values, "escalation.resources": entry.resources.model_dump(mode="json")}
            sources = cited(code, "in_force", entry.sources)
            places[code][index] = replace(
                pack, values=MappingProxyType(values), cited=(*pack.cited, *sources)
            )
    return crisis


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
