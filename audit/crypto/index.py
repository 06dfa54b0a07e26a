"""Keyed search tokens: the same number gives the same token within a tenant and year; never in an entry."""

from audit.crypto import hmac_sha256


def search_token(index_key: bytes, phone_e164: str) -> bytes:
    """The 16 bytes by which a caller is found in the index that lies outside the tree and can be deleted."""
    return hmac_sha256(index_key, phone_e164.encode("ascii"))[:16]
