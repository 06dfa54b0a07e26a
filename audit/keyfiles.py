"""The key folder (for us alone) and the trust folder (for verifiers) of the embedded mode."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import final

from audit.crypto import random_bytes
from audit.crypto.envelope import KEY_BYTES
from audit.crypto.signing import ED25519, Signer, parse_signer
from audit.encoding import b64, unb64
from audit.errors import KeyFileError, VerificationError
from audit.trust import CALL_ROLE, CONTROL_ROLE, Worker, format_workers, parse_policy, parse_workers

_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@final
class KeyFolder:
    """Private keys, one file each, mode 0600; made on first use and never printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._changing = False
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_open(folder)

    def signer(self, file_name: str, key_name: str, *, key_type: int = ED25519) -> Signer:
        """The signing key in this file, made if there is none."""
        path = self.folder / file_name
        text = _read_private(path)
        if text is None:
            _write_private(path, Signer.generate(key_name, key_type=key_type).reveal())
            text = _read_private(path)
        signer = parse_signer(text or "")
        if (signer.name, signer.key_type) != (key_name, key_type):
            raise KeyFileError(f"{path} holds the key of another name")
        return signer

    def call_signer(self) -> Signer:
        return self.signer("call.key", "worker.local/call")

    def control_signer(self) -> Signer:
        return self.signer("control.key", "worker.local/control")

    def log_signer(self, origin: str) -> Signer:
        return self.signer(f"log-{slug(origin)}.key", origin)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One process at a time makes month keys, or moves them to another KEK."""
        if self._changing:
            yield
            return
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._changing = True
            yield
        finally:
            self._changing = False
            os.close(handle)

    def kek(self) -> tuple[str, bytes]:
        """The id and the bytes of the key that wraps new month keys, made if there is none."""
        return self._kek("kek")

    def kek_by_id(self, kek_id: str) -> bytes | None:
        """The KEK of this id, where we have it: the present one, or the one a rotation is going to."""
        for name in ("kek", "kek.next"):
            if (self.folder / name).exists():
                found, key = self._kek(name)
                if found == kek_id:
                    return key
        return None

    def next_kek(self) -> tuple[str, bytes]:
        """The KEK that a rotation goes to; the same one until `finish_rotation`."""
        return self._kek("kek.next")

    def finish_rotation(self) -> None:
        """The next KEK becomes the present one; the old one is gone."""
        (self.folder / "kek.next").replace(self.folder / "kek")
        sync_folder(self.folder)

    def _kek(self, name: str) -> tuple[str, bytes]:
        path = self.folder / name
        text = _read_private(path)
        if text is None:
            _write_private(path, f"kek-{random_bytes(4).hex()} {b64(random_bytes(KEY_BYTES))}")
            text = _read_private(path)
        kek_id, _, data = (text or "").partition(" ")
        try:
            key = unb64(data)
        except VerificationError:
            key = b""
        if not kek_id or len(key) != KEY_BYTES:
            raise KeyFileError(f"{path} does not hold 'id base64-of-32-bytes'; restore it from its backup")
        return kek_id, key

    def keep_month(self, ek: str, kek_id: str, wrapped: bytes) -> None:
        """Keep the private half of a month key, wrapped by the KEK of this id."""
        folder = self.folder / "months"
        folder.mkdir(mode=0o700, exist_ok=True)
        draft = folder / f".{ek}.{os.getpid()}"
        _write_private(draft, f"{kek_id} {b64(wrapped)}")
        draft.replace(folder / ek)
        sync_folder(folder)

    def month(self, ek: str) -> tuple[str, bytes] | None:
        """The KEK id and the wrapped private half of a month key; None where it was destroyed."""
        text = _read_private(self.folder / "months" / ek)
        if text is None:
            return None
        kek_id, _, data = text.partition(" ")
        try:
            return kek_id, unb64(data)
        except VerificationError as error:
            raise KeyFileError(
                f"the file of month key {ek} is damaged; restore it from its backup"
            ) from error

    def months(self) -> list[str]:
        """The month keys that exist."""
        folder = self.folder / "months"
        return (
            sorted(path.name for path in folder.iterdir() if path.name[0] != ".") if folder.exists() else []
        )

    def destroy_month(self, ek: str) -> None:
        """Overwrite and delete the private half of a month key. There is no way back."""
        path = self.folder / "months" / ek
        if path.exists():
            with path.open("r+b") as file:
                file.write(b"0" * path.stat().st_size)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(path.parent)

    def index_key(self, tenant: str, year: int) -> bytes:
        """The key of the search index of a tenant and year."""
        path = self.folder / f"index-{tenant}-{year}.key"
        if _read_private(path) is None:
            _write_private(path, b64(random_bytes(KEY_BYTES)))
        return unb64(_read_private(path))


def slug(origin: str) -> str:
    """A file name for an origin."""
    return origin.replace("/", "_")


def published_file(data_dir: Path, origin: str) -> Path:
    """Where the last checkpoint is kept besides the database: what a restored backup is recognised by."""
    return data_dir / "published" / slug(origin)


def _refuse_open(path: Path) -> None:
    if path.stat().st_mode & _OPEN_TO_OTHERS:
        mode = "700" if path.is_dir() else "600"
        raise KeyFileError(f"{path} is open to other users of this machine; run: chmod {mode} {path}")


def _read_private(path: Path) -> str | None:
    if not path.exists():
        return None
    _refuse_open(path)
    try:
        return path.read_text(encoding="ascii").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path} cannot be read") from error


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all; a file that another process made meanwhile wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, text.encode("ascii") + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        with suppress(FileExistsError):
            os.link(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a new name in FOLDER durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, data: bytes) -> None:
    """Write a public file whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def write_trust(folder: Path, log: Signer, call: Signer, control: Signer) -> None:
    """Let FOLDER say whom to believe; what an administrator wrote into it stays."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    policy, workers = folder / "policy", folder / "workers"
    line = f"log {log.verifier.vkey}\n"
    try:
        if not policy.exists():
            replace_file(policy, (line + "quorum none\n").encode("ascii"))
        elif log.name not in parse_policy(policy.read_bytes()).origins:
            replace_file(policy, line.encode("ascii") + policy.read_bytes())
        known = parse_workers(workers.read_bytes()) if workers.exists() else {}
    except VerificationError as error:
        raise KeyFileError(f"{folder} holds a malformed policy or workers file: {error}") from error
    ours = [Worker(CALL_ROLE, call.verifier), Worker(CONTROL_ROLE, control.verifier)]
    if any(known.get(worker.key.wkey) != worker for worker in ours):
        known |= {worker.key.wkey: worker for worker in ours}
        replace_file(workers, format_workers(known.values()))
