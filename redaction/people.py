"""Find names of people in items: after what introduces a name, spelled out, with a title, before "speaking"."""

from typing import Final

from policies.entities import EntityType as E
from redaction.languages import words
from redaction.names import cities, family_names, given_names
from redaction.scan import Item, Scan
from redaction.spans import Found

_MAX_WORDS: Final = 4
#: Given names that are more often another word: a name right after a cue, when nothing but a name could end there.
_AMBIGUOUS: Final = words(
    "will mark bill grace jack rose may april june august hope faith joy dawn art rob pat sue drew chase frank penny "
    "ray bob ruby summer autumn violet iris ivy jade pearl lily olive heather holly robin wade grant guy dean "
    "earl duke "
    "chuck rich gene max miles nick dale gail gale kay lane lee charity patience mercy sky brook destiny angel "
    "christian "
    "hunter cooper taylor parker jordan austin dallas chelsea brooklyn paris madison sydney carol melody cliff "
    "clay buddy"
)
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
#: Family names that are more often a company, a place or a thing.
_NOT_ALONE: Final = words(
    "chase park america para delta puerto rico ford dell costa santa san visa bell wells fargo morgan stanley "
    "harvard "
    "yale columbia stanford cambridge disney kellogg campbell heinz marriott hilton hyatt barclays lloyds "
    "santander bosch "
    "siemens nielsen johnson macy kohl wendy dunkin domino toyota honda suzuki yamaha jordan israel lebanon "
    "ireland holland "
    "england france germany poland spain wales scotland victoria carolina dakota virginia georgia grand central "
    "union "
    "premium basic plus pro max gold silver platinum standard union western eastern northern southern north "
    "south east west"
)


class NameFinder:
    """Reads the names of one scan; where it is unsure after a cue, it takes the word for a name."""

    def __init__(self, scan: Scan, *, expected: bool = False) -> None:
        self._scan = scan
        self._items = scan.items
        self._t = scan.lexicon.table
        self._given = given_names()
        self._family = family_names()
        self._free = scan.lexicon.table.code == "en"
        self._cased = any(item.kind == "word" and item.text[0].isupper() for item in scan.items)
        self._expected = expected

    def find(self) -> list[Found]:
        found: list[Found] = []
        lex = self._scan.lexicon
        for cue in self._scan.find_phrases(lex.names):
            strong = cue.kind == "name" or self._is_field(cue.next)
            first = self._links(cue.next) if strong else cue.next
            if not strong and self._items[cue.first].low in ("under", "named") and not self._known_at(first):
                continue  # "under Section 2"
            found += self._name(first, strong=strong)
        for index, item in enumerate(self._items):
            if item.low in self._t.titles:
                found += self._name(
                    index,
                    strong=item.low
                    not in (
                        "doctor",
                        "nurse",
                        "miss",
                        "judge",
                        "officer",
                        "professor",
                        "sir",
                        "madam",
                        "captain",
                        "sergeant",
                        "prof",
                    ),
                )
            elif (
                item.kind == "spell"
                and len(item.text) >= 4
                and item.low not in lex.spelled_cues
                and item.low not in _ALPHABET
            ):
                found.append(Found(item.start, item.end, E.PERSON, 0.6, item.low))
        for cue in self._scan.find_phrases(lex.name_after):
            found += self._before(cue.first)
        if self._expected:
            found += self._answer()
        if self._free:
            found += self._uncued()
        return found

    def _uncued(self) -> list[Found]:
        """Names that nothing introduces: known given names, and with one what stands beside it."""
        found: list[Found] = []
        i, n = 0, len(self._items)
        while i < n:
            item = self._items[i]
            base = _base(item)
            if item.kind != "word" or base not in self._given or not self._likely_given(i, base):
                width = self._by_family(i)
                if width:
                    last = self._items[i + width - 1]
                    end = last.end - 2 if last.low.endswith("'s") else last.end
                    text = " ".join(_base(one) for one in self._items[i : i + width])
                    found.append(Found(item.start, end, E.PERSON, 0.6, text))
                i += width or 1
                continue
            nxt, parts = i + 1, [base]
            while nxt < n and len(parts) < _MAX_WORDS and not self._items[nxt - 1].low.endswith("'s"):
                width = self._follows(nxt)
                if not width:
                    break
                parts += [_base(one) for one in self._items[nxt : nxt + width] if one.kind == "word"]
                nxt += width
            last = self._items[nxt - 1]
            end = last.end - 2 if last.low.endswith("'s") else last.end
            found.append(Found(item.start, end, E.PERSON, 0.65, " ".join(parts)))
            i = nxt
        return found

    def _by_family(self, i: int) -> int:
        """How many capitalised items at I are a name by a family name: two words, or one inside a sentence."""
        if not self._cased or not self._capital(i) or self._street_near(i):
            return 0
        base = _base(self._items[i])
        if i + 1 < len(self._items) and self._capital(i + 1) and _base(self._items[i + 1]) in self._family:
            return 0 if self._items[i].low.endswith("'s") or self._street_near(i + 1) else 2
        inside = i > 0 and self._items[i - 1].kind == "word" and not self._items[i - 1].text[0].isupper()
        follows = i + 1 < len(self._items) and self._capital(i + 1)
        return 1 if inside and not follows and len(base) >= 4 and base in self._family else 0

    def _capital(self, i: int) -> bool:
        """Whether item I is a capitalised word that is not known to be something else."""
        item = self._items[i]
        base = _base(item)
        if item.kind != "word" or len(base) < 3 or not item.text[0].isupper() or item.text.isupper():
            return False
        known = base in self._t.functions or base in self._t.not_names or base in self._t.months
        return (
            not known
            and base not in _NOT_ALONE
            and (base,) not in cities()
            and base not in self._t.street_after
        )

    def _street_near(self, i: int) -> bool:
        """Whether item I is the name of a street or has a number before it."""
        after = self._items[i + 1] if i + 1 < len(self._items) else None
        before = self._items[i - 1] if i else None
        street = after is not None and after.low in self._t.street_after
        return street or (before is not None and before.kind in ("num", "code", "ordinal"))

    def _likely_given(self, i: int, base: str) -> bool:
        """Whether a given name stands as one: capitalised in cased text, or sure enough in lower case."""
        item = self._items[i]
        if i and (self._items[i - 1].low, base) in cities():
            return False  # "San Francisco"
        counted = i and self._items[i - 1].kind == "num"
        told = i + 1 < len(self._items) and self._items[i + 1].low == "that"
        if base in self._t.units_before or (not self._cased and (counted or (base == "roger" and told))):
            return False  # "apollo thirteen", "two meg", "roger that"
        if self._cased:
            return item.text[0].isupper() and not (item.text.isupper() and len(item.text) <= 3)
        if base in self._t.functions or base in self._t.not_names or base in self._t.months:
            return False
        return len(base) >= 3

    def _follows(self, i: int) -> int:
        """How many items of the name go on at item I: a family name, an initial with its dot, "de la" before one."""
        item = self._items[i]
        n = len(self._items)
        if item.kind != "word":
            hyphen = item.text == "-" and i + 1 < n and self._items[i + 1].start == item.end
            return (
                2
                if hyphen and item.start == self._items[i - 1].end and self._items[i + 1].text[0].isupper()
                else 0
            )
        base = _base(item)
        if len(item.text) == 1 and item.text.isupper() and item.low != "i":
            return 2 if i + 1 < n and self._items[i + 1].text == "." else 1
        if item.low in self._t.name_particles and i + 1 < n and self._items[i + 1].kind == "word":
            more = self._follows(i + 1)
            return more + 1 if more else 0
        if item.low in self._t.functions or item.low in self._t.not_names or item.low in self._t.months:
            return 0
        if self._cased:
            return 1 if item.text[0].isupper() and base not in self._t.street_after else 0
        return 1 if base in self._family or base in self._given else 0

    def _known_at(self, i: int) -> bool:
        """Whether a known name stands at item I or right behind it."""
        return any(
            _base(item) in self._given or _base(item) in self._family for item in self._items[i : i + 2]
        )

    def _is_field(self, i: int) -> bool:
        """`name: X`, `"name": "X"`: a field of a record."""
        marks = [item.text for item in self._items[i : i + 3]]
        return marks[:1] in ([":"], ["="]) or marks[:2] in (['"', ":"], ["'", ":"])

    def _dot(self, i: int) -> int:
        return i + 1 if i < len(self._items) and self._items[i].text == "." else i

    def _links(self, i: int) -> int:
        """Past what may stand between "first name" and the name."""
        while i < len(self._items) and (
            self._items[i].kind in ("filler", "join", "turn")
            or self._items[i].text in (",", ":", '"', "'", "=", "_", "?")
            or self._items[i].low
            in ("is", "it's", "its", "um", "well", "that's", "spelled", "spell", "of", "yes", "yeah", "sure")
        ):
            i += 1
        return i

    def _word_is_name(self, item: Item, *, strong: bool) -> bool:
        low = item.low.removesuffix("'s")
        if len(low) < 2 or low in self._t.functions or low in self._t.not_names:
            return (
                low in self._given
                and item.text[0].isupper()
                and low not in self._t.functions
                and low not in ("may", "will", "april", "june", "august")
                and strong
            )
        if low in self._t.units or low in self._t.tens or low in self._t.closed or low in self._t.repeats:
            return False
        if strong:
            verb = low.endswith(("ed", "ing")) and len(low) > 5 and not item.text[0].isupper()
            return not verb or low in self._given or low in self._family
        return (self._cased and item.text[0].isupper()) or low in self._given

    def _may_end(self, i: int) -> bool:
        """Whether a name may be over before item I: the end, a comma, "calling", "from", a family name."""
        if i >= len(self._items) or self._items[i].kind in ("punct", "turn", "join"):
            return True
        item = self._items[i]
        return item.low in ("calling", "speaking", "here", "from", "and", "with", "i", "at", "again") or (
            item.kind == "word" and _base(item) in self._family
        )

    def _name(self, i: int, *, strong: bool) -> list[Found]:
        """The name that begins at item I."""
        first, last, count, lead = -1, -1, 0, -1
        parts: list[str] = []
        spelled: list[Found] = []
        n = len(self._items)
        while i < n and count < _MAX_WORDS:
            item = self._items[i]
            if item.low in self._t.titles and first < 0:
                lead = i if lead < 0 else lead
                i = self._dot(i + 1)
                continue
            if (
                item.kind == "spell"
                and (strong or first >= 0)
                and item.low not in self._scan.lexicon.spelled_cues
            ):
                spelled.append(Found(item.start, item.end, E.PERSON, 0.9, item.low))
                i += 1
                if i < n and self._items[i].text == ",":
                    i += 1
                continue
            if (item.kind == "filler" and first < 0) or (item.kind == "join" and first >= 0):
                i += 1  # a recogniser may cut between the names of one person
                continue
            if item.text in "-'" and first >= 0 and i + 1 < n and self._items[i + 1].start == item.end:
                i += 1
                continue
            dotted = i + 1 < n and self._items[i + 1].text == "."
            single = (
                len(item.text) == 1 and first >= 0 and item.text.isupper() and (item.low != "i" or dotted)
            )
            if (
                strong
                and len(item.text) == 1
                and first >= 0
                and item.low not in self._t.weak_letters
                and i + 1 < n
            ):
                single = self._items[i + 1].kind == "word" and self._word_is_name(
                    self._items[i + 1], strong=True
                )
            particle = item.low in self._t.name_particles and i + 1 < n and self._items[i + 1].kind == "word"
            sure = first < 0 and item.low in _AMBIGUOUS and (strong or self._may_end(i + 1))
            known_first = first >= 0 and (
                _base(self._items[first]) in self._given or self._items[first].low in _AMBIGUOUS
            )
            likely = item.kind == "word" and (
                single
                or sure
                or (known_first and count == 1 and self._word_is_name(item, strong=True))
                or (particle and self._word_is_name(self._items[i + 1], strong=strong))
                or self._word_is_name(item, strong=strong)
            )
            if not likely:
                if item.text == "," and i + 1 < n and first >= 0 and self._goes_on(i + 1, parts):
                    i += 1
                    continue
                break
            first = i if first < 0 else first
            last = i
            count += 1
            parts.append(item.low.removesuffix("'s"))
            i += 1
            if i < n and self._items[i].text == "." and single:
                i += 1
        if first < 0:
            return spelled
        start, end = self._items[first if lead < 0 else lead].start, self._items[last].end
        if self._items[last].low.endswith("'s"):
            end -= 2
        return [*spelled, Found(start, end, E.PERSON, 0.85 if strong else 0.7, " ".join(parts))]

    def _goes_on(self, i: int, parts: list[str]) -> bool:
        """Whether a name goes on behind a comma: spelled, or begun again as in "marg, margaret"."""
        item = self._items[i]
        if item.kind == "spell":
            return True
        again = item.kind == "word" and item.low[:3] == parts[-1][:3] and len(item.low) >= 3
        return again and self._word_is_name(item, strong=True)

    def _before(self, after: int) -> list[Found]:
        """The name before "speaking": one to three words that look like one, back to what is none."""
        i = after - 1
        first = after
        start = max((k for k in range(after) if self._items[k].kind in ("turn", "join")), default=-1) + 1
        if 0 < after - start <= 3 and all(
            item.kind == "word" and self._word_is_name(item, strong=True) for item in self._items[start:after]
        ):
            i, first = -1, start
        while (
            i >= 0
            and after - i <= 3
            and self._items[i].kind == "word"
            and self._word_is_name(self._items[i], strong=False)
        ):
            first = i
            i -= 1
        if first == after:
            return []
        text = " ".join(item.low for item in self._items[first:after])
        return [Found(self._items[first].start, self._items[after - 1].end, E.PERSON, 0.75, text)]

    def _answer(self) -> list[Found]:
        """The caller was asked for a name: the answer, from its first word that may be one."""
        turn = max((k for k, item in enumerate(self._items) if item.kind == "turn"), default=-1)
        i = turn + 1
        skip = (
            "yes",
            "yeah",
            "sure",
            "it's",
            "its",
            "okay",
            "ok",
            "this",
            "is",
            "my",
            "name",
            "uh",
            "the",
            "i'm",
            "so",
            "well",
            "of",
            "course",
        )
        while i < len(self._items) and (
            self._items[i].low in skip or self._items[i].kind in ("filler", "punct", "join")
        ):
            i += 1
        words = sum(item.kind == "word" for item in self._items[i:])
        return self._name(i, strong=words <= 6)


def _base(item: Item) -> str:
    return item.low.removesuffix("'s")
