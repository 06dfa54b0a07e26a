"""Decide what each dictated value of a scan is, from its cue, its shape and its neighbours; amounts survive."""

import re
from collections.abc import Iterable
from typing import Final

from policies.entities import EntityType as E
from redaction import checksums
from redaction.amounts import Amounts, years
from redaction.dates import DateFinder, DateHit
from redaction.dictation import Dictation
from redaction.expiry import ordinal_months
from redaction.looks import (
    counting,
    digit_by_digit,
    hundreds,
    is_iban,
    like_iban,
    shape_of,
    taken_back,
    twice_round,
    year_like,
)
from redaction.rules import CUED, PREFIXED, RULES, Slots
from redaction.scan import Cue, Item, Scan
from redaction.security_code import CodeFinder
from redaction.spans import Found

#: Digits of a whole number of these types, so that what is interrupted is known to be.
_WHOLE: Final = {E.PAN: (15, 16), E.SSN: (9,), E.PHONE: (10,), E.NATIONAL_ID: (9, 11, 12)}
#: Right after these a bare year is the value.
_YEARLY: Final = ("CARD_EXPIRY", "DATE_OF_BIRTH")

#: Characters of a dictated value that may be out before it is known to be one, and how many prove it.
_MAX_SHOWN: Final = 3
_PROVEN: Final = 6

#: Kinds of a cue that say that a card is spoken of.
_OF_CARD: Final = ("PAN", "CARD_EXPIRY", "SECURITY_CODE")
#: Types whose values may begin or end with letters apart from the digits: "XJH 4529 8811", "AB12 CDE".
_LETTERED: Final = frozenset(
    {
        E.IBAN,
        E.NATIONAL_ID,
        E.PASSPORT,
        E.DRIVER_LICENCE,
        E.HEALTH_ID,
        E.ACCOUNT_NUMBER,
        E.VEHICLE_ID,
        E.DEVICE_ID,
        E.ROUTING_NUMBER,
    }
)
#: Calls for help: nobody's number.
_EMERGENCY: Final = frozenset(["911", "999", "112", "988", "000", "111", "101", "311", "411"])
_QUARTER: Final = re.compile(r"(?:q[1-4]|h[12]|fy)(?:19|20)\d\d")
_SIZE: Final = re.compile(r"\d+(?:x\d+)+")
_AIRCRAFT: Final = re.compile(r"7[0-9]7-\d{3}")
_TYRES: Final = frozenset(
    ["tyre", "tyres", "tire", "tires", "reifen", "pneu", "pneus", "neumáticos", "banden"]
)
_VOWELS: Final = frozenset("aeiouy")

_AFTER_VALUE: Final = frozenset(["is", "as", "for", "was", "that's", "my", "the"])


#: Right after these a whole date of the past is somebody's own.
_OWNERS: Final = frozenset(["mine", "mine's", "hers", "confirm", "verify", "verified", "confirmed", "theirs"])


class Verdicts:
    """The findings about the values and dates of one scan."""

    def __init__(self, scan: Scan, slots: Slots, *, day_first: bool = False) -> None:
        self.scan = scan
        self.slots = slots
        self.dates: list[DateHit] = DateFinder(scan, day_first=day_first).find()
        self.dates += ordinal_months(scan, scan.cues)
        self._dated = {k for hit in self.dates for k in range(hit.first, hit.next)}
        self._cues = self._understood()
        self._banking = any(cue.kind in ("ROUTING_NUMBER", "BANK_ACCOUNT") for cue in scan.cues)
        self._lefts = self._last_cue_before()
        self._amounts = Amounts(scan)
        self.found: list[Found] = []
        self._after_card = -99
        self._cut: tuple[E, int, int] | None = None  # type, digits and place of a number that is not whole
        self._taken: dict[int, E] = {}
        for hit in self.dates:
            self._date(hit)
        self._dictation = Dictation(scan, self._dated, self._apart)
        for index, item in enumerate(scan.items):
            if item.is_value and index not in self._dated:
                self._value(index, item)
            elif item.kind == "amount" and item.run is None:
                self._typed_amount(item)
            elif self._dictation.pieces(index):
                self._piece(index, item)
            elif slots.open_end and item.kind == "word" and item.low in scan.lexicon.table.pronouns:
                self._lone(index, item)
        self._codes()

    # cues

    def _understood(self) -> list[Cue]:
        """The cues; "the code" is the card's where a card is spoken of, and where three digits are all that follows."""
        of_card = any(cue.kind in _OF_CARD for cue in self.scan.cues)
        of_card = of_card or any(kind.value in _OF_CARD for kind in self.slots.expected)
        return [
            Cue("SECURITY_CODE", cue.first, cue.next)
            if cue.kind == "CODE" and (of_card or self._three_behind(cue))
            else cue
            for cue in self.scan.cues
        ]

    def _three_behind(self, cue: Cue) -> bool:
        """`the code is uh, where is it, two nine one`: three digits said one by one are all numbers behind the cue."""
        items = self.scan.items
        before = items[cue.first - 1].low if cue.first else ""
        if before not in ("", "the", "my", "and", "that", ".", ",", "'s"):
            return False
        behind = [item for item in items[cue.next : cue.next + 24] if item.is_value]
        run = behind[0].run if len(behind) == 1 else None
        return run is not None and run.spoken and len(run.atoms) >= 3 == len(run.value)

    def _last_cue_before(self) -> list[int]:
        """For each item, the index of the last cue that ends at or before it, or -1."""
        lefts, cue, cues = [], -1, self._cues
        for index in range(len(self.scan.items) + 1):
            while cue + 1 < len(cues) and cues[cue + 1].next <= index:
                cue += 1
            lefts.append(cue)
        return lefts

    def _distance(self, start: int, stop: int) -> tuple[int, bool]:
        """How many words stand in the items `[start, stop)`, and whether they only link cue and value."""
        words, linked = 0, True
        links = self.scan.lexicon.table.links
        for item in self.scan.items[start:stop]:
            if item.kind in ("filler", "punct", "join", "turn"):
                continue
            words += 1
            plate = item.kind == "word" and len(item.text) <= 3 and item.text.isupper()
            linked = linked and (plate or item.low in links or item.kind in ("num", "code", "spell"))
        return words, linked

    def cue_for(self, index: int) -> tuple[str, bool, int] | None:
        """The kind of the cue that the value at INDEX has, whether it is right beside it, and how far it is."""
        left = self._lefts[index]
        options: list[tuple[str, bool, int]] = []
        while left >= 0:
            cue = self._cues[left]
            if index - cue.next > 40:
                break
            words, linked = self._distance(cue.next, index)
            if words > 14:
                break
            options.append((cue.kind, linked, words))
            if cue.kind in CUED or len(options) > 2:
                break
            left -= 1
        right = self._right_cue(index)
        strong = next((o for o in options if o[0] in CUED), None)
        if right is not None and (strong is None or not strong[1]):
            return right.kind, True, 0
        return strong

    def _right_cue(self, index: int) -> Cue | None:
        """A cue behind the value: "4821 is my pin"."""
        following = self._lefts[index] + 1
        if following >= len(self._cues):
            return None
        cue = self._cues[following]
        between = [i for i in self.scan.items[index + 1 : cue.first] if i.kind not in ("filler", "punct")]
        if not between or len(between) > 3 or cue.kind not in CUED:
            return None
        said = [item.low for item in between]
        return (
            cue
            if said[0] in ("is", "as", "was", "that's", "for") and all(w in _AFTER_VALUE for w in said)
            else None
        )

    # values

    def _typed_amount(self, item: Item) -> None:
        digits = "".join(c for c in item.text if c.isdigit())
        if len(digits) >= 13 and "." not in item.text[-4:]:
            self._add(item.start, item.end, E.NUMBER, 0.4, digits)

    def _open(self, index: int) -> bool:
        """Whether nothing but hesitation follows the value, so that it may go on."""
        if not self.slots.open_end:
            return False
        tokens, j = self.scan.tokens, self.scan.items[index].next
        while j < len(tokens):
            if tokens[j].kind in ("punct", "join") or tokens[j].low in self.scan.lexicon.table.repeats:
                j += 1
                continue
            said = self.scan.lexicon.gaps.at(tokens, j)
            if said is None:
                return False
            j = said[1]
        return True

    def _value(self, index: int, item: Item) -> None:
        run = item.run
        cue = self.cue_for(index)
        amount = self._amounts.amount(index, item)
        opened = self._open(index)
        crossed = run is not None and run.crosses_turn
        if self._follows_card(index) and not (cue is not None and cue[0] == "SECURITY_CODE"):
            named = cue is not None and cue[1] and cue[0] != "PAN"
            behind_date = cue is not None and cue[0] == "CARD_EXPIRY" and index - 1 in self._dated
            cue = cue if named and not behind_date else self._card_rest(index, item, cue)
        if amount and item.said <= 8 and not (cue is not None and cue[1] and cue[0] in _YEARLY):
            return
        slot = self._slot(index, cue)
        if slot is None and item.text in _EMERGENCY and cue is not None and cue[0] == "PHONE":
            return
        kind = self._cued(index, item, slot or cue, opened=opened or crossed)
        if kind is not None:
            self._take(index, item, self._typed_by_shape(item, kind), 0.9 if (slot or cue) else 0.6)
            return
        if self._amounts.round_number(item) or self._amounts.counted(index, item):
            return
        if self._completes(index, item):
            return
        if self._dictation.pieces(index):
            self._piece(index, item)
        if index not in self._taken and self._bare(index, item, crossed=crossed, opened=opened):
            self._take(index, item, self._typed_by_shape(item, E.NUMBER), 0.5)

    def _lone(self, index: int, item: Item) -> None:
        """`the security code is one`, and the turn is over: the first digit of what was introduced or asked for."""
        cue = self.cue_for(index)
        cue = self._slot(index, cue) or cue
        first = cue is not None and cue[1] and item.low in self.scan.lexicon.table.units
        if (
            first
            and cue is not None
            and CUED.get(cue[0]) in PREFIXED
            and self._open(index)
            and self._begins(index)
        ):
            self._add(item.start, item.end, CUED[cue[0]], 0.9, self.scan.lexicon.table.units[item.low])

    def _begins(self, index: int) -> bool:
        """Whether only words that link a cue and its value stand before item INDEX in its turn."""
        links = self.scan.lexicon.table.links
        for item in reversed(self.scan.items[:index]):
            if item.kind == "turn":
                break
            if item.kind == "word" and item.low not in links:
                return any(
                    cue.next <= index and item.start >= self.scan.items[cue.first].start for cue in self._cues
                )
        return True

    def _codes(self) -> None:
        """Security codes said in pieces, with asides between."""
        asked = E.SECURITY_CODE in self.slots.expected
        if not asked and not any(cue.kind == "SECURITY_CODE" for cue in self._cues):
            return
        finder = CodeFinder(self.scan, self._cues, asked=asked, open_end=self.slots.open_end)
        self.found += finder.find(
            lambda index, item: (
                index in self._dated
                or not self._may_be_code(index, item)
                or (item.is_value and self._amounts.amount(index, item))
            )
        )

    def _may_be_code(self, index: int, item: Item) -> bool:
        kind = self._taken.get(index, E.SECURITY_CODE)
        return kind is E.SECURITY_CODE or (kind is E.PAN and len(item.text) <= 4)

    def _completes(self, index: int, item: Item) -> bool:
        """The rest of a number that was interrupted: "5105 1051 0510 hang on my dog is barking okay 5100"."""
        if self._cut is None or not item.text.isdigit():
            return False
        kind, have, at = self._cut
        if index - at > 24 or have + len(item.text) not in _WHOLE[kind]:
            return False
        self._take(index, item, kind, 0.5)
        return True

    def _apart(self, index: int, item: Item) -> bool:
        """Whether a value is an amount or a count, and so no piece of a dictation."""
        return item.is_value and (
            self._amounts.amount(index, item)
            or self._amounts.counted(index, item)
            or self._amounts.round_number(item)
            or hundreds(item)
            or (year_like(item.text) and item.digits == 4 and not self._alone(index))
        )

    def _piece(self, index: int, item: Item) -> None:
        """A piece of a number that is dictated over utterances: at most three characters of it may have been shown."""
        pieces = self._dictation.pieces(index)
        total = sum(max(1, self.scan.items[k].said if self.scan.items[k].run else 1) for k in pieces)
        if total <= _MAX_SHOWN:
            return
        kinds = [self._taken[k] for k in pieces[:-1] if k in self._taken]
        named = next((kind for kind in reversed(kinds) if kind in PREFIXED), None)
        kind = named if named is not None else self._typed_by_shape(item, E.NUMBER)
        for k in pieces:
            small = k != index and self.scan.items[k].said < _MAX_SHOWN and not self._alone(k)
            if k not in self._taken and not small and (k == index or total >= _PROVEN):
                self._take(k, self.scan.items[k], kind, 0.5)

    def _follows_card(self, index: int) -> bool:
        if self._after_card < 0 or index - self._after_card > 20:
            return False
        t = self.scan.lexicon.table
        of_card = {k for cue in self._cues if cue.kind in _OF_CARD for k in range(cue.first, cue.next)}
        return all(
            item.kind in ("num", "filler", "punct", "join", "turn")
            or k in of_card
            or k in self._dated
            or item.low in t.links
            or (item.low,) in t.pauses
            for k, item in enumerate(self.scan.items[self._after_card + 1 : index], self._after_card + 1)
        )

    def _card_rest(
        self, index: int, item: Item, cue: tuple[str, bool, int] | None
    ) -> tuple[str, bool, int] | None:
        """What follows a card number without a cue of its own: three digits, or month and year."""
        if item.digits == 3 and item.kind == "num":
            return "SECURITY_CODE", True, 0
        before = self.scan.word_before(index)
        if item.digits == 4 and before is not None and before.low in ("code", "is"):
            return ("SECURITY_CODE" if before.low == "code" else "CARD_EXPIRY"), True, 0
        if item.digits == 4 and item.kind == "num":
            return ("CARD_EXPIRY" if 1 <= int(item.text[:2]) <= 12 else "SECURITY_CODE"), True, 0
        return cue

    def _slot(self, index: int, cue: tuple[str, bool, int] | None) -> tuple[str, bool, int] | None:
        """What the agent asked for, unless the caller names something else right before the value."""
        if not self.slots.expected or (cue is not None and cue[1]):
            return None
        return self.slots.expected[0].value, True, 0

    def _cued(self, index: int, item: Item, cue: tuple[str, bool, int] | None, *, opened: bool) -> E | None:
        if cue is None or cue[0] not in CUED:
            return None
        kind, direct, distance = CUED[cue[0]], cue[1], cue[2]
        rule = RULES.get(kind)
        if rule is None or (not direct and distance > rule.reach):
            return None
        if kind is E.NUMBER and any(one.kind == "PAN" for one in self.scan.cues):
            return None  # "the last four of the card" may be said
        size = len(item.text)
        said = max(size, item.said)
        if kind in _LETTERED and direct:
            first, last = self._letters_beside(index)
            said = max(
                said, sum(len(one.text) for one in self.scan.items[first : last + 1] if one.text.isalnum())
            )
        if item.kind == "code":
            return kind if size >= rule.code else None
        if size > rule.most:
            return kind if kind is E.PAN or taken_back(item) else E.NUMBER
        if kind is E.PAN and self._ending(index, item):
            return None
        need = rule.direct if direct else rule.loose
        if direct and opened and kind in PREFIXED:
            need = 1
        if kind is E.DATE_OF_BIRTH and size == 4 and direct:
            return kind
        return kind if said >= need and (direct or not self._amounts.counted(index, item)) else None

    def _ending(self, index: int, item: Item) -> bool:
        """`ending in 4242`: the last four of a card may be shown."""
        before = [i.low for i in self.scan.items[max(0, index - 4) : index]]
        return len(item.text) == 4 and any(
            w in ("ending", "ends", "ended", "four", "4", "last4") for w in before
        )

    def _alone(self, index: int) -> bool:
        """Whether the speaker says nothing but the value in this turn: then it is dictation, not a price."""
        for item in reversed(self.scan.items[:index]):
            if item.kind == "turn":
                break
            if item.kind == "word" and (item.low,) not in self.scan.lexicon.table.pauses:
                return False
        return True

    def _bare(self, index: int, item: Item, *, crossed: bool, opened: bool) -> bool:
        """Whether digits without any cue are too many to be let through."""
        run = item.run
        if run is None:
            return False
        if not (crossed or opened) and years(item):
            return False
        if not crossed and self._of_thing(index, item):
            return False
        if not crossed and ((counting(item) and not opened) or twice_round(item)):
            return False
        if item.kind == "code":
            identifier = item.start > 0 and self.scan.text[item.start - 1] == "_"
            if "/" in run.separators or _SIZE.fullmatch(item.low) or _QUARTER.fullmatch(item.low):
                return False  # "225/45 R17", "Q3 2024"
            return item.digits >= 4 and len(item.text) >= 6 and not identifier
        singles = sum(
            atom.kind == "unit" or (atom.kind == "typed" and len(atom.text) == 1) for atom in run.atoms
        )
        if crossed:
            return item.said >= 4
        if item.said >= 7:
            return True
        if item.said == 6:
            return not (len(run.atoms) == 1 and run.atoms[0].kind == "cardinal")
        if (run.spoken or singles == item.said) and item.said >= 4:
            return (
                singles >= 4
                or (opened and len(run.atoms) >= 2 and digit_by_digit(item) and self._alone(index))
                or (singles >= 3 and len(run.atoms) >= 3)
            )
        alone = len(item.text) == 4 and not year_like(item.text) and not item.text.endswith("00")
        return opened and (
            len(item.text) == 5 or (alone and run.atoms[0].kind == "typed" and self._alone(index))
        )

    def _of_thing(self, index: int, item: Item) -> bool:
        """Sizes of tyres and types of aircraft: "two oh five fifty five sixteen", "737-800"."""
        if _AIRCRAFT.fullmatch(self.scan.text[item.start : item.end]):
            return True
        before = [one.low for one in self.scan.items[max(0, index - 5) : index]]
        return len(item.text) <= 8 and not _TYRES.isdisjoint(before)

    def _typed_by_shape(self, item: Item, kind: E) -> E:
        text = item.text
        digits = text.isdigit()
        if kind is E.NUMBER and digits:
            return shape_of(item)
        if kind is E.ACCOUNT_NUMBER and digits and self._banking:
            kind = E.BANK_ACCOUNT
        if kind is E.PHONE and digits and 15 <= len(text) <= 19 and checksums.luhn(text):
            return E.PAN
        if kind in (E.ACCOUNT_NUMBER, E.BANK_ACCOUNT, E.NUMBER) and (is_iban(text) or like_iban(item)):
            return E.IBAN
        if kind is E.ACCOUNT_NUMBER and digits and 14 <= len(text) <= 19 and checksums.luhn(text):
            return E.PAN
        if kind is E.NUMBER:
            return E.ACCOUNT_NUMBER
        return kind

    def _take(self, index: int, item: Item, kind: E, score: float) -> None:
        run = item.run
        start = self.scan.items[index - 1].start if item.plus and index else item.start
        if kind is E.CARD_EXPIRY and len(item.text) in (2, 4):
            start = self._month_before(index, start)
        if run is not None and not run.spoken and start > 0 and self.scan.text[start - 1] == "(":
            start -= 1
        parts = tuple((atom.start, atom.end) for atom in run.atoms) if run is not None else ()
        end, value = item.end, item.text
        if kind in _LETTERED:
            first, last = self._letters_beside(index)
            start, end = min(start, self.scan.items[first].start), self.scan.items[last].end
            value = "".join(one.text for one in self.scan.items[first : last + 1] if one.kind != "punct")
            if parts and (first, last) != (index, index):
                parts = ((start, parts[0][1]), *parts[1:-1], (parts[-1][0], end)) if len(parts) > 1 else ()
        if kind is E.PAN and not taken_back(item) and self._with_the_rest(item, start, score):
            self._taken[index] = kind
            self._after_card = index
            return
        self.found.append(Found(start, end, kind, score, value, parts))
        self._taken[index] = kind
        self._cut = None
        if kind in _WHOLE and value.isdigit() and len(value) < max(_WHOLE[kind]):
            self._cut = (kind, len(value), index)
        if kind is E.PAN and len(item.text) >= 12:
            self._after_card = index

    def _letters_beside(self, index: int) -> tuple[int, int]:
        """The first and last item of a code whose letters stand apart from its digits."""
        first = last = index
        items = self.scan.items
        cue = self._lefts[index]
        floor = self._cues[cue].next if cue >= 0 else 0
        while first - 1 >= floor and index - first < 4:
            tied = items[first - 1].text in "-/#" and first - 2 >= floor
            k = first - 2 if tied else first - 1
            inner = (
                items[k].kind == "num"
                and len(items[k].text) <= 2
                and k - 1 >= floor
                and self._is_letters(items[k - 1])
            )
            if not (inner or self._is_letters(items[k])):
                break
            first = k
        k = last + 2 if last + 2 < len(items) and items[last + 1].text == "-" else last + 1
        if (
            k < len(items)
            and items[k].kind == "word"
            and items[k].text.isupper()
            and len(items[k].text) in (2, 3)
        ):
            last = k if items[index].text.upper() == items[index].text else last
        return first, last

    def _is_letters(self, item: Item) -> bool:
        """Whether a short word is letters of a code rather than speech."""
        t = self.scan.lexicon.table
        if item.kind == "spell":
            return True
        if item.kind != "word" or len(item.text) > 4 or item.low in self.scan.lexicon.spelled_cues:
            return False
        known = item.low in t.functions or item.low in t.links or item.low in t.not_names
        if known or (item.low,) in t.pauses or item.low in t.units or item.low in t.units_before:
            return False
        return item.text.isupper() or len(item.text) <= 3 or not _VOWELS & set(item.low)

    def _with_the_rest(self, item: Item, start: int, score: float) -> bool:
        """Cut a card number from what was said in one breath behind it: expiry and security code."""
        run = item.run
        if run is None or run.crosses_turn or not item.text.isdigit() or len(run.marks) != len(item.text):
            return False
        size = 15 if item.text[:2] in ("34", "37") else 16
        rest = item.text[size:]
        if len(rest) not in (3, 4, 7, 8) or not checksums.luhn(item.text[:size]):
            return False
        cuts = [(E.PAN, 0, size)]
        month = rest[:2].isdigit() and 1 <= int(rest[:2]) <= 12
        if len(rest) == 3:
            cuts.append((E.SECURITY_CODE, size, size + 3))
        elif month:
            cuts.append((E.CARD_EXPIRY, size, size + 4))
            if len(rest) > 4:
                cuts.append((E.SECURITY_CODE, size + 4, size + len(rest)))
        elif len(rest) == 4:
            cuts.append((E.SECURITY_CODE, size, size + 4))
        else:
            return False
        if any(run.marks[cut] == run.marks[cut - 1] for _, cut, _ in cuts[1:]):
            return False  # one word says the end of the one and the beginning of the other
        for kind, first, last in cuts:
            begin = start if not first else run.marks[first][0]
            self.found.append(Found(begin, run.marks[last - 1][1], kind, score, item.text[first:last]))
        return True

    def _born_after(self, nxt: int) -> bool:
        """Whether a cue for a date of birth stands behind: "am 5. März 1982 geboren", "1990, that's my birthday"."""
        following = self._lefts[nxt] + 1
        if following >= len(self._cues):
            return False
        cue = self._cues[following]
        if cue.kind != "DATE_OF_BIRTH" or cue.first - nxt > 5:
            return False
        between = [item.low for item in self.scan.items[nxt : cue.first] if item.kind == "word"]
        verb_last = self.scan.lexicon.table.units_first
        return all(word in _AFTER_VALUE for word in between) or (verb_last and len(between) <= 3)

    def _somebodys(self, hit: DateHit) -> bool:
        """`mine's 14-02-1972 and hers 01-09-1975`, `b. 13/10/1984`, "could not confirm 6 Jan 1985"."""
        if hit.day is None or hit.year is None or not 1900 <= hit.year <= 2015:
            return False
        before = [
            item.low for item in self.scan.items[max(0, hit.first - 3) : hit.first] if item.kind != "filler"
        ]
        return before[-1:] == ["b"] or before[-2:] == ["b", "."] or not _OWNERS.isdisjoint(before[-2:])

    def _month_before(self, index: int, start: int) -> int:
        """`oh four of twenty eight`: where the month begins."""
        k = index - 1
        while k > 0 and (
            self.scan.items[k].kind == "filler" or self.scan.items[k].low in ("of", "the", "and", ",", "/")
        ):
            k -= 1
        item = self.scan.items[k] if k >= 0 else None
        month = item is not None and item.kind == "num" and len(item.text) <= 2 and k < index - 1
        return item.start if item is not None and month else start

    def _date(self, hit: DateHit) -> None:
        left = self.cue_for(hit.first)
        if self._born_after(hit.next) or self._somebodys(hit):
            left = ("DATE_OF_BIRTH", True, 0)
        kind, score = E.DATE, 0.6
        if left is not None and left[0] == "DATE_OF_BIRTH" and (left[1] or left[2] <= 8):
            kind, score = E.DATE_OF_BIRTH, 0.95
        elif left is not None and left[0] == "CARD_EXPIRY" and (left[1] or self._to_month(hit, left[2])):
            kind, score = E.CARD_EXPIRY, 0.95
        elif E.DATE_OF_BIRTH in self.slots.expected and not (left is not None and left[1]):
            kind, score = E.DATE_OF_BIRTH, 0.95
        elif E.CARD_EXPIRY in self.slots.expected and not (left is not None and left[1]):
            kind, score = E.CARD_EXPIRY, 0.95
        elif (left is None or left[0] in _OF_CARD) and self._month_of_card(hit):
            kind, score = E.CARD_EXPIRY, 0.7
        start = hit.start
        before = self.scan.items[hit.first - 1] if hit.first else None
        if (
            kind is E.DATE_OF_BIRTH
            and before is not None
            and before.low in self.scan.lexicon.table.articles_of_dates
        ):
            start = before.start
        self._add(start, hit.end, kind, score, hit.value)

    def _to_month(self, hit: DateHit, words: int) -> bool:
        """`valid from january last year to january thirty`: a month with the two digits of a year."""
        year = hit.year or (None if hit.day is None else 2000 + hit.day)
        return (
            words <= 6 and year is not None and 2022 <= year <= 2045 and (hit.day is None or hit.year is None)
        )

    def _month_of_card(self, hit: DateHit) -> bool:
        """Whether a month and year stand where a card is spoken of: "4242 4242 ..., runs out March 2029"."""
        if hit.day is not None or hit.year is None or not 2020 <= hit.year <= 2045:
            return False
        return any(cue.kind in _OF_CARD for cue in self._cues) or any(
            item.kind == "num" and 13 <= len(item.text) <= 19 and checksums.luhn(item.text)
            for item in self.scan.items[max(0, hit.first - 12) : hit.first]
        )

    def _add(self, start: int, end: int, kind: E, score: float, value: str) -> None:
        self.found.append(Found(start, end, kind, score, value))

    def of(self, types: Iterable[E]) -> list[Found]:
        wanted = frozenset(types)
        return [one for one in self.found if one.type in wanted]
