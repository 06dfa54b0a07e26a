"""The policies that ship and those of the worked examples, loaded once; the day on which they are read."""

from datetime import date
from pathlib import Path

import pytest

from policies import PolicySet, load_policies

VECTORS = Path(__file__).parent / "vectors"


@pytest.fixture(scope="session")
def on() -> date:
    """The day of the last reading: fixed, so that no rule falls due while the tests run."""
    return date(2026, 11, 24)


@pytest.fixture(scope="session")
def shipped() -> PolicySet:
    return load_policies()


@pytest.fixture(scope="session")
def worked() -> PolicySet:
    return load_policies(VECTORS / "worked_examples")


@pytest.fixture(scope="session")
def vectors() -> Path:
    return VECTORS
