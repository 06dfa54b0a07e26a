"""`secure-agent phone`: answer a softphone on this machine."""

from pathlib import Path
from typing import Annotated, Any

import typer

from audit import AuditError
from policies import Line as LineProfile
from policies import PolicyError, UnknownIdError, load_line
from secure_agent.assembly import Watchers
from secure_agent.cli import render
from secure_agent.cli.render import Exit
from secure_agent.errors import SecureAgentError
from secure_agent.observability.logs import configure_logging
from secure_agent.payments.errors import ProcessorUnavailableError
from secure_agent.phone.errors import PhoneError
from secure_agent.providers.errors import ProviderConfigError
from secure_agent.settings import Settings, SettingsError, close_the_environment, read_settings
from secure_agent.simulation.result import CallResult

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def phone(
    listen: Annotated[
        str,
        typer.Option(
            help="Where to listen. Beyond this machine it takes a password.", metavar="ADDRESS:PORT"
        ),
    ] = "127.0.0.1:5060",
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept. Default: ./data", metavar="DIR")
    ] = None,
    business: Annotated[
        str, typer.Option(help="The place whose law the line obeys.", metavar="PLACE")
    ] = "US-CA",
    line: Annotated[
        Path | None, typer.Option(help="A line file instead of --business.", metavar="FILE")
    ] = None,
    language: Annotated[str, typer.Option(help="The language to speak.", metavar="LANG")] = "en",
    model: Annotated[
        str | None, typer.Option(help="Who answers: demo, openai or self_hosted.", metavar="NAME")
    ] = None,
    person: Annotated[
        str | None, typer.Option(help="Whom callers are transferred to: a SIP address.", metavar="SIP")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use no provider for speech, even with its key set.")
    ] = False,
    calls: Annotated[int | None, typer.Option(help="Leave after so many calls.", min=1, metavar="N")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per call, nothing else.")
    ] = False,
) -> None:
    """Answer calls from softphones, with the same agent as everywhere. For demonstrations, never for production.

    Works without any key: a built-in voice speaks, and keys carry the demonstration (1 balance, 3 pay by card,
    4 opening hours, 0 a person). Each call's evidence is exported and verified when it ends. Ctrl-C lets calls end.
    Exits 0 when the evidence of every call verifies, 1 when not, 2 for misuse, 3 when the line could not be opened.

    Example: secure-agent phone --listen 127.0.0.1:5060
    """
    try:
        settings = read_settings(data_dir=data_dir, model=model, phone_person=person)
        close_the_environment()
        configure_logging(settings.log_level if "log_level" in settings.model_fields_set else "WARNING")
        profile = load_line(line) if line is not None else LineProfile(business=business)
        results = _answer(
            settings, listen, profile, language=language, offline=offline, calls=calls, as_json=as_json
        )
    except (PhoneError, SettingsError, UnknownIdError, ProviderConfigError) as error:
        render.fail(str(error), Exit.MISUSE)
    except (AuditError, PolicyError, SecureAgentError, ProcessorUnavailableError) as error:
        render.fail(str(error), Exit.UNCHECKED)
    except OSError as error:
        render.fail(
            f"{error.strerror or type(error).__name__}: {error.filename or 'data folder'}", Exit.UNCHECKED
        )
    raise typer.Exit(Exit.GOOD if all(result.exit_code == 0 for result in results) else Exit.WRONG)


def _answer(
    settings: Settings,
    listen: str,
    profile: LineProfile,
    *,
    language: str,
    offline: bool,
    calls: int | None,
    as_json: bool,
) -> list[CallResult]:
    """Import the line only now: it takes LiveKit, a second and the extra."""
    try:
        from secure_agent.phone.door import read_door  # noqa: PLC0415
        from secure_agent.phone.host import Hosting, answer_calls  # noqa: PLC0415
        from secure_agent.phone.providers import choose_providers  # noqa: PLC0415
        from secure_agent.phone.screen import PhoneScreen  # noqa: PLC0415
        from secure_agent.voice.espeak import VoiceUnavailableError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("aiosipua", "aiortp", "espeakng_loader"):
            raise
        raise PhoneError("the laptop line is not installed: install the extra secure-agent[phone]") from None
    door = read_door(listen, settings)
    try:
        providers = choose_providers(settings, language, offline=offline)
    except VoiceUnavailableError as error:
        raise PhoneError(str(error)) from None
    hosting = Hosting(settings, door, profile, language, providers, settings.phone_person, calls)
    return answer_calls(hosting, _JsonReporter() if as_json else PhoneScreen())


class _JsonReporter:
    """For programs: how to dial on standard error, one object for each call on standard output."""

    def note(self, text: str) -> None:
        render.err.print(text, markup=False)

    def watchers(self, number: int) -> Watchers:
        del number
        return Watchers()

    def finished(self, number: int, result: CallResult) -> None:
        document: dict[str, Any] = {**result.document, "number": number, "refusal": result.refusal}
        render.json_object(document)
