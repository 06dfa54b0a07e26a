"""A document for a regulator as plain values: chapters of sentences and tables, the same for paper and terminal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exact:
    """Text that is read letter by letter: a hash, a path, a name of an event."""

    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words in another language than the document's."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Link:
    """A source and where it can be read."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A line for a pen: what the program cannot know."""


Piece = str | Exact | Spoken | Link | Blank
Cell = Piece | tuple[Piece, ...]  # pieces stand under each other


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `from_memory` where what it says of the law was not looked up."""

    cells: tuple[Cell, ...]
    from_memory: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. `widths` are parts of a hundred, for paper."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, one under the other."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """Short sentences in a list."""

    items: tuple[str, ...]


Block = str | Table | Facts | Items


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file. `warnings` stand before everything else and cannot be missed."""

    name: str  # of the file, without its ending
    title: str
    subtitle: str
    warnings: tuple[str, ...]
    about: Facts
    chapters: tuple[Chapter, ...]
    footer: str = ""
    landscape: bool = False


def pieces(cell: Cell) -> tuple[Piece, ...]:
    return cell if isinstance(cell, tuple) else (cell,)
