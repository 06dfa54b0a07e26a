"""Who may call: by address, by password, and how often; and what the line refuses to be."""

import ipaddress
from typing import Any

import pytest
from aiosipua.message import SipRequest
from pydantic import SecretStr

from secure_agent.phone.door import read_door
from secure_agent.phone.errors import PhoneError
from secure_agent.settings import Settings
from secure_agent.telephony.sip.access import Access, Doorkeeper
from tests.line.answering import answering_line
from tests.line.raw_caller import offer, raw_caller

PASSWORD = "correct horse"
GUARDED = Access(user="bob", password=SecretStr(PASSWORD))


async def test_a_phone_that_knows_the_password_is_answered() -> None:
    async with answering_line(access=GUARDED) as line, raw_caller(line.address, password=PASSWORD) as caller:
        challenge = await caller.ask("INVITE", body=offer(caller.rtp_port))
        assert challenge.status == 401
        headers = {"Authorization": caller.credentials(challenge, "INVITE")}
        assert (await caller.ask("INVITE", body=offer(caller.rtp_port), headers=headers)).status == 200
        assert len(line.calls) == 1


async def test_a_phone_without_the_password_is_never_answered_and_soon_not_even_refused() -> None:
    async with answering_line(access=GUARDED) as line, raw_caller(line.address, password="guess") as caller:
        for _ in range(5):
            assert (await caller.invite()).status == 401
        caller.cseq += 1
        caller.send(caller.message("INVITE", body=offer(caller.rtp_port)))
        with pytest.raises(AssertionError):
            await caller.until(lambda m: m.get("cseq") == f"{caller.cseq} INVITE", "an answer", within_s=0.3)
        assert line.calls == []


async def test_an_answer_that_was_overheard_opens_nothing_a_second_time() -> None:
    async with answering_line(access=GUARDED) as line, raw_caller(line.address, password=PASSWORD) as caller:
        challenge = await caller.ask("INVITE", body=offer(caller.rtp_port))
        headers = {"Authorization": caller.credentials(challenge, "INVITE")}
        assert (await caller.ask("INVITE", body=offer(caller.rtp_port), headers=headers)).status == 200
        async with raw_caller(line.address) as thief:
            assert (await thief.ask("INVITE", body=offer(thief.rtp_port), headers=headers)).status == 401
        assert len(line.calls) == 1


async def test_registering_takes_the_password_too() -> None:
    async with answering_line(access=GUARDED) as line, raw_caller(line.address, password=PASSWORD) as caller:
        challenge = await caller.ask("REGISTER")
        assert challenge.status == 401
        headers = {"Authorization": caller.credentials(challenge, "REGISTER")}
        assert (await caller.ask("REGISTER", headers=headers)).status == 200


async def test_a_stranger_gets_no_answer_at_all() -> None:
    elsewhere = Access(networks=(ipaddress.ip_network("192.0.2.0/24"),))
    async with answering_line(access=elsewhere) as line, raw_caller(line.address) as caller:
        caller.send(caller.message("OPTIONS", cseq=1))
        with pytest.raises(AssertionError):
            await caller.until(lambda _: True, "an answer", within_s=0.2)
        assert line.endpoint.ignored == 1


async def test_who_calls_too_often_is_refused_for_a_minute() -> None:
    async with answering_line(access=Access(calls_a_minute=2)) as line, raw_caller(line.address) as caller:
        for _ in range(2):
            assert (await caller.invite()).status == 200
            await caller.bye()
        assert (await caller.invite()).status == 503


async def test_a_call_can_only_be_ended_from_the_address_that_began_it() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        answer = await caller.invite()
        async with raw_caller(line.address, call_id=caller.call_id, tag=caller.tag) as other:
            other.cseq = 10
            loop_address = await _from("127.0.0.3", line.address, other.message("BYE", to_tag=answer.to_tag))
            assert loop_address is None or b" 481 " in loop_address.partition(b"\r\n")[0]
        assert not line.calls[0].line.hung_up.is_set()
        await caller.bye()


async def _from(host: str, line: tuple[str, int], data: bytes) -> bytes | None:
    import asyncio  # noqa: PLC0415 - for this one socket

    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bytes] = loop.create_future()

    class Once(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            if not answer.done():
                answer.set_result(data)

    transport, _ = await loop.create_datagram_endpoint(Once, local_addr=(host, 0))
    transport.sendto(data, line)
    try:
        async with asyncio.timeout(1.0):
            return await answer
    except TimeoutError:
        return None
    finally:
        transport.close()


def request(authorization: str) -> SipRequest:
    made = SipRequest(method="INVITE", uri="sip:agent@127.0.0.1")
    made.set_header("Authorization", authorization)
    return made


@pytest.mark.parametrize(
    "header",
    [
        "Basic Ym9iOmNvcnJlY3QgaG9yc2U=",
        "Digest",
        'Digest username="bob", nonce="", response=""',
        'Digest username="bob", nonce="zz-00", response="x", nc=zzzzzzzz, qop=auth',
        'Digest username="bob", nonce="0-0", response="x", nc=00000001, qop=auth-int',
    ],
)
def test_no_odd_header_opens_the_door_or_breaks_it(header: str) -> None:
    assert not Doorkeeper(GUARDED).is_signed_in(request(header), "127.0.0.1", 10.0)


def test_a_nonce_is_good_for_its_address_and_two_minutes() -> None:
    door = Doorkeeper(GUARDED)
    nonce = door.challenge("127.0.0.1", 100.0).partition('nonce="')[2].partition('"')[0]
    assert door._is_ours(nonce, "127.0.0.1", 219.0)
    assert not door._is_ours(nonce, "127.0.0.1", 221.0)
    assert not door._is_ours(nonce, "127.0.0.2", 101.0)
    assert not Doorkeeper(GUARDED)._is_ours(nonce, "127.0.0.1", 101.0)


# What the command may open


def settings(**changes: Any) -> Settings:
    return Settings(**changes)


OPEN = {
    "phone_user": "bob",
    "phone_password": SecretStr(PASSWORD),
    "phone_allow": "192.0.2.0/24",
    "phone_calls_a_minute": 5,
}


def test_this_machine_may_be_called_without_a_password() -> None:
    door = read_door("127.0.0.1:5060", settings())
    assert (door.host, door.port, door.access.asks_for_password) == ("127.0.0.1", 5060, False)


#: User and password belong together: without one of them the sentence is about both.
MISSED = {name: name.upper() for name in ("phone_allow", "phone_calls_a_minute")}


@pytest.mark.parametrize("missing", OPEN)
@pytest.mark.parametrize("listen", ["0.0.0.0:5060", "192.0.2.1:5060", "[::]:5060"])
def test_nothing_is_open_to_others_without_password_list_and_rate(listen: str, missing: str) -> None:
    given = {name: value for name, value in OPEN.items() if name != missing}
    with pytest.raises(PhoneError, match=MISSED.get(missing, "PHONE_")):
        read_door(listen, settings(**given))


def test_with_all_of_them_it_is_open_to_the_list() -> None:
    door = read_door("0.0.0.0:5060", settings(**OPEN))
    assert door.access.asks_for_password
    assert door.access.networks == (ipaddress.ip_network("192.0.2.0/24"),)


@pytest.mark.parametrize("listen", ["5060", "here:5060", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:x", ""])
def test_an_address_that_is_none_is_refused_with_an_example(listen: str) -> None:
    with pytest.raises(PhoneError, match=r"127\.0\.0\.1:5060"):
        read_door(listen, settings())


def test_no_sentence_of_the_door_repeats_the_password() -> None:
    with pytest.raises(PhoneError) as error:
        read_door("0.0.0.0:5060", settings(phone_user="bob", phone_password=SecretStr(PASSWORD)))
    assert PASSWORD not in str(error.value)
