"""The consent dialogue: what it says, how long it listens, what it decides and can prove afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import (
    Action,
    Channel,
    ConsentDialog,
    ConsentEvidence,
    Decided,
    Heard,
    Listen,
    Say,
    Scope,
    UnknownPermissionError,
    decision_in,
    recording_named_at,
)
from policies.text import RedactedText

HASH = "ab" * 32
QUESTION = RedactedText(
    "May we record this call for quality? To agree, say 'yes' or press 1. If you say nothing, we will not."
)
PERMISSIONS = ["none", "notice", "notice_optout", "express_optin", "forbidden"]
SCRIPT = {"notice": "rec_notice", "notice_optout": "rec_optout", "express_optin": "rec_optin"}


def dialog(permission: str, language: str = "en") -> ConsentDialog:
    return ConsentDialog(
        permission=permission,
        policy_hash=HASH,
        language=language,
        announce_in_recording=True,
        purpose="quality",
        question=QUESTION,
        question_sha256="cd" * 32,
    )


def played(subject: ConsentDialog, permission: str, *, complete: bool = True) -> list[Action]:
    return subject.played(
        SCRIPT[permission],
        complete=complete,
        t_start_s=5.0,
        t_end_s=12.0,
        sha256="cd" * 32,
        text=QUESTION,
    )


def asked(permission: str, language: str = "en") -> ConsentDialog:
    """Return a dialogue whose question has been played to its end at 12 s."""
    subject = dialog(permission, language)
    assert subject.start(4.9) == [Say(SCRIPT[permission])]
    played(subject, permission)
    return subject


def evidence(actions: list[Action]) -> ConsentEvidence:
    found = decision_in(actions)
    assert found is not None
    return found


@pytest.mark.parametrize("permission", ["none", "forbidden"])
def test_where_nothing_is_asked_the_dialogue_is_decided_at_once(permission: str) -> None:
    subject = dialog(permission)
    decided = evidence(subject.start(1.0))
    assert (decided.answer, decided.channel, decided.played) == (Heard.NOT_ASKED, Channel.NONE, None)
    assert subject.over


def test_a_notice_played_to_its_end_is_decided_without_waiting() -> None:
    subject = dialog("notice")
    assert subject.start(4.9) == [Say("rec_notice")]
    decided = evidence(played(subject, "notice"))
    assert (decided.answer, decided.channel) == (Heard.SILENCE, Channel.SILENCE)
    assert decided.played is not None
    assert decided.played.complete
    assert decided.t_ms == 12_000


def test_a_notice_that_was_cut_is_said_once_more_and_then_counts_as_not_heard() -> None:
    subject = dialog("notice")
    subject.start(4.9)
    assert played(subject, "notice", complete=False) == [Say("rec_notice")]
    decided = evidence(played(subject, "notice", complete=False))
    assert decided.answer is Heard.SILENCE
    assert decided.played is not None
    assert not decided.played.complete


@pytest.mark.parametrize(("permission", "timeout_s"), [("express_optin", 4.0), ("notice_optout", 2.0)])
def test_silence_is_decided_after_the_time_of_the_law_counted_from_the_end_of_the_question(
    permission: str, timeout_s: float
) -> None:
    subject = dialog(permission)
    subject.start(4.9)
    assert played(subject, permission) == [Listen(timeout_s)]
    assert subject.timer(12.0 + timeout_s - 1.0) == [Listen(1.0)]
    decided = evidence(subject.timer(12.0 + timeout_s))
    assert (decided.answer, decided.channel) == (Heard.SILENCE, Channel.SILENCE)


@pytest.mark.parametrize("permission", ["express_optin", "notice_optout"])
@pytest.mark.parametrize(
    ("said", "answer"),
    [
        pytest.param("yes please", Heard.YES, id="yes"),
        pytest.param("no", Heard.NO, id="no"),
        pytest.param("yes but don't record", Heard.NO, id="yes but"),
        pytest.param("please stop recording", Heard.NO, id="withdrawal as an answer"),
        pytest.param("I want to pay my bill", Heard.UNCLEAR, id="something else"),
    ],
)
def test_what_is_heard_after_the_question_decides_at_once(permission: str, said: str, answer: Heard) -> None:
    decided = evidence(asked(permission).heard(RedactedText(said), 13.2, confidence=0.914))
    assert (decided.answer, decided.channel, decided.confidence_permille) == (answer, Channel.SPEECH, 914)


@pytest.mark.parametrize(("digit", "answer"), [("1", Heard.YES), ("2", Heard.NO)])
def test_the_keys_one_and_two_answer(digit: str, answer: Heard) -> None:
    decided = evidence(asked("express_optin").pressed(digit, 13.0))
    assert (decided.answer, decided.channel) == (answer, Channel.KEYPAD)


@pytest.mark.parametrize("digit", list("034567890*#"))
def test_another_key_is_no_answer(digit: str) -> None:
    assert asked("express_optin").pressed(digit, 13.0) == []


def test_key_one_counts_during_the_question_only_once_recording_has_been_named() -> None:
    named_at = recording_named_at("en", QUESTION)
    subject = dialog("express_optin")
    subject.start(4.9)
    assert subject.heard_key_during("1", named_at - 0.01, 5.1) == []
    decided = evidence(subject.heard_key_during("1", named_at, 6.0))
    assert decided.answer is Heard.YES
    assert decided.played is not None
    assert (decided.played.words, decided.played.complete) == (QUESTION, False)
    assert (decided.played.t_start_ms, decided.played.t_end_ms) == (4_900, 6_000)


def test_key_two_and_a_spoken_no_count_at_every_moment() -> None:
    for permission in ("express_optin", "notice_optout"):
        by_key, by_voice = dialog(permission), dialog(permission)
        by_key.start(4.9)
        by_voice.start(4.9)
        assert evidence(by_key.heard_key_during("2", 0.0, 5.0)).answer is Heard.NO
        assert evidence(by_voice.heard_during(RedactedText("no"), 0.0, 5.0)).answer is Heard.NO


def test_a_spoken_yes_before_recording_is_named_and_words_over_the_question_are_no_answer() -> None:
    subject = dialog("express_optin")
    subject.start(4.9)
    assert subject.heard(RedactedText("yes"), 5.0) == []
    assert subject.heard_during(RedactedText("hello can you hear me"), 0.8, 6.0) == []
    assert evidence(subject.heard_during(RedactedText("yes"), 0.8, 7.0)).answer is Heard.YES


def test_a_notice_offers_no_key_and_takes_no_yes_but_a_no() -> None:
    subject = dialog("notice")
    subject.start(4.9)
    assert subject.heard_key_during("1", 1.0, 5.0) == []
    assert subject.heard_key_during("2", 1.0, 5.0) == []
    assert subject.heard_during(RedactedText("yes"), 1.0, 5.0) == []
    assert evidence(subject.heard_during(RedactedText("don't record this"), 0.5, 5.0)).answer is Heard.NO


def test_the_time_out_waits_for_speech_that_has_begun_and_for_its_transcript() -> None:
    subject = asked("express_optin")
    assert subject.speech_began(15.5) == [Listen(10.0)]
    assert subject.timer(16.0) == [Listen(9.5)]
    assert subject.speech_ended(17.0) == [Listen(2.0)]
    assert evidence(subject.heard(RedactedText("yes"), 17.4)).answer is Heard.YES


def test_speech_without_a_transcript_ends_as_silence() -> None:
    subject = asked("express_optin")
    subject.speech_began(15.5)
    subject.speech_ended(17.0)
    assert evidence(subject.timer(19.0)).answer is Heard.SILENCE


def test_a_hang_up_before_the_question_was_put_means_nothing_was_asked() -> None:
    subject = dialog("express_optin")
    subject.start(4.9)
    decided = evidence(subject.hung_up(6.0))
    assert (decided.answer, decided.channel, decided.hung_up) == (Heard.NOT_ASKED, Channel.NONE, True)


def test_a_hang_up_after_the_question_is_silence() -> None:
    decided = evidence(asked("notice_optout").hung_up(12.5))
    assert (decided.answer, decided.hung_up) == (Heard.SILENCE, True)


def test_a_withdrawal_is_evidence_at_every_moment() -> None:
    subject = asked("notice_optout")
    subject.timer(14.0)
    withdrawn = subject.withdraw(40.0, "keypad")
    assert (withdrawn.answer, withdrawn.channel, withdrawn.withdrawn) == (Heard.NO, Channel.KEYPAD, True)
    before = dialog("express_optin")
    before.start(0.0)
    assert before.withdraw(1.0).withdrawn
    assert before.over


def test_a_permission_that_does_not_exist_opens_no_dialogue() -> None:
    with pytest.raises(UnknownPermissionError):
        dialog("implied")


def test_evidence_becomes_a_body_of_strings_integers_booleans_and_null() -> None:
    body = evidence(asked("express_optin").pressed("1", 13.0417)).as_body()
    assert body == {
        "v": 1,
        "scope": Scope.RECORDING,
        "purpose": "quality",
        "permission": "express_optin",
        "answer": "yes",
        "channel": "keypad",
        "t_ms": 13_042,
        "confidence_permille": None,
        "language": "en",
        "policy": HASH,
        "announce_in_recording": True,
        "withdrawn": False,
        "hung_up": False,
        "script": "rec_optin",
        "words": QUESTION,
        "sha256": "cd" * 32,
        "t_start_ms": 5_000,
        "t_end_ms": 12_000,
        "complete": True,
    }
    assert all(value is None or type(value) in {str, int, bool} for value in body.values())


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "it", "pt", "pt-br", "nl", "pl"])
def test_without_the_text_the_place_of_the_word_is_at_least_as_late(language: str) -> None:
    assert 0.1 < recording_named_at(language) < 0.6
    assert recording_named_at("ja") == 1.0
    assert recording_named_at(language, RedactedText("nothing of the kind")) == 1.0


EVENTS = st.one_of(
    st.tuples(st.just("played"), st.booleans()),
    st.tuples(
        st.just("heard"), st.sampled_from(["yes", "no", "hm", "yes but don't record", "stop recording"])
    ),
    st.tuples(st.just("pressed"), st.sampled_from("0129#")),
    st.tuples(st.just("during"), st.floats(0, 1)),
    st.tuples(st.just("timer"), st.floats(0, 5)),
    st.tuples(st.just("began"), st.none()),
    st.tuples(st.just("hung_up"), st.none()),
)


@given(st.sampled_from(PERMISSIONS), st.lists(EVENTS, max_size=12))
def test_any_order_of_events_decides_at_most_once_and_records_only_on_a_real_answer(
    permission: str, events: list[tuple[str, object]]
) -> None:
    subject = dialog(permission)
    decisions = [action for action in subject.start(0.0) if isinstance(action, Decided)]
    t_s = 0.0
    yes_said = False
    for name, value in events:
        t_s += 1.0
        actions: list[Action] = []
        match name, value:
            case "played", bool(complete) if permission in SCRIPT:
                actions = played(subject, permission, complete=complete)
            case "heard", str(said):
                yes_said |= said == "yes"
                actions = subject.heard(RedactedText(said), t_s)
            case "pressed", str(digit):
                yes_said |= digit == "1"
                actions = subject.pressed(digit, t_s)
            case "during", float(fraction):
                yes_said = True
                actions = subject.heard_key_during("1", fraction, t_s)
            case "timer", float(later_s):
                actions = subject.timer(t_s + later_s)
            case "began", _:
                actions = subject.speech_began(t_s)
            case "hung_up", _:
                actions = subject.hung_up(t_s)
            case _:
                pass
        decisions += [action for action in actions if isinstance(action, Decided)]
    assert len(decisions) <= 1
    assert subject.over == (len(decisions) == 1)
    for decided in decisions:
        assert decided.evidence.answer is not Heard.YES or (yes_said and permission in SCRIPT)
        if permission in {"none", "forbidden"}:
            assert decided.evidence.answer is Heard.NOT_ASKED
