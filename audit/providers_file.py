"""Month keys wrapped by the key file of their folder: the provider where no other one was chosen."""

from typing import final

from audit.crypto.keys import MonthKey, unwrap_month_key, wrap_month_key
from audit.errors import KeyFileError, SealBrokenError
from audit.faults import RESTORE
from audit.keyfiles import KeyFolder
from audit.providers import Description, KeyProvider, Wrapped, provider_in_use


@final
class FolderKeys:
    """The file `kek` of a key folder (0600, under a passphrase if one was set when it was made)."""

    def __init__(self, keys: KeyFolder, *, following: bool = False) -> None:
        self._keys = keys
        self._following = following

    def wrap(self, key: MonthKey) -> Wrapped:
        kek_id, kek = self._keys.next_kek() if self._following else self._keys.kek()
        return Wrapped(kek_id, wrap_month_key(kek, kek_id, key))

    def unwrap(self, kek_id: str, ek: str, blob: bytes) -> MonthKey:
        path, kek_path = self._keys.month_path(ek), self._keys.folder / "kek"
        kek = self._keys.kek_by_id(kek_id)
        if kek is None and not kek_path.exists():
            raise KeyFileError(f"the key file {kek_path} is missing; {RESTORE}")
        if kek is None:
            raise KeyFileError(
                f"the key file {kek_path} is not the one that {path} was wrapped by; {RESTORE}"
            )
        try:
            return unwrap_month_key(kek, kek_id, ek, blob)
        except SealBrokenError as error:
            raise KeyFileError(
                f"the key file {path} does not open with {kek_path}: one of them was changed; {RESTORE}"
            ) from error

    def knows(self, kek_id: str) -> bool:
        return self._keys.kek_by_id(kek_id) is not None

    def destroy(self, kek_id: str) -> None:
        """`adopt` writes over the old key; copies of the folder are its owner's to delete."""

    def describe(self) -> Description:
        kek_id, _ = self._keys.next_kek() if self._following else self._keys.kek()
        return Description("file", kek_id, remote=False)

    def successor(self) -> KeyProvider:
        return FolderKeys(self._keys, following=True)

    def adopt(self) -> None:
        self._keys.finish_rotation()


def provider_of(keys: KeyFolder) -> KeyProvider:
    """Who wraps the month keys of this folder now."""
    return provider_in_use() or FolderKeys(keys)


def unwrap(keys: KeyFolder, kek_id: str, ek: str, blob: bytes) -> MonthKey:
    """Open a month key with whoever wrapped it: the provider in use, or the file that was used before it."""
    chosen = provider_in_use()
    if chosen is None or not chosen.knows(kek_id):
        return FolderKeys(keys).unwrap(kek_id, ek, blob)
    try:
        return chosen.unwrap(kek_id, ek, blob)
    except SealBrokenError as error:
        raise KeyFileError(
            f"the key file {keys.month_path(ek)} does not open ({error}); {RESTORE}"
        ) from error
