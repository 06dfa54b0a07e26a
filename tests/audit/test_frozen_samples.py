"""Sample bundles of each kind, frozen: today's code writes them byte for byte, and verifies them as ever."""

from pathlib import Path

import pytest

from audit.verify import verify_bundle
from tests.audit.samples import SAMPLES

FROZEN = Path("tests/vectors/val1/samples")
KINDS = ("empty", "epoch 2", "full", "group quorum", "held", "partial", "scoped by calls", "scoped by time")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_sample_is_written_again_byte_for_byte(kind: str, tmp_path: Path) -> None:
    sample = SAMPLES[kind](tmp_path)
    frozen = FROZEN / kind.replace(" ", "-")
    assert _files(frozen / "bundle") == _files(sample.bundle)
    assert sample.trust is not None
    assert _files(frozen / "trust") == _files(sample.trust)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_sample_verifies(kind: str, tmp_path: Path) -> None:
    frozen = FROZEN / kind.replace(" ", "-")
    sample = SAMPLES[kind](tmp_path)
    question, expected = sample.questions[0]
    result = verify_bundle(
        frozen / "bundle",
        question,
        trust=frozen / "trust",
        held=sorted(frozen.glob("held")),
        consistency=sorted(frozen.glob("consistency")),
    )
    assert result.exit == expected
