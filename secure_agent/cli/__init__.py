"""`secure-agent`: the group of commands and their exit codes (0 good, 1 wrong, 2 misuse, 3 could not check)."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

#: Command -> module, attribute, help. A module is imported only when its command is used: LiveKit takes a second.
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "call": ("call", "app", "Take one call on the simulated line, typed or from a scenario."),
    "line": ("line", "app", "Set up a telephone line on LiveKit's server, and check it."),
    "worker": ("worker", "app", "Take the calls of telephone lines from LiveKit's server."),
    "phone": ("phone", "app", "Answer calls from softphones on this machine, for demonstrations."),
    "gate": ("gate", "app", "Take cards in front of the agent, so that it never meets a digit."),
    "redact": ("redact", "app", "Redact text, or JSON lines from standard input."),
    "redaction": ("redaction", "app", "Measure redaction: leaks, false redactions, latency."),
    "audit": ("audit", "app", "List, show, export and verify the audit log."),
    "policy": ("policy", "app", "Resolve, explain and check the law as data."),
    "consent": ("consent", "app", "Show what a caller agreed to, and how we know."),
    "recording": ("recording", "app", "Export the recording of a call."),
    "payments": ("payments", "app", "List and settle charges whose answer was lost."),
    "doctor": ("doctor", "app", "Check this machine; print each precondition with its remedy."),
}

#: Commands that open sealed text; those that take calls choose the keys with all their other settings.
_OPEN_KEYS = ("audit", "consent", "recording", "payments")


class _LazyGroup(TyperGroup):
    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, attribute, help_text = _COMMANDS[cmd_name]
        command = get_command(getattr(import_module(f"secure_agent.cli.{module}"), attribute))
        command.name = cmd_name
        command.short_help = help_text
        return command


app = typer.Typer(cls=_LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main(context: typer.Context) -> None:
    """A telephone agent for regulated call centers: consent, redaction, keypad payments, provable records."""
    if context.invoked_subcommand in _OPEN_KEYS:
        from secure_agent.keys import use_keys_of_environment  # noqa: PLC0415 - other commands need no settings

        use_keys_of_environment(may_ask=True)
