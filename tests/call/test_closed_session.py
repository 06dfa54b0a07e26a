"""The session that is really built has every setting that LiveKit leaves open shut."""

from typing import Any

from secure_agent.agent import START_OPTIONS
from secure_agent.assembly import OpenCall


def test_every_open_default_of_livekit_is_shut_on_the_session_of_a_call(run_call: Any) -> None:
    seen: list[dict[str, Any]] = []

    def look(opened: OpenCall) -> None:
        session = opened.session.session
        options = session.options
        seen.append(
            {
                "turn_detection": options.turn_handling["turn_detection"],
                "interruption": options.interruption["mode"],
                "resume": options.interruption["resume_false_interruption"],
                "preemptive": options.preemptive_generation["enabled"],
                "aec_warmup": options.aec_warmup_duration,
                "away": options.user_away_timeout,
                "host": session._session_host,
                "room_io": session._room_io,
                "recording": dict(options.recording_options),
                "stt": type(session.stt).__name__,
                "llm": type(session.llm).__name__,
                "tts": type(session.tts).__name__,
                "audio_out": type(session.output.audio).__name__,
            }
        )

    run_call({"steps": [{"hang_up": True}]}, prepare=look)
    (found,) = seen
    recording = found.pop("recording")
    assert not any(recording[what] for what in ("audio", "traces", "logs", "transcript"))
    assert found == {
        "turn_detection": "vad",
        "interruption": "vad",
        "resume": False,
        "preemptive": False,
        "aec_warmup": None,
        "away": None,
        "host": None,
        "room_io": None,
        "stt": "RedactingSTT",
        "llm": "GuardedLLM",
        "tts": "EscapingTTS",
        "audio_out": "_SyncedAudioOutput",
    }
    assert START_OPTIONS == {"record": False, "session_host": False}
