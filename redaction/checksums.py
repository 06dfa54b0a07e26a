"""Check digits. They choose a label; they never excuse a digit run from redaction."""

from typing import Final


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: payment cards, IMEI, Canadian SIN, NPI."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return bool(digits) and total % 10 == 0


def mod97(iban: str) -> bool:
    """ISO 13616: the two check digits of an IBAN."""
    moved = iban[4:] + iban[:4]
    number = "".join(str(int(char, 36)) for char in moved if char.isascii() and char.isalnum())
    return len(number) > 10 and int(number) % 97 == 1


def aba(digits: str) -> bool:
    """The check digit of a US routing number."""
    if len(digits) != 9:
        return False
    weights = (3, 7, 1) * 3
    return sum(w * int(c) for w, c in zip(weights, digits, strict=True)) % 10 == 0


_D: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_P: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def verhoeff(digits: str) -> bool:
    """Verhoeff 1969: Aadhaar."""
    check = 0
    for index, char in enumerate(reversed(digits)):
        check = _D[check][_P[index % 8][int(char)]]
    return bool(digits) and check == 0


def nhs(digits: str) -> bool:
    """The check digit of an NHS number (modulus 11)."""
    if len(digits) != 10:
        return False
    rest = 11 - sum((10 - i) * int(c) for i, c in enumerate(digits[:9])) % 11
    return rest % 11 == int(digits[9]) and rest != 10


def ssn(digits: str) -> bool:
    """The ranges in which the Social Security Administration issues numbers."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return (
        len(digits) == 9
        and area not in ("000", "666")
        and area < "900"
        and group != "00"
        and serial != "0000"
    )


def pesel(digits: str) -> bool:
    """The Polish PESEL."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    return len(digits) == 11 and sum(w * int(c) for w, c in zip(weights, digits, strict=True)) % 10 == 0


def bsn(digits: str) -> bool:
    """The Dutch citizen service number (eleven test)."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return len(digits) == 9 and sum(w * int(c) for w, c in zip(weights, digits, strict=True)) % 11 == 0


def steuer_id(digits: str) -> bool:
    """The German tax identification number (ISO 7064 mod 11, 10)."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    product = 10
    for char in digits[:10]:
        total = (int(char) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def tfn(digits: str) -> bool:
    """The Australian tax file number."""
    weights = (1, 4, 3, 7, 5, 8, 6, 9, 10)
    return len(digits) == 9 and sum(w * int(c) for w, c in zip(weights, digits, strict=True)) % 11 == 0
