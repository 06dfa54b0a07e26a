"""Settings: read once, frozen, and passed on; the only reader of the environment.

Each setting is an environment variable with the prefix `SECURE_AGENT_`. A wrong value or unknown name is an
error that names the variable and never repeats a value.
"""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "SECURE_AGENT_"

_Seconds = Annotated[float, Field(gt=0, le=600)]


def in_order(names: str) -> tuple[str, ...]:
    """The providers of a setting such as `azure,openai`, first the one that is asked first."""
    return tuple(name.strip() for name in names.split(","))


def _providers(*known: str, alone: str | None = None) -> AfterValidator:
    said = f"one or more of {', '.join(known)}, with commas, in the order in which they are asked"

    def check(value: str) -> str:
        names = in_order(value)
        if value == alone or (len(set(names)) == len(names) and set(names) <= set(known)):
            return ",".join(names)
        raise ValueError(said if alone is None else f"{alone}, or {said}")

    return AfterValidator(check)


_SpeechIn = Annotated[str, _providers("assemblyai", "azure", "openai", "self_hosted")]
_Model = Annotated[str, _providers("openai", "self_hosted", alone="demo")]
_SpeechOut = Annotated[str, _providers("azure", "openai", "self_hosted")]


class SettingsError(Exception):
    """A setting is wrong. The message names the variable and what is expected, never the value."""


class Settings(BaseSettings):
    """Everything that may be configured. The defaults make a call on one machine, without keys or network."""

    model_config = SettingsConfigDict(
        frozen=True, env_prefix=PREFIX, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    # Who answers: the built-in assistant (`demo`) or a model server. A key alone changes nothing. Like speech in and
    # speech out it takes several, `openai,self_hosted`: the next is asked when one fails, if the line approves it.
    model: _Model = "demo"
    # Holds everything a command reads or writes: database, keys, recordings, evidence.
    data_dir: Path = Path("data")
    # The database of the audit log: none for the file in the data folder, or the address of a PostgreSQL that
    # `secure-agent audit database init` has set up: `postgresql://user@host/name`.
    database: SecretStr | None = None
    # The log that calls are written to, without its epoch; its last part is the data region. One for each region.
    audit_log: Annotated[str, Field(pattern=r"^audit\.[a-z0-9.-]{1,128}/[a-z0-9-]{1,32}$")] = (
        "audit.local/dev"
    )
    # The tenant of the calls; on PostgreSQL the login must be one of its writers.
    audit_tenant: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "local"

    # Where this deployment keeps and handles data: the id of a place, such as `DE`, or of a region as policies name it
    # (`SCC`). A line that may not be kept or handled there is refused. Not set: where the line's business is.
    store_region: str | None = None
    process_region: str | None = None
    # Least severe log record that is written. Values of a call are not written at any level.
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # Speech in. AssemblyAI gives several finals a turn; Azure has regions in most countries; OpenAI and servers of your
    # own (`self_hosted`) are sent each stretch of speech when it has ended.
    speech_in: _SpeechIn = "assemblyai"
    # Speech out. Azure has more voices and languages, OpenAI needs no second key.
    speech_out: _SpeechOut = "azure"
    # Voice activity: both are Silero's model; `native` runs it in LiveKit's library at a third of the cost.
    voice_activity: Literal["native", "silero"] = "native"

    # Key for OpenAI. Used only if `model`, `speech_in` or `speech_out` names `openai`.
    openai_api_key: SecretStr | None = None
    # Base URL of OpenAI or of a server that speaks its protocol, with the version: `https://host/v1`.
    openai_base_url: str = "https://api.openai.com/v1"
    # Name of the model asked for; the log holds the version that answered.
    openai_model: str = "gpt-4.1"
    # Model and voice of OpenAI's speech.
    openai_speech_model: str = "gpt-4o-mini-tts"
    openai_voice: str = "ash"
    # Recogniser of OpenAI's.
    openai_transcription_model: str = "gpt-4o-mini-transcribe"

    # Servers of your own that speak OpenAI's protocol, one for each part that names `self_hosted`: base URLs with the
    # version, `http://10.0.0.7:8000/v1`. They are no suppliers: the line need not name them.
    self_hosted_model_url: str | None = None
    self_hosted_speech_in_url: str | None = None
    self_hosted_speech_out_url: str | None = None
    # What your servers call the model, the recogniser, the speech model and its voice.
    self_hosted_model: str | None = None
    self_hosted_transcription_model: str = "whisper-1"
    self_hosted_speech_model: str = "tts-1"
    self_hosted_voice: str = "alloy"
    # Key of your servers, if they ask for one.
    self_hosted_key: SecretStr | None = None

    # Key for AssemblyAI. Used only if `speech_in` names `assemblyai`.
    assemblyai_api_key: SecretStr | None = None
    # `wss://streaming.eu.assemblyai.com` keeps the sound in the European Union.
    assemblyai_base_url: str = "wss://streaming.assemblyai.com"
    # The default understands several languages, English, German, French, Spanish and Italian among them.
    assemblyai_model: Literal[
        "universal-streaming-english",
        "universal-streaming-multilingual",
        "universal-3-5-pro",
        "universal-3-6-pro",
    ] = "universal-3-6-pro"

    # Key for Azure speech. Used only if `speech_in` or `speech_out` names `azure`.
    azure_speech_key: SecretStr | None = None
    # Region of the speech resource, such as `westeurope`: decides in which country the sound is processed.
    azure_speech_region: str | None = None
    # Instead of the region: host for recognition (`wss://host`) and address for synthesis (`https://host/path`),
    # for containers and private endpoints.
    azure_speech_in_url: str | None = None
    azure_speech_out_url: str | None = None
    # Voice of Azure's speech; without one, the usual voice of the call's language.
    azure_voice: str | None = None

    # Who takes cards: the stub of the demonstration, a server with its API, or Stripe's API.
    payment_processor: Literal["stub", "http", "stripe"] = "stub"
    # Address of the processor, https: `https://api.stripe.com` for Stripe. Not used by the stub.
    payment_url: str | None = None
    # Secret key of the processor. Used only by `stripe`.
    payment_key: SecretStr | None = None
    # The processor's certificate authority (PEM); without one, those of the system.
    payment_ca_file: Path | None = None
    # Stripe: mark charges as telephone orders (MOTO), which the account must be allowed to make.
    payment_moto: bool = False
    # The production line: LiveKit's server, and a key that may join rooms and transfer callers.
    livekit_url: str = "ws://127.0.0.1:7880"
    livekit_api_key: str | None = None
    livekit_api_secret: SecretStr | None = None
    # The digit gate: the server and key of the rooms where agents live. Best another server than the callers'.
    gate_agents_url: str | None = None
    gate_agents_api_key: str | None = None
    gate_agents_api_secret: SecretStr | None = None
    # Password of the trunk's digest authentication, for the user that the line file names.
    trunk_password: SecretStr | None = None
    # One worker takes so many calls at once; a further call goes to another worker, or rings.
    worker_max_calls: Annotated[int, Field(ge=1, le=1_000)] = 30
    # Where a worker says that it is well; 0 takes a free port. Only ever on this machine.
    worker_health_port: Annotated[int, Field(ge=0, le=65_535)] = 8081
    # `thread`: calls share the memory of a worker, and one crash ends them all; `process`: one process a call.
    worker_jobs: Literal["thread", "process"] = "thread"
    # A worker that is told to stop lets its calls go on for so long.
    worker_drain_s: Annotated[int, Field(ge=0, le=86_400)] = 3_600
    # No call lasts longer; the caller is handed to a person then.
    call_max_s: Annotated[float, Field(gt=0, le=86_400)] = 3_600.0
    # A caller who has said nothing for so long, with nothing else going on, is asked once whether they are there; after
    # as long again the agent says goodbye. Longer than a hold: the production line cannot see one.
    away_s: _Seconds = 60.0

    # The laptop line (`secure-agent phone`) beyond this machine needs all four: name and password for phones to
    # sign in with, the networks they may call from (`192.168.1.0/24`, several with commas), calls per address.
    phone_user: str | None = None
    phone_password: SecretStr | None = None
    phone_allow: str = ""
    phone_calls_a_minute: Annotated[int, Field(ge=1, le=600)] | None = None
    # The person that callers are transferred to, as a SIP address; without one nobody is free.
    phone_person: str | None = None
    # A caller whose phone has sent nothing for so long is gone. Phones fall silent on hold: longer than a hold.
    phone_media_timeout_s: _Seconds = 120.0

    # The processor may take this long per request; past it the payment is unavailable and is not repeated.
    payment_timeout_s: _Seconds = 10.0
    # Card capture: from the end of a prompt, or the last key, to the next; people look for the card first.
    capture_key_timeout_s: _Seconds = 15.0
    # Card capture: one attempt at one entry; a line held open by single keys is not a payment.
    capture_entry_timeout_s: _Seconds = 60.0
    # Card capture: attempts per entry; then a person is offered.
    capture_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    # Processor time for redacting one utterance; past it the turn feels slow, and the utterance is withheld.
    redaction_budget_ms: Annotated[float, Field(gt=0, le=5_000)] = 80.0
    # Who finds names that nothing introduces: the shipped model, an installed spaCy package (`en_core_web_lg`), or a
    # Presidio recognizer as `package.module:Class`.
    name_model: str = "shipped"

    # Who wraps the keys of months: a key file, a key from the environment, Vault's transit engine, AWS KMS.
    key_provider: Literal["file", "environment", "vault", "aws"] = "file"
    # `file`: passphrase on the key file; without one its mode protects it.
    key_passphrase: SecretStr | None = None
    # `environment`: base64 of 32 bytes, and during `audit keys rotate` the next one.
    kek: SecretStr | None = None
    kek_next: SecretStr | None = None
    # `vault`: address, token, name of the transit key and where the engine is mounted.
    vault_url: str | None = None
    vault_token: SecretStr | None = None
    vault_key: str = "secure-agent"
    vault_mount: str = "transit"
    # `aws`: id, ARN or alias of the key; region; another address for a private endpoint.
    kms_key: str | None = None
    kms_region: str | None = None
    kms_url: str | None = None


def read_settings(**changes: object) -> Settings:
    """Read the environment; a change (from the command line) wins over it unless it is None.

    Raises SettingsError with a sentence for each thing that is wrong.
    """
    wrong = _unknown_names()
    settings: Settings | None = None
    try:
        settings = Settings(**{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        wrong += [
            f"{PREFIX}{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_context=False, include_url=False)
        ]
    if settings is None or wrong:
        raise SettingsError("; ".join(wrong))
    return settings


#: Names the PostgreSQL of the tests; no setting of the agent.
_FOR_TESTS: Final = f"{PREFIX}TEST_POSTGRES"


def _unknown_names() -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {_FOR_TESTS}
    set_names = (name.upper() for name in os.environ)  # noqa: TID251 - the one place that may
    unknown = sorted(name for name in set_names if name.startswith(PREFIX) and name not in known)
    sentences = []
    for name in unknown:
        nearest = get_close_matches(
            name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], n=1
        )
        hint = f"did you mean {PREFIX}{nearest[0]}?" if nearest else "unset it"
        sentences.append(f"{name} is not a setting; {hint}")
    return sentences


#: Variables that open a door when they are set, and what opens.
_DOORS: Final = {
    "LIVEKIT_OBSERVABILITY_URL": "session reports and logs would be uploaded there",
    "LIVEKIT_DEV_MODE": "turn detection and interruptions would be asked of LiveKit's cloud",
    "LK_OPENAI_DEBUG": "the whole chat context would be logged",
    "LK_DUMP_TTS": "every word of the voice would be written to a file",
    "OPENAI_LOG": "OpenAI's client would log requests with their content",
}

#: Variables that shut a door a second time; LiveKit's own settings, made in the code, shut it first.
_LOCKS: Final = {
    "LIVEKIT_TELEMETRY_ALLOW_PII": "0",
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "false",
    # The local turn detector is not used; preloading it would cost about 260 MB a process.
    "LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE": "0",
}


def close_the_environment() -> None:
    """Unset and set the variables through which LiveKit and its plugins would give content away.

    Call it before LiveKit is imported: some are read at import. Providers' own variables (keys, addresses)
    are left alone; the catalog passes every one of them explicitly, so none is read.
    """
    for name in _DOORS:
        os.environ.pop(name, None)  # noqa: TID251 - the one place that may
    for name, value in _LOCKS.items():
        os.environ[name] = value  # noqa: TID251 - the one place that may
