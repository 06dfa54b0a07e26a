"""Every press once: what the receiver of RFC 4733 makes of packets that the network loses, repeats and mixes up."""

import struct
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from secure_agent.telephony.sip.dtmf import KeyReceiver

KEYS = "0123456789*#"
Packet = tuple[int, int, int, bool, bytes]  # ssrc, sequence, timestamp, marker, payload

END = 0x80


def press(
    key: str, *, timestamp: int, sequence: int, ssrc: int = 1, frames: int = 5, ends: int = 3
) -> list[Packet]:
    code = KEYS.index(key)
    flags = [0] * frames + [END] * ends
    return [
        (
            ssrc,
            sequence + n,
            timestamp,
            n == 0,
            struct.pack("!BBH", code, flag | 10, 160 * min(n + 1, frames)),
        )
        for n, flag in enumerate(flags)
    ]


def read(packets: list[Packet]) -> str:
    receiver = KeyReceiver()
    found = (
        receiver.packet(payload, ssrc=ssrc, sequence=sequence, timestamp=timestamp, first=marker)
        for ssrc, sequence, timestamp, marker, payload in packets
    )
    return "".join(key for key in found if key is not None)


def test_a_press_is_one_key_however_long() -> None:
    assert read(press("5", timestamp=800, sequence=1, frames=200)) == "5"


def test_the_same_key_twice_is_two_keys() -> None:
    assert read(press("5", timestamp=800, sequence=1) + press("5", timestamp=2400, sequence=9)) == "55"


def test_packets_of_a_key_that_come_after_the_next_began_press_nothing() -> None:
    one, two = press("4", timestamp=800, sequence=1), press("5", timestamp=2400, sequence=9)
    assert read([*one[:6], *two[:2], one[6], two[2], one[7], *two[3:]]) == "45"


def test_a_key_whose_end_packets_are_all_lost_counts() -> None:
    packets = press("1", timestamp=800, sequence=1, ends=0) + press("2", timestamp=2400, sequence=9, ends=0)
    assert read(packets) == "12"


def test_a_key_of_which_only_an_end_packet_arrives_counts() -> None:
    assert read(press("9", timestamp=800, sequence=1)[-1:]) == "9"


def test_a_new_source_with_the_old_timestamp_presses_a_new_key() -> None:
    one = press("1", timestamp=800, sequence=1, ssrc=1)
    two = press("1", timestamp=800, sequence=1, ssrc=2)
    assert read(one + two) == "11"


def test_three_keys_on_one_timestamp_are_three_keys() -> None:
    packets = [p for n, key in enumerate("123") for p in press(key, timestamp=800, sequence=1 + 8 * n)]
    assert read(packets) == "123"


def test_the_same_key_twice_on_one_timestamp_is_two_keys_and_its_copies_are_none() -> None:
    one, two = press("7", timestamp=800, sequence=1), press("7", timestamp=800, sequence=9)
    assert read(one + two + one) == "77"


def test_a_sequence_that_wraps_is_no_old_one() -> None:
    one, two = press("7", timestamp=800, sequence=65_530), press("7", timestamp=800, sequence=65_538)
    wrapped = [(ssrc, sequence % 65_536, *rest) for ssrc, sequence, *rest in one + two]
    assert read(wrapped) == "77"  # type: ignore[arg-type]  # the tuple keeps its shape


def test_letters_flashes_and_short_packets_are_no_keys() -> None:
    assert read([(1, 1, 800, True, bytes([code, 10, 0, 160])) for code in range(12, 256)]) == ""
    assert read([(1, 1, 800, True, b"\x05\x0a")]) == ""


def test_the_receiver_says_nothing_of_what_was_pressed() -> None:
    receiver = KeyReceiver()
    receiver.packet(press("5", timestamp=1, sequence=1)[0][4], ssrc=1, sequence=1, timestamp=1, first=True)
    assert repr(receiver) == "<KeyReceiver>"


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[str, list[Packet]]:
    """Sixteen keys at 160 ms, each packet lost by chance and late by up to 90 ms, with copies."""
    number = draw(st.text("0123456789", min_size=16, max_size=16))
    order: list[tuple[float, Packet]] = []
    for n, key in enumerate(number):
        packets = press(key, timestamp=1280 * n, sequence=8 * n)
        kept = draw(st.sets(st.integers(0, 7), min_size=1))
        for at in kept:
            late_ms = draw(st.integers(0, 90))
            copies = draw(st.integers(1, 2))
            order += [(160 * n + 20 * min(at, 5) + late_ms, packets[at])] * copies
    order.sort(key=lambda entry: entry[0])
    return number, [packet for _, packet in order]


@settings(max_examples=200, deadline=None)
@given(arrivals())
def test_a_card_number_survives_loss_delay_and_copies(case: tuple[str, list[Packet]]) -> None:
    """As long as a packet of every key arrives, and none of a key before all of the key before it are due."""
    number, packets = case
    first_seen = [next(i for i, p in enumerate(packets) if p[2] == 1280 * n) for n in range(16)]
    if all(a < b for a, b in pairwise(first_seen)):
        assert read(packets) == number
    else:
        assert sorted(read(packets)) == sorted(
            number
        )  # late beyond what any receiver can know; Luhn will tell
