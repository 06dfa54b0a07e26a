"""A whole log in memory, with its workers and witnesses: it writes calls, cuts bundles, and can cheat."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from audit import AuditLog
from audit.bundle import BundleWriter, Keys, Leaf, Mode, Scope
from audit.chain import Chain, SealedEntry, SegmentIdentity
from audit.checkpoint import cosignature_line, format_consistency, parse_checkpoint, sign_checkpoint
from audit.crypto import sha256
from audit.crypto.envelope import key_commitment
from audit.crypto.keys import MonthKey
from audit.crypto.signing import COSIGNATURE, Signer
from audit.encoding import timestamp
from audit.merkle import Tree
from audit.sqlite_store import SqliteStore
from audit.trust import CALL_ROLE, CONTROL_ROLE, Worker, format_workers
from audit.verify import Question, VerifyResult, verify_bundle

START = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
LOG = "audit.example.test/test/de"


def seed(text: str) -> bytes:
    return sha256(text.encode())


def call_id(number: int) -> str:
    return str(UUID(bytes=seed(f"call {number}")[:16], version=4))


@dataclass(slots=True)
class Writer:
    """One segment being written into a world."""

    world: "World"
    identity: SegmentIdentity
    chain: Chain
    dek: bytes
    entries: list[SealedEntry] = field(default_factory=list)

    @property
    def call(self) -> str:
        return self.identity.call

    @property
    def head(self) -> str:
        return self.chain.head

    def sealed(
        self, kind: str, body: Mapping[str, Any] | None = None, *, signed: bool = False, **members: Any
    ) -> SealedEntry:
        """The next entry, sealed and not yet part of the log."""
        nonce = sha256(f"{self.call} {self.identity.seg} {self.chain.seq}".encode())[:12]
        return self.chain.seal(
            kind, body or {}, at=self.world.tick(), members=members, signed=signed, nonce=nonce
        )

    def append(
        self, kind: str, body: Mapping[str, Any] | None = None, *, signed: bool = False, **members: Any
    ) -> SealedEntry:
        entry = self.sealed(kind, body, signed=signed, **members)
        self.chain.advance(entry)
        self.entries.append(entry)
        self.world.take(entry)
        return entry

    def close(self, reason: str = "hangup") -> SealedEntry:
        return self.append("segment.close", {"reason": reason}, signed=True, count=self.chain.seq + 1)


@dataclass(slots=True)
class World:
    """A log with call and control key, one witness and a quorum of it; all keys follow from names."""

    log: str = LOG
    epoch: int = 1
    quorum: str = "quorum w1\n"
    groups: str = ""
    witnesses: tuple[str, ...] = ("w1",)
    now: datetime = START
    entries: list[SealedEntry] = field(default_factory=list)
    deks: dict[tuple[str, int], bytes] = field(default_factory=dict)
    month_key: MonthKey = field(default_factory=lambda: MonthKey.from_private(b"\x44" * 32))

    @property
    def origin(self) -> str:
        return f"{self.log}/{self.epoch}"

    @property
    def signer(self) -> Signer:
        return Signer.from_seed(self.origin, seed(f"log {self.origin}"))

    @property
    def call_key(self) -> Signer:
        return Signer.from_seed("worker.example.test/call", seed("call key"))

    @property
    def control_key(self) -> Signer:
        return Signer.from_seed("worker.example.test/control", seed("control key"))

    def witness(self, name: str) -> Signer:
        return Signer.from_seed(f"witness.example.test/{name}", seed(name), key_type=COSIGNATURE)

    def tick(self, seconds: float = 1.0) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    def take(self, entry: SealedEntry) -> None:
        self.entries.append(entry)

    def open(
        self,
        number: int,
        *,
        seg: int = 0,
        prev_seg: str = "",
        control: bool = False,
        signer: Signer | None = None,
        **members: Any,
    ) -> Writer:
        """Open a segment of call NUMBER."""
        call = call_id(number)
        dek = seed(f"dek {self.origin} {call} {seg}")
        signer = signer or (self.control_key if control else self.call_key)
        tenant = "system" if control else "acme"
        identity = SegmentIdentity(call, seg, tenant, "DE", "de-6y", "test-1")
        writer = Writer(self, identity, Chain(identity, dek, signer), dek)
        self.deks[call, seg] = dek
        first = {
            "kc": key_commitment(dek, call, seg).hex(),
            "ek": self.month_key.ek,
            "wkey": signer.verifier.wkey,
            "log": self.log,
            "prev_seg": prev_seg,
            **members,
        }
        kind = str(first.pop("kind", "segment.open"))
        writer.append(kind, {"lang": "de"}, signed=True, **first)
        return writer

    def call(self, number: int, turns: int = 3) -> Writer:
        """A whole call: opened, some turns, consent, closed."""
        writer = self.open(number)
        for turn in range(turns):
            writer.append("turn.agent", {"n": turn, "text": "Grüß Gott, [NAME_1]."})
        writer.append("consent.decided", {"answer": "yes"}, signed=True)
        writer.close()
        return writer

    def control(self, number: int, *entries: tuple[str, Mapping[str, Any]], closed: bool = True) -> Writer:
        """The run of a job."""
        writer = self.open(1_000 + number, control=True)
        for kind, members in entries:
            writer.append(kind, signed=True, **members)
        if closed:
            writer.close("job")
        return writer

    def erase(self, number: int, target: Writer, **changes: Any) -> Writer:
        """Erase a call: a tombstone, and its key is gone."""
        first = json.loads(target.entries[0].p)
        members = {
            "target_call": target.call,
            "target_seg": [target.identity.seg],
            "target_kc": [first["kc"]],
            "basis": "GDPR 17",
            "actor": "staff-1",
            "approver": "staff-2",
            "backup_complete_by": "2026-12-20",
            **changes,
        }
        job = self.control(
            number, ("erasure", {name: value for name, value in members.items() if value is not None})
        )
        self.deks.pop((target.call, target.identity.seg))
        return job

    def leaves(self) -> list[Leaf]:
        return [
            Leaf(at, one.call, one.seg, one.seq, one.t, one.p, one.c, one.ch, one.lh)
            for at, one in enumerate(self.entries)
        ]

    def tree(self) -> Tree:
        return Tree([one.lh for one in self.entries])

    def checkpoint(self, *, size: int | None = None, cosigned: Mapping[str, int] | None = None) -> bytes:
        """The note over the first SIZE leaves; by default every witness cosigns three seconds from now."""
        size = len(self.entries) if size is None else size
        note = sign_checkpoint(self.signer, size, self.tree().root(size))
        text = parse_checkpoint(note).text
        if cosigned is None:
            cosigned = dict.fromkeys(self.witnesses, int(self.now.timestamp()) + 3)
        lines = [cosignature_line(self.witness(name), text, at) for name, at in cosigned.items()]
        return note + "".join(lines).encode()

    def policy(self) -> bytes:
        text = f"log {self.signer.verifier.vkey}\n"
        for name in self.witnesses:
            text += f"witness {name} {self.witness(name).verifier.vkey}\n"
        return (text + self.groups + self.quorum).encode()

    def workers(self) -> bytes:
        return format_workers(
            [Worker(CALL_ROLE, self.call_key.verifier), Worker(CONTROL_ROLE, self.control_key.verifier)]
        )

    def trust(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        (folder / "policy").write_bytes(self.policy())
        (folder / "workers").write_bytes(self.workers())
        return folder

    def bundle(
        self,
        folder: Path,
        *,
        mode: Mode = "full",
        calls: Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        keys: Keys = "in_scope",
        note: bytes | None = None,
        pruned: frozenset[int] = frozenset(),
        also: Iterable[str] = (),
        hide: Callable[[Leaf], bool] = lambda _: False,
    ) -> Path:
        """Cut a bundle. ALSO names control calls of a partial one; HIDE leaves lines out."""
        note = self.checkpoint() if note is None else note
        checkpoint = parse_checkpoint(note)
        folder.mkdir()
        writer = BundleWriter(
            folder, checkpoint, mode, Scope(None if calls is None else tuple(calls), start, end)
        )
        leaves = [leaf for leaf in self.leaves()[: checkpoint.size] if not hide(leaf)]
        scope = self._in_scope(leaves, calls, start, end) | set(also)
        if mode == "partial":
            leaves = [leaf for leaf in leaves if leaf.call in scope]
        shown = [
            (replace(leaf, c=None) if leaf.index in pruned else leaf, leaf.call in scope) for leaf in leaves
        ]
        writer.entries(shown)
        if mode == "partial":
            (folder / "proofs").mkdir()
            tree = self.tree()
            for leaf in leaves:
                writer.proof(leaf.index, tree.inclusion(leaf.index, checkpoint.size))
        if keys == "in_scope":
            deks = sorted((call, seg, dek) for (call, seg), dek in self.deks.items() if call in scope)
            present = {(leaf.call, leaf.seg) for leaf in leaves}
            writer.deks(one for one in deks if (one[0], one[1]) in present)
        for claim in writer.segments.values():
            if claim.state == "open" and self._abandoned(claim.call, claim.seg):
                claim.state = "abandoned"
        writer.trust(self.policy(), self.workers())
        writer.manifest(keys, timestamp(self.now))
        return folder

    @staticmethod
    def _in_scope(
        leaves: list[Leaf], calls: Sequence[str] | None, start: str | None, end: str | None
    ) -> set[str]:
        found = {leaf.call for leaf in leaves}
        if start is not None and end is not None:
            found = {leaf.call for leaf in leaves if start <= json.loads(leaf.p)["ts"] <= end}
        return found if calls is None else found & set(calls)

    def _abandoned(self, call: str, seg: int) -> bool:
        named = [json.loads(one.p) for one in self.entries if one.t == "segment.abandoned"]
        return any(one["target_call"] == call and seg in one["target_seg"] for one in named)

    def consistency(self, old: int, note: bytes) -> bytes:
        return format_consistency(old, self.tree().consistency(old, parse_checkpoint(note).size), note)


def sqlite_of(log: AuditLog) -> SqliteStore:
    """The embedded database of LOG, to look into it."""
    assert isinstance(log.store, SqliteStore)
    return log.store


def verify(folder: Path, trust: Path | None, question: Question | None = None, **given: Any) -> VerifyResult:
    return verify_bundle(folder, question, trust=trust, **given)


def ids(result: VerifyResult) -> set[str]:
    return {one.id for one in result.findings}


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return found


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS) + b"\n")


def restamp(folder: Path, **changes: Any) -> None:
    """Adjust the manifest to the files as they are now, as a forger would, and change members of it."""
    manifest = manifest_of(folder)
    paths = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    )
    manifest["files"] = [
        {
            "bytes": (folder / name).stat().st_size,
            "path": name,
            "sha256": sha256((folder / name).read_bytes()).hex(),
        }
        for name in paths
    ]
    manifest["entries"] = len((folder / "entries.ndjson").read_bytes().splitlines())
    write_manifest(folder, {**manifest, **changes})


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "entries.ndjson").read_bytes().splitlines()]


def write_lines(folder: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    (folder / "entries.ndjson").write_bytes(
        b"".join(orjson.dumps(line, option=orjson.OPT_SORT_KEYS) + b"\n" for line in lines)
    )
