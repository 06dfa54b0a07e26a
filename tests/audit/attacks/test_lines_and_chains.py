"""Tampering with lines, chains and whole calls of a bundle: what must be found, and as what."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.verify import Question, VerifyResult
from tests.audit.support import World, call_id, ids, lines_of, manifest_of, restamp, verify, write_lines

Lines = list[dict[str, Any]]


@pytest.fixture
def world() -> World:
    """Three closed calls of six entries each."""
    world = World()
    for number in range(3):
        world.call(number)
    return world


def _judge(world: World, folder: Path, question: Question | None = None) -> VerifyResult:
    return verify(folder, world.trust(folder.parent / "trust"), question)


def _edited(world: World, tmp_path: Path, edit: Callable[[Lines], Lines], **cut: Any) -> Path:
    """A bundle whose lines were edited and whose `files` were adjusted, but nothing else of the manifest."""
    folder = world.bundle(tmp_path / "bundle", **cut)
    write_lines(folder, edit(lines_of(folder)))
    restamp(folder)
    return folder


def test_an_untouched_bundle_verifies(world: World, tmp_path: Path) -> None:
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert result.exit == 0, result.findings
    assert not result.findings


def test_02_a_deleted_entry_in_the_middle_is_a_gap(world: World, tmp_path: Path) -> None:
    folder = _edited(world, tmp_path, lambda lines: lines[:8] + lines[9:])
    assert _judge(world, folder).exit == 12
    folder2 = world.bundle(tmp_path / "unadjusted")
    write_lines(folder2, lines_of(folder2)[:8] + lines_of(folder2)[9:])
    assert _judge(world, folder2).exit == 10


def test_02_swapped_duplicated_and_inserted_entries_are_alterations(world: World, tmp_path: Path) -> None:
    def swapped(lines: Lines) -> Lines:
        lines[2]["p"], lines[3]["p"] = lines[3]["p"], lines[2]["p"]
        lines[2]["c"], lines[3]["c"] = lines[3]["c"], lines[2]["c"]
        return lines

    edits = (
        swapped,
        lambda lines: [*lines[:3], lines[2], *lines[3:]],
        lambda lines: lines[:3] + [{**lines[2], "i": 3}] + [{**one, "i": one["i"] + 1} for one in lines[3:]],
    )
    for number, edit in enumerate(edits):
        place = tmp_path / str(number)
        place.mkdir()
        assert _judge(world, _edited(world, place, edit)).exit == 10


def test_02_another_entry_for_the_same_place_under_a_valid_root_is_a_fork(tmp_path: Path) -> None:
    world = World()
    writer = world.open(1)
    other = writer.sealed("turn.agent", {"text": "another story"})
    writer.append("turn.agent", {"text": "the story"})
    writer.close()
    world.take(other)
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert result.exit == 11
    assert "fork" in ids(result)


def test_02_the_chain_may_continue_from_either_of_two_forked_entries(tmp_path: Path) -> None:
    """Which of two entries of one place comes first in the tree says nothing about which is genuine."""
    world = World()
    writer = world.open(1)
    world.take(writer.sealed("turn.agent", {"text": "another story"}))
    writer.append("turn.agent", {"text": "the story"})
    writer.close()
    assert _judge(world, world.bundle(tmp_path / "bundle")).exit == 11


def test_03_a_call_without_its_tail_is_truncated_or_a_gap(world: World, tmp_path: Path) -> None:
    kept = _edited(world, tmp_path, lambda lines: lines[:10] + lines[12:])
    assert _judge(world, kept).exit == 11
    segments = manifest_of(kept)["segments"]
    short = next(one for one in segments if one["call"] == call_id(1))
    short |= {"count": 4, "head": world.entries[9].lh.hex(), "state": "open"}
    restamp(kept, segments=segments)
    assert _judge(world, kept).exit == 12


def test_03_the_last_call_of_the_log_without_its_tail_is_truncated(world: World, tmp_path: Path) -> None:
    for mode in ("full", "scoped"):
        folder = world.bundle(tmp_path / mode, mode=mode)
        write_lines(folder, lines_of(folder)[:-2])
        segments = manifest_of(folder)["segments"]
        last = next(one for one in segments if one["call"] == call_id(2))
        last |= {"count": 4, "head": world.entries[15].lh.hex(), "state": "open"}
        restamp(folder, segments=segments)
        assert _judge(world, folder).exit == 11


def test_03_a_partial_bundle_without_the_tail_of_its_call_proves_nothing(
    world: World, tmp_path: Path
) -> None:
    asked = call_id(1)
    folder = world.bundle(tmp_path / "bundle", mode="partial", calls=[asked])
    assert _judge(world, folder, Question(calls=(asked,))).exit == 0
    write_lines(folder, lines_of(folder)[:-2])
    for index in (10, 11):
        (folder / "proofs" / f"{index}.tlog-proof").unlink()
    claim = manifest_of(folder)["segments"][0]
    claim |= {"count": 4, "head": world.entries[9].lh.hex(), "state": "open"}
    restamp(folder, segments=[claim])
    result = _judge(world, folder, Question(calls=(asked,)))
    assert (result.exit, ids(result)) == (3, {"segment-open"})


def test_04_a_whole_call_cut_out_is_truncated_or_a_gap(world: World, tmp_path: Path) -> None:
    folder = _edited(world, tmp_path, lambda lines: lines[:6] + lines[12:])
    assert _judge(world, folder).exit == 11
    segments = [one for one in manifest_of(folder)["segments"] if one["call"] != call_id(1)]
    restamp(folder, segments=segments)
    (folder / "deks.jsonl").write_bytes(
        b"".join(
            line
            for line in (folder / "deks.jsonl").read_bytes().splitlines(keepends=True)
            if call_id(1).encode() not in line
        )
    )
    restamp(folder)
    assert _judge(world, folder).exit == 12


def test_04_a_call_cut_out_of_a_partial_bundle_and_its_scope_is_missed(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", mode="partial", calls=[call_id(0)])
    missing = _judge(world, folder, Question(calls=(call_id(0), call_id(1))))
    assert (missing.exit, ids(missing)) == (12, {"call-missing"})
    nothing_asked = _judge(world, folder)
    assert (nothing_asked.exit, ids(nothing_asked)) == (3, {"not-proven"})


def test_15_a_body_moved_to_another_place_is_an_alteration(world: World, tmp_path: Path) -> None:
    def moved(lines: Lines) -> Lines:
        lines[2]["c"], lines[8]["c"] = lines[8]["c"], lines[2]["c"]
        return lines

    assert _judge(world, _edited(world, tmp_path, moved)).exit == 10


def test_17_what_is_not_canonical_is_an_alteration(world: World, tmp_path: Path) -> None:
    def with_header(text: str) -> Callable[[Lines], Lines]:
        return lambda lines: [*lines[:2], {**lines[2], "p": text}, *lines[3:]]

    header = world.entries[2].p.decode()
    texts = (
        header.replace('{"call"', '{"v":1,"call"'),
        header.replace('","jur"', '", "jur"'),
        header.replace('"v":1', '"v":1.0'),
        header.replace('"v":1', '"v":1,"x":9007199254740992'),
        header.replace('"v":1', '"v":1,"x":"\\u0000"'),
        header.replace('"v":1', '"v":1,"x":"\\ud800"'),
        header.replace('"v":1', '"v":1,"x":"' + "a" * 4_096 + '"'),
        header.replace('"v":1', '"v":1,"x":' + "[" * 8 + "]" * 8),
        header.replace('"v":1', '"v":1,"X":1'),
        header.replace('"seq":2', '"seq":1048576'),
        header.replace("2026-11-20", "2026-02-30"),
    )
    for number, text in enumerate(texts):
        place = tmp_path / str(number)
        place.mkdir()
        result = _judge(world, _edited(world, place, with_header(text)))
        assert result.exit == 10, text
        assert "line-malformed" in ids(result), text


def test_21_a_time_that_does_not_fit_is_reported(tmp_path: Path) -> None:
    world = World()
    writer = world.open(1)
    world.tick(3_600)
    writer.append("turn.agent", {"text": "late"})
    world.tick(-3_000)
    writer.append("turn.agent", {"text": "back-dated"})
    writer.close()
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert result.exit == 0
    assert "time-odd" in ids(result)


def test_22_a_bundle_cut_to_another_scope_never_proves_the_question(world: World, tmp_path: Path) -> None:
    scoped = world.bundle(tmp_path / "scoped", mode="scoped", calls=[call_id(0)])
    assert _judge(world, scoped, Question(calls=(call_id(0),))).exit == 0
    assert _judge(world, scoped, Question(calls=(call_id(1),))).exit == 3
    assert _judge(world, scoped).exit == 3
    whole = Question(start="2026-11-20T12:00:00.000000Z", end="2026-11-20T12:00:10.000000Z")
    assert _judge(world, scoped, whole).exit == 3
    full = world.bundle(tmp_path / "full")
    assert _judge(world, full, whole).exit == 0
    assert _judge(world, full, Question(log="audit.example.test/test/fr/1")).exit == 3
    absent = _judge(world, full, Question(calls=(call_id(9),)))
    assert (absent.exit, ids(absent)) == (0, {"call-not-in-log"})


def test_22_a_partial_bundle_relabelled_as_full_is_not_one(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", mode="partial", calls=[call_id(0)])
    restamp(folder, mode="full", scope={"calls": None, "from": None, "to": None})
    assert _judge(world, folder).exit in (10, 11, 12)


def test_22_an_old_bundle_shown_again_is_too_old(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle")
    trust = world.trust(tmp_path / "trust")
    later = world.now.replace(year=2027)
    assert verify(folder, trust).as_of == "2026-11-20T12:00:21.000000Z"
    stale = verify(folder, trust, max_age_s=86_400, now=lambda: later)
    assert (stale.exit, ids(stale)) == (3, {"too-old"})
