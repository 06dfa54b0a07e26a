"""OpenAI's stream of chunks with somebody who looks on: what LiveKit's own chunks drop is seen here."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Self


class NotedStream:
    """OpenAI's stream of chunks, each shown to `note` as it passes."""

    def __init__(self, stream: Any, note: Callable[[Any], None]) -> None:
        self._stream = stream
        self._note = note

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._stream.__aexit__(*exc_info)

    async def __aiter__(self) -> AsyncIterator[Any]:
        async for chunk in self._stream:
            self._note(chunk)
            yield chunk
