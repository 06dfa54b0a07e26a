"""The whole demonstration by keys: each asks what a caller would have said; nobody needs to understand speech."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policies.text import RedactedText
from secure_agent.assembly import OpenCall
from secure_agent.errors import CallStopped
from secure_agent.voice.no_recogniser import NOT_UNDERSTOOD

#: 0 is a person and 2 the end of the recording on every line: the menu leaves both alone.
CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {"1": "What is my balance?", "3": "I want to make a payment.", "4": "When are your offices open?"}
)
_MOST_EXPLANATIONS: Final = 3  # in a row, without a key: noise must not make the line talk for ever


class DemoMenu:
    """Bound to one call. What a key stands for goes to the model, which answers with the tools that it has anyway."""

    def __init__(self, opened: OpenCall, *, recognises: bool) -> None:
        self._opened = opened
        self._call = opened.call
        self._recognises = recognises
        self._explained = 0
        self._used = False  # a caller who presses already needs no list of keys

    async def announce(self) -> None:
        """Name the keys once the conversation is open; a phone without keys gets a person instead."""
        call = self._call
        if call.opening is None or self._recognises:
            return
        await asyncio.wait([call.opening])
        if not call.opened or call.ending.is_set() or self._used:
            return
        if not call.line.capabilities.keypad:
            await call.speaker.say("no_keypad")
            await call.hand_over("no_keypad")
            return
        await call.speaker.say("keypad_menu", interruptible=True)

    def pressed(self, digit: str) -> None:
        self._explained, self._used = 0, True
        session = self._opened.session.session
        if digit not in CHOICES:
            self._call.spawn(self._call.speaker.say("keypad_menu", interruptible=True))
            return
        self._call.speaker.cut()
        session.interrupt()
        session.generate_reply(user_input=CHOICES[digit])

    def takes(self, text: RedactedText) -> bool:
        if any(word != NOT_UNDERSTOOD for word in text.split()):
            return False
        if self._call.opened and self._explained < _MOST_EXPLANATIONS:
            self._explained += 1
            self._call.spawn(self._explain())
        return True

    async def _explain(self) -> None:
        speaker = self._call.speaker
        if not self._call.line.capabilities.keypad:
            await self._call.hand_over("no_keypad")
            raise CallStopped("a person takes this call")
        await speaker.say("keypad_only")
        await speaker.say("keypad_menu", interruptible=True)
