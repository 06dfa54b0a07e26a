"""A report as PDF/A-2b: bundled fonts only, text as data and never as markup, the same report the same bytes."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

import orjson

from policies.report.document import (
    Blank,
    Block,
    Cell,
    Document,
    Exact,
    Facts,
    Items,
    Link,
    Piece,
    Spoken,
    Table,
    pieces,
)
from secure_agent.report.compose import Report
from secure_agent.report.errors import ReportUnavailableError

#: How the type setter names text that none of its fonts has.
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
#: Control characters, and those that turn the direction of what follows.
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_TRIES: Final = 20


def render(report: Report) -> bytes:
    """REPORT as a PDF file. A character that no font has is written U+XXXX.

    Raises ReportUnavailableError where the extra `report` is not installed.
    """
    try:
        import typst  # noqa: PLC0415 - an extra
    except ImportError:
        raise ReportUnavailableError(
            'a PDF needs the extra `report`: pip install "secure-agent[report]"; --format html needs nothing'
        ) from None
    template = files("secure_agent.report").joinpath("report.typ").read_bytes()
    data = _as_data(report.document)
    missing: set[str] = set()
    for _ in range(_TRIES):
        try:
            made = typst.compile(
                template,
                format="pdf",
                pdf_standards="a-2b",
                ignore_system_fonts=True,
                timestamp=int(report.created.timestamp()),
                sys_inputs={"report": orjson.dumps(_without(data, missing)).decode()},
            )
        except typst.TypstError as error:
            new = set(_characters(error.diagnostic)) - missing
            if not new:
                raise ReportUnavailableError(
                    "the report could not be set as PDF; use --format html"
                ) from None
            missing |= new
        else:
            return bytes(made)
    raise ReportUnavailableError("the report has too many characters that no font has; use --format html")


def _characters(diagnostic: str) -> Iterator[str]:
    for text in _MISSING.findall(diagnostic):
        plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        yield from (one for one in plain if ord(one) > 0x7E)


def _without(value: Any, missing: set[str]) -> Any:
    """VALUE with every character of MISSING, and every invisible one, written U+XXXX."""
    if isinstance(value, dict):
        return {name: _without(one, missing) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, missing) for one in value]
    if not isinstance(value, str):
        return value
    shown = _INVISIBLE.sub(lambda found: _named(found[0]), value)
    return "".join(_named(one) if one in missing else one for one in shown) if missing else shown


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"


def _as_data(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "warnings": list(document.warnings),
        "about": _facts(document.about),
        "chapters": [
            {"heading": one.heading, "blocks": [_block(block) for block in one.blocks]}
            for one in document.chapters
        ],
        "footer": document.footer,
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case str():
            return {"kind": "text", "text": block}
        case Items(items):
            return {"kind": "items", "items": list(items)}
        case Facts():
            return {"kind": "facts", "rows": _facts(block)}
        case Table(headings, rows, widths):
            return {
                "kind": "table",
                "headings": list(headings),
                "widths": list(widths) or [1] * len(headings),
                "rows": [
                    {"cells": [_cell(cell) for cell in row.cells], "memory": row.from_memory} for row in rows
                ],
            }


def _facts(facts: Facts) -> list[dict[str, Any]]:
    return [{"name": name, "cell": _cell(cell)} for name, cell in facts.rows]


def _cell(cell: Cell) -> list[dict[str, Any]]:
    return [_piece(one) for one in pieces(cell)]


def _piece(piece: Piece) -> dict[str, Any]:
    match piece:
        case str():
            return {"kind": "plain", "text": piece}
        case Exact(text):
            return {"kind": "exact", "text": text}
        case Spoken(text, language):
            primary = language.partition("-")[0].lower()
            return {"kind": "spoken", "text": text, "lang": primary if _LANGUAGE.fullmatch(primary) else "en"}
        case Link(text, url):
            # A link leads only to the web: a file may name anything.
            if not url.startswith(("https://", "http://")):
                return {"kind": "plain", "text": f"{text} ({url})"}
            return {"kind": "link", "text": text, "url": url}
        case Blank():
            return {"kind": "blank"}
