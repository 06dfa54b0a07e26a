"""All vendors on one port of 127.0.0.1, and the settings that send the real plugins there."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.loopback.assemblyai_ws import AssemblyAI
from tests.loopback.azure_speech import AzureSpeech
from tests.loopback.conversation import Conversation
from tests.loopback.openai_api import OpenAI

KEY = "loopback-key-of-nobody"


@dataclass(frozen=True, slots=True)
class Vendors:
    """The running servers: what they play and received is in `conversation`."""

    conversation: Conversation
    azure: AzureSpeech
    port: int

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Arguments for `Settings` that use these servers for everything; `changes` win."""
        host = f"127.0.0.1:{self.port}"
        return {
            "model": "openai",
            "openai_api_key": KEY,
            "openai_base_url": f"http://{host}/v1",
            "assemblyai_api_key": KEY,
            "assemblyai_base_url": f"ws://{host}",
            "self_hosted_model_url": f"http://{host}/v1",
            "self_hosted_speech_in_url": f"http://{host}/v1",
            "self_hosted_speech_out_url": f"http://{host}/v1",
            "self_hosted_model": "our-model",
            "self_hosted_key": KEY,
            "azure_speech_key": KEY,
            "azure_speech_in_url": f"ws://{host}",
            "azure_speech_out_url": f"http://{host}/cognitiveservices/v1",
            **changes,
        }


@asynccontextmanager
async def loopback_vendors() -> AsyncIterator[Vendors]:
    """Run the servers while inside; every connection is closed at the end."""
    conversation = Conversation()
    azure = AzureSpeech(conversation, key=KEY)
    app = web.Application()
    for vendor in (OpenAI(conversation, key=KEY), AssemblyAI(conversation, key=KEY), azure):
        app.add_routes(vendor.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    try:
        await web.SockSite(runner, listening).start()
        yield Vendors(conversation, azure, listening.getsockname()[1])
    finally:
        await runner.cleanup()
        listening.close()
