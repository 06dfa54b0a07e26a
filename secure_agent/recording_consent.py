"""The caller's say over being recorded: the question, its answer on record, and what the recorder does then."""

import asyncio
from collections.abc import Callable

from consent import ConsentDialog, ConsentEvidence, Heard, decision_in
from policies import PolicySet, Resolved, plan_recording
from policies.recording import AnswerGiven, Outcome
from secure_agent.call_recording import CallRecording
from secure_agent.consent_question import ConsentQuestion
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.speaker import Playout, Speaker

_ANSWERS: dict[Heard, AnswerGiven] = {
    Heard.YES: "yes",
    Heard.NO: "no",
    Heard.SILENCE: "silence",
    Heard.UNCLEAR: "unclear",
    Heard.NOT_ASKED: "silence",
}
#: With the two seconds that a question waits for a transcript this makes the four of a first question.
_ANSWER_AGAIN_S = 2.0


class RecordingConsent:
    """Nothing is recorded before the evidence is durable; a withdrawal stops the recorder before all else."""

    def __init__(
        self,
        dialog: ConsentDialog,
        *,
        policies: PolicySet,
        resolved: Resolved,
        journal: Journal,
        speaker: Speaker,
        playout: Playout,
        recording: CallRecording,
        seconds_from_answer: Callable[[], float],
    ) -> None:
        self._dialog = dialog
        self._policies = policies
        self._resolved = resolved
        self._journal = journal
        self._speaker = speaker
        self._playout = playout
        self._recording = recording
        self._now_s = seconds_from_answer
        self.question: ConsentQuestion | None = None

    @property
    def listening(self) -> bool:
        """Whether the question has ended and its answer is still to come."""
        return self.question is not None and self.question.listening

    async def ask(self) -> Outcome:
        """Put the question of the policy, make its answer durable, and only then let the recorder run.

        Returns what the plan demands of the call. Raises CallStopped when the caller hung up meanwhile.
        """
        permission = self._resolved.effective.recording.permission
        if self._dialog.over:  # refused before it was asked: nobody asks again, and nothing is recorded
            self._journal.append("consent.decided", self._dialog.withdraw(self._now_s()).as_body())
            return Outcome(record=False, action="continue_unrecorded", first_in_file=None, alert=None)
        self.question = ConsentQuestion(
            self._dialog, speaker=self._speaker, playout=self._playout, seconds_from_answer=self._now_s
        )
        if permission in ("notice", "notice_optout"):
            self._recording.keep_agent_audio()  # the announcement must stand in the file itself
        evidence = await self.question.put()
        self.question = None
        self._journal.append("consent.decided", evidence.as_body())
        if evidence.hung_up:
            raise CallStopped("the caller has hung up")
        outcome = self._plan(evidence)
        if outcome.record:
            self._recording.start()
        else:
            self._recording.drop_kept_audio()
        if outcome.action != "human":
            await self._confirm(permission)
        return outcome

    def _plan(self, evidence: ConsentEvidence) -> Outcome:
        complete = evidence.played is not None and evidence.played.complete
        answer = _ANSWERS[evidence.answer]
        return plan_recording(self._resolved, self._policies, answer=answer, notice_cut=not complete).outcome

    async def _confirm(self, permission: str) -> None:
        if permission == "express_optin":
            await self._speaker.say("ok_yes" if self._recording.running else "ok_no")
        elif permission == "notice_optout" and not self._recording.running:
            await self._speaker.say("ok_no")

    async def say_again(self, key: str) -> None:
        """Say why nothing was taken in; a question that is open waits for its answer as long as before."""
        question = self.question
        if question is not None:
            question.speech_began()
        await self._speaker.say(key)
        if question is not None:
            await asyncio.sleep(_ANSWER_AGAIN_S)
            question.speech_ended()

    async def withdraw(self, channel: str) -> None:
        """The caller takes back the consent: the recorder stops first, then everything else."""
        stopped = self._recording.halt("withdrawn")
        evidence = self._dialog.withdraw(self._now_s(), channel)
        self._journal.append("consent.withdrawn", evidence.as_body())
        self._recording.record(stopped)
        self._recording.delete_if_policy_says()
        await self._speaker.say("ok_no")

    def settle(self) -> None:
        """Write how the question ended, if the opening could not do it itself any more."""
        if any(event.type == "consent.decided" for event in self._journal.events):
            return
        ended = decision_in(self._dialog.hung_up(self._now_s()))
        evidence = ended if ended is not None or self.question is None else self.question.evidence
        self.question = None
        if evidence is not None:
            self._journal.append("consent.decided", evidence.as_body())
