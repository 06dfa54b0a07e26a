"""Says the fixed scripts: verbatim, past the model, and on record only with what was really played."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from livekit.agents import AgentSession
from livekit.agents.voice import SpeechHandle, io

from policies import MissingScriptError, RenderedScript, Scripts
from policies.cues import activities
from policies.text import RedactedText
from secure_agent.errors import CallStopped
from secure_agent.journal import Journal
from secure_agent.transcript import Transcript

#: What a call may have to say. A language that lacks one of them goes to a person.
NEEDED_SCRIPTS = frozenset(
    {
        "ai",
        "ai_if_asked",
        "human",
        "live",
        "emergency",
        "crisis",
        "rec_duty",
        "activity_declined",
        "rec_optin",
        "rec_optout",
        "rec_notice",
        "ok_yes",
        "ok_no",
        "help",
        "repeat",
        "card_spoken",
        "apology",
        "handover",
        "no_person",
        "offer_person",
        "pay_number",
        "pay_expiry",
        "pay_code",
        "pay_code_4",
        "pay_invalid",
        "pay_timeout",
        "pay_declined",
        "pay_unavailable",
        "pay_given_up",
        "no_keypad",
    }
)


#: A script that is cut has stopped by then.
_CUT_S = 1.0

_NO_WORDS: Mapping[str, str] = MappingProxyType({})

#: Without these not even a hand-over can be said.
HANDOVER_SCRIPTS = frozenset({"ai", "handover", "no_person", "apology"})


@dataclass(frozen=True, slots=True)
class Played:
    """One script as the caller heard it; times in seconds from answer."""

    script: RenderedScript
    heard: RedactedText  # the whole text, or what was played of it
    t_start_s: float
    t_end_s: float
    complete: bool

    def as_body(self) -> dict[str, Any]:
        return {
            "script": self.script.key,
            "lang": self.script.language,
            "sha256": self.script.sha256,
            "text": self.heard,
            "t_start_ms": round(self.t_start_s * 1000),
            "t_end_ms": round(self.t_end_s * 1000),
            "complete": self.complete,
            "interrupted": not self.complete,
        }


class Playout:
    """When the line began and ended playing what it was last given, in loop seconds."""

    def __init__(self) -> None:
        self.started_s = self.finished_s = asyncio.get_running_loop().time()
        self.whole = True
        self.text: str | None = None  # what was heard of it, if it was cut
        self._next_start: Callable[[], None] | None = None

    def watch(self, output: io.AudioOutput) -> None:
        """Listen to the session's output, which knows how much of the words was played."""
        output.on("playback_started", self._started)
        output.on("playback_finished", self._finished)

    def on_next_start(self, callback: Callable[[], None]) -> None:
        """Call CALLBACK once, when the first sound of what comes next is played."""
        self._next_start = callback

    def _started(self, _: io.PlaybackStartedEvent) -> None:
        self.started_s = asyncio.get_running_loop().time()
        callback, self._next_start = self._next_start, None
        if callback is not None:
            callback()

    def _finished(self, event: io.PlaybackFinishedEvent) -> None:
        self.finished_s = asyncio.get_running_loop().time()
        self.whole = not event.interrupted
        self.text = event.synchronized_transcript


class Speaker:
    """The voice for scripts. `fixed_texts` are exempt from redaction at the voice: they hold no personal data."""

    def __init__(
        self,
        *,
        scripts: Scripts,
        language: str,
        company: str,
        journal: Journal,
        transcript: Transcript,
        playout: Playout,
        seconds_from_answer: Callable[[float], float],
        fail_closed: Callable[[str], None],
    ) -> None:
        self._scripts = scripts
        self.language = language
        self._company = company
        self._journal = journal
        self._transcript = transcript
        self._playout = playout
        self._seconds_from_answer = seconds_from_answer
        self._fail_closed = fail_closed
        self.session: AgentSession[None] | None = None
        self.fixed_texts: set[str] = set()
        self._saying: SpeechHandle | None = None
        self._asked_s = 0.0
        self._disclosures = 0  # how often the AI sentence was played to its end
        self.disclosed_s = 0.0  # when it last was

    def render(self, key: str, words: Mapping[str, str] = _NO_WORDS) -> RenderedScript:
        """The script KEY in the language of the call; WORDS fill its placeholders."""
        script = self._scripts.render(self.language, key, company=self._company, **words)
        self.fixed_texts.add(script.text)
        return script

    async def say(
        self, key: str, *, interruptible: bool = False, words: Mapping[str, str] = _NO_WORDS
    ) -> Played:
        """Play the script KEY to its end and record it.

        Raises CallStopped when the script is missing in the call's language (a person takes over) or the audit
        log fails.
        """
        try:
            script = self.render(key, words)
        except MissingScriptError:
            self._fail_closed("missing_script")
            raise CallStopped("a script is missing in the language of this call") from None
        try:
            played = await self.play(script, interruptible=interruptible)
        except asyncio.CancelledError:
            self._record(key, await self._cut_short(script))
            raise
        self._record(key, played)
        return played

    async def say_if_there(self, key: str) -> None:
        """Play the script KEY where the language has it: a text that only some places ask for."""
        if self.has(key):
            await self.say(key)

    def has(self, key: str) -> bool:
        return key in self._scripts.keys(self.language)

    def words_for(self, activity: str) -> str:
        """What ACTIVITY is called in a notice."""
        words = activities()[activity].words
        return words.get(self.language) or words[self.language.partition("-")[0]]

    def _record(self, key: str, played: Played) -> None:
        if key == "ai":
            self._journal.append(
                "ai_disclosure.played", {**played.as_body(), "repeated": self._disclosures > 0}
            )
            self._disclosures += played.complete
            self.disclosed_s = played.t_end_s
        else:
            self._journal.append("script.played", played.as_body())
        self._transcript.script(
            played.heard, start_s=played.t_start_s, end_s=played.t_end_s, interrupted=not played.complete
        )

    async def _cut_short(self, script: RenderedScript) -> Played:
        """Stop the script in play, and say how far it came."""
        handle, self._saying = self._saying, None
        if handle is not None:
            handle.interrupt(force=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(_CUT_S):
                    await handle.wait_for_playout()
        return self._played(script, self._asked_s, whole=False)

    async def play(self, script: RenderedScript, *, interruptible: bool = False) -> Played:
        """Play without a record: only for the safe ending when the audit log itself has failed."""
        if self.session is None:
            raise CallStopped("the call has ended")
        asked_s = self._asked_s = asyncio.get_running_loop().time()
        try:
            handle = self.session.say(script.text, allow_interruptions=interruptible, add_to_chat_ctx=False)
        except RuntimeError:  # the session is closing
            raise CallStopped("the call has ended") from None
        self._saying = handle
        await handle.wait_for_playout()
        self._saying = None
        return self._played(script, asked_s, whole=not handle.interrupted and handle.exception() is None)

    def _played(self, script: RenderedScript, asked_s: float, *, whole: bool) -> Played:
        began = self._playout.started_s >= asked_s
        complete = whole and began and self._playout.whole
        heard = (self._playout.text or "").strip() if began and self._playout.finished_s >= asked_s else ""
        started_s = self._playout.started_s if began else asked_s
        return Played(
            script,
            script.text if complete else RedactedText(heard),  # what was played is a part of the fixed text
            self._seconds_from_answer(started_s),
            self._seconds_from_answer(max(started_s, self._playout.finished_s)),
            complete=complete,
        )

    def cut(self) -> None:
        """Stop the script in play, and nothing else: a tool of the model may be waiting behind it."""
        if self._saying is not None:
            self._saying.interrupt(force=True)

    async def hush(self) -> None:
        """Stop whatever is being said or worked at, interruptible or not."""
        if self.session is None:
            return
        try:
            await self.session.interrupt(force=True)
        except RuntimeError:  # the session is closing
            raise CallStopped("the call has ended") from None
