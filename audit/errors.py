"""The error tree of the audit package: wrong, unavailable, refused; no message names a value.

AuditError
├── VerificationError            the evidence was read and is wrong
│   └── SealBrokenError          a sealed text does not open with this key and context
├── EvidenceUnavailableError     the evidence could not be read; nothing is known about it
├── EntryRefusedError            the writer broke a limit of the format; nothing was written
│   └── CardNumberInBody         a body holds what looks like a card number
├── AuditUnavailable             the store cannot acknowledge; nothing was written
│   ├── EntryInDoubtError        it was not acknowledged, and may be there all the same
│   └── GuardWeakenedError       the tables are no longer append-only, or not the ones last signed for
└── KeyFileError                 a key file is missing, malformed or open to others
    └── KeyServiceError          the key service does not answer, or refuses; nothing is known about the key
"""


class AuditError(Exception):
    """Anything that the audit package raises on purpose."""


class VerificationError(AuditError):
    """The evidence was read and is wrong. Do not trust it."""


class SealBrokenError(VerificationError):
    """A sealed text does not open with this key and this context."""


class EvidenceUnavailableError(AuditError):
    """The evidence could not be read. Nothing is known about it."""


class EntryRefusedError(AuditError):
    """An entry breaks a limit of the format. Nothing was written."""


class CardNumberInBody(EntryRefusedError):  # noqa: N818 - the name that callers know it by
    """A body holds what looks like a card number. Nothing was written."""


class AuditUnavailable(AuditError):  # noqa: N818 - the name that callers know it by
    """The store cannot acknowledge. Nothing was written; the call must not go on."""


class EntryInDoubtError(AuditUnavailable):
    """An entry was not acknowledged, though it may be there: its segment is at its end, and the call as well."""


class GuardWeakenedError(AuditUnavailable):
    """The tables are not append-only any more, or older than what was signed. Nothing is written to them."""


class KeyFileError(AuditError):
    """A key file is missing, malformed or readable by others."""


class KeyServiceError(KeyFileError):
    """The key service does not answer, or refuses. Nothing is known about the key; nothing is called lost."""
