"""The last line before a log record is written: one that may hold personal data is withheld, never repaired."""

import logging
import re
from typing import Any, Final

from redaction.lexicon import lexicon
from redaction.spans import WITHHELD
from redaction.tokens import tokenize

_DIGITS: Final = re.compile(r"(?:\d[\s().,-]{0,3}){6,}\d")
_EMAIL: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}\.[A-Za-z]{2,}")
_STANDARD: Final = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}
_SPOKEN_DIGITS: Final = 6
_MAX_CHARS: Final = 20_000


def contains_personal_data(text: str) -> bool:
    """Whether TEXT has a run of seven digits, six numerals in a row, or an e-mail address: crude, fast, closed."""
    if len(text) > _MAX_CHARS:
        return True
    if "@" in text and _EMAIL.search(text):
        return True
    if _DIGITS.search(text):
        return True
    run = 0
    t = lexicon("en").table
    for token in tokenize(text):
        if token.kind == "word" and (token.low in t.units or token.low in t.closed or token.low in t.tens):
            run += 1
            if run >= _SPOKEN_DIGITS:
                return True
        elif token.kind == "word" and (token.low,) not in t.fillers:
            run = 0
    return False


class LogFilter(logging.Filter):
    """Withholds message, arguments, extras and exception text of a record that may hold personal data.

    A failure of the filter itself withholds too. The record is still written: its name, level, file and line stay.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            self._guard(record)
        except Exception:  # noqa: BLE001 - what cannot be looked at is withheld
            _withhold(record)
        return True

    def _guard(self, record: logging.LogRecord) -> None:
        if contains_personal_data(record.getMessage()):
            _withhold(record)
        for key, value in list(record.__dict__.items()):
            if key not in _STANDARD and _holds(value):
                record.__dict__[key] = WITHHELD
        if record.exc_info or record.exc_text:
            error = record.exc_info[0] if record.exc_info else None
            record.exc_info, record.exc_text = None, None
            name = error.__name__ if error is not None else "Exception"
            record.msg, record.args = f"{record.getMessage()} ({name})", ()
        if record.stack_info is not None and contains_personal_data(record.stack_info):
            record.stack_info = None


def _holds(value: Any) -> bool:
    if value is None or isinstance(value, (bool, int, float)):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**6
    return contains_personal_data(value if isinstance(value, str) else repr(value))


def _withhold(record: logging.LogRecord) -> None:
    record.msg, record.args = WITHHELD, ()
    record.exc_info, record.exc_text, record.stack_info = None, None, None
    for key in list(record.__dict__):
        if key not in _STANDARD:
            record.__dict__[key] = WITHHELD
