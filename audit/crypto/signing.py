"""Ed25519 signatures with key ids: C2SP verifier keys, signer keys, and worker key ids."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import NoReturn, final

from cryptography.exceptions import InvalidSignature  # noqa: TID251 - this package owns it
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey  # noqa: TID251 - this package owns it

from audit.crypto import random_bytes, sha256
from audit.errors import KeyFileError, VerificationError

ED25519 = 0x01  # a log's or a worker's key
COSIGNATURE = 0x04  # a witness' key
SEED_BYTES = 32
SIGNATURE_BYTES = 64

_SKEY_PREFIX = "PRIVATE+KEY+"


def note_key_id(name: str, key_type: int, public: bytes) -> bytes:
    """The four bytes that stand before a signature in a note."""
    return sha256(name.encode("utf-8") + b"\n" + bytes([key_type]) + public)[:4]


@final
@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name. Types other than Ed25519 and cosignature parse, and verify nothing."""

    name: str
    key_type: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return note_key_id(self.name, self.key_type, self.public)

    @property
    def vkey(self) -> str:
        data = base64.b64encode(bytes([self.key_type]) + self.public).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{data}"

    @property
    def wkey(self) -> str:
        """The 64 hex characters by which a segment names its worker's key."""
        return sha256(self.vkey.encode("utf-8")).hex()

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether SIGNATURE is this key's over MESSAGE. The caller must branch."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def parse_vkey(text: str) -> Verifier:
    """Read `name+hex(key id)+base64(type, key)`; one byte form per key, anything else is an error."""
    name, _, rest = text.partition("+")
    key_id, _, data = rest.partition("+")
    if not name or any(character.isspace() for character in text):
        raise VerificationError("a verifier key has a name, and no white space")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise VerificationError("the key of a verifier key is not base64") from None
    if len(raw) < 2 or base64.b64encode(raw).decode("ascii") != data:
        raise VerificationError("the key of a verifier key is not canonical base64")
    verifier = Verifier(name, raw[0], raw[1:])
    if verifier.key_id.hex() != key_id:
        raise VerificationError("the key id of a verifier key is not that of its key")
    if verifier.key_type in (ED25519, COSIGNATURE) and len(verifier.public) != SEED_BYTES:
        raise VerificationError("an Ed25519 key has 32 bytes")
    return verifier


@final
@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name; it signs, and neither prints nor serialises."""

    name: str
    key_type: int
    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def from_seed(cls, name: str, seed: bytes, *, key_type: int = ED25519) -> "Signer":
        return cls(name, key_type, Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def generate(cls, name: str, *, key_type: int = ED25519) -> "Signer":
        return cls.from_seed(name, random_bytes(SEED_BYTES), key_type=key_type)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.key_type, self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def reveal(self) -> str:
        """The line that a key file holds. Search for this name to find every place that sees it."""
        data = base64.b64encode(bytes([self.key_type]) + self._key.private_bytes_raw()).decode("ascii")
        return f"{_SKEY_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{data}"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signing key is never serialised; it lives in its file")


def parse_signer(text: str) -> Signer:
    """Read the line of a key file (the form of golang.org/x/mod/sumdb/note)."""
    body = text.removeprefix(_SKEY_PREFIX)
    name, _, rest = body.partition("+")
    key_id, _, data = rest.partition("+")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if body == text or len(raw) != 1 + SEED_BYTES:
        raise KeyFileError("a signing key file holds one line PRIVATE+KEY+name+id+key")
    signer = Signer.from_seed(name, raw[1:], key_type=raw[0])
    if signer.verifier.key_id.hex() != key_id:
        raise KeyFileError("the key id in a signing key file is not that of its key")
    return signer
