"""The errors of the audit log as one sentence and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

from audit import AuditError
from audit.errors import AuditUnavailable, EvidenceUnavailableError, KeyFileError, VerificationError
from secure_agent.cli.render import Exit, fail


@contextmanager
def sentences() -> Iterator[None]:
    """Wrong is 1, unavailable is 3, refused is misuse."""
    try:
        yield
    except (AuditUnavailable, EvidenceUnavailableError, KeyFileError) as error:
        fail(str(error), Exit.UNCHECKED)
    except VerificationError as error:
        fail(str(error), Exit.WRONG)
    except AuditError as error:
        fail(str(error), Exit.MISUSE)
