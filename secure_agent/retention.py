"""How long which records of a call are kept in the audit log, by the policies that the call recorded.

A class has the shortest maximum and the longest minimum of all policies that held in the call; a minimum wins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import orjson

from audit.encoding import parse_timestamp
from audit.errors import VerificationError
from audit.log import AuditLog
from audit.pruning import bodies_of
from audit.store import StoredCall
from policies.effective import Effective

#: The class of calls whose policy demands no minimum; others are named `call.365d` after theirs.
CALL: Final = "call"
_POLICIES: Final = ("policy.resolved", "policy.changed")
_CLASS_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("turn.caller", "turn.agent", "turn.withheld", "model.called", "persona.corrected"), "transcript"
    ),
    **dict.fromkeys(
        ("consent.decided", "consent.withdrawn", "ai_disclosure.played", "script.played"), "consent"
    ),
    "danger.heard": "crisis",
}
#: The classes of policies that entries belong to. A decision is written down in entries of the class `audit`.
_FROM: Final[Mapping[str, tuple[str, ...]]] = {
    "transcript": ("transcript",),
    "consent": ("consent",),
    "crisis": ("crisis",),
    "payment_token": ("payment_token",),
    "audit": ("audit", "decision"),
}


def class_of(kind: str) -> str:
    """The record class of entries of type KIND."""
    return "payment_token" if kind.startswith("payment.") else _CLASS_OF.get(kind, "audit")


def segment_class(effective: Effective) -> str:
    """The class that the key of a call is made for: its minimum stands in the name, so that months can end on time."""
    kept = effective.retention
    known = (kept.transcript, kept.consent, kept.audit, kept.decision, kept.payment_token, kept.crisis)
    least = max(period.min_days or 0 for period in known)
    return f"{CALL}.{least}d" if least else CALL


def least_days(name: str) -> int | None:
    """The minimum that is in the name of a class of calls; None for other classes."""
    head, _, days = name.partition(".")
    if head != CALL:
        return None
    return int(days[:-1]) if days.endswith("d") and days[:-1].isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Limits:
    """From DAY on: for each record class of the log the least and the most days, None where there is no limit."""

    day: date
    days: Mapping[str, tuple[int | None, int | None]]

    def stays_until(self, today: date, names: Iterable[str]) -> date | None:
        """The last minimum of these classes that is not over."""
        least = max((self.days.get(name, (None, None))[0] or 0 for name in names), default=0)
        until = self.day + timedelta(days=least)
        return until if today < until else None

    def over(self, today: date) -> frozenset[str]:
        """The classes that may be kept no longer."""
        return frozenset(
            name
            for name, (_, most) in self.days.items()
            if most is not None
            and today >= self.day + timedelta(days=most)
            and self.stays_until(today, [name]) is None
        )


def limits_of(log: AuditLog, call: StoredCall) -> Limits:
    """The limits of CALL by all policies that it recorded. VerificationError where one of them cannot be read."""
    days: dict[str, tuple[int | None, int | None]] = {}
    for tree in _recorded(bodies_of(log, call.call, _POLICIES)):
        try:
            kept = tree["effective"]["retention"]
            for name, sources in _FROM.items():
                periods = [kept[source] for source in sources]
                least, most = days.get(name, (None, None))
                leasts = [
                    one for one in (least, *(period["min_days"] for period in periods)) if one is not None
                ]
                mosts = [
                    one for one in (most, *(period["max_days"] for period in periods)) if one is not None
                ]
                days[name] = (max(leasts, default=None), min(mosts, default=None))
        except (KeyError, TypeError):
            raise VerificationError("the policy that the call recorded cannot be read") from None
    return Limits(parse_timestamp(call.first_ts).date(), days)


def _recorded(events: Iterable[tuple[str, dict[str, Any] | None]]) -> Iterable[Any]:
    """The policies that were recorded, put together from their parts."""
    text = ""
    for _, body in events:
        if body is None:
            continue  # the call was erased
        text = (text if body.get("part") != 1 else "") + str(body.get("policy_json", ""))
        if body.get("part") == body.get("parts"):
            try:
                yield orjson.loads(text)
            except orjson.JSONDecodeError:
                raise VerificationError("the policy that the call recorded cannot be read") from None
