"""How long redaction takes and how much memory, beside stock Presidio without a model in the same run.

`python -m secure_agent.evaluation.bench [--json]`, or `make bench-redaction`. Each pair is timed alternately, text by
text, so that a busy machine slows both: read the ratios.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from redaction import Engine, Labels, RawText, Redactor, build_engine
from secure_agent.evaluation.corpus import load
from secure_agent.evaluation.stock import stock_engine

_WRITTEN: Final = "Hello, my card number is 4111 1111 1111 1111 and my phone is 415-555-0142."
_SPOKEN: Final = "my number is four one five five five five oh one four two"
_PLAIN: Final = "hello i would like to talk about the invoice that came today"
_LONG: Final = (
    "hello there i wanted to ask about the bill from last week because it was higher than the one before and {} so "
    "please look at it and tell me what i have to do now because i have been a customer for a long time and nobody "
    "has called me back about it yet thank you very much for that"
)
TEXTS: Final = {
    "12 words, written digits": _WRITTEN,
    "12 words, spoken digits": _SPOKEN,
    "12 words, no digits": _PLAIN,
    "60 words, written digits": _LONG.format("my number is 415-555-0142"),
    "60 words, spoken digits": _LONG.format(_SPOKEN),
}
#: Rounds of one pair; `--quick` takes a tenth.
_ROUNDS: Final = 400


def _figures(times_ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times_ms)
    return {
        "p50": round(ordered[len(ordered) // 2], 3),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 3),
    }


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def _utterance(engine: Engine, text: str) -> Callable[[], object]:
    """One utterance of a call of its own, the redactor's making included."""

    def call() -> object:
        redactor = Redactor(engine, labels=Labels(), budget_ms=None)
        return redactor.hear(RawText(text), end_of_turn=True)

    return call


def latencies(rounds: int) -> dict[str, Any]:
    """p50 and p99 per text: stock, the pattern layers, everything."""
    stock, patterns, whole = stock_engine(), build_engine(name_model=None), build_engine()
    table: dict[str, Any] = {}
    for name, text in TEXTS.items():
        arms: dict[str, Callable[[], object]] = {
            "stock": lambda text=text: stock.analyze(text, "en"),  # type: ignore[misc]
            "patterns": _utterance(patterns, text),
            "with names": _utterance(whole, text),
        }
        times: dict[str, list[float]] = {arm: [] for arm in arms}
        for turn in range(rounds + 5):
            for arm, call in arms.items():
                spent = _timed(call)
                if turn >= 5:
                    times[arm].append(spent)
        row: dict[str, Any] = {arm: _figures(spent) for arm, spent in times.items()}
        row["patterns / stock"] = round(row["patterns"]["p50"] / row["stock"]["p50"], 2)
        table[name] = row
    return table


def first_call() -> dict[str, float]:
    """The first utterance after the engine was built, and the hundredth."""
    engine = build_engine()
    times = [_timed(_utterance(engine, _SPOKEN)) for _ in range(100)]
    return {"first_ms": round(times[0], 3), "hundredth_ms": round(times[99], 3)}


def memory() -> dict[str, float]:
    """Megabytes of the engine with its model above the interpreter; for a process of its own."""
    program = (
        "import json;from secure_agent.evaluation import resident;"
        "before = resident.megabytes();"
        "from redaction import Labels, RawText, Redactor, build_engine;"
        "engine = build_engine();"
        "Redactor(engine, labels=Labels()).redact(RawText('my name is Ann Lee'));"
        "print(json.dumps({'engine_mb': round(resident.megabytes() - before, 1)}))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def stream() -> dict[str, float]:
    """Tokens held and CPU time per token of running text, as an agent says it."""
    engine = build_engine()
    sentences = [case.utterances[0] for case in load("benign")[:300]]
    held: list[int] = []
    tokens = 0
    begun = time.thread_time()
    for sentence in sentences:
        gate = Redactor(engine, labels=Labels(), budget_ms=None).stream()
        fed = crossed = 0
        for word in sentence.split(" "):
            token = f"{word} "
            fed += len(token)
            crossed += len(gate.feed(token))
            tokens += 1
            held.append(sentence[:fed].count(" ") - sentence[:crossed].count(" "))
        gate.close()
    spent_ms = (time.thread_time() - begun) * 1000
    return {
        "held_tokens_p50": float(sorted(held)[len(held) // 2]),
        "cpu_ms_per_token": round(spent_ms / tokens, 4),
    }


def throughput(utterances: int) -> dict[str, float]:
    """Utterances of 12 words that `secure-agent redact` answers in a second, its start left out."""
    lines = "".join(
        json.dumps({"id": str(k), "utterances": [(_SPOKEN, _PLAIN)[k % 2]]}) + "\n" for k in range(utterances)
    )
    command = [sys.executable, "-m", "secure_agent", "redact"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        process.stdin.write(b'{"id": "warm", "utterances": ["hello"]}\n')
        process.stdin.flush()
        process.stdout.readline()
        begun = time.perf_counter()
        for line in lines.splitlines(keepends=True):
            process.stdin.write(line.encode())
            process.stdin.flush()
            process.stdout.readline()
        spent_s = time.perf_counter() - begun
        process.stdin.close()
    return {"utterances_per_s": round(utterances / spent_s, 1)}


def measure(*, quick: bool) -> dict[str, Any]:
    """Everything, as one object."""
    rounds = _ROUNDS // 10 if quick else _ROUNDS
    return {
        "latency_ms": latencies(rounds),
        "start": first_call(),
        "memory": memory(),
        "stream": stream(),
        "throughput": throughput(rounds * 5),
    }


def _table(found: dict[str, Any]) -> str:
    lines = [
        f"{'ms per utterance, p50 / p99':<30}{'stock':>16}{'patterns':>16}{'with names':>16}{'ratio':>8}"
    ]
    for name, row in found["latency_ms"].items():
        cells = "".join(
            f"{row[arm]['p50']:>8.3f}{row[arm]['p99']:>8.3f}" for arm in ("stock", "patterns", "with names")
        )
        lines.append(f"{name:<30}{cells}{row['patterns / stock']:>8.2f}")
    lines += [
        ", ".join(f"{key} {value}" for key, value in found[part].items())
        for part in ("start", "memory", "stream", "throughput")
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds")
    given = parser.parse_args()
    found = measure(quick=given.quick)
    sys.stdout.write(json.dumps(found, indent=2) + "\n" if given.json else _table(found))


if __name__ == "__main__":
    main()
