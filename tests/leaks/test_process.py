"""The command itself, as a process of its own: what it prints, where it writes, and what is left of it on the disk."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from secure_agent.simulation.sinks import Sinks
from tests.leaks.canaries import Canary, canaries, canary
from tests.leaks.search import hits
from tests.leaks.swept_call import AGREES

#: Every file that the process opens for writing, and every database, noted before the program begins.
_NOTE_WRITES = """
import os, sys
noted = os.open(os.environ["WRITES_ARE_NOTED_IN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def note(event, args):
    if event == "open" and isinstance(args[0], str):
        mode, flags = args[1] or "", args[2] or 0
        if set(mode) & set("wxa+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            os.write(noted, (args[0] + "\\n").encode())
    elif event == "sqlite3.connect":
        os.write(noted, (str(args[0]) + "\\n").encode())
sys.addaudithook(note)
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that has ended, with all it left."""

    code: int
    out: str
    err: str
    sinks: Sinks
    written: tuple[Path, ...]


def run_process(folder: Path, scenario: Mapping[str, Any], *options: str) -> Finished:
    """Run `secure-agent call` on SCENARIO with a data folder and a folder for temporary files of its own."""
    path, data_dir, temporary = folder / "scenario.yaml", folder / "data", folder / "temporary"
    path.write_text(yaml.safe_dump(dict(scenario)), encoding="utf-8")
    temporary.mkdir()
    (folder / "python").mkdir()
    (folder / "python" / "sitecustomize.py").write_text(_NOTE_WRITES, encoding="utf-8")
    process = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "secure_agent", "call", "--scenario", str(path), "--data-dir", str(data_dir), *options],
        env={
            "PATH": os.defpath,
            "HOME": str(temporary),
            "TMPDIR": str(temporary),
            "PYTHONPATH": str(folder / "python"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WRITES_ARE_NOTED_IN": str(folder / "writes"),
            "SECURE_AGENT_LOG_LEVEL": "DEBUG",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )  # fmt: skip
    sinks = Sinks()
    sinks.add("standard output", process.stdout)
    sinks.add("standard error", process.stderr)
    for left in (data_dir, temporary):
        if left.exists():
            sinks.add_files(left)
    noted = (folder / "writes").read_text(encoding="utf-8").splitlines()
    written = tuple(Path(line.removeprefix("file:").partition("?")[0]) for line in noted)
    return Finished(process.returncode, process.stdout, process.stderr, sinks, written)


def everything_is_said_and_keyed() -> dict[str, Any]:
    """One call in which all kinds of values are typed, spoken, split, guessed, returned and keyed."""
    card, code = canaries("keypad", "card", "code")
    said: list[dict[str, Any]] = [{"say": one.sentence} for one in canaries("typed")]
    said += [{"say": list(one.in_pieces)} for one in canaries("split")]
    said += [{"interim": one.sentence, "say": "never mind"} for one in canaries("interim")]
    address = {"address": canary("tool arguments", "ssn").sentence}
    return {
        "name": "everything",
        "line": {"business": "US-TX", "called": "+12145550100"},
        "caller": {"number": None, "language": "en"},
        "model": [
            {"call": {"tool": "take_payment", "args": {"amount_minor": 4200, "currency": "USD"}}},
            {"say": "That is paid.", "call": {"tool": "change_address", "args": address}},
            *({"say": f"{one.sentence}."} for one in canaries("model output")),
            *({"say": "Thank you."} for _ in said),
        ],
        "steps": [
            *AGREES,
            {"say": "I want to pay my bill"},
            {"wait_for": "card number"},
            {"press": f"{card.value}#"},
            {"press": "1133#"},
            {"press": f"{code.value}#"},
            {"wait_for": "is paid"},
            *said,
        ],
    }


def planted() -> Iterator[Canary]:
    for path in ("typed", "split", "interim", "model output"):
        yield from canaries(path)
    yield from (canary("keypad", "card"), canary("keypad", "code"), canary("tool arguments", "ssn"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return run_process(tmp_path_factory.mktemp("process"), everything_is_said_and_keyed(), "--json")


def test_a_process_prints_and_leaves_no_value_of_the_call(finished: Finished) -> None:
    document = json.loads(finished.out)
    assert document["payment"]["status"] == "charged"
    assert document["verified"]["code"] == 0
    assert '"level":"DEBUG"' in finished.err, "the log was at its lowest level"
    assert hits(finished.sinks, planted()) == []


def test_a_process_writes_nothing_outside_its_data_and_temporary_folders(finished: Finished) -> None:
    data_dir = Path(json.loads(finished.out)["bundle"]).parents[1]
    allowed = (data_dir, data_dir.parent / "temporary", Path("/dev"))
    elsewhere = [path for path in finished.written if not any(path.is_relative_to(a) for a in allowed)]
    assert elsewhere == []


def test_a_scenario_with_an_error_is_refused_without_a_value_of_it(tmp_path: Path) -> None:
    scenario = everything_is_said_and_keyed()
    scenario["steps"].append({"speak": canary("typed", "ssn").sentence, canary("typed", "card").value: 1})
    refused = run_process(tmp_path, scenario)
    assert refused.code == 2
    assert "steps" in refused.err
    assert hits(refused.sinks, planted()) == []
