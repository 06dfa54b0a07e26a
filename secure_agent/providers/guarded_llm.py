"""A language model that is sent redacted text only, and whose answer is redacted before anyone sees it.

Whatever in LiveKit calls a model calls this. One request passes these steps, in this order:

1. the chat context is copied and every string in it redacted; images, sound, extra arguments and tools that
   run at the provider are refused;
2. the tripwire looks at the request as it will be sent, and trips on a string that is not redacted;
3. the observer is told what will be sent; nothing is sent before it has agreed by returning;
4. the answer's text goes through the guard's stream; tool calls are kept back and their arguments redacted;
5. the observer is told the whole answer; the last text and the tool calls go on only after it has returned.

When the guard or the observer fails, the stream ends there: no further chunk, no exception, and `failed()`
tells the call. Errors of the provider are passed on as their kind only, and retried as LiveKit would.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions, NotGivenOr, llm
from livekit.agents.utils import is_given

from policies.text import RawText, RedactedText
from secure_agent.providers.chain import Chain, Link
from secure_agent.providers.errors import ProviderGuardError, without_text
from secure_agent.providers.quiet import untraced
from secure_agent.providers.scrubbing import (
    GuardedText,
    ModelGuard,
    ModelMessage,
    ModelToolCall,
    scrub_json,
    scrub_until_settled,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What one request sends: exactly these messages, and the names of the tools offered."""

    messages: tuple[ModelMessage, ...]
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What came back, redacted; `model` is the version as the provider returned it."""

    text: RedactedText
    tool_calls: tuple[ModelToolCall, ...]
    model: str | None
    request_id: str
    duration_ms: int


class ModelObserver(Protocol):
    """Who must know of every request before it is sent, and of every answer before it is used."""

    async def requested(self, request: ModelRequest) -> None: ...

    async def answered(self, answer: ModelAnswer) -> None: ...

    def failed(self) -> None:
        """The guard or this observer failed; the model's stream has ended without saying why."""
        ...


@runtime_checkable
class ReturnsModel(Protocol):
    """A model plugin that knows which version answered a request. LiveKit's own chunks drop it."""

    def model_of(self, request_id: str) -> str | None: ...


class GuardedLLM(llm.LLM[Any]):
    """A model plugin, or several in a chain, behind the five steps of this module."""

    def __init__(
        self,
        inner: llm.LLM[Any] | Chain[llm.LLM[Any]],
        *,
        guard: ModelGuard,
        observer: ModelObserver,
        key_setting: str = "",
    ) -> None:
        super().__init__()
        self._chain = (
            inner if isinstance(inner, Chain) else Chain("model", [Link(inner, inner.provider, key_setting)])
        )
        self._guard = guard
        self._observer = observer
        self._label = self._chain.plugin.label

    @property
    def model(self) -> str:
        return self._chain.plugin.model

    @property
    def provider(self) -> str:
        return self._chain.plugin.provider

    def prewarm(self, *, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._chain.plugin.prewarm(loop=loop)

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> llm.LLMStream:
        prepared: _Prepared | None = None
        try:
            if is_given(extra_kwargs) and extra_kwargs:
                raise ProviderGuardError("arguments that nobody redacted are not sent")  # noqa: TRY301
            prepared = _prepare(chat_ctx, tools or [], self._guard)
        except Exception as error:  # noqa: BLE001 - fail closed: the guard's exception may hold the text
            _log.error("model request refused", extra={"error_type": type(error).__name__})
        return _GuardedStream(
            self,
            self._chain,
            prepared,
            guard=self._guard,
            observer=self._observer,
            conn_options=conn_options,
            parallel_tool_calls=parallel_tool_calls,
            tool_choice=tool_choice,
        )

    async def aclose(self) -> None:
        await super().aclose()
        for link in self._chain.links:
            await link.plugin.aclose()


@dataclass(frozen=True, slots=True)
class _Prepared:
    context: llm.ChatContext
    tools: list[llm.Tool]
    request: ModelRequest


def _prepare(context: llm.ChatContext, tools: Sequence[llm.Tool], guard: ModelGuard) -> _Prepared:
    # 1. Redact a copy; refuse what nobody can redact and what would run elsewhere.
    offered = llm.ToolContext(tools)
    if offered.provider_tools:
        raise ProviderGuardError("tools that run at the provider are refused: the gateway cannot see them")
    # 2. The tripwire looks over what will be sent.
    scrubbed, messages = scrub_until_settled(context, guard)
    request = ModelRequest(messages=messages, tools=tuple(offered.function_tools))
    return _Prepared(context=scrubbed, tools=offered.flatten(), request=request)


class _GuardedStream(llm.LLMStream):
    """One request. LiveKit's spans, metrics and retries are those of this stream, made of redacted text."""

    def __init__(
        self,
        outer: GuardedLLM,
        chain: Chain[llm.LLM[Any]],
        prepared: _Prepared | None,
        *,
        guard: ModelGuard,
        observer: ModelObserver,
        conn_options: APIConnectOptions,
        parallel_tool_calls: NotGivenOr[bool],
        tool_choice: NotGivenOr[llm.ToolChoice],
    ) -> None:
        super().__init__(
            outer,
            chat_ctx=prepared.context if prepared else llm.ChatContext.empty(),
            tools=prepared.tools if prepared else [],
            conn_options=conn_options,
        )
        self._retry_on_chunk_sent = False  # what the caller has begun to hear is not said again
        self._chain = chain
        self._guard = guard
        self._observer = observer
        self._begun = False  # something of the answer has gone on
        self._prepared = prepared
        self._parallel_tool_calls = parallel_tool_calls
        self._tool_choice = tool_choice

    async def _run(self) -> None:
        while True:
            link = self._chain.current
            failure = await self._ask(link)
            if failure is None:
                return
            # an answer that has begun is not begun again; the next request goes to somebody else
            if not self._chain.leave(link, failure) or self._begun:
                raise failure

    async def _ask(self, link: Link[llm.LLM[Any]]) -> Exception | None:
        try:
            await self._request(link)
        except ProviderGuardError:
            self._end_closed()
        except Exception as error:  # noqa: BLE001 - the provider's text must not travel in its exception
            return without_text(error, key_setting=link.key_setting)
        return None

    async def _request(self, link: Link[llm.LLM[Any]]) -> None:
        if self._prepared is None:
            raise ProviderGuardError("the request was refused")
        # 3. The observer first.
        async with _closed_on_failure():
            await self._observer.requested(self._prepared.request)
        began_s = asyncio.get_running_loop().time()
        answer = _Answer(self._guard, self._prepared.request.tools)
        with untraced():
            inner = link.plugin.chat(
                chat_ctx=self._prepared.context,
                tools=self._prepared.tools,
                conn_options=self._chain.options(self._conn_options),
                parallel_tool_calls=self._parallel_tool_calls,
                tool_choice=self._tool_choice,
            )
        async with inner:
            async for chunk in inner:
                # 4. Through the guard.
                async with _closed_on_failure():
                    released = answer.take(chunk)
                self._send(answer.request_id, released)
        async with _closed_on_failure():
            last = answer.finish()
            # 5. The observer again, then the rest.
            await self._observer.answered(
                ModelAnswer(
                    text=self._guard.redact(RawText(answer.text)).text,
                    tool_calls=tuple(
                        ModelToolCall(name=call.name, arguments=call.arguments) for call in answer.calls
                    ),
                    model=_returned_model(link.plugin, answer.request_id),
                    request_id=answer.request_id,
                    duration_ms=round((asyncio.get_running_loop().time() - began_s) * 1000),
                )
            )
        self._send(answer.request_id, last, calls=answer.calls)
        if answer.usage is not None:
            self._event_ch.send_nowait(llm.ChatChunk(id=answer.request_id, usage=answer.usage))

    def _send(self, request_id: str, text: str, *, calls: Sequence[llm.FunctionToolCall] = ()) -> None:
        if text or calls:
            self._begun = True
            delta = llm.ChoiceDelta(role="assistant", content=text or None, tool_calls=list(calls))
            self._event_ch.send_nowait(llm.ChatChunk(id=request_id, delta=delta))

    def _end_closed(self) -> None:
        _log.error("model stream ended by its guard")
        with contextlib.suppress(Exception):  # the call's own failure must not become a text of ours
            self._observer.failed()


def _returned_model(plugin: llm.LLM[Any], request_id: str) -> str | None:
    return plugin.model_of(request_id) if isinstance(plugin, ReturnsModel) else None


class _Answer:
    """The answer as it comes in: text through the guard one piece behind, tool calls kept to the end."""

    def __init__(self, guard: ModelGuard, offered: Sequence[str]) -> None:
        self._guard = guard
        self._offered = frozenset(offered)
        self._stream: GuardedText = guard.stream()
        self._next = ""  # the last piece the guard let go; it stays until another follows or the end is known
        self.text = ""
        self.calls: list[llm.FunctionToolCall] = []
        self.usage: llm.CompletionUsage | None = None
        self.request_id = ""

    def take(self, chunk: llm.ChatChunk) -> str:
        """Take one chunk of the provider's; return what may go on now."""
        self.request_id = chunk.id or self.request_id
        self.usage = chunk.usage or self.usage
        if chunk.delta is None:
            return ""
        self.calls.extend(self._guarded(call) for call in chunk.delta.tool_calls)
        return self._let_go(self._stream.feed(chunk.delta.content)) if chunk.delta.content else ""

    def finish(self) -> str:
        """The provider has ended: return all that is left."""
        before = self._let_go(self._stream.close())
        return before + self._next

    def _let_go(self, piece: str) -> str:
        if not piece:
            return ""
        self.text += piece
        before, self._next = self._next, piece
        return before

    def _guarded(self, call: llm.FunctionToolCall) -> llm.FunctionToolCall:
        """The call without the provider's extra data; an invented name is text like any other."""
        known = call.name in self._offered
        return llm.FunctionToolCall(
            name=call.name if known else self._guard.redact(RawText(call.name)).text,
            arguments=scrub_json(call.arguments, self._guard),
            call_id=call.call_id,
        )


@contextlib.asynccontextmanager
async def _closed_on_failure() -> AsyncIterator[None]:
    """Turn whatever the guard or the observer raises into one error without a text."""
    failed = False
    try:
        yield
    except Exception:  # noqa: BLE001 - fail closed: the exception may hold the text
        failed = True
    if failed:
        raise ProviderGuardError("the guard or the observer failed")
