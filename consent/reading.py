"""Read evidence back from a body of the audit log: the inverse of `as_body`, and strict."""

from collections.abc import Mapping
from typing import Any

from consent.errors import EvidenceUnreadableError
from consent.evidence import BODY_VERSION, Channel, ConsentEvidence, Heard, Played
from consent.scopes import Scope
from policies.text import RedactedText


def evidence_of(body: Mapping[str, Any]) -> ConsentEvidence:
    """The evidence that BODY holds; EvidenceUnreadableError for anything but what `as_body` makes."""
    try:
        found = _evidence(body)
    except (KeyError, ValueError, TypeError):
        raise EvidenceUnreadableError("a body on record is no evidence of consent") from None
    if found.as_body() != dict(body):
        raise EvidenceUnreadableError("a body on record is not as this version writes evidence of consent")
    return found


def _evidence(body: Mapping[str, Any]) -> ConsentEvidence:
    if body["v"] != BODY_VERSION:
        raise EvidenceUnreadableError("a body on record is evidence of consent of an unknown version")
    return ConsentEvidence(
        scope=Scope(body["scope"]),
        purpose=_text(body["purpose"]),
        permission=_text(body["permission"]),
        answer=Heard(body["answer"]),
        channel=Channel(body["channel"]),
        t_ms=_whole(body["t_ms"]),
        confidence_permille=None
        if body["confidence_permille"] is None
        else _whole(body["confidence_permille"]),
        language=_text(body["language"]),
        policy_hash=_text(body["policy"]),
        announce_in_recording=_flag(body["announce_in_recording"]),
        withdrawn=_flag(body["withdrawn"]),
        hung_up=_flag(body["hung_up"]),
        played=None if body["script"] is None else _played(body),
    )


def _played(body: Mapping[str, Any]) -> Played:
    return Played(
        script=_text(body["script"]),
        words=None if body["words"] is None else _redacted(body["words"]),
        sha256=_text(body["sha256"]),
        t_start_ms=_whole(body["t_start_ms"]),
        t_end_ms=_whole(body["t_end_ms"]),
        complete=_flag(body["complete"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _redacted(words: Any) -> RedactedText:
    """Only redacted text was ever written: the log holds no other."""
    _text(words)
    found: RedactedText = words
    return found


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value
