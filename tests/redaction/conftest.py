"""One engine for all tests of redaction: it is built once per process, as in production."""

from collections.abc import Callable

import pytest
from hypothesis import settings

from redaction import Engine, Labels, Redactor, build_engine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-examples", type=int, help="examples for each property of test_fuzz.py")


def pytest_configure(config: pytest.Config) -> None:
    examples = config.getoption("--fuzz-examples", default=None)
    if examples:
        settings.register_profile("fuzz", max_examples=examples, deadline=None, database=None)
        settings.load_profile("fuzz")


@pytest.fixture(scope="session")
def engine() -> Engine:
    return build_engine()


@pytest.fixture(scope="session")
def pattern_engine() -> Engine:
    """The engine without the name model."""
    return build_engine(name_model=None)


@pytest.fixture
def redactor(engine: Engine) -> Redactor:
    return Redactor(engine, labels=Labels(), budget_ms=None)


@pytest.fixture
def speaking(engine: Engine) -> Callable[[str], Redactor]:
    """A redactor for a call in a language."""

    def make(language: str) -> Redactor:
        return Redactor(engine, labels=Labels(), language=language, budget_ms=None)

    return make
