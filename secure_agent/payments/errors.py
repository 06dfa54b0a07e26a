"""The error tree of payments. No message of it ever holds a digit that was keyed.

PaymentError
├── PaymentMisuseError         wrong: our own code asked for something that must never be done
├── ProcessorUnavailableError  unavailable: the processor stub could not be started
└── PendingChargeError         unavailable: a charge under way cannot be remembered or read
"""


class PaymentError(Exception):
    """Anything the payments package raises on purpose."""


class PaymentMisuseError(PaymentError):
    """A card was used in a way that is never right. Retrying does not help."""


class ProcessorUnavailableError(PaymentError):
    """The processor stub did not start; nothing is known about any payment."""


class PendingChargeError(PaymentError):
    """A charge under way cannot be remembered, read or forgotten; the message says which file."""
