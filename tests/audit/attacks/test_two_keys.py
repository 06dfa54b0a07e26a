"""AES-GCM does not commit to its key: one ciphertext can be built that opens under two. The log must notice."""

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: TID251 - builds the attack

from audit.crypto.envelope import open_sealed
from audit.encoding import leaf_hash, sha256
from tests.audit.support import World, call_id, ids, seed, verify

_R = 0xE1 << 120
Block = int


def _multiply(one: Block, other: Block) -> Block:
    """The product in GF(2^128) with the bit order of GCM."""
    product = 0
    for bit in range(127, -1, -1):
        if other >> bit & 1:
            product ^= one
        one = one >> 1 ^ (_R if one & 1 else 0)
    return product


def _inverse(value: Block) -> Block:
    """value^(2^128 - 2)."""
    result, power = 1 << 127, value
    for _ in range(127):
        power = _multiply(power, power)
        result = _multiply(result, power)
    return result


def _encrypt_block(key: bytes, block: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)  # noqa: S305 - one block of GCM


def _ghash(h: Block, data: bytes) -> Block:
    result = 0
    for at in range(0, len(data), 16):
        result = _multiply(result ^ int.from_bytes(data[at : at + 16].ljust(16, b"\0"), "big"), h)
    return result


def _stream(key: bytes, nonce: bytes, block: int) -> bytes:
    return _encrypt_block(key, nonce + (2 + block).to_bytes(4, "big"))


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 16)


def build_two_key_ciphertext(
    keys: tuple[bytes, bytes], nonce: bytes, aad: bytes, blocks: list[tuple[int, bytes]]
) -> bytes:
    """Each block comes with the key under which it reads as given; the last block corrects the tag."""
    cipher = b""
    for number, (which, text) in enumerate(blocks):
        stream = _stream(keys[which], nonce, number)
        cipher += bytes(a ^ b for a, b in zip(text, stream, strict=True))
    lengths = (len(aad) * 8).to_bytes(8, "big") + ((len(cipher) + 16) * 8).to_bytes(8, "big")
    tags, hashes = [], []
    for key in keys:
        h = int.from_bytes(_encrypt_block(key, b"\0" * 16), "big")
        mask = int.from_bytes(_encrypt_block(key, nonce + (1).to_bytes(4, "big")), "big")
        tags.append(_ghash(h, _padded(aad) + cipher + b"\0" * 16 + lengths) ^ mask)
        hashes.append(_multiply(h, h))
    correction = _multiply(tags[0] ^ tags[1], _inverse(hashes[0] ^ hashes[1]))
    tag = tags[0] ^ _multiply(correction, hashes[0])
    return nonce + cipher + correction.to_bytes(16, "big") + tag.to_bytes(16, "big")


def test_14_a_ciphertext_for_two_keys_opens_under_both_and_is_still_found(tmp_path: Path) -> None:
    world = World()
    writer = world.call(1)
    entry = world.entries[1]
    keys, nonce = (world.deks[writer.call, 0], seed("second key")), b"\x09" * 12
    aad = b"VAL1-aad" + entry.p
    blocks = [(0, b"customer said NO"), (1, b"customer said YE"), (0, b" " * 16)]
    c = build_two_key_ciphertext(keys, nonce, aad, blocks)
    assert open_sealed(keys[0], c, aad).startswith(b"customer said NO")
    assert open_sealed(keys[1], c, aad)[16:].startswith(b"customer said YE")

    rebuilt = World(now=world.now)
    again = rebuilt.open(1)
    sealed = again.sealed("turn.agent", {"text": "x"})
    c = build_two_key_ciphertext(keys, nonce, b"VAL1-aad" + sealed.p, blocks)
    ch = sha256(c)
    forged = type(sealed)(
        *(sealed.call, sealed.seg, sealed.seq, sealed.tenant, sealed.t, sealed.ts, sealed.p),
        *(c, ch, leaf_hash(sealed.p, ch)),
    )
    again.chain.advance(forged)
    rebuilt.take(forged)
    again.close()
    trust = rebuilt.trust(tmp_path / "trust")
    rebuilt.deks[call_id(1), 0] = keys[1]
    second = verify(rebuilt.bundle(tmp_path / "second"), trust)
    assert (second.exit, "key-refused" in ids(second)) == (13, True)
