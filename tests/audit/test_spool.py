"""The spool: what it acknowledged is there; what it did not may be cut off, and nothing else may."""

import os
from pathlib import Path

import pytest

from audit.errors import AuditUnavailable, EntryInDoubtError
from audit.records import EntryRecord, KeyRecord, frame
from audit.spool import Spool, orphans, quarantine, read_spool

ONE = EntryRecord(b'{"a":1}', b"sealed")
KEY = KeyRecord("01234567-89ab-4cde-8f01-23456789abcd", 0, "0" * 32, b"k" * 80)


def _written(folder: Path, *records: EntryRecord | KeyRecord) -> Path:
    spool = Spool(folder)
    paths = {spool.write(frame(record)) for record in records}
    spool.close()
    assert len(paths) == 1
    return paths.pop()


def test_what_was_acknowledged_is_read_back_in_order(tmp_path: Path) -> None:
    path = _written(tmp_path, KEY, ONE, ONE)
    found = read_spool(path)
    assert found.records == (KEY, ONE, ONE)
    assert not found.torn
    assert not found.damaged
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("left", [1, 7, 8, 12])
def test_34_a_record_that_is_cut_off_at_the_end_was_never_acknowledged(left: int, tmp_path: Path) -> None:
    path = _written(tmp_path, ONE)
    path.write_bytes(path.read_bytes() + frame(ONE)[:left])
    found = read_spool(path)
    assert found.records == (ONE,)
    assert found.torn


def test_34_damage_before_the_end_is_named_and_the_file_is_put_aside(tmp_path: Path) -> None:
    path = _written(tmp_path, ONE, ONE, ONE)
    data = bytearray(path.read_bytes())
    data[len(frame(ONE)) + 12] ^= 1
    path.write_bytes(data)
    found = read_spool(path)
    assert found.records == (ONE,)
    assert found.damaged
    aside = quarantine(tmp_path, path)
    assert aside.read_bytes() == bytes(data)
    assert aside.parent == tmp_path / "damaged"


def test_37_a_full_spool_takes_nothing_more(tmp_path: Path) -> None:
    spool = Spool(tmp_path, quota_bytes=len(frame(ONE)))
    path = spool.write(frame(ONE))
    with pytest.raises(AuditUnavailable, match="full"):
        spool.write(frame(ONE))
    spool.delete(path)
    spool.shut()
    assert spool.write(frame(ONE)) != path
    spool.close()


def test_37_a_read_only_spool_takes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("")
    with pytest.raises(AuditUnavailable, match="cannot be written"):
        Spool(place).write(frame(ONE))


def test_33_after_a_failed_sync_the_file_takes_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    first = spool.write(frame(ONE))
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", _fails)
        with pytest.raises(EntryInDoubtError, match="Input/output error"):
            spool.write(frame(ONE))
    second = spool.write(frame(ONE))
    assert first != second
    spool.close()
    assert read_spool(first).records[0] == ONE
    assert read_spool(second).records == (ONE,)


def _fails(handle: int) -> None:
    raise OSError(5, os.strerror(5))


def test_files_are_bounded_and_the_folder_goes_with_its_last_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path, file_bytes=len(frame(ONE)))
    paths = [spool.write(frame(ONE)) for _ in range(3)]
    assert len(set(paths)) == 3
    for path in paths:
        spool.delete(path)
    spool.close()
    assert list(tmp_path.iterdir()) == []


def test_the_spool_of_a_living_process_is_no_orphan(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    path = spool.write(frame(ONE))
    assert list(orphans(tmp_path)) == []
    spool.close()
    (orphan,) = orphans(tmp_path)
    assert orphan.files() == [path]
    assert list(orphans(tmp_path)) == []
    orphan.close()
