"""Find e-mail addresses, web addresses and IP addresses in items, typed, said or half of each."""

import re
from dataclasses import dataclass
from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.scan import Item, Scan
from redaction.spans import Found

TLDS: Final = words(
    "com net org edu gov mil info biz io co ai app dev me tv us uk ca au in de fr es it pt nl pl br eu ch "
    "at be ie nz mx jp cn ru se no dk fi za online shop store site health bank ar cl pe"
)
PROVIDERS: Final = words(
    "gmail yahoo hotmail outlook icloud aol protonmail proton msn live comcast verizon gmx googlemail "
    "ymail web orange wanadoo libero wp onet interia seznam laposte rediffmail btinternet bigpond telstra "
    "sky"
)
_MAX_LOCAL: Final = 14
_MAX_DOMAIN: Final = 7
#: Local parts of companies that elsewhere are ordinary words.
_ROLES: Final = words("contact info mail account accounts office use name reach")
#: How a word of an address is written, said beside it: "that's with a z", "two l's".
_SPELLING_ASIDE: Final = re.compile(
    r"\b(?:that's |spelled )?(?:with (?:an?|one|two|double) [a-z](?:'s)?|(?:one|two|double) [a-z]'s)(?!\w)",
    re.IGNORECASE,
)
_SITES: Final = words("website site webpage page web")
_NO_LOCAL: Final = words("us me it them him her visit website online site available anything")


Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an address: what it writes and where each of its characters was said."""

    text: str
    marks: Marks


@dataclass(frozen=True, slots=True)
class NetHit:
    """An address with the place of each character of its written form."""

    found: Found
    marks: Marks


def _hit(pieces: list[Piece], start: int, end: int, kind: E, score: float) -> NetHit:
    text = "".join(piece.text for piece in pieces)
    marks = tuple(mark for piece in pieces for mark in piece.marks)
    return NetHit(Found(start, end, kind, score, text.casefold()), marks)


def _said(text: str, start: int, end: int) -> Piece:
    """Characters as they stand, each in its own place, or all in the place of one word."""
    if len(text) == end - start:
        return Piece(text, tuple((start + k, start + k + 1) for k in range(len(text))))
    return Piece(text, ((start, end),) * len(text))


class NetFinder:
    """Reads the addresses of the net in one scan."""

    def __init__(self, scan: Scan, *, expected: bool = False, open_end: bool = False) -> None:
        self._scan = scan
        self._expected = expected
        self._open_end = open_end
        self._items = scan.items
        self._t = scan.lexicon.table
        self._styled = self._styling()
        self._corrected = self._corrections()

    def find(self) -> list[Found]:
        return [hit.found for hit in self.hits()]

    def hits(self) -> list[NetHit]:
        hits: list[NetHit] = []
        for index, item in enumerate(self._items):
            hit: NetHit | None = None
            if item.kind == "email":
                hit = self._typed(item, E.EMAIL, 1.0)
            elif item.kind == "domain":
                hit = self._domain(index, item)
            elif item.kind == "url":
                hit = self._typed(item, E.URL, 0.9)
            elif item.kind in ("ip", "ip6"):
                hit = self._typed(item, E.IP_ADDRESS, 0.95)
            elif item.kind == "mac":
                hit = self._typed(item, E.DEVICE_ID, 0.95)
            elif item.low in self._t.at or item.text == "@":
                hit = self._email(index)
            elif item.low in self._t.dot:
                hit = self._site(index)
            if hit is not None:
                while hits and hit.found.start < hits[-1].found.end and hit.found.type is E.EMAIL:
                    hits.pop()
                if not hits or hit.found.start >= hits[-1].found.end:
                    hits.append(hit)
        prefix = self._prefix(hits) if self._open_end else None
        return hits if prefix is None else [*hits, prefix]

    def _prefix(self, hits: list[NetHit]) -> NetHit | None:
        """What follows "my email is" up to the end of a turn, when no address is whole yet."""
        n = len(self._items)
        first = self._cue_end(n)
        if first is not None and (first >= n or not self._says_so(first)):
            first = None  # "my email changed" names none
        if first is None and self._expected:
            first = max((k for k, item in enumerate(self._items) if item.kind == "turn"), default=-1) + 1
            while first < n and self._leads(self._items[first]):
                first += 1
        if first is None or first >= n or n - first > _MAX_LOCAL:
            return None
        start = self._items[first].start
        if any(hit.found.end > start for hit in hits) or not self._writes(self._items[first]):
            return None
        last = first
        while last + 1 < n and (self._writes(self._items[last + 1]) or self._passes(last + 1)):
            last += 1
        if last + 1 < n or self._items[first].low.endswith("ing"):
            return None
        while last > first and self._passes(last):
            last -= 1
        item = self._items[first]
        text = self._scan.text[item.start : self._items[last].end]
        return _hit(
            [_said(text, item.start, self._items[last].end)], item.start, self._items[last].end, E.EMAIL, 0.8
        )

    def _says_so(self, first: int) -> bool:
        """Whether "is" or a colon stands between the cue and item FIRST, and more than one ordinary word follows."""
        told = False
        for item in reversed(self._items[max(0, first - 4) : first]):
            told = (
                told
                or item.low in ("is", "it's", ":", "=", "ist", "es", "est", "è", "é", "to")
                or item.low.endswith("'s")
            )
            if item.low in self._t.functions and not told and item.kind == "word":
                return False
        rest = [item for item in self._items[first:] if item.kind not in ("filler", "punct", "join", "turn")]
        return told and bool(rest) and (len(rest) > 1 or rest[0].kind != "word")

    def _passes(self, i: int) -> bool:
        item = self._items[i]
        mark = item.low in self._t.marks or item.low in self._t.at
        return i in self._styled or mark or item.kind in ("filler", "join", "turn", "punct")

    def _writes(self, item: Item) -> bool:
        if item.kind in ("num", "code", "spell", "domain"):
            return True
        plain = item.kind == "word" and item.low not in self._t.functions
        return plain and item.low not in self._t.not_names

    @staticmethod
    def _typed(item: Item, kind: E, score: float) -> NetHit:
        return _hit([_said(item.text, item.start, item.end)], item.start, item.end, kind, score)

    def _styling(self) -> frozenset[int]:
        """Items that say how to write, and give no character: "all lower case"."""
        tokens = self._scan.tokens
        styled: set[int] = set()
        for index, item in enumerate(self._items):
            if item.kind == "word" and item.low in self._scan.lexicon.styling.firsts:
                hit = self._scan.lexicon.styling.at(tokens, item.token)
                if hit is not None:
                    styled.update(k for k in range(index, len(self._items)) if self._items[k].next <= hit[1])
        for match in _SPELLING_ASIDE.finditer(self._scan.text):
            styled.update(
                k
                for k, item in enumerate(self._items)
                if match.start() <= item.start and item.end <= match.end() and item.kind != "punct"
            )
        return frozenset(styled)

    def _corrections(self) -> frozenset[int]:
        """Items that take something back: "sue hyphen ellen, no, sue underscore ellen"."""
        corrected: set[int] = set()
        if not any(item.low in self._t.marks for item in self._items):
            return frozenset()
        for index, item in enumerate(self._items):
            hit = self._scan.lexicon.gaps.at(self._scan.tokens, item.token) if item.kind == "word" else None
            if hit is not None and hit[0] == "correction":
                corrected.update(
                    k for k in range(index, min(index + 5, len(self._items))) if self._items[k].next <= hit[1]
                )
        return frozenset(corrected)

    def _mark_before(self, i: int) -> bool:
        """Whether a mark of an address was said shortly before what is taken back."""
        return any(item.low in self._t.marks for item in self._items[max(0, i - 4) : i])

    def _domain(self, index: int, item: Item) -> NetHit:
        """A typed domain; behind "at" it is the end of an e-mail address."""
        before = index - 1
        if before >= 0 and self._items[before].low in self._t.at:
            local = self._local(before)
            if local:
                sign = Piece("@", ((self._items[before].start, self._items[before].end),))
                pieces = [*local, sign, _said(item.text, item.start, item.end)]
                return _hit(pieces, local[0].marks[0][0], item.end, E.EMAIL, 0.98)
            if self._expected and (before == 0 or self._items[before - 1].kind in ("turn", "join")):
                return _hit(
                    [_said(item.text, self._items[before].start, item.end)],
                    self._items[before].start,
                    item.end,
                    E.EMAIL,
                    0.95,
                )
        return self._typed(item, E.URL, 0.9)

    def _email(self, at: int) -> NetHit | None:
        """`john dot smith at gmail dot com` around its "at"."""
        domain = self._read_domain(at + 1)
        local = self._local(at) if domain is not None else None
        begins = at == 0 or self._items[at - 1].kind in ("turn", "join")
        if domain is not None and not local and self._expected and begins:
            end = max(mark[1] for piece in domain for mark in piece.marks)
            start = self._items[at].start
            return _hit([_said(self._scan.text[start:end], start, end)], start, end, E.EMAIL, 0.95)
        if domain is None or not local:
            return None
        if len(domain) == 1 and self._cue_end(at) is None and self._only_said(at):
            return None
        sign = Piece("@", ((self._items[at].start, self._items[at].end),))
        end = max(mark[1] for piece in domain for mark in piece.marks)
        start = min(mark[0] for piece in local for mark in piece.marks)
        return _hit([*local, sign, *domain], start, end, E.EMAIL, 0.98)

    def _only_said(self, at: int) -> bool:
        """Whether "looking at gmail" is just said: an ordinary word before, nothing spelled."""
        before = self._scan.word_before(at)
        if before is None or before.kind != "word":
            return False
        return (
            before.low in self._t.not_names or before.low in self._t.functions or before.low.endswith("ing")
        )

    def _read_domain(self, i: int) -> list[Piece] | None:
        """`gmail dot com`, `b t internet dot co dot uk`, a bare `gmail`."""
        pieces: list[Piece] = []
        whole, labels = 0, 0
        n = len(self._items)
        while i < n and labels <= _MAX_DOMAIN:
            item = self._items[i]
            if i in self._styled or item.kind in ("filler", "join") or item.text in ",-":
                i += 1
                continue
            if item.low in self._t.dot or item.text == ".":
                if not pieces or (item.text == "." and not self._tight(i)):
                    break
                pieces.append(Piece(".", ((item.start, item.end),)))
                i += 1
                continue
            piece = self._piece(item)
            if piece is None:
                break
            pieces.append(piece)
            labels += 1
            if len(pieces) > 1 and pieces[-2].text == "." and self._ends_domain(i, piece.text.casefold()):
                whole = len(pieces)
                if not self._dot_next(i + 1):
                    break
            if len(pieces) == 1 and piece.text.casefold() in PROVIDERS and not self._dot_next(i + 1):
                return pieces
            i += 1
        return pieces[:whole] or None

    def _ends_domain(self, i: int, label: str) -> bool:
        """Whether a label is a top-level domain here; "dot at the top" has none."""
        if label not in TLDS:
            return False
        if label not in self._t.functions or i + 1 >= len(self._items):
            return True
        return self._items[i + 1].kind != "word" or self._items[i + 1].low in self._t.dot

    def _tight(self, i: int) -> bool:
        """Whether nothing stands between item I and the next."""
        return i + 1 < len(self._items) and self._items[i + 1].start == self._items[i].end

    def _dot_next(self, i: int) -> bool:
        while i < len(self._items) and (
            self._items[i].kind in ("filler", "join") or self._items[i].text == ","
        ):
            i += 1
        if i + 1 >= len(self._items):
            return False
        return self._tight(i) if self._items[i].text == "." else self._items[i].low in self._t.dot

    def _piece(self, item: Item) -> Piece | None:
        """What an item writes inside an address of the net."""
        if item.low in self._t.marks:
            return Piece(self._t.marks[item.low], ((item.start, item.end),))
        if item.kind in ("num", "code", "spell") and item.run is not None:
            return Piece(item.text, tuple(item.run.marks))
        if item.kind in ("word", "domain", "ordinal"):
            word = self._scan.text[item.start : item.end]
            return _said(word, item.start, item.end) if "'" not in word else None
        return Piece(item.text, ((item.start, item.end),)) if item.text in "_-+." else None

    def _local(self, at: int) -> list[Piece]:
        """What stands before the "at"; nothing if it is no local part."""
        pieces: list[Piece] = []
        words, i = 0, at - 1
        cued = self._cue_end(at)
        glue = True  # the piece to the right asks for one more to its left
        while i >= max(0, at - _MAX_LOCAL) and not (cued is not None and i < cued):
            item = self._items[i]
            border = item.kind == "turn" and cued is not None
            if i in self._styled or item.kind in ("filler", "join") or item.text == "," or border:
                i -= 1
                continue
            if pieces and i in self._corrected and self._mark_before(i):
                words, glue, i = 0, False, i - 1
                continue
            mark = item.low in self._t.marks or item.text in ("_", "-", ".", "+")
            if mark and item.text == "." and not self._tight(i):
                break
            piece = self._piece(item)
            if piece is None or (cued is None and not glue and item.low in self._t.not_names):
                break
            plain = item.kind == "word" and not mark
            between = glue and i > 0 and self._items[i - 1].low in self._t.marks
            role = glue and item.low in _ROLES
            if (
                plain
                and item.low in self._t.functions
                and not (cued is not None and glue and pieces)
                and not (between and pieces)
                and not role
            ):
                break
            if plain and cued is None and not glue and words >= 2:
                break
            words += plain
            pieces.append(piece)
            glue = mark
            i -= 1
        pieces.reverse()
        written = "".join(piece.text for piece in pieces)
        return pieces if any(c.isalnum() for c in written) and written.casefold() not in _NO_LOCAL else []

    def _cue_end(self, at: int) -> int | None:
        """Where the address begins after "my email is"."""
        for cue in reversed(self._scan.cues):
            if cue.next <= at and at - cue.next <= _MAX_LOCAL and cue.kind == "EMAIL":
                i = cue.next
                while i < at and self._leads(self._items[i]):
                    i += 1
                return i
        return None

    def _leads(self, item: Item) -> bool:
        small = item.low in self._t.links or item.low in self._t.functions
        return item.kind in ("filler", "punct", "join") or (small and item.low not in self._t.marks)

    def _site(self, dot: int) -> NetHit | None:
        """`example dot com slash login` around a "dot" that ends in a known domain."""
        first = dot - 1
        if first < 0 or self._items[first].kind not in ("word", "spell", "num", "code"):
            return None
        if self._items[first].low in self._t.functions or self._items[first].low in self._t.dot:
            return None
        while (
            first >= 2
            and self._t.marks.get(self._items[first - 1].low) in ("-", "_")
            and self._items[first - 2].kind in ("word", "spell", "num", "code")
            and self._items[first - 2].low not in self._t.functions
        ):
            first -= 2
        first = self._site_begins(first)
        domain = self._read_domain(first)
        if domain is None:
            return None
        scheme = self._scheme(first)
        end = domain[-1].marks[-1][1]
        last = next((k for k in range(dot, len(self._items)) if self._items[k].end >= end), dot)
        pieces = [*domain, *self._path(last + 1)]
        start = self._items[first if scheme is None else scheme].start
        if scheme is not None:
            lead = self._scan.text[start : self._items[first].start]
            pieces = [_said(lead, start, self._items[first].start), *pieces]
        return _hit(pieces, start, pieces[-1].marks[-1][1], E.URL, 0.8)

    def _site_begins(self, first: int) -> int:
        """Where a name of several words begins that "our website is" leads in: "pine ridge vets dot com"."""
        k = first
        while k - 1 >= max(0, first - 4) and self._writes(self._items[k - 1]):
            k -= 1
        lead = [item.low for item in self._items[max(0, k - 3) : k]]
        return (
            k if k and lead[-1] in ("is", "it's", "on", "at", ":") and not _SITES.isdisjoint(lead) else first
        )

    def _scheme(self, first: int) -> int | None:
        """Where "h t t p s colon slash slash" begins in front of a site."""
        k = first - 1
        if k >= 0 and self._items[k].low in ("my", "the", "your"):
            k -= 1
        slashes = 0
        while k >= 0 and self._t.marks.get(self._items[k].low) == "/":
            slashes, k = slashes + 1, k - 1
        if slashes != 2:
            return None
        if k >= 0 and self._items[k].low in ("colon", ":"):
            k -= 1
        return k if k >= 0 and self._items[k].low in ("http", "https") else None

    def _path(self, i: int) -> list[Piece]:
        """`slash login slash two` after a domain."""
        pieces: list[Piece] = []
        while i + 1 < len(self._items) and self._t.marks.get(self._items[i].low) == "/":
            piece = self._piece(self._items[i + 1])
            if piece is None:
                break
            pieces += [Piece("/", ((self._items[i].start, self._items[i].end),)), piece]
            i += 2
        return pieces
