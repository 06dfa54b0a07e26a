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
from audit.export import Exported, export_bundle
from audit.listing import CallView, Search, list_calls
from audit.log import AuditLog, new_call_id
from audit.opening import open_log
from audit.reading import EntryView, read_call
from audit.segment import Receipt, Segment
from audit.verify import Question, VerifyResult, verify_bundle

__all__ = [
    "AuditError",
    "AuditLog",
    "AuditUnavailable",
    "CallView",
    "CardNumberInBody",
    "EntryRefusedError",
    "EntryView",
    "EvidenceUnavailableError",
    "Exported",
    "GuardWeakenedError",
    "KeyFileError",
    "Question",
    "Receipt",
    "SealBrokenError",
    "Search",
    "Segment",
    "VerificationError",
    "VerifyResult",
    "export_bundle",
    "list_calls",
    "new_call_id",
    "open_log",
    "read_call",
    "verify_bundle",
]
