"""The caller's sound comes out whole, in order and in time, and so does the agent's."""

import asyncio

import numpy as np
import pytest

from secure_agent.telephony.sip.playout import DEPTH_SAMPLES, CallerPlayout
from secure_agent.telephony.sip.sound import CodecName, Downsampler, Samples, Upsampler, decode, encode
from tests.line.answering import answering_line, wait_until
from tests.line.at_once import AtOnce
from tests.line.raw_caller import RawCaller, mulaw_tone, offer, raw_caller, strongest_hz

FRAME = 160
in_real_time = AtOnce()


def frame(value: int) -> Samples:
    return np.full(FRAME, value, dtype=np.int16)


def pulled(playout: CallerPlayout, frames: int) -> list[int]:
    return [int(playout.pull()[0]) for _ in range(frames)]


def test_packets_that_overtake_each_other_are_heard_in_order() -> None:
    playout = CallerPlayout()
    for n in (0, 2, 1, 3):
        playout.push(frame(n + 1), ssrc=1, timestamp=FRAME * n)
    assert pulled(playout, 8) == [0, 0, 0, 1, 2, 3, 4, 0]


def test_what_is_lost_is_silence_and_takes_its_time() -> None:
    playout = CallerPlayout()
    for n in (0, 2):
        playout.push(frame(n + 1), ssrc=1, timestamp=FRAME * n)
    assert pulled(playout, 6)[3:] == [1, 0, 3]


def test_nothing_but_silence_comes_from_a_phone_that_sends_nothing() -> None:
    assert pulled(CallerPlayout(), 3) == [0, 0, 0]


def test_a_new_source_begins_anew_whatever_its_clock_says() -> None:
    playout = CallerPlayout()
    playout.push(frame(1), ssrc=1, timestamp=0)
    pulled(playout, 4)
    playout.push(frame(2), ssrc=2, timestamp=4_000_000_000)
    assert pulled(playout, 4) == [0, 0, 0, 2]


def test_a_phone_that_was_silent_for_long_may_go_on_with_its_old_clock() -> None:
    playout = CallerPlayout()
    playout.push(frame(1), ssrc=1, timestamp=0)
    pulled(playout, 200)
    playout.push(frame(2), ssrc=1, timestamp=FRAME)
    assert pulled(playout, 4) == [0, 0, 0, 2]


def test_a_pile_of_packets_does_not_become_delay() -> None:
    playout = CallerPlayout()
    for n in range(40):
        playout.push(frame(n + 1), ssrc=1, timestamp=FRAME * n)
    heard = pulled(playout, 25)
    assert 40 in heard[: (300 * 8) // FRAME + DEPTH_SAMPLES // FRAME + 1]


@pytest.mark.parametrize("samples", [80, 240, 320, 480], ids=lambda n: f"{n // 8} ms")
def test_packets_of_any_length_make_a_whole(samples: int) -> None:
    playout = CallerPlayout()
    tone = (8_000 * np.sin(2 * np.pi * 500 * np.arange(1_440) / 8_000)).astype(np.int16)
    for at in range(0, 1_440, samples):
        playout.push(tone[at : at + samples], ssrc=1, timestamp=4_294_967_000 + at)  # and the clock wraps
    whole = np.concatenate([playout.pull() for _ in range(20)])
    assert np.array_equal(whole[DEPTH_SAMPLES:][:1_440], tone)


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_a_tone_survives_the_telephone(codec: CodecName) -> None:
    """Up to 16 kHz and down again, through G.711 both ways; nothing is folded in from above the band."""
    up, down = Upsampler(), Downsampler()
    at = np.arange(8_000) / 8_000
    tone = (8_000 * np.sin(2 * np.pi * 1_000 * at)).astype(np.int16)
    frames = [tone[n : n + FRAME] for n in range(0, 8_000, FRAME)]
    back = np.concatenate([
        decode(codec, encode(codec, down(up(decode(codec, encode(codec, f))))))
        for f in frames
    ])  # fmt: skip
    assert strongest_hz(back[800:]) == pytest.approx(1_000, abs=2)
    level = np.abs(np.fft.rfft(back[800:] * np.hanning(len(back) - 800)))
    hz = np.arange(len(level)) * 8_000 / (len(back) - 800)
    other = level[(np.abs(hz - 1_000) > 50) & (hz > 20)].max()
    assert other < level.max() / 100


@in_real_time.scene
async def a_caller_hears_back_what_was_said_with_a_whole_tone() -> None:
    async with answering_line() as line, raw_caller(line.address, tone=mulaw_tone(1_000)) as caller:
        await caller.invite()
        await asyncio.sleep(1.5)
        assert strongest_hz(caller.heard()[-8_000:]) == pytest.approx(1_000, abs=2)
        await caller.bye()


@in_real_time.scene
async def the_agent_is_fed_on_the_clock_even_when_the_phone_sends_nothing() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        await asyncio.sleep(1.0)
        assert 40 <= line.calls[0].frames <= 55
        assert len(caller.audio) == pytest.approx(line.calls[0].frames, abs=3)
        await caller.bye()


async def test_after_a_stall_the_clock_skips_and_never_hurries() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        await asyncio.sleep(0.3)
        before = len(caller.audio)
        stall(0.4)
        await asyncio.sleep(0.5)
        assert len(caller.audio) - before < 30  # 45 would be as if nothing had happened
        jumps = np.diff([p.timestamp for p in caller.audio])
        assert jumps.max() >= 160 * 10, "the sender's clock tells the phone how long it was"
        await caller.bye()


def stall(seconds: float) -> None:
    import time  # noqa: PLC0415 - the one thing that must never happen in an event loop

    time.sleep(seconds)


async def test_sound_from_another_address_is_not_the_callers() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        loop = asyncio.get_running_loop()
        elsewhere, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.2", 0), remote_addr=caller.line_media
        )
        for data in caller.events("6", 99_999):
            elsewhere.sendto(data)
        await asyncio.sleep(0.2)
        elsewhere.close()
        assert line.calls[0].keys == []
        await caller.press("5")
        assert line.calls[0].keys == ["5"]
        await caller.bye()


async def test_another_program_at_the_callers_address_does_not_take_the_call_over() -> None:
    async with answering_line() as line, raw_caller(line.address, tone=mulaw_tone(400)) as caller:
        await caller.invite()
        await asyncio.sleep(0.2)
        loop = asyncio.get_running_loop()
        other, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0), remote_addr=caller.line_media
        )
        for data in caller.events("6", 99_999):
            other.sendto(data)
        heard = len(caller.audio)
        await asyncio.sleep(0.3)
        other.close()
        assert line.calls[0].keys == []
        assert len(caller.audio) > heard + 5
        await caller.bye()


async def test_a_phone_behind_another_port_than_it_said_is_heard_and_answered_there() -> None:
    async with answering_line() as line, raw_caller(line.address, tone=mulaw_tone(400)) as caller:
        await caller.invite(sdp=offer(9))
        await asyncio.sleep(0.3)
        assert len(caller.audio) > 5
        await caller.bye()


# Hold, and callers who are gone


@in_real_time.scene
async def hold_stops_our_sound_and_resume_goes_on_where_it_was() -> None:
    async with answering_line() as line, raw_caller(line.address, tone=mulaw_tone(400)) as caller:
        await caller.invite()
        await asyncio.sleep(0.3)
        answer = await caller.in_dialog("INVITE", body=offer(caller.rtp_port, direction="sendonly"))
        assert "a=recvonly" in answer.body
        await asyncio.sleep(0.1)
        heard = len(caller.audio)
        await asyncio.sleep(0.3)
        assert len(caller.audio) == heard
        answer = await caller.in_dialog("INVITE", body=offer(caller.rtp_port))
        assert "a=sendrecv" in answer.body
        await asyncio.sleep(0.3)
        assert len(caller.audio) > heard + 5
        assert line.calls[0].holds == [True, False]
        await caller.bye()


@pytest.mark.parametrize("how", ["inactive", "nowhere"])
async def test_hold_is_seen_in_every_form(how: str) -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        body = offer(caller.rtp_port, direction="inactive" if how == "inactive" else "")
        if how == "nowhere":
            body = body.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")
        await caller.in_dialog("INVITE", body=body)
        assert line.calls[0].holds == [True]
        await caller.bye()


@in_real_time.scene
async def a_caller_who_vanishes_is_hung_up_after_the_time_out_and_not_before() -> None:
    async with (
        answering_line(media_timeout_s=1.0) as line,
        raw_caller(line.address, tone=mulaw_tone(400)) as caller,
    ):
        await caller.invite()
        await asyncio.sleep(1.4)
        assert not line.calls[0].line.hung_up.is_set()
        caller.tone = None
        await caller.asked("BYE", within_s=2.0)
        assert line.calls[0].line.vanished


@in_real_time.scene
async def a_phone_that_sends_nothing_while_it_holds_is_not_gone() -> None:
    async with (
        answering_line(media_timeout_s=0.5) as line,
        raw_caller(line.address, tone=mulaw_tone(400)) as caller,
    ):
        await caller.invite()
        await caller.in_dialog("INVITE", body=offer(caller.rtp_port, direction="sendonly"))
        caller.tone = None
        await asyncio.sleep(1.0)
        assert not line.calls[0].line.hung_up.is_set()
        await caller.bye()


# Keys over the network


@pytest.mark.parametrize(
    ("tone_s", "gap_s", "keys"),
    [(0.1, 0.06, "0*#"), (0.04, 0.04, "4242424242424242#"), (0.02, 0.0, "4242424242424242#")],
    ids=["slow", "quick", "as fast as can be"],
)
async def test_a_card_number_arrives_exactly(tone_s: float, gap_s: float, keys: str) -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        await caller.press(keys, tone_s=tone_s, gap_s=gap_s)
        assert "".join(line.calls[0].keys) == keys
        await caller.bye()


async def test_keys_with_losses_repeats_and_overlaps_arrive_exactly() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        await caller.invite()
        send = caller.send_rtp
        one, two = caller.events("4", 800), caller.events("5", 2_400)
        for data in (*one[:4], one[3], two[0], *one[4:], *two[1:], *two):  # overlapping, and all of 5 twice
            send(data)
        for data in caller.events("4", 4_000)[:2]:  # no end packet arrives
            send(data)
        for data in caller.events("9", 5_600)[-1:]:  # nothing but an end packet arrives
            send(data)
        for data in caller.events("9", 5_600, ssrc=0x2000):  # sipp: a new source, the old timestamp
            send(data)
        await wait_until(lambda: len(line.calls[0].keys) >= 5)
        await asyncio.sleep(0.1)
        assert "".join(line.calls[0].keys) == "45499"
        await caller.bye()


async def test_a_phone_without_key_events_is_known_before_anybody_asks_it_for_a_card() -> None:
    async with answering_line() as line, raw_caller(line.address) as caller:
        answer = await caller.invite(sdp=offer(caller.rtp_port, formats="0 8", events=None))
        assert "telephone-event" not in answer.body
        assert not line.calls[0].line.capabilities.keypad
        await caller.bye()


async def _two(line: tuple[str, int]) -> tuple[RawCaller, RawCaller]:
    return await RawCaller(line).open(), await RawCaller(line, ssrc=0x1000).open()


@in_real_time.scene
async def keys_and_sound_of_two_calls_do_not_mix() -> None:
    async with answering_line() as line:
        one, two = await _two(line.address)
        one.tone, two.tone = mulaw_tone(400), mulaw_tone(1_500)
        await one.invite()
        await two.invite()
        await asyncio.gather(one.press("1111"), two.press("2222"))
        one.tone, two.tone = mulaw_tone(400), mulaw_tone(1_500)
        await asyncio.sleep(1.0)
        assert ["".join(answered.keys) for answered in line.calls] == ["1111", "2222"]
        assert strongest_hz(one.heard()[-6_000:]) == pytest.approx(400, abs=3)
        assert strongest_hz(two.heard()[-6_000:]) == pytest.approx(1_500, abs=3)
        await asyncio.gather(one.bye(), two.bye())
        one.close()
        two.close()


@pytest.fixture(scope="module")
def outcomes() -> dict[str, BaseException | None]:
    return in_real_time.play()


@pytest.mark.parametrize("name", in_real_time.scenes)
def test_in_real_time(outcomes: dict[str, BaseException | None], name: str) -> None:
    if (outcome := outcomes[name]) is not None:
        raise outcome
