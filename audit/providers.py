"""Who wraps month keys: the one place that may be a key service. It is asked for months, never for a call.

`KeyProvider` has four duties and two more for rotation; each kind stands in a file of its own: a key file here
(`FolderKeys`), bytes that somebody hands in (`GivenKek`), `providers_vault`, `providers_aws`. Another one is one more
file with these methods, handed to `use_provider` by the program that starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, final

from audit.crypto import sha256
from audit.crypto.envelope import KEY_BYTES
from audit.crypto.keys import MonthKey, unwrap_month_key, wrap_month_key
from audit.encoding import unb64
from audit.errors import KeyFileError, KeyServiceError, SealBrokenError, VerificationError


class Wrapped(NamedTuple):
    """A month key as it is kept: under the key of this id."""

    kek_id: str
    blob: bytes


@dataclass(frozen=True, slots=True)
class Description:
    """What a provider says of itself; no secret."""

    kind: str
    kek_id: str
    #: Whether each use leaves this machine.
    remote: bool


class KeyProvider(Protocol):
    """Wraps and unwraps the private halves of month keys. KeyServiceError where it does not answer."""

    def wrap(self, key: MonthKey) -> Wrapped: ...

    def unwrap(self, kek_id: str, ek: str, blob: bytes) -> MonthKey:
        """SealBrokenError where the blob is not what was wrapped, KeyFileError where the key is not here."""

    def knows(self, kek_id: str) -> bool:
        """Whether a key of this id is this provider's; asks nobody."""

    def destroy(self, kek_id: str) -> None:
        """Destroy a key after a rotation away from it; KeyServiceError where only its owner can."""

    def describe(self) -> Description: ...

    def successor(self) -> "KeyProvider":
        """The provider that a rotation wraps by: the same one until `adopt`, whatever is interrupted."""

    def adopt(self) -> None:
        """Everything is under the successor now."""


_in_use: list[KeyProvider] = []


def use_provider(provider: KeyProvider | None) -> None:
    """Have all key folders of this process wrap by PROVIDER; None is the key file of each folder again."""
    _in_use[:] = [] if provider is None else [provider]


def provider_in_use() -> KeyProvider | None:
    return _in_use[0] if _in_use else None


@final
class GivenKek:
    """A key of 32 bytes that is handed in, as from the environment. Its id says nothing about it."""

    def __init__(self, kek: bytes, next_kek: bytes | None = None) -> None:
        self._kek = kek
        self._next = next_kek
        self._id = f"env-{sha256(b'secure-agent kek id' + kek).hex()[:16]}"

    @classmethod
    def from_text(cls, text: str, next_text: str | None = None) -> "GivenKek":
        """From base64; KeyFileError where it is no key."""
        return cls(_key_of(text), None if next_text is None else _key_of(next_text))

    def wrap(self, key: MonthKey) -> Wrapped:
        return Wrapped(self._id, wrap_month_key(self._kek, self._id, key))

    def unwrap(self, kek_id: str, ek: str, blob: bytes) -> MonthKey:
        if kek_id == self._id:
            return unwrap_month_key(self._kek, kek_id, ek, blob)
        return self.successor().unwrap(kek_id, ek, blob)

    def knows(self, kek_id: str) -> bool:
        return kek_id == self._id or (self._next is not None and GivenKek(self._next).knows(kek_id))

    def destroy(self, kek_id: str) -> None:
        raise KeyServiceError("a key from the environment is destroyed where it is kept")

    def describe(self) -> Description:
        return Description("environment", self._id, remote=False)

    def successor(self) -> KeyProvider:
        if self._next is None:
            raise KeyFileError("the next key is missing: set SECURE_AGENT_KEK_NEXT for the rotation")
        return GivenKek(self._next)

    def adopt(self) -> None:
        """The administrator puts the next key in the place of the present one."""


def _key_of(text: str) -> bytes:
    try:
        key = unb64(text)
    except VerificationError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            "a key from the environment is base64 of 32 bytes, such as `openssl rand -base64 32` makes"
        )
    return key


@final
class UnusableProvider:
    """Stands for a provider whose settings are wrong: says so when a key is needed, and not before."""

    def __init__(self, why: str) -> None:
        self._why = why

    def _refuse(self) -> KeyFileError:
        return KeyFileError(self._why)

    def wrap(self, key: MonthKey) -> Wrapped:
        raise self._refuse()

    def unwrap(self, kek_id: str, ek: str, blob: bytes) -> MonthKey:
        raise self._refuse()

    def knows(self, kek_id: str) -> bool:
        return True

    def destroy(self, kek_id: str) -> None:
        raise self._refuse()

    def describe(self) -> Description:
        raise self._refuse()

    def successor(self) -> KeyProvider:
        raise self._refuse()

    def adopt(self) -> None:
        raise self._refuse()


def from_service(ek: str, ask: Callable[[], bytes]) -> MonthKey:
    """What a key service unwrapped, checked: it must be the month key that was asked for."""
    try:
        key = MonthKey.from_private(ask())
    except ValueError:
        raise SealBrokenError("the key service gave something that is no month key") from None
    if key.ek != ek:
        raise SealBrokenError("the key service gave another month key")
    return key
