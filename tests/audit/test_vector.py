"""The published test vector of the format, byte for byte."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from audit.bundle import BundleWriter, Leaf, Scope
from audit.chain import Chain, SealedEntry, SegmentIdentity, signed_message
from audit.checkpoint import (
    cosignature_line,
    format_consistency,
    format_proof,
    parse_checkpoint,
    parse_consistency,
    parse_proof,
    sign_checkpoint,
)
from audit.crypto import sha256
from audit.crypto.envelope import key_commitment
from audit.crypto.index import search_token
from audit.crypto.keys import MonthKey, dek_info, unwrap_month_key, unwrap_with, wrap_month_key
from audit.crypto.signing import COSIGNATURE, Signer, parse_vkey
from audit.merkle import Tree, node_hash
from audit.records import EntryRecord, frame, read_record
from audit.trust import parse_policy, parse_workers
from audit.verify import Question, verify_bundle

VECTOR = json.loads(Path("tests/vectors/val1/vector.json").read_text(encoding="utf-8"))
INPUTS, DERIVED = VECTOR["inputs"], VECTOR["derived"]


def _signer(name: str, key_type: int = 1) -> Signer:
    key = INPUTS[name]
    return Signer.from_seed(key["name"], bytes.fromhex(key["seed"]), key_type=key_type)


@pytest.fixture
def entries() -> list[SealedEntry]:
    """The three entries, sealed by our writer from the inputs of the vector."""
    identity = SegmentIdentity(INPUTS["call"], INPUTS["seg"], "acme", "DE", "de-6y", "test-1")
    chain = Chain(identity, bytes.fromhex(INPUTS["dek"]), _signer("worker"))
    sealed: list[SealedEntry] = []
    computed = {"v", "call", "seg", "seq", "t", "ts", "prev", "tenant", "jur", "ret", "worker", "wsig"}
    for nonce, expected in zip(INPUTS["nonces"], VECTOR["entries"], strict=True):
        header: dict[str, Any] = json.loads(expected["p"])
        entry = chain.seal(
            header["t"],
            json.loads(expected["body"]),
            at=datetime.fromisoformat(header["ts"]),
            members={name: value for name, value in header.items() if name not in computed},
            signed="wsig" in header,
            nonce=bytes.fromhex(nonce),
        )
        chain.advance(entry)
        sealed.append(entry)
    return sealed


def test_keys_and_ids_are_those_of_the_vector() -> None:
    for name, key_type in (("worker", 1), ("log", 1), ("witness", COSIGNATURE)):
        verifier = _signer(name, key_type).verifier
        assert verifier.public.hex() == INPUTS[name]["public"]
        assert verifier.vkey == INPUTS[name]["vkey"]
        assert parse_vkey(verifier.vkey) == verifier
    assert _signer("worker").verifier.wkey == DERIVED["wkey"]
    month = MonthKey.from_private(bytes.fromhex(INPUTS["ek_private"]))
    assert (month.public.hex(), month.ek) == (INPUTS["ek_public"], DERIVED["ek"])
    assert key_commitment(bytes.fromhex(INPUTS["dek"]), INPUTS["call"], 0).hex() == DERIVED["kc"]


def test_entries_are_those_of_the_vector(entries: list[SealedEntry]) -> None:
    for entry, expected in zip(entries, VECTOR["entries"], strict=True):
        assert entry.p.decode() == expected["p"]
        assert entry.c.hex() == expected["c"]
        assert entry.ch.hex() == expected["ch"]
        assert entry.lh.hex() == expected["lh"]
    message = signed_message(json.loads(entries[2].p))
    assert len(message) == VECTOR["wsig_message_2"]["bytes"]
    assert sha256(message).hex() == VECTOR["wsig_message_2"]["sha256"]


def test_tree_checkpoint_and_proofs_are_those_of_the_vector(entries: list[SealedEntry]) -> None:
    tree = Tree([entry.lh for entry in entries])
    assert node_hash(entries[0].lh, entries[1].lh).hex() == VECTOR["node_0_1"]
    assert tree.root().hex() == VECTOR["root"]
    note = sign_checkpoint(_signer("log"), 3, tree.root())
    text = parse_checkpoint(note).text
    note += cosignature_line(_signer("witness", COSIGNATURE), text, INPUTS["witness"]["time"]).encode()
    assert note == VECTOR["checkpoint"].encode()
    assert len(note) == 336
    proof = format_proof(1, tree.inclusion(1, 3), note)
    assert proof == VECTOR["proof_head_1"].encode() + b"\n" + note
    assert parse_proof(proof) == (1, tree.inclusion(1, 3), note)
    consistency = format_consistency(2, tree.consistency(2, 3), note)
    assert consistency == VECTOR["consistency_head_2"].encode() + b"\n" + note
    assert parse_consistency(consistency).old == 2


def test_policy_and_workers_are_those_of_the_vector() -> None:
    policy = parse_policy(VECTOR["policy"].encode())
    assert policy.origins == {INPUTS["log"]["name"]}
    assert policy.quorum == "w1"
    assert parse_workers(VECTOR["workers"].encode())[DERIVED["wkey"]].role == "call"


def test_wrapped_keys_and_index_are_those_of_the_vector() -> None:
    wrapped, dek = VECTOR["wrapped_keys"], bytes.fromhex(INPUTS["dek"])
    info = dek_info(INPUTS["call"], 0, bytes.fromhex(DERIVED["kc"]))
    assert info.hex() == wrapped["info"]
    month = MonthKey.from_private(bytes.fromhex(INPUTS["ek_private"]))
    assert unwrap_with(month.private, bytes.fromhex(wrapped["wrapped"]), info) == dek
    kek, nonce = bytes.fromhex(wrapped["kek"]), bytes.fromhex(wrapped["nonce"])
    assert wrap_month_key(kek, wrapped["kek_id"], month, nonce=nonce).hex() == wrapped["ekw"]
    opened = unwrap_month_key(kek, wrapped["kek_id"], month.ek, bytes.fromhex(wrapped["ekw"]))
    assert opened.private == month.private
    index = VECTOR["index"]
    assert search_token(bytes.fromhex(index["key"]), index["phone"]).hex() == index["idx"]


def test_spool_record_is_that_of_the_vector(entries: list[SealedEntry]) -> None:
    record = frame(EntryRecord(entries[1].p, entries[1].c))
    assert record.hex().startswith(VECTOR["spool_record_1"]["starts"])
    assert len(record) - 8 == VECTOR["spool_record_1"]["payload_bytes"]
    assert read_record(record, 0) == (EntryRecord(entries[1].p, entries[1].c), len(record))


def test_bundle_is_that_of_the_vector_and_verifies(entries: list[SealedEntry], tmp_path: Path) -> None:
    note = VECTOR["checkpoint"].encode()
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    writer = BundleWriter(bundle, parse_checkpoint(note), "full", Scope())
    leaves = [
        Leaf(at, one.call, one.seg, one.seq, one.t, one.p, one.c, one.ch, one.lh)
        for at, one in enumerate(entries)
    ]
    writer.entries((leaf, True) for leaf in leaves)
    writer.deks([(INPUTS["call"], 0, bytes.fromhex(INPUTS["dek"]))])
    writer.trust(VECTOR["policy"].encode(), VECTOR["workers"].encode())
    writer.manifest("in_scope", VECTOR["export"]["created"])
    lines = (bundle / "entries.ndjson").read_text(encoding="utf-8").splitlines()
    assert lines[1] == VECTOR["export"]["full_1"]
    assert (bundle / "deks.jsonl").read_text(encoding="utf-8") == VECTOR["export"]["dek"] + "\n"
    manifest = (bundle / "manifest.json").read_bytes()
    assert len(manifest) == VECTOR["export"]["manifest_bytes"]
    assert sha256(manifest).hex() == VECTOR["export"]["manifest_sha256"]
    trust = tmp_path / "trust"
    trust.mkdir()
    for name in ("policy", "workers"):
        (trust / name).write_text(VECTOR[name], encoding="utf-8")
    result = verify_bundle(bundle, Question(), trust=trust)
    assert (result.exit, result.opened, result.anchor) == (0, 3, "quorum")
    assert result.as_of == "2026-11-20T12:00:03.000000Z"


def test_a_pruned_line_is_that_of_the_vector(entries: list[SealedEntry], tmp_path: Path) -> None:
    one = entries[1]
    leaf = Leaf(1, one.call, one.seg, one.seq, one.t, one.p, None, one.ch, one.lh)
    writer = BundleWriter(tmp_path, parse_checkpoint(VECTOR["checkpoint"].encode()), "full", Scope())
    writer.entries([(leaf, True)])
    assert (tmp_path / "entries.ndjson").read_text(encoding="utf-8") == VECTOR["export"]["pruned_1"] + "\n"
