"""HTTP digest (RFC 7616, RFC 8760), as SIP phones sign in: MD5 because most phones know nothing better."""

import hashlib  # noqa: TID251 - this package owns it
from typing import Literal

DigestAlgorithm = Literal["MD5", "SHA-256"]


def digest_response(
    algorithm: DigestAlgorithm,
    *,
    user: str,
    realm: str,
    password: str,
    method: str,
    uri: str,
    nonce: str,
    nc: str,
    cnonce: str,
) -> str:
    """What a client that knows PASSWORD answers to NONCE, with the quality of protection `auth`."""
    secret = _hex(algorithm, f"{user}:{realm}:{password}")
    request = _hex(algorithm, f"{method}:{uri}")
    return _hex(algorithm, f"{secret}:{nonce}:{nc}:{cnonce}:auth:{request}")


def _hex(algorithm: DigestAlgorithm, text: str) -> str:
    if algorithm == "MD5":
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return hashlib.sha256(text.encode()).hexdigest()
