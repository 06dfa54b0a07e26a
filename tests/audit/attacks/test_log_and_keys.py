"""Tampering with checkpoints, logs, workers and keys: what must be found, and as what."""

from pathlib import Path

import pytest

from audit.checkpoint import parse_checkpoint, sign_checkpoint
from audit.crypto.signing import Signer
from audit.trust import CALL_ROLE, CONTROL_ROLE, Worker, format_workers
from audit.verify import Question, VerifyResult
from tests.audit.support import World, call_id, ids, lines_of, manifest_of, restamp, seed, verify, write_lines


@pytest.fixture
def world() -> World:
    world = World()
    for number in range(3):
        world.call(number)
    return world


def _judge(world: World, folder: Path, question: Question | None = None) -> VerifyResult:
    return verify(folder, world.trust(folder.parent / "trust"), question)


def _cut_to(world: World, folder: Path, size: int, note: bytes) -> Path:
    """A bundle of the first SIZE leaves under NOTE, with a manifest that fits."""
    rest = World(**{name: getattr(world, name) for name in ("log", "epoch", "quorum", "witnesses")})
    rest.now, rest.entries, rest.deks = world.now, world.entries[:size], dict(world.deks)
    return rest.bundle(folder, note=note)


def test_05_a_log_without_its_tail_is_truncated(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", hide=lambda leaf: leaf.index >= 12)
    result = _judge(world, folder)
    assert result.exit == 11
    assert "leaves-cut" in ids(result)


def test_05_a_rewritten_checkpoint_without_the_key_is_refused(world: World, tmp_path: Path) -> None:
    root = world.tree().root(12)
    forged = sign_checkpoint(Signer.from_seed(world.origin, seed("thief")), 12, root)
    assert _judge(world, _cut_to(world, tmp_path / "bundle", 12, forged)).exit == 10


def test_06_a_rollback_with_the_stolen_log_key_never_verifies(world: World, tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.write_bytes(world.checkpoint())
    short = _cut_to(world, tmp_path / "prefix", 12, world.checkpoint(size=12, cosigned={}))
    assert ids(_judge(world, short)) == {"quorum-missed"}
    trust = tmp_path / "trust"
    consistency = tmp_path / "consistency"
    consistency.write_bytes(world.consistency(12, world.checkpoint()))
    cosigned = _cut_to(world, tmp_path / "cosigned", 12, world.checkpoint(size=12))
    shown = verify(cosigned, trust, held=[held], consistency=[consistency])
    assert (shown.exit, ids(shown)) == (3, {"held-newer"})
    blind = verify(cosigned, trust, held=[held])
    assert (blind.exit, ids(blind)) == (3, {"held-not-comparable"})
    other = World()
    for number in range(5, 9):
        other.call(number)
    continued = other.bundle(tmp_path / "continued")
    assert verify(continued, trust, held=[held]).exit == 11


def test_07_a_restored_snapshot_that_grew_past_the_held_checkpoint_is_a_fork(
    world: World, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    held.write_bytes(world.checkpoint())
    restored = World(entries=world.entries[:12], deks=world.deks, now=world.now)
    for number in range(10, 14):
        restored.call(number)
    result = verify(restored.bundle(tmp_path / "bundle"), world.trust(tmp_path / "trust"), held=[held])
    assert result.exit == 11
    assert "fork" in ids(result)


def test_08_a_split_view_shows_when_the_other_half_is_held(world: World, tmp_path: Path) -> None:
    other = World(entries=world.entries[:12], deks=world.deks, now=world.now)
    other.call(10)
    held = tmp_path / "held"
    held.write_bytes(other.checkpoint())
    assert verify(world.bundle(tmp_path / "bundle"), world.trust(tmp_path / "trust"), held=[held]).exit == 11


def test_09_a_full_rewrite_with_other_keys_is_refused(world: World, tmp_path: Path) -> None:
    thief = World()
    note = sign_checkpoint(Signer.from_seed(world.origin, seed("thief")), 18, world.tree().root())
    folder = world.bundle(tmp_path / "bundle", note=note)
    assert _judge(world, folder).exit == 10
    (folder / "policy").write_text(
        f"log {Signer.from_seed(world.origin, seed('thief')).verifier.vkey}\nquorum none\n"
    )
    restamp(folder)
    own = verify(folder, None)
    assert (own.exit, ids(own)) == (3, {"no-trust", "unanchored"})
    assert thief.origin == world.origin


def test_10_unknown_signers_and_changed_origins_are_refused(world: World, tmp_path: Path) -> None:
    root = world.tree().root()
    same_key = Signer.from_seed("audit.example.test/test/fr/1", seed(f"log {world.origin}"))
    note = sign_checkpoint(same_key, 18, root)
    assert _judge(world, world.bundle(tmp_path / "origin", note=note)).exit == 10
    wrong_id = world.checkpoint().replace(
        b"audit.example.test/test/de/1 ", b"audit.example.test/test/de/1 AAAA", 1
    )
    folder = world.bundle(tmp_path / "id")
    (folder / "checkpoint").write_bytes(wrong_id)
    restamp(folder)
    assert _judge(world, folder).exit == 10


def test_10_a_log_replayed_under_another_origin_with_its_real_key_is_refused(
    world: World, tmp_path: Path
) -> None:
    other = World(log="audit.example.test/test/fr", entries=world.entries, deks=world.deks, now=world.now)
    result = _judge(other, other.bundle(tmp_path / "bundle"))
    assert result.exit == 10
    assert "log-mismatch" in ids(result)


def test_11_a_wrong_verification_key_always_fails(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle")
    trust = world.trust(tmp_path / "trust")
    for number in range(50):
        wrong = Signer.from_seed(world.origin, seed(f"wrong {number}")).verifier.vkey
        (trust / "policy").write_text(f"log {wrong}\nquorum none\n")
        assert verify(folder, trust).exit == 10


def test_11_a_worker_key_that_is_not_trusted_fails(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle")
    trust = world.trust(tmp_path / "trust")
    stranger = Signer.from_seed("worker.example.test/call", seed("stranger")).verifier
    (trust / "workers").write_bytes(format_workers([Worker(CALL_ROLE, stranger)]))
    result = verify(folder, trust)
    assert (result.exit, "worker-refused" in ids(result)) == (10, True)


def test_12_old_entries_signed_anew_with_a_newer_key_contradict_the_held_checkpoint(
    world: World, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    held.write_bytes(world.checkpoint(size=12))
    rewritten = World()
    for number in range(2):
        rewritten.call(number, turns=3)
        rewritten.tick(60)
    rewritten.call(2)
    result = verify(rewritten.bundle(tmp_path / "bundle"), world.trust(tmp_path / "trust"), held=[held])
    assert result.exit == 11


def test_13_truncated_and_continued_contradicts_the_held_checkpoint(world: World, tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.write_bytes(world.checkpoint(size=16))
    continued = World(entries=world.entries[:12], deks=world.deks, now=world.now)
    continued.call(20)
    continued.call(21)
    assert verify(continued.bundle(tmp_path / "b"), world.trust(tmp_path / "trust"), held=[held]).exit == 11


def test_18_a_node_offered_as_a_leaf_is_refused(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", mode="partial", calls=[call_id(0)])
    proof = folder / "proofs" / "0.tlog-proof"
    lines = proof.read_bytes().split(b"\n")
    proof.write_bytes(b"\n".join([*lines[:2], *lines[3:]]))
    restamp(folder)
    result = _judge(world, folder)
    assert (result.exit, "proof-invalid" in ids(result)) == (10, True)


def test_19_malformed_proofs_are_refused(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", mode="partial", calls=[call_id(0)])
    proof = folder / "proofs" / "0.tlog-proof"
    good = proof.read_bytes()
    lines = good.split(b"\n")
    bad = (
        good.replace(b"index 0", b"index 00"),
        good.replace(b"index 0", b"index 18"),
        good.replace(b"index 0", b"index 1"),
        b"\n".join([*lines[:2], lines[2], *lines[2:]]),
        b"\n".join([*lines[:2], *lines[7:]]),
        b"",
        good[:-1],
        good + b"\n",
        good.replace(b"tlog-proof@v1", b"tlog-proof@v2"),
        good.replace(b"index 0\n", b"index 0\nextra AAAA\n"),
    )
    for data in bad:
        proof.write_bytes(data)
        restamp(folder)
        assert _judge(world, folder).exit == 10, data[:60]


def test_20_a_fake_call_of_the_database_owner_is_refused(world: World, tmp_path: Path) -> None:
    fake = Signer.from_seed("worker.example.test/call", seed("owner"))
    for closed in (False, True):
        rogue = World(entries=list(world.entries), deks=dict(world.deks), now=world.now)
        writer = rogue.open(7, signer=fake, wkey=world.call_key.verifier.wkey)
        if closed:
            writer.close()
        result = _judge(rogue, rogue.bundle(tmp_path / f"bundle-{closed}"))
        assert (result.exit, "worker-refused" in ids(result)) == (10, True)


def test_20_a_tombstone_in_a_segment_of_a_call_key_is_refused(world: World, tmp_path: Path) -> None:
    rogue = world.open(7)
    rogue.append(
        "prune",
        epoch=1,
        ranges=[[0, 1]],
        basis="none",
        actor="staff-1",
        approver="staff-2",
    )
    rogue.close()
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, "type-misplaced" in ids(result)) == (10, True)


def test_20_a_changed_header_of_a_close_is_refused(world: World, tmp_path: Path) -> None:
    """The owner rewrites the last entry before it is sequenced: hash and tree fit, the signature does not."""
    writer = world.open(7)
    close = writer.sealed("segment.close", {}, signed=True, count=2)
    other = writer.chain.seal(
        "segment.close", {}, at=world.tick(500), members={"count": 2, "wsig": _wsig_of(close.p)}
    )
    world.take(other)
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, "worker-refused" in ids(result)) == (10, True)


def _wsig_of(p: bytes) -> str:
    return p.decode().partition('"wsig":"')[2][:128]


def test_20_a_tombstone_appended_unsigned_to_an_open_control_segment_does_not_count(
    world: World, tmp_path: Path
) -> None:
    job = world.control(1, closed=False)
    job.append("prune", epoch=1, ranges=[[1, 1]], basis="none", actor="staff-1", approver="staff-2")
    result = _judge(world, world.bundle(tmp_path / "bundle", pruned=frozenset({1})))
    assert result.exit == 12
    assert {"form-uncovered", "control-not-counted"} <= ids(result)


def test_01_a_flipped_witness_name_makes_the_line_unknown(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle")
    note = (folder / "checkpoint").read_bytes()
    (folder / "checkpoint").write_bytes(note.replace(b"witness.example.test/w1", b"witness.example.test/w2"))
    restamp(folder)
    result = _judge(world, folder)
    assert (result.exit, ids(result)) == (3, {"quorum-missed"})


def test_01_a_bit_flipped_anywhere_is_found(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle", mode="partial", calls=[call_id(1)])
    trust = world.trust(tmp_path / "trust")
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        good = path.read_bytes()
        for at in range(0, len(good), max(1, len(good) // 25)):
            changed = bytearray(good)
            changed[at] ^= 1 << (at % 8)
            path.write_bytes(changed)
            assert verify(folder, trust, Question(calls=(call_id(1),))).exit == 10, (path.name, at)
        path.write_bytes(good)
    assert verify(folder, trust, Question(calls=(call_id(1),))).exit == 0


def test_the_manifest_may_not_name_another_root(world: World, tmp_path: Path) -> None:
    folder = world.bundle(tmp_path / "bundle")
    restamp(folder, root="00" * 32)
    result = _judge(world, folder)
    assert (result.exit, "manifest-contradicted" in ids(result)) == (10, True)
    assert parse_checkpoint((folder / "checkpoint").read_bytes()).size == manifest_of(folder)["size"]


def test_control_and_call_roles_are_not_exchanged(world: World, tmp_path: Path) -> None:
    world.control(1, ("export", {"scope_sha256": "00" * 32, "actor": "staff-1"}))
    folder = world.bundle(tmp_path / "bundle")
    assert _judge(world, folder).exit == 0
    swapped = [Worker(CONTROL_ROLE, world.call_key.verifier), Worker(CALL_ROLE, world.control_key.verifier)]
    (tmp_path / "trust" / "workers").write_bytes(format_workers(swapped))
    assert verify(folder, tmp_path / "trust").exit == 10


def test_lines_out_of_order_in_a_segment_are_no_alteration(tmp_path: Path) -> None:
    """The order of leaves means nothing: a late batch may put seq 3 before seq 2."""
    world = World()
    world.call(1)
    world.entries[2], world.entries[3] = world.entries[3], world.entries[2]
    result = _judge(world, world.bundle(tmp_path / "bundle"))
    assert (result.exit, result.opened) == (0, 6)
    assert len(lines_of(tmp_path / "bundle")) == 6
    write_lines(tmp_path / "bundle", lines_of(tmp_path / "bundle"))
