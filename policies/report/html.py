"""A document as one HTML file: no script, no network, every value escaped, readable on paper."""

import re
from collections.abc import Iterator
from html import escape
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
    Row,
    Spoken,
    Table,
    pieces,
)

_STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 2rem auto; padding: 0 1.5rem; max-width: 76rem; color: #1a1a1a; background: #fff;
  font: .94rem/1.45 "Liberation Sans", Arial, Helvetica, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 2px solid #1a1a1a;
  break-after: avoid; }
p { margin: .5rem 0; max-width: 52rem; }
h2 + p, h2 + p + p { break-after: avoid; }
ul { margin: .5rem 0; padding-left: 1.3rem; max-width: 52rem; }
.subtitle { margin: .3rem 0 1rem; color: #444; font-size: 1.05rem; }
.warning { border: 2px solid #8a5a00; background: #fff8e6; padding: .6rem .9rem; margin: 1rem 0; max-width: none; }
.warning p { margin: .25rem 0; max-width: none; }
table { width: 100%; border-collapse: collapse; margin: .6rem 0 1rem; font-size: .88rem; line-height: 1.35; }
table.fixed { table-layout: fixed; }
th, td { border: 1px solid #b5b5b5; padding: .35rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead { display: table-header-group; }
thead th { background: #eee; overflow-wrap: normal; }
tr { break-inside: avoid; }
tr.memory td { background: #fff8e6; }
tr.memory td:first-child { box-shadow: inset 4px 0 0 #8a5a00; padding-left: .7rem; }
table.facts { width: auto; min-width: 45%; max-width: 100%; }
table.facts th { white-space: nowrap; background: #f6f6f6; font-weight: 600; }
td div + div { margin-top: .25rem; }
code { font: .85em/1.35 "Liberation Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.blank { display: inline-block; min-width: 16rem; border-bottom: 1px solid #1a1a1a; height: 1.2em; }
footer { margin-top: 2.5rem; border-top: 1px solid #b5b5b5; padding-top: .5rem; color: #444; font-size: .82rem; }
@media print {
  html { font-size: 9.5pt; }
  body { margin: 0; padding: 0; max-width: none; font-size: 1rem; }
  a { color: inherit; text-decoration: none; }
  tr.memory td, .warning, thead th { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""
#: Where the name of a file, an event or a test may go on in the next line. An entity is left whole.
_BREAKS: Final = re.compile(r"(&\w+;)|(/|_|::|\.)")
_BREAK_AFTER: Final = r"\1\2<wbr>"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def render(document: Document) -> str:
    """DOCUMENT as a whole page that loads nothing."""
    return "\n".join(_page(document)) + "\n"


def _page(document: Document) -> Iterator[str]:
    size = "A4 landscape" if document.landscape else "A4"
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(document.title)}</title>"
    yield f"<style>{_STYLE}@page {{ size: {size}; margin: 14mm; }}</style>"
    yield "</head>"
    yield "<body>"
    yield f"<h1>{escape(document.title)}</h1>"
    yield f'<p class="subtitle">{escape(document.subtitle)}</p>'
    yield '<div class="warning" role="note">'
    yield from (f"<p>{escape(one)}</p>" for one in document.warnings)
    yield "</div>"
    yield from _block(document.about)
    for chapter in document.chapters:
        yield f"<section><h2>{escape(chapter.heading)}</h2>"
        for block in chapter.blocks:
            yield from _block(block)
        yield "</section>"
    yield f"<footer>{escape(document.footer)}</footer>"
    yield "</body>"
    yield "</html>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case str():
            yield f"<p>{escape(block)}</p>"
        case Items(items):
            yield "<ul>"
            yield from (f"<li>{escape(one)}</li>" for one in items)
            yield "</ul>"
        case Facts(rows):
            yield '<table class="facts"><tbody>'
            yield from (
                f'<tr><th scope="row">{escape(name)}</th><td>{_cell(value)}</td></tr>' for name, value in rows
            )
            yield "</tbody></table>"
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    yield '<table class="fixed">' if table.widths else "<table>"
    if table.widths:
        columns = "".join(f'<col style="width: {width}%">' for width in table.widths)
        yield f"<colgroup>{columns}</colgroup>"
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in table.headings)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    yield from (_row(row) for row in table.rows)
    yield "</tbody></table>"


def _row(row: Row) -> str:
    start = '<tr class="memory">' if row.from_memory else "<tr>"
    return start + "".join(f"<td>{_cell(cell)}</td>" for cell in row.cells) + "</tr>"


def _cell(cell: Cell) -> str:
    shown = [_piece(one) for one in pieces(cell)]
    return shown[0] if len(shown) == 1 else "".join(f"<div>{one}</div>" for one in shown)


def _piece(piece: Piece) -> str:
    match piece:
        case str():
            return escape(piece)
        case Exact(text):
            return f"<code>{_BREAKS.sub(_BREAK_AFTER, escape(text))}</code>"
        case Spoken(text, language):
            return f'<span lang="{escape(language)}">{escape(text)}</span>'
        case Link(text, url):
            # A link is an address in print, and leads only to the web: a file may name anything.
            if not url.startswith(("https://", "http://")):
                return f"{escape(text)} ({escape(url)})"
            return f'{escape(text)} (<a href="{escape(url)}" rel="noreferrer">{escape(url)}</a>)'
        case Blank():
            return '<span class="blank"></span>'
