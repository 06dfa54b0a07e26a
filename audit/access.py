"""Put on record that somebody reads: an `export` entry in a control segment, durable before anything is shown."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.bundle import Scope
from audit.encoding import canonical, sha256
from audit.errors import AuditError
from audit.header import EXPORT, ID, TEXT
from audit.log import AuditLog, ControlEntry
from audit.opening import open_log
from audit.reading import log_of_call


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads and why, in their own words; nobody checks them here."""

    actor: str
    reason: str

    def __post_init__(self) -> None:
        if ID.fullmatch(self.actor) is None:
            raise AuditError("an actor is an id of letters, digits, dot, dash and underscore")
        if TEXT.fullmatch(self.reason) is None:
            raise AuditError("a reason has 1 to 256 printable characters")


#: Who reads on a machine that is one person's.
LOCAL = Reader("local", "local")


def note_access(log: AuditLog, reader: Reader, scope: Scope, *, what: str, **more: str) -> None:
    """Write the entry. WHAT is read, as `show` or the format of an export, stands in its sealed body."""
    members = {"scope_sha256": sha256(canonical(scope.as_json())).hex(), "actor": reader.actor}
    log.run_job([ControlEntry(EXPORT, members, {"what": what, "reason": reader.reason, **more})])


def note_reading(
    data_dir: Path,
    calls: Sequence[str],
    reader: Reader,
    *,
    what: str,
    now: Callable[[], datetime],
    database: str | None = None,
) -> None:
    """Put on record that the bodies of CALLS are read, in the log that they lie in."""
    for origin in sorted({log_of_call(data_dir, call, database=database) for call in calls}):
        with closing(open_log(data_dir, now=now, origin=origin, database=database)) as log:
            note_access(log, reader, Scope(tuple(sorted(calls))), what=what)
