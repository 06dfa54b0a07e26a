"""What a thief of files finds: no word in the clear anywhere, and nothing that opens a call that has ended."""

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from audit import AuditError, AuditLog, export_bundle, open_log, read_call
from audit.crypto.index import search_token
from audit.crypto.keys import dek_info, ek_id, unwrap_with
from audit.encoding import parse_canonical
from audit.errors import SealBrokenError
from audit.jobs import Approval, erase_call
from tests.postgres import Database

Now = Callable[[], datetime]

PHONE = "+4915112345670"
CANARIES = ("Schwanhilde Quarkenbrink", "canary-4711", PHONE)
CARD = "4111 1111 1111 1111"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database | None:
    return None if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture
def opened(database: Database | None, data_dir: Path, clock: Now) -> Iterator[AuditLog]:
    with closing(open_log(data_dir, now=clock, database=None if database is None else database.url)) as log:
        yield log


def _files(data_dir: Path, database: Database | None) -> Iterator[tuple[Path, bytes]]:
    """All files of the log and, as far as it is ours, of the database: tables, indexes and write-ahead log."""
    folders = [data_dir]
    if database is not None:
        database.execute("CHECKPOINT")
        if database.server.folder is not None:
            folders.append(database.server.folder)
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()


def _holders(data_dir: Path, database: Database | None, marks: tuple[bytes, ...]) -> list[str]:
    return [path.name for path, data in _files(data_dir, database) if any(mark in data for mark in marks)]


def test_29_no_word_of_a_call_stands_in_the_clear_in_any_file_log_trace_or_bundle_without_keys(
    opened: AuditLog, data_dir: Path, database: Database | None, clock: Now, tmp_path: Path
) -> None:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    try:
        segment = opened.open_segment(jurisdiction="DE", retention="call")
        for canary in CANARIES:
            segment.append("turn.caller", {"text": canary})
            segment.append("consent.decided", {"answer": canary})
        opened.index_call(segment.call, line="energy", outcome="completed", caller=PHONE)
        for refused in ({"text": CARD}, {"text": f"{CANARIES[0]} {CARD}"}, {"Text": CANARIES[0]}):
            with pytest.raises(AuditError) as error:
                segment.append("turn.caller", refused)
            said.write("".join(traceback.format_exception(error.value, chain=True)))
        segment.close({"reason": CANARIES[1]})
        out = tmp_path / "bundle"
        url = None if database is None else database.url
        export_bundle(data_dir, calls=[segment.call], out=out, keys="none", now=clock, database=url)
    finally:
        logging.getLogger().removeHandler(handler)
    marks = tuple(one.encode() for one in (*CANARIES, CARD, CARD.replace(" ", "")))
    assert _holders(data_dir, database, marks) == []
    assert [
        path.name for path in out.rglob("*") if path.is_file() and any(m in path.read_bytes() for m in marks)
    ] == []
    frames = [line for line in said.getvalue().splitlines() if not line.startswith("    ")]
    assert not [line for line in frames if any(mark.decode() in line for mark in marks)]
    assert segment.call.encode() in b"".join(data for _, data in _files(data_dir, None))


def test_26_an_erased_call_leaves_nothing_that_opens_it(
    opened: AuditLog, data_dir: Path, database: Database | None
) -> None:
    """Its sealed key is in no row; in the embedded file not even in a freed page or the write-ahead log."""
    segment = opened.open_segment(jurisdiction="DE", retention="call")
    segment.append("turn.caller", {"text": CANARIES[0]})
    segment.close({})
    opened.index_call(segment.call, line="energy", outcome="completed", caller=PHONE)
    opened.publish()
    ((_, wrapped),) = opened.store.deks_of(segment.call, 0)
    erase_call(opened, segment.call, Approval("GDPR 17", "staff-1", "staff-2"))
    opened.publish()
    assert opened.store.deks_of(segment.call, 0) == []
    (found,) = [one for one in opened.store.calls() if one.call == segment.call]
    assert (found.caller, found.line, found.outcome) == (None, None, None)
    entries = read_call(data_dir, segment.call, database=None if database is None else database.url)
    assert all(entry.body is None for entry in entries)
    if database is None:
        assert _holders(data_dir, None, (wrapped,)) == []


def test_30_the_index_of_a_caller_differs_by_tenant_and_year_and_is_in_no_leaf(
    opened: AuditLog, clock: Now
) -> None:
    segment = opened.open_segment(jurisdiction="DE", retention="call")
    opened.index_call(segment.call, caller=PHONE)
    segment.close({})
    opened.publish()
    year = clock().year
    tokens = [
        search_token(opened.keys.index_key(tenant, when), PHONE)
        for tenant in ("local", "other")
        for when in (year, year + 1)
    ]
    assert len(set(tokens)) == 4
    (found,) = [one for one in opened.store.calls() if one.call == segment.call]
    assert found.caller == tokens[0]
    leaves = list(opened.store.leaves(opened.log_id, 0, opened.store.tree(opened.log_id).size))
    for token in tokens:
        assert not [
            one
            for one in leaves
            if token in one.p or token.hex().encode() in one.p or token in (one.c or b"")
        ]


def test_32_the_files_and_keys_of_a_worker_open_no_call_that_has_ended(
    server_log: AuditLog, postgres: Database, tmp_path: Path, clock: Now
) -> None:
    """Everything on the host of a worker is tried on the sealed key of its call."""
    server_log.keyring.month_key("local", "DE", "call", clock().strftime("%Y-%m"))
    host = tmp_path / "worker"
    with closing(open_log(host, now=clock, database=postgres.as_login("sa_test_writer"))) as worker:
        segment = worker.open_segment(jurisdiction="DE", retention="call")
        segment.append("turn.caller", {"text": CANARIES[0]})
        segment.close({})
    call = segment.call
    first = parse_canonical(server_log.store.entries_of(call)[0].p)
    ((ek, wrapped),) = server_log.store.deks_of(call, 0)
    info = dek_info(call, 0, bytes.fromhex(first["kc"]))
    names = sorted(str(path.relative_to(host)) for path in host.rglob("*") if path.is_file())
    assert [name for name in names if name.startswith("keys/")] == ["keys/.lock", "keys/call.key"] or [
        name for name in names if name.startswith("keys/")
    ] == ["keys/call.key"]
    material = b"".join(path.read_bytes() for path in host.rglob("*") if path.is_file())
    for at in range(max(0, len(material) - 31)):
        with pytest.raises((SealBrokenError, ValueError)):
            unwrap_with(material[at : at + 32], wrapped, info)
    month = server_log.keyring.open_month_key(ek)
    assert ek_id(month.public) == ek
    assert unwrap_with(month.private, wrapped, info)
