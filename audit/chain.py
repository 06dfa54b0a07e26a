"""The hash chain of one segment: one writer, a fresh key, each entry bound to the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, final

from audit.cards import holds_card_number
from audit.crypto.envelope import Sealer
from audit.crypto.signing import Signer
from audit.encoding import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    Json,
    canonical,
    canonical_unchecked,
    leaf_hash,
    padded,
    sha256,
    timestamp,
)
from audit.errors import CardNumberInBody, EntryRefusedError, VerificationError
from audit.header import MAX_SEQ, TOMBSTONES, VERSION, check_header, check_places, check_tombstone

SIGNATURE_CONTEXT = b"VAL1-sig"
AAD_CONTEXT = b"VAL1-aad"


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry as it is stored and exported: header and sealed body, verbatim."""

    call: str
    seg: int
    seq: int
    tenant: str
    t: str
    ts: str
    p: bytes
    c: bytes
    ch: bytes
    lh: bytes


@dataclass(frozen=True, slots=True)
class SegmentIdentity:
    """What is constant in a segment and stands in every header of it."""

    call: str
    seg: int
    tenant: str
    jur: str
    ret: str
    worker: str


@final
class Chain:
    """Seals the entries of one segment in order. `seal` changes nothing; `advance` takes what was stored."""

    __slots__ = ("_identity", "_prev", "_sealer", "_signer", "seq")

    def __init__(self, identity: SegmentIdentity, dek: bytes, signer: Signer) -> None:
        self._identity = identity
        self._sealer = Sealer(dek)
        self._signer = signer
        self._prev = ""
        self.seq = 0

    @property
    def head(self) -> str:
        return self._prev

    def seal(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        at: datetime,
        members: Mapping[str, Any],
        signed: bool = False,
        nonce: bytes | None = None,
    ) -> SealedEntry:
        """Seal the next entry; SIGNED puts the worker's signature into its header."""
        if self.seq >= MAX_SEQ:
            raise EntryRefusedError("a segment has at most 2^20 entries")
        identity = self._identity
        header: Json = {
            "v": VERSION,
            "call": identity.call,
            "seg": identity.seg,
            "seq": self.seq,
            "t": kind,
            "ts": timestamp(at),
            "prev": self._prev,
            "tenant": identity.tenant,
            "jur": identity.jur,
            "ret": identity.ret,
            "worker": identity.worker,
            **members,
        }
        if signed:
            header["wsig"] = self._signer.sign(SIGNATURE_CONTEXT + canonical(header)).hex()
        p = checked_header(header)
        c = self._sealer.seal(padded(checked_body(body)), AAD_CONTEXT + p, nonce=nonce)
        ch = sha256(c)
        lh = leaf_hash(p, ch)
        return SealedEntry(
            identity.call, identity.seg, self.seq, identity.tenant, kind, str(header["ts"]), p, c, ch, lh
        )

    def advance(self, entry: SealedEntry) -> None:
        """Go on from ENTRY, which is stored."""
        self._prev = entry.lh.hex()
        self.seq += 1


def checked_header(header: Json) -> bytes:
    """The bytes of a header that keeps every limit; EntryRefusedError otherwise."""
    p = canonical(header)
    if len(p) > MAX_HEADER_BYTES:
        raise EntryRefusedError("a header has at most 4096 bytes")
    try:
        check_header(header)
        check_places(header)
        if header["t"] in TOMBSTONES:
            check_tombstone(header, index=2**53, epoch=0)
    except VerificationError as error:
        raise EntryRefusedError(str(error)) from error
    return p


def checked_body(body: Mapping[str, Any]) -> bytes:
    """The bytes of a body that keeps every limit and holds no card number."""
    value = dict(body)
    encoded = canonical(value)
    if len(encoded) > MAX_BODY_BYTES:
        raise EntryRefusedError("a body has at most 65536 bytes")
    if holds_card_number(encoded, value):
        raise CardNumberInBody("a body holds what looks like a card number; write it withheld instead")
    return encoded


def signed_message(header: Json) -> bytes:
    """What the worker's signature of a header is over."""
    return SIGNATURE_CONTEXT + canonical_unchecked(
        {name: value for name, value in header.items() if name != "wsig"}
    )
