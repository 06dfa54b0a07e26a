"""The embedded log: what it acknowledges is durable, and what it cannot keep it refuses."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from audit import (
    AuditError,
    AuditLog,
    AuditUnavailable,
    CardNumberInBody,
    EntryRefusedError,
    EvidenceUnavailableError,
    KeyFileError,
    Question,
    export_bundle,
    list_calls,
    open_log,
    read_call,
    verify_bundle,
)
from tests.audit.support import sqlite_of

Now = Callable[[], datetime]


def _some_call(log: AuditLog, turns: int = 3) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call", body={"language": "en"})
    for turn in range(turns):
        segment.append("turn.caller", {"text": "hello [NAME_1]", "n": turn})
    segment.append("consent.decided", {"answer": "yes"})
    segment.close({"reason": "hangup"})
    return segment.call


def test_a_call_is_written_read_back_exported_and_verified(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _some_call(log)
    entries = read_call(data_dir, call)
    assert [entry.t for entry in entries] == [
        "segment.open",
        *["turn.caller"] * 3,
        "consent.decided",
        "segment.close",
    ]
    assert entries[1].body == {"text": "hello [NAME_1]", "n": 0}
    assert "wsig" in entries[4].header
    assert "wsig" not in entries[1].header
    done = export_bundle(data_dir, calls=[call], out=tmp_path / "bundle", now=clock)
    assert done.covered
    result = verify_bundle(done.path, Question(log=log.origin, calls=(call,)), trust=done.trust)
    assert result.exit == 3
    assert {one.id for one in result.findings} == {"unanchored"}
    assert "how" not in result.sentence
    assert "--held" in result.sentence
    assert f"--log {log.origin} --call {call}" in done.verify_command


def test_a_kept_checkpoint_anchors_a_later_bundle(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    _some_call(log)
    held = tmp_path / "held"
    held.write_bytes(log.publish().note)
    _some_call(log)
    done = export_bundle(data_dir, out=tmp_path / "bundle", mode="full", now=clock)
    result = verify_bundle(done.path, Question(log=log.origin), trust=done.trust, held=[held])
    assert (result.exit, result.anchor, result.held_size) == (0, "held", 6)


def test_a_bundle_without_keys_shows_no_content(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _some_call(log)
    done = export_bundle(data_dir, calls=[call], out=tmp_path / "bundle", keys="none", now=clock)
    result = verify_bundle(done.path, Question(calls=(call,)), trust=done.trust)
    assert (result.exit, result.opened, result.sealed, result.content) == (3, 0, 6, False)
    assert not (done.path / "deks.jsonl").exists()


def test_every_export_is_itself_logged_after_its_checkpoint(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _some_call(log)
    first = export_bundle(data_dir, calls=[call], out=tmp_path / "one", now=clock)
    second = export_bundle(data_dir, calls=[call], out=tmp_path / "two", now=clock)
    assert (first.size, second.size) == (6, 9)
    assert [one.call for one in list_calls(data_dir)] == [call]


def test_an_export_never_overwrites(log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path) -> None:
    call = _some_call(log)
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "file").touch()
    with pytest.raises(AuditError, match="not an empty folder"):
        export_bundle(data_dir, calls=[call], out=tmp_path / "bundle", now=clock)
    with pytest.raises(EvidenceUnavailableError, match="no call of this id"):
        export_bundle(data_dir, calls=["0" * 36], out=tmp_path / "other", now=clock)


def test_a_period_exports_the_calls_that_have_an_entry_in_it(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    _some_call(log)
    begin = clock()
    second = _some_call(log)
    end = clock()
    _some_call(log)
    done = export_bundle(data_dir, period=(begin, end), out=tmp_path / "bundle", mode="scoped", now=clock)
    result = verify_bundle(done.path, Question(calls=(second,)), trust=done.trust)
    assert (result.exit, result.outside_scope, result.sealed) == (3, 12, 6)
    assert {one.id for one in result.findings} == {"unanchored"}


def test_a_next_segment_continues_a_call_with_a_fresh_key(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    first = log.open_segment(jurisdiction="DE", retention="call")
    head = first.append("turn.caller", {"text": "hello"}).leaf_hash
    second = log.open_segment(jurisdiction="DE", retention="call", call=first.call)
    second.close({})
    entries = read_call(data_dir, first.call)
    assert [(entry.seg, entry.seq) for entry in entries] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert entries[2].header["prev_seg"] == head
    assert entries[2].header["kc"] != entries[0].header["kc"]
    done = export_bundle(data_dir, calls=[first.call], out=tmp_path / "bundle", now=clock)
    found = {
        one.id for one in verify_bundle(done.path, Question(calls=(first.call,)), trust=done.trust).findings
    }
    assert found == {"unanchored", "segment-open"}


def test_consent_and_payment_entries_are_signed(log: AuditLog, data_dir: Path) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    segment.append("payment.charged", {"status": "charged"})
    segment.append("turn.agent", {"text": "done"}, level="db")
    segment.append("turn.agent", {"text": "done"})
    signed = ["wsig" in entry.header for entry in read_call(data_dir, segment.call)]
    assert signed == [True, True, True, False]


def test_versions_stand_in_the_clear(log: AuditLog, data_dir: Path) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call", policy="ab" * 32)
    segment.append("model.called", {}, model="gpt-4.1-2025-04-14", prompt="cd" * 32)
    opened, called = read_call(data_dir, segment.call)
    assert opened.header["policy"] == "ab" * 32
    assert (called.header["model"], called.header["prompt"]) == ("gpt-4.1-2025-04-14", "cd" * 32)


@pytest.mark.parametrize(
    "body",
    [
        {"text": "my card is 4242424242424242"},
        {"text": "4242 4242 4242 4242 thank you"},
        {"text": "4242-4242-4242-4242"},
        {"list": [{"deep": "x378282246310005x"}]},
        {"n": 4242424242424242},
        {"n": 1763640000000},
        {"text": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"},
        {"text": "4242424242424242 1230"},
        {"4242424242424242": 1},
    ],
)
def test_31_a_body_with_a_card_number_is_refused_and_the_call_goes_on(
    log: AuditLog, body: dict[str, object]
) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    with pytest.raises(CardNumberInBody) as refused:
        segment.append("turn.caller", body)
    assert "4242" not in str(refused.value)
    receipt = segment.append("turn.caller", {"withheld": "card_number"})
    assert receipt.seq == 1


@pytest.mark.parametrize(
    "body",
    [
        {"text": "order 4242424242424241"},
        {"text": "42424242424242424242424242"},
        {"text": "call +4930123456 or 2026-11-20"},
        {"n": 123456789012},
        {"sha256": "4242424242424242" + "a" * 48},
        {"text": "4242  4242  4242  4242"},
    ],
)
def test_what_is_no_card_number_is_written(log: AuditLog, body: dict[str, object]) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    assert segment.append("turn.caller", body).seq == 1


@pytest.mark.parametrize(
    "body",
    [
        {"x": 1.0}, {"x": 2**53}, {"X": 1}, {"x": "\ud800"}, {"x": "\0"}, {"x": b"1"}, {"x": float("nan")},
        {"a": [[[[[[[[1]]]]]]]]}, {"x": "a" * 65_536}, {"x" * 33: 1}, {"x": {1: 2}},
    ],
)  # fmt: skip
def test_17_what_breaks_a_limit_is_refused_at_write(log: AuditLog, body: dict[str, object]) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    with pytest.raises(EntryRefusedError):
        segment.append("turn.caller", body)
    assert segment.append("turn.caller", {}).seq == 1


@pytest.mark.parametrize(
    "kind", ["Turn", "a.b.c.d.e", "erasure", "key.destroyed", "segment.open", "prune", ""]
)
def test_a_call_writes_no_control_types_and_no_malformed_ones(log: AuditLog, kind: str) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    with pytest.raises(EntryRefusedError):
        segment.append(kind, {})


def test_nothing_follows_a_close(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    segment.close({})
    with pytest.raises(EntryRefusedError, match="closed"):
        segment.append("turn.caller", {})


def test_a_failing_store_acknowledges_nothing(log: AuditLog, data_dir: Path) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    log.fail_after = lambda kind: kind == "turn.caller"
    with pytest.raises(AuditUnavailable):
        segment.append("turn.caller", {"text": "hello"})
    log.fail_after = None
    assert segment.append("turn.agent", {"text": "hello"}).seq == 1
    assert [entry.t for entry in read_call(data_dir, segment.call)] == ["segment.open", "turn.agent"]


def test_a_closed_store_acknowledges_nothing(data_dir: Path, clock: Now) -> None:
    log = open_log(data_dir, now=clock)
    segment = log.open_segment(jurisdiction="DE", retention="call")
    log.close()
    with pytest.raises(AuditUnavailable, match="does not take entries"):
        segment.append("turn.caller", {"text": "hello"})


def test_a_full_disk_acknowledges_nothing(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    pages = sqlite_of(log).read("PRAGMA page_count")[0][0]
    sqlite_of(log).read(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(AuditUnavailable, match="full"):
        for _ in range(100):
            segment.append("turn.caller", {"text": "x" * 4_000})
    sqlite_of(log).read("PRAGMA max_page_count = 1000000")
    segment.append("turn.caller", {"text": "room again"})


def test_two_processes_write_to_one_log(log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path) -> None:
    """A second process is a second connection: both write, and the tree holds the entries of both."""
    one = log.open_segment(jurisdiction="DE", retention="call")
    with closing(open_log(data_dir, now=clock)) as second:
        other = second.open_segment(jurisdiction="DE", retention="call")
        for turn in range(5):
            one.append("turn.caller", {"n": turn})
            other.append("turn.caller", {"n": turn})
        other.close({})
    one.close({})
    done = export_bundle(data_dir, out=tmp_path / "bundle", mode="full", now=clock)
    result = verify_bundle(done.path, Question(), trust=done.trust)
    assert (result.exit, result.closed) == (3, 2)


def test_a_locked_database_gives_one_clear_sentence(log: AuditLog, data_dir: Path) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    sqlite_of(log).read("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(data_dir / "audit.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(AuditUnavailable, match="being written by another process"):
            segment.append("turn.caller", {})


def test_a_forked_child_may_not_write_into_the_segment_of_its_parent(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    segment._pid += 1
    with pytest.raises(AuditUnavailable, match="another process"):
        segment.append("turn.caller", {})


def test_key_files_are_for_us_alone(log: AuditLog, data_dir: Path, clock: Now) -> None:
    log.open_segment(jurisdiction="DE", retention="call")
    files = [path for path in (data_dir / "keys").rglob("*") if path.is_file()]
    assert len(files) == 6
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert stat.S_IMODE((data_dir / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((data_dir / "audit.db").stat().st_mode) == 0o600
    (data_dir / "keys" / "kek").chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        open_log(data_dir, now=clock)


def test_a_damaged_key_file_gives_one_clear_sentence(log: AuditLog, data_dir: Path, clock: Now) -> None:
    (data_dir / "keys" / "call.key").write_text("nonsense")
    with pytest.raises(KeyFileError, match="one line"):
        open_log(data_dir, now=clock)


def test_secrets_do_not_print(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    sealed = log.new_sealed_key(segment.call, "recording")
    assert sealed.key.hex() not in repr(sealed)
    assert repr(sealed.key) not in repr(sealed)
    assert log.call_signer.reveal() not in repr(log.call_signer)
    with pytest.raises(TypeError):
        sealed.__reduce__()


def test_a_recording_key_opens_for_its_call_and_purpose_only(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    sealed = log.new_sealed_key(segment.call, "recording")
    assert log.open_sealed_key(sealed.wrapped, sealed.ek, segment.call, "recording") == sealed.key
    with pytest.raises(AuditError):
        log.open_sealed_key(sealed.wrapped, sealed.ek, segment.call, "other")
    with pytest.raises(AuditError):
        log.new_sealed_key("0" * 36, "recording")


def test_no_body_is_readable_in_any_file(log: AuditLog, data_dir: Path) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call", body={"x": "Canary-Open-7731"})
    segment.append("turn.caller", {"text": "Canary-Turn-7732"})
    for path in data_dir.rglob("*"):
        if path.is_file():
            assert b"Canary" not in path.read_bytes(), path.name


def test_every_nonce_of_a_segment_is_new(log: AuditLog) -> None:
    segment = log.open_segment(jurisdiction="DE", retention="call")
    for turn in range(300):
        segment.append("turn.caller", {"n": turn})
    nonces = [bytes(c)[:12] for (c,) in sqlite_of(log).read("SELECT c FROM entry")]
    assert len(set(nonces)) == len(nonces) == 301


def test_two_logs_share_a_folder(log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path) -> None:
    american = _some_call(log)
    with closing(open_log(data_dir, now=clock, origin="audit.local/dev/eu")) as european:
        german = _some_call(european)
        assert european.origin == "audit.local/dev/eu/1"
    for call, origin in ((american, "audit.local/dev/us/1"), (german, "audit.local/dev/eu/1")):
        done = export_bundle(data_dir, calls=[call], out=tmp_path / origin.replace("/", "-"), now=clock)
        assert done.origin == origin
        result = verify_bundle(done.path, Question(log=origin, calls=(call,)), trust=done.trust)
        assert {one.id for one in result.findings} == {"unanchored"}
    with pytest.raises(AuditError, match="name the log"):
        export_bundle(data_dir, out=tmp_path / "all", mode="full", now=clock)


def test_a_call_is_found_by_what_is_indexed_outside_the_tree(log: AuditLog, data_dir: Path) -> None:
    call = _some_call(log)
    log.index_call(call, line="demo", caller="+4930123456")
    log.index_call(call, outcome="completed")
    (view,) = list_calls(data_dir)
    assert (view.line, view.outcome, view.state) == ("demo", "completed", "closed")
    assert sqlite_of(log).read("SELECT length(caller) FROM call_index") == [(16,)]


def test_an_administrator_may_add_witnesses_to_the_trust_folder(
    log: AuditLog, data_dir: Path, clock: Now
) -> None:
    policy = data_dir / "trust" / "policy"
    policy.write_text("# ours\n" + policy.read_text())
    with closing(open_log(data_dir, now=clock, origin="audit.local/dev/eu")):
        text = policy.read_text()
    assert "# ours" in text
    assert text.count("log audit.local") == 2


def test_an_unwritable_folder_gives_one_clear_sentence(tmp_path: Path, clock: Now) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AuditUnavailable, match="cannot be used"):
        open_log(tmp_path / "file" / "data", now=clock)
    assert (tmp_path / "file").exists()
