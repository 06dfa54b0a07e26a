"""Whose signatures a note bears, as of when it speaks, and how it stands to checkpoints held outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.checkpoint import Checkpoint, Consistency, cosigned_at, signed_by
from audit.crypto.signing import COSIGNATURE, ED25519
from audit.encoding import timestamp
from audit.errors import VerificationError
from audit.merkle import check_consistency
from audit.trust import Policy
from audit.verify.findings import Findings


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The valid cosignatures of a note: policy names of the witnesses, and when each saw it."""

    times: Mapping[str, int]

    def as_of(self, policy: Policy) -> int | None:
        """The latest time for which the cosignatures not older than it reach the quorum; None is unknown."""
        if policy.quorum is None:
            return max(self.times.values(), default=None)
        for time_s in sorted(set(self.times.values()), reverse=True):
            if policy.reached(name for name, seen in self.times.items() if seen >= time_s):
                return time_s
        return None


def check_note(checkpoint: Checkpoint, policy: Policy) -> Cosigned:
    """Check every line of a known key; VerificationError unless the log's own key signed."""
    signed = [
        signed_by(checkpoint, key) and key.name == checkpoint.origin
        for key in policy.logs
        if key.key_type == ED25519
    ]
    if not policy.log_keys(checkpoint.origin):
        raise VerificationError("the checkpoint is of a log that the policy does not name")
    if not any(signed):
        raise VerificationError("no key that the policy names for this log signed the checkpoint")
    times: dict[str, int] = {}
    for name, key in policy.witnesses.items():
        seen = cosigned_at(checkpoint, key) if key.key_type == COSIGNATURE else None
        if seen is not None:
            times[name] = seen
    return Cosigned(times)


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint that somebody outside kept, and as of when it speaks."""

    note: Checkpoint
    as_of: int | None


def compare_held(
    checkpoint: Checkpoint,
    held: Sequence[Held],
    consistency: Sequence[Consistency],
    roots: Mapping[int, bytes] | None,
    findings: Findings,
) -> int | None:
    """Step 5: return the size of the largest held checkpoint that the bundle was shown to contain.

    ROOTS are the recomputed roots by size, None where nothing was recomputed (a partial bundle).
    """
    anchored: int | None = None
    used: set[int] = set()
    for note in (one.note for one in held):
        if note.origin != checkpoint.origin:
            findings.add(10, "outside-unused", "a held checkpoint is of another log or epoch")
            continue
        smaller, larger = (note, checkpoint) if note.size < checkpoint.size else (checkpoint, note)
        files = [
            number
            for number, file in enumerate(consistency)
            if (file.newer.origin, file.old, file.newer.size) == (note.origin, smaller.size, larger.size)
        ]
        used.update(files)
        try:
            proven = _compare(smaller, larger, [consistency[number] for number in files], roots)
        except VerificationError as error:
            findings.add(5, "fork", f"bundle and held checkpoint do not fit: {error}")
            continue
        if not proven:
            findings.add(10, "held-not-comparable", "no consistency file connects bundle and held checkpoint")
        elif note.size > checkpoint.size:
            findings.add(10, "held-newer", f"a held checkpoint already has {note.size} leaves")
        elif note.size > 0:
            anchored = max(anchored or 0, note.size)
    if len(used) < len(consistency):
        findings.add(10, "outside-unused", "a consistency file fits no pair of bundle and held checkpoint")
    return anchored


def _compare(
    smaller: Checkpoint,
    larger: Checkpoint,
    files: Sequence[Consistency],
    roots: Mapping[int, bytes] | None,
) -> bool:
    """Whether the larger tree was shown to begin with the smaller one; VerificationError if it does not."""
    for file in files:
        if file.newer.root != larger.root:
            raise VerificationError("the consistency file has another root")
        check_consistency(smaller.size, smaller.root, larger.size, larger.root, file.hashes)
    if smaller.size == larger.size and smaller.root != larger.root:
        raise VerificationError("trees of the same size have different roots")
    recomputed = None if roots is None else roots.get(smaller.size)
    if recomputed is not None and recomputed != smaller.root:
        raise VerificationError("the larger tree does not begin with the smaller one")
    return bool(files) or smaller.size in (0, larger.size) or recomputed is not None


def compare_epoch(old: Checkpoint, held: Sequence[Held], findings: Findings) -> None:
    """A held checkpoint of the epoch before must not go beyond the end that this epoch records for it."""
    for note in (one.note for one in held):
        if note.origin != old.origin:
            continue
        if note.size > old.size or (note.size == old.size and note.root != old.root):
            findings.add(5, "fork", "a held checkpoint of the epoch before goes beyond its recorded end")


def time_text(time_s: int | None) -> str | None:
    """A POSIX time in the form of the log."""
    return None if time_s is None else timestamp(datetime.fromtimestamp(time_s, UTC))
