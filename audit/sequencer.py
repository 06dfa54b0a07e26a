"""The sequencer of a PostgreSQL: it gives entries their place, publishes checkpoints, and abandons what nobody writes.

One process serves all logs of its database, and leads each of them or waits until it may. It opens a log with the
same checks as everybody, so that it does not start on a restored backup; after a lost connection it opens it again.
Witnesses are asked in a thread of their own: publishing never waits for them.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final, final

from audit.anchors import AnchorSink, keep_everywhere
from audit.checkpoint import Checkpoint
from audit.errors import AuditError, AuditUnavailable, GuardWeakenedError
from audit.header import JOB_TENANT
from audit.keyfiles import KeyFolder
from audit.keyring import Keyring
from audit.log import AuditLog
from audit.opening import keys_in_use, open_log
from audit.owner import SILENCE_S
from audit.postgres.store import PostgresStore

_log = logging.getLogger(__name__)

ROUND_S: Final = 0.03
#: Checkpoints of one log are not published more often.
PUBLISH_EVERY_S: Final = 0.2
KEYS_EVERY_S: Final = 0.5
REAP_EVERY_S: Final = 5.0
PARTITIONS_EVERY_S: Final = 3_600.0
AGAIN_S: Final = 1.0
#: A cosignature that has not come by then is an alarm.
LATE_S: Final = 60.0
#: How often a checkpoint goes to the anchors.
ANCHOR_EVERY_S: Final = 3_600.0


@final
class _Cosigner:
    """Asks the witnesses of one log for the newest checkpoint, and anchors it by and by, in a thread of its own."""

    def __init__(self, log: AuditLog, anchors: Sequence[AnchorSink], anchor_every_s: float) -> None:
        self._log = log
        self._anchors = anchors
        self._anchor_every_s = anchor_every_s
        self._anchored_at_s: float | None = None
        self._newest: Checkpoint | None = None
        self._due = Event()
        self._stopped = Event()
        self._thread: Thread | None = None

    def wants(self, checkpoint: Checkpoint) -> None:
        self._newest = checkpoint
        self._due.set()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="audit cosigner", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join(AGAIN_S * 3)

    def _run(self) -> None:
        missing_since_s = monotonic()
        while not self._stopped.is_set():
            self._due.wait(self._anchor_every_s if self._anchors else None)
            self._due.clear()
            checkpoint = self._newest
            if self._stopped.is_set() or checkpoint is None:
                return
            try:
                cosigned = self._log.cosign(checkpoint)
                reached, checkpoint = cosigned.reached, cosigned.checkpoint
            except AuditError as error:
                _log.warning("witnesses not asked", extra={"error": type(error).__name__})
                reached = False
            self._anchor(checkpoint)
            if reached:
                missing_since_s = monotonic()
                continue
            if monotonic() - missing_since_s > LATE_S:
                _log.critical("audit alarm", extra={"alarm": "the cosignatures of the quorum are late"})
                missing_since_s = monotonic()
            if not self._due.wait(AGAIN_S):
                self._due.set()

    def _anchor(self, checkpoint: Checkpoint) -> None:
        now_s = monotonic()
        if self._anchored_at_s is not None and now_s - self._anchored_at_s < self._anchor_every_s:
            return
        self._anchored_at_s = now_s
        for name, said in keep_everywhere(checkpoint, self._anchors).items():
            if said.startswith("failed"):
                _log.critical(
                    "audit alarm", extra={"alarm": "a checkpoint could not be anchored", "anchor": name}
                )


@final
class _Led:
    """One log that this sequencer has open."""

    def __init__(self, log: AuditLog, store: PostgresStore, cosigner: _Cosigner) -> None:
        self.log = log
        self.store = store
        self.cosigner = cosigner
        self.leads = False
        self.unpublished = True
        self.published_at_s = 0.0
        self.reaped_at_s = monotonic()

    def close(self) -> None:
        self.cosigner.stop()
        self.log.close()


@final
class Sequencer:
    """All logs of one database. DATA_DIR holds the keys of logs and jobs, trust files, and what was published.

    A checkpoint of each log goes to the ANCHORS at the start, and every ANCHOR_EVERY_S seconds; a failure is an alarm.
    """

    def __init__(
        self,
        data_dir: Path,
        database: str,
        *,
        now: Callable[[], datetime],
        silence_s: float = SILENCE_S,
        anchors: Sequence[AnchorSink] = (),
        anchor_every_s: float = ANCHOR_EVERY_S,
    ) -> None:
        self._anchors = anchors
        self._anchor_every_s = anchor_every_s
        self._data_dir = data_dir
        self._database = database
        self._now = now
        self._silence_s = silence_s
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = PostgresStore(database)
        keys = KeyFolder(data_dir / "keys", in_use=keys_in_use(data_dir))
        keys.make_kek()
        self._keyring = Keyring(self._store, keys)
        self._open: dict[str, _Led] = {}
        self._keys: set[tuple[str, str, str, str]] = set()
        self._keys_at_s = self._partitions_at_s = 0.0
        self._stop = Event()

    @property
    def leading(self) -> list[str]:
        """The origins that this sequencer leads."""
        return sorted(one.log.origin for one in self._open.values() if one.leads)

    def run(self) -> None:
        """Work until `stop`; AuditError where a log may not be led: it was restored, weakened, or lost its key."""
        try:
            while not self._stop.is_set():
                try:
                    busy = self.step()
                except GuardWeakenedError:
                    raise
                except AuditUnavailable as error:
                    _log.error("sequencer interrupted", extra={"reason": str(error)})
                    self._shut()
                    self._stop.wait(AGAIN_S)
                    continue
                if not busy:
                    self._stop.wait(ROUND_S)
            self.step(last=True)
        finally:
            self._shut()
            self._store.close()

    def stop(self) -> None:
        self._stop.set()

    def step(self, *, last: bool = False) -> int:
        """One round over all logs; return how many entries got their place. The LAST one publishes what there is."""
        now_s = monotonic()
        if now_s - self._partitions_at_s > PARTITIONS_EVERY_S:
            self._store.make_partitions()
            self._partitions_at_s, self._keys = now_s, set()
        for log in self._store.logs():
            if log not in self._open:
                self._open[log] = self._opened(log)
        grown = sum(self._round(one, last=last) for one in self._open.values())
        if now_s - self._keys_at_s > KEYS_EVERY_S:
            self._make_keys()
            self._keys_at_s = now_s
        return grown

    def _opened(self, name: str) -> _Led:
        log = open_log(self._data_dir, now=self._now, origin=name, database=self._database)
        if not isinstance(log.store, PostgresStore) or not log.reads:
            log.close()
            raise AuditUnavailable(
                "this login cannot lead the log; it needs the role audit_sequencer and others"
            )
        log.silence_s = self._silence_s
        return _Led(log, log.store, _Cosigner(log, self._anchors, self._anchor_every_s))

    def _round(self, one: _Led, *, last: bool) -> int:
        one.leads = one.store.lead(one.log.log_id)
        if not one.leads:
            return 0
        now_s = monotonic()
        if now_s - one.reaped_at_s > min(REAP_EVERY_S, self._silence_s):
            one.reaped_at_s = now_s
            one.log.reap()
        grown = one.store.grow(one.log.log_id)
        one.unpublished |= grown > 0
        if one.unpublished and (last or now_s - one.published_at_s > PUBLISH_EVERY_S):
            one.published_at_s, one.unpublished = now_s, False
            one.cosigner.wants(one.log.publish())
        return grown

    def _make_keys(self) -> None:
        """The month keys that writers asked for are there, for this month and the next."""
        today = self._now()
        following = f"{today.year + today.month // 12:04d}-{today.month % 12 + 1:02d}"
        for tenant, jur, ret in self._store.wanted_classes():
            if tenant == JOB_TENANT:
                continue
            for month in (today.strftime("%Y-%m"), following):
                if (tenant, jur, ret, month) not in self._keys:
                    self._keyring.month_key(tenant, jur, ret, month)
                    self._keys.add((tenant, jur, ret, month))

    def _shut(self) -> None:
        for one in self._open.values():
            one.close()
        self._open.clear()


@final
class SequencerThread:
    """A sequencer inside the one process of the embedded mode."""

    def __init__(self, sequencer: Sequencer) -> None:
        self._sequencer = sequencer
        self._thread = Thread(target=self._run, name="audit sequencer", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._sequencer.run()
        except AuditError as error:
            _log.critical("audit alarm", extra={"alarm": f"the sequencer ended: {error}"})

    def close(self) -> None:
        self._sequencer.stop()
        self._thread.join(10.0)
