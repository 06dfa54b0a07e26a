"""Month keys: public halves in the database, private ones in files; data keys for what is no entry."""

from typing import Any

from audit.crypto import random_bytes
from audit.crypto.keys import (
    MonthKey,
    SealedKey,
    ek_id,
    purpose_info,
    unwrap_month_key,
    unwrap_with,
    wrap_month_key,
    wrap_to,
)
from audit.encoding import parse_canonical
from audit.errors import AuditError, EvidenceUnavailableError, KeyFileError, SealBrokenError
from audit.faults import RESTORE
from audit.header import DESTROYED
from audit.keyfiles import KeyFolder
from audit.store import SqliteStore


class Keyring:
    """The keys of one database. Sealing needs public halves only; opening needs the KEK."""

    def __init__(self, store: SqliteStore, keys: KeyFolder) -> None:
        self._store = store
        self._keys = keys

    def month_key(self, tenant: str, jur: str, ret: str, month: str) -> bytes:
        """The public half of the month key of this class, made if there is none in use."""
        public = self._in_use(tenant, jur, ret, month)
        if public is not None:
            return public
        with self._keys.changing():
            key = MonthKey.generate()
            kek_id, kek = self._keys.kek()
            self._keys.keep_month(key.ek, kek_id, wrap_month_key(kek, kek_id, key))
            with self._store.transaction() as connection:
                connection.execute(
                    "INSERT INTO ek VALUES (?, ?, ?, ?, ?, ?)", (key.ek, tenant, jur, ret, month, key.public)
                )
        return key.public

    def _in_use(self, tenant: str, jur: str, ret: str, month: str) -> bytes | None:
        rows = self._store.read(
            "SELECT ek, public FROM ek WHERE tenant = ? AND jur = ? AND ret = ? AND month = ? ORDER BY ek",
            *(tenant, jur, ret, month),
        )
        for ek, public in rows:
            if not self.is_destroyed(ek):
                self._kept(ek)
                return bytes(public)
        return None

    def is_destroyed(self, ek: str) -> bool:
        """Whether this month key was destroyed on purpose, though a restored database may not know it."""
        return self.has_tombstone(ek) or self._keys.was_destroyed(ek)

    def has_tombstone(self, ek: str) -> bool:
        query = "SELECT 1 FROM target WHERE kind = ? AND target_ek = ? LIMIT 1"
        return bool(self._store.read(query, DESTROYED, ek))

    def _kept(self, ek: str) -> tuple[str, bytes]:
        """What the file of a month key holds: one that no tombstone accounts for must be there."""
        kept = self._keys.month(ek)
        if kept is None:
            raise KeyFileError(f"the key file {self._keys.month_path(ek)} is missing; {RESTORE}")
        return kept

    def lost(self) -> list[KeyFileError]:
        """Why month keys do not open that the database has and no tombstone accounts for."""
        return self._faults(self._store.read("SELECT ek FROM ek ORDER BY ek"))

    def require(self, *months: str) -> None:
        """The month keys of these months open: without them nothing more is sealed."""
        for month in months:
            for fault in self._faults(self._store.read("SELECT ek FROM ek WHERE month = ?", month)):
                raise fault

    def _faults(self, rows: list[tuple[Any, ...]]) -> list[KeyFileError]:
        found: list[KeyFileError] = []
        for (ek,) in rows:
            if not self.is_destroyed(ek):
                try:
                    self.open_month_key(ek)
                except KeyFileError as fault:
                    found.append(fault)
        return found

    def open_month_key(self, ek: str) -> MonthKey:
        """Both halves of a month key; EvidenceUnavailableError if it was destroyed, KeyFileError if it is lost."""
        if self._keys.month(ek) is None and (
            self.is_destroyed(ek) or not self._store.read("SELECT 1 FROM ek WHERE ek = ?", ek)
        ):
            raise EvidenceUnavailableError("the month key of this text was destroyed, or was never here")
        kek_id, wrapped = self._kept(ek)
        path, kek_path = self._keys.month_path(ek), self._keys.folder / "kek"
        kek = self._keys.kek_by_id(kek_id)
        if kek is None and not kek_path.exists():
            raise KeyFileError(f"the key file {kek_path} is missing; {RESTORE}")
        if kek is None:
            raise KeyFileError(
                f"the key file {kek_path} is not the one that {path} was wrapped by; {RESTORE}"
            )
        try:
            return unwrap_month_key(kek, kek_id, ek, wrapped)
        except SealBrokenError as error:
            raise KeyFileError(
                f"the key file {path} does not open with {kek_path}: one of them was changed; {RESTORE}"
            ) from error

    def new_sealed_key(self, call: str, purpose: str) -> SealedKey:
        """A data key for something of CALL that is no entry (its recording), sealed like the call's own."""
        rows = self._store.read(
            "SELECT p FROM entry WHERE call = ? AND seq = 0 ORDER BY seg DESC LIMIT 1", call
        )
        if not rows:
            raise AuditError("a data key is made for a call that has an open segment")
        named = parse_canonical(rows[0][0])["ek"]
        public = bytes(self._store.read("SELECT public FROM ek WHERE ek = ?", named)[0][0])
        key = random_bytes(32)
        return SealedKey(key, wrap_to(public, key, purpose_info(call, purpose)), ek_id(public))

    def open_sealed_key(self, wrapped: bytes, ek: str, call: str, purpose: str) -> bytes:
        """The data key that `new_sealed_key` made; not after the call was erased."""
        if self._store.read("SELECT 1 FROM target WHERE kind = 'erasure' AND target_call = ? LIMIT 1", call):
            raise EvidenceUnavailableError("the call was erased")
        return unwrap_with(self.open_month_key(ek).private, wrapped, purpose_info(call, purpose))
