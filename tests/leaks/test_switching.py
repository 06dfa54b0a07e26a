"""A provider that fails in the middle of a call takes nothing personal with it into any place, nor does the next."""

from dataclasses import dataclass
from typing import Any

import pytest
from livekit.agents import APIConnectionError, APIStatusError, stt

from secure_agent.providers.chain import Chain, Link, SwitchRules
from secure_agent.providers.escaping_tts import EscapingTTS, VoiceGuard
from secure_agent.providers.guarded_llm import GuardedLLM, ModelObserver
from secure_agent.providers.redacting_stt import Ear, RedactingSTT
from secure_agent.providers.scrubbing import ModelGuard
from secure_agent.providers.wrapping import Plugins, Providers
from secure_agent.simulation.models import SimulatedModel
from secure_agent.simulation.providers import SimulatedSTT, SimulatedVoice
from tests.leaks.canaries import Canary, canaries, canary
from tests.leaks.plugins import Failing
from tests.leaks.swept_call import Sweep, SweptCall

#: A server of one's own needs no row among the suppliers of the line.
SPARE = "self_hosted"


@dataclass(frozen=True, slots=True)
class PluginsWithASpare(Plugins):
    """Every kind has a second provider, which works."""

    def wrapped(
        self,
        *,
        ear: Ear,
        guard: ModelGuard,
        observer: ModelObserver,
        voice: VoiceGuard,
        rules: SwitchRules | None = None,
    ) -> Providers:
        assert isinstance(self.stt, SimulatedSTT)
        assert isinstance(self.llm, SimulatedModel)
        ears: list[Link[Any]] = [Link(self.stt, "first"), Link(SimulatedSTT(self.stt.language), SPARE)]
        model = SimulatedModel(self.llm._brain, version=self.llm.version)
        models: list[Link[Any]] = [Link(self.llm, "first"), Link(model, SPARE)]
        voices: list[Link[Any]] = [Link(self.tts, "first"), Link(SimulatedVoice(), SPARE)]
        return Providers(
            stt=RedactingSTT(Chain("speech_in", ears, rules), ear=ear),
            llm=GuardedLLM(Chain("model", models, rules), guard=guard, observer=observer),
            tts=EscapingTTS(Chain("speech_out", voices, rules), voice=voice),
            vad=self.vad,
        )


def with_spares(plugins: Plugins) -> Plugins:
    return PluginsWithASpare(plugins.stt, plugins.llm, plugins.tts, plugins.vad)


class DyingSTT(SimulatedSTT):
    """Gives so many finals, then loses its connection and says what it had heard."""

    def __init__(self, language: str, *, finals: int, error: Exception) -> None:
        super().__init__(language)
        self.left = finals
        self.error = error

    def stream(self, **options: Any) -> stt.RecognizeStream:
        return _Dying(super().stream(**options), self, stt=self, conn_options=options["conn_options"])


class _Dying(stt.RecognizeStream):
    def __init__(self, inner: stt.RecognizeStream, plugin: DyingSTT, **options: Any) -> None:
        super().__init__(**options)
        self._inner = inner
        self._plugin = plugin

    async def _run(self) -> None:
        async for frame in self._input_ch:
            if not hasattr(frame, "userdata"):
                continue
            for words in frame.userdata.get("words", ()):
                if words.kind != "final":
                    continue
                heard = stt.SpeechData(language=self._plugin.language, text=words.text)  # type: ignore[arg-type]
                self._event_ch.send_nowait(
                    stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[heard])
                )
                self._plugin.left -= 1
                if self._plugin.left == 0:
                    raise self._plugin.error

    async def aclose(self) -> None:
        await self._inner.aclose()
        await super().aclose()


def switches(call: SweptCall) -> list[str]:
    return [event for event in call.events if event == "provider.switched"]


def assert_clean(call: SweptCall, *planted: Canary) -> None:
    assert call.hits(*planted) == []
    assert len(switches(call)) == 1


@pytest.mark.parametrize("finals", [1, 2])
def test_a_number_that_one_recogniser_began_and_another_ended_is_in_no_sink(
    sweep: Sweep, finals: int
) -> None:
    card = canary("split", "card")
    error = APIConnectionError(f"connection lost after {card.value}")

    def dies(plugins: Plugins) -> Plugins:
        assert isinstance(plugins.stt, SimulatedSTT)
        dying = DyingSTT(plugins.stt.language, finals=finals, error=error)
        return PluginsWithASpare(dying, plugins.llm, plugins.tts, plugins.vad)

    call = sweep({"say": list(card.in_pieces)}, {"say": "and good bye"}, spare=dies)
    assert_clean(call, card)


@pytest.mark.parametrize("failing", ["llm answering", "tts speaking"])
def test_what_a_failing_provider_repeats_is_in_no_sink(sweep: Sweep, failing: Failing) -> None:
    planted = list(canaries("typed"))
    said = " ".join(one.sentence for one in planted)
    call = sweep(
        *({"say": one.sentence} for one in planted),
        spare=with_spares,
        failing=failing,
        error=APIStatusError(f"refused: {said}", status_code=400, body={"error": said}),
        unfinished=failing == "llm answering",
    )
    assert_clean(call, *planted)
