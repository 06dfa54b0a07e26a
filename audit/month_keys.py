"""The month keys of a log: which there are, which have expired, and a new KEK over all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audit.header import JOB_TENANT, ROTATED
from audit.jobs import HOLD_MONTH, parts_of
from audit.log import AuditLog, ControlEntry
from audit.providers import KeyProvider, Wrapped
from audit.providers_file import provider_of


@dataclass(frozen=True, slots=True)
class MonthKeyStatus:
    """A month key and what hangs on it."""

    ek: str
    tenant: str
    jurisdiction: str
    retention: str
    month: str
    #: The KEK that it is wrapped by; None where it was destroyed or its file is missing.
    kek: str | None
    segments: int
    #: Whether its file is missing and no tombstone accounts for it.
    missing: bool

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def month_keys(log: AuditLog) -> list[MonthKeyStatus]:
    """All month keys that were ever made."""
    found: list[MonthKeyStatus] = []
    for ek, tenant, jur, ret, month, _, segments in log.store.month_keys():
        kept = log.keys.month(ek)
        missing = kept is None and not log.keyring.is_destroyed(ek)
        found.append(MonthKeyStatus(ek, tenant, jur, ret, month, kept and kept[0], segments, missing))
    return found


def expired_month_keys(log: AuditLog, keep_days: Mapping[str, int], today: date) -> list[MonthKeyStatus]:
    """The month keys of calls whose last day is longer ago than their retention class is kept."""
    expired: list[MonthKeyStatus] = []
    for one in month_keys(log):
        days = keep_days.get(one.retention)
        if one.kek is None or days is None or one.tenant == JOB_TENANT or one.month == HOLD_MONTH:
            continue
        year, month = map(int, one.month.split("-"))
        first_day_after = date(year + month // 12, month % 12 + 1, 1)
        if first_day_after + timedelta(days=days) <= today:
            expired.append(one)
    return expired


def rotate_kek(log: AuditLog) -> tuple[str, str, int]:
    """Wrap every month key by a new KEK; return old id, new id, and how many. Entries are not touched.

    A rotation that was cut off is finished by the next one.
    """
    present = provider_of(log.keys)
    old_id = present.describe().kek_id
    following = present.successor()
    new_id = following.describe().kek_id
    again = new_id == old_id  # a key service keeps the name of a key that it rotates
    count = 0
    with log.keys.changing():
        while moved := _rewrapped(log, following, None if again else new_id):
            entries = [
                ControlEntry(ROTATED, {"target_ek": list(part), "kek_old": old_id, "kek_new": new_id})
                for part in parts_of(list(moved))
            ]
            log.run_job(entries)
            for ek, wrapped in moved.items():
                log.keys.keep_month(ek, wrapped.kek_id, wrapped.blob)
            count += len(moved)
            if again:
                break
        present.adopt()
    return old_id, new_id, count


def _rewrapped(log: AuditLog, following: KeyProvider, done: str | None) -> dict[str, Wrapped]:
    """The month keys that are not under the new key yet, as they will be; DONE is what the others are under."""
    moved: dict[str, Wrapped] = {}
    for ek in log.keys.months():
        kept = log.keys.month(ek)
        if kept is None or kept[0] == done:
            continue
        moved[ek] = following.wrap(log.keyring.open_month_key(ek))
    return moved
