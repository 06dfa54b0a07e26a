"""Whole numbers that a language writes as one word, made by rule instead of listed."""

from collections.abc import Mapping, Sequence


def german(units: Sequence[str], teens: Sequence[str], tens: Mapping[str, str]) -> dict[str, str]:
    """`einundzwanzig`, `dreihundertfünf`, `neunzehnhundertzweiundachtzig`, `zweitausenddrei`."""
    return _unit_first(units, teens, tens, and_="und", hundred="hundert", thousand="tausend", one="ein")


def dutch(units: Sequence[str], teens: Sequence[str], tens: Mapping[str, str]) -> dict[str, str]:
    """`eenentwintig`, `tweeëntachtig`, `driehonderdvijf`."""
    numbers = _unit_first(units, teens, tens, and_="en", hundred="honderd", thousand="duizend", one="een")
    numbers |= {word.replace("eeen", "eeën"): value for word, value in numbers.items()}
    return numbers | {word.replace("een" + "t", "eent"): value for word, value in numbers.items()}


def _unit_first(
    units: Sequence[str],
    teens: Sequence[str],
    tens: Mapping[str, str],
    *,
    and_: str,
    hundred: str,
    thousand: str,
    one: str,
) -> dict[str, str]:
    small: dict[str, str] = {}
    for value, word in enumerate(teens, start=10):
        small[word] = str(value)
    for ten_word, ten in tens.items():
        for value, word in enumerate(units, start=1):
            small[(one if value == 1 else word) + and_ + ten_word] = f"{ten}{value}"
    endings = {"": 0} | {word: value for value, word in enumerate(units, start=1)}
    endings |= {word: int(value) for word, value in small.items()}
    endings |= {word: int(ten) * 10 for word, ten in tens.items()}
    large: dict[str, str] = {}
    for ending, rest in endings.items():
        for value, word in enumerate(("", *units), start=0):
            stem = {0: "", 1: one}.get(value, word)
            large[f"{stem}{hundred}{ending}"] = str(max(value, 1) * 100 + rest)
            if ending:
                large[f"{stem}{hundred}{and_}{ending}"] = str(max(value, 1) * 100 + rest)
            if value <= 2:
                large[f"{stem}{thousand}{ending}"] = str(max(value, 1) * 1000 + rest)
                if ending:
                    large[f"{stem}{thousand}{and_}{ending}"] = str(max(value, 1) * 1000 + rest)
        for value, word in enumerate(teens[1:], start=11):
            large[f"{word}{hundred}{ending}"] = str(value * 100 + rest)
    for word in (hundred, thousand):
        large.pop(word, None)
    return small | large


def italian(units: Sequence[str], teens: Sequence[str], tens: Mapping[str, str]) -> dict[str, str]:
    """`ventuno`, `trentotto`, `duecentocinquanta`, `millenovecentottantadue`."""
    small = {word: str(value) for value, word in enumerate(teens, start=10)}
    for ten_word, ten in tens.items():
        for value, word in enumerate(units, start=1):
            stem = ten_word[:-1] if value in (1, 8) else ten_word
            small[stem + word] = f"{ten}{value}"
            if value == 3:
                small[f"{ten_word}tré"] = f"{ten}3"
    endings = {"": 0} | {word: value for value, word in enumerate(units, start=1)}
    endings |= {word: int(value) for word, value in small.items()}
    endings |= {word: int(ten) * 10 for word, ten in tens.items()}
    hundreds: dict[str, int] = {}
    for ending, rest in endings.items():
        for value, word in enumerate(("", *units[1:]), start=1):
            hundreds[f"{word}cento{ending}"] = value * 100 + rest
            if ending.startswith("o"):
                hundreds[f"{word}cent{ending}"] = value * 100 + rest
    large = {word: str(value) for word, value in hundreds.items() if word != "cento"}
    for ending, rest in (endings | hundreds).items():
        if ending:
            large[f"mille{ending}"] = str(1000 + rest)
            large[f"duemila{ending}"] = str(2000 + rest)
    return small | large | {"duemila": "2000"}
