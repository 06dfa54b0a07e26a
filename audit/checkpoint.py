"""Checkpoints and the other C2SP texts: one byte form each, strictly parsed, signed and checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from audit.crypto.signing import SIGNATURE_BYTES, Signer, Verifier
from audit.encoding import b64, unb64
from audit.errors import VerificationError
from audit.header import MAX_TREE, ORIGIN
from audit.merkle import HASH_BYTES

MAX_NOTE_BYTES = 262_144
MAX_SIGNATURES = 64
MAX_TIME = 253_402_300_799
MAX_CONSISTENCY_HASHES = 63

_DASH: Final = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]*")
_PROOF_HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line of a note: key name, key id and what follows it."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A parsed note. Its signatures are not checked yet."""

    origin: str
    size: int
    root: bytes
    lines: tuple[SignatureLine, ...]
    note: bytes

    @property
    def text(self) -> str:
        return checkpoint_text(self.origin, self.size, self.root)

    @property
    def log(self) -> str:
        """The origin without its epoch."""
        return self.origin.rpartition("/")[0]

    @property
    def epoch(self) -> int:
        return int(self.origin.rpartition("/")[2])


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{b64(root)}\n"


def sign_checkpoint(signer: Signer, size: int, root: bytes) -> bytes:
    """The note of a log: its text and the log's signature line."""
    text = checkpoint_text(signer.name, size, root)
    return (text + "\n" + signature_line(signer, signer.sign(text.encode("utf-8")))).encode("utf-8")


def signature_line(signer: Signer, signature: bytes) -> str:
    return f"{_DASH}{signer.name} {b64(signer.verifier.key_id + signature)}\n"


def cosignature_line(signer: Signer, text: str, time_s: int) -> str:
    """The line by which a witness says: at this time I saw this checkpoint, and it was consistent."""
    signature = signer.sign(_cosigned(text, time_s))
    return signature_line(signer, time_s.to_bytes(8, "big") + signature)


def parse_decimal(text: str, below: int = MAX_TREE + 1) -> int:
    """A number without sign, space or leading zeros."""
    if _DECIMAL.fullmatch(text) is None or len(text) > 16 or int(text) >= below:
        raise VerificationError("a number is not plain decimal, or too large")
    return int(text)


def decode_text(data: bytes, *, allow_tabs: bool = False) -> str:
    """UTF-8 without BOM and control characters but the newline."""
    if len(data) > MAX_NOTE_BYTES:
        raise VerificationError("the text is longer than 262144 bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise VerificationError("the text is not UTF-8") from None
    if text.startswith("\ufeff") or _CONTROL.search(text.replace("\t", "") if allow_tabs else text):
        raise VerificationError("the text holds a byte order mark or a control character")
    return text


def parse_checkpoint(note: bytes) -> Checkpoint:
    """Read a note; anything unusual is an error."""
    head, blank, tail = decode_text(note).partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) != 3:
        raise VerificationError("a checkpoint is three lines: origin, size, root hash")
    origin, size, root = lines[0], parse_decimal(lines[1]), unb64(lines[2])
    if ORIGIN.fullmatch(origin) is None:
        raise VerificationError("the origin is not of the form audit.ORG/ENV/JURISDICTION/EPOCH")
    if len(root) != HASH_BYTES:
        raise VerificationError("the root hash has another length")
    signatures = tail.split("\n")
    if signatures.pop() != "" or not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise VerificationError("a note has 1 to 64 signature lines")
    return Checkpoint(origin, size, root, tuple(map(_parse_line, signatures)), note)


def _parse_line(line: str) -> SignatureLine:
    name, space, data = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_key_name(name):
        raise VerificationError("a signature line is not of the form '— name base64'")
    raw = unb64(data)
    if len(raw) < 5:
        raise VerificationError("a signature line holds fewer than five bytes")
    return SignatureLine(name, raw[:4], raw[4:])


def is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def signed_by(checkpoint: Checkpoint, key: Verifier) -> bool:
    """Whether the Ed25519 key KEY signed; VerificationError if a line of it is false."""
    found = False
    for line in checkpoint.lines:
        if (key.name, key.key_id) == (line.name, line.key_id):
            if not key.holds(line.signature, checkpoint.text.encode("utf-8")):
                raise VerificationError("a signature of a known key is false")
            found = True
    return found


def cosigned_at(checkpoint: Checkpoint, witness: Verifier) -> int | None:
    """When WITNESS cosigned last, or None; VerificationError if a line of it is false."""
    latest: int | None = None
    for line in checkpoint.lines:
        if (witness.name, witness.key_id) != (line.name, line.key_id):
            continue
        time_s = int.from_bytes(line.signature[:8], "big")
        if len(line.signature) != 8 + SIGNATURE_BYTES or time_s > MAX_TIME:
            raise VerificationError("a cosignature is malformed")
        if not witness.holds(line.signature[8:], _cosigned(checkpoint.text, time_s)):
            raise VerificationError("a cosignature of a known witness is false")
        latest = time_s if latest is None else max(latest, time_s)
    return latest


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def format_proof(index: int, hashes: Sequence[bytes], checkpoint: bytes) -> bytes:
    """A tlog-proof of one leaf under a checkpoint."""
    lines = [_PROOF_HEAD, f"index {index}", *map(b64, hashes)]
    return ("\n".join(lines) + "\n\n").encode("ascii") + checkpoint


def parse_proof(data: bytes) -> tuple[int, list[bytes], bytes]:
    """Read index, hashes and the checkpoint's bytes."""
    head, blank, _ = decode_text(data).partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 2 or lines[0] != _PROOF_HEAD or not lines[1].startswith("index "):
        raise VerificationError("a proof begins with its format and index")
    hashes = [_hash(line) for line in lines[2:]]
    return parse_decimal(lines[1].removeprefix("index ")), hashes, data[len(head.encode("utf-8")) + 2 :]


def format_consistency(old: int, hashes: Sequence[bytes], checkpoint: bytes) -> bytes:
    """What shows that a held checkpoint of size OLD is the beginning of a newer one."""
    return ("\n".join([f"old {old}", *map(b64, hashes)]) + "\n\n").encode("ascii") + checkpoint


@dataclass(frozen=True, slots=True)
class Consistency:
    """A parsed consistency file; the signatures of its checkpoint are not looked at."""

    old: int
    hashes: tuple[bytes, ...]
    newer: Checkpoint


def parse_consistency(data: bytes) -> Consistency:
    head, blank, _ = decode_text(data).partition("\n\n")
    lines = head.split("\n")
    if not blank or not lines[0].startswith("old ") or len(lines) > 1 + MAX_CONSISTENCY_HASHES:
        raise VerificationError("a consistency file begins with the old size and has at most 63 hashes")
    newer = parse_checkpoint(data[len(head.encode("utf-8")) + 2 :])
    hashes = tuple(_hash(line) for line in lines[1:])
    return Consistency(parse_decimal(lines[0].removeprefix("old ")), hashes, newer)


def _hash(line: str) -> bytes:
    raw = unb64(line)
    if len(raw) != HASH_BYTES:
        raise VerificationError("a hash of the proof has another length")
    return raw
