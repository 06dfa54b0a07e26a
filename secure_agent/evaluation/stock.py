"""Stock Presidio without a model, on the same cases: the row beside ours."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_analyzer.predefined_recognizers import EmailRecognizer

from secure_agent.evaluation.corpus import Case


class _OfflineEmail(EmailRecognizer):
    """Presidio's own would look up the public suffix list over the network."""

    def validate_result(self, pattern_text: str) -> bool:
        return bool(tldextract.TLDExtract(suffix_list_urls=())(pattern_text).fqdn)


@cache
def stock_engine() -> AnalyzerEngine:
    """Presidio with its 17 recognizers for English and the `no_op` engine."""
    nlp = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "no_op", "models": [{"lang_code": "en", "model_name": "no_op"}]}
    ).create_engine()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=nlp)
    registry.remove_recognizer("EmailRecognizer")
    registry.add_recognizer(_OfflineEmail())
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


def stock_scores(cases: Sequence[Case]) -> dict[str, float]:
    """The share of entities that stock Presidio removes in full, by type, at its most favourable threshold."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        if not case.gold:
            continue
        spans: list[list[Any]] = [
            stock_engine().analyze(text, language="en", score_threshold=0.0) for text in case.utterances
        ]
        for gold in case.gold:
            text = case.utterances[gold.utterance]
            inside = [k for k in range(gold.start, gold.end) if text[k].isalnum()]
            covered = sum(any(s.start <= k < s.end for s in spans[gold.utterance]) for k in inside)
            counts[gold.type.value][0] += 1
            counts[gold.type.value][1] += covered >= 0.95 * len(inside)
    return {kind: full / n for kind, (n, full) in counts.items()}
