"""Plugins become providers of a call only here: each of the three that see words behind its wrapper."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from livekit.agents import llm, stt, tts, vad

from secure_agent.providers.chain import SwitchRules
from secure_agent.providers.escaping_tts import EscapingTTS, VoiceGuard
from secure_agent.providers.guarded_llm import GuardedLLM, ModelObserver
from secure_agent.providers.redacting_stt import Ear, RedactingSTT
from secure_agent.providers.scrubbing import ModelGuard


@dataclass(frozen=True, slots=True)
class Providers:
    """What a call hears, thinks and speaks with; every one of the first three wrapped."""

    stt: RedactingSTT
    llm: GuardedLLM
    tts: EscapingTTS
    vad: vad.VAD
    #: Makes recogniser and voice go on in another language; False when they cannot.
    switch: Callable[[str], bool] = lambda _: False

    async def aclose(self) -> None:
        """Close what was built; LiveKit's session does not."""
        await self.tts.aclose()
        await self.llm.aclose()
        await self.stt.aclose()


class MakeProviders(Protocol):
    """Makes the providers of one call around what listens, guards and watches for it; RULES say who may be next."""

    def __call__(
        self,
        *,
        ear: Ear,
        guard: ModelGuard,
        observer: ModelObserver,
        voice: VoiceGuard,
        rules: SwitchRules | None = None,
    ) -> Providers: ...


@dataclass(frozen=True, slots=True)
class Plugins:
    """Bare plugins that somebody built by hand, such as those of the simulated line."""

    stt: stt.STT[Any]
    llm: llm.LLM[Any]
    tts: tts.TTS[Any]
    vad: vad.VAD
    tts_builds_markup: bool = False
    switch: Callable[[str], bool] = lambda _: False

    def wrapped(
        self,
        *,
        ear: Ear,
        guard: ModelGuard,
        observer: ModelObserver,
        voice: VoiceGuard,
        rules: SwitchRules | None = None,
    ) -> Providers:
        """Put every plugin behind its wrapper. There is one of each: RULES have nothing to decide."""
        del rules
        return Providers(
            stt=RedactingSTT(self.stt, ear=ear),
            llm=GuardedLLM(self.llm, guard=guard, observer=observer),
            tts=EscapingTTS(self.tts, voice=voice, markup=self.tts_builds_markup),
            vad=self.vad,
            switch=self.switch,
        )
