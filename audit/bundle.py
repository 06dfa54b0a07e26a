"""The files of an evidence bundle, written byte for byte as the format says."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self, final

from audit.checkpoint import Checkpoint, format_proof
from audit.encoding import MAX_FILE_BYTES, b64, canonical_unchecked, running_sha256
from audit.errors import EntryRefusedError
from audit.header import CLOSE

Mode = Literal["full", "scoped", "partial"]
Keys = Literal["none", "in_scope"]
State = Literal["closed", "abandoned", "open"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which calls a bundle is about."""

    calls: tuple[str, ...] | None = None
    start: str | None = None
    end: str | None = None

    def as_json(self) -> dict[str, Any]:
        calls = None if self.calls is None else sorted(self.calls)
        return {"calls": calls, "from": self.start, "to": self.end}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf as it is exported; `c` is None where the body is pruned or not to be shown."""

    index: int
    call: str
    seg: int
    seq: int
    t: str
    p: bytes
    c: bytes | None
    ch: bytes
    lh: bytes


@dataclass(slots=True)
class SegmentClaim:
    """What the manifest says of a segment in scope."""

    call: str
    seg: int
    count: int = 0
    head: str = ""
    state: State = "open"
    sealed: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "call": self.call,
            "seg": self.seg,
            "count": self.count,
            "head": self.head,
            "state": self.state,
        }


@final
@dataclass(slots=True)
class BundleWriter:
    """Writes one bundle into FOLDER, which exists and is empty."""

    folder: Path
    checkpoint: Checkpoint
    mode: Mode
    scope: Scope
    segments: dict[tuple[str, int], SegmentClaim] = field(default_factory=dict)
    count: int = 0
    _files: list[dict[str, Any]] = field(default_factory=list)

    def entries(self, leaves: Iterable[tuple[Leaf, bool]]) -> None:
        """entries.ndjson; each leaf comes with whether its call is in scope."""
        with _HashedFile(self, "entries.ndjson") as file:
            for leaf, in_scope in leaves:
                shown = leaf.c if in_scope else None
                form = {"ch": leaf.ch.hex()} if shown is None else {"c": b64(shown)}
                value = {**form, "i": leaf.index, "p": leaf.p.decode("utf-8")}
                file.write(canonical_unchecked(value) + b"\n")
                self.count += 1
                if in_scope:
                    self._claim(leaf)

    def _claim(self, leaf: Leaf) -> None:
        place = (leaf.call, leaf.seg)
        claim = self.segments.setdefault(place, SegmentClaim(*place))
        if leaf.seq >= claim.count:
            claim.count, claim.head = leaf.seq + 1, leaf.lh.hex()
            claim.state = "closed" if leaf.t == CLOSE else "open"
        claim.sealed |= leaf.c is not None

    def proof(self, index: int, hashes: list[bytes]) -> None:
        """proofs/<index>.tlog-proof; the folder `proofs` is there in a partial bundle."""
        with _HashedFile(self, f"proofs/{index}.tlog-proof") as file:
            file.write(format_proof(index, hashes, self.checkpoint.note))

    def deks(self, deks: Iterable[tuple[str, int, bytes]]) -> None:
        """deks.jsonl, from keys in ascending order of call and segment."""
        with _HashedFile(self, "deks.jsonl") as file:
            for call, seg, dek in deks:
                file.write(canonical_unchecked({"call": call, "dek": b64(dek), "seg": seg}) + b"\n")

    def trust(self, policy: bytes, workers: bytes) -> None:
        """The checkpoint, and copies of policy and workers (a verifier brings its own)."""
        named = {"checkpoint": self.checkpoint.note, "policy": policy, "workers": workers}
        for name, data in named.items():
            with _HashedFile(self, name) as file:
                file.write(data)

    def manifest(self, keys: Keys, created: str) -> None:
        """manifest.json, last of all."""
        value = {
            "format": "VAL1-export",
            "v": 1,
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "root": self.checkpoint.root.hex(),
            "mode": self.mode,
            "keys": keys,
            "created": created,
            "scope": self.scope.as_json(),
            "entries": self.count,
            "segments": [claim.as_json() for _, claim in sorted(self.segments.items())],
            "files": sorted(self._files, key=lambda one: str(one["path"])),
        }
        encoded = canonical_unchecked(value) + b"\n"
        if len(encoded) > MAX_FILE_BYTES:
            raise EntryRefusedError("the manifest would be longer than 256 MiB; export fewer calls at a time")
        with _new_file(self.folder / "manifest.json") as file:
            file.write(encoded)

    def listed(self, name: str, length: int, digest: str) -> None:
        self._files.append({"bytes": length, "path": name, "sha256": digest})


def _new_file(path: Path) -> BinaryIO:
    """A file for its owner alone: a bundle may hold the keys of its calls."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _HashedFile:
    """A file of the bundle that is on the disk, and in the list of the manifest, when the block ends."""

    def __init__(self, bundle: BundleWriter, name: str) -> None:
        self._bundle = bundle
        self._name = name
        self._file = _new_file(bundle.folder / name)
        self._digest = running_sha256()
        self._length = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._length += len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._file.flush()
                if not self._name.startswith("proofs/"):
                    os.fsync(self._file.fileno())
        finally:
            self._file.close()
        if kind is None:
            self._bundle.listed(self._name, self._length, self._digest.hexdigest())
