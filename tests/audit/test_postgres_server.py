"""The PostgreSQL of the tests leaves the machine as it was."""

import site
import stat
from pathlib import Path

from tests.postgres import server
from tests.source_tree import ROOT


def _modes() -> dict[Path, int]:
    places = [ROOT, Path.home(), Path("/tmp"), *map(Path, site.getsitepackages())]  # noqa: S108
    folders = {parent for place in places for parent in (place, *place.parents)}
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders}


def test_it_changes_no_mode_and_adds_no_user() -> None:
    modes, users = _modes(), Path("/etc/passwd").read_bytes()
    with server("fsync=off") as running:
        assert running.execute("SELECT 1") == [(1,)]
        folder = running.folder
    assert _modes() == modes
    assert Path("/etc/passwd").read_bytes() == users
    assert folder is not None
    assert not folder.exists()
