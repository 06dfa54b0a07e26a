"""How a sentence arrives: as written, as a recogniser formats it, or as it hears it, with hesitations and errors."""

from typing import Final

from secure_agent.evaluation.dice import Dice, listed
from secure_agent.training.sentences import Piece

_FILLERS: Final = {
    "en": ("uh", "um", "er", "you know", "like", "I mean", "well", "so", "uh huh", "let me see", "hmm"),
    "es": ("eh", "este", "pues", "o sea", "mmm"),
    "fr": ("euh", "ben", "alors", "enfin", "hein"),
    "de": ("äh", "ähm", "also", "ja", "hm"),
    "it": ("eh", "ehm", "allora", "cioè"),
    "pt": ("é", "hã", "então", "tipo", "hum"),
    "nl": ("eh", "uhm", "nou", "dus"),
    "pl": ("yyy", "no", "eee", "znaczy"),
}
_ONES: Final = listed("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
                      "sixteen seventeen eighteen nineteen")  # fmt: skip
_TENS: Final = listed("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
_CORRECTIONS: Final = {
    "en": (
        "no",
        "sorry",
        "no wait",
        "I mean",
        "or rather",
        "no sorry",
        "scratch that",
        "actually",
        "wait",
        "correction",
    ),
    "es": ("no", "perdón", "digo", "mejor dicho"),
    "fr": ("non", "pardon", "enfin"),
    "de": ("nein", "Entschuldigung", "Moment", "halt"),
    "it": ("no", "scusi", "anzi"),
    "pt": ("não", "desculpe", "aliás"),
    "nl": ("nee", "sorry", "wacht"),
    "pl": ("nie", "przepraszam", "to znaczy"),
}
_MISHEARD: Final = {
    "street": ("st", "treat"), "road": ("rode",), "for": ("four",), "to": ("two", "too"), "name": ("names",),
    "is": ("his", "as"), "my": ("mine",), "this": ("these",), "the": ("a", "da"), "apartment": ("apt", "a apartment"),
    "avenue": ("ave",), "it's": ("its",), "i'm": ("im", "um"), "last": ("least",), "spelled": ("spell",),
}  # fmt: skip
_ABBREVIATIONS: Final = {
    "st": "street", "ave": "avenue", "rd": "road", "dr": "drive", "ln": "lane", "blvd": "boulevard", "ct": "court",
    "pl": "place", "apt": "apartment", "ste": "suite", "mr": "mister", "pkwy": "parkway", "n": "north",
    "s": "south", "e": "east", "w": "west", "#": "number", "bldg": "building",
}  # fmt: skip


def two_digits(n: int) -> str:
    if n < len(_ONES):
        return _ONES[n]
    return _TENS[n // 10] + (f" {_ONES[n % 10]}" if n % 10 else "")


def number_words(digits: str, dice: Dice) -> str:
    """A number as somebody says it: digit by digit, in pairs, or as one."""
    roll = dice.below(100)
    if len(digits) > 6 or roll < 25:
        zero = dice.pick(("oh", "zero"))
        return " ".join(zero if d == "0" else _ONES[int(d)] for d in digits)
    n = int(digits)
    if len(digits) <= 2:
        return two_digits(n)
    if len(digits) == 3:
        if roll < 70 and digits[0] != "0":
            tail = (
                f"oh {_ONES[n % 10]}"
                if 0 < n % 100 < 10
                else "hundred"
                if n % 100 == 0
                else two_digits(n % 100)
            )
            return f"{_ONES[n // 100]} {tail}"
        join = " and " if dice.chance(40) else " "
        return f"{_ONES[n // 100]} hundred" + (join + two_digits(n % 100) if n % 100 else "")
    if len(digits) == 4 and digits[0] != "0":
        if n % 100 == 0:
            return f"{two_digits(n // 100)} hundred"
        tail = f"oh {_ONES[n % 10]}" if n % 100 < 10 else two_digits(n % 100)
        return f"{two_digits(n // 100)} {tail}"
    return " ".join(_ONES[int(d)] for d in digits)


def _spoken_word(word: str, dice: Dice, *, language: str, words_for_digits: bool) -> str:
    low = word.lower().strip('.,;:!?"()|*<>{}\n')
    if language == "en" and dice.chance(85):
        low = _ABBREVIATIONS.get(low.rstrip("."), low)
    if low.isdigit() and words_for_digits:
        return number_words(low, dice)
    if words_for_digits and low[:-1].isdigit() and low[-1:].isalpha():
        return number_words(low[:-1], dice) + " " + low[-1]
    return low.replace("-", " ") if dice.chance(50) else low


def _mistaken(word: str, dice: Dice) -> str:
    """A letter lost, doubled or swapped."""
    if len(word) < 4:
        return word
    at = dice.between(1, len(word) - 2)
    kind = dice.below(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _restarted(pieces: list[Piece], dice: Dice, language: str) -> list[Piece]:
    """A value begun, taken back and said again: "twelve no sorry fourteen maple street"."""
    done: list[Piece] = []
    for text, label in pieces:
        begun = text.split()
        if label and begun and dice.chance(25):
            part = begun[: dice.between(1, len(begun))]
            if part[0].isdigit():
                part[0] = str(dice.between(1, 300))
            done.append((" ".join(part) + dice.pick((", ", " ")), label))
            done.append((dice.pick(_CORRECTIONS[language]) + " ", label))
        done.append((text, label))
    return done


def spoken(pieces: list[Piece], dice: Dice, language: str, noise: int) -> list[Piece]:
    """Lower case without marks; NOISE is the chance of a hesitation or an error at each word, per cent."""
    words_for_digits = language == "en" and dice.chance(65)
    said: list[Piece] = []
    for text, label in _restarted(pieces, dice, language) if noise else pieces:
        for raw in text.split():
            word = _spoken_word(raw, dice, language=language, words_for_digits=words_for_digits)
            if not word:
                continue
            if noise and dice.below(200) < noise:
                said.append((dice.pick(_FILLERS[language]), label if said and said[-1][1] == label else ""))
            if noise and language == "en" and word in _MISHEARD and dice.below(300) < noise:
                word = dice.pick(_MISHEARD[word])
            elif noise and label and dice.below(200) < noise:
                word = _mistaken(word, dice)
            elif noise and dice.below(400) < noise:
                said.append((word, label))
            said.append((word, label))
    return [(word + " ", label) for word, label in said]


def formatted(pieces: list[Piece], dice: Dice) -> list[Piece]:
    """A call line as a recogniser with formatting writes it: a capital, `I`, a full stop."""
    done: list[Piece] = []
    first = True
    for text, label in pieces:
        if label:
            done.append((text, label))
        else:
            own = f" {text} ".replace(" i ", " I ").replace(" i'm ", " I'm ")[1:-1]
            done.append((own[:1].upper() + own[1:] if first else own, ""))
        first = first and not text.strip()
    return [*done, (dice.pick((".", ".", ".", "?", "")), "")]
