"""What happened, provably: an encrypted, append-only log that a stranger can verify. Owns cryptography."""

from audit.errors import (
    AuditError,
    AuditUnavailable,
    CardNumberInBody,
    EntryRefusedError,
    EvidenceUnavailableError,
    GuardWeakenedError,
    KeyFileError,
    SealBrokenError,
    VerificationError,
)
from audit.log import AuditLog, new_call_id
from audit.opening import open_log
from audit.segment import Receipt, Segment

__all__ = [
    "AuditError",
    "AuditLog",
    "AuditUnavailable",
    "CardNumberInBody",
    "EntryRefusedError",
    "EvidenceUnavailableError",
    "GuardWeakenedError",
    "KeyFileError",
    "Receipt",
    "SealBrokenError",
    "Segment",
    "VerificationError",
    "new_call_id",
    "open_log",
]
