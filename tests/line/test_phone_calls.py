"""The agent on a telephone: every scenario of the laptop line, dialled at once by phones made of raw datagrams."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from policies import load_policies
from secure_agent.simulation.sinks import Sinks
from tests.line.phone_calls import PhoneCall, Script, hold_all, likeness, spoken, words
from tests.line.raw_caller import Message, offer

CARD = "4012888888881881"
PERSON = "sip:person@127.0.0.1:5099"


async def pays(call: PhoneCall) -> None:
    await call.until_asked()
    await call.caller.press("1")
    await call.until_open()
    await call.caller.press("1")
    await call.until_said("You owe")
    await call.caller.press("3")
    await call.until_asked_for_a_card()
    await call.caller.press("401*" + CARD + "#")
    await enter(call, "1231#")
    await enter(call, "739#")
    await call.until_said("is paid")
    await call.caller.bye()


async def enter(call: PhoneCall, keys: str) -> None:
    await asyncio.sleep(0.3)
    await call.until_asked()
    await call.caller.press(keys)


async def refuses_and_wants_a_person_who_is_not_there(call: PhoneCall) -> None:
    call.caller.on_refer = lambda refer: call.caller.reply(refer, 603)
    await call.until_asked()
    await call.caller.press("2")
    await call.until_open()
    await call.caller.press("0")
    await call.caller.asked("BYE", within_s=30)


async def is_handed_over(call: PhoneCall) -> None:
    def on_refer(refer: Message) -> None:
        call.caller.reply(refer, 202)
        call.caller.notify("SIP/2.0 200 OK", state="terminated;reason=noresource")

    call.caller.on_refer = on_refer
    await call.until_said("AI assistant")
    await call.caller.press("0")
    await call.caller.asked("BYE", within_s=30)


async def talks(call: PhoneCall) -> None:
    """To a line where nobody understands speech, and the words it chooses sound like a yes to some."""
    await call.until_asked()
    await call.caller.press("2")
    await call.until_open()
    await call.until_said("To pay by card")
    frames = iter(await words("Yes, I agree. What do I owe you?"))
    call.caller.tone = lambda _: next(frames, b"\xff" * 160)
    await call.until_said("can't understand speech")
    await call.caller.bye()


async def no_keys(call: PhoneCall) -> None:
    call.caller.on_refer = lambda refer: call.caller.reply(refer, 603)
    await call.caller.asked("BYE", within_s=40)


async def holds(call: PhoneCall) -> None:
    await call.until_said("AI assistant")
    await call.caller.in_dialog("INVITE", body=offer(call.caller.rtp_port, direction="sendonly"))
    await asyncio.sleep(1.0)
    await call.caller.in_dialog("INVITE", body=offer(call.caller.rtp_port))
    await call.until_said("speak to a person")
    await call.caller.bye()


async def vanishes(call: PhoneCall) -> None:
    await call.until_said("AI assistant")
    call.caller.tone = None
    call.caller.mute = True
    await call.caller.asked("BYE", within_s=30)


async def hangs_up_in_the_middle_of_a_card(call: PhoneCall) -> None:
    await call.until_asked()
    await call.caller.press("2")
    await call.until_open()
    await call.caller.press("3")
    await call.until_asked_for_a_card()
    await call.caller.press(CARD[:9])
    await call.caller.bye()


SCRIPTS: dict[str, Script] = {
    "pays": pays,
    "refuses": refuses_and_wants_a_person_who_is_not_there,
    "handed_over": is_handed_over,
    "talks": talks,
    "no_keys": no_keys,
    "holds": holds,
    "vanishes": vanishes,
    "hangs_up": hangs_up_in_the_middle_of_a_card,
}

Held = tuple[dict[str, PhoneCall], Sinks]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """All calls at once, in real time: some thirty seconds."""
    data_dir: Path = tmp_path_factory.mktemp("phone")
    yield hold_all(data_dir, SCRIPTS, person=PERSON, media_timeout_s=4.0)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_call_comes_to_its_end(held: Held, name: str) -> None:
    assert held[0][name].wrong == "", held[0][name].events


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_disclosure_is_the_first_sound_and_begins_within_five_seconds_of_the_answer(
    held: Held, name: str
) -> None:
    call = held[0][name]
    first_s = call.caller.first_sound_s()
    assert first_s is not None
    assert first_s - call.answered_s < 5.0
    sentence = load_policies().scripts.render("en", "ai", company="Example Energy").text
    expected = asyncio.run(spoken(sentence))
    heard = call.caller.heard()
    assert likeness(heard[: len(expected) + 3_200], expected) > 0.9


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_evidence_of_every_call_is_whole_and_verified(held: Held, name: str) -> None:
    assert held[0][name].document["verified"]["code"] in (0, 3)
    assert held[0][name].events[-1] == "segment.close"


def test_key_1_is_consent_and_only_then_is_anything_recorded(held: Held) -> None:
    events = held[0]["pays"].events
    assert events.index("consent.decided") < events.index("recording.started")
    assert held[0]["pays"].document["recording"]["state"] != "never"


def test_key_2_is_a_refusal_and_nothing_is_recorded(held: Held) -> None:
    assert "recording.started" not in held[0]["refuses"].events
    assert held[0]["refuses"].document["recording"]["state"] == "never"


def test_the_balance_is_told_and_the_card_is_charged_by_keys_alone(held: Held) -> None:
    document = held[0]["pays"].document
    assert "You owe 42 dollars" in held[0]["pays"].agent_said
    assert document["payment"]["status"] == "charged"
    assert document["payment"]["last4"] == CARD[-4:]


def test_no_digit_of_a_card_is_in_anything_that_is_kept_logged_or_traced(held: Held) -> None:
    _, sinks = held
    assert list(sinks.search({"card": CARD, "half": CARD[:9]})) == []
    assert sinks.texts.get("log"), "nothing was watched"


def test_the_recorder_pauses_while_the_card_is_keyed(held: Held) -> None:
    events = held[0]["pays"].events
    paused, started = events.index("recording.paused"), events.index("payment.started")
    assert paused < started < events.index("payment.charged") < events.index("recording.resumed")


def test_a_caller_who_hangs_up_in_the_middle_of_a_card_has_paid_nothing(held: Held) -> None:
    call = held[0]["hangs_up"]
    assert call.document["outcome"] == "caller_hung_up"
    assert call.document["payment"]["status"] == "abandoned"


def test_a_call_that_nobody_else_takes_is_ended_by_the_agent_after_it_said_so(held: Held) -> None:
    call = held[0]["refuses"]
    assert "nobody is free" in call.agent_said
    assert call.document["outcome"] == "completed"
    assert "handover.done" not in call.events


def test_a_transfer_that_somebody_answers_is_done(held: Held) -> None:
    call = held[0]["handed_over"]
    assert call.document["outcome"] == "handed_over"
    assert "handover.done" in call.events
    assert next(m for m in call.caller.inbox if m.method == "REFER").get("refer-to") == f"<{PERSON}>"


def test_speech_is_unclear_and_is_answered_with_the_keys(held: Held) -> None:
    call = held[0]["talks"]
    turns = [turn for turn in call.document["turns"] if turn["role"] == "caller"]
    assert turns
    assert {turn["text"].replace("(...)", "").strip() for turn in turns} == {""}
    assert "model.called" not in call.events


def test_silence_at_the_question_is_no_consent(held: Held) -> None:
    assert "recording.started" not in held[0]["no_keys"].events


def test_a_phone_whose_keys_cannot_arrive_is_told_so_and_gets_a_person(held: Held) -> None:
    call = held[0]["no_keys"]
    assert "keys of your phone don't reach me" in call.agent_said
    assert "handover.requested" in call.events


def test_hold_and_resume_are_on_record(held: Held) -> None:
    events = held[0]["holds"].events
    assert events.index("line.held") < events.index("line.resumed")


def test_what_is_said_during_a_hold_is_heard_after_it(held: Held) -> None:
    sentence = next(t for t in held[0]["holds"].document["turns"] if "speak to a person" in t["text"])
    assert not sentence["interrupted"]


def test_a_caller_who_vanishes_is_hung_up_and_the_evidence_is_whole(held: Held) -> None:
    assert held[0]["vanishes"].document["outcome"] == "caller_hung_up"


def test_calls_at_once_do_not_mix(held: Held) -> None:
    ids = {call.document["call_id"] for call in held[0].values()}
    assert len(ids) == len(SCRIPTS)
    charged = [name for name, call in held[0].items() if "payment.charged" in call.events]
    assert charged == ["pays"]
