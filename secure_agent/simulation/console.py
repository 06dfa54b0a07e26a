"""A call in the terminal: a person types what the caller says, and sees what the model is sent and what is recorded."""

import asyncio
import os
import shutil
import sys
import termios
import textwrap
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

from livekit.agents.utils import http_context
from rich.console import Console
from rich.text import Text

from policies import Line as LineProfile
from secure_agent.assembly import Incoming, OpenCall, Watchers
from secure_agent.errors import CallRefused
from secure_agent.journal import RecordedEvent
from secure_agent.open_call import open_call
from secure_agent.payments.stub import start_stub
from secure_agent.providers.chain import SwitchRules
from secure_agent.providers.escaping_tts import VoiceGuard
from secure_agent.providers.guarded_llm import ModelObserver, ModelRequest
from secure_agent.providers.redacting_stt import Ear
from secure_agent.providers.scrubbing import ModelGuard
from secure_agent.providers.wrapping import MakeProviders, Providers
from secure_agent.settings import Settings
from secure_agent.simulation.demo import VERSION, DemoBrain
from secure_agent.simulation.models import SimulatedModel
from secure_agent.simulation.providers import spoken
from secure_agent.simulation.result import CallResult, refused_document
from secure_agent.simulation.runner import evidence_of, simulated_plugins
from secure_agent.telephony.simulated import SimulatedLine
from secure_agent.transcript import Turn
from secure_agent.wiring import open_services

_HELP = """type what the caller says, then Enter
/press 1      press keys: digits, * and #; they are not shown
/hangup       hang up
/help         this text"""
_RECORD_COLUMN = min(64, max(30, shutil.get_terminal_size().columns - 30))


#: Who types needs more time than who speaks.
_AWAY_S = 600.0


class _Screen:
    """Prints above the input line, which stays where it is."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._typed = ""
        self._began_s = time.monotonic()

    def turn(self, turn: Turn) -> None:
        cut = " --" if turn.interrupted else ""
        style = "bold cyan" if turn.role == "agent" else "bold green"
        first, *more = textwrap.wrap(f"{turn.text}{cut}", _RECORD_COLUMN - 10) or [""]
        self._line(Text.assemble((f"{turn.role:>6}  ", style), first))
        for line in more:
            self._line(Text(f"{'':>8}{line}"))

    def event(self, event: RecordedEvent) -> None:
        self._line(Text(f"{'':>{_RECORD_COLUMN}}+ {event.type}", style="dim"))

    def request(self, request: ModelRequest) -> None:
        sent = f"> model was sent: {request.messages[-1].content}"
        for line in textwrap.wrap(sent, max(30, self._console.width - _RECORD_COLUMN - 1)):
            self._line(Text(f"{'':>{_RECORD_COLUMN}}{line}", style="yellow"))

    def note(self, text: str) -> None:
        self._line(Text(text, style="dim"))

    def show_typed(self, typed: str) -> None:
        self._typed = typed
        sys.stdout.write(f"\r\x1b[K> {_masked(typed)}")
        sys.stdout.flush()

    def _line(self, text: Text) -> None:
        sys.stdout.write("\r\x1b[K")
        self._console.print(text)
        sys.stdout.write(f"> {_masked(self._typed)}")
        sys.stdout.flush()


def _masked(typed: str) -> str:
    """Keys after /press are not echoed: a card number must not stand on a screen."""
    command = "/press"
    if typed.startswith(command):
        return command + "".join("•" if c in "0123456789*#" else c for c in typed[len(command) :])
    return typed


def talk(settings: Settings) -> CallResult:
    """One call in real time on this terminal; returns when somebody has hung up and the evidence is verified."""
    screen = _Screen()
    screen.note(_HELP)
    if "away_s" not in settings.model_fields_set:
        settings = settings.model_copy(update={"away_s": _AWAY_S})

    def now() -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    with (
        start_stub(mode="normal") as stub,
        open_services(settings, data_dir=settings.data_dir, now=now, processor_url=stub.base_url) as services,
    ):
        watchers = Watchers(event=screen.event, turn=screen.turn, request=screen.request)
        incoming = Incoming(LineProfile(business="US-TX"), None, "en")

        async def run() -> OpenCall:
            async with http_context.open():
                line = SimulatedLine()
                async with open_call(
                    services, line, incoming, _providers(settings), watchers=watchers
                ) as opened:
                    with _typed_lines(screen, line):
                        await opened.call.ending.wait()
                return opened

        try:
            opened = asyncio.run(run())
        except CallRefused as refusal:
            return CallResult(document=refused_document(), verify_command=None, refusal=str(refusal))
        document, command = evidence_of(opened, services)
    document["turns"] = []  # they stand above already
    document["events"] = []
    sys.stdout.write("\r\x1b[K")
    return CallResult(document=document, verify_command=command)


def _providers(settings: Settings) -> MakeProviders:
    """The simulated speech providers, and the model that was configured."""
    plugins = simulated_plugins("en", SimulatedModel(DemoBrain("en"), version=VERSION), scripted=False)
    if settings.model == "demo":
        return plugins.wrapped
    build_model = import_module("secure_agent.providers.catalog").build_model  # takes half a second

    def make(
        *,
        ear: Ear,
        guard: ModelGuard,
        observer: ModelObserver,
        voice: VoiceGuard,
        rules: SwitchRules | None = None,
    ) -> Providers:
        wrapped = plugins.wrapped(ear=ear, guard=guard, observer=observer, voice=voice)
        return replace(wrapped, llm=build_model(settings, guard=guard, observer=observer, rules=rules))

    return make


@contextmanager
def _typed_lines(screen: _Screen, line: SimulatedLine) -> Iterator[None]:
    """Let what is typed reach the line, key by key from the terminal, without its own echo."""
    loop = asyncio.get_running_loop()
    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    typed = bytearray()

    def read() -> None:
        for byte in os.read(stdin, 1024) or b"\x04":
            match byte:
                case 0x0D | 0x0A:
                    text = typed.decode("utf-8", "replace").strip()
                    typed.clear()
                    screen.show_typed("")
                    _enter(text, screen, line)
                case 0x7F | 0x08:
                    del typed[-1:]
                    while typed and typed[-1] & 0xC0 == 0x80:
                        del typed[-1:]
                case 0x03 | 0x04:
                    line.caller_hangs_up()
                case _ if byte >= 0x20:
                    typed.append(byte)
        screen.show_typed(typed.decode("utf-8", "replace"))

    tty.setcbreak(stdin)
    loop.add_reader(stdin, read)
    try:
        yield
    finally:
        loop.remove_reader(stdin)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)


def _enter(text: str, screen: _Screen, line: SimulatedLine) -> None:
    command, _, rest = text.partition(" ")
    match command:
        case "":
            return
        case "/help":
            screen.note(_HELP)
        case "/hangup":
            line.caller_hangs_up()
        case "/press":
            keys = [key for key in rest if key in "0123456789*#"]
            if not keys or len(keys) != len(rest.replace(" ", "")):
                screen.note("keys are digits, * and #, such as /press 1")
                return
            for key in keys:
                line.press(key)  # type: ignore[arg-type]  # checked above
        case _ if command.startswith("/"):
            screen.note("unknown command; /help lists them")
        case _:
            line.speak(spoken([text]))
