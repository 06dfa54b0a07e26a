"""Month keys: public halves in the database, private ones in files; data keys for what is no entry."""

from collections.abc import Iterable

from audit.crypto import random_bytes
from audit.crypto.keys import MonthKey, SealedKey, ek_id, purpose_info, unwrap_with, wrap_to
from audit.encoding import parse_canonical
from audit.errors import AuditError, AuditUnavailable, EvidenceUnavailableError, KeyFileError, KeyServiceError
from audit.faults import RESTORE, file_fault
from audit.keyfiles import KeyFolder
from audit.providers import UnusableProvider, provider_in_use
from audit.providers_file import provider_of, unwrap
from audit.store import Store


class Keyring:
    """The keys of one database. Sealing needs public halves only; opening needs the KEK."""

    def __init__(self, store: Store, keys: KeyFolder) -> None:
        self._store = store
        self._keys = keys

    def month_key(self, tenant: str, jur: str, ret: str, month: str) -> bytes:
        """The public half of the month key of this class, made if there is none in use."""
        public = self._in_use(tenant, jur, ret, month)
        if public is not None:
            return public
        try:
            with self._keys.changing():
                key = MonthKey.generate()
                wrapped = provider_of(self._keys).wrap(key)
                self._keys.keep_month(key.ek, wrapped.kek_id, wrapped.blob)
                self._store.add_month_key(
                    key.ek, tenant=tenant, jur=jur, ret=ret, month=month, public=key.public
                )
        except OSError as error:
            said = f"no month key can be made in {self._keys.folder}"
            raise AuditUnavailable(file_fault(said, error, self._keys.folder)) from error
        return key.public

    def _in_use(self, tenant: str, jur: str, ret: str, month: str) -> bytes | None:
        for ek, public in self._store.month_keys_of(tenant, jur, ret, month):
            if not self.is_destroyed(ek):
                self._kept(ek)
                return public
        return None

    def is_destroyed(self, ek: str) -> bool:
        """Whether this month key was destroyed on purpose, though a restored database may not know it."""
        return self.has_tombstone(ek) or self._keys.was_destroyed(ek)

    def has_tombstone(self, ek: str) -> bool:
        return self._store.is_key_destroyed(ek)

    def _kept(self, ek: str) -> tuple[str, bytes]:
        """What the file of a month key holds: one that no tombstone accounts for must be there."""
        kept = self._keys.month(ek)
        if kept is None:
            raise KeyFileError(f"the key file {self._keys.month_path(ek)} is missing; {RESTORE}")
        return kept

    def lost(self) -> list[KeyFileError]:
        """Why month keys do not open that the database has and no tombstone accounts for."""
        return self._faults(sorted(one.ek for one in self._store.month_keys()))

    def require(self, *months: str) -> None:
        """The month keys of these months open: without them nothing more is sealed."""
        for month in months:
            for fault in self._faults(one.ek for one in self._store.month_keys() if one.month == month):
                raise fault

    def _faults(self, eks: Iterable[str]) -> list[KeyFileError]:
        found: list[KeyFileError] = []
        for ek in eks:
            if not self.is_destroyed(ek):
                try:
                    if self._is_remote():
                        self._kept(ek)  # a key service is not asked at every start
                    else:
                        self.open_month_key(ek)
                except KeyFileError as fault:
                    found.append(fault)
        return found

    @staticmethod
    def _is_remote() -> bool:
        chosen = provider_in_use()
        return chosen is not None and not isinstance(chosen, UnusableProvider) and chosen.describe().remote

    def open_month_key(self, ek: str) -> MonthKey:
        """Both halves of a month key; EvidenceUnavailableError if it was destroyed, KeyFileError if it is lost."""
        if self._keys.month(ek) is None and (self.is_destroyed(ek) or self._store.month_key(ek) is None):
            raise EvidenceUnavailableError("the month key of this text was destroyed, or was never here")
        kek_id, wrapped = self._kept(ek)
        return unwrap(self._keys, kek_id, ek, wrapped)

    def prepare(self, month: str, following: str) -> int:
        """Make the month keys of FOLLOWING for every class that has one of MONTH; return how many were made.

        A key service is asked here, ahead of time, so that no call waits for it; one that does not answer is asked
        again at the next start.
        """
        made = 0
        for one in self._store.month_keys():
            if one.month == month and self._in_use(one.tenant, one.jur, one.ret, following) is None:
                try:
                    self.month_key(one.tenant, one.jur, one.ret, following)
                except KeyServiceError:
                    return made
                made += 1
        return made

    def new_sealed_key(self, call: str, purpose: str, *, retention: str | None = None) -> SealedKey:
        """A data key for something of CALL that is no entry (its recording), sealed like the call's own.

        With RETENTION it is sealed to the month key of that class, and goes or stays with it.
        """
        openings = self._store.openings_of(call)
        if not openings:
            raise AuditError("a data key is made for a call that has an open segment")
        first = parse_canonical(openings[-1][1])
        if retention is None:
            public = self._store.month_key(first["ek"])
        else:
            public = self.month_key(first["tenant"], first["jur"], retention, first["ts"][:7])
        if public is None:
            raise AuditError("the month key of the call is not in the database")
        return _sealed(random_bytes(32), public, call, purpose)

    def seal_key_again(self, key: bytes, call: str, purpose: str, *, retention: str, month: str) -> SealedKey:
        """A second seal of a key that `new_sealed_key` made, to another month key of the call's jurisdiction."""
        first = parse_canonical(self._store.openings_of(call)[-1][1])
        public = self.month_key(first["tenant"], first["jur"], retention, month)
        return _sealed(key, public, call, purpose)

    def open_sealed_key(self, wrapped: bytes, ek: str, call: str, purpose: str) -> bytes:
        """The data key that `new_sealed_key` made; not after the call was erased."""
        if self._store.erased_segments(call):
            raise EvidenceUnavailableError("the call was erased")
        return unwrap_with(self.open_month_key(ek).private, wrapped, purpose_info(call, purpose))


def _sealed(key: bytes, public: bytes, call: str, purpose: str) -> SealedKey:
    return SealedKey(key, wrap_to(public, key, purpose_info(call, purpose)), ek_id(public))
