"""Whole calls: a caller where livekit-sip stands, a real livekit-server, a real worker, the vendors on loopback."""

import asyncio
import hashlib  # noqa: TID251 - as livekit-sip hides a number
import os
import signal
from pathlib import Path

from livekit import api

from audit import list_calls, read_call
from tests.loopback.conversation import Calls
from tests.loopback.vendors import Vendors
from tests.production_line.lines import NUMBER, Line, agrees, closed_calls, line, speech
from tests.production_line.servers import KEY, SECRET, LiveKit
from tests.production_line.sip_caller import SipCaller

CARD = "4242424242424242"


async def pays(here: Line, caller: SipCaller) -> None:
    here.vendors.conversation.model_answers(
        Calls("take_payment", {"amount_minor": 4200, "currency": "USD"}), "That is paid."
    )
    here.vendors.conversation.caller_says("I want to pay my bill")
    caller.speak(speech())
    await here.voice_said("card number")
    await caller.hears_speech()  # a key before the prompt begins is not part of the entry
    await caller.press(CARD + "#")
    await here.voice_said("expiry")
    await caller.press("1230#")
    await here.voice_said("security code")
    await caller.press("123#")
    await here.voice_said("That is paid.")
    await asyncio.sleep(0.5)


async def test_the_caller_hears_the_disclosure_first_pays_by_keypad_and_no_digit_is_kept(
    livekit: LiveKit, tmp_path: Path, line_file: Path
) -> None:
    async with line(livekit, tmp_path, line_file) as here:
        async with here.caller() as caller:
            await agrees(here, caller)
            await pays(here, caller)
        (call,) = await closed_calls(tmp_path / "data", 1)
    entries = read_call(tmp_path / "data", call)
    kinds = [entry.t for entry in entries]
    first_spoken = here.vendors.conversation.of("voice")[0].text
    assert "AI assistant" in first_spoken
    assert caller.first_sound_s() < 1.0
    for kind in ("ai_disclosure.played", "consent.decided", "recording.started", "payment.charged"):
        assert kind in kinds, kind
    assert_no_canary(tmp_path, livekit, here.vendors, caller)


def assert_no_canary(folder: Path, livekit: LiveKit, vendors: Vendors, caller: SipCaller) -> None:
    """Neither card nor caller: not on the disk, not in the worker's log, not at a vendor."""
    digits = NUMBER.removeprefix("+")
    hashed = hashlib.sha256(NUMBER.encode()).hexdigest()[:16]
    kept = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    kept["vendors"] = vendors.conversation.everything("model", "voice").encode()
    for canary in (CARD, digits, hashed, f"Phone {digits[-4:]}"):
        found = [name for name, content in kept.items() if canary.encode() in content]
        assert found == [], canary
    server_log = livekit.log.read_bytes()
    assert CARD.encode() not in server_log
    assert digits.encode() not in server_log
    assert digits not in caller.room_name


async def test_the_number_is_gone_from_the_room_before_the_call_is_answered(
    livekit: LiveKit, tmp_path: Path, line_file: Path
) -> None:
    async with line(livekit, tmp_path, line_file) as here, here.caller() as caller:
        server = api.LiveKitAPI(livekit.url.replace("ws", "http", 1), KEY, SECRET)
        async with server:
            people = await server.room.list_participants(api.ListParticipantsRequest(room=caller.room_name))
        (person,) = [one for one in people.participants if one.identity == caller.identity]
        assert not any(person.attributes.get(name) for name in ("trunk.from", "trunk.to", "trunk.asserted"))
        assert not any(NUMBER in value for value in person.attributes.values())


async def test_a_hidden_number_and_nonsense_in_the_headers_are_a_call_from_anywhere(
    livekit: LiveKit, tmp_path: Path, line_file: Path
) -> None:
    nonsense = {"trunk.from": "<sip:anonymous@anonymous.invalid>", "trunk.asserted": "\"'; DROP TABLE <sip:>"}
    async with line(livekit, tmp_path, line_file) as here:
        async with here.caller(attributes=nonsense) as caller:
            await agrees(here, caller)
        (call,) = await closed_calls(tmp_path / "data", 1)
    policy = next(entry for entry in read_call(tmp_path / "data", call) if entry.t == "policy.resolved")
    assert policy.body is not None
    assert '"number_unknown"' in policy.body["policy_json"]


async def test_two_calls_at_once_do_not_mix(livekit: LiveKit, tmp_path: Path, line_file: Path) -> None:
    async with line(livekit, tmp_path, line_file) as here:
        async with here.caller("+4915112345678") as one, here.caller("+4915187654321") as other:
            await here.voice_said("May we record this call", times=2)
            await asyncio.sleep(0.6)
            await one.hears_silence(for_s=0.3)
            await one.press("1")
            await other.press("2")
            await here.voice_said("How can I help you?", times=2)
        calls = await closed_calls(tmp_path / "data", 2)
    answers = []
    for call in calls:
        decided = next(entry for entry in read_call(tmp_path / "data", call) if entry.t == "consent.decided")
        assert decided.body is not None
        answers.append(decided.body["answer"])
    assert sorted(answers) == ["no", "yes"]


async def test_the_agent_hangs_up_and_the_caller_is_not_left_in_the_room(
    livekit: LiveKit, tmp_path: Path, line_file: Path
) -> None:
    async with line(livekit, tmp_path, line_file) as here, here.caller() as caller:
        await here.voice_said("May we record this call")
        await caller.press("0")  # a person: nobody can be had here, so the agent says so and ends the call
        await here.voice_said("nobody")
        async with asyncio.timeout(20):
            await caller.ended.wait()


async def test_a_key_that_somebody_else_in_the_room_sends_is_nobodys(
    livekit: LiveKit, tmp_path: Path, line_file: Path
) -> None:
    async with line(livekit, tmp_path, line_file) as here:
        async with here.caller() as caller:
            await here.voice_said("May we record this call")
            await asyncio.sleep(0.6)
            await caller.hears_silence(for_s=0.3)
            await caller.somebody_else_presses("1", key=KEY, secret=SECRET)
            await here.voice_said("How can I help you?")
        (call,) = await closed_calls(tmp_path / "data", 1)
    decided = next(entry for entry in read_call(tmp_path / "data", call) if entry.t == "consent.decided")
    assert decided.body is not None
    assert decided.body["answer"] == "silence"


async def test_a_worker_that_is_killed_leaves_a_record_up_to_its_last_word(
    livekit: LiveKit, tmp_path: Path, line_file: Path
) -> None:
    async with line(livekit, tmp_path, line_file) as here, here.caller() as caller:
        await agrees(here, caller)
        os.killpg(here.worker.pid, signal.SIGKILL)
        here.worker.wait(10)
        (call,) = list_calls(tmp_path / "data")
        kinds = [entry.t for entry in read_call(tmp_path / "data", call.call)]
    assert "recording.started" in kinds
    assert kinds[-1] == "script.played"
    assert call.state in ("open", "abandoned")


async def test_a_worker_that_is_told_to_stop_lets_its_call_end_and_takes_no_other(
    livekit: LiveKit, tmp_path: Path, line_file: Path
) -> None:
    async with line(livekit, tmp_path, line_file) as here:
        async with here.caller() as caller:
            await here.voice_said("May we record this call")
            here.worker.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.6)
            await caller.hears_silence(for_s=0.3)
            await caller.press("1")
            await here.voice_said("How can I help you?")
            assert here.worker.poll() is None
        await asyncio.to_thread(here.worker.wait, 20)
        assert here.worker.returncode == 0
    assert len(await closed_calls(tmp_path / "data", 1)) == 1
