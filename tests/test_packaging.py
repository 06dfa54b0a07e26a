"""What is shipped: the explicit list of packages is the tree, the wheel holds it and nothing else, names are ours."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from importlib.metadata import distribution, packages_distributions
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import secure_agent
from tests.source_tree import PACKAGES, ROOT

DATA_SUFFIXES = {".yaml", ".md", ".mako", ".json", ".txt", ".typed", ".typ", ".bin"}
MAPPED = {"secure_agent.migrations": "migrations", "secure_agent.migrations.versions": "migrations/versions"}


@pytest.fixture(scope="module")
def pyproject() -> Mapping[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def carried(folder: Path) -> list[Path]:
    """Return the files directly in FOLDER that a wheel must carry."""
    return [
        path
        for path in folder.iterdir()
        if path.is_file() and (path.suffix in {".py", *DATA_SUFFIXES} or path.name == "py.typed")
    ]


def packages_of_the_tree() -> dict[str, Path]:
    found = {
        ".".join(folder.relative_to(ROOT).parts): folder
        for package in PACKAGES
        for folder in [ROOT / package, *(ROOT / package).rglob("*")]
        if folder.is_dir() and folder.name != "__pycache__" and carried(folder)
    }
    return found | {name: ROOT / folder for name, folder in MAPPED.items()}


def test_the_explicit_list_of_packages_is_the_tree(pyproject: Mapping[str, Any]) -> None:
    listed = pyproject["tool"]["setuptools"]["packages"]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(packages_of_the_tree())


def test_every_kind_of_data_file_in_the_tree_is_carried(pyproject: Mapping[str, Any]) -> None:
    patterns = set(pyproject["tool"]["setuptools"]["package-data"]["*"])
    suffixes = {path.suffix for folder in packages_of_the_tree().values() for path in folder.iterdir()
                if path.is_file() and path.suffix not in {".py", ".pyc", ""}}  # fmt: skip
    assert {f"*{suffix}" for suffix in suffixes - {".typed"}} <= patterns
    assert "py.typed" in patterns


def _not_source(folder: str, names: list[str]) -> set[str]:
    top = {"data", "build", "docs", "examples", "tests"} if Path(folder) == ROOT else set()
    return {
        n for n in names if n in top or n.startswith(".") or n == "__pycache__" or n.endswith(".egg-info")
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel from a copy of the sources, without isolation and without the index."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=_not_source)
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_ships_the_five_packages_and_nothing_else_at_its_top(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/", 1)[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    expected = {
        f"{name.replace('.', '/')}/{path.name}"
        for name, folder in packages_of_the_tree().items()
        for path in carried(folder)
    }
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected


def test_the_wheel_cannot_be_published_and_has_one_command(wheel: zipfile.ZipFile) -> None:
    (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    headers = Parser().parsestr(wheel.read(metadata).decode())
    assert "Private :: Do Not Upload" in headers.get_all("Classifier", [])
    assert wheel.read(entry_points).decode().split() == [
        "[console_scripts]", "secure-agent", "=", "secure_agent.__main__:main",
    ]  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_owns_one_of_our_names(name: str) -> None:
    """Another wheel with a top-level `audit` would install over ours without a word."""
    assert set(packages_distributions().get(name, [])) <= {"secure-agent"}


def test_the_checkouts_own_folders_are_not_importable_from_outside() -> None:
    installed = packages_distributions()
    assert "secure-agent" not in installed.get("migrations", []) + installed.get("tests", [])
    assert (files("secure_agent.migrations") / "env.py").is_file()


def test_one_version_everywhere(pyproject: Mapping[str, Any]) -> None:
    version = pyproject["project"]["version"]
    assert secure_agent.__version__ == version
    newest = re.search(
        r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert newest is not None
    assert newest.group(1) == version


def test_the_lock_pins_every_direct_dependency_with_hashes_and_names_no_index(
    pyproject: Mapping[str, Any],
) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not [line for line in lock.splitlines() if line.startswith("-")]
    pins = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", lock, re.MULTILINE))
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block.split("\n", 1)[0])
    direct = [*pyproject["project"]["dependencies"], *pyproject["dependency-groups"]["dev"]]
    for requirement in map(Requirement, direct):
        (specifier,) = requirement.specifier
        assert specifier.operator == "=="
        assert pins[canonicalize_name(requirement.name)] == specifier.version, requirement.name


def test_this_environment_is_the_one_of_the_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name in ("livekit-agents", "cryptography", "presidio-analyzer"):
        assert f"{name}=={distribution(name).version} " in lock
