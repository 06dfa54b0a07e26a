"""Keys that sound in the caller's channel are in no recording; speech stays as it was."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_agent.recording.format import AGENT, CALLER, RATE_HZ, Samples, part_path
from secure_agent.recording.reader import Recording, read_recording
from secure_agent.recording.recorder import Recorder
from secure_agent.recording.tones import keypad_tones
from secure_agent.simulation.sound import babble
from tests.recording.sounds import CALL, TODAY, keyed, keys_heard, new_key, tone

KEYS = "123A456B789C*0#D"
FRAME = RATE_HZ // 50


def recorded(folder: Path, caller: Samples, *, pause_s: float | None = None) -> Recording:
    key = new_key()
    recorder = Recorder(folder, call=CALL, new_key=lambda _: key, today=lambda: TODAY)
    recorder.start(0.0)
    for at in range(0, len(caller), FRAME):
        at_s = at / RATE_HZ
        if pause_s is not None and at_s >= pause_s:
            recorder.pause(pause_s, "card_entry")
        recorder.agent_frame(tone(1000, 0.02, at_s=at_s).tobytes(), at_s)
        recorder.caller_frame(caller[at : at + FRAME].tobytes(), at_s)
    recorder.stop(len(caller) / RATE_HZ, "call_ended")
    recording = read_recording(part_path(folder, CALL), key.key)
    assert recording.gaps == recorder.gaps
    return recording


def with_keys(
    keys: list[tuple[str, float, float]], seconds: float, *, over: Samples | None = None
) -> Samples:
    """Silence, or what is under OVER, with each key at its time for its length in seconds."""
    sound = np.zeros(round(seconds * RATE_HZ), np.int16) if over is None else over.copy()
    for digit, at_s, length_s in keys:
        start, tones = round(at_s * RATE_HZ), keyed(digit, length_s)
        sound[start : start + len(tones)] = tones[: len(sound) - start]
    return sound


def speech(seconds: float, pitch_hz: int) -> Samples:
    return np.frombuffer(babble(seconds, pitch_hz=pitch_hz), np.int16)


def test_the_decoder_of_this_test_reads_keys() -> None:
    keys = [(digit, 0.1 + n * 0.2, 0.08) for n, digit in enumerate(KEYS)]
    assert keys_heard(with_keys(keys, 3.5)) == KEYS


@pytest.mark.parametrize("length_s", [0.04, 0.1, 0.35])
def test_no_key_that_was_pressed_can_be_decoded_from_the_recording(tmp_path: Path, length_s: float) -> None:
    keys = [(digit, 0.1 + n * 0.437, length_s) for n, digit in enumerate(KEYS)]
    recording = recorded(tmp_path, with_keys(keys, 7.5))
    assert keys_heard(recording.samples[:, CALLER]) == ""
    tones = [gap for gap in recording.gaps if gap.reason == "keypad_tone"]
    assert len(tones) == len(KEYS)
    for gap, (_, at_s, _) in zip(tones, keys, strict=True):
        assert at_s - 0.06 <= gap.from_s <= at_s < gap.to_s <= at_s + length_s + 0.06


@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.floats(0.1, 0.5), st.floats(0.035, 1.3)), min_size=1, max_size=8
    ),
    st.sampled_from([0.0, 0.02, 0.05]),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_a_key_falls_nothing_of_it_is_left(
    tmp_path_factory: pytest.TempPathFactory, presses: list[tuple[str, float, float]], noise: float
) -> None:
    keys, at_s = list[tuple[str, float, float]](), 0.0
    for digit, wait_s, length_s in presses:
        keys.append((digit, at_s + wait_s, length_s))
        at_s += wait_s + length_s
    caller = with_keys(keys, at_s + 0.3).astype(float)
    caller += noise * 8_000 * np.random.default_rng(7).normal(size=len(caller))
    whole = caller.clip(-32_768, 32_767).astype(np.int16)
    left = recorded(tmp_path_factory.mktemp("keys"), whole).samples[:, CALLER]
    assert keys_heard(left) == ""
    for _, start_s, length_s in keys:
        assert not left[round(start_s * RATE_HZ) : round((start_s + length_s) * RATE_HZ)].any()


def test_a_key_that_a_pause_cuts_off_is_not_left_in_part(tmp_path: Path) -> None:
    caller = with_keys([("5", 1.94, 0.3)], 2.6)
    recording = recorded(tmp_path, caller, pause_s=2.0)
    assert not recording.samples[:, CALLER].any()


@pytest.mark.parametrize("pitch_hz", [90, 120, 160, 210, 250])
def test_speech_is_left_as_it_was(tmp_path: Path, pitch_hz: int) -> None:
    said = speech(8.0, pitch_hz)
    recording = recorded(tmp_path, said)
    assert recording.gaps == ()
    assert np.array_equal(recording.samples[:, CALLER], said)


def test_speech_around_a_key_stays(tmp_path: Path) -> None:
    said = speech(4.0, 120)
    recording = recorded(tmp_path, with_keys([("7", 2.0, 0.1)], 4.0, over=said))
    caller = recording.samples[:, CALLER]
    assert keys_heard(caller) == ""
    assert np.array_equal(caller[: round(1.95 * RATE_HZ)], said[: round(1.95 * RATE_HZ)])
    assert np.array_equal(caller[round(2.15 * RATE_HZ) :], said[round(2.15 * RATE_HZ) :])


def test_the_agents_voice_is_never_cut(tmp_path: Path) -> None:
    recording = recorded(tmp_path, with_keys([("7", 0.5, 0.2)], 2.0))
    assert np.abs(recording.samples[:, AGENT].astype(int) - tone(1000, 2.0)).max() <= 1


@pytest.mark.parametrize("hz", [350.0, 440.0, 697.0, 1209.0, 2100.0])
def test_a_single_tone_is_no_key(hz: float) -> None:
    assert keypad_tones(tone(hz, 2.0)) == []


def test_a_dial_tone_and_noise_are_no_keys() -> None:
    dial = np.asarray(tone(350, 2.0) // 2 + tone(440, 2.0) // 2, np.int16)
    noise = np.asarray(3_000 * np.random.default_rng(3).normal(size=4 * RATE_HZ), np.int16)
    assert keypad_tones(dial) == []
    assert keypad_tones(noise) == []


def test_a_telephone_that_is_slightly_out_of_tune_is_understood() -> None:
    times = np.arange(round(0.1 * RATE_HZ)) / RATE_HZ
    for off in (0.985, 1.015):
        both = np.sin(2 * np.pi * 770 * off * times) + 0.5 * np.sin(2 * np.pi * 1477 * off * times)
        assert keypad_tones(np.asarray(4_000 * both, np.int16)) == [(0, len(times))]
