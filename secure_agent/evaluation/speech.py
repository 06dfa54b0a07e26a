"""Say a written value the way callers do: fluently, or with hesitations, corrections and restarts."""

from typing import Final

from policies.entities import EntityType as E
from secure_agent.evaluation.dice import Dice, listed
from secure_agent.evaluation.values import MONTHS, Value

_ONES: Final = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS: Final = listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS: Final = listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_FILLERS: Final = (
    "uh",
    "um",
    "er",
    "let me see",
    "hold on",
    "okay",
    "one second",
    "uh let me see",
    "and then",
    "so",
)
_CORRECTIONS: Final = (
    "no wait",
    "sorry",
    "no sorry",
    "I mean",
    "scratch that",
    "correction",
    "actually no",
    "make that",
    "excuse me",
    "no",
)
_NATO: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        listed(
            "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa "
            "quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu"
        ),
        strict=True,
    )
)
_MARKS: Final = {".": "dot", "_": "underscore", "-": "dash", "@": "at"}


def under_hundred(value: int) -> str:
    if value < 10:
        return _ONES[value]
    if value < 20:
        return _TEENS[value - 10]
    ten, one = divmod(value, 10)
    return _TENS[ten - 2] + (f" {_ONES[one]}" if one else "")


def _ordinal(day: int) -> str:
    if day <= 20:
        return _ORDINALS[day - 1]
    return "thirtieth" if day == 30 else f"{_TENS[day // 10 - 2]} {_ORDINALS[day % 10 - 1]}"


def _year(year: int, dice: Dice) -> str:
    if year >= 2000:
        return dice.pick(
            (
                f"two thousand {under_hundred(year - 2000) if year > 2000 else ''}".strip(),
                f"twenty {_two(year - 2000)}",
            )
        )
    return dice.pick((f"nineteen {_two(year - 1900)}", f"nineteen {_two(year - 1900)}", _two(year - 1900)))


def _two(value: int) -> str:
    return under_hundred(value) if value > 9 else f"oh {_ONES[value]}"


class Speaker:
    """One caller: a way of saying digits, and how often hesitation or correction comes in, in percent."""

    def __init__(self, dice: Dice, *, noise: int) -> None:
        self._dice = dice
        self._noise = noise
        self._zero = dice.pick(("oh", "zero", "oh"))
        self._style = dice.pick(("single", "single", "double", "pairs"))

    def say(self, value: Value) -> str:
        match value.type:
            case E.EMAIL:
                return self._email(value.written)
            case E.DATE_OF_BIRTH:
                return self._date(*(int(part) for part in value.parts))
            case E.CARD_EXPIRY:
                return self._expiry(*(int(part) for part in value.parts))
            case E.PERSON:
                return value.written.lower()
            case E.STREET_ADDRESS:
                return self._address(value)
            case _:
                return self._groups(value.parts or (value.written,))

    def _groups(self, groups: tuple[str, ...]) -> str:
        said: list[str] = []
        for index, group in enumerate(groups):
            if index and self._dice.chance(self._noise):
                said.append(self._dice.pick(_FILLERS))
            said += self._group(group)
        return " ".join(said)

    def _group(self, group: str) -> list[str]:
        words = self._plain(group)
        if not self._dice.chance(self._noise) or not group.isdigit():
            return words
        if self._dice.chance(60):
            at = self._dice.below(len(words))
            wrong = _ONES[self._dice.below(10)]
            if words[at] in _ONES or words[at] == "oh":
                return [*words[:at], wrong, *self._dice.pick(_CORRECTIONS).split(), *words[at:]]
            return words
        return [
            *self._plain(self._dice.digits(len(group))),
            *self._dice.pick(("no wait", "sorry", "scratch that")).split(),
            *words,
        ]

    def _plain(self, group: str) -> list[str]:
        if self._style == "pairs" and len(group) % 2 == 0 and group.isdigit() and "0" not in group[::2]:
            return " ".join(under_hundred(int(group[i : i + 2])) for i in range(0, len(group), 2)).split()
        words: list[str] = []
        i = 0
        while i < len(group):
            char = group[i]
            if self._style == "double" and char.isdigit() and group[i : i + 3] == char * 3:
                words += ["triple", self._digit(char)]
                i += 3
            elif self._style == "double" and char.isdigit() and group[i : i + 2] == char * 2:
                words += ["double", self._digit(char)]
                i += 2
            else:
                words.append(self._digit(char) if char.isdigit() else self._letter(char))
                i += 1
        return " ".join(words).split()

    def _digit(self, char: str) -> str:
        return self._zero if char == "0" else _ONES[int(char)]

    def _letter(self, char: str) -> str:
        low = char.lower()
        if self._dice.chance(70):
            return low
        return self._dice.pick((_NATO[low], f"{low} as in {_NATO[low]}")) if low in _NATO else low

    def _email(self, written: str) -> str:
        words: list[str] = []
        word = ""
        for char in f"{written}\0":
            if char.isalpha():
                word += char
                continue
            if word:
                words.append(word)
                word = ""
            if char.isdigit():
                words.append(self._digit(char))
            elif char in _MARKS:
                words.append(_MARKS[char])
            if self._dice.chance(self._noise // 3) and char in "._":
                words.append(self._dice.pick(("uh", "um")))
        return " ".join(words)

    def _date(self, year: int, month: int, day: int) -> str:
        name = MONTHS[month - 1].lower()
        filler = f" {self._dice.pick(('uh', 'um'))}" if self._dice.chance(self._noise) else ""
        return self._dice.pick(
            (
                f"{name} {_ordinal(day)}{filler} {_year(year, self._dice)}",
                f"{name} {under_hundred(day)}{filler} nineteen {_two(year % 100)}"
                if year < 2000
                else f"{name} {_ordinal(day)} {year}",
                f"the {_ordinal(day)} of {name}{filler} {_year(year, self._dice)}",
                f"{_two(month)} {_two(day)}{filler} {_two(year % 100)}",
                f"{under_hundred(month)} {under_hundred(day)}{filler} {_two(year % 100)}",
            )
        )

    def _expiry(self, month: int, year: int) -> str:
        return self._dice.pick(
            (
                f"{_two(month)} {_two(year)}",
                f"{under_hundred(month)} {under_hundred(year)}",
                f"{MONTHS[month - 1].lower()} twenty {under_hundred(year)}",
                f"{under_hundred(month)} slash {under_hundred(year)}",
            )
        )

    def _address(self, value: Value) -> str:
        number, street, tail = value.parts
        words = street.lower().split()
        if words[-2:-1] == ["apartment"]:
            words[-1] = under_hundred(int(words[-1]))
        said = [*self._house(number), *words]
        for part in tail.replace(",", " ").lower().split():
            said += [self._digit(c) for c in part] if part.isdigit() else [_STATES.get(part, part)]
        return " ".join(said)

    def _house(self, number: str) -> list[str]:
        if len(number) == 4 and number[2] != "0" and number[0] != "0":
            return f"{under_hundred(int(number[:2]))} {_two(int(number[2:]))}".split()
        if len(number) == 3 and number[1] != "0":
            return f"{_ONES[int(number[0])]} {under_hundred(int(number[1:]))}".split()
        return under_hundred(int(number)).split() if len(number) < 3 else [self._digit(c) for c in number]


_STATES: Final = {
    "il": "illinois",
    "tx": "texas",
    "or": "oregon",
    "co": "colorado",
    "oh": "ohio",
    "ca": "california",
    "fl": "florida",
    "ny": "new york",
}
