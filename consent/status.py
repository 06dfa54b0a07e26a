"""What holds now, from all evidence of a call: a withdrawal wins over any grant, whatever the order."""

from collections.abc import Iterable
from enum import StrEnum

from consent.evidence import ConsentEvidence, Heard
from consent.scopes import Scope

_BY_NOTICE = frozenset({"none", "notice", "notice_optout"})


class ConsentStatus(StrEnum):
    """Where a scope stands. Only `granted` and `noticed` let anything be recorded."""

    NOT_ASKED = "not_asked"
    NOTICED = "noticed"  # told to the end, and went on: enough where the law asks for notice only
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def fold(evidence: Iterable[ConsentEvidence], scope: Scope = Scope.RECORDING) -> ConsentStatus:
    """Fold the evidence of one call into the status of SCOPE; the latest answer counts."""
    ours = sorted((item for item in evidence if item.scope is scope), key=_when)
    if any(item.withdrawn for item in ours):
        return ConsentStatus.WITHDRAWN
    return _status_of(ours[-1]) if ours else ConsentStatus.NOT_ASKED


def _when(item: ConsentEvidence) -> tuple[int, int]:
    """Order by time; of two answers in one millisecond the less permissive counts as the later."""
    order = [ConsentStatus.GRANTED, ConsentStatus.NOTICED, ConsentStatus.NOT_ASKED, ConsentStatus.REFUSED]
    return item.t_ms, order.index(_status_of(item))


def _status_of(item: ConsentEvidence) -> ConsentStatus:
    told = item.played is not None and item.played.complete
    match item.answer:
        case Heard.YES:
            return ConsentStatus.GRANTED
        case Heard.SILENCE if told and item.permission in _BY_NOTICE:
            return ConsentStatus.NOTICED
        case Heard.NOT_ASKED:
            return ConsentStatus.NOT_ASKED
        case Heard.NO | Heard.SILENCE | Heard.UNCLEAR:
            return ConsentStatus.REFUSED
