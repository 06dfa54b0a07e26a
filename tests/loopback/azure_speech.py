"""Azure speech on loopback: recognition as the Speech SDK speaks it, synthesis as REST with SSML."""

import json
import struct
import uuid
from typing import Any
from xml.etree import ElementTree as ET

from aiohttp import WSMsgType, web

from tests.loopback.conversation import Conversation
from tests.loopback.hearing import Hearing
from tests.loopback.sound import speech

_TICKS_A_SECOND = 10_000_000
_RATE_HZ = {"raw-8khz-16bit-mono-pcm": 8_000, "raw-16khz-16bit-mono-pcm": 16_000}


class AzureSpeech:
    """Recognises the conversation's stretches as sound comes in, and speaks well-formed SSML only."""

    def __init__(self, conversation: Conversation, *, key: str) -> None:
        self._conversation = conversation
        self._key = key
        self.spoken: list[str] = []  # the text of each SSML document, as an XML parser reads it
        self.elements: list[str] = []  # every element that the voice was sent

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/cognitiveservices/v1", self._synthesise),
            web.get("/speech/{rest:.*}", self._recognise),
        ]

    async def _synthesise(self, request: web.Request) -> web.Response:
        ssml = await request.text()
        self._conversation.record("voice", request.path_qs, request.headers, ssml)
        if request.headers.get("Ocp-Apim-Subscription-Key") != self._key:
            return web.Response(status=401)
        try:
            root = ET.fromstring(ssml)  # noqa: S314 - the document is of our own making
        except ET.ParseError:
            return web.Response(status=400)
        text = "".join(root.itertext())
        self.spoken.append(text)
        self.elements += [element.tag.rsplit("}", 1)[-1] for element in root.iter()]
        rate_hz = _RATE_HZ.get(request.headers.get("X-Microsoft-OutputFormat", ""), 24_000)
        return web.Response(body=speech(text, sample_rate_hz=rate_hz), content_type="audio/x-wav")

    async def _recognise(self, request: web.Request) -> web.StreamResponse:
        self._conversation.record("recogniser", request.path_qs, request.headers, "")
        if request.headers.get("Ocp-Apim-Subscription-Key") != self._key:
            return web.Response(status=401)
        socket = web.WebSocketResponse(protocols=["USP"])
        await socket.prepare(request)
        recognition = _Recognition(socket, self._conversation)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._conversation.record("recogniser", request.path, {}, message.data)
                head, _, _ = message.data.partition("\r\n\r\n")
                recognition.request_id = _headers(head).get("X-RequestId", recognition.request_id)
            elif message.type is WSMsgType.BINARY:
                head_bytes = struct.unpack(">H", message.data[:2])[0]
                head = message.data[2 : 2 + head_bytes].decode()
                await recognition.sound(_headers(head), message.data[2 + head_bytes :])
        return socket


class _Recognition:
    """One connection of the Speech SDK; it opens a new turn for each request id."""

    def __init__(self, socket: web.WebSocketResponse, conversation: Conversation) -> None:
        self._socket = socket
        self._conversation = conversation
        self._hearing = Hearing()
        self._begun: str | None = None
        self._heard_bytes = 0
        self.request_id = ""

    async def sound(self, headers: dict[str, str], data: bytes) -> None:
        request_id = headers.get("X-RequestId", self.request_id)
        if request_id != self._begun:
            self._begun = self.request_id = request_id
            await self._send("turn.start", {"context": {"serviceTag": uuid.uuid4().hex}})
        if data.startswith(b"RIFF"):
            data = data[44:]
        elif not data:
            await self._send(
                "speech.phrase", {**self._times(), "RecognitionStatus": "EndOfDictation", "Duration": 0}
            )
            await self._send("turn.end", {})
            return
        self._heard_bytes += len(data)
        self._conversation.audio_bytes_heard += len(data)
        for heard in self._hearing.hear(data):
            await self._tell(heard)

    async def _tell(self, heard: str) -> None:
        if not self._conversation.caller:
            return
        stretch = self._conversation.caller[0]
        if heard == "began":
            await self._send("speech.startDetected", self._times())
        elif heard == "under way":
            await self._send("speech.hypothesis", {**self._times(), "Text": stretch.guess})
        else:
            self._conversation.caller.popleft()
            phrase = {"RecognitionStatus": "Success", "DisplayText": stretch.final, "Channel": 0}
            await self._send("speech.phrase", {**self._times(), **phrase})
            await self._send("speech.endDetected", self._times())

    def _times(self) -> dict[str, Any]:
        at = round(self._heard_bytes / 32_000 * _TICKS_A_SECOND)
        return {"Id": uuid.uuid4().hex, "Offset": at, "Duration": _TICKS_A_SECOND // 10}

    async def _send(self, path: str, body: dict[str, Any]) -> None:
        await self._socket.send_str(
            f"X-RequestId:{self.request_id}\r\nContent-Type:application/json; charset=utf-8\r\n"
            f"Path:{path}\r\n\r\n{json.dumps(body)}"
        )


def _headers(head: str) -> dict[str, str]:
    return dict(line.split(":", 1) for line in head.split("\r\n") if ":" in line)
