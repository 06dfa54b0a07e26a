"""The caller's say over being recorded: the question, its answer on record, and what the recorder does then."""

import asyncio
from collections.abc import Callable
from typing import Final, get_args

from consent import ConsentDialog, ConsentEvidence, Heard, decision_in
from policies import Outcome, plan_recording
from policies.recording import AnswerGiven, residual_permission
from policies.schema import Duty, Permission
from secure_agent.call_recording import POLICY_CHANGED, CallRecording
from secure_agent.consent_question import ConsentQuestion
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.policy_in_force import PolicyInForce
from secure_agent.recording.periods import covered_by, rest_of_call
from secure_agent.speaker import Playout, Speaker

_ANSWERS: dict[Heard, AnswerGiven] = {
    Heard.YES: "yes",
    Heard.NO: "no",
    Heard.SILENCE: "silence",
    Heard.UNCLEAR: "unclear",
    Heard.NOT_ASKED: "silence",
}
_RANKS: Final[tuple[str, ...]] = get_args(Permission)
_UNRECORDED: Final = Outcome(record=False, action="continue_unrecorded", first_in_file=None, alert=None)
#: With the two seconds that a question waits for a transcript this makes the four of a first question.
_ANSWER_AGAIN_S: Final = 2.0


class RecordingConsent:
    """Nothing is recorded before the evidence is durable; a withdrawal stops the recorder before all else."""

    def __init__(
        self,
        policy: PolicyInForce,
        *,
        journal: Journal,
        speaker: Speaker,
        playout: Playout,
        recording: CallRecording,
        seconds_from_answer: Callable[[], float],
    ) -> None:
        self._policy = policy
        self._journal = journal
        self._speaker = speaker
        self._playout = playout
        self._recording = recording
        self._now_s = seconds_from_answer
        self._dialog = self._new_dialog()
        self._answer: ConsentEvidence | None = None  # the last, about the call as a whole
        self._barred = False
        self.question: ConsentQuestion | None = None

    # What was agreed

    @property
    def listening(self) -> bool:
        """Whether the question has ended and its answer is still to come."""
        return self.question is not None and self.question.listening

    @property
    def refused(self) -> bool:
        """Whether nobody may ask again."""
        return self._barred or (
            self._answer is not None and (self._answer.withdrawn or self._answer.answer is Heard.NO)
        )

    @property
    def may_keep_words(self) -> bool:
        """Whether the log may hold what the caller says now: as the policy says of transcripts."""
        match self._policy.effective.processing.transcript_store:
            case "allowed":
                return not self._policy.resolved.stores_nothing
            case "follow_recording":
                return self._recording.keeps
            case "forbidden":
                return False

    @property
    def _only_contracts(self) -> bool:
        """Whether nothing but talk about a contract may be recorded; then nothing is asked before it begins."""
        return self._policy.effective.recording.scope == "contract_part"

    def stands(self) -> bool:
        """Whether what the caller answered lets this recording go on under the policy in force."""
        answer = self._answer
        if answer is None or self._policy.resolved.stores_nothing:
            return False
        permission = self._policy.effective.recording.permission
        if permission == "forbidden" or (self._only_contracts and self._recording.activity is None):
            return False
        told_enough = _RANKS.index(permission) <= _RANKS.index(answer.permission)
        return answer.answer is Heard.YES or (answer.answer is Heard.SILENCE and told_enough)

    # Questions

    async def ask(self) -> Outcome:
        """Put the question of the policy, make its answer durable, and only then let the recorder run.

        Asks again when the policy has become stricter meanwhile. Returns what the plan demands of the call. Raises
        CallStopped when the caller hung up meanwhile.
        """
        if self._policy.resolved.stores_nothing:
            return self._plan("silence", cut=True)
        if self.refused or self._dialog.over:  # refused before it was asked: nobody asks again
            if not self._on_record():
                self._journal.append("consent.decided", self._dialog.withdraw(self._now_s()).as_body())
            return _UNRECORDED
        if self._only_contracts:
            return _UNRECORDED
        while True:
            permission, language = self._policy.effective.recording.permission, self._speaker.language
            evidence = self._answer = await self._put(self._dialog)
            if self._speaker.language != language:
                self._recording.drop_kept_audio()
                self._dialog = self._new_dialog()
                return _UNRECORDED  # whoever changed the language begins anew
            stricter = _RANKS.index(self._policy.effective.recording.permission) > _RANKS.index(permission)
            if not stricter or evidence.answer in (Heard.YES, Heard.NO) or self._barred:
                break
            self._recording.drop_kept_audio()
            self._dialog = self._new_dialog()
        outcome = self._carry_out(evidence)
        if outcome.action != "human":
            await self._confirm(permission)
        return outcome

    async def ask_again(self) -> None:
        """Ask anew, the recording paused: the policy has changed, or the language. Then go on, or stop for good."""
        may_be_asked = self._policy.effective.recording.permission not in ("none", "forbidden")
        if self.refused or not may_be_asked or self._only_contracts or self._policy.resolved.stores_nothing:
            self.stop_for_good(POLICY_CHANGED)
            await self._speaker.say("ok_no")
            return
        permission = self._policy.effective.recording.permission
        self._dialog = self._new_dialog()
        self._answer = evidence = await self._put(self._dialog)
        if self._planned(evidence).record:
            if self._recording.running:
                self._recording.resume(POLICY_CHANGED)
            else:
                self._recording.start()
        else:
            self.stop_for_good("refused")
        await self._confirm(permission)

    async def ask_for(self, activity: str, duty: Duty | None) -> Outcome:
        """Before ACTIVITY begins: the notice of its DUTY, or the question that it alone may be recorded with.

        With its answer on record the recorder covers the activity, in a part of its own.
        """
        resolved = self._policy.resolved
        residual = residual_permission(resolved, duty.displaces if duty is not None else ())
        agreed = self._answer is not None and self._answer.answer is Heard.YES
        impossible = self._barred or self._recording.stopped or resolved.stores_nothing
        answer: AnswerGiven = "no" if impossible else "yes" if agreed else "silence"
        cut = False
        if not impossible and residual != "forbidden":
            steps: list[tuple[str, str | None]] = (
                [] if duty is None else [("notice_optout", duty.notice_script)]
            )
            if residual == "express_optin" and not agreed:
                steps.append((residual, "rec_optin"))
            elif duty is None and not agreed:
                steps.append((residual if residual != "none" else "notice", None))
            for permission, script in steps:
                evidence = await self._put(self._new_dialog(permission, script), activity=activity)
                cut = cut or evidence.played is None or not evidence.played.complete
                if evidence.answer is not Heard.SILENCE or permission == "express_optin":
                    answer = _ANSWERS[evidence.answer]
                if answer in ("no", "unclear"):
                    break
        plan = plan_recording(
            resolved,
            self._policy.policies,
            answer=answer,
            activity=activity if duty is not None else None,
            notice_cut=cut,
        ).outcome
        if plan.record:
            effective = self._policy.effective
            kept = rest_of_call(effective) if duty is None else covered_by(duty, effective)
            self._recording.begin_activity(activity, kept)
        else:
            self._recording.drop_kept_audio()
        return plan

    async def _put(self, dialog: ConsentDialog, *, activity: str | None = None) -> ConsentEvidence:
        """Put one question to its end; its answer is durable when this returns."""
        words = {} if activity is None else {"activity": self._speaker.words_for(activity)}
        self.question = ConsentQuestion(
            dialog,
            speaker=self._speaker,
            playout=self._playout,
            seconds_from_answer=self._now_s,
            words=words,
        )
        if not self._recording.running and dialog.announces:
            self._recording.keep_agent_audio()  # the announcement must stand in the file itself
        evidence = await self.question.put()
        if self.question is None:  # the call ended meanwhile, and whoever ended it put the answer on record
            raise CallStopped("the call has ended")
        self.question = None
        body = evidence.as_body()
        self._journal.append("consent.decided", body if activity is None else {**body, "activity": activity})
        if evidence.hung_up:
            raise CallStopped("the caller has hung up")
        return evidence

    def _new_dialog(self, permission: str | None = None, script: str | None = None) -> ConsentDialog:
        recording = self._policy.effective.recording
        return ConsentDialog(
            permission=recording.permission if permission is None else permission,
            policy_hash=self._policy.resolved.hash,
            language=self._speaker.language,
            announce_in_recording=recording.announce_in_recording,
            purpose=self._policy.policies.scripts.purpose(self._speaker.language),
            script=script,
        )

    # What follows from an answer

    def _planned(self, evidence: ConsentEvidence) -> Outcome:
        if self._barred:
            return _UNRECORDED
        complete = evidence.played is not None and evidence.played.complete
        return self._plan(_ANSWERS[evidence.answer], cut=not complete)

    def _plan(self, answer: AnswerGiven, *, cut: bool) -> Outcome:
        return plan_recording(
            self._policy.resolved, self._policy.policies, answer=answer, notice_cut=cut
        ).outcome

    def _carry_out(self, evidence: ConsentEvidence) -> Outcome:
        outcome = self._planned(evidence)
        if outcome.record:
            self._recording.start()
        else:
            self._recording.drop_kept_audio()
        return outcome

    async def _confirm(self, permission: str) -> None:
        recorded = self._recording.keeps
        if permission == "express_optin":
            await self._speaker.say("ok_yes" if recorded else "ok_no")
        elif permission == "notice_optout" and not recorded:
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

    # Endings

    def bar(self, reason: str) -> None:
        """Nothing of this call may be recorded, whatever anybody agrees to: what was recorded goes."""
        self._barred = True
        self.stop_for_good(reason)

    def stop_for_good(self, reason: str) -> None:
        """Stop the recorder first; then delete or keep what there is, as the policy says."""
        self._recording.record(self._recording.halt(reason))
        self._recording.delete_if_policy_says()

    async def withdraw(self, channel: str) -> None:
        """The caller takes back the consent: the recorder stops first, then everything else."""
        stopped = self._recording.halt("withdrawn")
        evidence = self._answer = self._dialog.withdraw(self._now_s(), channel)
        self._journal.append("consent.withdrawn", evidence.as_body())
        self._recording.record(stopped)
        self._recording.delete_if_policy_says()
        await self._speaker.say("ok_no")

    def settle(self) -> None:
        """Write how the question ended, if whoever put it could not do it itself any more."""
        question, self.question = self.question, None
        if question is None and self._on_record():
            return
        evidence = decision_in(self._dialog.hung_up(self._now_s())) if question is None else question.settle()
        if evidence is not None:
            self._journal.append("consent.decided", evidence.as_body())

    def _on_record(self) -> bool:
        """Whether it is on record how a question ended."""
        return any(event.type == "consent.decided" for event in self._journal.events)
