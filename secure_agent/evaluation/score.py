"""Leak rate, residual digits, false redactions and latency of redaction on a set of cases."""

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from policies.entities import EntityType as E
from policies.text import RawText
from redaction import Engine, Heard, Labels, Redactor, Span, normalise
from secure_agent.evaluation.corpus import Case, plain

#: An entity is gone when so much of its letters and digits lies inside spans of any type.
_FULL: Final = 0.95
_RESIDUE: Final = 4
_Z: Final = 1.96


@dataclass(slots=True)
class Tally:
    """Counts for one type."""

    n: int = 0
    full: int = 0
    typed: int = 0

    def as_dict(self) -> dict[str, float | int]:
        low, high = wilson(self.n - self.full, self.n)
        share = self.full / self.n if self.n else 1.0
        return {
            "n": self.n,
            "full": round(share, 4),
            "leak": round(1 - share, 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "typed": round(self.typed / self.n, 4) if self.n else 1.0,
        }


@dataclass(slots=True)
class SetScore:
    """What was measured on one set, with the ids of the cases that leaked."""

    types: dict[E, Tally] = field(default_factory=lambda: defaultdict(Tally))
    benign_words: int = 0
    false_words: int = 0
    entities: int = 0
    residual: int = 0
    latencies_ms: list[float] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    overdone: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        ordered = sorted(self.latencies_ms) or [0.0]
        return {
            "types": {kind.value: tally.as_dict() for kind, tally in sorted(self.types.items())},
            "benign_per_1000": round(1000 * self.false_words / max(1, self.benign_words), 2),
            "residual_digits": round(self.residual / max(1, self.entities), 4),
            "latency_ms": {
                "p50": round(ordered[len(ordered) // 2], 2),
                "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
            },
        }


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def score(engine: Engine, cases: Sequence[Case]) -> SetScore:
    """Redact every case as a call of its own and compare."""
    result = SetScore()
    for case in cases:
        spans, crossed = _run(engine, case, result)
        _compare(case, spans, crossed, result)
    return result


def _run(engine: Engine, case: Case, result: SetScore) -> tuple[list[tuple[Span, ...]], str]:
    redactor = Redactor(engine, labels=Labels(), language=case.language, budget_ms=None)
    spans: list[tuple[Span, ...]] = [() for _ in case.utterances]
    crossed: list[str] = []
    for index, text in enumerate(case.utterances):
        begun = time.perf_counter()
        heard: Heard = redactor.hear(
            RawText(text), end_of_turn=case.turns or index + 1 == len(case.utterances)
        )
        result.latencies_ms.append((time.perf_counter() - begun) * 1000)
        for release in heard.released:
            spans[release.utterance] = release.spans
            crossed.append(release.text)
        for rewrite in heard.rewrites:
            spans[rewrite.utterance] = rewrite.spans
    return spans, " ".join(crossed)


def _compare(case: Case, spans: Sequence[tuple[Span, ...]], crossed: str, result: SetScore) -> None:
    residue = plain(normalise(crossed, case.language).text)
    around = plain(normalise(_around(case), case.language).text)
    for gold in case.gold:
        text = case.utterances[gold.utterance]
        inside = [k for k in range(gold.start, gold.end) if text[k].isalnum()]
        covered = sum(any(s.start <= k < s.end for s in spans[gold.utterance]) for k in inside)
        tally = result.types[gold.type]
        tally.n += 1
        if covered >= _FULL * len(inside):
            tally.full += 1
        else:
            result.leaked.append(case.id)
        tally.typed += any(
            s.type is gold.type and s.start < gold.end and gold.start < s.end for s in spans[gold.utterance]
        )
        if gold.type not in (E.PERSON, E.STREET_ADDRESS):
            result.entities += 1
            value = gold.value
            pieces = {value[i : i + _RESIDUE] for i in range(len(value) - _RESIDUE + 1)}
            result.residual += any(piece in residue and piece not in around for piece in pieces)
    for index, text in enumerate(case.utterances):
        _false_words(case, index, text, spans[index], result)


def _around(case: Case) -> str:
    """What the caller said besides the values."""
    parts: list[str] = []
    for index, text in enumerate(case.utterances):
        at = 0
        for gold in sorted((g for g in case.gold if g.utterance == index), key=lambda g: g.start):
            parts.append(text[at : gold.start])
            at = gold.end
        parts.append(text[at:])
    return " ".join(parts)


def _false_words(case: Case, index: int, text: str, spans: Sequence[Span], result: SetScore) -> None:
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        if any(g.utterance == index and g.start < at and start < g.end for g in case.gold):
            continue
        result.benign_words += 1
        if any(s.start < at and start < s.end for s in spans):
            result.false_words += 1
            if case.id not in result.overdone[-1:]:
                result.overdone.append(case.id)


def below(scores: Mapping[str, Any], thresholds: Mapping[str, Any]) -> list[str]:
    """Which figures are worse than their threshold: `full` and `typed` too low, anything else too high."""
    worse: list[str] = []
    _walk("", scores, thresholds, worse)
    return worse


def _walk(path: str, have: Any, want: Any, worse: list[str]) -> None:
    if isinstance(want, Mapping):
        for key, value in want.items():
            inner = have.get(key) if isinstance(have, Mapping) else None
            _walk(f"{path}.{key}".lstrip("."), inner, value, worse)
        return
    better_high = path.rsplit(".", 1)[-1] in ("full", "typed")
    if have is None or (have < want if better_high else have > want):
        worse.append(path)
