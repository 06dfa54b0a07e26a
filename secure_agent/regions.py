"""One audit log for each data region: calls of a region never lie in a tree with those of another."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import final

from audit import AuditLog, open_log
from policies import Line, PolicySet
from secure_agent.keys import use_keys_of
from secure_agent.settings import Settings

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


@contextmanager
def open_logs(
    settings: Settings,
    policies: PolicySet,
    *,
    data_dir: Path,
    now: Callable[[], datetime],
    lines: Sequence[Line] = (),
) -> Iterator[RegionalLogs]:
    """Open the logs that the settings name, those of LINES before any call. Raises AuditError, SettingsError."""
    use_keys_of(settings)
    database = None if settings.database is None else settings.database.get_secret_value()

    def open_one(region: str) -> AuditLog:
        origin = f"{settings.audit_log}/{region}"
        return open_log(data_dir, now=now, origin=origin, tenant=settings.audit_tenant, database=database)

    with closing(RegionalLogs(policies, open_one)) as logs:
        for region in {data_region(policies, line) for line in lines} or {DEFAULT_REGION}:
            logs.of_region(region)
        yield logs
