"""The consent dialogue, a pure state machine: events and times go in, things to say and a decision come out.

It plays nothing, hears nothing and knows no clock. Each method returns what to do next; after `Decided`
the dialogue is over and every later event gives nothing, except `withdraw`. Unclear speech is never a yes.
Silence is never a yes to a question; it stands for a notice only if the notice was played to its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from consent.answers import Answer, understand_answer
from consent.errors import UnknownPermissionError
from consent.evidence import Channel, ConsentEvidence, Heard, Played
from consent.intents import Intent, understand_intents
from consent.question import recording_named_at
from consent.scopes import Scope
from policies.text import RedactedText

#: Silence after the end of the question: four seconds to agree, two to object.
ANSWER_TIMEOUT_S: Final[Mapping[str, float]] = {"express_optin": 4.0, "notice_optout": 2.0}
#: Once the caller has begun to speak the answer may take this long ...
SPEECH_LIMIT_S: Final = 10.0
#: ... and its transcript this long after the end of speech.
TRANSCRIPT_GRACE_S: Final = 2.0
#: A script that was cut is played once more, not for ever.
MAX_PLAYS: Final = 2

_SCRIPTS: Final[Mapping[str, str | None]] = {
    "none": None,
    "notice": "rec_notice",
    "notice_optout": "rec_optout",
    "express_optin": "rec_optin",
    "forbidden": None,
}
_KEYPAD: Final[Mapping[str, Heard]] = {"1": Heard.YES, "2": Heard.NO}
_HEARD: Final[Mapping[Answer, Heard]] = {
    Answer.YES: Heard.YES,
    Answer.NO: Heard.NO,
    Answer.UNCLEAR: Heard.UNCLEAR,
}


@dataclass(frozen=True, slots=True)
class Say:
    """Play this fixed script and report it with `played`."""

    key: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Call `timer` after this many seconds; a later `Listen` replaces it."""

    timeout_s: float


@dataclass(frozen=True, slots=True)
class Decided:
    """The dialogue is over; this is the evidence to make durable before anything is recorded."""

    evidence: ConsentEvidence


Action = Say | Listen | Decided


class _State(Enum):
    NEW = auto()
    PLAYING = auto()
    LISTENING = auto()
    OVER = auto()


class ConsentDialog:
    """One question about recording, put as the effective policy demands, to its decision."""

    def __init__(
        self,
        *,
        permission: str,
        policy_hash: str,
        language: str,
        announce_in_recording: bool = False,
        purpose: str = "",
        question: RedactedText | None = None,
        question_sha256: str = "",
        script: str | None = None,
    ) -> None:
        """Prepare the dialogue; QUESTION is the text to be played, SCRIPT another key than the permission's own.

        With it the place of the word for recording is exact, and an answer given over the question proves
        which words were being played.
        """
        if permission not in _SCRIPTS:
            raise UnknownPermissionError("the policy's recording permission is none of the five")
        self._permission = permission
        self._script = _SCRIPTS[permission] if script is None else script
        self._policy_hash = policy_hash
        self._language = language
        self._announce = announce_in_recording
        self._purpose = purpose
        self._question = question
        self._question_sha256 = question_sha256
        self._named_at = recording_named_at(language, question)
        self._state = _State.NEW
        self._plays = 0
        self._played: Played | None = None
        self._saying_since_s = 0.0
        self._deadline_s = 0.0

    @property
    def over(self) -> bool:
        """Say whether the dialogue has been decided."""
        return self._state is _State.OVER

    @property
    def announces(self) -> bool:
        """Say whether its script is the announcement that a recording begins with, not a question before one."""
        return self._permission in ("notice", "notice_optout")

    def start(self, t_s: float) -> list[Action]:
        """Begin: say the script that the policy asks for, or decide at once that nothing is asked."""
        if self._state is not _State.NEW:
            return []
        return self._say_again(t_s)

    def played(
        self,
        script_key: str,
        *,
        complete: bool,
        t_start_s: float,
        t_end_s: float,
        sha256: str,
        text: RedactedText,
    ) -> list[Action]:
        """Note what was played; only a script played to its end opens the time to answer."""
        if self._state is not _State.PLAYING or script_key != self._script:
            return []
        self._played = Played(
            script=script_key,
            words=text,
            sha256=sha256,
            t_start_ms=_ms(t_start_s),
            t_end_ms=_ms(t_end_s),
            complete=complete,
        )
        if not complete:
            return self._say_again(t_end_s)
        self._state = _State.LISTENING
        if self._permission == "notice":
            return self._decide(Heard.SILENCE, Channel.SILENCE, t_end_s)
        timeout_s = ANSWER_TIMEOUT_S[self._permission]
        self._deadline_s = t_end_s + timeout_s
        return [Listen(timeout_s)]

    def heard(self, text: RedactedText, t_s: float, *, confidence: float | None = None) -> list[Action]:
        """Take what the caller said: the answer if the question has ended, else at most a refusal."""
        if self._state is _State.PLAYING:
            return self.heard_during(text, 0.0, t_s, confidence=confidence)
        if self._state is not _State.LISTENING:
            return []
        return self._decide(_HEARD[self._understood(text)], Channel.SPEECH, t_s, confidence=confidence)

    def heard_during(
        self, text: RedactedText, fraction: float, t_s: float, *, confidence: float | None = None
    ) -> list[Action]:
        """Take speech over the question, FRACTION of it played: a no at once, a yes like key 1."""
        if self._state is not _State.PLAYING:
            return self.heard(text, t_s, confidence=confidence)
        answer = self._understood(text)
        early = self._permission == "notice" or fraction < self._named_at
        if answer is Answer.UNCLEAR or (answer is Answer.YES and early):
            return []
        return self._decide(_HEARD[answer], Channel.SPEECH, t_s, confidence=confidence)

    def pressed(self, digit: str, t_s: float) -> list[Action]:
        """Take a key pressed after the question: 1 is yes, 2 is no, any other key is no answer."""
        if self._state is _State.PLAYING:
            return self.heard_key_during(digit, 0.0, t_s)
        if self._state is not _State.LISTENING or digit not in _KEYPAD:
            return []
        return self._decide(_KEYPAD[digit], Channel.KEYPAD, t_s)

    def heard_key_during(self, digit: str, fraction: float, t_s: float) -> list[Action]:
        """Take a key pressed with FRACTION of the question played: 1 only once recording has been named."""
        if self._state is not _State.PLAYING:
            return self.pressed(digit, t_s)
        answer = _KEYPAD.get(digit)
        if self._permission == "notice" or answer is None:
            return []  # the notice offers no key
        if answer is Heard.YES and fraction < self._named_at:
            return []
        return self._decide(answer, Channel.KEYPAD, t_s)

    def speech_began(self, t_s: float) -> list[Action]:
        """Hold the time-out while the caller speaks."""
        return self._wait_until(t_s, t_s + SPEECH_LIMIT_S)

    def speech_ended(self, t_s: float) -> list[Action]:
        """Wait for the transcript of what was said."""
        return self._wait_until(t_s, t_s + TRANSCRIPT_GRACE_S)

    def timer(self, t_s: float) -> list[Action]:
        """Decide silence once the time to answer is over; a timer that comes early gives a new `Listen`."""
        if self._state is not _State.LISTENING:
            return []
        if t_s < self._deadline_s - 0.0005:
            return [Listen(self._deadline_s - t_s)]
        return self._decide(Heard.SILENCE, Channel.SILENCE, t_s)

    def not_understood(self, t_s: float) -> list[Action]:
        """End the dialogue without an answer: the caller does not speak its language."""
        return [] if self._state is _State.OVER else self._decide(Heard.UNCLEAR, Channel.SPEECH, t_s)

    def hung_up(self, t_s: float) -> list[Action]:
        """End the dialogue: before its question was put nothing was asked, after it silence answers."""
        if self._state is _State.OVER:
            return []
        asked = self._state is _State.LISTENING
        answer, channel = (Heard.SILENCE, Channel.SILENCE) if asked else (Heard.NOT_ASKED, Channel.NONE)
        return self._decide(answer, channel, t_s, hung_up=True)

    def withdraw(self, t_s: float, channel: Channel | str = Channel.SPEECH) -> ConsentEvidence:
        """Give the evidence of a withdrawal, which is allowed at every moment and ends the dialogue."""
        if self._state is _State.PLAYING:
            self._played = self._cut(t_s)
        self._state = _State.OVER
        return self._evidence(Heard.NO, Channel(channel), t_s, withdrawn=True)

    def _say_again(self, t_s: float) -> list[Action]:
        key = self._script
        if key is None:
            return self._decide(Heard.NOT_ASKED, Channel.NONE, t_s)
        if self._plays >= MAX_PLAYS:  # cut each time: whatever was heard of it, it was not fully put
            return self._decide(Heard.SILENCE, Channel.SILENCE, t_s)
        self._plays += 1
        self._state = _State.PLAYING
        self._saying_since_s = t_s
        return [Say(key)]

    def _understood(self, text: RedactedText) -> Answer:
        """A demand to stop recording is a no in any of its wordings."""
        if Intent.WITHDRAWS_RECORDING in understand_intents(text, self._language):
            return Answer.NO
        return understand_answer(text, self._language)

    def _wait_until(self, t_s: float, deadline_s: float) -> list[Action]:
        if self._state is not _State.LISTENING:
            return []
        self._deadline_s = max(t_s, deadline_s)
        return [Listen(self._deadline_s - t_s)]

    def _decide(
        self,
        answer: Heard,
        channel: Channel,
        t_s: float,
        *,
        confidence: float | None = None,
        hung_up: bool = False,
    ) -> list[Action]:
        if self._state is _State.PLAYING:
            self._played = self._cut(t_s)
        self._state = _State.OVER
        return [Decided(self._evidence(answer, channel, t_s, confidence=confidence, hung_up=hung_up))]

    def _evidence(
        self,
        answer: Heard,
        channel: Channel,
        t_s: float,
        *,
        confidence: float | None = None,
        withdrawn: bool = False,
        hung_up: bool = False,
    ) -> ConsentEvidence:
        return ConsentEvidence(
            scope=Scope.RECORDING,
            permission=self._permission,
            answer=answer,
            channel=channel,
            t_ms=_ms(t_s),
            language=self._language,
            policy_hash=self._policy_hash,
            purpose=self._purpose,
            announce_in_recording=self._announce,
            played=self._played,
            confidence_permille=None if confidence is None else round(confidence * 1000),
            withdrawn=withdrawn,
            hung_up=hung_up,
        )

    def _cut(self, t_s: float) -> Played:
        """Describe the script that the answer came in the middle of."""
        return Played(
            script=self._script or "",
            words=self._question,
            sha256=self._question_sha256,
            t_start_ms=_ms(self._saying_since_s),
            t_end_ms=_ms(t_s),
            complete=False,
        )


def _ms(t_s: float) -> int:
    return round(t_s * 1000)


def decision_in(actions: Sequence[Action]) -> ConsentEvidence | None:
    """Return the evidence among ACTIONS, if the dialogue has just been decided."""
    return next((action.evidence for action in actions if isinstance(action, Decided)), None)
