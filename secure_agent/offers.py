"""When a person is offered without having been asked for: after a complaint, and when nothing is understood twice."""

from consent import complains
from policies.schema import Trigger
from policies.text import RedactedText
from secure_agent.journal import Journal
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.speaker import Speaker

_OFFER = "offer_transfer"
_MISUNDERSTOOD = "misunderstood_twice"
_COMPLAINT = "complaint"
_TWICE = 2


class Offers:
    """Counts what was not understood, and offers a person once for each reason, where the policy says so."""

    def __init__(self, policy: PolicyInForce, *, journal: Journal, speaker: Speaker) -> None:
        self._policy = policy
        self._journal = journal
        self._speaker = speaker
        self._misunderstood = 0
        self._offered: set[str] = set()

    def understood(self) -> None:
        self._misunderstood = 0

    def not_understood(self) -> bool:
        """One more turn that was not taken in; True when a person is to be offered for it."""
        self._misunderstood += 1
        return self._misunderstood >= _TWICE and self._due(_MISUNDERSTOOD)

    def complaint_in(self, text: RedactedText) -> bool:
        """Whether TEXT is a complaint for which a person is to be offered."""
        return self._due(_COMPLAINT) and complains(text, {self._speaker.language, "en"})

    async def offer(self, *, complaint: bool) -> None:
        """Say once how a person is reached, and put it on record."""
        reason = _COMPLAINT if complaint else _MISUNDERSTOOD
        if reason in self._offered:
            return
        self._offered.add(reason)
        self._journal.append("handover.offered", {"reason": reason})
        await self._speaker.say("human")

    def _due(self, reason: str) -> bool:
        return reason not in self._offered and any(
            trigger.action == _OFFER and reason in trigger.match for trigger in self._triggers()
        )

    def _triggers(self) -> tuple[Trigger, ...]:
        return tuple(self._policy.effective.escalation.triggers or ())
