"""Cards for tests: keyed digit by digit, as a caller would."""

from datetime import date

from secure_agent.payments.pan import Card, DigitBuffer

TODAY = date(2026, 11, 20)


def keyed(digits: str, capacity: int = 19) -> DigitBuffer:
    buffer = DigitBuffer(capacity)
    for digit in digits:
        buffer.push(digit)
    return buffer


def card(number: str = "4242424242424242", expiry: str = "1230", code: str = "123") -> Card:
    pan = keyed(number).take_pan()
    month = keyed(expiry).take_expiry(today=TODAY)
    security_code = keyed(code).take_code(length=len(code))
    assert pan is not None
    assert month is not None
    assert security_code is not None
    return Card(pan, month, security_code)
