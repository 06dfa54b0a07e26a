"""Find dates in items, written or said, in every usual order; whether one is a date of birth is for its cue."""

from dataclasses import dataclass

from redaction.holidays import holiday_at
from redaction.scan import Item, Scan


@dataclass(slots=True, frozen=True)
class DateHit:
    """A date over the items `[first, next)`; what was not said is None."""

    first: int
    next: int
    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None

    @property
    def value(self) -> str:
        """`1982-03-05`, with what was not said as 0."""
        return f"{self.year or 0:04}-{self.month or 0:02}-{self.day or 0:02}"


def full_year(text: str) -> int | None:
    """The year that two or four digits mean; two digits past the next decade are of the last century."""
    if len(text) == 4 and text[0] in "12":
        return int(text)
    if len(text) == 2:
        return int(text) + (1900 if int(text) > 35 else 2000)
    return None


def digits_as_date(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    """Year, month and day from digits without separators, as people dictate them."""
    if len(text) == 8 and text[:2] in ("19", "20") and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:]) <= 31:
        return int(text[:4]), int(text[4:6]), int(text[6:])
    for year_digits in (4, 2):
        head, tail = text[:-year_digits], text[-year_digits:]
        year = full_year(tail) if len(head) in (2, 3, 4) else None
        if year is None or (year_digits == 4 and not 1900 <= year <= 2035):
            continue
        for cut in range(1, len(head)):
            one, two = head[:cut], head[cut:]
            if len(one) > 2 or len(two) > 2:
                continue
            a, b = int(one), int(two)
            orders = ((b, a), (a, b)) if day_first else ((a, b), (b, a))
            for month, day in orders:
                if 1 <= month <= 12 and 1 <= day <= 31:
                    return year, month, day
    return None


class DateFinder:
    """Finds the dates of one scan."""

    def __init__(self, scan: Scan, *, day_first: bool) -> None:
        self._scan = scan
        self._items = scan.items
        self._t = scan.lexicon.table
        self._day_first = day_first

    def find(self) -> list[DateHit]:
        hits: list[DateHit] = []
        i, n = 0, len(self._items)
        while i < n:
            item = self._items[i]
            hit: DateHit | None = None
            if item.kind == "date":
                hit = self._typed(i)
            elif item.low in self._t.months:
                floor = hits[-1].next if hits else 0
                hit = self._around_month(i, floor)
            elif item.kind == "num":
                hit = self._grouped(i)
            elif item.kind == "ordinal":
                hit = self._two_ordinals(i)
            if hit is None and item.kind == "word":
                hit = self._holiday(i)
            if hit is not None:
                hit = self._said_again(hit, hits[-1].next if hits else 0)
                hits.append(hit)
                i = max(i + 1, hit.next)
            else:
                i += 1
        return hits

    def _hit(self, first: int, nxt: int, year: int | None, month: int | None, day: int | None) -> DateHit:
        return DateHit(first, nxt, self._items[first].start, self._items[nxt - 1].end, year, month, day)

    def _holiday(self, i: int) -> DateHit | None:
        """`christmas day nineteen fifty`: a day with a name, and its year."""
        named = holiday_at(self._scan, i)
        if named is None:
            return None
        month, day, after = named
        later = self._skip(after, 1)
        year = self._year_at(later)
        if year is None or (len(self._items[later].text) == 2 and later > after):
            return None
        return self._hit(i, later + 1, year, month, day)

    def _said_again(self, hit: DateHit, floor: int) -> DateHit:
        """HIT with what was said of it before it was begun again, and the day or year said a second time behind it."""
        first = self._begun_before(hit.first, floor)
        nxt, year = self._year_in_ordinals(hit) or self._again_behind(hit)
        if (first, nxt) == (hit.first, hit.next):
            return hit
        return self._hit(first, nxt, year, hit.month, hit.day)

    def _again_behind(self, hit: DateHit) -> tuple[int, int | None]:
        """Where a day or a year that is said a second time ends, and the year then meant."""
        items, nxt, year = self._items, hit.next, hit.year
        later = self._skip(nxt, 1)
        if later >= len(items):
            return nxt, year
        last = items[nxt - 1]
        if last.text in ("2020", "3030") and later == nxt and self._below_ten(later):
            later, year = nxt + 1, None  # "december thirty, thirty first, two thousand three"
            year_at = self._skip(later, 1)
            year = self._year_at(year_at)
            return (later, None) if year is None else (year_at + 1, year)
        if year is None and hit.day is not None and later > nxt:
            again = self._day_after(later)  # "march twenty seven, seventh, nineteen fifty five"
            if again is not None and items[again[1] - 1].kind == "ordinal":
                year_at = self._skip(again[1], 1)
                year = self._year_at(year_at)
                return (again[1], None) if year is None else (year_at + 1, year)
        text = items[later].text
        ten = year is not None and year % 10 == 0 and later == nxt + 1
        if (
            ten
            and year is not None
            and len(text) == 2
            and text.isdigit()
            and int(text[0]) == year % 100 // 10
        ):
            return later + 1, year + int(text[1])  # "nineteen forty, forty six"
        return nxt, year

    def _year_in_ordinals(self, hit: DateHit) -> tuple[int, int] | None:
        """`tysiąc dziewięćset sześćdziesiątego dziewiątego`: a year whose end is said as its place."""
        if self._t.code != "pl" or hit.year not in (None, 1000, 1900, 2000):
            return None
        k, n, count = hit.next, len(self._items), 0
        while (
            k < n and k < hit.next + 2 and self._items[k].kind == "ordinal" and self._items[k].text.isdigit()
        ):
            value = int(self._items[k].text)
            if count and (count % 10 or value > 9):
                break
            count, k = count + value, k + 1
        if k == hit.next or (hit.year is None and count < 20):
            return None
        return k, (hit.year or 1900) + count

    def _below_ten(self, i: int) -> bool:
        day = self._day_of(self._items[i]) if self._items[i].kind == "ordinal" else None
        return day is not None and day < 10

    def _typed(self, i: int) -> DateHit | None:
        parts = [p for p in self._items[i].text.replace(".", "/").split("/") if p]
        if len(parts) == 2:
            month, year = parts
            if 1 <= int(month) <= 12 and len(year) in (2, 4):
                return self._hit(i, i + 1, full_year(year), int(month), None)
            return None
        if len(parts[0]) == 4:
            return self._hit(i, i + 1, int(parts[0]), int(parts[1]), int(parts[2]))
        found = digits_as_date(
            "".join(p.zfill(2) for p in parts), day_first=self._day_first or "." in self._items[i].text
        )
        return self._hit(i, i + 1, *found) if found else self._hit(i, i + 1, None, None, None)

    def _grouped(self, i: int) -> DateHit | None:
        """`1982-03-05`, `05-03-1982`, "oh five slash oh three slash eighty two"."""
        run = self._items[i].run
        if run is None:
            return None
        typed = (
            not run.spoken
            and len(run.atoms) == 3
            and run.groups in ((4, 2, 2), (2, 2, 4), (1, 2, 4), (2, 1, 4), (1, 1, 4))
        )
        if typed:
            between = self._scan.text[run.atoms[0].end : run.atoms[1].start]
            typed = between in ("-", "–", "/", ".")
        if not (typed or run.separators == "//"):
            return None
        text = (
            self._items[i].text
            if run.groups[0] == 4
            else "".join(a.text.zfill(2) for a in run.atoms if a.kind == "typed")
        )
        found = digits_as_date(text or self._items[i].text, day_first=self._day_first)
        found = found or digits_as_date(self._items[i].text, day_first=self._day_first)
        return self._hit(i, i + 1, *found) if found else None

    def _two_ordinals(self, i: int) -> DateHit | None:
        """`dritten vierten neunundsiebzig`."""
        second = self._skip(i + 1, 1)
        if second >= len(self._items) or self._items[second].kind != "ordinal":
            return None
        later = self._skip(second + 1, 1)
        day, month, year = (
            self._day_of(self._items[i]),
            self._day_of(self._items[second]),
            self._year_at(later),
        )
        if day is None or month is None or month > 12 or year is None:
            return None
        first = i
        if (
            i
            and self._items[i].low in self._t.ordinals
            and day < 10
            and self._items[i - 1].text in ("20", "30")
        ):
            first, day = i - 1, day + int(self._items[i - 1].text)
        return self._hit(first, later + 1, year, month, day)

    def _skip(self, i: int, step: int) -> int:
        """Past fillers, commas and the small words of a date."""
        n = len(self._items)
        while 0 <= i < n:
            item = self._items[i]
            if item.kind in ("filler", "join") or item.text in ",-.'’" or item.low in self._t.date_joins:
                i += step
            else:
                break
        return i

    def _day_of(self, item: Item) -> int | None:
        if item.kind == "ordinal":
            digits = "".join(c for c in item.text if c.isdigit())
            return int(digits) if digits and 1 <= int(digits) <= 31 else None
        if item.kind == "num" and len(item.text) <= 2 and 1 <= int(item.text) <= 31:
            return int(item.text)
        return None

    def _day_after(self, i: int) -> tuple[int, int, str] | None:
        """Day, next item and digits left over, from item I on: "fifth", "twenty third", "5", "5 1982"."""
        if i >= len(self._items):
            return None
        item = self._items[i]
        if item.kind == "num" and item.run is not None:
            if (
                item.text in ("20", "30")
                and i + 1 < len(self._items)
                and self._items[i + 1].kind == "ordinal"
            ):
                extra = self._day_of(self._items[i + 1])
                if extra is not None and extra < 10:
                    return int(item.text) + extra, i + 2, ""
            if i + 2 < len(self._items) and item.text in ("20", "30") and self._items[i + 1].text == "-":
                extra = self._day_of(self._items[i + 2])
                if extra is not None and extra < 10 and self._items[i + 2].kind == "ordinal":
                    return int(item.text) + extra, i + 3, ""
            head = item.run.atoms[0].text
            rest = item.text[len(head) :]
            if (
                1 <= len(head) <= 2
                and 1 <= int(head) <= 31
                and len(rest) in (2, 4)
                and item.text.startswith(head)
            ):
                return int(head), i + 1, rest
        day = self._day_of(item)
        return (day, i + 1, "") if day is not None else None

    def _around_month(self, m: int, floor: int) -> DateHit | None:
        month = self._t.months[self._items[m].low]
        before = self._skip(m - 1, -1)
        first, day = m, None
        if before >= floor and before >= 0:
            day = self._day_of(self._items[before])
            if day is not None:
                first = before
                tens = before - 1
                if tens >= floor and self._items[tens].text == "-":
                    tens -= 1
                if (
                    self._items[before].kind == "ordinal"
                    and tens >= floor
                    and self._items[tens].text in ("20", "30")
                ):
                    day, first = int(self._items[tens].text) + day, tens
        after = self._skip(m + 1, 1)
        if day is not None:
            year = self._year_at(after)
            if year is not None:
                return self._hit(first, after + 1, year, month, day)
            return self._hit(first, m + 1, None, month, day)
        found = self._day_after(after)
        year = self._year_at(after)
        if year is not None and self._items[after].kind == "num" and len(self._items[after].text) == 4:
            return self._with_day_behind(m, after + 1, year, month)
        if found is None and year is not None:
            return self._with_day_behind(m, after + 1, year, month)
        if found is None:
            return None
        day, nxt, rest = found
        if rest:
            return self._hit(m, nxt, full_year(rest), month, day)
        later = self._skip(nxt, 1)
        year = self._year_at(later)
        if year is not None:
            return self._hit(m, later + 1, year, month, day)
        return self._hit(m, nxt, None, month, day)

    def _with_day_behind(self, first: int, nxt: int, year: int, month: int) -> DateHit:
        """`april of nineteen ninety the twenty second`."""
        k = self._skip(nxt, 1)
        if k < len(self._items) and k > nxt and self._items[k - 1].low in self._t.date_joins:
            found = self._day_after(k)
            if found is not None and not found[2] and self._items[found[1] - 1].kind == "ordinal":
                return self._hit(first, found[1], year, month, found[0])
        return self._hit(first, nxt, year, month, None)

    def _begun_before(self, first: int, floor: int) -> int:
        """Where a date begins that was begun again: "june, no july, july fifth", "may the, uh, may ninth"."""
        k, corrected = first - 1, False
        while k >= floor and first - k <= 5:
            item = self._items[k]
            corrected = corrected or (item.low,) in self._t.corrections
            short = item.kind == "num" and len(item.text) <= 2
            if item.low in self._t.months or (corrected and (item.kind == "ordinal" or short)):
                first = k
            elif not (
                item.kind in ("filler", "join")
                or item.text == ","
                or item.low in self._t.date_joins
                or (item.low,) in self._t.corrections
                or item.low in ("no", "wait")
            ):
                break
            k -= 1
        return first

    def _year_at(self, i: int) -> int | None:
        if i >= len(self._items) or self._items[i].kind != "num":
            return None
        return full_year(self._items[i].text)
