"""One Presidio analyzer for the process, built and warmed before the first call; it opens no socket."""

import logging
from collections.abc import Collection, Sequence
from typing import Any, Final

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpEngineProvider

from policies.entities import EntityType as E
from redaction.errors import RecognizerError
from redaction.languages import LANGUAGES
from redaction.lexicon import lexicon
from redaction.reading import Reading
from redaction.recognizers import PARTS, VALUE, CallArtifacts
from redaction.recognizers.contacts import NetRecognizer, PlaceRecognizer
from redaction.recognizers.models import SHIPPED, name_recognizers
from redaction.recognizers.names import KnownValueRecognizer, NameRecognizer
from redaction.recognizers.values import (
    AgeRecognizer,
    BankingRecognizer,
    CallDateRecognizer,
    CardRecognizer,
    IdentityRecognizer,
    NumberRecognizer,
    PasswordRecognizer,
    ShapeRecognizer,
)
from redaction.spans import Found

logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)

#: In the order of their cost; the budget is looked at between them.
_RECOGNIZERS: Final = (
    CardRecognizer,
    BankingRecognizer,
    IdentityRecognizer,
    NumberRecognizer,
    ShapeRecognizer,
    CallDateRecognizer,
    AgeRecognizer,
    PasswordRecognizer,
    NetRecognizer,
    PlaceRecognizer,
    KnownValueRecognizer,
    NameRecognizer,
)
_WARM: Final = "my name is Ann Lee, card 4111 1111 1111 1111, a@b.com, born on May 5th 1980, 12 Main Street"


class _NoContext(ContextAwareEnhancer):
    """Scores already know their context: Presidio's lemma boost would copy every result for nothing."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[Any],
        nlp_artifacts: Any,
        recognizers: Any,
        context: Any = None,
    ) -> list[Any]:
        return raw_results


class _Registry(RecognizerRegistry):
    """A registry whose answer per language is ready; Presidio's copies and filters all recognizers per text."""

    def __init__(self, recognizers: Sequence[EntityRecognizer], languages: Sequence[str]) -> None:
        super().__init__(list(recognizers), supported_languages=list(languages))
        self._ready = {code: [r for r in recognizers if r.supported_language == code] for code in languages}

    def get_recognizers(self, language: str, *_args: Any, **_kwargs: Any) -> list[EntityRecognizer]:
        return self._ready[language]


class Engine:
    """Presidio with our recognizers, for some languages. Shared by all calls of a process; holds no state of any."""

    def __init__(
        self,
        languages: Sequence[str],
        extra: Sequence[EntityRecognizer] = (),
        name_model: str | None = SHIPPED,
    ) -> None:
        self.languages = tuple(languages)
        for code in self.languages:
            lexicon(code)
        own = [kind(code) for code in self.languages for kind in _RECOGNIZERS]
        models = name_recognizers(name_model, self.languages)
        nlp = NlpEngineProvider(
            nlp_configuration={
                "nlp_engine_name": "no_op",
                "models": [{"lang_code": code, "model_name": "no_op"} for code in self.languages],
            }
        ).create_engine()
        self._analyzer = AnalyzerEngine(
            registry=_Registry([*own, *models, *extra], self.languages),
            nlp_engine=nlp,
            supported_languages=list(self.languages),
            context_aware_enhancer=_NoContext(),
        )
        self._types = [t.value for t in E]

    def find(self, reading: Reading, language: str) -> list[Found]:
        """Everything the recognizers of LANGUAGE find in a reading. A fault of any of them is a `RecognizerError`."""
        try:
            results = self._analyzer.analyze(
                reading.text,
                language,
                entities=self._types,
                nlp_artifacts=CallArtifacts(reading, language),
            )
            return [self._found(reading.text, result) for result in results]
        except RecognizerError:
            raise
        except Exception:  # noqa: BLE001 - foreign code: whatever it raises may quote the text
            raise RecognizerError("a recognizer failed") from None

    @staticmethod
    def _found(text: str, result: RecognizerResult) -> Found:
        metadata = result.recognition_metadata or {}
        value = metadata.get(VALUE) or text[result.start : result.end].casefold()
        return Found(
            result.start,
            result.end,
            E(result.entity_type),
            float(result.score),
            str(value),
            metadata.get(PARTS, ()),
        )


def build_engine(
    languages: Collection[str] = LANGUAGES,
    extra: Sequence[EntityRecognizer] = (),
    name_model: str | None = SHIPPED,
) -> Engine:
    """Build the engine and run it once per language, so that the first call is as fast as the hundredth.

    NAME_MODEL is the shipped model, one in its place (see `name_recognizers`), or None; `NameModelError` if it cannot
    be had.
    """
    from policies.text import RawText  # noqa: PLC0415
    from redaction.labels import Labels  # noqa: PLC0415 - the warm-up is the only user
    from redaction.redactor import Redactor  # noqa: PLC0415

    engine = Engine([code for code in LANGUAGES if code in languages], extra, name_model)
    for code in engine.languages:
        Redactor(engine, labels=Labels(), language=code).redact(RawText(_WARM))
    return engine
