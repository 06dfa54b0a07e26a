"""Steps 3, 4, 6 and 7 in one pass over `entries.ndjson`: lines, tree, chains, signatures."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.checkpoint import Checkpoint, parse_proof
from audit.encoding import MAX_LINE_BYTES, Json
from audit.errors import VerificationError
from audit.header import ABANDONED, EPOCH, TOMBSTONES
from audit.merkle import Frontier, root_from_inclusion
from audit.verify.files import Bundle
from audit.verify.findings import Findings, StopVerification
from audit.verify.lines import Line, parse_line
from audit.verify.segments import Context, Segment


@dataclass(slots=True)
class Call:
    """The segments of one call, and whether an entry of it falls into the periods of interest."""

    segments: dict[int, Segment] = field(default_factory=dict)
    in_scope_period: bool = False
    in_asked_period: bool = False
    lines: int = 0


@dataclass(frozen=True, slots=True)
class ControlLine:
    """An entry that speaks about others."""

    header: Json
    index: int
    segment: Segment


@dataclass(slots=True)
class Walked:
    """What the lines of a bundle amount to."""

    calls: dict[str, Call] = field(default_factory=dict)
    control: list[ControlLine] = field(default_factory=list)
    first_leaf: Json | None = None
    whole: bool = True
    #: Roots at the sizes that somebody holds; None for a partial bundle.
    roots: dict[int, bytes] | None = None
    #: Times later than a minute past the as-of time, or much older than a held checkpoint allows.
    odd_times: int = 0

    def segments(self) -> Iterator[Segment]:
        for call in self.calls.values():
            yield from call.segments.values()

    def segment(self, call: str, seg: int) -> Segment | None:
        found = self.calls.get(call)
        return None if found is None else found.segments.get(seg)


@dataclass(frozen=True, slots=True)
class Watch:
    """What to note on the way."""

    scope: tuple[str, str] | None
    asked: tuple[str, str] | None
    #: Sizes at which the root is wanted.
    sizes: frozenset[int]
    #: No entry may be later than this.
    latest_ts: str | None
    #: For leaves from this index on, no entry may be earlier than this.
    earliest: tuple[tuple[int, str], ...]


def walk(bundle: Bundle, checkpoint: Checkpoint, context: Context, watch: Watch) -> Walked:
    """Read all lines once. Stops where a line is malformed."""
    walked = Walked(roots=None if bundle.partial else {})
    frontier, missing_below, last, count = Frontier(), 0, -1, 0
    seen_proofs: list[str] = []
    for line in read_lines(bundle, checkpoint.size, context.findings):
        count += 1
        if line.index <= last:
            context.findings.add(3, "line-malformed", "the indices of the lines do not ascend")
            raise StopVerification
        missing_below += line.index - last - 1
        last = line.index
        if bundle.partial:
            seen_proofs.append(f"proofs/{line.index}.tlog-proof")
            _check_proof(bundle, checkpoint, line, context.findings)
        elif not missing_below:
            if frontier.size in watch.sizes and walked.roots is not None:
                walked.roots[frontier.size] = frontier.root()
            frontier.append(line.lh)
        take(line, walked, context, watch)
    if count != bundle.manifest["entries"]:
        context.findings.add(3, "manifest-contradicted", "the manifest counts another number of lines")
    if frozenset(seen_proofs) != bundle.proofs:
        context.findings.add(3, "file-malformed", "the proofs are not those of the lines")
    if not bundle.partial:
        _check_tree(checkpoint, frontier, walked, (missing_below, last), context.findings)
    for segment in walked.segments():
        segment.finish(context)
    check_first_leaf(bundle, checkpoint, walked, context)
    return walked


def read_lines(bundle: Bundle, size: int, findings: Findings) -> Iterator[Line]:
    """The lines one by one; a malformed one ends the run."""
    with (bundle.folder / "entries.ndjson").open("rb") as file:
        while raw := file.readline(MAX_LINE_BYTES + 1):
            try:
                line = parse_line(raw, size)
            except VerificationError as error:
                findings.add(3, "line-malformed", str(error))
                raise StopVerification from None
            yield line


def take(line: Line, walked: Walked, context: Context, watch: Watch) -> None:
    """Add one line to what was walked."""
    header = line.header
    name, number = header["call"], header["seg"]
    call = walked.calls.get(name)
    if call is None:
        call = walked.calls[name] = Call()
    segment = call.segments.get(number)
    if segment is None:
        segment = call.segments[number] = Segment(name, number)
    segment.add(line, context)
    call.lines += 1
    ts, kind = header["ts"], header["t"]
    if watch.scope is not None and watch.scope[0] <= ts <= watch.scope[1]:
        call.in_scope_period = True
    if watch.asked is not None and watch.asked[0] <= ts <= watch.asked[1]:
        call.in_asked_period = True
    if kind in TOMBSTONES or kind == ABANDONED:
        walked.control.append(ControlLine(header, line.index, segment))
    if line.index == 0:
        walked.first_leaf = header
    late = watch.latest_ts is not None and ts > watch.latest_ts
    if late or any(line.index >= size and ts < earliest for size, earliest in watch.earliest):
        walked.odd_times += 1


def _check_proof(bundle: Bundle, checkpoint: Checkpoint, line: Line, findings: Findings) -> None:
    path = bundle.folder / "proofs" / f"{line.index}.tlog-proof"
    if f"proofs/{line.index}.tlog-proof" not in bundle.proofs:
        return
    try:
        index, hashes, note = parse_proof(path.read_bytes())
        root = root_from_inclusion(index, checkpoint.size, line.lh, hashes)
    except VerificationError as error:
        findings.add(4, "proof-invalid", str(error))
        return
    if index != line.index or note != bundle.checkpoint:
        findings.add(4, "proof-invalid", "a proof is of another leaf or checkpoint")
    if root != checkpoint.root:
        findings.add(4, "proof-invalid", "a leaf is not in the tree of the checkpoint")


def _check_tree(
    checkpoint: Checkpoint, frontier: Frontier, walked: Walked, gaps: tuple[int, int], findings: Findings
) -> None:
    missing_below, last = gaps
    if missing_below:
        findings.add(4, "leaves-missing", f"{missing_below} leaves are missing")
    if last + 1 < checkpoint.size:
        findings.add(4, "leaves-cut", f"the last {checkpoint.size - last - 1} leaves are missing")
    walked.whole = not missing_below and last + 1 == checkpoint.size
    if walked.whole and frontier.root() != checkpoint.root:
        findings.add(4, "root-mismatch", "the leaves do not make the tree of the checkpoint")


def check_first_leaf(bundle: Bundle, checkpoint: Checkpoint, walked: Walked, context: Context) -> None:
    first = walked.first_leaf
    later = context.epoch > 1
    if bundle.partial and later and first is None:
        context.findings.add(6, "segment-missing", "the opening of the epoch is missing")
    absent = first is None and checkpoint.size > 0
    if not bundle.partial and not absent and later is not (first is not None and first["t"] == EPOCH):
        context.findings.add(6, "log-mismatch", "leaf 0 opens an epoch if, and only if, it is a later one")
    if bundle.partial and first is not None and later is not (first["t"] == EPOCH):
        context.findings.add(6, "log-mismatch", "leaf 0 opens an epoch if, and only if, it is a later one")
