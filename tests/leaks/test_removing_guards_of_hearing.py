"""Take away one guard of what the caller says, and the sweep finds a canary: each is needed, none is for show."""

from typing import Any

import numpy as np
import pytest
from livekit.agents import stt

from policies.text import RawText, RedactedText
from redaction import Heard, Labels, Redactor, Release
from redaction.known import KnownValues
from redaction.name_model import NameModel
from secure_agent.call_recording import CallRecording
from secure_agent.card_entry import CardEntry
from secure_agent.ear import CallerEar
from secure_agent.providers.redacting_stt import _RedactingStream
from secure_agent.recording.recorder import Recorder
from tests.leaks.canaries import canary
from tests.leaks.swept_call import Sweep, SweptCall

SSN = canary("typed", "ssn")
NAME = canary("tool result", "name")
HEARD = {"transcripts", "history texts", "audit turns"}


def hear_everything(patch: pytest.MonkeyPatch) -> None:
    """Remove redaction at the recogniser."""

    def hear(self: CallerEar, text: RawText, **_: Any) -> tuple[RedactedText, ...]:
        return (RedactedText(text),)

    patch.setattr(CallerEar, "hear", hear)


def test_without_redaction_at_the_recogniser_history_events_and_record_hold_what_was_said(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear_everything(monkeypatch)
    call = sweep({"say": SSN.sentence})
    assert call.sinks_hit(SSN) >= HEARD
    # what stands behind it, alone: model, voice, logs, spans
    assert not call.sinks_hit(SSN) & {
        "model plugin",
        "model",
        "voice",
        "voice plugin",
        "log",
        "span",
        "metrics",
    }


def test_without_redaction_at_the_recogniser_the_log_still_takes_no_card_number(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = canary("typed", "card")
    hear_everything(monkeypatch)
    call = sweep({"say": card.sentence})
    assert call.sinks_hit(card) >= {"transcripts", "history texts"}
    assert not call.sinks_hit(card) & {"audit body", "audit turns", "model plugin", "voice plugin"}


def test_without_dropping_interim_transcripts_the_events_hold_them(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    interim = canary("interim", "ssn")
    guarded = _RedactingStream._pass_on

    def pass_on(self: _RedactingStream, event: stt.SpeechEvent) -> None:
        if event.type == stt.SpeechEventType.INTERIM_TRANSCRIPT:
            self._event_ch.send_nowait(event)
        else:
            guarded(self, event)

    monkeypatch.setattr(_RedactingStream, "_pass_on", pass_on)
    call = sweep({"interim": interim.sentence, "say": "never mind"})
    assert call.sinks_hit(interim) >= {"transcripts", "event user_input_transcribed", "recorded events"}


PIECES = ["four one five", "five five five", "oh one four two"]


def heard_pieces(call: SweptCall) -> list[str]:
    return [piece for piece in PIECES if piece in " ".join(call.sinks.texts["transcripts"])]


def test_without_holding_back_the_first_pieces_of_a_number_are_in_events(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert heard_pieces(sweep({"say": PIECES})) == []
    monkeypatch.setattr(Redactor, "_held", lambda _: False)
    assert PIECES[0] in heard_pieces(sweep({"say": PIECES}))


def test_without_rewriting_later_requests_hold_what_a_next_turn_proved_to_be_part_of_a_number(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = ({"say": "you can take four one five"}, {"say": "five five five oh one four two"})

    def last_request(call: SweptCall) -> str:
        return repr(call.document["model_requests"][-1]["messages"])

    assert "four one five" not in last_request(sweep(*turns))
    monkeypatch.setattr(CallerEar, "_let_through", _without_rewrites(CallerEar._let_through))
    assert "four one five" in last_request(sweep(*turns))


def _without_rewrites(guarded: Any) -> Any:
    def let_through(self: CallerEar, heard: Heard) -> Any:
        return guarded(self, Heard(heard.released))

    return let_through


def test_without_withholding_a_turn_that_could_not_be_scanned_goes_everywhere(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def let_go(self: Redactor) -> Heard:
        released = tuple(Release(u.index, RedactedText(u.text), (), withheld=False) for u in self._window)
        self._window.clear()
        return Heard(released)

    monkeypatch.setattr(Redactor, "_withhold", let_go)
    call = sweep({"say": NAME.value}, faults=[{"redaction": "fails", "at_turn": 1}])
    assert call.sinks_hit(NAME) >= HEARD


def without_name_model(patch: pytest.MonkeyPatch) -> None:
    """A name that no cue and no known value gives away is then ordinary text."""
    patch.setattr(NameModel, "find", lambda *_, **__: [])


TELLS_A_NAME: dict[str, Any] = {
    "model": [{"say": "Let me look.", "call": {"tool": "look_up"}}, {"say": "All is well."}],
    "tool": {"name": NAME.value},
}
SURNAME = NAME.value.split()[1]


def test_a_surname_known_from_a_tool_is_found_when_it_is_said_and_only_because_it_is_known(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = ({"say": "who am I"}, {"say": f"yes {SURNAME.lower()} lives here"})
    assert sweep(*says, **TELLS_A_NAME).hits(NAME) == []
    monkeypatch.setattr(KnownValues, "find", lambda *_: [])
    without_name_model(monkeypatch)
    assert sweep(*says, **TELLS_A_NAME).sinks_hit(NAME) >= {*HEARD, "model plugin"}


def test_the_callers_own_number_is_found_in_any_dress_and_only_because_it_is_known(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = canary("caller number", "phone")
    grouped = f"{int(phone.value):,}"  # a large amount, to whoever does not know it
    says = ({"say": f"the total is {grouped} dollars"},)
    opening = [{"wait_for": "How can I help you?"}]
    assert sweep(*says, number=f"+1{phone.value}", opening=opening).hits(phone) == []
    monkeypatch.setattr(Labels, "remember", lambda *_: None)
    call = sweep(*says, number=f"+1{phone.value}", opening=opening)
    assert call.sinks_hit(phone) >= {*HEARD, "model plugin"}


# While a card is keyed

SAID = canary("card entry", "name")
PAYS: tuple[dict[str, Any], ...] = (
    {"say": "I want to pay my bill"},
    {"wait_for": "card number"},
    {"say": f"well {SAID.value.lower()}", "at_once": True},
    {"press": "4242424242424242#", "at_once": True},
    {"pause_s": 2},
    {"press": "1230#", "at_once": True},
    {"pause_s": 2},
    {"press": "123#", "at_once": True},
    {"wait_for": "is paid"},
    {"hang_up": True, "at_once": True},
)


def deaf_only_in_part(patch: pytest.MonkeyPatch, *, detached: bool, dropped: bool) -> None:
    def go_deaf(self: CardEntry) -> None:
        self._ear.deaf = dropped
        if detached:
            self._session.input.set_audio_enabled(False)

    patch.setattr(CardEntry, "_go_deaf", go_deaf)


HALVES = {
    "audio detached": {"detached": True, "dropped": False},
    "transcripts dropped": {"detached": False, "dropped": True},
}


@pytest.mark.parametrize("half", HALVES)
def test_each_half_of_deafness_alone_keeps_out_what_is_said_during_card_entry(
    half: str, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf_only_in_part(monkeypatch, **HALVES[half])
    call = sweep(*PAYS, model=None)
    assert call.document["payment"]["status"] == "charged"
    assert call.hits(SAID) == []


def test_without_deafness_what_is_said_during_card_entry_is_heard(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf_only_in_part(monkeypatch, detached=False, dropped=False)
    without_name_model(monkeypatch)
    call = sweep(*PAYS, model=None, unfinished=True)
    assert "transcripts" in call.sinks_hit(SAID)


# Sound


def test_without_pausing_the_recorder_the_sound_of_card_entry_is_in_the_recording(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap = sound_of_caller(sweep(*PAYS, model=None), "recording.paused", "recording.resumed")
    assert not gap.any()
    monkeypatch.setattr(CallRecording, "pause", lambda *_: None)
    call = sweep(*PAYS, model=None)
    assert sound_of_caller(call, "payment.started", "payment.tokenized").any()


def test_without_silencing_the_sound_of_a_spoken_card_is_in_the_recording(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = {"say": canary("spoken", "card").spoken_sentence}
    assert not spoken_turn(sweep(card)).any()
    monkeypatch.setattr(Recorder, "mute_caller", lambda *_, **__: None)
    assert spoken_turn(sweep(card)).any()


def sound_of_caller(call: SweptCall, first: str, last: str) -> Any:
    times = {event["type"]: event["t_s"] for event in call.document["events"]}
    return caller_channel(call, times[first], times[last])


def spoken_turn(call: SweptCall) -> Any:
    turn = next(turn for turn in call.document["turns"] if turn["role"] == "caller")
    return caller_channel(call, turn["start_s"], turn["end_s"])


def caller_channel(call: SweptCall, from_s: float, to_s: float) -> Any:
    """What whoever holds the keys hears of the caller between two times of the call."""
    recording = call.opened_recording()
    first, last = (max(0, round(at_s * 16_000) - recording.start) for at_s in (from_s, to_s))
    return np.abs(recording.samples[first:last, 0])
