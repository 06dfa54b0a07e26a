"""The table of the attack suite in the docs: all 47 rows, each with tests that exist and carry its number."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path("tests/audit")
_ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
_NUMBERS = re.compile(r"^test_((?:\d+_)+)")


def _rows() -> dict[int, list[str]]:
    text = Path("docs/audit.md").read_text(encoding="utf-8")
    part = text.partition("## The attack suite")[2].partition("\n## ")[0]
    return {int(number): re.findall(r"`([^`]+)`", where) for number, _, _, where in _ROW.findall(part)}


ROWS = _rows()


def _tests_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _numbers_of(name: str) -> set[int]:
    found = _NUMBERS.match(name)
    return set() if found is None else {int(one) for one in found[1].strip("_").split("_")}


def test_every_row_of_the_suite_is_there() -> None:
    assert sorted(ROWS) == list(range(1, 48))


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_tests_that_carry_its_number(row: int) -> None:
    assert ROWS[row]
    for where in ROWS[row]:
        file, _, name = where.partition("::")
        tests = _tests_in(Path(file))
        assert name in tests if name else any(row in _numbers_of(one) for one in tests), where


def test_every_numbered_test_stands_in_its_row() -> None:
    for path in FOLDER.rglob("test_*.py"):
        for name in _tests_in(path):
            for row in _numbers_of(name):
                cited = {where.partition("::")[0] for where in ROWS[row]}
                assert path.as_posix() in cited, name
