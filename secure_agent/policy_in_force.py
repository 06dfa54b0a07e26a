"""The policy of one call as it stands: tightened by what is learnt, never loosened, and always on record."""

from collections.abc import Collection
from datetime import date

from policies import Effective, PolicySet, Resolved, resolve
from policies import Line as LineProfile
from secure_agent.journal import Journal

#: Policies are split over numbered events so that each body stays under the format's limit.
_POLICY_JSON_CHARACTERS = 40_000


class PolicyInForce:
    """Places and sectors are only ever added, so each state is at least as strict as the one before.

    Raises PolicyError when it is made or tightened with a policy that cannot be used.
    """

    def __init__(self, policies: PolicySet, profile: LineProfile, *, caller: str | None, on: date) -> None:
        self.policies = policies
        self._profile = profile
        self._caller = caller
        self._on = on
        self._stated: frozenset[str] = frozenset()
        self._sectors = frozenset(profile.sectors)
        self.resolved = self.at_answer = self._resolve()

    @property
    def effective(self) -> Effective:
        return self.resolved.effective

    def tighten(self, *, places: Collection[str] = (), sectors: Collection[str] = ()) -> bool:
        """Add what the caller turned out to be; False when that changes nothing."""
        if self._stated.issuperset(places) and self._sectors.issuperset(sectors):
            return False
        self._stated |= frozenset(places)
        self._sectors |= frozenset(sectors)
        before = self.resolved.hash
        self.resolved = self._resolve()
        return self.resolved.hash != before

    def sectors_of(self, activity: str) -> tuple[str, ...]:
        """The sectors whose rules hold once ACTIVITY has begun on this line."""
        return self._profile.on_activity.get(activity, ())

    def record(self, journal: Journal) -> None:
        """Put the policy on record; later decisions name it."""
        changed = self.resolved is not self.at_answer
        whole = self.resolved.canonical_json
        parts = [
            whole[at : at + _POLICY_JSON_CHARACTERS] for at in range(0, len(whole), _POLICY_JSON_CHARACTERS)
        ]
        journal.policy = self.resolved.hash
        for n, part in enumerate(parts, start=1):
            journal.append(
                "policy.changed" if changed else "policy.resolved",
                {"policy_json": part, "part": n, "parts": len(parts)},
            )

    def _resolve(self) -> Resolved:
        return resolve(
            self.policies,
            business=self._profile.business,
            caller=self._caller,
            stated=sorted(self._stated),
            sectors=sorted(self._sectors),
            line=self._profile,
            on=self._on,
        )
