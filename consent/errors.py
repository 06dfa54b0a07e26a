"""Faults of the consent package; a refusal by the caller is an answer, never an error.

ConsentError
├── UnknownPermissionError    the policy asks for a dialogue that does not exist: wrong; no call goes on
└── EvidenceUnreadableError   a body on record is none that this version knows: nothing follows from it
"""


class ConsentError(Exception):
    """Anything the consent package raises on purpose."""


class UnknownPermissionError(ConsentError):
    """The permission is none of the five that the law's data may name."""


class EvidenceUnreadableError(ConsentError):
    """A body of the log is no evidence of consent that this version can read. Nothing follows from it."""
