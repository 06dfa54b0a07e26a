"""Fold speech for comparison: lower case, no accents, no punctuation; labels of redaction become one mark."""

import re
import unicodedata
from typing import Final

#: Stands for anything redaction put in brackets, so that `<PERSON_1>` is never taken for the word "person".
LABEL: Final = "§"

_LABEL = re.compile(r"\[[^\]]*\]|<[^<>]*>")
_ENGLISH_NOT = re.compile(r"n['’]t\b")
_APART = re.compile(r"[^\w§]+|_+")
_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Return words separated by single spaces; "Don't, please." and "dont please" become the same."""
    marked = _LABEL.sub(f" {LABEL} ", text.casefold())
    joined = _ENGLISH_NOT.sub("nt", marked).translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", joined) if not unicodedata.combining(c))
    return " ".join(_APART.sub(" ", bare).split())


def base_language(tag: str) -> str:
    """Return the language of a BCP-47 tag without its region: `pt-BR` is `pt`."""
    return tag.casefold().replace("_", "-").split("-", 1)[0]


def languages_to_try(tag: str) -> tuple[str, ...]:
    """Return the language of the call, and English besides: callers fall back to it."""
    base = base_language(tag)
    return (base,) if base == "en" else (base, "en")
