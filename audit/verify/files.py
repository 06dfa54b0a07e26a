"""Step 1: the folder holds exactly the files that the manifest lists, with their lengths and hashes."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.checkpoint import MAX_NOTE_BYTES
from audit.encoding import MAX_FILE_BYTES, Json, is_timestamp, parse_canonical, running_sha256
from audit.errors import VerificationError
from audit.header import HEX64, MAX_SEG, MAX_SEQ, MAX_TREE, ORIGIN, UUID, array_of, matches, whole
from audit.trust import MAX_WORKERS_BYTES, Policy, Worker, parse_policy, parse_workers
from audit.verify.findings import Findings, StopVerification
from audit.verify.question import Dek, parse_deks

MANIFEST = "manifest.json"
_PIECE_BYTES = 1 << 20
_PROOF = re.compile(r"proofs/(?:0|[1-9][0-9]{0,15})\.tlog-proof")
_STATES = ("closed", "abandoned", "open")
_Form = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle, as long and as hashed as its manifest says; the manifest itself is a claim."""

    folder: Path
    manifest: Json
    checkpoint: bytes
    policy: Policy
    workers: dict[str, Worker]
    deks: tuple[Dek, ...]
    raw: tuple[bytes, bytes]
    proofs: frozenset[str]

    @property
    def partial(self) -> bool:
        return bool(self.manifest["mode"] == "partial")


def read_bundle(folder: Path, findings: Findings) -> Bundle:
    """Read and check all files but the lines of `entries.ndjson`."""
    manifest = _read_manifest(folder, findings)
    listed = {str(one["path"]): one for one in manifest["files"]}
    _check_list(manifest, set(listed), findings)
    for path in _present(folder):
        if path not in listed and path != MANIFEST and not (path == "proofs" and _has_proofs(manifest)):
            findings.add(1, "file-unexpected", "the folder holds something that the manifest does not list")
    contents = {name: _check_file(folder, one, findings) for name, one in listed.items()}
    findings.stop_if_worse()
    try:
        policy = parse_policy(contents["policy"])
        workers = parse_workers(contents["workers"])
        deks = parse_deks(contents["deks.jsonl"]) if manifest["keys"] == "in_scope" else ()
    except VerificationError as error:
        findings.add(1, "file-malformed", f"policy, workers or deks.jsonl: {error}")
        raise StopVerification from None
    return Bundle(
        folder=folder,
        manifest=manifest,
        checkpoint=contents["checkpoint"],
        policy=policy,
        workers=workers,
        deks=deks,
        raw=(contents["policy"], contents["workers"]),
        proofs=frozenset(name for name in listed if _PROOF.fullmatch(name)),
    )


def _must_be(kind: Callable[[int], bool], path: Path) -> None:
    """OSError if PATH is anything else (a link is never followed)."""
    if not kind(path.lstat().st_mode):
        raise OSError(0, "not a regular file or folder", str(path))


def _read_regular(path: Path, limit: int) -> bytes:
    _must_be(stat.S_ISREG, path)
    with path.open("rb") as file:
        return file.read(limit + 1)


def _read_manifest(folder: Path, findings: Findings) -> Json:
    try:
        os.scandir(folder).close()
        data = _read_regular(folder / MANIFEST, MAX_FILE_BYTES)
    except OSError as error:
        findings.add(1, "unreadable", f"{error.filename}: {error.strerror}")
        raise StopVerification from None
    try:
        manifest = _parse_manifest(data)
    except VerificationError as error:
        findings.add(1, "file-malformed", f"{MANIFEST}: {error}")
        raise StopVerification from None
    return manifest


def _parse_manifest(data: bytes) -> Json:
    if len(data) > MAX_FILE_BYTES or not data.endswith(b"\n"):
        raise VerificationError("the manifest is too long, or does not end in a newline")
    manifest = parse_canonical(data[:-1])
    _check_manifest(manifest)
    return manifest


def _one_of(*allowed: object) -> _Form:
    return lambda value: isinstance(value, str) and value in allowed


_FORMS: dict[str, _Form] = {
    "format": _one_of("VAL1-export"),
    "v": whole(2, least=1),
    "origin": matches(ORIGIN),
    "size": whole(MAX_TREE + 1),
    "root": matches(HEX64),
    "mode": _one_of("full", "scoped", "partial"),
    "keys": _one_of("none", "in_scope"),
    "created": is_timestamp,
    "scope": lambda value: isinstance(value, dict) and set(value) == {"calls", "from", "to"},
    "entries": whole(MAX_TREE + 1),
    "segments": lambda value: isinstance(value, list),
    "files": lambda value: isinstance(value, list),
}
_SEGMENT: dict[str, _Form] = {
    "call": matches(UUID),
    "seg": whole(MAX_SEG),
    "count": whole(MAX_SEQ + 1, least=1),
    "head": matches(HEX64),
    "state": _one_of(*_STATES),
}
_FILE: dict[str, _Form] = {
    "bytes": whole(MAX_TREE + 1),
    "path": lambda value: isinstance(value, str),
    "sha256": matches(HEX64),
}


def _fits(value: Any, forms: dict[str, _Form]) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == forms.keys()
        and all(form(value[name]) for name, form in forms.items())
    )


def _check_manifest(manifest: Json) -> None:
    if not _fits(manifest, _FORMS):
        raise VerificationError("a member is missing, foreign or malformed")
    scope = manifest["scope"]
    calls, start, end = scope["calls"], scope["from"], scope["to"]
    if calls not in (None, []) and not (array_of(matches(UUID))(calls) and calls == sorted(set(calls))):
        raise VerificationError("scope.calls is not an ascending array of UUIDs")
    if not ((start is None and end is None) or (is_timestamp(start) and is_timestamp(end) and start <= end)):
        raise VerificationError("scope.from and scope.to are not a period")
    if manifest["mode"] == "full" and not (calls is None and start is None):
        raise VerificationError("a full bundle has no scope")
    if manifest["mode"] == "partial" and (calls is None or start is not None):
        raise VerificationError("a partial bundle is of named calls")
    if not all(_fits(one, _SEGMENT) for one in manifest["segments"]):
        raise VerificationError("segments: a member is missing, foreign or malformed")
    if not all(_fits(one, _FILE) for one in manifest["files"]):
        raise VerificationError("files: a member is missing, foreign or malformed")
    places = [(one["call"], one["seg"]) for one in manifest["segments"]]
    paths = [one["path"] for one in manifest["files"]]
    if places != sorted(set(places)) or paths != sorted(set(paths)):
        raise VerificationError("segments or files are not ascending")


def _has_proofs(manifest: Json) -> bool:
    return bool(manifest["mode"] == "partial")


def _check_list(manifest: Json, listed: set[str], findings: Findings) -> None:
    """Which files there must be; the proofs are matched with the lines later."""
    needed = {"entries.ndjson", "checkpoint", "policy", "workers"}
    if manifest["keys"] == "in_scope":
        needed.add("deks.jsonl")
    others = {name for name in listed - needed if not (_has_proofs(manifest) and _PROOF.fullmatch(name))}
    if needed - listed or others:
        findings.add(1, "file-malformed", "the manifest lists other files than mode and keys call for")
        raise StopVerification


def _present(folder: Path) -> Iterator[str]:
    for entry in os.scandir(folder):
        yield entry.name
        if entry.name == "proofs" and entry.is_dir(follow_symlinks=False):
            yield from (f"proofs/{inner.name}" for inner in os.scandir(entry.path))


_KEPT = {
    "checkpoint": MAX_NOTE_BYTES,
    "policy": MAX_NOTE_BYTES,
    "workers": MAX_WORKERS_BYTES,
    "deks.jsonl": MAX_FILE_BYTES,
}


def _check_file(folder: Path, listed: Json, findings: Findings) -> bytes:
    """Compare length and hash; return the content of the small files."""
    name = str(listed["path"])
    path = folder / name
    try:
        if name.startswith("proofs/"):
            _must_be(stat.S_ISDIR, folder / "proofs")
        _must_be(stat.S_ISREG, path)
        content = b""
        digest, length = running_sha256(), 0
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
                length += len(piece)
                if name in _KEPT and length <= _KEPT[name] + _PIECE_BYTES:
                    content += piece
    except OSError as error:
        findings.add(1, "unreadable", f"{error.filename}: {error.strerror}")
        return b""
    if length != listed["bytes"] or digest.hexdigest() != listed["sha256"]:
        findings.add(1, "file-hash", f"{name} is not the file that the manifest lists")
    return content
