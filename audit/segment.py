"""One writer's ownership of one call: open, append, close. An entry is durable when the method returns."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, final

from audit.chain import Chain, SealedEntry, SegmentIdentity
from audit.errors import AuditUnavailable, EntryRefusedError
from audit.header import CLOSE, OPEN, is_control

Level = Literal["spool", "db"]
_WAITS_FOR_DATABASE = ("consent.", "payment.", "key.")


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

    def put(self, entry: SealedEntry) -> Receipt: ...


@final
class Segment:
    """The open end of a chain. Not for two threads at once, and not for a forked child."""

    def __init__(self, sink: Sink, identity: SegmentIdentity, chain: Chain, opened: Receipt) -> None:
        self._sink = sink
        self._chain = chain
        self._pid = os.getpid()
        self._closed = False
        self.identity = identity
        self.opened = opened

    @property
    def call(self) -> str:
        return self.identity.call

    @property
    def seg(self) -> int:
        return self.identity.seg

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
        return self._write(kind, body, versions(model=model, prompt=prompt, policy=policy), signed=waits)

    def close(self, body: Mapping[str, Any]) -> Receipt:
        """Write the closing entry; nothing follows it."""
        receipt = self._write(CLOSE, body, {"count": self._chain.seq + 1}, signed=True)
        self._closed = True
        return receipt

    def _write(
        self, kind: str, body: Mapping[str, Any], members: Mapping[str, Any], *, signed: bool
    ) -> Receipt:
        if self._closed:
            raise EntryRefusedError("the segment is closed")
        if os.getpid() != self._pid:
            raise AuditUnavailable("the segment belongs to another process; open a new one")
        entry = self._chain.seal(kind, body, at=self._sink.now(), members=members, signed=signed)
        receipt = self._sink.put(entry)
        self._chain.advance(entry)
        return receipt


def versions(*, model: str | None, prompt: str | None, policy: str | None) -> dict[str, str]:
    """The members that say which model, prompt and policy an entry is about."""
    given = {"model": model, "prompt": prompt, "policy": policy}
    return {name: value for name, value in given.items() if value is not None}
