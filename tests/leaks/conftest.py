"""Calls whose every sink is searched."""

from pathlib import Path

import pytest

from tests.leaks.swept_call import Sweep


@pytest.fixture
def sweep(tmp_path: Path) -> Sweep:
    """Run a scenario and keep all that leaves the call."""
    return Sweep(tmp_path)
