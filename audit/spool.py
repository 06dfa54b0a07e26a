"""The local spool: what `write` returns for is on the disk, sealed, and stays there until it is said to be elsewhere.

A folder per process, locked while it lives; in it files of records (`audit.records`), each written by one process
from its beginning to its end. After a failed write or sync a file takes nothing more: a retry could lie.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, final

from audit.crypto import random_bytes
from audit.errors import AuditUnavailable, EntryInDoubtError, VerificationError
from audit.faults import file_fault
from audit.keyfiles import sync_folder
from audit.records import EntryRecord, KeyRecord, TornRecordError, read_record

FILE_BYTES: Final = 64 * 2**20
QUOTA_BYTES: Final = 2**30
#: A file is closed after this time, so that what was erased does not lie in it for long.
FILE_AGE_S: Final = 60.0
DAMAGED: Final = "damaged"
_SUFFIX: Final = ".val1"


@dataclass(slots=True)
class _Open:
    """The file that is being written."""

    path: Path
    handle: int
    since_s: float
    written: int = 0
    synced: int = 0
    failed: bool = False
    syncing: Lock = field(default_factory=Lock)


@final
class Spool:
    """The spool of one process. Several threads may write; what they write meanwhile is synced together."""

    def __init__(self, folder: Path, *, quota_bytes: int = QUOTA_BYTES, file_bytes: int = FILE_BYTES) -> None:
        self._folder = folder
        self._quota = quota_bytes
        self._file_bytes = file_bytes
        self._writing = Lock()
        self._file: _Open | None = None
        self._number = 0
        #: The name of this process among those that write.
        self.owner = f"{os.getpid()}-{random_bytes(4).hex()}"
        self._own: Path | None = None
        self._lock: int | None = None
        self._sizes: dict[Path, int] = {}

    def write(self, data: bytes) -> Path:
        """Append whole records; they are on the disk when this returns. The file that they are in.

        EntryInDoubtError where the disk does not take them: whether they are in the file is not known then.
        AuditUnavailable where nothing was written: the spool is full, or takes no new file.
        """
        with self._writing:
            file = self._usable(len(data))
            try:
                left = memoryview(data)
                while left:
                    left = left[os.write(file.handle, left) :]
            except OSError as error:
                file.failed = True
                raise EntryInDoubtError(self._said(error)) from error
            file.written += len(data)
            self._sizes[file.path] = file.written
            mine = file.written
        with file.syncing:
            if file.synced < mine and not file.failed:
                upto = file.written
                try:
                    os.fdatasync(file.handle)
                except OSError as error:
                    file.failed = True
                    raise EntryInDoubtError(self._said(error)) from error
                file.synced = upto
            if file.synced < mine:
                raise EntryInDoubtError(f"the spool file {file.path} could not be synced")
        return file.path

    def _said(self, error: OSError) -> str:
        return file_fault(f"the spool in {self._folder} cannot be written", error, self._folder)

    def _usable(self, more: int) -> _Open:
        if sum(self._sizes.values()) + more > self._quota:
            raise AuditUnavailable(
                f"the spool in {self._folder} is full: the database has not taken its entries for too long"
            )
        file = self._file
        if file is not None and not file.failed and file.written + more <= self._file_bytes:
            return file
        self._shut()
        try:
            path = self._home() / f"{self._number:08d}{_SUFFIX}"
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            sync_folder(path.parent)
        except OSError as error:
            raise AuditUnavailable(self._said(error)) from error
        self._number += 1
        self._file = _Open(path, handle, monotonic())
        return self._file

    def _home(self) -> Path:
        if self._own is None:
            own = self._folder / self.owner
            own.mkdir(mode=0o700, parents=True)
            self._lock = os.open(own, os.O_RDONLY)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            sync_folder(self._folder)
            self._own = own
        return self._own

    def shut(self) -> None:
        """Close the present file: nothing more comes into it."""
        with self._writing:
            self._shut()

    def _shut(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file.handle)
            self._file = None

    def rotate(self) -> Path | None:
        """Close the present file if it is old enough; the file that still grows, or None."""
        with self._writing:
            file = self._file
            if file is not None and (file.failed or monotonic() - file.since_s > FILE_AGE_S):
                with file.syncing:
                    self._shut()
            return None if self._file is None else self._file.path

    def delete(self, path: Path) -> None:
        """Forget a closed file: everything in it is under a published checkpoint."""
        path.unlink(missing_ok=True)
        self._sizes.pop(path, None)

    def close(self) -> None:
        """Close the present file; the folder goes with its last file."""
        with self._writing:
            self._shut()
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None
            if self._own is not None:
                with suppress(OSError):
                    self._own.rmdir()


@final
class Orphan:
    """The spool of a process that is gone; it is ours while this is open."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder = folder
        self._lock = lock

    def files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def close(self) -> None:
        with suppress(OSError):
            self.folder.rmdir()
        os.close(self._lock)


def orphans(folder: Path) -> Iterator[Orphan]:
    """The spools below FOLDER whose processes are gone."""
    if not folder.is_dir():
        return
    for own in sorted(folder.iterdir()):
        if not own.is_dir() or own.name == DAMAGED:
            continue
        try:
            lock = os.open(own, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        yield Orphan(own, lock)


@dataclass(frozen=True, slots=True)
class Replay:
    """What a spool file holds: its records up to a damage, and what is wrong with the rest."""

    records: tuple[EntryRecord | KeyRecord, ...]
    #: A record is cut off at the end: it was never acknowledged.
    torn: bool
    damaged: bool


def read_spool(path: Path) -> Replay:
    """Read a spool file. Only what is cut off at the very end may be left out."""
    data = path.read_bytes()
    records: list[EntryRecord | KeyRecord] = []
    at = 0
    try:
        while at < len(data):
            record, at = read_record(data, at)
            records.append(record)
    except TornRecordError:
        return Replay(tuple(records), torn=True, damaged=False)
    except VerificationError:
        return Replay(tuple(records), torn=False, damaged=True)
    return Replay(tuple(records), torn=False, damaged=False)


def quarantine(spool: Path, path: Path) -> Path:
    """Put a damaged spool file aside, where nothing deletes it."""
    aside = spool / DAMAGED
    aside.mkdir(mode=0o700, exist_ok=True)
    target = aside / f"{path.parent.name}-{path.name}"
    path.replace(target)
    sync_folder(aside)
    return target
