"""Charges that were sent and are not yet on record: one small file each, written before the charge is.

A charge whose answer was lost, or whose process died, stays here until `reconcile` has asked the processor.
A file holds a call id, a processor's token, an amount and a time: no card, no caller.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, final

import orjson

from secure_agent.payments.errors import PendingChargeError

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class PendingCharge:
    """One charge under way. `reference` is its idempotency key."""

    reference: str
    call: str
    token: str
    amount_minor: int
    currency: str
    since: datetime


@final
class PendingCharges:
    """The folder of charges under way; for its owner alone. Every write is on the disk when it returns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, charge: PendingCharge) -> None:
        """Remember CHARGE. Raises PendingChargeError if that is not possible: it must not be sent then."""
        path = self._path(charge.reference)
        half = path.with_suffix(".new")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(orjson.dumps(asdict(charge)))
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
            self._sync_folder()
        except OSError as error:
            raise PendingChargeError(
                f"a charge cannot be remembered in {self._folder}: {error.strerror}; nothing was charged"
            ) from None

    def settle(self, reference: str) -> None:
        """What became of the charge is on record."""
        try:
            self._path(reference).unlink(missing_ok=True)
            self._sync_folder()
        except OSError as error:
            raise PendingChargeError(
                f"a settled charge cannot be removed from {self._folder}: {error.strerror}; "
                "run `secure-agent payments reconcile` when that is mended"
            ) from None

    def __iter__(self) -> Iterator[PendingCharge]:
        """Oldest first. Raises PendingChargeError for a file that is not one of ours."""
        yield from sorted(
            (self._read(path) for path in self._folder.glob("*.json")), key=lambda charge: charge.since
        )

    def _path(self, reference: str) -> Path:
        if not _NAME.fullmatch(reference):
            raise PendingChargeError("a charge is remembered under its idempotency key")
        return self._folder / f"{reference}.json"

    @staticmethod
    def _read(path: Path) -> PendingCharge:
        try:
            fields = orjson.loads(path.read_bytes())
            return PendingCharge(**{**fields, "since": datetime.fromisoformat(fields["since"])})
        except (OSError, ValueError, TypeError, KeyError):
            raise PendingChargeError(
                f"{path} is not a charge that was remembered here; ask the processor by hand and move it away"
            ) from None

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
