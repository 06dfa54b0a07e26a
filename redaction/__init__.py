"""Raw text in, redacted text out: what callers say, what tools return, what the model answers. Pure; no network."""

from policies.text import RawText, RedactedText
from redaction.engine import Engine, build_engine
from redaction.errors import RecognizerError, RedactionError, UnknownLanguageError
from redaction.labels import Labels
from redaction.log_filter import LogFilter, contains_personal_data
from redaction.redactor import DEFAULT_ENTITIES, Redactor
from redaction.spans import WITHHELD, Heard, Redaction, Release, Rewrite, Span
from redaction.spoken import Normal, normalise
from redaction.stream import RedactingStream
from redaction.voice import canonical, speak

__all__ = [
    "DEFAULT_ENTITIES",
    "WITHHELD",
    "Engine",
    "Heard",
    "Labels",
    "LogFilter",
    "Normal",
    "RawText",
    "RecognizerError",
    "RedactedText",
    "RedactingStream",
    "Redaction",
    "RedactionError",
    "Redactor",
    "Release",
    "Rewrite",
    "Span",
    "UnknownLanguageError",
    "build_engine",
    "canonical",
    "contains_personal_data",
    "normalise",
    "speak",
]
