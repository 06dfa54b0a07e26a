"""The errors of recordings as one sentence and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

from secure_agent.cli.render import Exit, fail
from secure_agent.recording.errors import RecordingAlteredError, RecordingError


@contextmanager
def recording_sentences() -> Iterator[None]:
    """Altered is 1, unavailable is 3."""
    try:
        yield
    except RecordingAlteredError as error:
        fail(str(error), Exit.WRONG)
    except RecordingError as error:
        fail(str(error), Exit.UNCHECKED)
