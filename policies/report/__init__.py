"""Documents that a regulator asks for, generated from the same policies that a call obeys. Pure; not legal advice."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from policies.line import Line
from policies.packs import PolicySet
from policies.report import booklet, controls, html, markdown, register, subprocessors
from policies.report.basis import Basis, basis_of
from policies.report.document import Document

#: What can be asked for. A booklet of scripts is one document for each language of the line.
DOCUMENTS: Mapping[str, Callable[[Basis], tuple[Document, ...]]] = MappingProxyType(
    {
        "register": lambda basis: (register.document(basis),),
        "controls": lambda basis: (controls.document(basis),),
        "scripts": booklet.documents,
        "subprocessors": lambda basis: (subprocessors.document(basis),),
    }
)
#: How a document is written, by the ending of its file.
FORMATS: Mapping[str, Callable[[Document], str]] = MappingProxyType(
    {"html": html.render, "md": markdown.render}
)


def make(policies: PolicySet, line: Line, names: tuple[str, ...], *, on: date) -> tuple[Document, ...]:
    """The documents of NAMES for LINE as things stood on that day. Raises as `resolve` does."""
    basis = basis_of(policies, line, on)
    return tuple(one for name in names for one in DOCUMENTS[name](basis))


__all__ = ["DOCUMENTS", "FORMATS", "Document", "make"]
