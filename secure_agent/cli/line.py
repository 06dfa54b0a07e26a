"""`secure-agent line`: set up a telephone line on LiveKit's server, and see what is weak about it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from livekit import api, rtc

from policies import PolicyError, load_policies
from secure_agent.cli.render import Exit, fail, json_object, out
from secure_agent.errors import LineFileError, LineUnavailableError, PromptsError
from secure_agent.settings import Settings, SettingsError, read_settings
from secure_agent.telephony.line_check import CARRIER, LEFT_OVER, Weakness, weaknesses
from secure_agent.telephony.phone_line import PhoneLine, load_phone_line
from secure_agent.telephony.trunk import Change, apply, changes, read_server

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_File = Annotated[Path, typer.Argument(help="The line file.", metavar="FILE", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_T = TypeVar("_T")


@app.callback()
def main() -> None:
    """Make trunk and dispatch rule from a line file, and check them."""


@app.command("apply")
def apply_line(
    file: _File,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before anything is changed.")] = False,
    as_json: _Json = False,
) -> None:
    """Show what would change on the server, ask, and change it. Twice in a row changes nothing.

    Exits 0 when the line is as the file says, 1 if you said no, 2 for a wrong file, 3 if the server does not answer.

    Example: secure-agent line apply lines/energy.yaml
    """
    with _sentences():
        settings, line, found = _checked(file)
        _refuse(found)
        password = _password(settings)

        async def plan(server: api.LiveKitAPI) -> Sequence[Change]:
            return changes(line, await read_server(server, line), password)

        async def carry_out(server: api.LiveKitAPI) -> Sequence[Change]:
            on_server = await read_server(server, line)
            await apply(server, line, on_server, password)
            return changes(line, await read_server(server, line), password)

        planned = _ask(settings, plan)
        if not as_json:
            _print_changes(line, planned)
        if planned and not yes and (as_json or not typer.confirm("Change it?", err=True)):
            fail("nothing was changed; --yes changes it without asking", Exit.WRONG)
        left = _ask(settings, carry_out) if planned else ()
    if as_json:
        json_object({"line": line.name, "changed": [asdict(one) for one in planned]})
    if left:
        fail(f"the server did not take {len(left)} of these; `line show` names them", Exit.UNCHECKED)


@app.command()
def show(file: _File, *, as_json: _Json = False) -> None:
    """Show how the server differs from the line file.

    Exits 0 when nothing does, 1 when something does, 3 if the server does not answer.

    Example: secure-agent line show lines/energy.yaml --json
    """
    with _sentences():
        settings, line, _ = _checked(file)
        password = _password(settings)

        async def plan(server: api.LiveKitAPI) -> Sequence[Change]:
            return changes(line, await read_server(server, line), password)

        found = _ask(settings, plan)
    if as_json:
        json_object({"line": line.name, "differs": [asdict(one) for one in found]})
    else:
        _print_changes(line, found)
    raise typer.Exit(Exit.WRONG if found else Exit.GOOD)


@app.command()
def check(file: _File, *, as_json: _Json = False) -> None:
    """Say what is weak in a line file, what the carrier must be set to, and what nobody can switch off.

    Asks no server. Exits 0 also with warnings, 1 with errors, 2 for a wrong file.

    Example: secure-agent line check examples/lines/example_energy.yaml
    """
    with _sentences():
        _, line, found = _checked(file)
    if as_json:
        json_object(
            {
                "line": line.name,
                "findings": [asdict(one) for one in found],
                "carrier": list(CARRIER),
                "left_over": list(LEFT_OVER),
            }
        )
    else:
        for one in found:
            out.print(f"{one.level}: {one.sentence}", markup=False)
        _print_list("What the carrier must be set to:", CARRIER)
        _print_list("What LiveKit does by itself:", LEFT_OVER)
    if any(one.level == "error" for one in found):
        raise typer.Exit(Exit.WRONG)


@app.command("render-prompts")
def render(
    file: _File,
    target: Annotated[Path, typer.Option("--out", help="The folder for the sound.", metavar="DIR")],
    *,
    as_json: _Json = False,
) -> None:
    """Say the digit gate's prompts into sound files, each with the hash of its words beside it.

    Speaks with the built-in voice (extra `phone`). Recordings of a person may take the place of the files: put the
    hash of the new sound into `prompts.json`. Exits 3 without the extra.

    Example: secure-agent line render-prompts lines/energy.yaml --out prompts
    """
    from secure_agent.gate.prompts import RATE_HZ, render_prompts  # noqa: PLC0415
    from secure_agent.voice import espeak  # noqa: PLC0415 - the library is an extra

    async def voice(text: str, language: str) -> bytes:
        spoken = await espeak.speak(text, language=language)
        resampler = rtc.AudioResampler(espeak.SAMPLE_RATE_HZ, RATE_HZ)
        return b"".join(
            bytes(frame.data) for frame in [*resampler.push(bytearray(spoken)), *resampler.flush()]
        )

    with _sentences():
        line, profile = load_phone_line(file)
        scripts = load_policies().scripts
        try:
            files = asyncio.run(render_prompts(target, scripts, line.language, profile.company, voice))
        except espeak.VoiceUnavailableError as error:
            fail(str(error), Exit.UNCHECKED)
    if as_json:
        json_object({"files": [str(path) for path in files]})
    else:
        out.print(f"{len(files)} prompts in {target / line.language}", markup=False)


def _checked(file: Path) -> tuple[Settings, PhoneLine, list[Weakness]]:
    settings = read_settings()
    line, profile = load_phone_line(file)
    found = weaknesses(line, profile, has_password=settings.trunk_password is not None)
    return settings, line, list(found)


def _refuse(found: Sequence[Weakness]) -> None:
    wrong = [one.sentence for one in found if one.level == "error"]
    if wrong:
        raise LineFileError("; ".join(wrong))


def _password(settings: Settings) -> str | None:
    return None if settings.trunk_password is None else settings.trunk_password.get_secret_value()


def _ask(settings: Settings, question: Callable[[api.LiveKitAPI], Awaitable[_T]]) -> _T:
    if settings.livekit_api_key is None or settings.livekit_api_secret is None:
        raise SettingsError(
            "SECURE_AGENT_LIVEKIT_API_KEY and SECURE_AGENT_LIVEKIT_API_SECRET: set both to the server's key"
        )
    key, secret = settings.livekit_api_key, settings.livekit_api_secret.get_secret_value()

    async def asked() -> _T:
        async with api.LiveKitAPI(settings.livekit_url.replace("ws", "http", 1), key, secret) as server:
            return await question(server)

    return asyncio.run(asked())


def _print_changes(line: PhoneLine, found: Sequence[Change]) -> None:
    if not found:
        out.print(f"{line.name}: the server is as the file says.", markup=False)
    for one in found:
        out.print(f"{one.part} {one.field}: {one.now} -> {one.wanted}", markup=False)


def _print_list(heading: str, sentences: Sequence[str]) -> None:
    out.print(f"\n{heading}", markup=False)
    for sentence in sentences:
        out.print(f"  - {sentence}", markup=False)


@contextmanager
def _sentences() -> Iterator[Any]:
    try:
        yield
    except (LineFileError, SettingsError, PolicyError) as error:
        fail(str(error), Exit.MISUSE)
    except (LineUnavailableError, PromptsError) as error:
        fail(str(error), Exit.UNCHECKED)
