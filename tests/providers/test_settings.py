"""Settings: what the environment may say, and what is said about it when it is wrong."""

import inspect
import os

import pytest

from secure_agent.settings import Settings, SettingsError, close_the_environment, read_settings


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:  # noqa: TID251 - the test of the one reader
        if name.startswith("SECURE_AGENT_"):
            monkeypatch.delenv(name)


def test_a_key_alone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-machine")
    monkeypatch.setenv("SECURE_AGENT_OPENAI_API_KEY", "sk-of-ours")
    assert read_settings().model == "demo"


def test_the_command_line_wins_over_the_environment_where_it_says_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECURE_AGENT_MODEL", "openai")
    assert read_settings(model=None).model == "openai"
    assert read_settings(model="demo").model == "demo"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "SECURE_AGENT_MODEL",
            "gpt-canary",
            "SECURE_AGENT_MODEL: Value error, demo, or one or more of openai, self_hosted",
        ),
        (
            "SECURE_AGENT_PAYMENT_TIMEOUT_S",
            "-1",
            "SECURE_AGENT_PAYMENT_TIMEOUT_S: Input should be greater than 0",
        ),
        ("SECURE_AGENT_OPENAI_KEY", "canary", "did you mean SECURE_AGENT_OPENAI_API_KEY?"),
        ("SECURE_AGENT_XYZZY", "canary", "SECURE_AGENT_XYZZY is not a setting; unset it"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)


def test_keys_do_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURE_AGENT_OPENAI_API_KEY", "canary")
    settings = read_settings()
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().model = "openai"  # type: ignore[misc]


def test_every_setting_says_in_a_comment_what_it_is_for() -> None:
    lines = inspect.getsource(Settings).splitlines()
    commented = False
    for line in lines:
        stripped = line.strip()
        if stripped.startswith("#"):
            commented = True
        elif not stripped:
            commented = False
        elif ": " in stripped and stripped.split(":")[0] in Settings.model_fields:
            assert commented, stripped


def test_doors_are_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "LIVEKIT_OBSERVABILITY_URL",
        "LIVEKIT_DEV_MODE",
        "LK_OPENAI_DEBUG",
        "LK_DUMP_TTS",
        "OPENAI_LOG",
    ):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("LIVEKIT_TELEMETRY_ALLOW_PII", "1")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    monkeypatch.setenv("LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE", "1")
    close_the_environment()
    environment = dict(os.environ)  # noqa: TID251 - the test of the one reader
    assert not environment.keys() & {
        "LIVEKIT_OBSERVABILITY_URL",
        "LIVEKIT_DEV_MODE",
        "LK_OPENAI_DEBUG",
        "LK_DUMP_TTS",
        "OPENAI_LOG",
    }
    assert environment["LIVEKIT_TELEMETRY_ALLOW_PII"] == "0"
    assert environment["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] == "false"
    assert environment["LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE"] == "0"
