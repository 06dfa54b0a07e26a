"""How the entries of calls reach the database: at once in the embedded one, by spool and queue on a server."""

from time import sleep
from typing import Final, Protocol, final

from audit.chain import SealedEntry
from audit.errors import AuditUnavailable
from audit.header import CLOSE
from audit.keyring import Keyring
from audit.outbox import Outbox
from audit.owner import Owner
from audit.segment import Level, Receipt
from audit.store import Store, WrappedDek

#: A month key that a writer asks for is made by the sequencer meanwhile.
_KEY_LOOKS: Final = 20
_KEY_LOOK_S: Final = 0.1
_FLUSH_S: Final = 10.0


class Way(Protocol):
    """One way. What a method returns for is acknowledged; AuditUnavailable otherwise."""

    #: Whether this login can read, and its host has the keys of log and jobs.
    reads: bool

    def open(self, log_id: int, entry: SealedEntry, dek: WrappedDek) -> Receipt:
        """Store the first entry of a segment with its key; its writer is known from here on."""

    def put(self, log_id: int, entry: SealedEntry, level: Level) -> Receipt: ...

    def head_of(self, call: str) -> tuple[int, bytes] | None:
        """Number and head of the last segment of CALL."""

    def month_key(self, tenant: str, jur: str, ret: str, month: str) -> bytes: ...

    def index_call(
        self, call: str, *, line: str | None, outcome: str | None, caller: bytes | None
    ) -> None: ...

    def flush(self) -> None:
        """What was acknowledged is in the database."""

    def close(self) -> None: ...


@final
class EmbeddedWay:
    """Entry, key and leaf in one transaction."""

    reads = True

    def __init__(self, store: Store, keyring: Keyring, owner: Owner) -> None:
        self._store = store
        self._owner = owner
        self.head_of = store.head_of
        self.month_key = keyring.month_key
        self.index_call = store.index_call

    def open(self, log_id: int, entry: SealedEntry, dek: WrappedDek) -> Receipt:
        begins = self._owner.begins
        index = self._store.append(log_id, [entry], deks=[dek], then=lambda changes: begins(changes, entry))
        return receipt_of(entry, index)

    def put(self, log_id: int, entry: SealedEntry, level: Level) -> Receipt:
        """Either level: the commit is the acknowledgement."""
        ends = self._owner.ends
        then = None if entry.t != CLOSE else lambda changes: ends(changes, entry)
        return receipt_of(entry, self._store.append(log_id, [entry], then=then))

    def flush(self) -> None:
        """It is."""

    def close(self) -> None:
        self._owner.close()


@final
class ServerWay:
    """The spool, then the database; a login that only writes asks `append_batch` for the little it must know."""

    def __init__(self, store: Store, keyring: Keyring, outbox: Outbox, *, reads: bool) -> None:
        self._store = store
        self._keyring = keyring
        self._outbox = outbox
        self.reads = reads

    def open(self, log_id: int, entry: SealedEntry, dek: WrappedDek) -> Receipt:
        self._outbox.put(entry, dek, "db")
        return receipt_of(entry, None)

    def put(self, log_id: int, entry: SealedEntry, level: Level) -> Receipt:
        self._outbox.put(entry, None, level)
        return receipt_of(entry, None)

    def head_of(self, call: str) -> tuple[int, bytes] | None:
        if self.reads:
            self.flush()
            return self._store.head_of(call)
        head = self._outbox.ask({"head_of": call})["head"]
        return None if head is None else (int(head[0]), bytes.fromhex(head[1]))

    def month_key(self, tenant: str, jur: str, ret: str, month: str) -> bytes:
        if self.reads:
            return self._keyring.month_key(tenant, jur, ret, month)
        wanted = {"tenant": tenant, "jur": jur, "ret": ret, "month": month}
        for _ in range(_KEY_LOOKS):
            for named, _, public in self._outbox.ask({"class": wanted})["months"]:
                if named == month:
                    return bytes.fromhex(public)
            sleep(_KEY_LOOK_S)
        raise AuditUnavailable("there is no month key for calls of this class yet: is the sequencer running?")

    def index_call(self, call: str, *, line: str | None, outcome: str | None, caller: bytes | None) -> None:
        index = {"call": call, "line": line, "outcome": outcome, "caller": caller and caller.hex()}
        self._outbox.ask({"index": index})

    def flush(self) -> None:
        if not self._outbox.flush(_FLUSH_S):
            raise AuditUnavailable(f"{self._store.name} has not taken yet what lies in the spool; try again")

    def close(self) -> None:
        self._outbox.close()


def receipt_of(entry: SealedEntry, index: int | None) -> Receipt:
    return Receipt(entry.call, entry.seg, entry.seq, index, entry.lh.hex(), entry.ts)
