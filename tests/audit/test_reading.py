"""What a compliance officer finds, reads and takes along, and what the log keeps about that."""

import csv
import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import AuditLog, Search, list_calls
from audit.access import Reader
from audit.encoding import parse_canonical
from audit.errors import AuditError
from audit.jobs import Approval, erase_call, hold_call
from audit.reading import read_call, reader
from secure_agent.cli.audit import app

run = CliRunner()
NUMBER = "+15125550142"
WORD = Approval("basis", "staff-1", "staff-2")


def _call(
    log: AuditLog, *, caller: str | None = None, place: str = "US-TX", more: tuple[str, ...] = ()
) -> str:
    segment = log.open_segment(jurisdiction=place, retention="call", body={"language": "en"})
    for kind in ("turn.caller", *more):
        segment.append(kind, {"text": "=cmd|' /C calc'!A0"})
    segment.close({"reason": "hangup"})
    log.index_call(
        segment.call, line="main", outcome="handed_over" if more else "caller_hung_up", caller=caller
    )
    return segment.call


def _found(data_dir: Path, **search: str) -> list[str]:
    return [one.call for one in list_calls(data_dir, Search(**search))]


def test_a_call_is_found_by_everything_that_a_caller_may_ask_about(log: AuditLog, data_dir: Path) -> None:
    first = _call(log, caller=NUMBER)
    second = _call(log, place="DE", more=("payment.charged",))
    times = {one.call: (one.opened, one.closed or "") for one in list_calls(data_dir)}
    assert _found(data_dir) == [first, second]
    assert _found(data_dir, caller=NUMBER) == [first]
    assert _found(data_dir, caller="+15125550143") == []
    assert _found(data_dir, jurisdiction="DE") == [second]
    assert _found(data_dir, kind="payment.charged") == [second]
    assert _found(data_dir, outcome="caller_hung_up") == [first]
    assert _found(data_dir, line="main", jurisdiction="US-TX") == [first]
    assert _found(data_dir, line="other") == []
    assert _found(data_dir, end=times[first][1]) == [first]
    assert _found(data_dir, start=times[second][0]) == [second]


def test_a_year_without_indexed_callers_is_searched_without_making_a_key(
    log: AuditLog, data_dir: Path
) -> None:
    _call(log)
    assert _found(data_dir, caller=NUMBER) == []
    assert not list((data_dir / "keys").glob("index-*"))


def test_an_erased_call_is_not_found_by_its_caller_any_more(log: AuditLog, data_dir: Path) -> None:
    call = _call(log, caller=NUMBER)
    erase_call(log, call, WORD)
    assert _found(data_dir, caller=NUMBER) == []
    (left,) = list_calls(data_dir)
    assert (left.call, left.line, left.outcome) == (call, None, None)


def test_the_number_of_a_caller_stands_in_no_file(log: AuditLog, data_dir: Path) -> None:
    _call(log, caller=NUMBER)
    log.close()
    for path in data_dir.rglob("*"):
        assert not path.is_file() or NUMBER[1:].encode() not in path.read_bytes(), path


def test_a_held_call_is_listed_as_held(log: AuditLog, data_dir: Path) -> None:
    call = _call(log)
    hold_call(log, call, WORD)
    listed = json.loads(run.invoke(app, ["list", "--data-dir", str(data_dir), "--json"]).stdout)
    assert [(one["call"], one["held"], one["state"]) for one in listed["items"]] == [(call, True, "closed")]


def _accesses(data_dir: Path) -> list[tuple[str, object]]:
    """Actor, and what and why, of every reading that is on record."""
    with reader(data_dir) as (store, _):
        runs = sorted(store.calls_with("export"))
        headers = [parse_canonical(entry.p) for one in runs for entry in store.entries_of(one)]
    exports = [header for header in headers if header["t"] == "export"]
    found = []
    for header in exports:
        body = next(view.body for view in read_call(data_dir, header["call"]) if view.t == "export")
        found.append((header["actor"], body and (body["what"], body["reason"])))
    return sorted(found)


def test_every_reading_is_on_record_with_name_and_reason(
    log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    said = ["--actor", "officer-7", "--reason", "complaint 118", "--data-dir", str(data_dir)]
    assert run.invoke(app, ["show", "--call", call, *said]).exit_code == 0
    out = str(tmp_path / "rows.jsonl")
    words = ["export", "--call", call, "--format", "jsonl", "--content", "--out", out]
    assert run.invoke(app, [*words, *said]).exit_code == 0
    assert _accesses(data_dir) == [
        ("officer-7", ("jsonl", "complaint 118")),
        ("officer-7", ("show", "complaint 118")),
    ]


def test_one_person_needs_no_name_and_a_server_asks_for_one(log: AuditLog, data_dir: Path) -> None:
    call = _call(log)
    words = ["show", "--call", call, "--data-dir", str(data_dir)]
    assert run.invoke(app, words).exit_code == 0
    assert _accesses(data_dir) == [("local", ("show", "local"))]
    refused = run.invoke(app, [*words, "--database", "postgresql://nobody@127.0.0.1:1/none"])
    assert (refused.exit_code, refused.stderr) == (
        2,
        "secure-agent: opening bodies needs --actor ID and --reason TEXT\n",
    )
    for actor, reason in (("no spaces", "why"), ("id", "")):
        with pytest.raises(AuditError):
            Reader(actor, reason)


@pytest.mark.parametrize("form", ["jsonl", "csv", "html", "pdf"])
def test_without_content_no_format_holds_a_word(
    form: str, log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    out = tmp_path / f"x.{form}"
    done = run.invoke(
        app, ["export", "--call", call, "--format", form, "--out", str(out), "--data-dir", str(data_dir)]
    )
    assert done.exit_code == 0, done.stderr
    assert b"calc" not in out.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path != data_dir] == [out.name]


def test_no_cell_of_a_table_is_a_formula(log: AuditLog, data_dir: Path, tmp_path: Path) -> None:
    segment = log.open_segment(jurisdiction="US-TX", retention="call", worker="-2.3")
    segment.append("model.called", {"answer": "x"}, model="=HYPERLINK(1)")
    segment.close({"reason": "hangup"})
    out = tmp_path / "x.csv"
    words = [
        "export",
        "--all",
        "--format",
        "csv",
        "--content",
        "--out",
        str(out),
        "--data-dir",
        str(data_dir),
    ]
    assert run.invoke(app, words).exit_code == 0
    rows = list(csv.reader(StringIO(out.read_text(encoding="utf-8"))))
    assert rows[0][0] == "call"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert any("'=HYPERLINK(1)" in row for row in rows)
    assert any("'-2.3" in row for row in rows)


def test_rows_for_a_program_are_the_entries_with_their_hashes(
    log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    call = _call(log)
    out = tmp_path / "x.jsonl"
    words = ["export", "--call", call, "--format", "jsonl", "--content", "--out", str(out)]
    assert run.invoke(app, [*words, "--data-dir", str(data_dir)]).exit_code == 0
    rows = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["header"]["t"] for row in rows] == ["segment.open", "turn.caller", "segment.close"]
    assert rows[1]["body"] == {"text": "=cmd|' /C calc'!A0"}
    assert rows[2]["header"]["prev"] == rows[1]["leaf_hash"]


@pytest.mark.parametrize(
    "words",
    [
        ["--format", "pdf", "--keys", "none"],
        ["--content"],
        ["--format", "docx"],
    ],
)
def test_options_that_do_not_go_together_are_misuse(
    words: list[str], log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    given = ["export", "--call", _call(log), "--out", str(tmp_path / "x"), "--data-dir", str(data_dir)]
    assert run.invoke(app, [*given, *words]).exit_code == 2


def test_a_bundle_is_handed_out_only_after_it_is_on_record(
    log: AuditLog, data_dir: Path, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    call = _call(log)
    (data_dir / "keys" / "control.key").rename(tmp_path / "control.key")
    words = ["export", "--call", call, "--out", str(tmp_path / "bundle"), "--data-dir", str(data_dir)]
    assert run.invoke(app, words).exit_code == 3
    assert not (tmp_path / "bundle").exists()
