"""`make model`: train the name model from the sentences of this folder and write it into the package."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from thinc.api import Adam, fix_random_seed

from audit.crypto import sha256
from redaction.name_network import LABELS, Network, build_network
from secure_agent.training.corpus import Corpus, Sample

OUT: Final = Path(__file__).parents[2] / "redaction" / "names"
SEED: Final = 20_261_124
STEPS: Final = 1_800
BATCH_TOKENS: Final = 1_600
_RATE: Final = 0.003
_WARM_UP: Final = 100
_OWN_SENTENCES: Final = 3_000


def learning_rate(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / _WARM_UP)
    return _RATE * warm * max(0.03, 1.0 - step / steps)


def train(steps: int, log: Any) -> Network:
    """The trained network; the same bytes on the same kind of processor."""
    fix_random_seed(SEED)
    network = build_network()
    corpus = Corpus(SEED).batches(BATCH_TOKENS)
    first = next(corpus)
    network.initialize(X=_rows(first), Y=[_targets(one) for one in first])
    optimizer = Adam(learn_rate=_RATE, L2=1e-4, grad_clip=1.0, use_averages=True)
    began, loss = time.monotonic(), 0.0
    for step in range(steps):
        optimizer.learn_rate = learning_rate(step, steps)
        batch = next(corpus)
        guesses, backprop = network(_rows(batch), is_train=True)
        size = sum(len(one.rows) for one in batch)
        slopes = [(guess - _targets(one)) / size for guess, one in zip(guesses, batch, strict=True)]
        loss += sum(float(np.square(slope).sum()) for slope in slopes) * size
        backprop([slope.astype(np.float32) for slope in slopes])
        network.finish_update(optimizer)
        if (step + 1) % 100 == 0:
            log.write(f"{step + 1}/{steps} steps, {time.monotonic() - began:.0f} s, loss {loss / 100:.4f}\n")
            log.flush()
            loss = 0.0
    with network.use_params(optimizer.averages):
        data = network.to_bytes()
    return build_network().from_bytes(data)


def _rows(batch: list[Sample]) -> Any:
    return [one.rows for one in batch]


def _targets(one: Sample) -> Any:
    """One row per token, a little less than sure."""
    targets = np.full((len(one.labels), len(LABELS)), 0.02 / len(LABELS), dtype=np.float32)
    targets[np.arange(len(one.labels)), one.labels] += 0.98
    return targets


def own_score(network: Network) -> dict[str, float]:
    """F1 per label on fresh draws of the training's own sentences: says that training worked, and nothing more."""
    corpus = Corpus(SEED + 1)
    counts = np.zeros((len(LABELS), 3), dtype=np.int64)
    for _ in range(_OWN_SENTENCES):
        one = corpus.sample()
        if not len(one.rows):
            continue
        guess = network.predict(_rows([one]))[0].argmax(axis=1)
        for label in range(1, len(LABELS)):
            counts[label] += [
                int(((guess == label) & (one.labels == label)).sum()),
                int((guess == label).sum()),
                int((one.labels == label).sum()),
            ]
    return {
        LABELS[k]: round(2 * int(counts[k][0]) / max(1, int(counts[k][1] + counts[k][2])), 3)
        for k in range(1, len(LABELS))
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    network = train(options.steps, sys.stderr)
    data = network.to_bytes()
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "model.bin").write_bytes(data)
    facts = {
        "sha256": sha256(data).hex(),
        "bytes": len(data),
        "seed": SEED,
        "steps": options.steps,
        "own_sentences_token_f1": own_score(network),
    }
    (options.out / "model.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
