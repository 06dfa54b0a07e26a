"""Cut an evidence bundle out of the log: what somebody needs who has neither our database nor our trust."""

import os
import shlex
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any, BinaryIO, Literal

from audit.checkpoint import Checkpoint, format_proof
from audit.encoding import MAX_FILE_BYTES, b64, canonical, canonical_unchecked, sha256, timestamp
from audit.errors import AuditError, AuditUnavailable, EvidenceUnavailableError
from audit.header import ABANDONED, CLOSE, EXPORT
from audit.log import AuditLog, ControlEntry
from audit.merkle import Tree
from audit.opening import open_log
from audit.reading import reader, segment_dek

Mode = Literal["full", "scoped", "partial"]
Keys = Literal["none", "in_scope"]


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the bundle is, and how to check it."""

    path: Path
    trust: Path
    origin: str
    size: int
    entries: int
    verify_command: str
    #: Whether the checkpoint covers every entry of the calls that were asked for.
    covered: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Which calls a bundle is about."""

    calls: tuple[str, ...] | None = None
    start: str | None = None
    end: str | None = None

    def as_json(self) -> dict[str, Any]:
        calls = None if self.calls is None else sorted(self.calls)
        return {"calls": calls, "from": self.start, "to": self.end}


@dataclass(slots=True)
class _Segment:
    call: str
    seg: int
    count: int = 0
    head: str = ""
    closed: bool = False
    sealed: bool = False


def export_bundle(
    data_dir: Path,
    *,
    calls: Sequence[str] | None = None,
    period: tuple[datetime, datetime] | None = None,
    out: Path,
    mode: Mode = "partial",
    keys: Keys = "in_scope",
    now: Callable[[], datetime],
    log: str | None = None,
    actor: str = "local",
) -> Exported:
    """Publish a checkpoint over everything, write the bundle to OUT (which must be new), and log the export.

    LOG (an origin without epoch) is needed only where no call names the log and the folder has several.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise AuditError(f"{out} exists and is not an empty folder; name another one")
    scope = _scope(mode, calls, period)
    with closing(open_log(data_dir, now=now, origin=log or _find_log(data_dir, scope))) as opened:
        checkpoint = opened.publish()
        writer = _Writer(opened, checkpoint, scope, out, mode)
        return _write(writer, out, keys=keys, actor=actor)


def _scope(mode: Mode, calls: Sequence[str] | None, period: tuple[datetime, datetime] | None) -> Scope:
    if mode == "full" and (calls is not None or period is not None):
        raise AuditError("a full bundle has no scope")
    if mode == "partial" and (calls is None or period is not None):
        raise AuditError("a partial bundle is of named calls")
    start, end = (None, None) if period is None else map(timestamp, period)
    if start is not None and end is not None and start > end:
        raise AuditError("the period ends before it begins")
    return Scope(None if calls is None else tuple(sorted(set(calls))), start, end)


def _find_log(data_dir: Path, scope: Scope) -> str:
    with reader(data_dir) as (store, _):
        if scope.calls is None:
            rows = store.read("SELECT origin FROM log")
        else:
            rows = []
            for call in scope.calls:
                found = store.read(
                    "SELECT DISTINCT origin FROM leaf JOIN log ON log.id = leaf.log_id WHERE call = ?", call
                )
                if not found:
                    raise EvidenceUnavailableError("no call of this id is in the log")
                rows += found
    logs = {origin.rpartition("/")[0] for (origin,) in rows}
    if len(logs) != 1:
        raise AuditError("name the log: the folder has none, or what was asked for lies in several")
    return str(logs.pop())


def _write(writer: "_Writer", out: Path, *, keys: Keys, actor: str) -> Exported:
    try:
        writer.write(keys)
        if out.exists():
            out.rmdir()
        writer.folder.rename(out)
    except OSError as error:
        raise AuditUnavailable(f"{out} cannot be written: {error.strerror}") from error
    finally:
        rmtree(writer.folder, ignore_errors=True)
    log, scope, checkpoint = writer.log, writer.scope, writer.checkpoint
    scope_hash = sha256(canonical(scope.as_json())).hex()
    members = {"scope_sha256": scope_hash, "actor": actor}
    log.run_job([ControlEntry(EXPORT, members, {"mode": writer.mode, "keys": keys})])
    trust = log.data_dir / "trust"
    words = ["secure-agent", "audit", "verify", str(out), "--trust", str(trust), "--log", checkpoint.origin]
    for call in scope.calls or ():
        words += ["--call", call]
    if scope.start is not None and scope.end is not None:
        words += ["--from", scope.start, "--to", scope.end]
    return Exported(
        path=out,
        trust=trust,
        origin=checkpoint.origin,
        size=checkpoint.size,
        entries=writer.count,
        verify_command=shlex.join(words),
        covered=writer.covered,
    )


class _Writer:
    """Writes the files of one bundle into a draft folder."""

    def __init__(self, log: AuditLog, checkpoint: Checkpoint, scope: Scope, out: Path, mode: Mode) -> None:
        self.log = log
        self.checkpoint = checkpoint
        self.scope = scope
        self.mode = mode
        self.folder = out.with_name(f".{out.name}.{os.getpid()}")
        self._segments: dict[tuple[str, int], _Segment] = {}
        self.count = 0
        self.covered = True

    def write(self, keys: Keys) -> None:
        rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        with self.log.store.snapshot():
            self._entries()
            if keys == "in_scope":
                self._deks()
            self._copies()
            self._manifest(keys)

    def _entries(self) -> None:
        """entries.ndjson, and in a partial bundle a proof for each line."""
        wanted = self._calls_in_scope()
        tree = None
        if self.mode == "partial":
            leaves = self._read(
                "SELECT lh FROM leaf WHERE log_id = ? AND idx < ? ORDER BY idx",
                *(self.log.log_id, self.checkpoint.size),
            )
            tree = Tree([lh for (lh,) in leaves])
            (self.folder / "proofs").mkdir()
        with (self.folder / "entries.ndjson").open("wb") as file:
            for index, call, seg, seq, kind, p, c, ch, lh in self._rows(wanted):
                in_scope = wanted is None or call in wanted
                form = {"c": b64(c)} if in_scope and c is not None else {"ch": ch.hex()}
                file.write(canonical_unchecked({**form, "i": index, "p": p.decode("utf-8")}) + b"\n")
                self.count += 1
                if in_scope:
                    self._note(call, seg, seq, kind, lh, sealed=c is not None)
                if tree is not None:
                    proof = tree.inclusion(index, self.checkpoint.size)
                    path = self.folder / "proofs" / f"{index}.tlog-proof"
                    path.write_bytes(format_proof(index, proof, self.checkpoint.note))
            _sync(file)

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.log.store.read(query, *values)

    def _calls_in_scope(self) -> frozenset[str] | None:
        """The calls whose bodies are exported; None for all of them."""
        scope = self.scope
        if scope.calls is None and scope.start is None:
            return None
        if scope.start is None:
            found = set(scope.calls or ())
        else:
            rows = self._read(
                "SELECT DISTINCT call FROM entry JOIN leaf USING (call, seg, seq)"
                " WHERE leaf.log_id = ? AND idx < ? AND ts BETWEEN ? AND ?",
                *(self.log.log_id, self.checkpoint.size, scope.start, scope.end),
            )
            found = {call for (call,) in rows if scope.calls is None or call in scope.calls}
        for call in scope.calls or ():
            total, within = self._read(
                "SELECT (SELECT count(*) FROM entry WHERE call = ?),"
                " (SELECT count(*) FROM leaf WHERE log_id = ? AND call = ? AND idx < ?)",
                *(call, self.log.log_id, call, self.checkpoint.size),
            )[0]
            self.covered &= total == within and total > 0
        if self.mode == "partial":
            found |= self._control_calls(found)
        return frozenset(found)

    def _control_calls(self, calls: set[str]) -> set[str]:
        """The control calls that tombstones, abandonments and the epoch of these calls need."""
        needed: set[str] = set()
        for call in calls:
            rows = self._read(
                "SELECT DISTINCT call FROM target WHERE target_call = ? OR target_ek IN"
                " (SELECT json_extract(CAST(p AS TEXT), '$.ek') FROM entry WHERE call = ? AND seq = 0)"
                " OR (kind = 'prune' AND log_id = ? AND EXISTS (SELECT 1 FROM leaf WHERE leaf.call = ?"
                " AND leaf.log_id = target.log_id AND idx BETWEEN first_idx AND last_idx))",
                *(call, call, self.log.log_id, call),
            )
            needed |= {one for (one,) in rows}
        if self.checkpoint.epoch > 1:
            needed |= {
                call
                for (call,) in self._read(
                    "SELECT call FROM leaf WHERE log_id = ? AND idx = 0", self.log.log_id
                )
            }
        return needed

    def _rows(self, wanted: frozenset[str] | None) -> list[tuple[Any, ...]]:
        query = (
            "SELECT idx, leaf.call, leaf.seg, leaf.seq, entry.t, entry.p, body.c, entry.ch, leaf.lh FROM leaf"
            " JOIN entry USING (call, seg, seq) LEFT JOIN body USING (call, seg, seq)"
            " WHERE leaf.log_id = ? AND idx < ?"
        )
        values = (self.log.log_id, self.checkpoint.size)
        if self.mode != "partial" or wanted is None:
            return self._read(query + " ORDER BY idx", *values)
        rows = [row for call in wanted for row in self._read(query + " AND leaf.call = ?", *values, call)]
        return sorted(rows, key=lambda row: int(row[0]))

    def _note(self, call: str, seg: int, seq: int, kind: str, lh: bytes, *, sealed: bool) -> None:
        segment = self._segments.setdefault((call, seg), _Segment(call, seg))
        if seq >= segment.count:
            segment.count, segment.head, segment.closed = seq + 1, lh.hex(), kind == CLOSE
        segment.sealed |= sealed

    def _deks(self) -> None:
        """deks.jsonl: the keys of the segments in scope that still have one."""
        with (self.folder / "deks.jsonl").open("wb") as file:
            for (call, seg), segment in sorted(self._segments.items()):
                dek = segment_dek(self.log.store, self.log.keyring, call, seg) if segment.sealed else None
                if dek is not None:
                    file.write(canonical_unchecked({"call": call, "dek": b64(dek), "seg": seg}) + b"\n")
            _sync(file)

    def _copies(self) -> None:
        """The checkpoint, and our own policy and workers (a verifier brings its own)."""
        (self.folder / "checkpoint").write_bytes(self.checkpoint.note)
        for name in ("policy", "workers"):
            (self.folder / name).write_bytes((self.log.data_dir / "trust" / name).read_bytes())

    def _manifest(self, keys: Keys) -> None:
        files = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(self.folder).as_posix()
                data = path.read_bytes()
                files.append({"bytes": len(data), "path": name, "sha256": sha256(data).hex()})
        value = {
            "format": "VAL1-export",
            "v": 1,
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "root": self.checkpoint.root.hex(),
            "mode": self.mode,
            "keys": keys,
            "created": timestamp(self.log.now()),
            "scope": self.scope.as_json(),
            "entries": self.count,
            "segments": [
                {
                    "call": segment.call,
                    "seg": segment.seg,
                    "count": segment.count,
                    "head": segment.head,
                    "state": self._state(segment),
                }
                for _, segment in sorted(self._segments.items())
            ],
            "files": sorted(files, key=lambda one: str(one["path"])),
        }
        encoded = canonical_unchecked(value) + b"\n"
        if len(encoded) > MAX_FILE_BYTES:
            raise AuditError("the manifest would be longer than 256 MiB; export fewer calls at a time")
        (self.folder / "manifest.json").write_bytes(encoded)

    def _state(self, segment: _Segment) -> str:
        if segment.closed:
            return "closed"
        abandoned = self._read(
            "SELECT 1 FROM target JOIN leaf ON leaf.call = target.call AND leaf.seg = target.seg"
            " JOIN entry AS last ON last.call = leaf.call AND last.seg = leaf.seg AND last.seq = leaf.seq"
            " WHERE kind = ? AND target_call = ? AND target_seg = ? AND leaf.log_id = ? AND leaf.idx < ?"
            " AND last.t = ? LIMIT 1",
            *(ABANDONED, segment.call, segment.seg, self.log.log_id, self.checkpoint.size, CLOSE),
        )
        return "abandoned" if abandoned else "open"


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
