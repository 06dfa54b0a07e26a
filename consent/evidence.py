"""How we know what a party agreed to: the words played, the answer, its channel, the times and the policy."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consent.scopes import Scope
from policies.text import RedactedText

#: Version of the evidence body; a reader refuses what it does not know.
BODY_VERSION: Final = 1


class Heard(StrEnum):
    """What counts as the party's answer. `unclear` and `silence` are kept apart: neither is ever a yes."""

    YES = "yes"
    NO = "no"
    SILENCE = "silence"
    UNCLEAR = "unclear"
    NOT_ASKED = "not_asked"


class Channel(StrEnum):
    """The way by which the answer came."""

    SPEECH = "speech"
    KEYPAD = "keypad"
    SILENCE = "silence"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A fixed script as it was played: words, hash, times, and whether to its end."""

    script: str
    words: (
        RedactedText | None
    )  # not known when the answer came over the question and nobody said what was playing
    sha256: str
    t_start_ms: int
    t_end_ms: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvidence:
    """One question put, or not put, to a party and what came of it; a withdrawal is evidence as well."""

    scope: Scope
    permission: str
    answer: Heard
    channel: Channel
    t_ms: int
    language: str
    policy_hash: str
    purpose: str = ""
    announce_in_recording: bool = False
    played: Played | None = None
    confidence_permille: int | None = None
    withdrawn: bool = False
    hung_up: bool = False

    def as_body(self) -> dict[str, str | int | bool | None]:
        """Return the values of an audit body: strings, integers, booleans and null; no floats."""
        played = self.played
        return {
            "v": BODY_VERSION,
            "scope": str(self.scope),
            "purpose": self.purpose,
            "permission": self.permission,
            "answer": str(self.answer),
            "channel": str(self.channel),
            "t_ms": self.t_ms,
            "confidence_permille": self.confidence_permille,
            "language": self.language,
            "policy": self.policy_hash,
            "announce_in_recording": self.announce_in_recording,
            "withdrawn": self.withdrawn,
            "hung_up": self.hung_up,
            "script": played.script if played else None,
            "words": played.words if played else None,
            "sha256": played.sha256 if played else None,
            "t_start_ms": played.t_start_ms if played else None,
            "t_end_ms": played.t_end_ms if played else None,
            "complete": played.complete if played else False,
        }
