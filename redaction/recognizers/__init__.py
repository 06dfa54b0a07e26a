"""Presidio recognizers over one shared reading of the text; Presidio's `EntityRecognizer` is the seam for more.

Each takes its findings from the `CallArtifacts` that the engine makes; none loads a model or opens a socket.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from policies.entities import EntityType as E
from redaction.errors import RecognizerError
from redaction.reading import Reading
from redaction.spans import Found

#: Where a result keeps the normal form of its value.
VALUE: Final = "value"
PARTS: Final = "parts"

_NO_TOKENS: Final[Any] = None
_NO_EXPLANATION: Final[Any] = None


class CallArtifacts(NlpArtifacts):
    """Presidio's artifacts with our reading of the text in place of a model's."""

    def __init__(self, reading: Reading, language: str) -> None:
        super().__init__([], _NO_TOKENS, [], [], None, language)
        self.reading = reading


class ReadingRecognizer(EntityRecognizer):
    """A recognizer that picks its types out of the shared reading."""

    TYPES: ClassVar[frozenset[E]] = frozenset()

    def __init__(self, language: str) -> None:
        super().__init__([t.value for t in self.TYPES], supported_language=language)

    def load(self) -> None:
        """Nothing to load: the tables were compiled with the engine."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None) -> list[Any]:
        if not isinstance(nlp_artifacts, CallArtifacts):
            raise RecognizerError("a recognizer was called without a reading of the text")
        nlp_artifacts.reading.check()
        return results(self.find(nlp_artifacts.reading))

    def find(self, reading: Reading) -> Iterable[Found]:
        return reading.verdicts.of(self.TYPES)


def results(found: Iterable[Found]) -> list[Any]:
    """Findings in Presidio's form."""
    return [
        RecognizerResult(
            one.type.value,
            one.start,
            one.end,
            one.score,
            _NO_EXPLANATION,
            {VALUE: one.value, PARTS: one.parts},
        )
        for one in found
    ]
