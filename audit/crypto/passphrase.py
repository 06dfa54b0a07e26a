"""A key from a passphrase: slow on purpose, so that guessing costs."""

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: TID251 - this package owns it

from audit.crypto.envelope import KEY_BYTES

SALT_BYTES = 16
#: A tenth of a second and 32 MiB for each guess.
_COST = {"n": 2**15, "r": 8, "p": 1}


def key_from_passphrase(passphrase: str, salt: bytes) -> bytes:
    """The key of PASSPHRASE with this salt (scrypt, RFC 7914)."""
    return Scrypt(salt=salt, length=KEY_BYTES, **_COST).derive(passphrase.encode("utf-8"))
