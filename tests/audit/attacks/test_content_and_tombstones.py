"""Keys, content, erasure and pruning: what must be found when the account of them does not hold."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from audit.crypto.envelope import seal
from audit.encoding import leaf_hash, sha256
from audit.verify import Question, VerifyResult
from tests.audit.support import World, call_id, ids, lines_of, restamp, seed, verify, write_lines

STAFF = {"basis": "retention", "actor": "staff-1", "approver": "staff-2"}


@pytest.fixture
def world() -> World:
    world = World()
    for number in range(3):
        world.call(number)
    return world


def _judge(world: World, folder: Path, question: Question | None = None) -> VerifyResult:
    return verify(folder, world.trust(folder.parent / "trust"), question)


def _reseal(world: World, at: int, plaintext: bytes) -> None:
    """Put another sealed body under the same header, before the tree is made."""
    one = world.entries[at]
    c = seal(world.deks[one.call, one.seg], plaintext, b"VAL1-aad" + one.p, nonce=b"\x07" * 12)
    ch = sha256(c)
    world.entries[at] = type(one)(
        one.call, one.seg, one.seq, one.tenant, one.t, one.ts, one.p, c, ch, leaf_hash(one.p, ch)
    )


def test_15_a_body_moved_before_sequencing_does_not_open(tmp_path: Path) -> None:
    world = World()
    world.call(1)
    writer = world.open(2)
    close = writer.close()
    stolen = world.entries[1].c
    ch = sha256(stolen)
    world.entries[-1] = type(close)(
        close.call,
        close.seg,
        close.seq,
        close.tenant,
        close.t,
        close.ts,
        close.p,
        stolen,
        ch,
        leaf_hash(close.p, ch),
    )
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, ids(result)) == (13, {"body-invalid"})
    assert _judge(world, world.bundle(tmp_path / "closed", keys="none")).exit == 0


def test_16_exchanged_keys_of_two_calls_are_refused(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle")
    one, other, *rest = [orjson.loads(line) for line in (folder / "deks.jsonl").read_bytes().splitlines()]
    one["dek"], other["dek"] = other["dek"], one["dek"]
    (folder / "deks.jsonl").write_bytes(
        b"".join(orjson.dumps(line, option=orjson.OPT_SORT_KEYS) + b"\n" for line in (one, other, *rest))
    )
    restamp(folder)
    result = _judge(world, folder)
    assert (result.exit, ids(result)) == (13, {"key-refused"})


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":2}', b'{"a":1.0}', b'{"a": 1}', b'{"a":9007199254740992}', b"[1]", b'{"A":1}',
        b'{"a":"\\u0000"}', b'{"a":[[[[[[[[1]]]]]]]]}',
    ],
)  # fmt: skip
def test_17_a_body_that_is_not_canonical_is_found(body: bytes, tmp_path: Path) -> None:
    world = World()
    world.call(1)
    _reseal(world, 5, body + b" " * (-len(body) % 64))
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, ids(result)) == (13, {"body-invalid"})


def test_17_another_padding_is_found(tmp_path: Path) -> None:
    for number, plaintext in enumerate((b'{"a":1}' + b" " * 121, b'{"a":1}' + b"\0" * 57)):
        world = World()
        world.call(1)
        _reseal(world, 5, plaintext)
        place = tmp_path / str(number)
        place.mkdir()
        assert _judge(world, world.bundle(place / "bundle")).exit == 13


def test_23_a_pruned_body_needs_a_tombstone(world: World, tmp_path: Path) -> None:
    assert _judge(world, world.bundle(tmp_path / "none", pruned=frozenset({1}))).exit == 12
    world.control(1, ("prune", {"epoch": 1, "ranges": [[1, 2]], **STAFF}))
    covered = _judge(world, world.bundle(tmp_path / "covered", pruned=frozenset({1, 2})))
    assert (covered.exit, covered.body_pruned, covered.sealed) == (0, 2, 19)
    assert _judge(world, world.bundle(tmp_path / "more", pruned=frozenset({1, 2, 3}))).exit == 12


@pytest.mark.parametrize(
    "change",
    [
        {"approver": None},
        {"approver": "staff-1"},
        {"ranges": [[1, 19]]},
        {"ranges": [[2, 1]]},
        {"ranges": []},
        {"epoch": 2},
        {"basis": ""},
    ],
)
def test_23_a_prune_that_is_not_in_order_covers_nothing(
    change: dict[str, Any], world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {"epoch": 1, "ranges": [[1, 2]], **STAFF, **change}
    monkeypatch.setattr("audit.chain.check_tombstone", lambda *_, **__: None)
    world.control(1, ("prune", {name: value for name, value in members.items() if value is not None}))
    assert _judge(world, world.bundle(tmp_path / "bundle", pruned=frozenset({1, 2}))).exit == 12


def test_23_a_key_that_is_still_there_after_erasure_is_found(world: World, tmp_path: Path) -> None:
    target = world.call(5)
    key = world.deks[target.call, 0]
    world.erase(1, target)
    erased = _judge(world, world.bundle(tmp_path / "erased"))
    assert (erased.exit, erased.shredded) == (0, 1)
    world.deks[target.call, 0] = key
    result = _judge(world, world.bundle(tmp_path / "kept"))
    assert (result.exit, ids(result)) == (13, {"key-of-erased"})


def test_23_a_missing_key_without_tombstone_is_a_gap(world: World, tmp_path: Path) -> None:
    world.deks.pop((call_id(1), 0))
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, ids(result)) == (12, {"key-missing"})


def test_23_an_erasure_with_another_key_commitment_covers_nothing(world: World, tmp_path: Path) -> None:
    target = world.call(5)
    world.erase(1, target, target_kc=["00" * 32])
    assert _judge(world, world.bundle(tmp_path / "bundle")).exit == 12


def test_a_destroyed_month_key_shreds_its_calls_but_not_the_kept_ones(world: World, tmp_path: Path) -> None:
    kept = orjson.loads(world.entries[0].p)["kc"]
    members = {"target_ek": [world.month_key.ek], "kept_kc": [kept], **STAFF}
    job = world.control(1, ("key.destroyed", members))
    for number in (1, 2):
        world.deks.pop((call_id(number), 0))
    world.deks.pop((job.call, 0))
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, result.shredded, result.opened) == (0, 3, 6)


def test_a_key_for_a_segment_outside_the_scope_is_refused(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", mode="scoped", calls=[call_id(0)], keys="none")
    keys = tmp_path / "keys"
    line = {"call": call_id(1), "dek": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "seg": 0}
    keys.write_bytes(orjson.dumps(line) + b"\n")
    result = verify(folder, world.trust(tmp_path / "trust"), keys=keys)
    assert (result.exit, "key-refused" in ids(result)) == (13, True)


def test_an_abandoned_segment_is_vouched_for_up_to_its_head(tmp_path: Path) -> None:
    world = World()
    writer = world.open(1)
    writer.append("turn.agent", {"text": "one"})
    head = writer.head
    late = writer.append("turn.agent", {"text": "late"})
    members = {"target_call": writer.call, "target_seg": [0], "target_head": [head]}
    world.control(1, ("segment.abandoned", members))
    result = _judge(world, world.bundle(tmp_path / "bundle"), Question(calls=(writer.call,)))
    assert (result.exit, result.abandoned, result.unsigned, result.late) == (0, 1, 1, 1)
    assert late.seq == 2


def test_an_abandonment_of_an_unknown_head_is_found(tmp_path: Path) -> None:
    world = World()
    writer = world.open(1)
    members = {"target_call": writer.call, "target_seg": [0], "target_head": [seed("no entry").hex()]}
    world.control(1, ("segment.abandoned", members))
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, "head-unknown" in ids(result)) == (11, True)


def test_a_second_segment_cites_the_head_of_the_first(tmp_path: Path) -> None:
    world = World()
    first = world.open(1)
    first.append("turn.agent", {"text": "one"})
    world.open(1, seg=1, prev_seg=first.head).close()
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, result.open, result.closed, result.late) == (0, 1, 1, 0)
    unknown = World()
    unknown.open(1).close()
    unknown.open(1, seg=1, prev_seg="unknown").close()
    counted = _judge(unknown, unknown.bundle(tmp_path / "unknown"))
    assert (counted.exit, counted.prev_unknown) == (0, 1)
    lost = World()
    lost.open(1, seg=1, prev_seg="11" * 32).close()
    assert _judge(lost, lost.bundle(tmp_path / "lost")).exit == 12
    wrong = World()
    wrong.open(1).close()
    wrong.open(1, seg=1, prev_seg="11" * 32).close()
    assert _judge(wrong, wrong.bundle(tmp_path / "wrong")).exit == 11


def test_a_shown_body_outside_the_scope_is_accepted(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", mode="scoped", calls=[call_id(0)])
    full = world.bundle(tmp_path / "full")
    lines = lines_of(folder)
    lines[8] = lines_of(full)[8]
    write_lines(folder, lines)
    restamp(folder)
    result = _judge(world, folder, Question(calls=(call_id(0),)))
    assert (result.exit, result.outside_scope, result.sealed) == (0, 12, 6)
