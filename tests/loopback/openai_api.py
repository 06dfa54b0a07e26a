"""OpenAI's protocols on loopback: chat completions as server-sent events, speech, the list of models."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from tests.loopback.conversation import MODEL_VERSION, Calls, Conversation, Fails, ModelAnswer, Says
from tests.loopback.sound import speech

_USAGE = {"prompt_tokens": 11, "completion_tokens": 6, "total_tokens": 17}


class OpenAI:
    """Answers for one conversation; requests with another key are refused."""

    def __init__(self, conversation: Conversation, *, key: str) -> None:
        self._conversation = conversation
        self._key = key
        self._answers = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/models", self._models),
            web.post("/v1/chat/completions", self._chat),
            web.post("/v1/audio/speech", self._speech),
            web.post("/v1/audio/transcriptions", self._transcribe),
        ]

    async def _models(self, request: web.Request) -> web.Response:
        return self._refused(request) or web.json_response({"object": "list", "data": []})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self._conversation.record("model", request.path_qs, request.headers, await request.text())
        if (refused := self._refused(request)) is not None:
            return refused
        answer = self._conversation.next_answer()
        if isinstance(answer, Fails):
            return web.json_response({"error": {"message": answer.body}}, status=answer.status)
        self._answers += 1
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "x-request-id": "request-1"}
        )
        await response.prepare(request)
        for chunk in _chunks(answer, f"chatcmpl-{self._answers}"):
            await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _speech(self, request: web.Request) -> web.StreamResponse:
        self._conversation.record("voice", request.path_qs, request.headers, await request.text())
        if (refused := self._refused(request)) is not None:
            return refused
        asked = await request.json()
        sound = speech(asked["input"], sample_rate_hz=24_000)
        if asked.get("stream_format") != "sse":
            return web.Response(body=sound, content_type="audio/pcm")
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "x-request-id": "request-1"}
        )
        await response.prepare(request)
        for event in (
            {"type": "speech.audio.delta", "audio": base64.b64encode(sound).decode()},
            {
                "type": "speech.audio.done",
                "usage": {"input_tokens": 4, "output_tokens": 9, "total_tokens": 13},
            },
        ):
            await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        return response

    async def _transcribe(self, request: web.Request) -> web.Response:
        """One stretch of speech as a WAV file, its words back; what is too short is nothing."""
        form = await request.post()
        sound = form["file"]
        assert isinstance(sound, web.FileField)
        self._conversation.audio_bytes_heard += len(sound.file.read())
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        self._conversation.record("recogniser", request.path_qs, request.headers, json.dumps(fields))
        if (refused := self._refused(request)) is not None:
            return refused
        caller = self._conversation.caller
        return web.json_response({"text": caller.popleft().final if caller else ""})

    def _refused(self, request: web.Request) -> web.Response | None:
        given = request.headers.get("Authorization", "")
        if given == f"Bearer {self._key}":
            return None
        # The real server repeats parts of the key, and others repeat the request.
        return web.json_response(
            {"error": {"message": f"Incorrect API key provided: {given}.", "code": "invalid_api_key"}},
            status=401,
        )


def _chunks(answer: Says | Calls, answer_id: str) -> Iterator[dict[str, Any]]:
    base = {"id": answer_id, "object": "chat.completion.chunk", "created": 1, "model": MODEL_VERSION}

    def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}

    step = answer.piece_chars if isinstance(answer, Says) else 5
    for at in range(0, len(answer.text), step):
        yield chunk({"role": "assistant", "content": answer.text[at : at + step]})
    if isinstance(answer, Calls):
        call = {"index": 0, "id": f"call_{answer_id}", "type": "function"}
        yield chunk({"tool_calls": [{**call, "function": {"name": answer.tool, "arguments": ""}}]})
        arguments = answer.arguments_json
        for at in range(0, len(arguments), step):
            piece = {"index": 0, "function": {"arguments": arguments[at : at + step]}}
            yield chunk({"tool_calls": [piece]})
        yield chunk({}, "tool_calls")
    else:
        yield chunk({}, "stop")
    yield {**base, "choices": [], "usage": _USAGE}


__all__ = ["ModelAnswer", "OpenAI"]
