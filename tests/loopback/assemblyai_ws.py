"""AssemblyAI's streaming protocol (v3) on loopback: a websocket with sound in and turns out."""

import json
from typing import Any

from aiohttp import WSMsgType, web

from tests.loopback.conversation import Conversation
from tests.loopback.hearing import Hearing


class AssemblyAI:
    """Recognises the conversation's stretches one by one as sound comes in.

    As with the real server and the plugin's settings, each stretch is a turn of its own: interim words, the
    utterance, then the end of turn, all with the words themselves and their times.
    """

    def __init__(self, conversation: Conversation, *, key: str) -> None:
        self._conversation = conversation
        self._key = key

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/v3/ws", self._stream)]

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        self._conversation.record("recogniser", request.path_qs, request.headers, "")
        if request.headers.get("Authorization") != self._key:
            return web.Response(status=401, text="Not authorized")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "Begin", "id": "session-1", "expires_at": 1_999_999_999})
        hearing = Hearing()
        turns = 0
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                self._conversation.audio_bytes_heard += len(message.data)
                for heard in hearing.hear(message.data):
                    turns = await self._tell(socket, heard, turns)
            elif message.type is WSMsgType.TEXT:
                self._conversation.record("recogniser", request.path, {}, message.data)
                kind = json.loads(message.data)["type"]
                if kind == "ForceEndpoint":
                    turns = await self._tell(socket, "ended", turns)
                elif kind == "Terminate":
                    await socket.send_json(
                        {"type": "Termination", "audio_duration_seconds": 1, "session_duration_seconds": 1}
                    )
                    await socket.close()
        return socket

    async def _tell(self, socket: web.WebSocketResponse, heard: str, turns: int) -> int:
        if not self._conversation.caller:
            return turns
        stretch = self._conversation.caller[0]
        if heard == "began":
            await socket.send_json({"type": "SpeechStarted", "timestamp": 20})
        elif heard == "under way":
            await socket.send_json(_turn(turns, stretch.guess, final=False))
        else:
            self._conversation.caller.popleft()
            await socket.send_json(_turn(turns, stretch.final, final=True))
            return turns + 1
        return turns


def _turn(order: int, text: str, *, final: bool) -> dict[str, Any]:
    words = [
        {"text": word, "start": 100 * n, "end": 100 * n + 90, "confidence": 0.9, "word_is_final": final}
        for n, word in enumerate(text.split())
    ]
    turn: dict[str, Any] = {
        "type": "Turn",
        "turn_order": order,
        "turn_is_formatted": final,
        "end_of_turn": final,
        "transcript": text,
        "words": words,
        "end_of_turn_confidence": 1.0 if final else 0.1,
    }
    if final:
        turn["utterance"] = text
    return turn
