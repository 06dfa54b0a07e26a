"""The passphrase on the key-encryption key of a folder: optional, asked for once a process, stored nowhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from audit.crypto import random_bytes
from audit.crypto.envelope import open_sealed, seal
from audit.crypto.passphrase import SALT_BYTES, key_from_passphrase
from audit.encoding import b64, unb64
from audit.errors import KeyFileError, SealBrokenError, VerificationError
from audit.faults import RESTORE

_SEALED: Final = "scrypt"


class _Asked:
    """What was asked for, and the keys that came of it: scrypt takes a tenth of a second."""

    def __init__(self) -> None:
        self.ask: Callable[[], str | None] = lambda: None
        self.prompt: Callable[[], str | None] = lambda: None
        self.keys: dict[bytes, bytes] = {}


_asked: Final = _Asked()


def use_passphrase(ask: Callable[[], str | None], *, prompt: Callable[[], str] | None = None) -> None:
    """Where this process has a passphrase from; ASK gives None where there is none.

    PROMPT asks a person, and only when a file turns out to be under one.
    """
    _asked.ask = ask
    _asked.prompt = prompt or (lambda: None)
    _asked.keys.clear()


def kek_text(kek_id: str, kek: bytes) -> str:
    """The line of a key file: sealed where there is a passphrase."""
    if _asked.ask() is None:
        return f"{kek_id} {b64(kek)}"
    salt = random_bytes(SALT_BYTES)
    sealed = seal(_key(salt), kek, _context(kek_id))
    return f"{kek_id} {_SEALED}:{b64(salt)}:{b64(sealed)}"


def kek_of(text: str, path: Path) -> tuple[str, bytes]:
    """Id and key of such a line; KeyFileError names PATH and what to do."""
    kek_id, _, data = text.partition(" ")
    try:
        if not data.startswith(f"{_SEALED}:"):
            return kek_id, unb64(data)
        _, salt, sealed = data.split(":")
        return kek_id, open_sealed(_key(unb64(salt), path), unb64(sealed), _context(kek_id))
    except SealBrokenError:
        raise KeyFileError(f"the passphrase does not open {path}") from None
    except (VerificationError, ValueError):
        raise KeyFileError(f"{path} does not hold 'id base64-of-32-bytes'; {RESTORE}") from None


def _key(salt: bytes, path: Path | None = None) -> bytes:
    if salt not in _asked.keys:
        passphrase = _asked.ask() or _asked.prompt()
        if passphrase is None:
            raise KeyFileError(f"{path} is under a passphrase: set SECURE_AGENT_KEY_PASSPHRASE")
        _asked.keys[salt] = key_from_passphrase(passphrase, salt)
    return _asked.keys[salt]


def _context(kek_id: str) -> bytes:
    return b"SA1-kek" + kek_id.encode("utf-8")
