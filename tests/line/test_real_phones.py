"""The laptop line and telephones that other people wrote; what is not installed is reported as not run, by name."""

import asyncio
import os
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from secure_agent.telephony.sip.access import Access
from tests.line.answering import answering_line, wait_until
from tests.line.raw_caller import strongest_hz
from tests.line.real_phones import AUDIO, baresip, keys, needs_baresip, needs_sipp, pause, sipp

may_open_raw_sockets = pytest.mark.skipif(os.geteuid() != 0, reason="sipp plays keys only as root")
CARD = "4532015112830366"


@needs_sipp
@may_open_raw_sockets
async def test_sipp_presses_a_card_number_and_every_key_arrives_once(tmp_path: Path) -> None:
    """A new source with the old timestamp for every burst, silence in between, and its own payload type."""
    async with answering_line() as line:
        code = await sipp(
            line.address, tmp_path, keys("1"), keys("1#"), keys(CARD[:6] + "#"), AUDIO, pause(2.5)
        )
        assert code == 0
        assert "".join(line.calls[0].keys) == "11#" + CARD[:6] + "#"
        assert line.calls[0].call.ended_by_caller
        assert np.abs(np.frombuffer(bytes(line.calls[0].heard), dtype="<i2")).max() > 1_000


@needs_baresip
async def test_baresip_hears_us_whole_is_heard_whole_presses_holds_and_hangs_up(tmp_path: Path) -> None:
    async with (
        answering_line(tone_hz=440.0) as line,
        baresip(tmp_path / "phone", sip=15_280, rtp="17300-17340", control=14_544, tone_hz=1_000.0) as phone,
    ):
        await phone.tell("dial", f"sip:agent@{line.address[0]}:{line.address[1]}")
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


@needs_baresip
async def test_baresip_is_transferred_to_somebody_who_answers(tmp_path: Path) -> None:
    async with answering_line() as person:
        target = f"sip:person@{person.address[0]}:{person.address[1]}"
        async with (
            answering_line(person=target) as line,
            baresip(
                tmp_path / "phone", sip=15_281, rtp="17350-17390", control=14_545, tone_hz=700.0
            ) as phone,
        ):
            await phone.tell("dial", f"sip:agent@{line.address[0]}:{line.address[1]}")
            await wait_until(lambda: line.calls and line.calls[0].frames > 20, within_s=15)
            assert await line.calls[0].line.transfer("people")
            await line.calls[0].line.hang_up()
            await wait_until(lambda: person.calls and person.calls[0].frames > 60, within_s=10)
            said = np.frombuffer(bytes(person.calls[0].heard), dtype="<i2")[-12_800:]
            assert strongest_hz(said, 16_000) == pytest.approx(700, abs=3)


@needs_baresip
async def test_baresip_signs_in_with_its_password(tmp_path: Path) -> None:
    access = Access(user="bob", password=SecretStr("horse"))
    async with (
        answering_line(access=access) as line,
        baresip(
            tmp_path / "phone", sip=15_282, rtp="17400-17440", control=14_546, account=";auth_pass=horse"
        ) as phone,
    ):
        await phone.tell("dial", f"sip:agent@{line.address[0]}:{line.address[1]}")
        await wait_until(lambda: line.calls and line.calls[0].frames > 5, within_s=15)
        await phone.tell("hangup")
        await wait_until(line.calls[0].line.hung_up.is_set)
