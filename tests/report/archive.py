"""The call that the tests of reports read, and where it lies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit import Question, export_bundle, verify_bundle
from audit.bundle import Keys
from secure_agent.report import Report, report_of

#: Text of a caller that would be markup, a script or a link if anybody took it for more than words.
HOSTILE = '#panic("x") <script>alert(1)</script> $a^2$ *bold* _it_ @ref https://evil.example'


@dataclass(frozen=True, slots=True)
class Archive:
    """A data folder with one closed call."""

    data_dir: Path
    call: str
    now: Callable[[], datetime]

    def report(self, out: Path, *, keys: Keys = "in_scope") -> Report:
        done = export_bundle(self.data_dir, calls=[self.call], out=out, keys=keys, now=self.now, wait_s=0)
        result = verify_bundle(out, Question(calls=(self.call,)), trust=done.trust)
        return report_of(out, result, command=done.verify_command)
