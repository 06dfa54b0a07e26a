"""HTTP digest (RFC 7616) as SIP phones sign in: with MD5, for a phone that is offered more gives up on all of it."""

import hashlib  # noqa: TID251 - this package owns it


def digest_response(
    *, user: str, realm: str, password: str, method: str, uri: str, nonce: str, nc: str, cnonce: str
) -> str:
    """What a client that knows PASSWORD answers to NONCE, with the quality of protection `auth`.

    It proves the password and hides it from nobody who can guess: a long one, and a network that is ours.
    """
    secret = _md5(f"{user}:{realm}:{password}")
    request = _md5(f"{method}:{uri}")
    return _md5(f"{secret}:{nonce}:{nc}:{cnonce}:auth:{request}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
