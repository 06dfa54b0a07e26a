"""One audit log for each data region: calls of a region never lie in a tree with those of another."""

from collections.abc import Callable
from typing import final

from audit import AuditLog
from policies import Line, PolicySet

#: The region of a machine that was told of no line.
DEFAULT_REGION = "us"


def data_region(policies: PolicySet, line: Line) -> str:
    """The region of the line, or that of the country of its business: `us`, `uk`, `eu` for all of the EEA."""
    if line.data_region is not None:
        return line.data_region
    code = line.business
    while (parent := policies.parent(code)) is not None and parent != code:
        code = parent
    return {"EEA": "eu"}.get(code, code.lower())


@final
class RegionalLogs:
    """The logs of this process, each opened with the first call of its region."""

    def __init__(self, policies: PolicySet, open_one: Callable[[str], AuditLog]) -> None:
        self._policies = policies
        self._open_one = open_one
        self._logs: dict[str, AuditLog] = {}

    def of_region(self, region: str) -> AuditLog:
        """Raises AuditError where the log cannot be opened."""
        if region not in self._logs:
            self._logs[region] = self._open_one(region)
        return self._logs[region]

    def of_line(self, line: Line) -> AuditLog:
        return self.of_region(data_region(self._policies, line))

    def any_open(self) -> AuditLog:
        """A log that is open: keys are the same for all."""
        return next(iter(self._logs.values()))

    def close(self) -> None:
        for log in self._logs.values():
            log.close()
