"""Which providers a line may use: those that its policy approves as suppliers, and servers of the company's own."""

from datetime import date
from typing import Final

from policies import Line as LineProfile
from policies import PolicySet, Resolved, resolve
from policies.suppliers import why_not
from secure_agent.errors import ProviderNotApprovedError
from secure_agent.journal import Journal
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.providers.chain import Kind
from secure_agent.settings import PREFIX, Settings, in_order

#: No suppliers: the built-in assistant, and servers of one's own, which are where this deployment is.
_OF_OUR_OWN: Final = ("demo", "self_hosted")
_EVERY_KIND: Final[tuple[Kind, ...]] = ("speech_in", "model", "speech_out")


class ProviderRules:
    """The `SwitchRules` of one call: who may be asked next, by its policy as it stands; each switch is on record."""

    def __init__(self, policy: PolicyInForce, journal: Journal) -> None:
        self._policy = policy
        self._journal = journal

    def approves(self, provider: str, /) -> bool:
        return _why_not(provider, self._policy.resolved) is None

    def switched(self, kind: Kind, /, *, before: str, after: str, why: str) -> None:
        """Raises CallStopped if the switch cannot be put on record."""
        self._journal.append("provider.switched", {"kind": kind, "from": before, "to": after, "why": why})


def require_approved(
    policies: PolicySet,
    line: LineProfile,
    settings: Settings,
    *,
    on: date,
    kinds: tuple[Kind, ...] = _EVERY_KIND,
) -> None:
    """Raise ProviderNotApprovedError if a provider that LINE would ask first is not approved by its policy.

    The others of a chain are looked at when their turn comes; one that is not approved then is passed over.
    """
    whole = resolve(policies, line=line, on=on)
    for kind in kinds:
        first = in_order(getattr(settings, kind))[0]
        why = _why_not(first, whole)
        if why is not None:
            raise ProviderNotApprovedError(
                f"line {line.id}: {PREFIX}{kind.upper()} asks {first} first, and {why}; mend the line's "
                "`subprocessors`, or name another provider"
            )


def _why_not(provider: str, whole: Resolved) -> str | None:
    return None if provider in _OF_OUR_OWN else why_not(provider, whole)
