"""Find e-mail addresses, web addresses and IP addresses in items, typed, said or half of each."""

from typing import Final

from policies.entities import EntityType as E

from redaction.scan import Item, Scan
from redaction.spans import Found

TLDS: Final = frozenset(
    "com net org edu gov mil info biz io co ai app dev me tv us uk ca au in de fr es it pt nl pl br eu ch at be ie nz "
    "mx jp cn ru se no dk fi za online shop store site health bank ar cl pe".split()
)
PROVIDERS: Final = frozenset(
    "gmail yahoo hotmail outlook icloud aol protonmail proton msn live comcast verizon gmx googlemail ymail web "
    "orange wanadoo libero wp onet interia seznam laposte rediffmail btinternet bigpond telstra sky".split()
)
_MAX_LOCAL: Final = 14
_MAX_DOMAIN: Final = 7
_NO_LOCAL: Final = frozenset("us me it them him her visit website online site available anything".split())


class NetFinder:
    """Reads the addresses of the net in one scan."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._items = scan.items
        self._t = scan.lexicon.table
        self._styled = self._styling()

    def find(self) -> list[Found]:
        found: list[Found] = []
        for index, item in enumerate(self._items):
            if item.kind == "email":
                found.append(Found(item.start, item.end, E.EMAIL, 1.0, item.text.casefold()))
            elif item.kind in ("url", "domain"):
                found.append(self._domain(index, item))
            elif item.kind in ("ip", "ip6"):
                found.append(Found(item.start, item.end, E.IP_ADDRESS, 0.95, item.text))
            elif item.kind == "mac":
                found.append(Found(item.start, item.end, E.DEVICE_ID, 0.95, item.text))
            elif item.low in self._t.at or item.text == "@":
                spoken = self._email(index)
                if spoken is not None:
                    found.append(spoken)
            elif item.kind == "num" and item.run is not None and item.run.separators == "...":
                found.append(Found(item.start, item.end, E.IP_ADDRESS, 0.95, item.text))
            elif item.low in self._t.dot:
                site = self._site(index)
                if site is not None and not any(f.start <= site.start < f.end for f in found[-2:]):
                    found.append(site)
        return found

    def _styling(self) -> frozenset[int]:
        """Items that say how to write, and give no character: "all lower case"."""
        tokens, styled = self._scan.tokens, set()
        for index, item in enumerate(self._items):
            if item.kind == "word":
                hit = self._scan.lexicon.styling.at(tokens, item.token)
                if hit is not None:
                    styled.update(k for k in range(index, len(self._items)) if self._items[k].next <= hit[1])
        return frozenset(styled)

    def _domain(self, index: int, item: Item) -> Found:
        """A typed domain; behind "at" it is the end of an e-mail address."""
        before = index - 1
        if item.kind == "domain" and before >= 0 and self._items[before].low in self._t.at:
            local = self._local(before)
            if local is not None:
                start, text = local
                return Found(start, item.end, E.EMAIL, 0.95, f"{text}@{item.low.casefold()}")
        return Found(item.start, item.end, E.URL, 0.9, item.low.casefold())

    def _email(self, at: int) -> Found | None:
        """`john dot smith at gmail dot com` around its "at"."""
        domain = self._read_domain(at + 1)
        if domain is None:
            return None
        end, host = domain
        local = self._local(at)
        if local is None:
            return None
        return Found(local[0], end, E.EMAIL, 0.95, f"{local[1]}@{host}")

    def _read_domain(self, i: int) -> tuple[int, str] | None:
        """`gmail dot com`, `b t internet dot co dot uk`, a bare `gmail`: where it ends and what it is."""
        parts: list[str] = []
        labels, end, dots, last = 0, 0, 0, i
        n = len(self._items)
        while i < n and labels <= _MAX_DOMAIN:
            item = self._items[i]
            if i in self._styled or item.kind == "filler" or item.text in ",-" or item.kind == "join":
                i += 1
                continue
            if item.low in self._t.dot or item.text == ".":
                if not parts or (item.text == "." and i + 1 < n and self._items[i + 1].start != item.end):
                    break
                parts.append(".")
                dots += 1
                i += 1
                continue
            text = self._piece(item)
            if text is None:
                break
            if parts and parts[-1] == "." and text not in TLDS and dots > 3:
                break
            parts.append(text)
            labels += 1
            if len(parts) > 1 and parts[-2] == "." and text in TLDS:
                end, last = item.end, len(parts)
                if not self._dot_next(i + 1):
                    return end, "".join(parts[:last])
            if len(parts) == 1 and text in PROVIDERS and not self._dot_next(i + 1):
                return item.end, text
            i += 1
        return (end, "".join(parts[:last])) if end else None

    def _dot_next(self, i: int) -> bool:
        while i < len(self._items) and (self._items[i].kind == "filler" or self._items[i].text == ","):
            i += 1
        if i + 1 >= len(self._items):
            return False
        item = self._items[i]
        if item.text == ".":
            return self._items[i + 1].start == item.end
        return item.low in self._t.dot

    def _piece(self, item: Item) -> str | None:
        """What an item writes inside an address of the net."""
        if item.low in self._t.marks:
            return self._t.marks[item.low]
        if item.kind in ("num", "code", "spell"):
            return item.low
        if item.kind in ("word", "domain", "ordinal"):
            return item.low.replace("'", "")
        return item.text if item.text in "_-+." else None

    def _local(self, at: int) -> tuple[int, str] | None:
        """What stands before the "at": where it begins and what it writes."""
        parts: list[str] = []
        start, words, i = -1, 0, at - 1
        cued = self._cue_end(at)
        glue = True  # the piece to the right asks for one more to its left
        while i >= max(0, at - _MAX_LOCAL):
            item = self._items[i]
            if cued is not None and i < cued:
                break
            if i in self._styled or item.kind in ("filler", "join") or item.text in ",":
                i -= 1
                continue
            mark = item.low in self._t.marks or item.text in ("_", "-", ".", "+")
            if mark and item.text == "." and i + 1 < len(self._items) and self._items[i + 1].start != item.end:
                break
            text = self._piece(item)
            if text is None:
                break
            function = item.kind == "word" and not mark and item.low in self._t.functions
            if function and not (cued is not None and glue and parts):
                break
            if item.kind == "word" and not mark:
                if cued is None and not glue and words >= 2:
                    break
                if cued is None and not glue and item.low in self._t.not_names:
                    break
                words += 1
            parts.append(text)
            start = item.start
            glue = mark
            i -= 1
        written = "".join(reversed(parts))
        if start < 0 or not any(c.isalnum() for c in written) or written in _NO_LOCAL:
            return None
        return start, written

    def _cue_end(self, at: int) -> int | None:
        """Where the address begins after "my email is"."""
        for cue in reversed(self._scan.cues):
            if cue.next <= at and at - cue.next <= _MAX_LOCAL and cue.kind == "EMAIL":
                i = cue.next
                while i < at and (
                    self._items[i].low in self._t.links
                    or self._items[i].kind in ("filler", "punct", "join")
                    or self._items[i].low in self._t.functions
                ) and self._items[i].low not in self._t.marks:
                    i += 1
                return i
        return None

    def _site(self, dot: int) -> Found | None:
        """`example dot com slash login` around a "dot" that ends in a known domain."""
        first = dot - 1
        if first < 0 or self._items[first].kind not in ("word", "spell", "num", "code"):
            return None
        if self._items[first].low in self._t.functions or self._items[first].low in self._t.dot:
            return None
        domain = self._read_domain(first)
        if domain is None:
            return None
        end, host = domain
        last = next((k for k in range(dot, len(self._items)) if self._items[k].end >= end), dot)
        end, host = self._path(last + 1, end, host)
        return Found(self._items[first].start, end, E.URL, 0.8, host)

    def _path(self, i: int, end: int, host: str) -> tuple[int, str]:
        """`slash login slash two` after a domain."""
        while i + 1 < len(self._items) and self._t.marks.get(self._items[i].low) == "/":
            piece = self._piece(self._items[i + 1])
            if piece is None:
                break
            host, end = f"{host}/{piece}", self._items[i + 1].end
            i += 2
        return end, host
