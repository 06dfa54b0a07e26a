"""Several processes find what one finds, on good evidence and on bad."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.verify import parallel
from tests.audit.support import World, ids, lines_of, restamp, verify, write_lines


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parallel, "WORTH_IT", 1)
    world = World()
    calls = [world.call(number, turns=4) for number in range(6)]
    world.erase(1, calls[2])
    world.trust(tmp_path / "trust")
    return world.bundle(tmp_path / "bundle")


def _nothing(_: list[dict[str, Any]]) -> None:
    """The bundle as it is."""


def _drop(lines: list[dict[str, Any]]) -> None:
    del lines[7]


def _spoil(lines: list[dict[str, Any]]) -> None:
    lines[2]["c"] = lines[3]["c"]


@pytest.mark.parametrize("damage", [_nothing, _drop, _spoil])
def test_two_processes_find_what_one_finds(
    damage: Callable[[list[dict[str, Any]]], None], bundle: Path, tmp_path: Path
) -> None:
    lines = lines_of(bundle)
    damage(lines)
    write_lines(bundle, lines)
    restamp(bundle)
    alone = verify(bundle, tmp_path / "trust")
    together = verify(bundle, tmp_path / "trust", jobs=2)
    assert together.as_dict() == alone.as_dict()
    assert (alone.exit == 0) is (damage is _nothing), ids(alone)
    assert alone.opened == together.opened


def test_good_evidence_is_walked_by_both(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plain walk would also be right; that it was not needed is what makes it fast."""

    def not_needed(*_: object) -> None:
        raise AssertionError("the plain walk ran")

    monkeypatch.setattr("audit.verify.run.walk", not_needed)
    result = verify(bundle, tmp_path / "trust", jobs=2)
    assert (result.exit, result.shredded) == (0, 1)


def test_a_key_that_does_not_fit_is_found_by_both(bundle: Path, tmp_path: Path) -> None:
    deks = (bundle / "deks.jsonl").read_bytes().splitlines(keepends=True)
    (bundle / "deks.jsonl").write_bytes(b"".join(deks[1:]))
    restamp(bundle)
    alone, together = verify(bundle, tmp_path / "trust"), verify(bundle, tmp_path / "trust", jobs=2)
    assert together.as_dict() == alone.as_dict()
    assert ids(alone) == {"key-missing"}
