"""The log filter withholds what may be personal data; it never repairs, and a failure of it withholds too."""

import logging
import sys

import pytest

from redaction import WITHHELD, LogFilter, contains_personal_data


def record(message: object, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("test", logging.INFO, "file.py", 1, str(message), args, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "card 4111 1111 1111 1111",
        "4155550142",
        "four one five five five five oh one four two",
        "to ann@example.com",
    ],
)
def test_a_message_with_a_number_or_address_is_withheld(text: str) -> None:
    one = record(text)
    assert LogFilter().filter(one)
    assert one.getMessage() == WITHHELD


@pytest.mark.parametrize(
    "text", ["utterance recorded", "2 spans in 3 ms", "listening on port 8080", "one of two workers"]
)
def test_an_ordinary_message_passes(text: str) -> None:
    one = record(text)
    LogFilter().filter(one)
    assert one.getMessage() == text


def test_arguments_and_extras_are_looked_at() -> None:
    one = record("heard %s", "4111111111111111", digits="4111 1111 1111 1111", count=3)
    LogFilter().filter(one)
    assert one.getMessage() == WITHHELD
    assert one.__dict__["digits"] == WITHHELD
    only_extra = record("heard", digits="4111 1111 1111 1111", count=3)
    LogFilter().filter(only_extra)
    assert (only_extra.getMessage(), only_extra.__dict__["digits"], only_extra.__dict__["count"]) == (
        "heard",
        WITHHELD,
        3,
    )


def test_an_exception_keeps_only_its_type() -> None:
    one = record("it failed")
    try:
        int("my card is 4111111111111111")
    except ValueError:
        one.exc_info = sys.exc_info()
    LogFilter().filter(one)
    assert one.exc_info is None
    assert one.getMessage() == "it failed (ValueError)"


def test_a_record_that_cannot_be_read_is_withheld() -> None:
    one = record("%d", "not a number")
    assert LogFilter().filter(one)
    assert one.getMessage() == WITHHELD


def test_very_long_text_counts_as_personal_data() -> None:
    assert contains_personal_data("x" * 30_000)
