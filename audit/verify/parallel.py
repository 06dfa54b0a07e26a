"""Steps 3, 4, 6, 7 and the opening of step 9 by several processes, each for its own calls, in one pass.

Whatever is odd is done again one by one.

So a finding is always that of the plain walk, and several processes only make good evidence fast.
"""

from array import array
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from audit.chain import AAD_CONTEXT
from audit.checkpoint import Checkpoint
from audit.crypto.envelope import Opener
from audit.encoding import MAX_LINE_BYTES, parse_canonical, unpadded
from audit.errors import VerificationError
from audit.merkle import Frontier, root_of
from audit.trust import Worker
from audit.verify.files import Bundle
from audit.verify.findings import Findings
from audit.verify.lines import parse_line
from audit.verify.question import Dek
from audit.verify.segments import HASH, Context
from audit.verify.walk import Walked, Watch, check_first_leaf, take

#: Below this, starting a process takes longer than it saves.
WORTH_IT: Final = 20_000
#: How the call stands in a line. It cannot stand in a text of the header: there the quotes are escaped twice.
_CALL: Final = b'\\"call\\":\\"'
_UUID: Final = 36
#: Which two characters of the call choose the process: random in a UUID, and cheap to look at.
_CHOOSE: Final = len(_CALL)
_CHUNK: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class _Task:
    folder: Path
    number: int
    jobs: int
    deks: tuple[Dek, ...]


@dataclass(slots=True)
class _Part:
    """What one process found: its calls, and place, index and hash of each of its lines."""

    walked: Walked
    lines: "array[int]" = field(default_factory=lambda: array("Q"))
    indices: "array[int]" = field(default_factory=lambda: array("Q"))
    hashes: bytearray = field(default_factory=bytearray)
    #: How many bodies opened, by segment. Whether the key may be believed is judged later.
    opened: dict[tuple[str, int], int] = field(default_factory=dict)


def walk_in_parts(
    bundle: Bundle,
    checkpoint: Checkpoint,
    context: Context,
    watch: Watch,
    *,
    deks: tuple[Dek, ...],
    jobs: int,
) -> tuple[Walked, dict[tuple[str, int], int]] | None:
    """As `walk`, for a full or scoped bundle, and how many bodies opened with DEKS; None where anything is odd."""
    if jobs < 2 or bundle.partial or bundle.manifest["entries"] < WORTH_IT:
        return None
    given = (checkpoint.size, context.log, context.epoch, context.workers, watch)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(_walk_part, _Task(bundle.folder, n, jobs, deks), *given) for n in range(jobs)]
        parts = [one.result() for one in asked]
    found = [part for part in parts if part is not None]
    if len(found) < jobs:
        return None
    walked = _join(found, bundle.manifest["entries"], checkpoint, watch)
    if walked is None:
        return None
    check_first_leaf(bundle, checkpoint, walked, context)
    return walked, {place: count for part in found for place, count in part.opened.items()}


def _walk_part(
    task: _Task, size: int, log: str, epoch: int, workers: dict[str, Worker], watch: Watch
) -> _Part | None:
    context = Context(log, epoch, workers, Findings())
    openers = {(one.call, one.seg): Opener(one.key) for one in task.deks}
    jobs = task.jobs
    part = _Part(Walked())
    last = -1
    with (task.folder / "entries.ndjson").open("rb") as file:
        for number, raw in enumerate(file):
            at = raw.find(_CALL) + _CHOOSE
            if at < _CHOOSE or len(raw) < at + _UUID or len(raw) > MAX_LINE_BYTES:
                return None
            if (raw[at] * 16 + raw[at + 1]) % jobs != task.number:
                continue
            try:
                line = parse_line(raw, size)
            except VerificationError:
                return None
            header = line.header
            if header["call"].encode("utf-8") != raw[at : at + _UUID] or line.index <= last:
                return None
            last = line.index
            place = (header["call"], header["seg"])
            opener = openers.get(place)
            if opener is not None and line.c is not None:
                try:
                    parse_canonical(unpadded(opener.open(line.c, AAD_CONTEXT + line.p)))
                except VerificationError:
                    return None
                part.opened[place] = part.opened.get(place, 0) + 1
            part.lines.append(number)
            part.indices.append(line.index)
            part.hashes += line.lh
            take(line, part.walked, context, watch)
    for segment in part.walked.segments():
        segment.finish(context)
    return None if context.findings.all() else part


def _join(parts: list[_Part], count: int, checkpoint: Checkpoint, watch: Watch) -> Walked | None:
    """All parts as one walk, where every leaf of the tree is there once, in its order."""
    if sum(len(part.lines) for part in parts) != count or count != checkpoint.size:
        return None
    hashes = bytearray(HASH * count)
    for part in parts:
        if part.lines != part.indices:  # in a whole tree line and leaf are the same number
            return None
        for at, number in enumerate(part.lines):
            hashes[number * HASH : (number + 1) * HASH] = part.hashes[at * HASH : (at + 1) * HASH]
        part.hashes.clear()
    walked = Walked(roots={size: _root(hashes, size) for size in watch.sizes if size < count})
    for part in parts:
        walked.calls |= part.walked.calls
        walked.control += part.walked.control
        walked.odd_times += part.walked.odd_times
        walked.first_leaf = walked.first_leaf or part.walked.first_leaf
    walked.control.sort(key=lambda line: line.index)
    return walked if _root(hashes, count) == checkpoint.root else None


def _root(hashes: bytearray, size: int) -> bytes:
    """The root over the first SIZE hashes, in pieces: a tree over whole subtrees of one size is the same tree."""
    over = Frontier()
    for start in range(0, size, _CHUNK):
        end = min(start + _CHUNK, size)
        over.append(root_of([bytes(hashes[at * HASH : (at + 1) * HASH]) for at in range(start, end)]))
    return over.root()
