"""Values and the ways they are dictated, as strategies of Hypothesis: for tests that cut what is said anywhere."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st

from secure_agent.evaluation.dice import listed

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_PAUSES = ["uh", "um", "er", "and then", "hold on", "let me see"]


@dataclass(frozen=True)
class Dictated:
    """A value with its digits and the words it is said in; `cue` introduces it, `question` asks for it."""

    kind: str
    digits: str
    words: tuple[str, ...]
    cue: str
    question: str
    shown: int  # so many characters of it may be out at any time, and no more


_KINDS = {
    "PAN": ((15, 16), "my card number is", "What is your card number?", 5),
    "SSN": ((9,), "my social security number is", "What is your social security number?", 3),
    "BANK_ACCOUNT": ((8, 10, 12), "my bank account number is", "What is the bank account number?", 3),
    "SECURITY_CODE": ((3, 4), "the security code is", "And the security code on the back?", 0),
    "PIN": ((4, 6), "my pin is", "What is your PIN?", 0),
}


def _pair(two: str) -> str:
    value = int(two)
    if two[0] == "0":
        return f"oh {_UNITS[value]}"
    if value < 20:
        return _TEENS[value - 10]
    return _TENS[value // 10 - 2] + (f" {_UNITS[value % 10]}" if value % 10 else "")


@st.composite
def _words(draw: st.DrawFn, digits: str) -> tuple[str, ...]:
    """DIGITS in words: one by one, double, in pairs, typed in groups, with a hesitation here and there."""
    words: list[str] = []
    at = 0
    typed = draw(st.booleans())
    while at < len(digits):
        style = draw(st.integers(0, 5))
        if style == 0 and digits[at : at + 2] == digits[at] * 2 and not typed:
            words += ["double", _UNITS[int(digits[at])]]
            at += 2
        elif style == 1 and at + 2 <= len(digits) and not typed:
            words += _pair(digits[at : at + 2]).split()
            at += 2
        elif typed:
            size = draw(st.integers(1, 4))
            words.append(digits[at : at + size])
            at += size
        else:
            words.append(_UNITS[int(digits[at])])
            at += 1
        if draw(st.integers(0, 9)) == 0 and at < len(digits):
            words.append(draw(st.sampled_from(_PAUSES)))
    return tuple(words)


@st.composite
def dictated(draw: st.DrawFn, *kinds: str) -> Dictated:
    """A value of one of KINDS, dictated."""
    kind = draw(st.sampled_from(kinds or tuple(_KINDS)))
    sizes, cue, question, shown = _KINDS[kind]
    size = draw(st.sampled_from(sizes))
    first = draw(st.sampled_from("3456" if kind == "PAN" else "123456789"))
    digits = first + draw(st.text("0123456789", min_size=size - 1, max_size=size - 1))
    return Dictated(kind, digits, draw(_words(digits)), cue, question, shown)


@st.composite
def cuts(draw: st.DrawFn, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """WORDS in utterances, each with whether it ends the turn; the last does."""
    places = sorted(draw(st.sets(st.integers(1, max(1, len(words) - 1)), max_size=6)))
    edges = [0, *(p for p in places if p < len(words)), len(words)]
    pieces = [" ".join(words[a:b]) for a, b in pairwise(edges)]
    ends = draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
    return [
        (piece, end or at + 1 == len(pieces))
        for at, (piece, end) in enumerate(zip(pieces, ends, strict=True))
    ]


#: Pieces of talk of every kind the grammar knows, to be strung together in any order.
_PIECES = (
    "my card number is|4111 1111|4242-4242-4242-4242|four one one one|double|triple seven|oh|one|forty two|hundred|"
    "and|thousand|uh|um|no wait|sorry|scratch that|let me start over|dash|dot|at|gmail|dot com|underscore|slash|"
    "colon|b as in boy|n o r a|capital t|alpha|zulu|x-ray|my name is|Maria|o'brien|Dr.|mrs|smith|speaking|this is|"
    "calling|i live at|12|maple street|apartment 4b|springfield|illinois|62704|flat 2,|po box|highway 61|born on|"
    "march|fifth|the third of|nineteen eighty two|82|3/5/1982|1982-03-05|dollars|$|3.50|%|8:30|am|room|version|"
    "route|my pin is|4821|security code|123|expires|09/27|iban|GB33|BUKB|password is|tiger14!|my email is|"
    "john.smith@example.com|www.example.com/a|192.168.1.20|00:1B:44:11:3A:B7|social|123-45-6789|routing|account|"
    "policy|pol|ab-12|nhs|943|vin|1HGCM82633A004352|plate|imei|zip|code|is|it's|that's|the|my|number|ninety two|"
    "years old|<PHONE_1>|[PAN]|,|.|?|!|-|(|)|/|#|'|\"|…|é|ß|½|٣|1\ufe0f|\u200b|\n|\t|I|a|to|for|won|ate|plus|+1|"
    "(415)|555-0142|ext|half past|k|401k|w|double u|two hundred and five|seventeen|twenty|third|second|may|will|"
    "rose|mark|bill"
)
TALK = tuple(_PIECES.split("|"))
talk = st.lists(st.sampled_from(TALK), max_size=14).map(" ".join)
anything = st.one_of(
    talk, talk, st.text(max_size=60), st.lists(st.sampled_from(TALK), max_size=8).map("".join)
)
