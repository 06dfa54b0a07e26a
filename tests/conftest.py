"""What every test leaves behind as it found it."""

import logging
import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _the_process_is_as_it_was() -> Iterator[None]:
    """Commands shut the logs and the environment of their process for good; a test that runs one in this process
    must not decide what the next test can show.
    """
    handle, level, environment = logging.Handler.handle, logging.root.level, dict(os.environ)  # noqa: TID251
    yield
    logging.Handler.handle = handle  # type: ignore[method-assign]
    logging.root.setLevel(level)
    if dict(os.environ) != environment:  # noqa: TID251
        os.environ.clear()  # noqa: TID251
        os.environ.update(environment)  # noqa: TID251
