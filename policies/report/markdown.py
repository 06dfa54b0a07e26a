"""A document as Markdown, for reading in a terminal: a wide table becomes a list, so that lines stay lines."""

import re
from collections.abc import Iterator
from typing import Final

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

#: More columns than this do not fit a terminal.
_COLUMNS: Final = 4
_MARKED: Final = re.compile(r"([\\`*<>|]|(?<!\w)_|_(?!\w)|\](?=[(\[:]))")


def render(document: Document) -> str:
    """DOCUMENT as Markdown."""
    return "\n".join(_lines(document)).rstrip() + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield f"# {_plain(document.title)}"
    yield ""
    yield _plain(document.subtitle)
    yield ""
    for one in document.warnings:
        yield f"> **{_plain(one)}**"
        yield ">"
    yield ""
    yield from _block(document.about)
    for chapter in document.chapters:
        yield f"## {_plain(chapter.heading)}"
        yield ""
        for block in chapter.blocks:
            yield from _block(block)
    yield _plain(document.footer)


def _block(block: Block) -> Iterator[str]:
    match block:
        case str():
            yield _plain(block)
        case Items(items):
            yield from (f"- {_plain(one)}" for one in items)
        case Facts(rows):
            yield from (f"- {_plain(name)}: {_cell(value)}" for name, value in rows)
        case Table() if len(block.headings) > _COLUMNS:
            yield from _as_list(block)
        case Table():
            yield from _as_table(block)
    yield ""


def _as_table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(_plain, table.headings))} |"
    yield f"|{'---|' * len(table.headings)}"
    for row in table.rows:
        yield f"| {' | '.join(map(_cell, row.cells))} |"


def _as_list(table: Table) -> Iterator[str]:
    """Each row as an item: the first two cells in one line, the others below with their headings."""
    for row in table.rows:
        first, second, *others = row.cells
        yield f"- **{_cell(first)}** {_cell(second)}"
        for heading, cell in zip(table.headings[2:], others, strict=True):
            if shown := _cell(cell):
                yield f"  - {_plain(heading)}: {shown}"


def _cell(cell: Cell) -> str:
    return "; ".join(shown for one in pieces(cell) if (shown := _piece(one)))


def _piece(piece: Piece) -> str:
    match piece:
        case str():
            return _plain(piece)
        case Exact(text):
            fence = "``" if "`" in text else "`"
            return f"{fence}{_one_line(text)}{fence}" if text else ""
        case Spoken(text, _):
            return _plain(text)
        case Link(text, url):
            return (
                f"{_plain(text)} (<{_one_line(url)}>)" if "://" in url else f"{_plain(text)} ({_plain(url)})"
            )
        case Blank():
            return "_" * 8


def _plain(text: str) -> str:
    """TEXT with nothing in it that Markdown would obey."""
    return _MARKED.sub(r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
