"""One engine for all tests of redaction: it is built once per process, as in production."""

from collections.abc import Callable

import pytest

from redaction import Engine, Labels, Redactor, build_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    return build_engine()


@pytest.fixture
def redactor(engine: Engine) -> Redactor:
    return Redactor(engine, labels=Labels(), budget_ms=None)


@pytest.fixture
def speaking(engine: Engine) -> Callable[[str], Redactor]:
    """A redactor for a call in a language."""

    def make(language: str) -> Redactor:
        return Redactor(engine, labels=Labels(), language=language, budget_ms=None)

    return make
