"""Seal and open with AES-256-GCM: a text opens only unchanged, with its key and context."""

from cryptography.exceptions import InvalidTag  # noqa: TID251 - this package owns it
from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: TID251 - this package owns it

from audit.crypto import hmac_sha256, random_bytes
from audit.errors import SealBrokenError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES


def seal(key: bytes, plaintext: bytes, aad: bytes, *, nonce: bytes | None = None) -> bytes:
    """Return nonce, ciphertext and tag. NONCE is for test vectors and for writers that count; else random."""
    nonce = random_bytes(NONCE_BYTES) if nonce is None else nonce
    if len(key) != KEY_BYTES or len(nonce) != NONCE_BYTES:
        raise ValueError("AES-256-GCM takes a key of 32 and a nonce of 12 bytes")
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Return the plaintext, or raise SealBrokenError."""
    if len(key) != KEY_BYTES:
        raise ValueError("AES-256-GCM takes a key of 32 bytes")
    return Opener(key).open(sealed, aad)


class Sealer:
    """Seals many texts under one key, each with a fresh random nonce; never prints the key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("AES-256-GCM takes a key of 32 bytes")
        self._cipher = AESGCM(key)

    def seal(self, plaintext: bytes, aad: bytes, *, nonce: bytes | None = None) -> bytes:
        nonce = random_bytes(NONCE_BYTES) if nonce is None else nonce
        return nonce + self._cipher.encrypt(nonce, plaintext, aad)


class Opener:
    """Opens many texts of one key; never prints the key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        if len(sealed) < OVERHEAD_BYTES:
            raise SealBrokenError("the sealed text is shorter than its own nonce and tag")
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag:
            raise SealBrokenError("the sealed text does not open with this key and context") from None


def key_commitment(dek: bytes, call: str, seg: int) -> bytes:
    """What binds a segment to one data key: AES-GCM alone would open under two."""
    return hmac_sha256(dek, b"VAL1-kc" + call.encode("ascii") + seg.to_bytes(4, "big"))
