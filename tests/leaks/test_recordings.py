"""A recording holds no key that was pressed, no card that was spoken, nothing from before consent, nothing in plain."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from audit import open_log
from secure_agent.assembly import OpenCall
from secure_agent.recording import timeline
from secure_agent.recording.format import CALLER, RATE_HZ, Samples
from secure_agent.recording.reader import read_header
from tests.leaks.canaries import canary
from tests.leaks.swept_call import Sweep, SweptCall
from tests.recording.sounds import keyed, keys_heard, sealed_sounds

FRAME = RATE_HZ // 50


class TelephoneLine:
    """A telephone that sends its keys as tones besides, in the caller's own sound; it remembers all that it sent."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._tones: list[Samples] = []
        self.heard: list[tuple[float, bytes]] = []
        self.pressed = ""
        self.on_disk: list[bytes] = []

    def prepare(self, opened: OpenCall) -> None:
        line, recording = opened.call.line, opened.call.recording
        press: Callable[[str], None] = line.press  # type: ignore[attr-defined]  # of the simulated line
        hear = recording.caller_audio

        def press_and_sound(digit: str) -> None:
            self.pressed += digit
            self._tones += list(keyed(digit, 0.1).reshape(-1, FRAME))
            self._tones += [np.zeros(FRAME, np.int16)] * 3
            press(digit)

        def hear_with_tones(pcm: bytes, at_s: float) -> None:
            if self._tones:
                pcm = (np.frombuffer(pcm, np.int16) // 4 + self._tones.pop(0)).astype(np.int16).tobytes()
            self.heard.append((at_s - opened.call.answered_s, pcm))
            hear(pcm, at_s)
            if len(self.heard) % 100 == 0:
                folder = self._data_dir / "recordings"
                self.on_disk += [file.read_bytes() for file in folder.glob("*")]

        line.press = press_and_sound  # type: ignore[attr-defined]
        recording.caller_audio = hear_with_tones  # type: ignore[method-assign]


def sounds_in_the_file(call: SweptCall) -> list[tuple[int, Samples]]:
    """Everything of the caller that whoever holds the key gets out of the file, whatever the file says of it."""
    path = Path(call.document["recording"]["path"])
    header = read_header(path)
    with closing(open_log(call.data_dir, now=lambda: datetime(2026, 10, 2, tzinfo=UTC))) as log:
        key = log.open_sealed_key(header.wrapped, header.ek, header.call, "recording")
    return [(sound.start, sound.samples[:, CALLER]) for sound in sealed_sounds(path, key)]


def test_no_key_of_the_call_can_be_heard_in_its_recording(sweep: Sweep) -> None:
    telephone = TelephoneLine(sweep.folder / "data")
    call = sweep(
        {"press": "9147538613#"},
        {"say": "I want to pay my bill"},
        {"wait_for": "card number"},
        {"press": f"{canary('keypad', 'card').value}#"},
        {"press": "1133#"},
        {"press": "739#"},
        {"wait_for": "is paid"},
        {"press": "55"},
        {"silence_s": 3},
        model=None,
        prepare=telephone.prepare,
    )
    assert call.document["payment"]["status"] == "charged"
    assert len(telephone.pressed) > 30
    sent = np.frombuffer(b"".join(pcm for _, pcm in telephone.heard), np.int16)
    assert "9147538613#" in keys_heard(sent[: 90 * RATE_HZ])
    recording = call.opened_recording()
    assert keys_heard(recording.samples[:, CALLER]) == ""
    reasons = [gap["reason"] for gap in call.document["recording"]["gaps"]]
    assert reasons.count("card_entry") == 1
    assert reasons.count("keypad_tone") >= 5
    for _, samples in sounds_in_the_file(call):
        assert keys_heard(samples) == ""


def test_without_the_search_for_tones_the_keys_would_be_heard(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "keypad_tones", lambda samples: [])
    telephone = TelephoneLine(sweep.folder / "data")
    call = sweep({"press": "9147538613#"}, {"silence_s": 6}, model=None, prepare=telephone.prepare)
    assert "9147538613#" in keys_heard(call.opened_recording().samples[:, CALLER])


def test_a_card_that_was_spoken_is_nowhere_in_the_file(sweep: Sweep) -> None:
    telephone = TelephoneLine(sweep.folder / "data")
    card = canary("spoken", "card")
    call = sweep({"say": "good morning"}, {"say": card.spoken_sentence}, prepare=telephone.prepare)
    assert "card.spoken" in call.events
    gap = next(gap for gap in call.document["recording"]["gaps"] if gap["reason"] == "card_spoken")
    spoken = [
        (at_s, pcm)
        for at_s, pcm in telephone.heard
        if gap["from_s"] <= at_s < gap["to_s"] - 0.02 and any(pcm)
    ]
    assert len(spoken) > 50
    for start, samples in sounds_in_the_file(call):
        for at_s, pcm in spoken:
            first = round(at_s * RATE_HZ) - start
            if first >= 0 and first + FRAME <= len(samples):
                assert not np.array_equal(samples[first : first + FRAME], np.frombuffer(pcm, np.int16))
    assert any(samples.any() for _, samples in sounds_in_the_file(call))


def test_nothing_that_the_caller_said_before_consent_is_in_the_file(sweep: Sweep) -> None:
    telephone = TelephoneLine(sweep.folder / "data")
    call = sweep(
        {"say": "good morning"},
        opening=[
            {"say": "hello who is there", "at_once": True},
            {"wait_for": "May we record this call"},
            {"say": "yes"},
            {"wait_for": "How can I help you?"},
        ],
        model=[{"say": "Good morning."}] * 3,
        prepare=telephone.prepare,
        unfinished=True,
    )
    events = call.document["events"]
    agreed_s = next(event["t_s"] for event in events if event["type"] == "consent.decided")
    assert call.events.index("turn.caller") < call.events.index("consent.decided")
    assert not any(
        any(pcm) for at_s, pcm in telephone.heard if at_s < agreed_s
    )  # the line is not even tapped
    recording = call.opened_recording()
    before = round(agreed_s * RATE_HZ) - recording.start
    assert not recording.samples[: max(before, 0), CALLER].any()
    assert recording.samples[:, CALLER].any()


def test_no_sound_of_the_caller_is_ever_on_the_disk_in_plain(sweep: Sweep) -> None:
    telephone = TelephoneLine(sweep.folder / "data")
    call = sweep({"say": "good morning"}, {"say": "and good night"}, prepare=telephone.prepare)
    assert len(telephone.on_disk) > 3
    disk = b"".join(telephone.on_disk) + b"".join(call.sinks.files.values())
    loud = [pcm for _, pcm in telephone.heard if len(set(pcm)) > 100]
    assert len(loud) > 50
    for pcm in loud[::7]:
        stereo = np.repeat(np.frombuffer(pcm, np.int16), 2)
        stereo[1::2] = 0
        assert pcm[100:124] not in disk
        assert stereo.tobytes()[100:124] not in disk
