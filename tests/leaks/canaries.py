"""Values that exist nowhere else: one of each kind for every path, so that a hit says what leaked and from where."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

PATHS: Final = (
    "typed",
    "spoken",
    "split",
    "interim",
    "tool result",
    "model output",
    "tool arguments",
    "keypad",
    "caller number",
    "tool exception",
    "provider exception",
    "card entry",
)
KINDS: Final = ("card", "code", "ssn", "phone", "e-mail", "iban", "name", "birth")
DIGIT_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NAMES: Final = (
    ("Xenophila", "Quillfeather"),
    ("Balthasar", "Umberlyne"),
    ("Cunegonde", "Farthingwick"),
    ("Thelonius", "Ravensthorpe"),
    ("Griselda", "Mossbottom"),
    ("Barnabas", "Twelvetrees"),
    ("Ottoline", "Winterbourne"),
    ("Peregrine", "Hazelrigg"),
    ("Seraphina", "Dunkelfeld"),
    ("Ignatius", "Pottlebank"),
    ("Drusilla", "Cravenhall"),
    ("Ephraim", "Snodgrassen"),
)
_CODES: Final = ("739", "846", "287", "594", "368", "953", "472", "691", "825", "537", "649", "378")
_AREAS: Final = ("212", "312", "415", "512", "617", "713", "808", "907", "303", "206", "503", "602")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June",
                  "July", "August", "September", "October", "November", "December")  # fmt: skip
_SPOKEN_DAYS: Final = ("seventeenth", "eighteenth", "nineteenth", "twenty first", "twenty second", "twenty third",
                       "twenty fourth", "twenty fifth", "twenty sixth", "twenty seventh", "fourteenth",
                       "sixteenth")  # fmt: skip
_DAYS: Final = (17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 14, 16)
_SPOKEN_YEARS: Final = ("fifty one", "fifty two", "fifty three", "fifty four", "fifty six", "fifty seven",
                        "sixty one", "sixty two", "sixty three", "sixty four", "seventy one",
                        "seventy two")  # fmt: skip
_YEARS: Final = (51, 52, 53, 54, 56, 57, 61, 62, 63, 64, 71, 72)
_CUES: Final = {
    "card": "my card number is",
    "code": "the security code is",
    "ssn": "my social security number is",
    "phone": "my phone number is",
    "e-mail": "my e-mail is",
    "iban": "my IBAN is",
    "name": "my name is",
    "birth": "I was born on",
}


@dataclass(frozen=True, slots=True)
class Canary:
    """One value: as it is written, as it is said, and what of it, in letters and digits only, must not be found."""

    path: str
    kind: str
    value: str
    spoken: str
    traces: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The value as a recogniser writes it that knows numbers, after words that announce it."""
        return f"{_CUES[self.kind]} {self.value}"

    @property
    def spoken_sentence(self) -> str:
        return f"{_CUES[self.kind]} {self.spoken}"

    @property
    def in_pieces(self) -> tuple[str, ...]:
        """The sentence as three final transcripts that cut the value."""
        words = self.spoken.split()
        third = max(1, len(words) // 3)
        pieces = [words[:third], words[third : 2 * third], words[2 * third :]]
        cue = _CUES[self.kind].split()
        return tuple(" ".join(piece) for piece in ([*cue, *pieces[0]], *pieces[1:]) if piece)

    @property
    def short(self) -> bool:
        """Under seven characters: only a whole run of digits counts."""
        return len(self.value) < 7


@cache
def canary(path: str, kind: str) -> Canary:
    """The canary of this kind on this path."""
    n = PATHS.index(path)
    value, spoken, traces = _MAKERS[kind](n)
    return Canary(path, kind, value, spoken, traces)


def canaries(path: str, *kinds: str) -> Iterator[Canary]:
    """All canaries of a path, or those of KINDS."""
    return (canary(path, kind) for kind in kinds or KINDS)


_Made = tuple[str, str, tuple[str, ...]]


def _card(n: int) -> _Made:
    digits = "54252" + _digits(n, 1, 10)
    return _number(digits + _luhn_digit(digits))


def _code(n: int) -> _Made:
    return _CODES[n], _said(_CODES[n]), ()


def _ssn(n: int) -> _Made:
    digits = f"{219 + n}" + str(11 + n) + _digits(n, 2, 4)
    value, spoken, traces = _number(digits)
    return f"{value[:3]}-{value[3:5]}-{value[5:]}", spoken, traces


def _phone(n: int) -> _Made:
    digits = f"{_AREAS[n]}55501{40 + n}"
    return _number(digits)


def _e_mail(n: int) -> _Made:
    first, last = (name.casefold() for name in _NAMES[n])
    local = f"{first[:5]}.{last[:6]}"
    return (
        f"{local}@example.org",
        f"{first[:5]} dot {last[:6]} at example dot org",
        (local.replace(".", ""), local.replace(".", "dot")),
    )


def _iban(n: int) -> _Made:
    account = "MIDL" + _digits(n, 3, 14)
    check = 98 - int("".join(str(int(c, 36)) for c in f"{account}GB00")) % 97
    value = f"GB{check:02}{account}"
    spoken = " ".join(c if c.isalpha() else DIGIT_WORDS[int(c)] for c in value)
    return value, spoken, (value.casefold(), *_windows(value[8:]))


def _name(n: int) -> _Made:
    first, last = _NAMES[n]
    return f"{first} {last}", f"{first} {last}", (first.casefold(), last.casefold())


def _birth(n: int) -> _Made:
    day, month, year = _DAYS[n], _MONTHS[n], _YEARS[n]
    spoken = f"{month} {_SPOKEN_DAYS[n]} nineteen {_SPOKEN_YEARS[n]}"
    written = (f"{month}{day}", f"{day}{month}", f"19{year}{n + 1:02}{day}", f"{n + 1:02}{day}19{year}")
    said = f"{month}{_SPOKEN_DAYS[n]}".replace(" ", "")
    return f"{month} {day}, 19{year}", spoken, tuple(text.casefold() for text in (*written, said))


_MAKERS: Final = {
    "card": _card,
    "code": _code,
    "ssn": _ssn,
    "phone": _phone,
    "e-mail": _e_mail,
    "iban": _iban,
    "name": _name,
    "birth": _birth,
}


def _number(digits: str) -> _Made:
    return digits, _said(digits), _windows(digits)


def _said(digits: str) -> str:
    return " ".join(DIGIT_WORDS[int(d)] for d in digits)


def _windows(digits: str) -> tuple[str, ...]:
    """Every seven digits in a row: a part of a number is a leak as well."""
    return tuple(digits[at : at + 7] for at in range(len(digits) - 6))


def _digits(n: int, salt: int, length: int) -> str:
    """Digits without a pattern, the same in every run."""
    return str(pow(31, 977 + 101 * n + 1009 * salt, 10**39 + 3))[5 : 5 + length]


def _luhn_digit(digits: str) -> str:
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(reversed(digits)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
