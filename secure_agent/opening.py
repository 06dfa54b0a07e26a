"""From the answer to "How can I help you?": AI disclosure, consent to record, and what the answer sets going."""

from secure_agent.call import Call
from secure_agent.errors import CallStopped


async def disclose(call: Call) -> None:
    """Say that this is an AI, before anything else, whole, whatever the caller says or presses meanwhile."""
    played = await call.speaker.say("ai")
    if played.complete:
        call.disclosed.set()


async def open_conversation(call: Call) -> None:
    """Carry out, in this order:

    1. The AI sentence, first and not to be interrupted.
    2. How to reach a person.
    3. The recording script of the policy, its answer as durable evidence, and only then the recorder.
    4. That software turns speech into text.
    5. The opening question.

    Raises CallStopped when the call may not go on.
    """
    # 1, 2
    await disclose(call)
    await call.speaker.say("human")

    # 3
    outcome = await call.consent.ask()
    if outcome.action == "human":
        await call.hand_over("policy")
        raise CallStopped("a person takes this call")

    # 4, 5
    await call.speaker.say("live")
    call.opened = True
    await call.speaker.say("help", interruptible=True)
