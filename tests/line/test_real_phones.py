"""The laptop line and telephones that other people wrote; what is not installed is reported as not run, by name.

They call at once, each as long as it needs: some twenty seconds.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from secure_agent.telephony.sip.access import Access
from secure_agent.wiring import Services
from tests.line.answering import AnsweringLine, answering_line, wait_until
from tests.line.phone_calls import PhoneCall, phone_line, phone_services
from tests.line.raw_caller import RawCaller, strongest_hz
from tests.line.real_phones import (
    AUDIO,
    baresip,
    keys,
    linphone,
    needs_baresip,
    needs_linphone,
    needs_sipp,
    pause,
    sipp,
)

CARD = "4532015112830366"

Scene = Callable[[Path, Services], Awaitable[None]]


def address(line: AnsweringLine) -> str:
    return f"sip:agent@{line.address[0]}:{line.address[1]}"


async def sipp_presses_keys_and_each_arrives_once(folder: Path, _: Services) -> None:
    """A new source with the old timestamp for every burst, silence in between, and its own payload type."""
    async with answering_line() as line:
        code = await sipp(line.address, folder, keys("1"), keys("1#"), keys(CARD + "#"), AUDIO, pause(2.5))
        assert code == 0
        assert "".join(line.calls[0].keys) == "11#" + CARD + "#"
        assert line.calls[0].call.ended_by_caller
        assert np.abs(np.frombuffer(bytes(line.calls[0].heard), dtype="<i2")).max() > 1_000


async def baresip_hears_and_is_heard_whole_presses_holds_and_hangs_up(folder: Path, _: Services) -> None:
    async with (
        answering_line(tone_hz=440.0) as line,
        baresip(folder, sip=15_280, rtp="17300-17340", control=14_544, tone_hz=1_000.0) as phone,
    ):
        await phone.tell("dial", address(line))
        await wait_until(lambda: line.calls and line.calls[0].frames > 100, within_s=15)
        call = line.calls[0]
        said = np.frombuffer(bytes(call.heard), dtype="<i2")[-16_000:]
        assert strongest_hz(said, 16_000) == pytest.approx(1_000, abs=3)
        await phone.tell("sndcode", CARD + "#")
        await wait_until(lambda: len(call.keys) >= 17, within_s=15)
        await asyncio.sleep(0.3)
        assert "".join(call.keys) == CARD + "#"
        await phone.tell("hold")
        await wait_until(lambda: call.holds == [True])
        await phone.tell("resume")
        await wait_until(lambda: call.holds == [True, False])
        frames = call.frames
        await wait_until(lambda: call.frames > frames + 50)
        await phone.tell("hangup")
        await wait_until(call.line.hung_up.is_set)
        await asyncio.sleep(0.3)
        heard = phone.heard()
        assert strongest_hz(heard[4_000:20_000]) == pytest.approx(440, abs=3)
        assert np.mean(np.abs(heard[4_000:12_000]) > 100) > 0.9, "no gaps"


async def baresip_is_transferred_to_somebody_who_answers(folder: Path, _: Services) -> None:
    async with (
        answering_line() as person,
        answering_line(person=address(person)) as line,
        baresip(folder, sip=15_310, rtp="17350-17390", control=14_545, tone_hz=700.0) as phone,
    ):
        await phone.tell("dial", address(line))
        await wait_until(lambda: line.calls and line.calls[0].frames > 20, within_s=15)
        assert await line.calls[0].line.transfer("people")
        await line.calls[0].line.hang_up()
        await wait_until(lambda: person.calls and person.calls[0].frames > 60, within_s=10)
        said = np.frombuffer(bytes(person.calls[0].heard), dtype="<i2")[-12_800:]
        assert strongest_hz(said, 16_000) == pytest.approx(700, abs=3)


async def baresip_signs_in_with_its_password(folder: Path, _: Services) -> None:
    access = Access(user="bob", password=SecretStr("horse"))
    async with (
        answering_line(access=access) as line,
        baresip(folder, sip=15_320, rtp="17400-17440", control=14_546, account=";auth_pass=horse") as phone,
    ):
        await phone.tell("dial", address(line))
        await wait_until(lambda: line.calls and line.calls[0].frames > 5, within_s=15)
        await phone.tell("hangup")
        await wait_until(line.calls[0].line.hung_up.is_set)


async def baresip_agrees_pays_by_card_and_the_evidence_is_verified(folder: Path, services: Services) -> None:
    async with phone_line(services, calls=1) as (endpoint, switchboard):
        call = PhoneCall("baresip", RawCaller(endpoint.address))
        switchboard.calls.append(call)
        async with baresip(folder, sip=15_330, rtp="17450-17490", control=14_547) as phone:
            await phone.tell("dial", f"sip:agent@{endpoint.address[0]}:{endpoint.address[1]}")
            await call.until_asked()
            await phone.tell("sndcode", "1")
            await call.until_open()
            await phone.tell("sndcode", "3")
            await call.until_asked_for_a_card()
            for entry in (CARD + "#", "1231#", "123#"):
                await phone.tell("sndcode", entry)
                await asyncio.sleep(0.25 * len(entry) + 0.3)
                await call.until(
                    lambda c: c.opened is not None and (c.opened.call.listening or c.opened.payment)
                )
            await call.until_said("is paid")
            await phone.tell("hangup")
            await call.until_over()
    assert call.document["payment"]["status"] == "charged"
    assert call.document["payment"]["last4"] == CARD[-4:]
    assert call.events.index("consent.decided") < call.events.index("recording.started")
    assert call.document["verified"]["code"] in (0, 3)
    assert call.document["outcome"] == "caller_hung_up"


async def linphone_hears_and_is_heard_presses_holds_and_hangs_up(folder: Path, _: Services) -> None:
    async with answering_line(tone_hz=440.0) as line, linphone(folder, tone_hz=1_000.0) as phone:
        await phone.tell(f"call {address(line)}")
        await wait_until(lambda: line.calls and line.calls[0].frames > 150, within_s=15)
        call = line.calls[0]
        said = np.frombuffer(bytes(call.heard), dtype="<i2")[-16_000:]
        assert strongest_hz(said, 16_000) == pytest.approx(1_000, abs=3)
        await phone.tell("12#")
        await wait_until(lambda: call.keys == ["1", "2", "#"], within_s=15)
        await phone.tell("pause")
        await wait_until(lambda: call.holds == [True], within_s=10)
        await asyncio.sleep(1.5)  # it forgets what it is told while it is busy
        await phone.tell("resume")
        await wait_until(lambda: call.holds == [True, False], within_s=10)
        await phone.tell("terminate")
        await wait_until(call.line.hung_up.is_set, within_s=10)
        await asyncio.sleep(0.5)
        assert strongest_hz(phone.heard()[4_000:20_000]) == pytest.approx(440, abs=3)


may_open_raw_sockets = pytest.mark.skipif(os.geteuid() != 0, reason="sipp plays keys only as root")
SCENES: dict[Scene, tuple[pytest.MarkDecorator, ...]] = {
    sipp_presses_keys_and_each_arrives_once: (needs_sipp, may_open_raw_sockets),
    baresip_hears_and_is_heard_whole_presses_holds_and_hangs_up: (needs_baresip,),
    baresip_is_transferred_to_somebody_who_answers: (needs_baresip,),
    baresip_signs_in_with_its_password: (needs_baresip,),
    baresip_agrees_pays_by_card_and_the_evidence_is_verified: (needs_baresip,),
    linphone_hears_and_is_heard_presses_holds_and_hangs_up: (needs_linphone,),
}


def name_of(scene: Scene) -> str:
    return getattr(scene, "__name__", "scene")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BaseException | None]:
    """Play every scene whose telephone is there."""
    there = [scene for scene, marks in SCENES.items() if not any(mark.args[0] for mark in marks)]
    folder = tmp_path_factory.mktemp("phones")

    async def play(services: Services) -> list[BaseException | None]:
        folders = {scene: folder / str(n) for n, scene in enumerate(there)}
        for own in folders.values():
            await asyncio.to_thread(own.mkdir)
        return await asyncio.gather(*(s(folders[s], services) for s in there), return_exceptions=True)

    with phone_services(folder / "data") as services:
        played = asyncio.run(play(services))
    return {name_of(scene): outcome for scene, outcome in zip(there, played, strict=True)}


@pytest.mark.parametrize(
    "scene", [pytest.param(name_of(s), marks=marks, id=name_of(s)) for s, marks in SCENES.items()]
)
def test_a_real_telephone(outcomes: dict[str, BaseException | None], scene: str) -> None:
    if (outcome := outcomes[scene]) is not None:
        raise outcome
