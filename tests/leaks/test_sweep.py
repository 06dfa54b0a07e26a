"""Nothing that a caller, a tool, a model or a keypad gives away is in any place that outlives the call."""

import pytest
from livekit.agents import APIStatusError, llm

from tests.leaks.canaries import KINDS, PATHS, Canary, canaries, canary
from tests.leaks.plugins import FAILING, Failing
from tests.leaks.search import hits_in_text
from tests.leaks.swept_call import AGREES, Sweep, SweptCall


def assert_clean(call: SweptCall, *planted: Canary) -> None:
    """Every canary was planted, and none is found."""
    unplanted = [one for one in planted if not list(hits_in_text("the scenario", call.planted, [one]))]
    assert unplanted == []
    assert call.hits(*planted) == []


def pieces_of(call: SweptCall, *pieces: str) -> list[str]:
    """Sinks that hold one of PIECES, each a part of a value that is too short to be searched as one."""
    return [sink for sink, texts in call.sinks.texts.items() for piece in pieces if piece in " ".join(texts)]


def test_what_the_caller_says_in_digits_is_in_no_sink(sweep: Sweep) -> None:
    planted = list(canaries("typed"))
    call = sweep(*({"say": one.sentence} for one in planted))
    assert_clean(call, *planted)


def test_what_the_caller_says_in_words_is_in_no_sink(sweep: Sweep) -> None:
    planted = list(canaries("spoken"))
    call = sweep(*({"say": one.spoken_sentence} for one in planted))
    assert_clean(call, *planted)


def test_what_is_split_over_final_transcripts_is_in_no_sink(sweep: Sweep) -> None:
    planted = list(canaries("split"))
    call = sweep(*({"say": list(one.in_pieces)} for one in planted))
    assert_clean(call, *planted)


def test_what_only_an_interim_transcript_held_is_in_no_sink(sweep: Sweep) -> None:
    planted = list(canaries("interim"))
    call = sweep(*({"interim": one.sentence, "say": "never mind"} for one in planted))
    assert_clean(call, *planted)


def test_what_a_tool_returns_is_in_no_sink(sweep: Sweep) -> None:
    by_kind = {kind: canary("tool result", kind) for kind in KINDS}
    notes = " ".join(one.sentence + "." for one in by_kind.values())
    call = sweep(
        {"say": "what do you have of me"},
        model=[{"say": "Let me look.", "call": {"tool": "look_up"}}, {"say": "All is well."}],
        tool={
            "name": by_kind["name"].value,
            "date_of_birth": by_kind["birth"].value,
            "phone": by_kind["phone"].value,
            "email": by_kind["e-mail"].value,
            "ssn": by_kind["ssn"].value,
            "iban": by_kind["iban"].value,
            "card": int(by_kind["card"].value),
            "card_number": by_kind["card"].value,
            "security_code": by_kind["code"].value,
            "cvv": int(by_kind["code"].value),
            "notes": [notes, {"again": notes}],
        },
    )
    assert call.events.count("tool.called") == 1
    assert_clean(call, *by_kind.values())


def test_what_the_model_says_is_in_no_sink_and_not_spoken(sweep: Sweep) -> None:
    planted = list(canaries("model output"))
    say = [{"say": f"I see it here. {one.sentence}. Is that right?"} for one in planted]
    call = sweep(*({"say": "and now"} for _ in planted), model=say)
    assert_clean(call, *planted)


def test_what_the_model_writes_into_a_tool_call_is_in_no_sink_and_not_in_the_tool(sweep: Sweep) -> None:
    planted = list(canaries("tool arguments"))
    arguments = {f"text_{n}": one.sentence for n, one in enumerate(planted)}
    more = {"name": "x", "list": [one.sentence for one in planted], "deep": {"er": dict(arguments)}}
    call = sweep(
        {"say": "note all that"},
        model=[{"say": "", "call": {"tool": "look_up", "args": arguments | more}}, {"say": "Done."}],
        tool={"status": "done"},
    )
    assert len(call.sinks.texts["tools"]) == 1
    assert_clean(call, *planted)


def test_what_is_keyed_is_in_no_sink(sweep: Sweep) -> None:
    card, code, ssn = canaries("keypad", "card", "code", "ssn")
    expiry = Canary("keypad", "expiry", "1133", "one one three three", ())
    account = Canary("keypad", "account", "9147538613", "", ("9147538", "1475386", "4753861", "7538613"))
    ssn_keys = ssn.value.replace("-", "")
    call = sweep(
        {"press": f"{account.value}#"},
        {"say": "I want to pay my bill"},
        {"wait_for": "card number"},
        {"press": f"{ssn_keys}*{card.value}#"},
        {"press": f"{expiry.value}#"},
        {"press": f"{code.value}#"},
        {"wait_for": "is paid"},
        model=None,
    )
    assert call.document["payment"]["status"] == "charged"
    assert_clean(call, card, code, expiry, ssn, account)


def test_the_callers_number_is_in_no_sink_also_when_it_is_spoken(sweep: Sweep) -> None:
    phone = canary("caller number", "phone")
    call = sweep(
        {"say": f"yes it is {phone.spoken} as you see"},
        {"say": f"you see {phone.value} there"},
        number=f"+1{phone.value}",
        opening=[{"wait_for": "How can I help you?"}],
    )
    assert_clean(call, phone)


ERROR_TEXT = " ".join(one.sentence + "." for one in canaries("tool exception"))


@pytest.mark.parametrize("kind", [ValueError, llm.ToolError])
def test_the_text_of_a_tools_exception_is_in_no_sink(kind: type[Exception], sweep: Sweep) -> None:
    call = sweep(
        {"say": "what do you have of me"},
        model=[{"say": "Let me look.", "call": {"tool": "look_up"}}, {"say": "It does not work."}],
        tool=kind(ERROR_TEXT),
    )
    assert_clean(call, *canaries("tool exception"))


@pytest.mark.parametrize("provider", FAILING)
def test_the_text_of_a_providers_exception_is_in_no_sink(provider: Failing, sweep: Sweep) -> None:
    text = " ".join(one.sentence + "." for one in canaries("provider exception"))
    call = sweep(
        {"silence_s": 20},
        {"say": "what do you have of me"} if provider.startswith("llm") else {"silence_s": 1},
        {"silence_s": 20},
        failing=provider,
        error=APIStatusError(text, status_code=400, body={"prompt": text}, retryable=False),
        opening=AGREES if provider.startswith("llm") else [],
        unfinished=True,
    )
    assert "error" in repr(sorted(call.sinks.texts))
    assert_clean(call, *canaries("provider exception"))


def test_a_turn_that_was_withheld_is_in_no_sink(sweep: Sweep) -> None:
    planted = list(canaries("typed"))
    call = sweep(
        {"say": " and ".join(one.sentence for one in planted)},
        {"wait_for": "again"},
        faults=[{"redaction": "fails", "at_turn": 1}],
    )
    assert "turn.withheld" in call.events
    assert_clean(call, *planted)


def test_what_is_said_while_a_card_is_keyed_is_in_no_sink(sweep: Sweep) -> None:
    planted = list(canaries("card entry"))
    call = sweep(
        {"say": "I want to pay my bill"},
        {"wait_for": "card number"},
        *({"say": one.spoken_sentence, "at_once": True} for one in planted),
        {"press": "4242424242424242#"},
        {"press": "1230#"},
        {"press": "123#"},
        {"wait_for": "is paid"},
        model=None,
    )
    assert call.document["payment"]["status"] == "charged"
    assert_clean(call, *planted)


def test_a_number_dictated_over_two_turns_is_in_no_sink(sweep: Sweep) -> None:
    phone = canary("split", "phone")
    words = phone.spoken.split()
    call = sweep(
        {"say": ["my number is " + " ".join(words[:3]), " ".join(words[3:5])]},
        {"say": " ".join(words[5:])},
    )
    assert call.events.count("turn.caller") == 2
    assert call.hits(phone) == []
    assert pieces_of(call, " ".join(words[:5]), " ".join(words[5:])) == []


def test_a_card_dictated_over_two_turns_is_in_no_sink(sweep: Sweep) -> None:
    card = canary("split", "card")
    words = card.spoken.split()
    call = sweep({"say": "take my card " + " ".join(words[:8])}, {"say": " ".join(words[8:])})
    assert "card.spoken" in call.events
    assert call.hits(card) == []
    assert pieces_of(call, " ".join(words[:8]), " ".join(words[8:])) == []


def test_every_kind_is_planted_on_every_path_and_no_two_are_alike() -> None:
    all_of_them = [canary(path, kind) for path in PATHS for kind in KINDS]
    assert len({one.value for one in all_of_them}) == len(all_of_them)
