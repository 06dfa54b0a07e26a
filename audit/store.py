"""What an audit database does, whichever it is: the one interface behind which SQLite and PostgreSQL stand.

Everything outside the two stores asks in these terms and writes no SQL: `audit.sqlite_store` is the embedded database,
whose `append` also gives the leaf its place; `audit.postgres_store` leaves that to the sequencer, so that the index of
a new leaf is not known there. An answer is a plain list of rows in the named types below; hashes and sealed texts are
`bytes`, times the text of the format. Reads outside of `snapshot` may each see a later state. `then` of an append acts
on `Changes` inside its transaction: all of it is durable together, or nothing is. A fault of the database is
AuditUnavailable. A question that is missing here is added here, and to both stores, with the test of both.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from audit.chain import SealedEntry
from audit.merkle import Frontier


@dataclass(frozen=True, slots=True)
class WrappedDek:
    """A data key as it is kept: sealed to a month key."""

    call: str
    seg: int
    ek: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """What a control entry names; a tombstone allows it to be deleted."""

    call: str | None = None
    seg: int | None = None
    ek: str | None = None
    leaves: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    size: int
    note: str


class StoredEntry(NamedTuple):
    """An entry of a call; `c` is None where its body was pruned."""

    seg: int
    seq: int
    t: str
    ts: str
    p: bytes
    c: bytes | None


class StoredLeaf(NamedTuple):
    """A leaf of a tree with its entry, in the order of `audit.bundle.Leaf`."""

    idx: int
    call: str
    seg: int
    seq: int
    t: str
    p: bytes
    c: bytes | None
    ch: bytes
    lh: bytes


class StoredCall(NamedTuple):
    """A call (no control call): its first and last time, its first header, and what it is found by."""

    call: str
    first_ts: str
    last_ts: str
    segments: int
    entries: int
    first_p: bytes
    last_t: str
    abandoned: bool
    held: bool
    line: str | None
    outcome: str | None
    caller: bytes | None


class StoredMonthKey(NamedTuple):
    """The public half of a month key, and how many segments are sealed to it."""

    ek: str
    tenant: str
    jur: str
    ret: str
    month: str
    public: bytes
    segments: int


class OpenSegment(NamedTuple):
    """A segment that has a writer."""

    call: str
    seg: int
    owner: str


class Changes(Protocol):
    """What an append may bring along in its own transaction."""

    def begin_writer(self, call: str, seg: int, owner: str) -> None: ...

    def end_writer(self, call: str, seg: int) -> None: ...

    def add_dek(self, dek: WrappedDek) -> None:
        """Keep one more copy of a data key; nothing happens where this copy is there."""

    def delete_deks(self, call: str, seg: int) -> None:
        """Only under an erasure that stands in the log by then."""

    def delete_deks_under(self, ek: str) -> list[str]:
        """Delete what is sealed to a destroyed month key; return the calls that lost something."""

    def forget_call(self, call: str) -> None:
        """Delete what a call is found by."""

    def hold(self, call: str, since: str, basis: str) -> None: ...

    def release(self, call: str) -> None: ...

    def prune(self, log_id: int, first: int, last: int) -> None:
        """Delete the bodies of these leaves; only under a prune that stands in the log by then."""

    def take_in(self, log_id: int, old_id: int) -> None:
        """Make the entries of an old tree leaves of this one, but for the openings of earlier epochs."""


Then = Callable[[Changes], None]


class Store(Protocol):
    """One audit database. Several threads may use it; each call is one transaction unless in `snapshot`."""

    @property
    def name(self) -> str:
        """What error messages call it: the path of the file, or the address without user and password."""

    def close(self) -> None: ...

    def snapshot(self) -> AbstractContextManager[None]:
        """All reads of the block see one state."""

    # --- writing

    def append(
        self,
        log_id: int,
        entries: Sequence[SealedEntry],
        *,
        deks: Sequence[WrappedDek] = (),
        targets: Sequence[tuple[int, Sequence[Target]]] = (),
        then: Then | None = None,
    ) -> int | None:
        """Write ENTRIES; return the index of the first leaf, None where the sequencer gives it later.

        TARGETS come with the place of their entry in ENTRIES.
        """

    def index_call(self, call: str, *, line: str | None, outcome: str | None, caller: bytes | None) -> None:
        """Note what CALL is found by; what is None stays as it is."""

    def add_month_key(
        self, ek: str, *, tenant: str, jur: str, ret: str, month: str, public: bytes
    ) -> None: ...

    # --- trees

    def has_entries(self) -> bool: ...

    def has_leaves(self, log_id: int) -> bool: ...

    def origins(self) -> list[str]:
        """The origins of all trees, oldest first."""

    def origins_of(self, call: str) -> list[str]:
        """The origins of the trees that CALL lies in, newest first."""

    def newest_epoch(self, log: str) -> int:
        """The epoch in which LOG is now; 1 where it is new."""

    def log_id(self, origin: str) -> int:
        """The number of the tree of ORIGIN, which begins here if it is new."""

    def tree(self, log_id: int) -> Frontier: ...

    def leaf_hashes(self, log_id: int, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Index and hash of the leaves below END, ascending."""

    def latest_checkpoint(self, log_id: int) -> StoredCheckpoint | None: ...

    def add_checkpoint(self, log_id: int, make: Callable[[int, bytes], bytes], at: str) -> bytes:
        """Publish the tree as it is: the note of MAKE(size, root), or the last one if it still holds."""

    def cosignatures(self, log_id: int, size: int) -> dict[str, str]:
        """The lines of witnesses under the checkpoint of this size, by key name."""

    def add_cosignature(self, log_id: int, size: int, witness: str, line: str) -> None: ...

    # --- calls

    def calls(self) -> list[StoredCall]:
        """All calls in the order in which they began."""

    def calls_with(self, kind: str) -> set[str]:
        """The calls that have an entry of this type."""

    def entries_of(self, call: str) -> list[StoredEntry]:
        """The entries of CALL in order; none where there is no such call."""

    def openings_of(self, call: str) -> list[tuple[int, bytes]]:
        """Number and first header of each segment of CALL, ascending."""

    def head_of(self, call: str) -> tuple[int, bytes] | None:
        """Number and head of the last segment of CALL."""

    def open_segments(self) -> list[OpenSegment]:
        """The segments that have a writer, alive or not."""

    def head_in_tree(self, log_id: int, call: str, seg: int) -> bytes | None:
        """The head of a segment as far as it lies in this tree."""

    # --- export

    def leaves(self, log_id: int, first: int, end: int) -> Iterator[StoredLeaf]:
        """The leaves FIRST..END-1, ascending."""

    def leaves_of(self, log_id: int, call: str, end: int) -> Iterator[StoredLeaf]:
        """The leaves of CALL below END, ascending."""

    def calls_between(self, log_id: int, end: int, first_ts: str, last_ts: str) -> list[str]:
        """The calls that have an entry of this closed interval among the leaves below END."""

    def covered(self, log_id: int, end: int, call: str) -> tuple[int, int]:
        """How many entries CALL has, and how many of them are leaves below END."""

    def control_calls_for(self, log_id: int, call: str) -> list[str]:
        """The control calls that name CALL, its month key, or one of its leaves."""

    def call_of_leaf(self, log_id: int, index: int) -> str | None: ...

    def is_abandoned(self, log_id: int, end: int, call: str, seg: int) -> bool:
        """Whether an abandonment in a closed control segment below END names this segment."""

    # --- keys and forgetting

    def month_keys(self) -> list[StoredMonthKey]:
        """All month keys that were ever made, by month and class."""

    def month_keys_of(self, tenant: str, jur: str, ret: str, month: str) -> list[tuple[str, bytes]]:
        """Id and public half of the month keys of this class."""

    def month_key(self, ek: str) -> bytes | None:
        """The public half of this month key."""

    def deks_of(self, call: str, seg: int) -> list[tuple[str, bytes]]:
        """Month key and sealed data key of each copy of the key of a segment."""

    def segments_under(self, ek: str) -> list[tuple[str, int]]:
        """The segments whose key is sealed to this month key."""

    def segments_with_keys(self) -> set[tuple[str, int]]: ...

    def erased_segments(self, call: str) -> set[int]:
        """The segments of CALL that a tombstone names."""

    def destroyed_keys(self) -> set[str]:
        """The month keys that a tombstone names."""

    def is_key_destroyed(self, ek: str) -> bool: ...

    def erasures(self) -> list[bytes]:
        """The headers of all erasures."""

    def holds(self) -> set[str]:
        """The calls under legal hold."""

    def forget_freed_pages(self) -> None:
        """What was deleted is not readable in the files of the database any more, as far as it can see to that."""
