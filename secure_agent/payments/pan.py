"""Card data as types that cannot print, format, pickle, copy, hash or compare, and that are wiped after use.

The digits live in one `bytearray` of fixed size, which is overwritten in place; no `str` is made of them.
`reveal()` is the only way out; search for it to find every place that sees a digit.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NoReturn, Self, final

from secure_agent.payments.errors import PaymentMisuseError

PAN_MIN_DIGITS: Final = 12
PAN_MAX_DIGITS: Final = 19  # ISO/IEC 7812-1
EXPIRY_DIGITS: Final = 4  # MMYY
_ZERO: Final = ord("0")


class Brand(StrEnum):
    """The only brand that changes what the caller is asked; all others are one."""

    AMEX = "amex"
    OTHER = "other"

    @property
    def code_digits(self) -> int:
        """How many digits the security code of this brand has."""
        return 4 if self is Brand.AMEX else 3


class _Secret:
    """Digits in one buffer that is never resized, so that wiping it leaves no copy behind."""

    __slots__ = ("_cells", "_length")

    def __init__(self, capacity: int) -> None:
        self._cells = bytearray(capacity)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def reveal(self) -> memoryview:
        """Return a read-only view of the digits, for the body of a request; empty once wiped."""
        return memoryview(self._cells).toreadonly()[: self._length]

    def wipe(self) -> None:
        """Overwrite the digits in place; views given out before show zeros."""
        self._cells[:] = bytes(len(self._cells))
        self._length = 0

    @property
    def wiped(self) -> bool:
        return self._length == 0

    def __del__(self) -> None:
        cells = getattr(self, "_cells", None)
        if cells is not None:
            cells[:] = bytes(len(cells))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    __hash__ = None  # type: ignore[assignment]  # a hash of a card number is as good as the number

    def __eq__(self, other: object) -> NoReturn:
        raise PaymentMisuseError(f"a {type(self).__name__} is never compared")

    def __copy__(self) -> NoReturn:
        raise PaymentMisuseError(f"a {type(self).__name__} is never copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise PaymentMisuseError(f"a {type(self).__name__} is never copied")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise PaymentMisuseError(f"a {type(self).__name__} is never serialised; send it to the processor")

    def __getstate__(self) -> NoReturn:
        raise PaymentMisuseError(f"a {type(self).__name__} is never serialised; send it to the processor")

    @classmethod
    def taken_from(cls, digits: "DigitBuffer") -> Self:
        """Move the digits out of DIGITS, which is empty afterwards."""
        secret = cls(len(digits))
        secret._cells[:] = digits.reveal()
        secret._length = len(digits)
        digits.wipe()
        return secret


@final
class DigitBuffer(_Secret):
    """The digits of one entry while it is keyed; of too many it keeps the fact, not the digits."""

    __slots__ = ("_overflowed",)

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self._overflowed = False

    @property
    def overflowed(self) -> bool:
        return self._overflowed

    def push(self, digit: str) -> None:
        """Add one digit; past the capacity only the fact is kept."""
        if len(digit) != 1 or not "0" <= digit <= "9":
            raise PaymentMisuseError("a digit buffer takes one digit at a time")
        if self._length == len(self._cells):
            self._overflowed = True
            return
        self._cells[self._length] = ord(digit)
        self._length += 1

    def wipe(self) -> None:
        super().wipe()
        self._overflowed = False

    def take_pan(self) -> "Pan | None":
        """Move the digits into a Pan if length and check digit are right; the buffer is empty afterwards."""
        if self._overflowed or not PAN_MIN_DIGITS <= len(self) <= PAN_MAX_DIGITS or not _is_card(self):
            self.wipe()
            return None
        return Pan.taken_from(self)

    def take_expiry(self, *, today: date) -> "Expiry | None":
        """Move MMYY into an Expiry if it is a month that has not passed; the buffer is empty afterwards."""
        if self._overflowed or len(self) != EXPIRY_DIGITS:
            self.wipe()
            return None
        tens, units, decade, year = (cell - _ZERO for cell in self.reveal())
        month, full_year = tens * 10 + units, 2000 + decade * 10 + year
        if not 1 <= month <= 12 or (full_year, month) < (today.year, today.month):
            self.wipe()
            return None
        return Expiry.taken_from(self)

    def take_code(self, *, length: int) -> "SecurityCode | None":
        """Move the digits into a SecurityCode if there are exactly LENGTH; the buffer is empty afterwards."""
        if self._overflowed or len(self) != length:
            self.wipe()
            return None
        return SecurityCode.taken_from(self)


@final
class Pan(_Secret):
    """A primary account number that passed length and check digit. It never prints."""

    __slots__ = ()

    @property
    def last_four(self) -> str:
        """The four digits that may be shown (PCI DSS 4.0.1, 3.4.1)."""
        if self.wiped:
            raise PaymentMisuseError("the card number was wiped; use the last four of the token")
        return bytes(self.reveal()[-4:]).decode("ascii")

    @property
    def brand(self) -> Brand:
        return Brand.AMEX if _starts_with(self, b"34", b"37") else Brand.OTHER


@final
class Expiry(_Secret):
    """A month and year, as MMYY, that had not passed when it was keyed. It never prints."""

    __slots__ = ()


@final
class SecurityCode(_Secret):
    """The three or four digits never stored after authorisation, even encrypted (PCI DSS 4.0.1, 3.3.1.2)."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """Number, expiry and code of one card on their way to the processor; wipe it once they are there."""

    number: Pan
    expiry: Expiry
    code: SecurityCode

    def wipe(self) -> None:
        self.number.wipe()
        self.expiry.wipe()
        self.code.wipe()

    @property
    def wiped(self) -> bool:
        return self.number.wiped and self.expiry.wiped and self.code.wiped


def _starts_with(digits: _Secret, *prefixes: bytes) -> bool:
    return any(digits.reveal()[: len(prefix)] == prefix for prefix in prefixes)


def _is_card(digits: _Secret) -> bool:
    """Check the length of the brand and the Luhn digit (ISO/IEC 7812-1 annex B), without making a string."""
    cells = digits.reveal()
    if cells[0] == _ZERO:
        return False  # issuer category 0 has no payment cards, and a run of zeros passes Luhn
    if _starts_with(digits, b"34", b"37") and len(cells) != 15:
        return False
    total = 0
    for place, cell in enumerate(reversed(cells)):
        value = cell - _ZERO
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0
