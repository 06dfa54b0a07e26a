"""`CompliantAgent` and the closed session it runs in: the same on every line, each setting under test."""

from typing import Any, Protocol

from livekit.agents import Agent, AgentSession, StopResponse, llm
from livekit.agents.voice import io
from livekit.agents.voice.transcription import TranscriptSynchronizer

from policies.text import RedactedText
from secure_agent.providers.wrapping import Providers

#: Every value differs from LiveKit's default, or the default would open a leak (see docs/threat-model.md).
TURN_HANDLING: dict[str, Any] = {
    "turn_detection": "vad",
    "interruption": {
        "mode": "vad",
        "resume_false_interruption": False,
        "false_interruption_timeout": None,
        "discard_audio_if_uninterruptible": False,  # a refusal over the notice counts
    },
    "preemptive_generation": {"enabled": False},
}
SESSION_OPTIONS: dict[str, Any] = {
    "turn_handling": TURN_HANDLING,
    "stt_context_options": {"forward_chat_context": False},
    "aec_warmup_duration": None,
    "user_away_timeout": None,
    "max_tool_steps": 3,
    "session_close_transcript_timeout": 0.5,  # a last final may still come; two seconds of silence may not
}
START_OPTIONS: dict[str, Any] = {"record": False, "session_host": False}


class TurnHandler(Protocol):
    """What the call does with a finished turn of the caller; True when the model may answer it."""

    async def caller_turn(self, text: RedactedText) -> bool: ...


class CompliantAgent(Agent):
    """The base of every agent. It adds what only the conversation knows; the provider wrappers are the boundary."""

    def __init__(self, *, instructions: str, tools: list[llm.Tool | llm.Toolset], turns: TurnHandler) -> None:
        super().__init__(instructions=instructions, tools=tools)
        self._turns = turns

    async def on_user_turn_completed(self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage) -> None:
        """Let the model answer, or stop here: consent, fixed scripts and withheld turns never reach it."""
        del turn_ctx
        text = new_message.text_content or ""
        # the recogniser's wrapper is the only source of this text: it is redacted already
        if not await self._turns.caller_turn(RedactedText(text)):
            raise StopResponse

    def rewrite_history(self, before: RedactedText, after: RedactedText) -> None:
        """Replace in the history what a later utterance proved to be part of an entity."""
        for item in self._chat_ctx.items:
            if item.type == "message" and item.role == "user":
                item.content = [
                    part.replace(before, after) if isinstance(part, str) else part for part in item.content
                ]


class _NoSink(io.TextOutput):
    """Where the synchronizer's text goes: nowhere. Only its timing is wanted."""

    def __init__(self) -> None:
        super().__init__(label="no sink", next_in_chain=None)

    async def capture_text(self, text: str) -> None:
        del text

    def flush(self) -> None:
        return


class ClosedSession:
    """An `AgentSession` with everything shut that LiveKit leaves open; history holds what was played, not generated."""

    def __init__(self, providers: Providers, *, audio_in: io.AudioInput, audio_out: io.AudioOutput) -> None:
        self.session: AgentSession[None] = AgentSession(
            stt=providers.stt, llm=providers.llm, tts=providers.tts, vad=providers.vad, **SESSION_OPTIONS
        )
        self._providers = providers
        self._synchronizer = TranscriptSynchronizer(
            next_in_chain_audio=audio_out, next_in_chain_text=_NoSink()
        )
        self.session.input.audio = audio_in
        self.session.output.audio = self._synchronizer.audio_output
        self.session.output.transcription = self._synchronizer.text_output

    @property
    def audio_out(self) -> io.AudioOutput:
        """What the session plays into; its events know how much of the words was heard."""
        return self._synchronizer.audio_output

    async def start(self, agent: Agent, **room: Any) -> None:
        await self.session.start(agent=agent, **START_OPTIONS, **room)

    async def aclose(self) -> None:
        await self.session.aclose()
        await self._synchronizer.aclose()
        await self._providers.aclose()
