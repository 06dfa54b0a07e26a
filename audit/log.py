"""The embedded audit log: what `append` returns for is on the disk, in its chain and in the tree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, final
from uuid import UUID

from audit.chain import Chain, SealedEntry, SegmentIdentity
from audit.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from audit.cosigning import Cosigned, cosign
from audit.crypto import random_bytes
from audit.crypto.index import search_token
from audit.crypto.keys import SealedKey, ek_id, new_dek, purpose_info, wrap_to
from audit.crypto.signing import Signer
from audit.encoding import timestamp
from audit.errors import AuditUnavailable
from audit.faults import file_fault
from audit.header import ABANDONED, CLOSE, EPOCH, JOB_TENANT, OPEN, UNKNOWN_HEAD
from audit.keyfiles import KeyFolder, published_file, replace_file
from audit.keyring import Keyring
from audit.outbox import Outbox
from audit.owner import SILENCE_S, Owner, gone_writers
from audit.segment import Level, Receipt, Segment, versions
from audit.store import Changes, Store, Target, Then, WrappedDek
from audit.trust import parse_policy
from audit.ways import EmbeddedWay, ServerWay, Way, receipt_of

JOB_RETENTION = "control"
WORKER = "secure-agent-0.1.0"
#: One sink that hangs must not hold up the others.
WITNESS_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class ControlEntry:
    """An entry of a job: its clear members name what it is about, its targets do so for the database."""

    kind: str
    members: Mapping[str, Any]
    body: Mapping[str, Any] = field(default_factory=dict)
    targets: Sequence[Target] = ()


def new_call_id() -> str:
    """A random call UUID; it says nothing about the caller."""
    return str(UUID(bytes=random_bytes(16), version=4))


@final
class AuditLog:
    """Segments, checkpoints and keys of one data folder and one tree.

    With an OUTBOX calls write through it, and jobs past it. Where the login cannot read (READS), the host has neither
    the key of the log nor that of jobs.
    """

    def __init__(
        self,
        data_dir: Path,
        store: Store,
        keys: KeyFolder,
        *,
        origin: str,
        tenant: str,
        now: Callable[[], datetime],
        outbox: Outbox | None = None,
        reads: bool = True,
    ) -> None:
        self.data_dir = data_dir
        self.origin = origin
        self.tenant = tenant
        self.now = now
        self.store = store
        self.keys = keys
        self.keyring = Keyring(store, keys)
        #: For rehearsals: asked with the type before each append; true makes the store fail as a disk would.
        self.fail_after: Callable[[str], bool] | None = None
        #: A writer that has said nothing for this long is gone.
        self.silence_s = SILENCE_S
        self.call_signer = keys.call_signer()
        #: Tenant, jurisdiction and retention class of the calls that are being written here.
        self._classes: dict[str, tuple[str, str, str]] = {}
        self._way: Way
        if outbox is None:
            self._way = EmbeddedWay(store, self.keyring, Owner(data_dir))
        else:
            self._way = ServerWay(store, self.keyring, outbox, reads=reads)
        if reads:
            keys.make_kek()
            self._signs = (self.control_signer, self.log_signer)

    @cached_property
    def control_signer(self) -> Signer:
        return self.keys.control_signer()

    @cached_property
    def log_id(self) -> int:
        return self.store.log_id(self.origin)

    @cached_property
    def log_signer(self) -> Signer:
        return self.keys.log_signer(self.origin, in_use=self.store.has_leaves(self.log_id))

    @property
    def log(self) -> str:
        """The origin without its epoch, as it stands in every segment."""
        return self.origin.rpartition("/")[0]

    @property
    def reads(self) -> bool:
        """Whether this host can read the log, publish it and run jobs."""
        return self._way.reads

    def close(self) -> None:
        self._way.close()
        self.store.close()

    def open_segment(
        self,
        *,
        jurisdiction: str,
        retention: str,
        call: UUID | str | None = None,
        seg: int | None = None,
        body: Mapping[str, Any] | None = None,
        worker: str = WORKER,
        model: str | None = None,
        prompt: str | None = None,
        policy: str | None = None,
    ) -> Segment:
        """Begin a segment: of a new call, or the next one of a call whose writer is gone.

        SEG (1 or more, with CALL) is a segment beside others that are still written, by whoever gave out its number:
        it cites no segment before it.
        """
        named = new_call_id() if call is None else str(call)
        if seg is not None:
            prev_seg = UNKNOWN_HEAD
        else:
            seg, prev_seg = (0, "") if call is None else self._next_segment(named)
        identity = SegmentIdentity(named, seg, self.tenant, jurisdiction, retention, worker)
        members = {"prev_seg": prev_seg, **versions(model=model, prompt=prompt, policy=policy)}
        return self._begin(identity, self.call_signer, members, body or {})

    def next_segment(self, identity: SegmentIdentity, head: str) -> tuple[SegmentIdentity, Chain, Receipt]:
        following = replace(identity, seg=identity.seg + 1)
        segment = self._begin(following, self.call_signer, {"prev_seg": head}, {})
        return segment.identity, segment.chain, segment.opened

    def run_job(self, entries: Sequence[ControlEntry], *, then: Then | None = None) -> list[Receipt]:
        """Write the run of a job as its own control call, closed at once: all of it and THEN, or nothing."""
        return self._run(entries, {"prev_seg": ""}, OPEN, then)

    def begin(self, members: Mapping[str, Any], *, then: Then) -> None:
        """Write leaf 0 of a later epoch, and THEN what the new tree takes in."""
        self._run((), {"prev_seg": "", **members}, EPOCH, then)

    def _run(
        self,
        entries: Sequence[ControlEntry],
        members: Mapping[str, Any],
        kind: str,
        then: Then | None,
    ) -> list[Receipt]:
        identity = SegmentIdentity(new_call_id(), 0, *self.job_class(), WORKER)
        chain, dek, opening = self._open_chain(identity, self.control_signer, members, {}, kind=kind)
        chain.advance(opening)
        sealed = [opening]
        for one in entries:
            sealed.append(chain.seal(one.kind, one.body, at=self.now(), members=one.members, signed=True))
            chain.advance(sealed[-1])
        sealed.append(chain.seal(CLOSE, {}, at=self.now(), members={"count": chain.seq + 1}, signed=True))
        targets = [(at + 1, one.targets) for at, one in enumerate(entries)]
        return self._store(sealed, deks=[dek], targets=targets, then=then)

    def job_class(self) -> tuple[str, str, str]:
        """Tenant, jurisdiction and retention class of the runs of jobs."""
        return JOB_TENANT, self.log.rpartition("/")[2], JOB_RETENTION

    def reap(self) -> int:
        """Abandon the segments whose writer is gone; return how many there were."""
        gone = gone_writers(self.store, self.data_dir, self.log, self.log_id, silence_s=self.silence_s)

        def forget(changes: Changes) -> None:
            for call, seg, _ in gone:
                changes.end_writer(call, seg)

        if gone:
            self.run_job(
                [
                    ControlEntry(
                        ABANDONED,
                        {
                            "target_call": call,
                            "target_seg": [seg],
                            "target_head": [head.hex()],
                        },
                        targets=(Target(call, seg),),
                    )
                    for call, seg, head in gone
                ],
                then=forget,
            )
        return len(gone)

    def _begin(
        self,
        identity: SegmentIdentity,
        signer: Signer,
        members: Mapping[str, Any],
        body: Mapping[str, Any],
    ) -> Segment:
        chain, dek, entry = self._open_chain(identity, signer, members, body)
        self._rehearse([entry])
        receipt = self._way.open(self.log_id if self._way.reads else 0, entry, dek)
        self._classes[identity.call] = (identity.tenant, identity.jur, identity.ret)
        chain.advance(entry)
        return Segment(self, identity, chain, receipt)

    def _open_chain(
        self,
        identity: SegmentIdentity,
        signer: Signer,
        members: Mapping[str, Any],
        body: Mapping[str, Any],
        *,
        kind: str = OPEN,
    ) -> tuple[Chain, WrappedDek, SealedEntry]:
        """A chain with a fresh key, and its first entry, not stored yet."""
        at = self.now()
        public = self._way.month_key(identity.tenant, identity.jur, identity.ret, at.strftime("%Y-%m"))
        dek, kc = new_dek(public, identity.call, identity.seg)
        chain = Chain(identity, dek.key, signer)
        first = {"kc": kc.hex(), "ek": dek.ek, "wkey": signer.verifier.wkey, "log": self.log, **members}
        entry = chain.seal(kind, body, at=at, members=first, signed=True)
        return chain, WrappedDek(identity.call, identity.seg, dek.ek, dek.wrapped), entry

    def put(self, entry: SealedEntry, level: Level = "db") -> Receipt:
        """Acknowledge one sealed entry of a call. In the embedded database entry and leaf are then on the disk."""
        self._rehearse([entry])
        return self._way.put(self.log_id if self._way.reads else 0, entry, level)

    def _store(
        self,
        entries: Sequence[SealedEntry],
        *,
        deks: Sequence[WrappedDek] = (),
        targets: Sequence[tuple[int, Sequence[Target]]] = (),
        then: Then | None = None,
    ) -> list[Receipt]:
        self._rehearse(entries)
        first = self.store.append(self.log_id, entries, deks=deks, targets=targets, then=then)
        return [receipt_of(entry, None if first is None else first + at) for at, entry in enumerate(entries)]

    def _rehearse(self, entries: Sequence[SealedEntry]) -> None:
        if self.fail_after is not None and any(self.fail_after(entry.t) for entry in entries):
            raise AuditUnavailable(f"{self.store.name} cannot be written: this is a rehearsal of a full disk")

    def _next_segment(self, call: str) -> tuple[int, str]:
        last = self._way.head_of(call)
        return (0, "") if last is None else (last[0] + 1, last[1].hex())

    def publish(self) -> Checkpoint:
        """Sign the tree as it is now, and keep the note beside the database as well. Waits for no witness."""
        self._way.flush()
        note = self.store.add_checkpoint(
            self.log_id,
            lambda size, root: sign_checkpoint(self.log_signer, size, root),
            timestamp(self.now()),
        )
        kept = published_file(self.data_dir, self.origin)
        try:
            if not kept.exists() or kept.read_bytes() != note:
                kept.parent.mkdir(exist_ok=True)
                replace_file(kept, note)
        except OSError as error:
            said = file_fault(f"{kept} cannot be written", error, kept.parent)
            raise AuditUnavailable(said) from error
        return parse_checkpoint(note)

    def cosign(
        self,
        checkpoint: Checkpoint,
        *,
        urls: Mapping[str, str] | None = None,
        timeout_s: float = WITNESS_TIMEOUT_S,
    ) -> Cosigned:
        """Ask the witnesses of the trust folder that have an address; what they sign is kept.

        URLS gives addresses of witnesses that the policy names without one.
        """
        policy = parse_policy((self.data_dir / "trust" / "policy").read_bytes())
        return cosign(
            self.store,
            self.log_id,
            checkpoint,
            policy,
            urls or {},
            leaves=lambda: [lh for _, lh in self.store.leaf_hashes(self.log_id, checkpoint.size)],
            timeout_s=timeout_s,
        )

    def index_call(
        self,
        call: str,
        *,
        line: str | None = None,
        outcome: str | None = None,
        caller: str | None = None,
    ) -> None:
        """Note what CALL is found by, outside the tree; what is None stays as it is. CALLER is E.164."""
        token = None
        if caller is not None:
            token = search_token(self.keys.index_key(self.tenant, self.now().year), caller)
        self._way.index_call(call, line=line, outcome=outcome, caller=token)

    def new_sealed_key(self, call: str, purpose: str, *, retention: str | None = None) -> SealedKey:
        """A data key for something of CALL that is no entry (its recording), sealed like the call's own.

        With RETENTION it is sealed to the month key of that class, and goes or stays with it.
        """
        if self._way.reads:
            self._way.flush()
            return self.keyring.new_sealed_key(call, purpose, retention=retention)
        tenant, jur, ret = self._classes[call]
        public = self._way.month_key(tenant, jur, retention or ret, self.now().strftime("%Y-%m"))
        key = random_bytes(32)
        return SealedKey(key, wrap_to(public, key, purpose_info(call, purpose)), ek_id(public))

    def seal_key_again(self, key: bytes, call: str, purpose: str, *, retention: str, month: str) -> SealedKey:
        """A second seal of a key that `new_sealed_key` made, to another month key of the call's jurisdiction."""
        return self.keyring.seal_key_again(key, call, purpose, retention=retention, month=month)

    def open_sealed_key(self, wrapped: bytes, ek: str, call: str, purpose: str) -> bytes:
        """The data key that `new_sealed_key` made; not after the call was erased."""
        return self.keyring.open_sealed_key(wrapped, ek, call, purpose)
