"""Steps 6 and 7: the chain of one segment, fed entry by entry in any order, in little memory."""

from array import array
from dataclasses import dataclass, field
from typing import Final

from audit.chain import signed_message
from audit.checkpoint import parse_checkpoint
from audit.encoding import Json
from audit.errors import VerificationError
from audit.header import CLOSE, CONSTANT, EPOCH, OPEN, check_places, is_control
from audit.trust import CONTROL_ROLE, Worker
from audit.verify.findings import Findings
from audit.verify.lines import Line

HASH: Final = 32


@dataclass(slots=True)
class Context:
    """What all segments of one bundle share."""

    log: str
    epoch: int
    workers: dict[str, Worker]
    findings: Findings


@dataclass(slots=True)
class First:
    """What the first entry of a segment says."""

    kc: bytes
    ek: str
    prev_seg: str
    ts: str
    worker: Worker | None


@dataclass(slots=True)
class Segment:
    """Everything that is known of one (call, seg)."""

    call: str
    seg: int
    first: First | None = None
    constants: tuple[str, ...] | None = None
    #: Leaf hashes of the entries from seq 0 on, without hole, joined.
    hashes: bytearray = field(default_factory=bytearray)
    last_kind: str = ""
    latest_ts: str = ""
    signed_seq: int = -1
    #: Entries that came before their predecessor.
    waiting: dict[int, list[Line]] = field(default_factory=dict)
    #: Other entries of a place that is taken.
    doubles: dict[int, list[bytes]] = field(default_factory=dict)
    #: Claimed predecessors that were not the first entry seen at their place.
    unmatched: list[tuple[int, bytes]] = field(default_factory=list)
    pruned: "array[int]" = field(default_factory=lambda: array("Q"))
    sealed: int = 0
    odd_times: int = 0

    @property
    def count(self) -> int:
        """The number of entries from seq 0 on without hole."""
        return len(self.hashes) // HASH

    @property
    def last_seq(self) -> int:
        return max(self.waiting, default=self.count - 1)

    @property
    def closed(self) -> bool:
        return self.last_kind == CLOSE

    @property
    def control(self) -> bool:
        """Whether a control key opened it."""
        worker = None if self.first is None else self.first.worker
        return worker is not None and worker.role == CONTROL_ROLE

    def hash_at(self, seq: int) -> bytes:
        return bytes(self.hashes[seq * HASH : (seq + 1) * HASH])

    def place_of(self, lh: bytes) -> int | None:
        """The seq of the entry with this leaf hash, or None."""
        at = self.hashes.find(lh)
        while at >= 0 and at % HASH:
            at = self.hashes.find(lh, at + 1)
        if at >= 0:
            return at // HASH
        for seq, hashes in self.doubles.items():
            if lh in hashes:
                return seq
        for seq, lines in self.waiting.items():
            if any(line.lh == lh for line in lines):
                return seq
        return None

    def head_is(self, count: int, head: str) -> bool:
        """Whether an entry of seq COUNT - 1 has this hash."""
        return self.place_of(bytes.fromhex(head)) == count - 1

    def has(self, seq: int) -> bool:
        return 0 <= seq < self.count or seq in self.waiting

    def add(self, line: Line, context: Context) -> None:
        """Take one entry; entries may come in any order."""
        if line.c is None:
            self.pruned.append(line.index)
        else:
            self.sealed += 1
        seq = int(line.header["seq"])
        if seq < self.count:
            self._double(seq, line, context)
        elif seq > self.count:
            line.c = None
            self.waiting.setdefault(seq, []).append(line)
        else:
            self._next(line, context)
            while self.count in self.waiting:
                lines = self.waiting.pop(self.count)
                self._next(lines[0], context)
                for other in lines[1:]:
                    self._double(self.count - 1, other, context)

    def finish(self, context: Context) -> None:
        """All entries were fed: what is missing is a hole, what did not match is broken."""
        findings = context.findings
        if self.waiting:
            findings.add(6, "seq-hole", "an entry of a segment is missing")
            for seq in sorted(self.waiting):
                lines = self.waiting[seq]
                for line in lines:
                    self._check(line, context)
                    before = self.waiting.get(seq - 1)
                    if before and all(line.header["prev"] != one.lh.hex() for one in before):
                        findings.add(6, "chain-broken", "an entry does not follow the one before it")
                for other in lines[1:]:
                    self._same_place(lines[0].lh, other.lh, findings)
                self.last_kind = lines[0].header["t"]
        for seq, prev in self.unmatched:
            if prev not in self.doubles.get(seq, ()):
                findings.add(6, "chain-broken", "an entry does not follow the one before it")

    def _next(self, line: Line, context: Context) -> None:
        header = line.header
        if self.hashes:
            prev = bytes.fromhex(header["prev"])
            if prev != self.hashes[-HASH:]:
                self.unmatched.append((self.count - 1, prev))
            if self.last_kind == CLOSE:
                context.findings.add(6, "chain-broken", "an entry follows a close")
        self._check(line, context)
        self.hashes += line.lh
        self.last_kind = header["t"]

    def _double(self, seq: int, line: Line, context: Context) -> None:
        self._same_place(self.hash_at(seq), line.lh, context.findings)
        self.doubles.setdefault(seq, []).append(line.lh)
        if seq > 0:
            self.unmatched_or_fits(seq - 1, bytes.fromhex(line.header["prev"]))
        self._check(line, context)

    def unmatched_or_fits(self, seq: int, prev: bytes) -> None:
        if self.hash_at(seq) != prev:
            self.unmatched.append((seq, prev))

    @staticmethod
    def _same_place(one: bytes, other: bytes, findings: Findings) -> None:
        if one == other:
            findings.add(6, "chain-broken", "an entry stands twice")
        else:
            findings.add(6, "fork", "two different entries have the same place in a segment")

    def _check(self, line: Line, context: Context) -> None:
        """What can be said of an entry by itself and by the first one of its segment."""
        header, findings = line.header, context.findings
        constants = tuple([header[name] for name in CONSTANT])
        if self.constants is None:
            self.constants = constants
        elif constants != self.constants:
            findings.add(6, "chain-broken", "tenant, jur, ret or worker changes inside a segment")
        try:
            check_places(header)
        except VerificationError as error:
            findings.add(6, "type-misplaced", str(error))
        if header["seq"] == 0:
            self._open(line, context)
        self._check_role(header, context)
        self._check_signature(header, context)
        ts = header["ts"]
        if ts < self.latest_ts:
            self.odd_times += 1
        else:
            self.latest_ts = ts

    def _open(self, line: Line, context: Context) -> None:
        header, findings = line.header, context.findings
        worker = context.workers.get(header["wkey"])
        if worker is None:
            findings.add(7, "worker-refused", "a segment names a worker key that is not known")
        if self.first is None:
            self.first = First(
                bytes.fromhex(header["kc"]), header["ek"], header["prev_seg"], header["ts"], worker
            )
        if header["log"] != context.log:
            findings.add(6, "log-mismatch", "a segment was written for another log")
        if header["t"] == EPOCH:
            self._check_epoch(line, context)

    @staticmethod
    def _check_epoch(line: Line, context: Context) -> None:
        findings = context.findings
        if context.epoch == 1 or line.index != 0:
            findings.add(6, "log-mismatch", "an epoch begins where none may")
        for name in ("old_checkpoint", "db_checkpoint"):
            try:
                note = parse_checkpoint(line.header[name].encode("utf-8"))
            except VerificationError as error:
                findings.add(6, "log-mismatch", f"{name} of an epoch: {error}")
                continue
            if (note.log, note.epoch) != (context.log, context.epoch - 1):
                findings.add(6, "log-mismatch", f"{name} of an epoch is of another log or epoch")

    def _check_role(self, header: Json, context: Context) -> None:
        if self.first is None or self.first.worker is None:
            return
        kind = header["t"]
        either = kind in (OPEN, CLOSE)
        if not either and is_control(kind) is not (self.first.worker.role == CONTROL_ROLE):
            context.findings.add(6, "type-misplaced", "the key of a segment may not write this type")

    def _check_signature(self, header: Json, context: Context) -> None:
        worker = None if self.first is None else self.first.worker
        if header["seq"] == 0:
            worker = context.workers.get(header["wkey"])
        if "wsig" not in header or worker is None:
            return
        if worker.key.holds(bytes.fromhex(header["wsig"]), signed_message(header)):
            self.signed_seq = max(self.signed_seq, int(header["seq"]))
        else:
            context.findings.add(7, "worker-refused", "a worker's signature is false")
