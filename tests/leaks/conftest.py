"""Calls whose every sink is searched."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks.swept_call import Sweep


@pytest.fixture(scope="session", autouse=True)
def _nothing_old_is_collected_again() -> Iterator[None]:
    """Each sweep collects garbage; what was there before is left out of that."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def sweep(tmp_path: Path) -> Sweep:
    """Run a scenario and keep all that leaves the call."""
    return Sweep(tmp_path)
