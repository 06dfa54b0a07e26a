"""What a phone may ask of the laptop line, once, twice, or in the wrong way: real datagrams, no phone of anybody's."""

import asyncio

import pytest

from secure_agent.telephony.sip.wire import Timers
from tests.line.answering import answering_line, wait_until
from tests.line.at_once import AtOnce
from tests.line.raw_caller import RawCaller, offer, raw_caller

#: Nobody is waited for longer than 1.3 s.
HASTY = Timers(t1_s=0.02, t2_s=0.1)

in_real_time = AtOnce()


def finals(caller: RawCaller, method: str) -> list[str]:
    return [m.start for m in caller.inbox if m.status >= 200 and m.get("cseq").endswith(method)]


async def test_an_invite_that_arrives_three_times_is_one_call_with_one_tag() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        assert (await caller.invite(copies=3)).status == 200
        await asyncio.sleep(0.3)
        assert len(line.calls) == 1
        assert len({m.to_tag for m in caller.inbox if m.status >= 180}) == 1
        await caller.bye()


async def test_an_invite_copied_after_the_answer_gets_the_same_answer() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        caller.cseq += 1
        invite = caller.message("INVITE", body=offer(caller.rtp_port), branch="z9hG4bKonce")
        caller.send(invite)
        first = await caller.until(lambda m: m.status == 200, "the answer")
        caller.acknowledge(first, invite)
        caller.send(invite)
        await wait_until(lambda: len(finals(caller, "INVITE")) == 2)
        assert len({m.body for m in caller.inbox if m.status == 200}) == 1
        assert len(line.calls) == 1
        caller.answered = first
        await caller.bye()


@in_real_time.scene
async def an_answer_is_repeated_until_it_is_acknowledged() -> None:
    async with answering_line() as line, raw_caller(line.address, loses_acks=1) as caller:
        answer = await caller.invite()
        await wait_until(lambda: len(finals(caller, "INVITE")) >= 3)
        caller.acknowledge(answer, b"")
        await asyncio.sleep(0.1)
        count = len(finals(caller, "INVITE"))
        await asyncio.sleep(1.0)
        assert len(finals(caller, "INVITE")) == count
        await caller.bye()


@in_real_time.scene
async def an_answer_that_is_never_acknowledged_ends_in_a_bye() -> None:
    async with answering_line(timers=HASTY) as line, raw_caller(line.address, loses_acks=1) as caller:
        await caller.invite()
        await caller.asked("BYE")
        await wait_until(line.calls[0].line.hung_up.is_set)


async def test_a_repeated_bye_gets_the_same_200_and_a_later_one_481() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        answer = await caller.invite()
        caller.cseq += 1
        bye = caller.message("BYE", to_tag=answer.to_tag)
        caller.send(bye)
        caller.send(bye)
        await wait_until(lambda: len(finals(caller, "BYE")) == 2)
        assert {m.status for m in caller.inbox if m.method == "BYE"} == {200}
        assert (await caller.bye()).status == 481


async def test_a_repeated_re_invite_is_answered_twice_and_changes_nothing_twice() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        held = offer(caller.rtp_port, direction="sendonly")
        answer = await caller.in_dialog("INVITE", body=held, copies=2)
        assert answer.status == 200
        assert line.calls[0].holds == [True]
        await caller.bye()


@in_real_time.scene
async def our_bye_is_repeated_until_it_is_answered() -> None:
    async with answering_line() as line, raw_caller(line.address, mute=True) as caller:
        await caller.invite()
        await line.calls[0].line.hang_up()
        await wait_until(lambda: sum(m.method == "BYE" for m in caller.inbox) >= 3)
        caller.reply(next(m for m in caller.inbox if m.method == "BYE"), 200)
        await asyncio.sleep(0.2)
        count = sum(m.method == "BYE" for m in caller.inbox)
        await asyncio.sleep(1.0)
        assert sum(m.method == "BYE" for m in caller.inbox) == count


async def test_a_refusal_is_repeated_until_it_is_acknowledged() -> None:
    async with answering_line() as line, raw_caller(line.address, loses_acks=1) as caller:
        await caller.invite(sdp=offer(caller.rtp_port, formats="18", events=None))
        await wait_until(lambda: len(finals(caller, "INVITE")) >= 3)
        assert line.calls == []


@pytest.mark.parametrize("protocol", ["RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVPF"])
async def test_an_encrypted_offer_is_refused_and_never_answered_without_keys(protocol: str) -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        answer = await caller.invite(sdp=offer(caller.rtp_port, protocol=protocol))
        assert answer.status == 488
        assert "SRTP" in answer.get("warning")
        assert line.calls == []


async def test_an_encrypted_offer_beside_a_plain_one_is_refused_alone() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        plain = offer(caller.rtp_port, more=["m=audio 9 RTP/SAVP 0", "m=video 9 RTP/AVP 96"])
        answer = await caller.invite(sdp=plain)
        assert [m for m in answer.body.splitlines() if m.startswith("m=")][1:] == [
            "m=audio 0 RTP/SAVP 0",
            "m=video 0 RTP/AVP 96",
        ]
        await caller.bye()


async def test_an_invite_without_an_offer_is_refused() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        assert (await caller.invite(sdp="")).status == 488


async def test_an_offer_that_comes_encrypted_in_mid_call_is_refused_and_the_call_goes_on() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        body = offer(caller.rtp_port, protocol="RTP/SAVP")
        assert (await caller.in_dialog("INVITE", body=body)).status == 488
        assert not line.calls[0].line.hung_up.is_set()
        assert (await caller.bye()).status == 200


@pytest.mark.parametrize("number", [96, 101, 127])
async def test_the_payload_type_of_keys_is_the_one_that_was_offered(number: int) -> None:
    async with answering_line() as line, raw_caller(line.address, event_type=number) as caller:
        answer = await caller.invite(sdp=offer(caller.rtp_port, formats=f"8 {number}", events=number))
        assert f"a=rtpmap:{number} telephone-event/8000" in answer.body
        caller.codec_type = 8
        await caller.press("7")
        await wait_until(lambda: line.calls[0].keys == ["7"])
        await caller.bye()


async def test_an_address_of_the_wrong_family_in_the_offer_does_not_matter() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        body = offer(caller.rtp_port).replace("IN IP4 127.0.0.1", "IN IP6 2001:db8::1")
        assert (await caller.invite(sdp=body)).status == 200
        await wait_until(lambda: len(caller.audio) > 3)
        await caller.bye()


async def test_the_same_call_by_a_second_way_is_a_loop() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        assert (await caller.ask("INVITE", body=offer(caller.rtp_port))).status == 482
        assert len(line.calls) == 1
        await caller.bye()


async def test_a_caller_who_gives_up_while_it_rings_is_gone() -> None:
    async with answering_line(answers=False) as line, raw_caller(line.address) as caller:
        caller.cseq += 1
        branch = "z9hG4bKgiveup"
        caller.send(caller.message("INVITE", body=offer(caller.rtp_port), branch=branch))
        await caller.until(lambda m: m.status == 180, "ringing")
        caller.send(caller.message("CANCEL", branch=branch))
        await caller.until(lambda m: m.status == 200 and m.method == "CANCEL", "the answer to CANCEL")
        refused = await caller.until(lambda m: m.status == 487, "487")
        caller.acknowledge(refused, b"branch=z9hG4bKgiveup;")
        assert line.calls[0].call.ended_by_caller


async def test_calls_beyond_the_limit_are_busy() -> None:
    async with (
        answering_line(most_calls=1) as line,
        raw_caller(line.address) as one,
        raw_caller(line.address) as two,
    ):
        await one.invite()
        assert (await two.invite()).status == 486
        await one.bye()
        assert (await two.invite()).status == 200
        await two.bye()


async def test_a_phone_can_show_that_it_is_registered_and_is_asked_nothing_else() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        assert (await caller.ask("REGISTER", headers={"Expires": "600"})).get("expires") == "600"
        assert "INVITE" in (await caller.ask("OPTIONS")).get("allow")
        assert (await caller.ask("MESSAGE")).status == 405
        assert (await caller.ask("INVITE", headers={"Require": "100rel"}, body=offer(9))).status == 420


async def test_keys_in_sip_messages_are_not_taken() -> None:
    """Nothing in production would ever bring them: a call that works here must work there."""
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        assert (await caller.in_dialog("INFO")).status == 405
        assert line.calls[0].keys == []
        await caller.bye()


async def test_a_request_that_is_older_than_the_last_changes_nothing() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        old = caller.message("BYE", cseq=0, to_tag=caller.answered.to_tag if caller.answered else "")
        caller.send(old)
        await caller.until(lambda m: m.status == 500, "the refusal")
        assert not line.calls[0].line.hung_up.is_set()
        await caller.bye()


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"\r\n\r\n", b"\x00" * 400, b"INVITE", b"INVITE sip:a SIP/2.0\r\n\r\n", b"\xff\xfe" * 99, b"A" * 40_000,
     b"INVITE sip:a@b SIP/2.0\r\nVia: x\r\nCSeq: x y\r\nCall-ID: 1\r\nFrom: a\r\nTo: b\r\n\r\n"],
    ids=["empty", "keep-alive", "zeros", "a word", "no headers", "no text", "too long", "odd headers"],
)  # fmt: skip
async def test_rubbish_is_counted_and_neither_answered_nor_logged(
    rubbish: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        caller.send(rubbish)
        assert (await caller.invite()).status == 200
        assert [m for m in caller.inbox if m.method != "INVITE"] == []
        assert [r for r in caplog.records if r.name != "asyncio"] == []
        await caller.bye()


# Session timers


@in_real_time.scene
async def a_session_without_its_refresh_is_ended() -> None:
    headers = {"Supported": "timer", "Session-Expires": "3;refresher=uac"}
    async with answering_line(min_session_s=1) as line, raw_caller(line.address) as caller:
        answer = await caller.invite(headers=headers)
        assert answer.get("session-expires") == "3;refresher=uac"
        await caller.asked("BYE", within_s=4.0)
        assert line.calls[0].line.hung_up.is_set()


@in_real_time.scene
async def a_session_that_is_refreshed_goes_on() -> None:
    headers = {"Supported": "timer", "Session-Expires": "2;refresher=uac"}
    async with answering_line(min_session_s=1) as line, raw_caller(line.address) as caller:
        await caller.invite(headers=headers)
        for _ in range(3):
            await asyncio.sleep(0.8)
            assert (await caller.in_dialog("UPDATE", headers=headers)).status == 200
        assert not line.calls[0].line.hung_up.is_set()
        await caller.bye()


@in_real_time.scene
async def a_session_that_we_refresh_is_refreshed_and_ends_with_a_phone_that_is_gone() -> None:
    headers = {"Supported": "timer", "Allow": "INVITE, UPDATE, BYE", "Session-Expires": "2;refresher=uas"}
    async with answering_line(min_session_s=1, timers=HASTY) as line, raw_caller(line.address) as caller:
        await caller.invite(headers=headers)
        await caller.asked("UPDATE")
        await wait_until(lambda: sum(m.method == "UPDATE" for m in caller.inbox) >= 2)
        caller.mute = True
        await wait_until(line.calls[0].line.hung_up.is_set)


async def test_a_session_interval_that_is_too_small_is_refused_with_the_smallest() -> None:
    headers = {"Supported": "timer", "Session-Expires": "30"}
    async with answering_line() as line, raw_caller(line.address) as caller:
        answer = await caller.invite(headers=headers)
        assert (answer.status, answer.get("min-se")) == (422, "90")
        assert line.calls == []


@pytest.fixture(scope="module")
def outcomes() -> dict[str, BaseException | None]:
    return in_real_time.play()


@pytest.mark.parametrize("name", in_real_time.scenes)
def test_in_real_time(outcomes: dict[str, BaseException | None], name: str) -> None:
    if (outcome := outcomes[name]) is not None:
        raise outcome
