"""The only package that imports `cryptography`, `hmac`, `secrets`: seals, keys, signatures, random bytes."""

import hashlib  # noqa: TID251 - this package owns it
import hmac
import secrets

__all__ = ["hmac_sha256", "random_bytes", "same_bytes", "sha256"]


def random_bytes(count: int) -> bytes:
    """COUNT bytes from the operating system's generator."""
    return secrets.token_bytes(count)


def sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def same_bytes(one: bytes, other: bytes) -> bool:
    """Compare in time that does not depend on the content."""
    return hmac.compare_digest(one, other)
