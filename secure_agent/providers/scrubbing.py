"""A model request holds redacted strings and nothing else; a second look, by another way, trips on the rest.

`scrub_context` copies a chat context and redacts every string a provider would send. `sent_messages` then
walks what the provider's formatter makes of the copy and asks the guard about each string again: a redacted
text is not changed by redacting it, so a string that changes is one that the scrubbing did not know of.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from livekit.agents import llm

from policies.text import RawText, RedactedText
from secure_agent.providers.errors import ProviderGuardError

_PASSES: Final = (
    4  # each teaches the guard what the one before revealed; two are usual, the first often enough
)


class Scrubbed(Protocol):
    """A text after redaction."""

    @property
    def text(self) -> RedactedText: ...


class GuardedText(Protocol):
    """A stream of text that gives out only what can no longer become part of something personal."""

    def feed(self, chunk: str, /) -> RedactedText: ...

    def close(self) -> RedactedText: ...


class ModelGuard(Protocol):
    """What redacts for one call, whole texts and streams. Redacting a redacted text does not change it."""

    def redact(self, text: RawText, /) -> Scrubbed: ...

    def stream(self) -> GuardedText: ...


@dataclass(frozen=True, slots=True)
class ModelToolCall:
    """A tool the model wants called; the arguments are JSON with redacted values."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message as it is sent to the model, redacted."""

    role: str
    content: str
    tool_calls: tuple[ModelToolCall, ...] = ()


def scrub_context(context: llm.ChatContext, guard: ModelGuard) -> llm.ChatContext:
    """Return a copy that shares nothing with `context`, with every string redacted.

    Items that are never sent (hand-overs, changes of configuration) and providers' extra data are left out;
    images and sound are refused, since nobody can redact them.
    """
    items: list[llm.ChatItem] = []
    for item in context.items:
        match item:
            case llm.ChatMessage():
                items.append(
                    llm.ChatMessage(
                        id=item.id,
                        role=item.role,
                        content=_scrub_content(item.content, guard),
                        interrupted=item.interrupted,
                        created_at=item.created_at,
                    )
                )
            case llm.FunctionCall():
                items.append(
                    llm.FunctionCall(
                        id=item.id,
                        call_id=item.call_id,
                        name=_scrub(item.name, guard),
                        arguments=scrub_json(item.arguments, guard),
                        created_at=item.created_at,
                        group_id=item.group_id,
                    )
                )
            case llm.FunctionCallOutput():
                items.append(
                    llm.FunctionCallOutput(
                        id=item.id,
                        call_id=item.call_id,
                        name=_scrub(item.name, guard),
                        output=scrub_json(item.output, guard),
                        is_error=item.is_error,
                        created_at=item.created_at,
                    )
                )
            case _:
                continue
    return llm.ChatContext(items)


def scrub_json(text: str, guard: ModelGuard) -> str:
    """Redact a JSON text value by value, so that it stays JSON; what is no JSON is redacted as text.

    The name of a field is what tells a security code from an amount: a value is looked at together with the name
    of its own field, and with no other.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return _scrub(text, guard)
    scrubbed = _scrub_value(value, guard, cue="")
    return text if scrubbed == value else json.dumps(scrubbed, ensure_ascii=False)


def scrub_until_settled(
    context: llm.ChatContext, guard: ModelGuard
) -> tuple[llm.ChatContext, tuple[ModelMessage, ...]]:
    """Return the redacted copy and what is sent of it, after a look of the tripwire that found nothing.

    Scrubbing a later message may teach the guard a value (a name in a tool's result) that an earlier one holds as
    well. So the copy is scrubbed again while the tripwire finds something, a few times; then the request is refused.
    """
    for _ in range(_PASSES - 1):
        context = scrub_context(context, guard)
        with suppress(ProviderGuardError):
            return context, sent_messages(context, guard)
    context = scrub_context(context, guard)
    return context, sent_messages(context, guard)


def sent_messages(context: llm.ChatContext, guard: ModelGuard) -> tuple[ModelMessage, ...]:
    """Return what a provider is sent for `context`; trip when any string of it is not redacted."""
    messages, _ = context.to_provider_format("openai")
    return tuple(_sent(message, guard) for message in messages)


def _sent(message: Mapping[str, Any], guard: ModelGuard) -> ModelMessage:
    unknown = message.keys() - {"role", "content", "tool_calls", "tool_call_id"}
    content = message.get("content") or ""
    if unknown or not isinstance(content, str):
        raise ProviderGuardError("a message to the model holds something that nobody redacted")
    role = str(message["role"])
    redacted = scrub_json(content, guard) if role == "tool" else _scrub(content, guard)
    if redacted != content:
        raise ProviderGuardError("a message to the model was not redacted")
    return ModelMessage(
        role=role,
        content=content,
        tool_calls=tuple(_sent_call(call, guard) for call in message.get("tool_calls", ())),
    )


def _sent_call(call: Mapping[str, Any], guard: ModelGuard) -> ModelToolCall:
    if call.keys() != {"id", "type", "function"}:
        raise ProviderGuardError("a tool call to the model holds something that nobody redacted")
    name, arguments = call["function"]["name"], call["function"]["arguments"]
    if _scrub(name, guard) != name or scrub_json(arguments, guard) != arguments:
        raise ProviderGuardError("a tool call to the model was not redacted")
    return ModelToolCall(name=name, arguments=arguments)


def _scrub_content(content: Sequence[object], guard: ModelGuard) -> list[llm.ChatContent]:
    """Redact neighbouring strings as one, since providers join them: a number may be split over two."""
    scrubbed: list[llm.ChatContent] = []
    run: list[str] = []
    for part in (*content, None):
        if isinstance(part, str):
            run.append(part)
            continue
        if run:
            scrubbed.append(_scrub("\n".join(run), guard))
            run = []
        if isinstance(part, llm.CacheBreakpoint):
            scrubbed.append(llm.CacheBreakpoint())
        elif part is not None:
            raise ProviderGuardError("images and sound are never sent to the model")
    return scrubbed


def _scrub_value(value: Any, guard: ModelGuard, *, cue: str) -> Any:
    match value:
        case str():
            return _scrub_cued(value, guard, cue=cue)
        case bool() | None:
            return value
        case int() | float():
            written = json.dumps(value)
            scrubbed = _scrub_cued(written, guard, cue=cue)
            return value if scrubbed == written else scrubbed
        case list():
            return _scrub_list(value, guard, cue=cue)
        case dict():
            return {
                _scrub(key, guard): _scrub_value(item, guard, cue=key.replace("_", " "))
                for key, item in value.items()
            }
        case _:
            raise ProviderGuardError("a tool call holds something that is no JSON")


def _scrub_list(values: list[Any], guard: ModelGuard, *, cue: str) -> list[Any]:
    """A number dictated in groups may come as a list of them: together they are looked at as one text."""
    if len(values) > 1 and all(isinstance(value, str | int) for value in values):
        joined = " ".join(str(value) for value in values)
        if (scrubbed := _scrub(joined, guard)) != joined:
            return [scrubbed]
    return [_scrub_value(value, guard, cue=cue) for value in values]


def _scrub_cued(text: str, guard: ModelGuard, *, cue: str) -> str:
    """Redact `text` after the words that announce it; if those are changed themselves, on its own."""
    if cue:
        announced = f"{cue}: "
        scrubbed = _scrub(announced + text, guard)
        if scrubbed.startswith(announced):
            return scrubbed.removeprefix(announced)
    return _scrub(text, guard)


def _scrub(text: str, guard: ModelGuard) -> RedactedText:
    return guard.redact(RawText(text)).text
