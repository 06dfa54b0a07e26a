"""What a turn of the caller changes about the rules of the call, before anybody answers it. Only ever tighter.

What must stop stops at once, in `take_in`; what must be said or asked is done by `carry_out`, before the model may
answer the turn.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from consent import Danger, Statements
from policies import PolicyError
from policies.cues import activities
from policies.schema import Duty, Trigger
from secure_agent.call_recording import POLICY_CHANGED, CallRecording
from secure_agent.journal import Journal
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.recording_consent import RecordingConsent
from secure_agent.speaker import Speaker

HandOver = Callable[[str], Awaitable[None]]
_DANGER_MATCHES = {
    Danger.SELF_HARM: {"self_harm"},
    Danger.EMERGENCY: {"medical_emergency", "fire", "violence"},
}


@dataclass(slots=True)
class Due:
    """What a turn makes due before it may be answered; empty for an ordinary turn."""

    person: str | None = None  # a person takes over, for this reason
    language: str | None = None
    ask_again: bool = False
    activities: list[str] = field(default_factory=list)
    goodbye: bool = False

    def __bool__(self) -> bool:
        return bool(self.person or self.language or self.ask_again or self.activities or self.goodbye)


class MidCall:
    """One for each call. SWITCH makes the call speak and hear another language; False when it cannot."""

    def __init__(
        self,
        policy: PolicyInForce,
        *,
        journal: Journal,
        speaker: Speaker,
        consent: RecordingConsent,
        recording: CallRecording,
        disclose: Callable[[], Awaitable[None]],
        say_at_end: Callable[[], Awaitable[None]],
        switch: Callable[[str], bool],
        hand_over: HandOver,
    ) -> None:
        self._policy = policy
        self._journal = journal
        self._speaker = speaker
        self._consent = consent
        self._recording = recording
        self._disclose = disclose
        self._say_at_end = say_at_end
        self._switch = switch
        self._hand_over = hand_over
        self._begun: set[str] = set()
        self._declined: set[str] = set()
        self.is_minor = False

    def may_do(self, activity: str | None) -> bool:
        """Whether a tool that does ACTIVITY may be called: what a duty covers only once it has begun."""
        return activity is None or activity in self._begun or self._duty(activity) is None

    # At once

    def take_in(self, said: Statements) -> Due:
        """Tighten the policy by what was SAID, and stop what is no longer lawful, before anything else happens."""
        due = Due(goodbye=said.goodbye)
        if said.age is not None:
            self._heard_age(said.age, due)
        begins = [one for one in sorted(said.activities) if one not in self._begun]
        sectors = [sector for one in begins for sector in self._policy.sectors_of(one)]
        try:
            changed = self._policy.tighten(places=said.places, sectors=sectors)
        except PolicyError:
            self._journal.append("call.error", {"where": "policy"})
            due.person = "policy"
            return due
        if changed:
            self._policy.record(self._journal)
            self._recording.obey(self._policy.effective)
            if self._policy.resolved.stores_nothing:
                self._consent.bar("residency_conflict")
                self._journal.append("residency.conflict", {"alert": "residency_conflict"})
                due.person = "residency_conflict"
            elif self._recording.running and not self._consent.stands():
                self._recording.pause(POLICY_CHANGED)
                due.ask_again = True
        due.language = said.language
        due.activities = [one for one in begins if self._concerns(one)]
        return due

    def _heard_age(self, age: int, due: Due) -> None:
        minors = self._policy.effective.minors
        if self.is_minor or minors.age is None or age >= minors.age or minors.action == "continue":
            return
        self.is_minor = True
        self._journal.append("minor.suspected", {"under": minors.age, "action": minors.action})
        self._consent.bar("minor")
        if minors.action == "no_record_no_sale_human":
            due.person = "minor"

    # Before the turn is answered

    async def carry_out(self, due: Due) -> bool:
        """Say and ask what is DUE; True when the turn may then be answered."""
        if due.person is not None:
            await self._hand_over(due.person)
            return False
        if due.language is not None:
            return await self._change_language(due.language)
        if due.ask_again:
            await self._consent.ask_again()
        for activity in due.activities:
            if not await self._begin(activity):
                return False
        if due.goodbye:
            await self._say_at_end()
        return True

    async def _change_language(self, language: str) -> bool:
        """Everything that was said for the law is said again; the caller then says again what is wanted."""
        if not self._switch(language):
            await self._hand_over("language")
            return False
        await self._disclose()
        await self._speaker.say("human")
        if not self._consent.refused:
            if self._recording.running:
                self._recording.pause(POLICY_CHANGED)
            await self._consent.ask_again()
        await self._speaker.say("live")
        await self._speaker.say("help", interruptible=True)
        return False

    async def _begin(self, activity: str) -> bool:
        """Give the notice that ACTIVITY needs, before its first word is answered; False when it is declined."""
        if activity in self._declined:
            await self._speaker.say("activity_declined")
            return False
        known = activities()[activity]
        duty = self._duty(activity)
        if known.script is not None and self._holds(known.sectors):
            await self._speaker.say_if_there(known.script)
        if duty is None and not self._is_contract(activity):
            self._begun.add(activity)
            return True
        plan = await self._consent.ask_for(activity, duty)
        self._journal.append(
            "activity.begun" if plan.action in ("proceed", "continue_unrecorded") else "activity.declined",
            {
                "activity": activity,
                "duty": None if duty is None else duty.id,
                "recorded": plan.record,
                "action": plan.action,
                "alternatives": [] if duty is None else list(duty.alternatives),
            },
        )
        match plan.action:
            case "proceed" | "continue_unrecorded":
                self._begun.add(activity)
                return True
            case "transfer_unrecorded" | "human":
                await self._hand_over("unrecorded_activity")
            case _:
                self._declined.add(activity)
                await self._speaker.say("activity_declined")
        return False

    def done(self, activity: str) -> None:
        """A tool has done what ACTIVITY is about: what follows is no longer covered by its duty."""
        if self._recording.activity == activity:
            self._recording.end_activity()
            self._begun.discard(activity)

    def _concerns(self, activity: str) -> bool:
        """Whether ACTIVITY makes anything due on this line."""
        known = activities()[activity]
        script = known.script is not None and self._holds(known.sectors)
        return script or self._duty(activity) is not None or self._is_contract(activity)

    def _is_contract(self, activity: str) -> bool:
        return activity == "contract" and self._policy.effective.recording.scope == "contract_part"

    def _duty(self, activity: str) -> Duty | None:
        duties = self._policy.effective.recording.duties
        return next((duty for duty in duties if activity in duty.covers_activities), None)

    def _holds(self, sectors: tuple[str, ...]) -> bool:
        return any(sector in self._policy.resolved.sources for sector in sectors)

    # Danger

    async def help_in(self, danger: Danger) -> None:
        """Stop the task and say the fixed words, with the numbers of the caller's place; a person takes over.

        The category is on record, never the words. Nobody is asked about recording, and nothing is weighed up.
        """
        self._journal.append("danger.heard", {"category": str(danger)})
        trigger = self._trigger(danger)
        numbers = self._policy.effective.escalation.resources
        values = {"emergency": numbers.emergency, "crisis": numbers.crisis}
        known = {name: value for name, value in values.items() if value is not None}
        await self._speaker.hush()
        await self._speaker.say(str(trigger.script or "emergency"), words=known)
        if trigger.action == "offer_transfer":
            await self._speaker.say("human")
        else:
            await self._hand_over("danger")

    def _trigger(self, danger: Danger) -> Trigger:
        wanted = _DANGER_MATCHES[danger]
        fallback = Trigger(
            id="danger",
            detect="intent",
            action="stop_task_and_transfer",
            script="crisis" if danger is Danger.SELF_HARM else "emergency",
        )
        found = self._policy.effective.escalation.triggers
        return next((one for one in found if wanted & set(one.match)), fallback)
