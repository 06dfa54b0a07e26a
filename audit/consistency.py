"""Does one state of a log begin with another: a proof from the log itself, and a judgement without it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from audit.checkpoint import Checkpoint, format_consistency, parse_checkpoint, parse_consistency
from audit.encoding import leaf_hash, sha256, unb64
from audit.errors import AuditError, EvidenceUnavailableError, VerificationError
from audit.merkle import Frontier, Tree, check_consistency
from audit.reading import reader

Verdict = Literal["consistent", "fork", "unknown"]


def prove_consistency(data_dir: Path, old: bytes, new: bytes, *, database: str | None = None) -> bytes:
    """The consistency file that shows that the checkpoint NEW goes on from OLD; both of a log of DATA_DIR."""
    before, after = parse_checkpoint(old), parse_checkpoint(new)
    if before.origin != after.origin or before.size > after.size:
        raise AuditError("the checkpoints are of different logs, or the old one is larger than the new one")
    with reader(data_dir, database) as (store, _):
        known = after.origin in store.origins()
        leaves = [lh for _, lh in store.leaf_hashes(store.log_id(after.origin), after.size)] if known else []
    tree = Tree(leaves)
    if tree.size != after.size:
        raise EvidenceUnavailableError("the log here has fewer entries than the new checkpoint")
    if tree.root() != after.root or tree.root(before.size) != before.root:
        raise VerificationError("the log here is not the one of these checkpoints: one of them is of a fork")
    return format_consistency(before.size, tree.consistency(before.size, after.size), new)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two states of a log say about each other."""

    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class _State:
    checkpoint: Checkpoint
    #: The folder of a bundle with all leaves, from which roots at smaller sizes follow.
    lines: Path | None


def compare(one: Path, other: Path, consistency: Path | None = None) -> Comparison:
    """Compare two checkpoints or bundles. Their signatures are not judged: that is what `verify` is for."""
    states = sorted((_read(one), _read(other)), key=lambda state: state.checkpoint.size)
    small, large = (state.checkpoint for state in states)
    if small.origin != large.origin:
        return Comparison("unknown", "they are of different logs or epochs")
    if small.size == 0:
        return Comparison("consistent", "an empty log is the beginning of every log")
    if small.size == large.size:
        return _said(small.root == large.root, f"both have {large.size} leaves")
    if states[1].lines is not None:
        roots = _roots(states[1].lines, (small.size, large.size))
        if roots.get(large.size) == large.root:
            text = f"the larger bundle recomputed at {small.size} leaves"
            return _said(roots.get(small.size) == small.root, text)
    if consistency is None:
        return Comparison("unknown", "give the larger one as a full bundle, or a file of `audit prove`")
    proof = parse_consistency(consistency.read_bytes())
    if (proof.old, proof.newer.size, proof.newer.root) != (small.size, large.size, large.root):
        return Comparison("unknown", "the consistency file is of another pair")
    try:
        check_consistency(small.size, small.root, large.size, large.root, proof.hashes)
    except VerificationError as error:
        return Comparison("fork", str(error))
    return Comparison("consistent", f"{large.size} leaves go on from {small.size}")


def _said(same: bool, text: str) -> Comparison:  # noqa: FBT001 - one place
    return Comparison("consistent" if same else "fork", text)


def _read(path: Path) -> _State:
    try:
        if not path.is_dir():
            return _State(parse_checkpoint(path.read_bytes()), None)
        mode = orjson.loads((path / "manifest.json").read_bytes())["mode"]
        checkpoint = parse_checkpoint((path / "checkpoint").read_bytes())
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise EvidenceUnavailableError(f"{path} is neither a checkpoint nor a bundle") from error
    return _State(checkpoint, path / "entries.ndjson" if mode in ("full", "scoped") else None)


def _roots(lines: Path, sizes: tuple[int, int]) -> dict[int, bytes]:
    """The roots at these sizes, as far as the lines have no gap."""
    grown = Frontier()
    roots: dict[int, bytes] = {}
    with lines.open("rb") as file:
        for raw in file:
            line = orjson.loads(raw)
            if line["i"] != grown.size:
                break
            ch = sha256(unb64(line["c"])) if "c" in line else bytes.fromhex(line["ch"])
            grown.append(leaf_hash(line["p"].encode("utf-8"), ch))
            if grown.size in sizes:
                roots[grown.size] = grown.root()
    return roots
