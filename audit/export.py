"""Cut an evidence bundle out of the log: what somebody needs who has neither our database nor our trust."""

import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from time import monotonic, sleep

from audit.access import LOCAL, Reader, note_access
from audit.bundle import BundleWriter, Keys, Leaf, Mode, Scope
from audit.checkpoint import Checkpoint
from audit.cosigning import Cosigned
from audit.encoding import timestamp
from audit.errors import AuditError, AuditUnavailable, EvidenceUnavailableError, KeyFileError
from audit.faults import file_fault
from audit.log import AuditLog
from audit.merkle import Tree
from audit.opening import open_log
from audit.reading import reader as reading
from audit.reading import require_log, segment_dek

#: How long an export waits for the quorum of the witnesses.
WAIT_S = 10.0
_AGAIN_S = 0.5


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
    #: Why a witness of the trust folder did not cosign.
    problems: tuple[str, ...] = ()
    #: Whether the quorum of the policy cosigned; true where the policy asks for none.
    quorum: bool = True


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
    reader: Reader = LOCAL,
    what: str = "bundle",
    database: str | None = None,
    witnesses: Mapping[str, str] | None = None,
    wait_s: float = WAIT_S,
) -> Exported:
    """Publish a checkpoint over everything, write the bundle to OUT (which must be new), and log the export.

    READER and WHAT (the format) stand in the entry of the export. Waits up to WAIT_S for the quorum of the trust
    folder. WITNESSES gives the addresses of those that it names without one. LOG (an origin without epoch) is needed
    only where no call names the log and the folder has several.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise AuditError(f"{out} exists and is not an empty folder; name another one")
    scope = _scope(mode, calls, period)
    require_log(data_dir, database)
    origin = log or _find_log(data_dir, scope, database)
    with closing(open_log(data_dir, now=now, origin=origin, database=database)) as opened:
        opened.reap()
        cosigned = _cosigned(opened, witnesses, wait_s)
        cut = _Cut(opened, cosigned.checkpoint, scope, mode)
        draft = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            rmtree(draft, ignore_errors=True)
            draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.mkdir(mode=0o700)
            with opened.store.snapshot():
                count = cut.write(draft, keys)
            # On record first: nobody has a bundle that the log does not know of.
            note_access(opened, reader, scope, what=what, mode=mode, keys=keys)
            if out.exists():
                out.rmdir()
            draft.rename(out)
        except OSError as error:
            raise AuditUnavailable(file_fault(f"{out} cannot be written", error, out.parent)) from error
        finally:
            rmtree(draft, ignore_errors=True)
        return Exported(
            path=out,
            trust=data_dir / "trust",
            origin=opened.origin,
            size=cut.checkpoint.size,
            entries=count,
            verify_command=_verify_command(out, data_dir / "trust", opened.origin, scope),
            covered=cut.covered,
            problems=cosigned.problems,
            quorum=cosigned.reached,
        )


def _cosigned(log: AuditLog, witnesses: Mapping[str, str] | None, wait_s: float) -> Cosigned:
    """A checkpoint over everything with the cosignatures that came in time."""
    ends_s = monotonic() + wait_s
    checkpoint = log.publish()
    while True:
        cosigned = log.cosign(checkpoint, urls=witnesses)
        hopeless = cosigned.reached or cosigned.refused or not cosigned.problems
        if hopeless or monotonic() + _AGAIN_S > ends_s:
            return cosigned
        sleep(_AGAIN_S)


def _verify_command(out: Path, trust: Path, origin: str, scope: Scope) -> str:
    words = ["secure-agent", "audit", "verify", str(out), "--trust", str(trust), "--log", origin]
    for call in scope.calls or ():
        words += ["--call", call]
    if scope.start is not None and scope.end is not None:
        words += ["--from", scope.start, "--to", scope.end]
    return shlex.join(words)


def _scope(mode: Mode, calls: Sequence[str] | None, period: tuple[datetime, datetime] | None) -> Scope:
    if mode == "full" and (calls is not None or period is not None):
        raise AuditError("a full bundle has no scope")
    if mode == "partial" and (calls is None or period is not None):
        raise AuditError("a partial bundle is of named calls")
    start, end = (None, None) if period is None else map(timestamp, period)
    if start is not None and end is not None and start > end:
        raise AuditError("the period ends before it begins")
    return Scope(None if calls is None else tuple(sorted(set(calls))), start, end)


def _find_log(data_dir: Path, scope: Scope, database: str | None) -> str:
    with reading(data_dir, database) as (store, _):
        if scope.calls is None:
            origins = store.origins()
        else:
            origins = []
            for call in scope.calls:
                found = store.origins_of(call)
                if not found:
                    raise EvidenceUnavailableError("no call of this id is in the log")
                origins += found
    logs = {origin.rpartition("/")[0] for origin in origins}
    if len(logs) != 1:
        raise AuditError("name the log: the folder has none, or what was asked for lies in several")
    return logs.pop()


class _Cut:
    """What of a log goes into one bundle."""

    def __init__(self, log: AuditLog, checkpoint: Checkpoint, scope: Scope, mode: Mode) -> None:
        self._log = log
        self._store = log.store
        self._scope = scope
        self._mode: Mode = mode
        self.checkpoint = checkpoint
        self.covered = True

    def write(self, folder: Path, keys: Keys) -> int:
        """Write the files; return the number of entries."""
        writer = BundleWriter(folder, self.checkpoint, self._mode, self._scope)
        wanted = self._calls_in_scope()
        if self._mode == "partial":
            (folder / "proofs").mkdir(mode=0o700)
            tree = Tree([lh for _, lh in self._store.leaf_hashes(self._log.log_id, self.checkpoint.size)])
            leaves = sorted(self._leaves_of(wanted or frozenset()), key=lambda leaf: leaf.index)
            writer.entries((leaf, True) for leaf in leaves)
            for leaf in leaves:
                writer.proof(leaf.index, tree.inclusion(leaf.index, self.checkpoint.size))
        else:
            writer.entries((leaf, wanted is None or leaf.call in wanted) for leaf in self._all_leaves())
        for claim in writer.segments.values():
            if claim.state == "open" and self._abandoned(claim.call, claim.seg):
                claim.state = "abandoned"
        if keys == "in_scope":
            writer.deks(self._deks(writer))
        trust = self._log.data_dir / "trust"
        writer.trust((trust / "policy").read_bytes(), (trust / "workers").read_bytes())
        writer.manifest(keys, timestamp(self._log.now()))
        return writer.count

    def _all_leaves(self) -> Iterator[Leaf]:
        for row in self._store.leaves(self._log.log_id, 0, self.checkpoint.size):
            yield Leaf(*row)

    def _leaves_of(self, calls: frozenset[str]) -> Iterator[Leaf]:
        for call in calls:
            for row in self._store.leaves_of(self._log.log_id, call, self.checkpoint.size):
                yield Leaf(*row)

    def _deks(self, writer: BundleWriter) -> Iterator[tuple[str, int, bytes]]:
        for (call, seg), claim in sorted(writer.segments.items()):
            try:
                dek = segment_dek(self._log.store, self._log.keyring, call, seg) if claim.sealed else None
            except KeyFileError as error:
                raise KeyFileError(f"{error}, or export without keys (--keys none)") from error
            if dek is not None:
                yield call, seg, dek

    def _calls_in_scope(self) -> frozenset[str] | None:
        """The calls whose bodies are exported; None for all of them."""
        scope = self._scope
        if scope.calls is None and scope.start is None:
            return None
        if scope.start is None:
            found = set(scope.calls or ())
        else:
            end = scope.end or scope.start
            between = self._store.calls_between(self._log.log_id, self.checkpoint.size, scope.start, end)
            found = {call for call in between if scope.calls is None or call in scope.calls}
        for call in scope.calls or ():
            total, within = self._store.covered(self._log.log_id, self.checkpoint.size, call)
            self.covered &= total == within and total > 0
        if self._mode == "partial":
            found |= self._control_calls(found)
        return frozenset(found)

    def _control_calls(self, calls: set[str]) -> set[str]:
        """The control calls that tombstones, abandonments and the epoch of these calls need."""
        needed: set[str] = set()
        for call in calls:
            needed.update(self._store.control_calls_for(self._log.log_id, call))
        if self.checkpoint.epoch > 1:
            first = self._store.call_of_leaf(self._log.log_id, 0)
            needed |= set() if first is None else {first}
        return needed

    def _abandoned(self, call: str, seg: int) -> bool:
        """Whether an abandonment in a closed control segment under the checkpoint names this segment."""
        return self._store.is_abandoned(self._log.log_id, self.checkpoint.size, call, seg)
