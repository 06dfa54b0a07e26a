"""A writer killed at any moment: every entry that it acknowledged is there once, and the log goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from audit import Question, export_bundle, open_log, read_call, verify_bundle

KILLS = 12
_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from audit import open_log

log = open_log(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
segment = log.open_segment(jurisdiction="DE", retention="call")
print(segment.call, flush=True)
number = 0
while True:
    receipt = segment.append("turn.caller", {"n": number})
    print(receipt.leaf_hash, flush=True)
    number += 1
"""


def _acknowledged(data_dir: Path, after_s: float) -> list[str]:
    """Start a writer, kill it, and return what it printed: its call, then the leaf hash of each receipt."""
    read, write = os.pipe()
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(data_dir)], stdout=write) as process:  # noqa: S603
        os.close(write)
        with os.fdopen(read, "r", encoding="ascii") as said:
            first = said.readline()
            time.sleep(after_s)
            process.send_signal(signal.SIGKILL)
            process.wait()
            lines = (first + said.read()).splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


def test_33_no_acknowledged_entry_is_lost_or_doubled_by_a_kill(
    tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    data_dir = tmp_path / "data"
    with closing(open_log(data_dir, now=clock)):
        pass
    calls: list[str] = []
    for kill in range(KILLS):
        call, *receipts = _acknowledged(data_dir, 0.004 * kill)
        calls.append(call)
        entries = read_call(data_dir, call)[1:]
        follows = [entry.header["prev"] for entry in entries][1:]
        assert [entry.body for entry in entries] == [{"n": at} for at in range(len(entries))]
        assert 0 <= len(entries) - len(receipts) <= 1
        assert follows[: len(receipts)] == receipts[: len(follows)]
    done = export_bundle(data_dir, out=tmp_path / "bundle", mode="full", now=clock)
    result = verify_bundle(done.path, Question(log=done.origin), trust=done.trust)
    assert {one.id for one in result.findings if one.code} == {"unanchored"}
    assert (result.abandoned, result.open) == (KILLS, 0)
    assert json.loads((done.path / "manifest.json").read_bytes())["mode"] == "full"
