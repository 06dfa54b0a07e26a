"""A witness: it keeps the last checkpoint of each log, and cosigns the next only if that goes on from it."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import final

from audit.checkpoint import (
    MAX_SIGNATURES,
    Checkpoint,
    Consistency,
    cosignature_line,
    parse_checkpoint,
    parse_consistency,
    signed_by,
)
from audit.crypto.signing import COSIGNATURE, Signer
from audit.errors import AuditUnavailable, VerificationError
from audit.keyfiles import KeyFolder, replace_file, slug, sync_folder
from audit.merkle import EMPTY_ROOT, check_consistency
from audit.trust import Policy

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a witness answers, with the status codes of c2sp.org/tlog-witness."""

    status: int
    body: bytes
    content_type: str = TEXT_TYPE


@final
class Witness:
    """The witness of one folder: its key, the last checkpoint of each log, and an append-only anchor file.

    A checkpoint is on the disk before its cosignature is given away.
    """

    def __init__(self, folder: Path, policy: Policy, *, name: str, now: Callable[[], datetime]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._policy = policy
        self._now = now
        self._turn = Lock()
        self._handle: int | None = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise AuditUnavailable(f"another witness already works in {folder}") from None
        (folder / "last").mkdir(exist_ok=True)
        keys = KeyFolder(folder / "keys", in_use=any((folder / "last").iterdir()))
        self._signer = keys.signer("witness.key", name, key_type=COSIGNATURE)

    @property
    def signer(self) -> Signer:
        return self._signer

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def last(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of a log that this witness cosigned."""
        path = self._folder / "last" / slug(origin)
        return parse_checkpoint(path.read_bytes()) if path.exists() else None

    def add_checkpoint(self, request: bytes) -> Reply:
        """Answer one `add-checkpoint` request."""
        try:
            asked = parse_consistency(request)
        except VerificationError as error:
            return Reply(400, f"{error}\n".encode())
        checkpoint = asked.newer
        keys = self._policy.log_keys(checkpoint.origin)
        if not keys:
            return Reply(404, b"the log is not known here\n")
        try:
            known = any(signed_by(checkpoint, key) for key in keys)
        except VerificationError:
            known = False
        if not known:
            return Reply(403, b"no known key of the log signed\n")
        if asked.old > checkpoint.size or len(checkpoint.lines) >= MAX_SIGNATURES:
            return Reply(400, b"the old size is larger than the new one, or there are too many signatures\n")
        with self._turn:
            return self._cosign(asked)

    def _cosign(self, asked: Consistency) -> Reply:
        last, newer = self.last(asked.newer.origin), asked.newer
        size, root = (0, EMPTY_ROOT) if last is None else (last.size, last.root)
        if asked.old != size or (newer.size == size and newer.root != root):
            return Reply(409, f"{size}\n".encode(), SIZE_TYPE)
        try:
            check_consistency(size, root, newer.size, newer.root, asked.hashes)
        except VerificationError as error:
            return Reply(422, f"{error}\n".encode())
        line = cosignature_line(self._signer, newer.text, int(self._now().timestamp())).encode("utf-8")
        self._keep(newer, line)
        return Reply(200, line)

    def _keep(self, checkpoint: Checkpoint, line: bytes) -> None:
        note = checkpoint.note + line
        replace_file(self._folder / "last" / slug(checkpoint.origin), note)
        with (self._folder / "anchor").open("ab") as anchor:
            anchor.write(note + b"\n")
            anchor.flush()
            os.fsync(anchor.fileno())
        sync_folder(self._folder)
