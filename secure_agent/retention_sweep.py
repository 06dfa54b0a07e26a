"""The records of calls whose period is over leave the audit log: bodies of a class, a whole call, or a month's key.

A legal hold wins over everything, and a minimum over a maximum. What goes, goes under a tombstone.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any, Literal

from audit.errors import AuditError
from audit.jobs import Approval, destroy_month_key, erase_call
from audit.log import AuditLog
from audit.month_keys import MonthKeyStatus, expired_month_keys, month_keys
from audit.pruning import prune_call
from audit.store import StoredCall
from secure_agent.recording.archive import parts_in
from secure_agent.recording.sweep import Periods, erase_parts, protected
from secure_agent.retention import CALL, Limits, class_of, least_days, limits_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call or a month key, and why. SUBJECT is the call's id or the key's."""

    action: Literal["pruned", "erased", "destroyed", "kept", "problem"]
    subject: str
    why: str
    #: Bodies, segments or calls that went, by the action.
    count: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def past_their_maximum(
    log: AuditLog,
    data_dir: Path,
    calls: Collection[StoredCall],
    approval: Approval,
    today: date,
    *,
    dry_run: bool,
) -> Iterator[Outcome | None]:
    """Go through CALLS and take away what their policies let nobody keep; None for a call that stays as it is."""
    open_calls = {one.call for one in log.store.open_segments()}
    held = log.store.holds()
    for call in calls:
        if call.call in open_calls or log.store.erased_segments(call.call):
            yield None
            continue
        try:
            limits = limits_of(log, call)
            over = limits.over(today)
            if over and call.call in held:
                yield Outcome("kept", call.call, "under legal hold")
            else:
                yield (
                    _forget(log, data_dir, call.call, limits, approval, today, dry_run=dry_run)
                    if over
                    else None
                )
        except AuditError as error:
            yield Outcome("problem", call.call, str(error))


def _forget(
    log: AuditLog,
    data_dir: Path,
    call: str,
    limits: Limits,
    approval: Approval,
    today: date,
    *,
    dry_run: bool,
) -> Outcome | None:
    over = limits.over(today)
    end = log.store.tree(log.log_id).size
    left = [class_of(one.t) for one in log.store.leaves_of(log.log_id, call, end) if one.c is not None]
    if not over.intersection(left):
        return None
    files = parts_in(data_dir, call)
    kept_by_duty = any(Periods(today, {}).must_stay(file) for file in files)
    if over.issuperset(left) and limits.stays_until(today, limits.days) is None and not kept_by_duty:
        if not dry_run:
            erase_call(log, call, approval)
            erase_parts(log, files, "call_erased", approval)
            delete_bundles(data_dir, call)
        return Outcome("erased", call, _why(limits, over), len(left))
    if not dry_run:
        prune_call(log, call, lambda kind: class_of(kind) in over, approval)
        delete_bundles(data_dir, call)
    gone = over.intersection(left)
    return Outcome("pruned", call, _why(limits, gone), sum(name in gone for name in left))


def _why(limits: Limits, names: Collection[str]) -> str:
    said = ", ".join(f"{name} at most {limits.days[name][1]} days" for name in sorted(names))
    return f"call of {limits.day}, {said}"


def past_their_month(
    log: AuditLog,
    data_dir: Path,
    keep_days: Mapping[str, int],
    approval: Approval,
    periods: Periods,
    *,
    dry_run: bool,
) -> Iterator[Outcome]:
    """Destroy the month keys that KEEP_DAYS lets go, but for what a minimum or a recording's duty keeps."""
    for one in expired_month_keys(log, _with_minimums(log, keep_days), periods.today):
        why = f"{one.jurisdiction}, {one.retention}, {one.month}, {one.segments} segments"
        if until := _kept_until(log, one, periods.today):
            yield Outcome("kept", one.ek, f"{why}: a policy keeps a call under it until {until}")
        elif not dry_run and (kept := protected(log, data_dir, one.ek, periods)):
            yield Outcome("kept", one.ek, f"{why}: a duty keeps {len(kept)} recordings under it")
        elif dry_run:
            yield Outcome("destroyed", one.ek, why)
        else:
            yield Outcome("destroyed", one.ek, why, destroy_month_key(log, one.ek, approval))


def _with_minimums(log: AuditLog, keep_days: Mapping[str, int]) -> dict[str, int]:
    """The days of every class: `call` speaks for all classes of calls, each at least as long as its name says."""
    days = dict(keep_days)
    for one in month_keys(log):
        least = least_days(one.retention)
        asked = keep_days.get(one.retention, keep_days.get(CALL) if least is not None else None)
        if asked is not None:
            days[one.retention] = max(asked, least or 0)
    return days


def _kept_until(log: AuditLog, key: MonthKeyStatus, today: date) -> date | None:
    """The last minimum of a call under KEY: a call may have met a stricter policy after its key was chosen."""
    under = {call for call, _ in log.store.segments_under(key.ek)} - log.store.holds()
    found = []
    for call in log.store.calls():
        if call.call in under:
            limits = limits_of(log, call)
            found.append(limits.stays_until(today, limits.days))
    return max((until for until in found if until is not None), default=None)


def delete_bundles(data_dir: Path, call: str) -> list[Path]:
    """Delete the bundles of CALL that this machine keeps: they hold its keys."""
    found = [*(data_dir / "bundles").glob(f"{call}*")]
    for path in found:
        if path.is_dir():
            rmtree(path)
        else:
            path.unlink()
    return found
