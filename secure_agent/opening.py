"""From the answer to "How can I help you?": AI disclosure, consent to record, and what the answer sets going."""

from consent import ConsentDialog, Heard
from policies import PolicySet, Resolved, plan_recording
from policies.recording import AnswerGiven
from secure_agent.call import Call
from secure_agent.consent_question import ConsentQuestion
from secure_agent.errors import CallStopped
from secure_agent.speaker import Playout

_ANSWERS: dict[Heard, AnswerGiven] = {
    Heard.YES: "yes",
    Heard.NO: "no",
    Heard.SILENCE: "silence",
    Heard.UNCLEAR: "unclear",
    Heard.NOT_ASKED: "silence",
}


async def disclose(call: Call) -> None:
    """Say that this is an AI, before anything else, whole, whatever the caller says or presses meanwhile."""
    played = await call.speaker.say("ai")
    if played.complete:
        call.disclosed.set()


async def open_conversation(
    call: Call, *, policies: PolicySet, resolved: Resolved, dialog: ConsentDialog, playout: Playout
) -> None:
    """Carry out, in this order:

    1. The AI sentence, first and not to be interrupted.
    2. How to reach a person.
    3. The recording script of the policy, its answer as durable evidence, and only then the recorder.
    4. That software turns speech into text.
    5. The opening question.

    Raises CallStopped when the call may not go on.
    """
    speaker, journal = call.speaker, call.journal
    # 1, 2
    await disclose(call)
    await speaker.say("human")

    # 3
    if dialog.over:  # refused before it was asked: nobody asks again, and nothing is recorded
        journal.append("consent.decided", dialog.withdraw(call.seconds_from_answer()).as_body())
    else:
        await _ask(call, policies=policies, resolved=resolved, dialog=dialog, playout=playout)

    # 4, 5
    await speaker.say("live")
    call.opened = True
    await speaker.say("help", interruptible=True)


async def _ask(
    call: Call, *, policies: PolicySet, resolved: Resolved, dialog: ConsentDialog, playout: Playout
) -> None:
    """Put the question of the policy, make its answer durable, and only then let the recorder run."""
    speaker, journal, recording = call.speaker, call.journal, call.recording
    permission = resolved.effective.recording.permission
    call.question = ConsentQuestion(
        dialog, speaker=speaker, playout=playout, seconds_from_answer=call.seconds_from_answer
    )
    if permission in ("notice", "notice_optout"):
        recording.keep_agent_audio()  # the announcement must stand in the file itself
    evidence = await call.question.put()
    call.question = None
    journal.append("consent.decided", evidence.as_body())
    if evidence.hung_up:
        raise CallStopped("the caller has hung up")
    complete = evidence.played is not None and evidence.played.complete
    answer = _ANSWERS[evidence.answer]
    plan = plan_recording(resolved, policies, answer=answer, notice_cut=not complete).outcome
    if plan.record:
        recording.start()
    else:
        recording.drop_kept_audio()
    if plan.action == "human":
        await call.hand_over("policy")
        raise CallStopped("a person takes this call")
    if permission == "express_optin":
        await speaker.say("ok_yes" if recording.running else "ok_no")
    elif permission == "notice_optout" and not recording.running:
        await speaker.say("ok_no")
