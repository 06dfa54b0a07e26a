"""Evidence in a form for people: cut as a bundle, verified, and only then written as JSON Lines, CSV, HTML or PDF."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final, Literal

from audit import Exported, Question, VerifyResult, verify_bundle
from audit.errors import AuditUnavailable
from audit.faults import file_fault
from audit.flat import write_csv, write_jsonl
from policies.report import html
from secure_agent.report import report_of
from secure_agent.report.pdf import render

Format = Literal["jsonl", "csv", "html", "pdf"]
#: Verdicts with which a bundle is still read: nothing in it is wrong.
_READABLE: Final = (0, 3)


@dataclass(frozen=True, slots=True)
class Written:
    """A readable file, and the verdict on the bundle that it was made from."""

    path: Path
    entries: int
    exported: Exported
    verdict: VerifyResult


def write_readable(
    out: Path,
    form: Format,
    cut: Callable[[Path], Exported],
    *,
    question: Question,
    about: Mapping[str, tuple[str | None, str | None]],
    witness: str | None,
) -> Written:
    """Have CUT make a bundle in a folder that is gone afterwards, verify it, and write OUT, which must be new.

    Raises AuditUnavailable where the verdict is that something is wrong: the bundle itself shows what.
    """
    if out.exists():
        raise AuditUnavailable(f"{out} exists; name another file")
    with folder_beside(out) as folder:
        bundle = folder / "bundle"
        exported = cut(bundle)
        asked = Question(exported.origin, question.calls, question.start, question.end)
        verdict = verify_bundle(bundle, asked, trust=exported.trust)
        if verdict.exit not in _READABLE:
            raise AuditUnavailable(
                f"the evidence does not verify ({verdict.sentence}); export it as a bundle and verify that"
            )
        if form == "jsonl":
            count = write_jsonl(bundle, out)
        elif form == "csv":
            count = write_csv(bundle, out)
        else:
            count = exported.entries
            command = exported.verify_command.replace(str(bundle), "BUNDLE")
            report = report_of(bundle, verdict, command=command, about=about, witness=witness)
            _write(out, html.render(report.document).encode() if form == "html" else render(report))
    return Written(out, count, exported, verdict)


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """A folder for us alone beside OUT, so that keys are in no shared place, deleted afterwards."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise AuditUnavailable(file_fault(f"{out} cannot be written", error, out.parent)) from error
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def _write(out: Path, data: bytes) -> None:
    try:
        with out.open("xb") as file:
            out.chmod(0o600)
            file.write(data)
    except OSError as error:
        raise AuditUnavailable(file_fault(f"{out} cannot be written", error, out.parent)) from error
