"""Damaged bundles, made at random, and what two verifiers say of them: they agree, and neither is fooled."""

import importlib.util
import io
import json
import random  # noqa: TID251 - seeded: the same mutants every time
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

from audit.verify import Question, verify_bundle
from tests.audit.samples import SAMPLES, Sample
from tests.audit.support import restamp

Mutation = Callable[[random.Random, Path], None]
SECOND = Path("examples/verifier/verify.py").resolve()
OURS = ("-c", "from secure_agent.cli import app; app()", "audit", "verify")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("second_verifier", SECOND)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


second = _load()


def words_of(sample: Sample, question: Question) -> list[str]:
    words: list[str] = []
    if sample.trust is not None:
        words += ["--trust", str(sample.trust)]
    for name, values in (("--held", sample.held), ("--consistency", sample.consistency)):
        for value in values:
            words += [name, str(value)]
    if question.log is not None:
        words += ["--log", question.log]
    for call in question.calls:
        words += ["--call", call]
    if question.start is not None and question.end is not None:
        words += ["--from", question.start, "--to", question.end]
    return words


def by_second(sample: Sample, folder: Path, question: Question) -> dict[str, Any]:
    """What the second verifier says, in this process."""
    with redirect_stdout(io.StringIO()) as said:
        code = second.main([str(folder), "--json", *words_of(sample, question)])
    found: dict[str, Any] = json.loads(said.getvalue())
    assert found["exit"] == code
    return found


def by_first(sample: Sample, folder: Path, question: Question) -> dict[str, Any]:
    """What our verifier says, in this process."""
    return verify_bundle(
        folder, question, trust=sample.trust, held=sample.held, consistency=sample.consistency
    ).as_dict()


def by_command(program: tuple[str, ...], sample: Sample, folder: Path, question: Question) -> dict[str, Any]:
    """What a verifier says as a command of its own."""
    words = [sys.executable, *program, str(folder), "--json", *words_of(sample, question)]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our words
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["exit"] == done.returncode
    return found


def compared(result: dict[str, Any]) -> dict[str, Any]:
    """What must be equal where the exit is 0 or 3."""
    kept = {name: value for name, value in result.items() if name != "findings"}
    kept["findings"] = sorted({one["id"] for one in result["findings"]})
    return kept


def agreed(mine: dict[str, Any], other: dict[str, Any]) -> int:
    """The exit that both give."""
    assert mine["exit"] == other["exit"], (mine["findings"], other["findings"])
    if mine["exit"] in (0, 3):
        assert compared(mine) == compared(other)
    return int(mine["exit"])


def _bit_in_file(chance: random.Random, folder: Path) -> None:
    path = chance.choice(sorted(one for one in folder.rglob("*") if one.is_file()))
    data = bytearray(path.read_bytes())
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)


def _bit_adjusted(chance: random.Random, folder: Path) -> None:
    path = chance.choice(
        sorted(one for one in folder.rglob("*") if one.is_file() and one.name != "manifest.json")
    )
    data = bytearray(path.read_bytes())
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
    restamp(folder)


def _line_dropped(chance: random.Random, folder: Path) -> None:
    path = folder / chance.choice(["entries.ndjson", "deks.jsonl", "policy", "workers", "checkpoint"])
    if path.exists():
        lines = path.read_bytes().splitlines(keepends=True)
        if lines:
            del lines[chance.randrange(len(lines))]
        path.write_bytes(b"".join(lines))
    restamp(folder)


def _lines_moved(chance: random.Random, folder: Path) -> None:
    path = folder / chance.choice(["entries.ndjson", "deks.jsonl", "policy", "workers", "checkpoint"])
    if path.exists():
        lines = path.read_bytes().splitlines(keepends=True)
        if len(lines) > 1:
            one, other = chance.sample(range(len(lines)), 2)
            lines[one], lines[other] = lines[other], lines[one]
        if chance.random() < 0.3 and lines:
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
        path.write_bytes(b"".join(lines))
    restamp(folder)


def _field_changed(chance: random.Random, folder: Path) -> None:
    """A member of a line or of its header gets the value of another line, or an odd one."""
    path = folder / "entries.ndjson"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    if not lines:
        return
    line, other = chance.choice(lines), chance.choice(lines)
    odd: list[Any] = ["", 0, -1, 1.0, None, True, [], {}, "0" * 64, 2**53, "unknown", "closed", "é"]
    if chance.random() < 0.4:
        key = chance.choice(["c", "ch", "i", "p"])
        line[key] = other.get(key) if chance.random() < 0.6 else chance.choice(odd)
    else:
        header, source = json.loads(line["p"]), json.loads(other["p"])
        key = chance.choice(sorted({*header, *source}))
        header[key] = source.get(key) if chance.random() < 0.6 else chance.choice(odd)
        line["p"] = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text = [json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for one in lines]
    path.write_text("".join(one + "\n" for one in text), encoding="utf-8")
    restamp(folder)


def _manifest_changed(chance: random.Random, folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    odd: list[Any] = ["", 0, -1, 1, None, [], {}, "full", "scoped", "partial", "none", "in_scope"]
    place = manifest
    if chance.random() < 0.6:
        inner = [manifest["scope"], *manifest["segments"], *manifest["files"]]
        place = chance.choice(inner)
    key = chance.choice(sorted(place))
    action = chance.random()
    if action < 0.2:
        del place[key]
    elif action < 0.6 and isinstance(place[key], int):
        place[key] += chance.choice([-1, 1])
    elif action < 0.6 and isinstance(place[key], list) and place[key]:
        place[key].pop(chance.randrange(len(place[key])))
    else:
        place[key] = chance.choice(odd)
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _file_gone_or_added(chance: random.Random, folder: Path) -> None:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    if chance.random() < 0.5:
        chance.choice(files).unlink()
    else:
        (chance.choice([folder, *(one.parent for one in files)]) / "extra").write_bytes(b"")
    whole = (folder / "manifest.json").exists() and (folder / "entries.ndjson").exists()
    if whole and chance.random() < 0.5:
        restamp(folder)


def _call_cut_out(chance: random.Random, folder: Path) -> None:
    """A whole call, or its tail, is taken out everywhere, and every account is adjusted."""
    lines = [json.loads(line) for line in (folder / "entries.ndjson").read_bytes().splitlines()]
    if not lines:
        return
    call = json.loads(chance.choice(lines)["p"])["call"]
    of_call = [one for one in lines if json.loads(one["p"])["call"] == call]
    gone = {one["i"] for one in of_call[chance.randrange(len(of_call)) :]}
    kept = [one for one in lines if one["i"] not in gone]
    (folder / "entries.ndjson").write_text(
        "".join(
            json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n" for one in kept
        ),
        encoding="utf-8",
    )
    for index in gone:
        (folder / "proofs" / f"{index}.tlog-proof").unlink(missing_ok=True)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    segments = [one for one in manifest["segments"] if one["call"] != call or chance.random() < 0.3]
    scope = dict(manifest["scope"])
    if scope["calls"] is not None and chance.random() < 0.5:
        scope["calls"] = [one for one in scope["calls"] if one != call]
    if chance.random() < 0.7 and (folder / "deks.jsonl").exists():
        keys = (folder / "deks.jsonl").read_bytes().splitlines(keepends=True)
        (folder / "deks.jsonl").write_bytes(b"".join(one for one in keys if call.encode() not in one))
    restamp(folder, segments=segments, scope=scope)


MUTATIONS: tuple[Mutation, ...] = (
    _bit_in_file,
    _bit_adjusted,
    _line_dropped,
    _lines_moved,
    _field_changed,
    _manifest_changed,
    _file_gone_or_added,
    _call_cut_out,
)


def made_samples(folder: Path) -> list[Sample]:
    """All samples, each in a folder of its own."""
    samples = []
    for name, make in sorted(SAMPLES.items()):
        (folder / name).mkdir()
        samples.append(make(folder / name))
    return samples


def judge_mutants(samples: list[Sample], folder: Path, count: int, chance: random.Random) -> dict[int, int]:
    """Judge COUNT mutants of SAMPLES by both verifiers; return how often each exit came.

    A mutant may be as good as its original only where what was changed says nothing (see `harmless`).
    """
    counts: dict[int, int] = {}
    for number in range(count):
        sample = chance.choice(samples)
        question, _ = chance.choice(sample.questions)
        mutant = folder / "mutant"
        shutil.copytree(sample.bundle, mutant)
        chance.choice(MUTATIONS)(chance, mutant)
        try:
            code = agreed(by_first(sample, mutant, question), by_second(sample, mutant, question))
        except AssertionError as error:
            raise AssertionError(f"mutant {number} of {sample.name}") from error
        counts[code] = counts.get(code, 0) + 1
        assert code != 0 or harmless(sample.bundle, mutant), f"mutant {number} of {sample.name}"
        shutil.rmtree(mutant)
    return counts


def harmless(original: Path, mutant: Path) -> bool:
    """The evidence is the same: entries, checkpoint text and log signature, proofs; no content was added."""
    if (original / "entries.ndjson").read_bytes() != (mutant / "entries.ndjson").read_bytes():
        return False
    text = [(one / "checkpoint").read_bytes().partition(b"\n\n")[0] for one in (original, mutant)]
    return text[0] == text[1]
