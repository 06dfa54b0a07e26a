"""Figures of reading: verification, export from PostgreSQL, what an entry takes there, and memory."""

import json
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from audit import AuditLog, open_log, verify_bundle
from audit.bundle import BundleWriter, Leaf, Scope
from audit.chain import SealedEntry, SegmentIdentity
from audit.checkpoint import parse_checkpoint, sign_checkpoint
from audit.encoding import canonical, leaf_hash, parse_canonical, sha256
from audit.log import new_call_id
from audit.merkle import Frontier
from audit.store import WrappedDek
from tests.audit.faults.writers import ROOT
from tests.audit.figures.figure import BODY, Figure
from tests.audit.figures.writing import durable_postgres, now
from tests.audit.support import World

_VERIFIED = 50_000
_CALLS = 500
_PER_CALL = 200
_MILLION_CALLS = 10_000


def verify(folder: Path) -> list[Figure]:
    world = World()
    for call in range(_VERIFIED // 100):
        writer = world.open(call)
        for _ in range(98):
            writer.append("turn.agent", BODY)
        writer.close()
    trust = world.trust(folder / "trust")
    found: list[Figure] = []
    walls: dict[int, float] = {}
    for keys, name, target in (("none", "verify", 60_000), ("in_scope", "verify with decryption", 45_000)):
        bundle = world.bundle(folder / keys, keys=keys)  # type: ignore[arg-type]
        begin = time.process_time()
        result = verify_bundle(bundle, trust=trust)
        spent = time.process_time() - begin
        assert result.exit == 0
        found.append(Figure(f"{name}, one core", _VERIFIED / spent, "entries/s", at_least=target))
    for jobs in (1, 2, 1, 2):
        begin = time.perf_counter()
        verify_bundle(folder / "in_scope", trust=trust, jobs=jobs)
        walls[jobs] = min(walls.get(jobs, 1e9), time.perf_counter() - begin)
    found.append(Figure("--jobs 2 / --jobs 1", walls[1] / walls[2], "times", note="wall clock, best of 2"))
    return found


def fill(log: AuditLog, calls: int, per_call: int) -> int:
    """Closed calls, past the spool; return how many bytes their bodies have as JSON."""
    body = 0
    for _ in range(calls):
        identity = SegmentIdentity(new_call_id(), 0, "local", "DE", "call", "bench")
        chain, dek, opening = log._open_chain(identity, log.call_signer, {"prev_seg": ""}, {})
        chain.advance(opening)
        entries: list[SealedEntry] = [opening]
        for number in range(per_call - 2):
            said = {**BODY, "n": number}
            body += len(canonical(said))
            entries.append(chain.seal("turn.agent", said, at=log.now(), members={}, signed=False))
            chain.advance(entries[-1])
        members = {"count": chain.seq + 1}
        entries.append(chain.seal("segment.close", {}, at=log.now(), members=members, signed=True))
        log.store.append(log.log_id, entries, deks=[WrappedDek(dek.call, 0, dek.ek, dek.wrapped)])
    return body + calls * 4


#: The peak of this process alone; `ru_maxrss` would remember the one that started it.
_PEAK = """
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
"""
_EXPORT = f"""{_PEAK}
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from audit import export_bundle
begin, cpu = time.perf_counter(), time.process_time()
done = export_bundle(Path(sys.argv[1]), out=Path(sys.argv[2]), mode="full", keys=sys.argv[4],
    now=lambda: datetime.now(UTC), database=sys.argv[3])
print(json.dumps([done.entries, time.perf_counter() - begin, time.process_time() - cpu, peak()]))
"""


def _exported(data_dir: Path, out: Path, url: str, keys: str) -> tuple[int, float, float, float]:
    """Entries, seconds, seconds of the processor, and peak memory in MB of an export in a process of its own."""
    words = [sys.executable, "-c", _EXPORT, str(data_dir), str(out), url, keys]
    entries, spent, cpu, peak = json.loads(
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - our words
    )
    return entries, spent, cpu, peak / 1024


def export(folder: Path) -> list[Figure]:
    found: list[Figure] = []
    data_dir = folder / "export"
    with durable_postgres() as made:
        peaks = []
        for times in (1, 3):
            with closing(open_log(data_dir, now=now, database=made.url)) as log:
                fill(log, _CALLS // 2 if times == 1 else _CALLS, _PER_CALL)
                log.publish()
                log.store.forget_freed_pages()
            made.execute("VACUUM ANALYZE audit.entry, audit.leaf, audit.body")
            entries, spent, cpu, peak = _exported(data_dir, folder / f"out-{times}", made.url, "none")
            peaks.append((entries, peak))
            found.append(
                Figure(
                    f"export of {entries:,} entries",
                    entries / spent,
                    "entries/s",
                    at_least=60_000,
                    note=f"{entries / cpu:,.0f} of processor time",
                )
            )
        entries, spent, cpu, _ = _exported(data_dir, folder / "out-keys", made.url, "in_scope")
        found.append(
            Figure(
                "export with keys",
                entries / spent,
                "entries/s",
                note=f"{entries / cpu:,.0f} of processor time",
            )
        )
    grown = (peaks[1][1] - peaks[0][1]) * 2**20 / (peaks[1][0] - peaks[0][0])
    found.append(
        Figure("memory of the larger export", peaks[1][1], "MB", note=f"the smaller: {peaks[0][1]:.0f} MB")
    )
    found.append(Figure("memory an entry more", grown, "bytes", note=f"one call per {_PER_CALL} entries"))
    return found


_SIZES = """SELECT c.relname, pg_relation_size(c.oid) + coalesce(pg_total_relation_size(c.reltoastrelid), 0),
    pg_indexes_size(c.oid) FROM pg_class AS c
    WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind = 'r' ORDER BY 2 DESC"""


def storage(folder: Path) -> list[Figure]:
    with durable_postgres() as made:
        with closing(open_log(folder / "storage", now=now, database=made.url)) as log:
            body = fill(log, _CALLS, _PER_CALL)
            log.publish()
        made.execute("VACUUM ANALYZE")
        sizes = made.execute(_SIZES)
    entries = _CALLS * _PER_CALL
    found: list[Figure] = []
    total = 0
    for name, heap, indexes in sizes:
        assert isinstance(heap, int)
        assert isinstance(indexes, int)
        total += heap + indexes
        if heap + indexes > entries:
            found.append(
                Figure(
                    f"{name}",
                    (heap + indexes) / entries,
                    "bytes",
                    note=f"indexes {indexes / entries:.0f} of them",
                )
            )
    found.append(Figure("all tables", total / entries, "bytes"))
    found.append(Figure("body as JSON", body / entries, "bytes"))
    found.append(Figure("all tables minus body, an entry", (total - body) / entries, "bytes", at_most=900))
    return found


def _million(world: World, kept: Path) -> Frontier:
    """Seal a million entries of 10,000 calls into a file, and return their tree."""
    tree = Frontier()
    with kept.open("wb") as file:
        for call in range(_MILLION_CALLS):
            writer = world.open(call)
            for _ in range(98):
                writer.append("turn.agent", {"n": 1, "text": "Thank you, I have noted that."})
            writer.close()
            for one in world.entries:
                tree.append(one.lh)
                file.write(struct.pack(">II", len(one.p), len(one.c)) + one.p + one.c)
            world.entries.clear()
    return tree


def _leaves(kept: Path) -> Iterator[tuple[Leaf, bool]]:
    index = 0
    with kept.open("rb") as file:
        while head := file.read(8):
            p_length, c_length = struct.unpack(">II", head)
            p, c = file.read(p_length), file.read(c_length)
            header, ch = parse_canonical(p), sha256(c)
            yield (
                Leaf(
                    index,
                    header["call"],
                    header["seg"],
                    header["seq"],
                    header["t"],
                    p,
                    c,
                    ch,
                    leaf_hash(p, ch),
                ),
                True,
            )
            index += 1


_VERIFY = f"""{_PEAK}
import json, sys
from pathlib import Path
from audit import verify_bundle
result = verify_bundle(Path(sys.argv[1]), trust=Path(sys.argv[2]))
print(json.dumps([result.exit, peak()]))
"""


def memory(folder: Path) -> list[Figure]:
    """Takes minutes and a gigabyte of disk."""
    world = World(quorum="quorum none\n")
    tree = _million(world, folder / "kept")
    note = sign_checkpoint(world.signer, tree.size, tree.root())
    bundle = folder / "million"
    bundle.mkdir()
    writer = BundleWriter(bundle, parse_checkpoint(note), "full", Scope())
    writer.entries(_leaves(folder / "kept"))
    writer.deks(sorted((call, seg, dek) for (call, seg), dek in world.deks.items()))
    writer.trust(world.policy(), world.workers())
    writer.manifest("in_scope", "2026-11-20T12:00:00.000000Z")
    words = [sys.executable, "-c", _VERIFY, str(bundle), str(world.trust(folder / "trust"))]
    begin = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our words
    code, peak = json.loads(done.stdout)
    spent = time.perf_counter() - begin
    assert code == 3, code
    return [
        Figure("verifying a million entries of 10,000 calls", peak / 1024, "MB", at_most=300),
        Figure("the same, with decryption", tree.size / spent, "entries/s", note=f"{spent:.0f} s"),
    ]
