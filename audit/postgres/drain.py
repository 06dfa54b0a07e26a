"""The thread that sends what lies in the spool to PostgreSQL, what is there in one transaction, without waiting.

While the database is away entries stay where they are; the same batch is sent again afterwards, which changes nothing
if it had arrived. An entry that the database will never take ends its segment and keeps its file. A spool file goes
when all of it is under a published checkpoint.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from time import monotonic, sleep
from typing import Any, Final, final

import psycopg

from audit.errors import AuditError, AuditUnavailable
from audit.postgres.batch import Answer, append_batch, deks_json
from audit.postgres.check import check_guards
from audit.postgres.connection import STATEMENT_TIMEOUT_S, Connection, connect, fault, is_lost
from audit.spool import Orphan, Spool
from audit.store import WrappedDek

_log = logging.getLogger(__name__)

BEAT_S: Final = 20.0
BATCH_ENTRIES: Final = 500
BATCH_BYTES: Final = 4 * 2**20
_POLL_S: Final = 0.5
_LAST_LOOKS: Final = 5
_LAST_LOOK_S: Final = 0.2
_RETRY_S: Final = (0.05, 0.2, 0.5, 1.0, 2.0)

Place = tuple[str, int]


@dataclass(slots=True)
class Sending:
    """One sealed entry on its way, and the spool file that it is in."""

    p: bytes
    c: bytes
    place: Place
    file: Path
    dek: WrappedDek | None = None


@dataclass(slots=True)
class _Question:
    more: Mapping[str, Any]
    answer: Answer | None = None
    error: AuditUnavailable | None = None


@dataclass(slots=True)
class SpoolFile:
    """What of a spool file is still to be sent, and up to which id it lies in the database."""

    left: int = 0
    top_id: int = 0
    kept: bool = False
    orphan: Orphan | None = None


@final
class Drain:
    """The queue of one process into the database, for the entries of one log."""

    def __init__(self, url: str, log: str, spool: Spool, owner: str, alarm: Callable[[str], None]) -> None:
        self._url = url
        self._log = log
        self._spool = spool
        self._owner = owner
        self._alarm = alarm
        self._changed = Condition()
        self._queue: deque[Sending] = deque()
        self._questions: deque[_Question] = deque()
        self._files: dict[Path, SpoolFile] = {}
        self._growing: Path | None = None
        self._open: set[Place] = set()
        self._added = 0
        self._sent = 0
        self._covered_id = 0
        self._thread: Thread | None = None
        self._stopping = False
        #: Segments that the database refused, and why.
        self.refused: dict[Place, str] = {}
        #: Why nothing can be sent at present; empty where all is well.
        self.trouble = ""

    def add(self, one: Sending, *, opens: bool = False, closes: bool = False) -> int:
        """Queue an entry that is in the spool; its number."""
        with self._changed:
            if opens:
                self._open.add(one.place)
            if closes:
                self._open.discard(one.place)
            self._files.setdefault(one.file, SpoolFile()).left += 1
            self._queue.append(one)
            self._added += 1
            self._start()
            self._changed.notify_all()
            return self._added

    def add_file(self, path: Path, file: SpoolFile) -> None:
        with self._changed:
            self._files[path] = file
            self._start()

    def sent(self, number: int, place: Place, timeout_s: float) -> bool:
        """Wait until the entry of this NUMBER is committed, or its segment refused."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._sent >= number or place in self.refused, timeout=timeout_s
            )

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything that was added is in the database."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue, timeout=timeout_s)

    def ask(self, more: Mapping[str, Any], timeout_s: float) -> Mapping[str, Any]:
        """What `append_batch` answers to a question; AuditUnavailable where it does not in time."""
        question = _Question(more)
        with self._changed:
            self._start()
            self._questions.append(question)
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: question.answer is not None or question.error is not None, timeout=timeout_s
            )
            if question.answer is not None:
                return question.answer.more
            with suppress(ValueError):
                self._questions.remove(question)
            raise question.error or AuditUnavailable(
                self.trouble or "the audit database did not answer in time"
            )

    def stop(self, wait_s: float) -> None:
        """Send what is left, as far as the time allows; the next process sends the rest."""
        with self._changed:
            if self._thread is None:
                return
            self._changed.wait_for(lambda: not self._queue, timeout=wait_s)
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(wait_s)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="audit drain", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        connection: Connection | None = None
        failures, beat_at_s = 0, monotonic() + BEAT_S
        while True:
            with self._changed:
                busy = self._queue or self._questions
                if not busy and not self._stopping:
                    self._changed.wait(_POLL_S)
                if self._stopping and (not self._queue or failures):
                    break
                batch = self._batch()
                question = self._questions[0] if self._questions else None
            try:
                if connection is None or connection.closed:
                    connection = self._connected()
                if batch:
                    self._send(connection, batch)
                elif question is not None:
                    self._reply(question, append_batch(connection, self._log, (), question.more))
                elif self._settles() or monotonic() >= beat_at_s:
                    beat_at_s = monotonic() + BEAT_S
                    self._noted(append_batch(connection, self._log, (), self._beats()))
                failures, self.trouble = 0, ""
                self._tidy()
            except (psycopg.Error, AuditError) as error:
                said = fault(error, self._url) if isinstance(error, psycopg.Error) else error
                connection = self._dropped(connection)
                self._failed(str(said))
                with self._changed:
                    self._changed.wait(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                failures += 1
        if connection is not None and not connection.closed:
            with suppress(psycopg.Error):
                self._last_look(connection)
        self._dropped(connection)

    def _last_look(self, connection: Connection) -> None:
        """Give the sequencer a moment to publish what was sent: the spool is then empty."""
        self._spool.shut()
        for _ in range(_LAST_LOOKS):
            self._noted(append_batch(connection, self._log, (), self._beats()))
            self._tidy()
            if not self._files:
                return
            sleep(_LAST_LOOK_S)

    def _connected(self) -> Connection:
        connection = connect(self._url, statement_timeout_s=STATEMENT_TIMEOUT_S)
        try:
            check_guards(connection, self._url)
        except BaseException:
            connection.close()
            raise
        return connection

    @staticmethod
    def _dropped(connection: Connection | None) -> None:
        if connection is not None:
            connection.close()

    def _batch(self) -> list[Sending]:
        """The next entries, which stay in the queue until they are committed; no place twice."""
        batch: list[Sending] = []
        size = 0
        for one in self._queue:
            size += len(one.p) + len(one.c)
            if len(batch) == BATCH_ENTRIES or (batch and size > BATCH_BYTES):
                break
            batch.append(one)
        return batch

    def _send(self, connection: Connection, batch: list[Sending]) -> None:
        """Commit a batch; where the database refuses something in it, one by one, and that one is put aside."""
        try:
            answer = append_batch(connection, self._log, [(one.p, one.c) for one in batch], self._more(batch))
        except psycopg.Error as error:
            if is_lost(error) or connection.closed:
                raise
            if len(batch) > 1:
                for one in batch:
                    self._send(connection, [one])
                return
            self._refuse(batch[0], fault(error, self._url))
            return
        self._noted(answer)
        with self._changed:
            for one in batch:
                self._queue.popleft()
                file = self._files[one.file]
                file.left -= 1
                file.top_id = max(file.top_id, answer.top_id)
            self._sent += len(batch)
            self._changed.notify_all()

    def _more(self, batch: list[Sending]) -> dict[str, Any]:
        deks = [one.dek for one in batch if one.dek is not None]
        return {"owner": self._owner, **({"deks": deks_json(deks)} if deks else {})}

    def _beats(self) -> dict[str, Any]:
        with self._changed:
            return {"owner": self._owner, "beats": [{"call": call, "seg": seg} for call, seg in self._open]}

    def _refuse(self, one: Sending, error: AuditUnavailable) -> None:
        """The database will never take this entry: its segment ends here, and its file is kept."""
        self._alarm(f"an entry was refused: {error}")
        with self._changed:
            self.refused[one.place] = str(error)
            self._queue.popleft()
            file = self._files[one.file]
            file.left -= 1
            file.kept = True
            self._sent += 1
            self._changed.notify_all()

    def _reply(self, question: _Question, answer: Answer) -> None:
        self._noted(answer)
        with self._changed:
            question.answer = answer
            with suppress(ValueError):
                self._questions.remove(question)
            self._changed.notify_all()

    def _failed(self, said: str) -> None:
        if not self.trouble:
            _log.error("the audit database does not take entries; they are kept in the spool")
        with self._changed:
            self.trouble = said
            for question in self._questions:
                question.error = AuditUnavailable(said)
            self._questions.clear()
            self._changed.notify_all()

    def _noted(self, answer: Answer) -> None:
        self._covered_id = max(self._covered_id, answer.covered_id)

    def _settles(self) -> bool:
        """Whether a spool file waits for its checkpoint."""
        with self._changed:
            return any(
                path != self._growing and not file.left and not file.kept
                for path, file in self._files.items()
            )

    def _tidy(self) -> None:
        self._growing = growing = self._spool.rotate()
        with self._changed:
            done = [
                path
                for path, file in self._files.items()
                if path != growing and not file.left and not file.kept and file.top_id <= self._covered_id
            ]
            for path in done:
                file = self._files.pop(path)
                self._spool.delete(path)
                if file.orphan is not None and not file.orphan.files():
                    file.orphan.close()
