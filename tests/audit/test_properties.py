"""Properties of encoding, tree, frames and guards that no example can show."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cards import holds_card_number, luhn
from audit.crypto.envelope import key_commitment, open_sealed, seal
from audit.crypto.keys import MonthKey, dek_info, new_dek, unwrap_with
from audit.crypto.signing import Signer, parse_vkey
from audit.encoding import (
    canonical,
    check_limits,
    is_timestamp,
    padded,
    parse_canonical,
    parse_timestamp,
    timestamp,
    unb64,
    unpadded,
)
from audit.errors import EntryRefusedError, SealBrokenError, VerificationError
from audit.merkle import Frontier, Tree, check_consistency, hash_leaf, root_from_inclusion, root_of
from audit.records import EntryRecord, KeyRecord, TornRecordError, frame, read_record

keys = st.from_regex(r"[a-z0-9_]{1,32}", fullmatch=True)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
values = st.recursive(
    scalars, lambda one: st.lists(one, max_size=4) | st.dictionaries(keys, one, max_size=4), max_leaves=12
)
objects = st.dictionaries(keys, values, max_size=6)
leaves = st.integers(1, 70)


@given(objects)
def test_canonical_json_is_that_of_the_standard_library(value: dict[str, object]) -> None:
    if check_limits(value) is not None:
        return
    expected = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical(value) == expected
    assert parse_canonical(expected) == value


@given(objects, st.data())
def test_another_spelling_of_the_same_value_is_refused(value: dict[str, object], data: st.DataObject) -> None:
    if check_limits(value) is not None:
        return
    encoded = canonical(value)
    at = data.draw(st.integers(0, len(encoded)))
    for other in (encoded[:at] + b" " + encoded[at:], encoded + b"\n", b"\xef\xbb\xbf" + encoded):
        try:
            found = parse_canonical(other)
        except VerificationError:
            continue
        assert found != value


@given(st.floats() | st.integers(min_value=2**53) | st.binary() | st.dates())
def test_values_outside_the_limits_are_never_written(value: object) -> None:
    with pytest.raises(EntryRefusedError):
        canonical({"x": value})


@given(st.binary(max_size=300))
def test_padding_is_undone_and_tells_little(body: bytes) -> None:
    full = body + b"}"
    assert unpadded(padded(full)) == full
    assert len(padded(full)) % 64 == 0
    assert len(padded(full)) - len(full) < 64


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_times_have_one_form(at: datetime) -> None:
    text = timestamp(at)
    assert len(text) == 27
    assert is_timestamp(text)
    assert parse_timestamp(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T12:00:60.000000Z", "2026-11-20T24:00:00.000000Z", "2026-02-29T12:00:00.000000Z",
        "2026-11-20T12:00:00.00000Z", "2026-11-20t12:00:00.000000Z", "2026-11-20T12:00:00.000000+00:00",
        "0000-01-01T00:00:00.000000Z", "٢٠٢٦-11-20T12:00:00.000000Z", "2026-11-20T12:00:00.000000Z\n",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    assert not is_timestamp(text)


@given(st.binary(min_size=1, max_size=40))
def test_base64_has_one_form(data: bytes) -> None:
    import base64  # noqa: PLC0415

    text = base64.b64encode(data).decode()
    assert unb64(text) == data
    for other in (
        text.rstrip("=") if text.endswith("=") else text + "=",
        text + "\n",
        " " + text,
        text + "====",
    ):
        with pytest.raises(VerificationError):
            unb64(other)


def _tree(count: int) -> tuple[list[bytes], Tree]:
    hashes = [hash_leaf(str(at).encode()) for at in range(count)]
    return hashes, Tree(hashes)


@given(leaves, st.data())
def test_19_every_inclusion_proof_leads_to_the_root_and_no_mutant_does(
    count: int, data: st.DataObject
) -> None:
    hashes, tree = _tree(count)
    index = data.draw(st.integers(0, count - 1))
    proof = tree.inclusion(index, count)
    assert root_from_inclusion(index, count, hashes[index], proof) == tree.root() == root_of(hashes)
    mutants = (
        [proof[:-1], [*proof, hashes[0]], [bytes(32), *proof[1:]], proof[1:]] if proof else [[hashes[0]]]
    )
    for mutant in mutants:
        if mutant == proof:
            continue
        try:
            assert root_from_inclusion(index, count, hashes[index], mutant) != tree.root()
        except VerificationError:
            continue
    other = data.draw(st.integers(0, count - 1))
    if other != index:
        with suppress(VerificationError):
            assert root_from_inclusion(other, count, hashes[index], proof) != tree.root()


@given(leaves, st.data())
def test_19_every_consistency_proof_holds_and_no_mutant_does(count: int, data: st.DataObject) -> None:
    hashes, tree = _tree(count)
    old = data.draw(st.integers(0, count))
    proof = tree.consistency(old, count)
    before = root_of(hashes[:old])
    check_consistency(old, before, count, tree.root(), proof)
    mutants = [[*proof, bytes(32)], proof[1:] if proof else [bytes(32)], [bytes(32), *proof[1:]]]
    for mutant in mutants:
        with pytest.raises(VerificationError):
            check_consistency(old, before, count, tree.root(), mutant)
    if old:
        with pytest.raises(VerificationError):
            check_consistency(old, bytes(32), count, tree.root(), proof)


def test_rfc_6962_trees_and_proofs_are_those_of_the_published_vectors() -> None:
    vector = json.loads(Path("tests/vectors/rfc6962/tree.json").read_text())
    hashes = [hash_leaf(bytes.fromhex(leaf)) for leaf in vector["leaves"]]
    tree = Tree(hashes)
    assert [root_of(hashes[:size]).hex() for size in range(9)] == vector["roots"]
    for one in vector["inclusion"]:
        assert [piece.hex() for piece in tree.inclusion(one["index"], one["size"])] == one["proof"]
    for one in vector["consistency"]:
        assert [piece.hex() for piece in tree.consistency(one["old"], one["new"])] == one["proof"]


@given(st.integers(0, 200), st.integers(0, 60))
def test_a_tree_grows_from_its_frontier(before: int, more: int) -> None:
    hashes = [hash_leaf(str(at).encode()) for at in range(before + more)]
    grown = Frontier()
    for one in hashes[:before]:
        grown.append(one)
    again = Frontier.from_bytes(grown.size, grown.to_bytes())
    for one in hashes[before:]:
        again.append(one)
    assert again.root() == root_of(hashes)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.binary(max_size=50), st.data())
def test_a_seal_opens_only_unchanged_with_its_key_and_context(
    key: bytes, text: bytes, aad: bytes, data: st.DataObject
) -> None:
    sealed = seal(key, text, aad)
    assert open_sealed(key, sealed, aad) == text
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    changed = bytearray(sealed)
    changed[at // 8] ^= 1 << at % 8
    other = bytes([key[0] ^ 1]) + key[1:]
    for wrong in (
        (key, bytes(changed), aad),
        (other, sealed, aad),
        (key, sealed, aad + b"x"),
        (key, b"", aad),
    ):
        with pytest.raises(SealBrokenError):
            open_sealed(*wrong)


@given(st.integers(0, 2**31 - 1))
def test_a_wrapped_key_opens_for_its_segment_only(seg: int) -> None:
    month, call = MonthKey.generate(), "01234567-89ab-4cde-8f01-23456789abcd"
    sealed, kc = new_dek(month.public, call, seg)
    assert unwrap_with(month.private, sealed.wrapped, dek_info(call, seg, kc)) == sealed.key
    assert key_commitment(sealed.key, call, seg) == kc
    with pytest.raises(SealBrokenError):
        unwrap_with(month.private, sealed.wrapped, dek_info(call, seg ^ 1, kc))
    with pytest.raises(SealBrokenError):
        unwrap_with(MonthKey.generate().private, sealed.wrapped, dek_info(call, seg, kc))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="+"), min_size=1))
def test_keys_survive_their_text(name: str) -> None:
    signer = Signer.generate(name)
    assert parse_vkey(signer.verifier.vkey) == signer.verifier
    assert signer.verifier.holds(signer.sign(b"x"), b"x")
    assert not signer.verifier.holds(signer.sign(b"x"), b"y")


def test_a_signature_with_a_scalar_out_of_range_is_refused() -> None:
    """RFC 8032, 5.1.7: S is below the group order; S + L would verify in a careless implementation."""
    order = 2**252 + 27742317777372353535851937790883648493
    signer = Signer.from_seed("k", b"\x01" * 32)
    signature = signer.sign(b"message")
    scalar = int.from_bytes(signature[32:], "little") + order
    assert not signer.verifier.holds(signature[:32] + scalar.to_bytes(32, "little"), b"message")


records = st.builds(EntryRecord, st.binary(max_size=60), st.binary(max_size=60)) | st.builds(
    KeyRecord,
    st.from_regex(r"[0-9a-f-]{36}", fullmatch=True),
    st.integers(0, 2**31 - 1),
    st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    st.binary(min_size=80, max_size=80),
)


@given(st.lists(records, min_size=1, max_size=5), st.data())
def test_34_spool_records_survive_and_a_torn_tail_is_told_from_damage(
    written: list[EntryRecord | KeyRecord], data: st.DataObject
) -> None:
    framed = [frame(one) for one in written]
    whole = b"".join(framed)
    at, found = 0, []
    while at < len(whole):
        record, at = read_record(whole, at)
        found.append(record)
    assert found == written
    last = len(whole) - len(framed[-1])
    cut = data.draw(st.integers(last, len(whole) - 1))
    with pytest.raises(TornRecordError):
        read_record(whole[:cut], last)
    flipped = bytearray(whole)
    place = data.draw(st.integers(8, len(framed[0]) - 1))
    flipped[place] ^= 1
    with pytest.raises(VerificationError):
        read_record(bytes(flipped), 0)


@given(
    st.integers(10**11, 10**18),
    st.sampled_from(["", " ", "-"]),
    texts.filter(lambda text: text.isalpha() or not text),
)
def test_31_every_luhn_valid_number_of_card_length_is_found(number: int, separator: str, around: str) -> None:
    digits = next(f"{number}{check}" for check in range(10) if luhn(f"{number}{check}"))
    if not 13 <= len(digits) <= 19:
        return
    groups = separator.join(digits[at : at + 4] for at in range(0, len(digits), 4))
    body = {"text": f"{around} {groups} {around}"}
    assert holds_card_number(canonical(body), body)


def test_card_numbers_are_found_wherever_they_stand() -> None:
    for body in ({"a": [{"b": "5555555555554444"}]}, {"a": -4242424242424242}, {"a": "x4000000000000002"}):
        assert holds_card_number(canonical(body), body)


def test_ascending_times_of_one_clock_are_ascending_texts() -> None:
    at = [datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC) for second in range(5)]
    assert all(one < other for one, other in pairwise(map(timestamp, at)))
