"""A verified bundle as JSON Lines or CSV, one entry a row, for a spreadsheet or a program."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from audit.contents import ExportedEntry, read_contents, read_manifest
from audit.encoding import canonical_unchecked
from audit.errors import AuditUnavailable
from audit.faults import file_fault

_COLUMNS: Final = (
    "call",
    "seg",
    "seq",
    "leaf",
    "time",
    "type",
    "jurisdiction",
    "retention",
    "worker",
    "model",
    "prompt",
    "policy",
    "leaf_hash",
    "form",
    "body",
)
#: With one of these a spreadsheet takes text for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_jsonl(bundle: Path, out: Path) -> int:
    """One object a line: header, place, hash, and the body (null where it is not opened). Return the number."""
    return _write(out, (canonical_unchecked(_object(one)) + b"\n" for one in _in_scope(bundle)))


def write_csv(bundle: Path, out: Path) -> int:
    """One row an entry under a row of headings, UTF-8; no cell begins as a formula would. Return the number."""

    def rows() -> Iterator[bytes]:
        line = _Line()
        writer = csv.writer(line, lineterminator="\r\n")
        writer.writerow(_COLUMNS)
        yield line.take()
        for one in _in_scope(bundle):
            writer.writerow([_cell(value) for value in _row(one)])
            yield line.take()

    return _write(out, rows()) - 1


class _Line:
    """What `csv` wrote last."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> int:
        self._text += text
        return len(text)

    def take(self) -> bytes:
        text, self._text = self._text, ""
        return text.encode("utf-8")


def _in_scope(bundle: Path) -> Iterator[ExportedEntry]:
    """The entries of the segments in scope; those outside are only there for the tree."""
    listed = {(one["call"], one["seg"]) for one in read_manifest(bundle)["segments"]}
    for one in read_contents(bundle):
        if (one.call, one.place[0]) in listed:
            yield one


def _object(one: ExportedEntry) -> dict[str, Any]:
    return {
        "leaf": one.index,
        "leaf_hash": one.leaf_hash,
        "header": one.header,
        "form": one.form,
        "body": one.body,
    }


def _row(one: ExportedEntry) -> tuple[object, ...]:
    header = one.header
    seg, seq = one.place
    body = "" if one.body is None else canonical_unchecked(one.body).decode("utf-8")
    versions = (header.get("model", ""), header.get("prompt", ""), header.get("policy", ""))
    place = (header["ts"], header["t"], header["jur"], header["ret"], header["worker"])
    return (one.call, seg, seq, one.index, *place, *versions, one.leaf_hash, one.form, body)


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write(out: Path, pieces: Iterator[bytes]) -> int:
    count = 0
    try:
        with out.open("xb") as file:
            out.chmod(0o600)
            for piece in pieces:
                file.write(piece)
                count += 1
    except OSError as error:
        raise AuditUnavailable(file_fault(f"{out} cannot be written", error, out.parent)) from error
    return count
