"""Where checkpoints are kept that the database owner cannot change: a file, a Git repository, an object store.

A checkpoint is 200 bytes of origin, size, root and signatures: no personal data goes to a place that never forgets.
Each sink answers or fails within seconds and for itself; one that hangs holds up nobody.
"""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, final

from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.errors import AuditError, AuditUnavailable, EvidenceUnavailableError, VerificationError
from audit.faults import file_fault
from audit.keyfiles import slug, sync_folder

_GIT_TIMEOUT_S = 20


class AnchorSink(Protocol):
    """One place for checkpoints. It only ever adds."""

    @property
    def name(self) -> str: ...

    def keep(self, checkpoint: Checkpoint) -> bool:
        """Keep CHECKPOINT; whether it was new. AuditUnavailable where it cannot be kept."""

    def last(self, origin: str) -> Checkpoint | None:
        """The largest checkpoint of this log that is kept here."""


@final
class FileAnchor:
    """An append-only file: notes one after the other, parted by an empty line, synced."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return f"file:{self._path}"

    def keep(self, checkpoint: Checkpoint) -> bool:
        if any(one.note == checkpoint.note for one in self._notes(checkpoint.origin)):
            return False
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            with os.fdopen(handle, "ab") as file:
                file.write(checkpoint.note + b"\n")
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self._path.parent)
        except OSError as error:
            raise AuditUnavailable(
                file_fault(f"the anchor {self._path} cannot be written", error, self._path)
            ) from error
        return True

    def last(self, origin: str) -> Checkpoint | None:
        return max(self._notes(origin), key=lambda one: one.size, default=None)

    def _notes(self, origin: str) -> list[Checkpoint]:
        try:
            kept = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise EvidenceUnavailableError(
                f"the anchor {self._path} cannot be read: {error.strerror}"
            ) from error
        # A note is its text, an empty line, and lines of signatures; another empty line ends it.
        parts = kept.split(b"\n\n")
        whole = [text + b"\n\n" + lines + b"\n" for text, lines in zip(parts[::2], parts[1::2], strict=False)]
        return [one for one in map(_parsed, whole) if one is not None and one.origin == origin]


@final
class GitAnchor:
    """A Git repository: one file for each log, one commit for each checkpoint; pushed where it has a remote."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return f"git:{self._folder}"

    def keep(self, checkpoint: Checkpoint) -> bool:
        if not (self._folder / ".git").exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet")
        file = slug(checkpoint.origin)
        path = self._folder / file
        if path.exists() and path.read_bytes() == checkpoint.note:
            return False
        path.write_bytes(checkpoint.note)
        self._git("add", "--", file)
        who = (
            "-c",
            "user.name=secure-agent",
            "-c",
            "user.email=anchor@localhost",
            "-c",
            "commit.gpgsign=false",
        )
        said = f"{checkpoint.origin} {checkpoint.size} {checkpoint.root.hex()}"
        self._git(*who, "commit", "--quiet", "--message", said, "--", file)
        if self._git("remote").strip():
            self._git("push", "--quiet")
        return True

    def last(self, origin: str) -> Checkpoint | None:
        path = self._folder / slug(origin)
        return _parsed(path.read_bytes()) if path.exists() else None

    def _git(self, *words: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - fixed words, and names that we made
                ["git", "-C", str(self._folder), *words],  # noqa: S607 - the git of this machine
                capture_output=True,
                text=True,
                timeout=_GIT_TIMEOUT_S,
                check=True,
                stdin=subprocess.DEVNULL,
            )
        except FileNotFoundError:
            raise AuditUnavailable("an anchor in Git needs the command git; install it") from None
        except subprocess.TimeoutExpired:
            raise AuditUnavailable(f"git {words[0]} in {self._folder} took too long") from None
        except subprocess.CalledProcessError as error:
            first = (error.stderr or "").strip().splitlines()[:1]
            raise AuditUnavailable(f"git in {self._folder} failed: {''.join(first)}") from None
        return done.stdout


def _parsed(note: bytes) -> Checkpoint | None:
    try:
        return parse_checkpoint(note)
    except VerificationError:
        return None


def parse_sink(
    text: str, *, keep_for: timedelta, now: Callable[[], datetime], endpoint: str | None = None
) -> AnchorSink:
    """The sink of `file:PATH`, `git:FOLDER` or `s3:BUCKET[/PREFIX]`; KEEP_FOR is for object locks."""
    kind, _, place = text.partition(":")
    if place and kind == "file":
        return FileAnchor(Path(place))
    if place and kind == "git":
        return GitAnchor(Path(place))
    if place and kind == "s3":
        from audit.anchors_s3 import ObjectLockAnchor  # noqa: PLC0415 - an extra

        bucket, _, prefix = place.partition("/")
        return ObjectLockAnchor(bucket, prefix, keep_for=keep_for, now=now, endpoint=endpoint)
    raise AuditError("an anchor is file:PATH, git:FOLDER or s3:BUCKET/PREFIX")


def keep_everywhere(checkpoint: Checkpoint, sinks: Sequence[AnchorSink]) -> Mapping[str, str]:
    """Keep CHECKPOINT in each sink; say by name what came of it. One that fails does not hold up the next."""
    said: dict[str, str] = {}
    for sink in sinks:
        try:
            said[sink.name] = "kept" if sink.keep(checkpoint) else "already there"
        except (AuditUnavailable, EvidenceUnavailableError) as error:
            said[sink.name] = f"failed: {error}"
    return said
