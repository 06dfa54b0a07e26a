"""That this is an AI, said again: every so often, and once more at the end, where the policy asks for it."""

from collections.abc import Callable

from secure_agent.policy_in_force import PolicyInForce
from secure_agent.speaker import Speaker


class Disclosures:
    """What is due follows the policy as it stands in that moment of the call."""

    def __init__(
        self,
        policy: PolicyInForce,
        speaker: Speaker,
        *,
        human_number: str,
        seconds_from_answer: Callable[[], float],
    ) -> None:
        self._policy = policy
        self._speaker = speaker
        self._human_number = human_number
        self._seconds_from_answer = seconds_from_answer
        self.said_at_end = False

    @property
    def due(self) -> bool:
        """Whether the AI sentence has to be said again before anything else is."""
        every_s = self._policy.effective.ai_disclosure.repeat_every_s
        return every_s is not None and self._seconds_from_answer() - self._speaker.disclosed_s > every_s

    async def say(self) -> None:
        await self._speaker.say("ai")

    async def say_at_end(self) -> None:
        """Say, once, where the policy wants it at the end, that this was an AI and how to reach a person."""
        if self.said_at_end or not self._policy.effective.ai_disclosure.at_end:
            return
        self.said_at_end = True
        if self._speaker.has("ai_end"):
            await self._speaker.say("ai_end", words={"number": self._human_number})
        else:
            await self._speaker.say("ai_if_asked")
            await self._speaker.say("human")
