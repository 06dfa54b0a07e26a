"""From the answer to "How can I help you?": AI disclosure, consent to record, and what the answer sets going."""

from secure_agent.call import Call
from secure_agent.errors import CallStopped

#: A sentence that was cut is said once more, not for ever.
_MAX_PLAYS = 2


async def disclose(call: Call) -> None:
    """Say that this is an AI, before anything else, whole, whatever the caller says or presses meanwhile."""
    for _ in range(_MAX_PLAYS):
        if (await call.speaker.say("ai")).complete:
            break
    call.disclosed.set()


async def open_conversation(call: Call) -> None:
    """Carry out, in this order:

    1. The AI sentence, first and not to be interrupted.
    2. How to reach a person.
    3. The recording script of the policy, its answer as durable evidence, and only then the recorder.
    4. That software turns speech into text.
    5. The opening question.

    A caller who turns out to speak another of our languages hears all of it in that one. Raises CallStopped when the
    call may not go on.
    """
    while True:
        language = call.speaker.language
        # 1, 2
        await disclose(call)
        await call.speaker.say("human")

        # 3
        if call.speaker.language == language:
            outcome = await call.consent.ask()
            if outcome.action == "human":
                call.journal.append("residency.conflict", {"alert": outcome.alert})
                await call.hand_over("residency_conflict")
                raise CallStopped("a person takes this call")
        if call.speaker.language == language:
            break

    # 4, 5
    await call.speaker.say("live")
    call.opened = True
    await call.speaker.say("help", interruptible=True)
