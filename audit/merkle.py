"""The RFC 6962 tree: leaf and node hashes, roots, inclusion and consistency proofs."""

import hashlib  # noqa: TID251 - the tree's own hash
from collections.abc import Sequence

from audit.errors import VerificationError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def hash_leaf(leaf_input: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf_input).digest()


class Frontier:
    """The few hashes from which a tree grows: one per one-bit of its size, largest subtree first."""

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(hashes) or any(len(piece) != HASH_BYTES for piece in hashes):
            raise VerificationError("a frontier has one hash for each one-bit of its size")
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> "Frontier":
        return cls(size, [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)])

    def to_bytes(self) -> bytes:
        return b"".join(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            size >>= 1
        self._hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._hashes:
            return EMPTY_ROOT
        right = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            right = node_hash(left, right)
        return right


def root_of(leaves: Sequence[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


class Tree:
    """A whole tree in memory, level by level, for making proofs."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels: list[list[bytes]] = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def root(self, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        return self._range(0, size) if size else EMPTY_ROOT

    def _range(self, start: int, end: int) -> bytes:
        width = end - start
        if width & (width - 1) == 0 and start % width == 0:
            return self._levels[width.bit_length() - 1][start // width]
        split = _split(width)
        return node_hash(self._range(start, start + split), self._range(start + split, end))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The hashes from the leaf's sibling upwards."""
        proof: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The hashes that prove that the tree of OLD leaves is the beginning of the tree of NEW leaves."""
        if old in (0, new):
            return []
        proof: list[bytes] = []
        start, end, whole = 0, new, True
        while old - start != end - start:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._range(start, end))
        return proof[::-1]


def _split(width: int) -> int:
    """The largest power of two below WIDTH."""
    return 1 << ((width - 1).bit_length() - 1)


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that PROOF leads to; VerificationError if it has not exactly the hashes that it needs."""
    if not 0 <= index < size:
        raise VerificationError("the index is not in the tree")
    node, last = index, size - 1
    result = leaf
    for piece in proof:
        if last == 0 or len(piece) != HASH_BYTES:
            raise VerificationError("the proof has more hashes than the tree needs")
        if node & 1 or node == last:
            result = node_hash(piece, result)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            result = node_hash(result, piece)
        node >>= 1
        last >>= 1
    if last != 0:
        raise VerificationError("the proof has fewer hashes than the tree needs")
    return result


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise VerificationError unless PROOF shows that the old tree is the beginning of the new one."""
    if not 0 <= old <= new:
        raise VerificationError("the old tree is larger than the new one")
    if old in (0, new):
        same = old_root == (EMPTY_ROOT if old == 0 else new_root)
        if proof or not same:
            raise VerificationError("trees of these sizes need no hashes, and the roots must fit")
        return
    if any(len(piece) != HASH_BYTES for piece in proof):
        raise VerificationError("a hash of the proof has another length")
    pieces = list(proof)
    if old & (old - 1) == 0:
        pieces.insert(0, old_root)
    if not pieces:
        raise VerificationError("the proof is empty")
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old_result = new_result = pieces[0]
    for piece in pieces[1:]:
        if last == 0:
            raise VerificationError("the proof has more hashes than the trees need")
        if node & 1 or node == last:
            old_result, new_result = node_hash(piece, old_result), node_hash(piece, new_result)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            new_result = node_hash(new_result, piece)
        node >>= 1
        last >>= 1
    if last != 0 or old_result != old_root or new_result != new_root:
        raise VerificationError("the proof does not lead from the old root to the new one")
