"""The key folder (for us alone) and the trust folder (for verifiers) of the embedded mode."""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import final

from audit.crypto import random_bytes
from audit.crypto.envelope import KEY_BYTES
from audit.crypto.signing import ED25519, Signer, parse_signer
from audit.encoding import b64, unb64
from audit.errors import KeyFileError, VerificationError
from audit.faults import RESTORE, file_fault
from audit.passphrase import kek_of, kek_text
from audit.providers import provider_in_use
from audit.trust import CALL_ROLE, CONTROL_ROLE, Worker, format_workers, parse_policy, parse_workers

_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@final
class KeyFolder:
    """Private keys, one file each, mode 0600, never printed.

    A key is made on first use. Once keys are IN_USE, which is from the first entry on, one that is missing is lost:
    a new one in its place would hide that, and what was sealed or signed before would look forged.
    """

    def __init__(self, folder: Path, *, in_use: bool) -> None:
        self.folder = folder
        self._in_use = in_use
        self._changing = False
        if folder.exists():
            _refuse_open(folder)

    def signer(
        self, file_name: str, key_name: str, *, key_type: int = ED25519, in_use: bool | None = None
    ) -> Signer:
        """The signing key in this file, made if there is none and nothing was signed yet."""
        path = self.folder / file_name
        text = self._kept(
            path,
            lambda: Signer.generate(key_name, key_type=key_type).reveal(),
            in_use=self._in_use if in_use is None else in_use,
        )
        try:
            signer = parse_signer(text)
        except KeyFileError as error:
            raise KeyFileError(f"{path} is damaged: {error}; {RESTORE}") from error
        if (signer.name, signer.key_type) != (key_name, key_type):
            raise KeyFileError(f"{path} holds the key of another name; {RESTORE}")
        return signer

    @staticmethod
    def _kept(path: Path, make: Callable[[], str], *, in_use: bool) -> str:
        """The line of a key file; what MAKE gives if there is none and it may be made."""
        text = _read_private(path)
        if text is None:
            if in_use:
                raise KeyFileError(f"the key file {path} is missing; {RESTORE}")
            _write_private(path, make())
            text = _read_private(path)
        return text or ""

    def call_signer(self) -> Signer:
        return self.signer("call.key", "worker.local/call")

    def control_signer(self) -> Signer:
        return self.signer("control.key", "worker.local/control")

    def log_signer(self, origin: str, *, in_use: bool) -> Signer:
        """The key of the log ORIGIN, which is IN_USE from the first leaf of that log on."""
        return self.signer(f"log-{slug(origin)}.key", origin, in_use=in_use)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One process at a time makes month keys, or moves them to another KEK."""
        if self._changing:
            yield
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._changing = True
            yield
        finally:
            self._changing = False
            os.close(handle)

    def make_kek(self) -> None:
        """The key that wraps new month keys is there, made if nothing was sealed yet and no other provider wraps."""
        if provider_in_use() is None:
            self._kek("kek", in_use=self._in_use)

    def kek(self) -> tuple[str, bytes]:
        """The id and the bytes of the key that wraps new month keys."""
        return self._kek("kek", in_use=True)

    def kek_by_id(self, kek_id: str) -> bytes | None:
        """The KEK of this id, where we have it: the present one, or the one a rotation is going to."""
        for name in ("kek", "kek.next"):
            if (self.folder / name).exists():
                found, key = self._kek(name, in_use=True)
                if found == kek_id:
                    return key
        return None

    def next_kek(self) -> tuple[str, bytes]:
        """The KEK that a rotation goes to; the same one until `finish_rotation`."""
        return self._kek("kek.next", in_use=False)

    def finish_rotation(self) -> None:
        """The next KEK becomes the present one; the old one is gone."""
        (self.folder / "kek.next").replace(self.folder / "kek")
        sync_folder(self.folder)

    def _kek(self, name: str, *, in_use: bool) -> tuple[str, bytes]:
        path = self.folder / name
        text = self._kept(
            path, lambda: kek_text(f"kek-{random_bytes(4).hex()}", random_bytes(KEY_BYTES)), in_use=in_use
        )
        kek_id, key = kek_of(text, path)
        if not kek_id or len(key) != KEY_BYTES:
            raise KeyFileError(f"{path} does not hold 'id base64-of-32-bytes'; {RESTORE}")
        return kek_id, key

    def keep_month(self, ek: str, kek_id: str, wrapped: bytes) -> None:
        """Keep the private half of a month key, wrapped by the KEK of this id."""
        folder = self.folder / "months"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{ek}.{os.getpid()}"
        _write_private(draft, f"{kek_id} {b64(wrapped)}")
        draft.replace(folder / ek)
        sync_folder(folder)

    def month_path(self, ek: str) -> Path:
        return self.folder / "months" / ek

    def month(self, ek: str) -> tuple[str, bytes] | None:
        """The KEK id and the wrapped private half of a month key; None where it was destroyed or lost."""
        text = _read_private(self.month_path(ek))
        if text is None:
            return None
        kek_id, _, data = text.partition(" ")
        try:
            return kek_id, unb64(data)
        except VerificationError as error:
            raise KeyFileError(f"the key file {self.month_path(ek)} is damaged; {RESTORE}") from error

    def months(self) -> list[str]:
        """The month keys that exist."""
        folder = self.folder / "months"
        return (
            sorted(path.name for path in folder.iterdir() if path.name[0] != ".") if folder.exists() else []
        )

    def destroy_month(self, ek: str) -> None:
        """Overwrite and delete the private half of a month key. There is no way back.

        A mark stays: a restored database may not know of it, and the key is then not taken for lost.
        """
        path = self.month_path(ek)
        _write_private(self._mark(ek), "destroyed")
        if path.exists():
            with path.open("r+b") as file:
                file.write(b"0" * path.stat().st_size)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(path.parent)

    def was_destroyed(self, ek: str) -> bool:
        return self._mark(ek).exists()

    def _mark(self, ek: str) -> Path:
        return self.folder / "months" / f".destroyed-{ek}"

    def index_key(self, tenant: str, year: int) -> bytes:
        """The key of the search index of a tenant and year, made if there is none."""
        path = self.folder / f"index-{tenant}-{year}.key"
        self._kept(path, lambda: b64(random_bytes(KEY_BYTES)), in_use=False)
        return self.index_key_if_any(tenant, year) or b""

    def index_key_if_any(self, tenant: str, year: int) -> bytes | None:
        """The key of the search index of a tenant and year; None where no call was indexed by its caller."""
        path = self.folder / f"index-{tenant}-{year}.key"
        text = _read_private(path)
        if text is None:
            return None
        try:
            return unb64(text)
        except VerificationError as error:
            raise KeyFileError(f"the key file {path} is damaged; {RESTORE}") from error


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
    except OSError as error:
        raise KeyFileError(file_fault(f"the key file {path} cannot be read", error, path.parent)) from error
    except UnicodeDecodeError as error:
        raise KeyFileError(f"the key file {path} is damaged; {RESTORE}") from error


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all; a file that another process made meanwhile wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("ascii") + b"\n")
            file.flush()
            os.fsync(handle)
        with suppress(FileExistsError):
            os.link(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        said = file_fault(f"the key file {path} cannot be written", error, path.parent)
        raise KeyFileError(said) from error
    finally:
        with suppress(OSError):
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
    policy, workers = folder / "policy", folder / "workers"
    try:
        named = parse_policy(policy.read_bytes()) if policy.exists() else None
        known = parse_workers(workers.read_bytes()) if workers.exists() else {}
    except VerificationError as error:
        raise KeyFileError(
            f"{folder} holds a malformed policy or workers file ({error}); {RESTORE}"
        ) from error
    if named is not None and log.name in named.origins and log.verifier not in named.log_keys(log.name):
        raise KeyFileError(
            f"the key file log-{slug(log.name)}.key is not the key that {policy} names for this log; {RESTORE}"
        )
    line = f"log {log.verifier.vkey}\n".encode("ascii")
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if named is None:
        replace_file(policy, line + b"quorum none\n")
    elif log.name not in named.origins:
        replace_file(policy, line + policy.read_bytes())
    ours = [Worker(CALL_ROLE, call.verifier), Worker(CONTROL_ROLE, control.verifier)]
    if any(known.get(worker.key.wkey) != worker for worker in ours):
        known |= {worker.key.wkey: worker for worker in ours}
        replace_file(workers, format_workers(known.values()))


def name_local_witness(folder: Path, name: str, vkey: str | None) -> bool:
    """Let the policy of FOLDER ask for the cosignature of this witness; return whether it does, or with no VKEY would.

    Only a policy that is as `write_trust` made it is changed: an administrator's own words stay.
    """
    policy = folder / "policy"
    try:
        named = parse_policy(policy.read_bytes())
    except VerificationError as error:
        raise KeyFileError(f"{policy} is malformed ({error}); {RESTORE}") from error
    if name in named.witnesses:
        return vkey is None or named.witnesses[name].vkey == vkey
    lines = policy.read_text(encoding="utf-8").splitlines(keepends=True)
    if lines[-1:] != ["quorum none\n"] or not all(line.startswith("log ") for line in lines[:-1]):
        return False
    if vkey is not None:
        lines[-1:] = [f"witness {name} {vkey}\n", f"quorum {name}\n"]
        replace_file(policy, "".join(lines).encode("utf-8"))
    return True
