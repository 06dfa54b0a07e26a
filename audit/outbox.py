"""The way of one process into PostgreSQL: the spool first, then the database.

An entry of the level `spool` is acknowledged when it is on the local disk, one of the level `db` when it is committed
as well: `put` waits for that a bounded time, and then raises EntryInDoubtError. What a process left behind is sent by
the next one. Nothing of it runs in an event loop.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, final

from audit.chain import SealedEntry
from audit.encoding import parse_canonical
from audit.errors import AuditUnavailable, EntryInDoubtError
from audit.header import CLOSE
from audit.postgres.drain import Drain, Sending, SpoolFile
from audit.records import EntryRecord, KeyRecord, frame
from audit.spool import Orphan, Spool, orphans, quarantine, read_spool
from audit.store import WrappedDek

_log = logging.getLogger(__name__)

#: How long an entry of the level `db` and a question are waited for.
WAIT_S: Final = 2.0


@final
class Outbox:
    """Takes the entries of the calls of one log."""

    def __init__(
        self,
        url: str,
        log: str,
        folder: Path,
        *,
        spool: Spool | None = None,
        wait_s: float = WAIT_S,
        on_alarm: Callable[[str], None] | None = None,
    ) -> None:
        self._folder = folder
        self._spool = spool or Spool(folder)
        self._wait_s = wait_s
        self._on_alarm = on_alarm
        self._drain = Drain(url, log, self._spool, self._spool.owner, self._alarm)

    def put(self, entry: SealedEntry, dek: WrappedDek | None, level: Literal["spool", "db"]) -> None:
        """Acknowledge one entry at LEVEL; AuditUnavailable and nothing was written, or EntryInDoubtError."""
        place = (entry.call, entry.seg)
        if place in self._drain.refused:
            raise AuditUnavailable(self._drain.refused[place])
        record = frame(EntryRecord(entry.p, entry.c))
        if dek is not None:
            record = frame(KeyRecord(dek.call, dek.seg, dek.ek, dek.wrapped)) + record
        file = self._spool.write(record)
        sending = Sending(entry.p, entry.c, place, file, dek)
        number = self._drain.add(sending, opens=entry.seq == 0, closes=entry.t == CLOSE)
        if level == "db":
            done = self._drain.sent(number, place, self._wait_s)
            if place in self._drain.refused:
                raise EntryInDoubtError(self._drain.refused[place])
            if not done:
                raise EntryInDoubtError(self._drain.trouble or "the audit database did not commit in time")

    def ask(self, more: Mapping[str, Any]) -> Mapping[str, Any]:
        """What `append_batch` answers to a question; AuditUnavailable where it does not in time."""
        return self._drain.ask(more, self._wait_s)

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything that was put or taken over is in the database; whether it is."""
        return self._drain.flush(timeout_s)

    def close(self) -> None:
        """Send what is left, as far as a bounded time allows; the next process sends the rest."""
        self._drain.stop(self._wait_s)
        self._spool.close()

    def replay(self) -> int:
        """Take over the spools of processes that are gone; return how many entries they hold."""
        count = 0
        for orphan in orphans(self._folder):
            files = orphan.files()
            for path in files:
                count += self._take_over(orphan, path)
            if not files:
                orphan.close()
        return count

    def _take_over(self, orphan: Orphan, path: Path) -> int:
        found = read_spool(path)
        if found.damaged:
            path = quarantine(self._folder, path)
            self._alarm(
                "a spool file is damaged; what stands before the damage is sent, and the file is kept"
            )
        if found.torn:
            _log.warning("a spool file ends inside a record that was never acknowledged")
        self._drain.add_file(path, SpoolFile(kept=found.damaged, orphan=None if found.damaged else orphan))
        keys: dict[tuple[str, int], WrappedDek] = {}
        count = 0
        for one in found.records:
            if isinstance(one, KeyRecord):
                keys[one.call, one.seg] = WrappedDek(one.call, one.seg, one.ek, one.wrapped)
                continue
            header = parse_canonical(one.p)
            place = (header["call"], header["seg"])
            dek = keys.get(place) if header["seq"] == 0 else None
            self._drain.add(Sending(one.p, one.c, place, path, dek))
            count += 1
        return count

    def _alarm(self, said: str) -> None:
        _log.critical("audit alarm", extra={"alarm": said})
        if self._on_alarm is not None:
            self._on_alarm(said)
