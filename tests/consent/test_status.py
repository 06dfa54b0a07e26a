"""What holds now, folded from the evidence of a call: a withdrawal wins, and only answers grant."""

from collections.abc import Sequence
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from consent import Channel, ConsentEvidence, ConsentStatus, Heard, Played, Scope, fold
from policies.text import RedactedText

MAY_RECORD = {ConsentStatus.GRANTED, ConsentStatus.NOTICED}


def item(
    answer: Heard,
    t_ms: int = 0,
    *,
    permission: str = "express_optin",
    complete: bool = True,
    withdrawn: bool = False,
    scope: Scope = Scope.RECORDING,
) -> ConsentEvidence:
    return ConsentEvidence(
        scope=scope,
        permission=permission,
        answer=answer,
        channel=Channel.SPEECH,
        t_ms=t_ms,
        language="en",
        policy_hash="00" * 32,
        played=Played(
            script="rec_optin",
            words=RedactedText("May we record?"),
            sha256="11" * 32,
            t_start_ms=0,
            t_end_ms=1,
            complete=complete,
        ),
        withdrawn=withdrawn,
    )


EVIDENCE = st.builds(
    item,
    st.sampled_from(Heard),
    st.integers(0, 100),
    permission=st.sampled_from(["none", "notice", "notice_optout", "express_optin", "forbidden"]),
    complete=st.booleans(),
    withdrawn=st.booleans(),
    scope=st.sampled_from([Scope.RECORDING, Scope.PAYMENT]),
)


def test_without_evidence_nothing_was_asked() -> None:
    assert fold([]) is ConsentStatus.NOT_ASKED


def test_a_yes_grants_and_a_later_no_refuses() -> None:
    assert fold([item(Heard.YES, 1)]) is ConsentStatus.GRANTED
    assert fold([item(Heard.NO, 2), item(Heard.YES, 1)]) is ConsentStatus.REFUSED


def test_silence_stands_for_a_notice_played_to_its_end_and_for_no_question() -> None:
    assert fold([item(Heard.SILENCE, permission="notice")]) is ConsentStatus.NOTICED
    assert fold([item(Heard.SILENCE, permission="notice", complete=False)]) is ConsentStatus.REFUSED
    assert fold([item(Heard.SILENCE, permission="express_optin")]) is ConsentStatus.REFUSED


def test_unclear_is_never_a_grant() -> None:
    for permission in ("notice", "notice_optout", "express_optin"):
        assert fold([item(Heard.UNCLEAR, permission=permission)]) is ConsentStatus.REFUSED


def test_a_stricter_question_put_later_replaces_the_notice() -> None:
    notice = item(Heard.SILENCE, 1, permission="notice")
    assert fold([notice, item(Heard.SILENCE, 9, permission="express_optin")]) is ConsentStatus.REFUSED


def test_scopes_do_not_cover_each_other() -> None:
    assert fold([item(Heard.YES, scope=Scope.PAYMENT)]) is ConsentStatus.NOT_ASKED
    assert fold([item(Heard.YES, scope=Scope.PAYMENT)], Scope.PAYMENT) is ConsentStatus.GRANTED


@given(st.lists(EVIDENCE, max_size=6))
def test_a_withdrawal_wins_whatever_comes_before_or_after(evidence: Sequence[ConsentEvidence]) -> None:
    withdrawal = item(Heard.NO, 50, withdrawn=True)
    assert fold([*evidence, withdrawal]) is ConsentStatus.WITHDRAWN


@given(st.lists(EVIDENCE, max_size=4))
def test_the_order_in_which_evidence_is_read_does_not_matter(evidence: list[ConsentEvidence]) -> None:
    assert len({fold(order) for order in permutations(evidence)}) == 1


@given(st.lists(EVIDENCE, max_size=6))
def test_nothing_but_a_yes_or_a_complete_notice_lets_anything_be_recorded(
    evidence: list[ConsentEvidence],
) -> None:
    if fold(evidence) in MAY_RECORD:
        assert any(
            entry.answer is Heard.YES
            or (entry.answer is Heard.SILENCE and entry.permission != "express_optin")
            for entry in evidence
        )
