"""Spool files as a crash, a bad disk or a stranger leaves them: nothing acknowledged is dropped without a word."""

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import AuditLog, AuditUnavailable, open_log
from audit.errors import EntryInDoubtError
from audit.outbox import Outbox
from audit.records import EntryRecord, frame
from audit.spool import DAMAGED, Replay, Spool, read_spool
from tests.audit.faults.writers import check_whole, until
from tests.audit.support import World
from tests.postgres import Database

Now = Callable[[], datetime]


def _file(count: int = 3) -> bytes:
    world = World()
    world.call(1, turns=count)
    return b"".join(frame(EntryRecord(one.p, one.c)) for one in world.entries)


FILE = _file()


@settings(max_examples=300)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_34_a_changed_byte_anywhere_is_damage_and_never_a_torn_end(at: int, change: int) -> None:
    """A file whose records were all acknowledged: a length that now points behind the end is no excuse."""
    data = bytearray(FILE)
    data[at] ^= change
    found = _read(bytes(data))
    assert found.damaged
    assert not found.torn


@settings(max_examples=100)
@given(st.integers(0, len(FILE)), st.binary(max_size=40))
def test_34_what_stands_before_a_damage_or_a_torn_end_is_kept(cut: int, garbage: bytes) -> None:
    whole = _read(FILE).records
    found = _read(FILE[:cut] + garbage)
    assert found.records[: len(whole)] == whole[: len(found.records)]
    ends = [len(b"".join(frame(one) for one in whole[: count + 1])) for count in range(len(whole))]
    assert len(found.records) >= sum(end <= cut for end in ends)


def _read(data: bytes) -> Replay:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return read_spool(Path(file.name))


def _left_behind(folder: Path, name: str, data: bytes) -> Path:
    """The spool of a process that is gone."""
    own = folder / f"1-{name}"
    own.mkdir(mode=0o700, parents=True)
    (own / "00000000.val1").write_bytes(data)
    return own / "00000000.val1"


def _sealed_call(log: AuditLog) -> tuple[str, list[bytes]]:
    """A call that lies in no database: its opening with its key went there, its turns are records only."""
    segment = log.open_segment(jurisdiction="DE", retention="call")
    records = []
    for number in range(3):
        entry = segment.chain.seal("turn.caller", {"n": number}, at=log.now(), members={}, signed=False)
        segment.chain.advance(entry)
        records.append(frame(EntryRecord(entry.p, entry.c)))
    return segment.call, records


def test_34_a_damaged_file_is_put_aside_whole_and_the_others_are_replayed(
    server_log: AuditLog, postgres: Database, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    spool = data_dir / "spool"
    call, records = _sealed_call(server_log)
    other, more = _sealed_call(server_log)
    torn, rest = _sealed_call(server_log)
    broken = bytearray(b"".join(records))
    broken[len(records[0]) + 40] ^= 1
    _left_behind(spool, "damaged", bytes(broken))
    _left_behind(spool, "sound", b"".join(more))
    _left_behind(spool, "torn", b"".join(rest)[:-20])
    alarms: list[str] = []
    server_log.close()
    outbox = Outbox(postgres.url, "audit.local/dev/us", spool, on_alarm=alarms.append)
    openings = 3
    assert outbox.replay() == openings + 1 + 3 + 2
    assert outbox.flush(10.0)
    outbox.close()
    assert len(alarms) == 1
    assert (spool / DAMAGED / "1-damaged-00000000.val1").read_bytes() == bytes(broken)
    with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
        assert [len(log.store.entries_of(one)) for one in (call, other, torn)] == [2, 4, 3]
    check_whole(data_dir, tmp_path / "bundle", clock, postgres.url)


def test_36_a_record_that_differs_from_what_is_stored_is_an_alarm_and_changes_nothing(
    server_log: AuditLog, postgres: Database, data_dir: Path
) -> None:
    call, records = _sealed_call(server_log)
    spool = data_dir / "spool"
    _left_behind(spool, "first", b"".join(records))
    alarms: list[str] = []
    outbox = Outbox(postgres.url, "audit.local/dev/us", spool, on_alarm=alarms.append)
    assert outbox.replay() == 3
    assert outbox.flush(10.0)
    kept = server_log.store.entries_of(call)
    p, c = kept[2].p, kept[1].c
    assert c is not None
    path = _left_behind(spool, "forged", frame(EntryRecord(p, c)))
    assert outbox.replay() == 1
    assert outbox.flush(10.0)
    outbox.close()
    assert len(alarms) == 1
    assert "another entry" in alarms[0]
    assert server_log.store.entries_of(call) == kept
    assert path.exists()


def test_37_a_full_spool_fails_closed_at_once_and_keeps_what_it_has(
    server_log: AuditLog, postgres: Database, data_dir: Path, tmp_path: Path, clock: Now
) -> None:
    server_log.close()
    spool = Spool(tmp_path / "spool", quota_bytes=4_000)
    with closing(open_log(data_dir, now=clock, database=postgres.url)) as log:
        outbox = Outbox(postgres.url, log.log, tmp_path / "spool", spool=spool)
        with closing(
            AuditLog(
                data_dir, log.store, log.keys, origin=log.origin, tenant="local", now=clock, outbox=outbox
            )
        ) as small:
            segment = small.open_segment(jurisdiction="DE", retention="call")
            begin = time.monotonic()
            with pytest.raises(AuditUnavailable, match="is full") as refused:
                for number in range(20):
                    begin = time.monotonic()
                    segment.append("turn.caller", {"n": number})
            assert time.monotonic() - begin < 1.0
            assert not isinstance(refused.value, EntryInDoubtError)
            with pytest.raises(AuditUnavailable, match="is full"):
                small.open_segment(jurisdiction="DE", retention="call")
            until(lambda: len(log.store.entries_of(segment.call)) == segment.chain.seq)
