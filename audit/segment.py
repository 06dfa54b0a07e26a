"""One writer's ownership of one call: open, append, close. An entry is durable when the method returns."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, final

from audit.chain import Chain, SealedEntry, SegmentIdentity
from audit.errors import AuditUnavailable, EntryInDoubtError, EntryRefusedError
from audit.header import CLOSE, MAX_SEQ, OPEN, is_control

Level = Literal["spool", "db"]
_WAITS_FOR_DATABASE = ("consent.", "payment.", "key.")
#: A key is not used for longer, nor for more entries: the segment after it has a fresh one.
MAX_AGE = timedelta(hours=24)
ROLLED_OVER = "rolled_over"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an entry stands. Whoever holds one knows that the entry is durable."""

    call: str
    seg: int
    seq: int
    #: The place in the tree; None where a sequencer gives it later.
    index: int | None
    leaf_hash: str
    ts: str


class Sink(Protocol):
    """Where sealed entries go: durable when it returns."""

    @property
    def now(self) -> Callable[[], datetime]: ...

    def put(self, entry: SealedEntry, level: Level) -> Receipt:
        """Acknowledge an entry at LEVEL. EntryInDoubtError where it may be there although it is not acknowledged."""

    def next_segment(self, identity: SegmentIdentity, head: str) -> tuple[SegmentIdentity, Chain, Receipt]:
        """Open the segment after the one of IDENTITY, which ends with HEAD."""


@final
class Segment:
    """The open end of a chain. Not for two threads at once, and not for a forked child."""

    def __init__(self, sink: Sink, identity: SegmentIdentity, chain: Chain, opened: Receipt) -> None:
        self._sink = sink
        self._chain = chain
        self._pid = os.getpid()
        self._closed = False
        self._in_doubt = False
        self._opened_at = sink.now()
        self.identity = identity
        self.opened = opened

    @property
    def call(self) -> str:
        return self.identity.call

    @property
    def seg(self) -> int:
        return self.identity.seg

    @property
    def chain(self) -> Chain:
        return self._chain

    @property
    def closed(self) -> bool:
        return self._closed

    def append(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        level: Level = "spool",
        model: str | None = None,
        prompt: str | None = None,
        policy: str | None = None,
    ) -> Receipt:
        """Write one entry. Raises AuditError, and then nothing was acknowledged."""
        if kind in (OPEN, CLOSE) or is_control(kind):
            raise EntryRefusedError("this type is not one that a call writes")
        waits = level == "db" or kind.startswith(_WAITS_FOR_DATABASE)
        self._roll_over()
        members = versions(model=model, prompt=prompt, policy=policy)
        return self._write(kind, body, members, level="db" if waits else "spool")

    def close(self, body: Mapping[str, Any]) -> Receipt:
        """Write the closing entry; nothing follows it."""
        receipt = self._close(body)
        self._closed = True
        return receipt

    def _close(self, body: Mapping[str, Any]) -> Receipt:
        return self._write(CLOSE, body, {"count": self._chain.seq + 1}, level="spool", signed=True)

    def _roll_over(self) -> None:
        """Go on in a new segment where this one is as long or as old as a segment may be."""
        if self._closed or (self._chain.seq < MAX_SEQ - 1 and self._sink.now() - self._opened_at < MAX_AGE):
            return
        self._close({"reason": ROLLED_OVER})
        self.identity, self._chain, self.opened = self._sink.next_segment(self.identity, self._chain.head)
        self._opened_at = self._sink.now()

    def _write(
        self,
        kind: str,
        body: Mapping[str, Any],
        members: Mapping[str, Any],
        *,
        level: Level,
        signed: bool = False,
    ) -> Receipt:
        if self._closed:
            raise EntryRefusedError("the segment is closed")
        if os.getpid() != self._pid:
            raise AuditUnavailable("the segment belongs to another process; open a new one")
        if self._in_doubt:
            raise AuditUnavailable("the last entry of this segment may be there or not; nothing follows it")
        signed = signed or level == "db"
        entry = self._chain.seal(kind, body, at=self._sink.now(), members=members, signed=signed)
        try:
            receipt = self._sink.put(entry, level)
        except EntryInDoubtError:
            self._in_doubt = True
            raise
        self._chain.advance(entry)
        return receipt


def versions(*, model: str | None, prompt: str | None, policy: str | None) -> dict[str, str]:
    """The members that say which model, prompt and policy an entry is about."""
    given = {"model": model, "prompt": prompt, "policy": policy}
    return {name: value for name, value in given.items() if value is not None}
