"""The key tree: a KEK wraps month keys (EK), a month key seals data keys, so a writer cannot read back."""

from dataclasses import dataclass, field
from typing import NoReturn, final

from cryptography.exceptions import InvalidTag  # noqa: TID251 - this package owns it
from cryptography.hazmat.primitives import hpke  # noqa: TID251 - this package owns it
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey  # noqa: TID251 - this package owns it

from audit.crypto import random_bytes, sha256
from audit.crypto.envelope import KEY_BYTES, key_commitment, open_sealed, seal
from audit.errors import SealBrokenError

WRAPPED_BYTES = 80  # enc 32, ciphertext 32, tag 16
EKW_BYTES = 60  # nonce 12, ciphertext 32, tag 16

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def ek_id(public: bytes) -> str:
    """The 32 hex characters by which a header names a month key."""
    return sha256(b"VAL1-ek" + public).hex()[:32]


@final
@dataclass(frozen=True, slots=True)
class MonthKey:
    """An X25519 pair; the private half neither prints nor serialises."""

    public: bytes
    private: bytes = field(repr=False)

    @property
    def ek(self) -> str:
        return ek_id(self.public)

    @classmethod
    def generate(cls) -> "MonthKey":
        return cls.from_private(random_bytes(KEY_BYTES))

    @classmethod
    def from_private(cls, raw: bytes) -> "MonthKey":
        return cls(X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw(), raw)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a month key is never serialised; wrap it")


@final
@dataclass(frozen=True, slots=True)
class SealedKey:
    """A data key and the form in which it is kept; the key neither prints nor serialises."""

    key: bytes = field(repr=False)
    wrapped: bytes
    ek: str

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key is never serialised; keep its wrapped form")


def dek_info(call: str, seg: int, kc: bytes) -> bytes:
    """The HPKE context of the data key of one segment."""
    return b"VAL1-dek" + call.encode("ascii") + seg.to_bytes(4, "big") + kc


def purpose_info(call: str, purpose: str) -> bytes:
    """The HPKE context of a data key that is no segment's (a recording): it opens for its purpose only."""
    return b"SA1-key" + call.encode("ascii") + b"\n" + purpose.encode("utf-8")


def wrap_to(public: bytes, key: bytes, info: bytes) -> bytes:
    """Seal KEY to a month key's public half (RFC 9180, base mode, empty AAD)."""
    return _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), info)


def unwrap_with(private: bytes, wrapped: bytes, info: bytes) -> bytes:
    """Open what `wrap_to` sealed, or raise SealBrokenError."""
    if len(wrapped) != WRAPPED_BYTES:
        raise SealBrokenError("a wrapped key has 80 bytes")
    try:
        return _SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(private), info)
    except (InvalidTag, ValueError):
        raise SealBrokenError("the wrapped key does not open with this month key and context") from None


def new_dek(public: bytes, call: str, seg: int) -> tuple[SealedKey, bytes]:
    """Return a fresh data key for one segment, and its key commitment."""
    dek = random_bytes(KEY_BYTES)
    kc = key_commitment(dek, call, seg)
    return SealedKey(dek, wrap_to(public, dek, dek_info(call, seg, kc)), ek_id(public)), kc


def wrap_month_key(kek: bytes, kek_id: str, key: MonthKey, *, nonce: bytes | None = None) -> bytes:
    """The private half of a month key under a local KEK."""
    return seal(kek, key.private, _ekw_aad(key.ek, kek_id), nonce=nonce)


def unwrap_month_key(kek: bytes, kek_id: str, ek: str, wrapped: bytes) -> MonthKey:
    key = MonthKey.from_private(open_sealed(kek, wrapped, _ekw_aad(ek, kek_id)))
    if key.ek != ek:
        raise SealBrokenError("the wrapped month key is not the one that its name says")
    return key


def _ekw_aad(ek: str, kek_id: str) -> bytes:
    return b"VAL1-ekw" + ek.encode("ascii") + b"\n" + kek_id.encode("utf-8")
