"""The transcript in the README is what the call prints."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
_CALL_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PROGRAM = re.compile(r"\S+(?: -m secure_agent|/secure-agent) audit")
_TIME = re.compile(r"^ *\d+\.\d\d  ")


def comparable(line: str) -> str:
    """Without what differs from run to run: the call's id, times, and where the program lies."""
    return _PROGRAM.sub("secure-agent audit", _TIME.sub("", _CALL_ID.sub("CALL", line))).rstrip()


def test_the_readme_shows_a_true_transcript_of_the_call(tmp_path: Path) -> None:
    shown = README.read_text(encoding="utf-8").partition("```text\n")[2].partition("\n```")[0].splitlines()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "secure_agent", "call", "--data-dir", "data"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = iter(comparable(line) for line in done.stdout.splitlines())
    for line in shown:
        if line.strip() != "...":
            assert any(comparable(line) == p for p in printed), f"not printed, or not in this order: {line}"
