"""What fills the slots of the sentences: people, places, and things that are neither."""

from functools import cache
from typing import Final

from secure_agent.evaluation.dice import Dice
from secure_agent.training.people import family, full, given, initial, name, spelled
from secure_agent.training.sentences import ADDRESS, CITY, ORG, PERSON, PLACE, Piece, Slot, lines, words
from secure_agent.training.streets import address, place, street, street_name, zip_code


def with_title(dice: Dice) -> list[Piece]:
    who = family(dice) if dice.chance(65) else full(dice)
    return [(dice.pick(words("title")) + " ", ""), (who, PERSON)]


def org(dice: Dice) -> str:
    roll = dice.below(100)
    if roll < 30:
        return dice.pick(words("org_name"))
    if roll < 55:
        return f"{dice.pick(words('org_word'))} {dice.pick(words('org_suffix'))}"
    if roll < 75:
        return f"{family(dice)} {dice.pick(words('org_suffix'))}"
    if roll < 82:
        return f"{family(dice)} {dice.pick(('and', '&'))} {family(dice)}"
    if roll < 88:
        return f"{family(dice)}, {family(dice)} and {family(dice)}"
    if roll < 94:
        return (
            f"{dice.pick(words('org_word'))} {dice.pick(words('org_word'))} {dice.pick(words('org_suffix'))}"
        )
    return f"{dice.pick(words('org_word'))} {dice.pick(words('org_suffix'))} of {place(dice, 'en')}"


def date(dice: Dice) -> str:
    year, month, day = dice.between(1940, 2026), dice.pick(words("month")), dice.between(1, 28)
    numeric = dice.between(1, 12)
    return dice.pick(
        (f"{month} {day}, {year}", f"{day} {month} {year}", f"{numeric}/{day}/{year}", f"{year}-{numeric:02}-{day:02}",
         f"{month} {day}", f"{day}.{numeric}.{year}", f"the {day}th of {month}")
    )  # fmt: skip


def time(dice: Dice) -> str:
    return dice.pick(
        ("noon", "{0} am", "{0} pm", "{0}:30", "{0} o'clock", "half past {0}", "{0}:15 pm", "{0}")
    ).format(dice.between(1, 12))


def money(dice: Dice) -> str:
    amount = dice.between(5, 900)
    return dice.pick(_MONEY).format(amount)


def phone(dice: Dice) -> str:
    return f"{dice.digits(3)}-555-{dice.digits(4)}"


def email(dice: Dice) -> str:
    return f"{given(dice).lower().replace(' ', '')}{dice.between(1, 99)}@example.com"


_MONEY: Final = ("${0}", "${0}.99", "{0} dollars", "€{0}", "{0} euros", "£{0}", "{0} pounds", "${0},000")


def _plain(text: str) -> list[Piece]:
    return [(text, "")]


def slots(language: str = "en") -> dict[str, Slot]:
    """What each `{slot}` of the sentences of LANGUAGE gives."""
    table: dict[str, Slot] = {
        "first": lambda d: [(given(d), PERSON)],
        "last": lambda d: [(family(d), PERSON)],
        "full": lambda d: [(full(d), PERSON)],
        "name": lambda d: [(name(d), PERSON)],
        "lastfirst": lambda d: [(f"{family(d)}, {given(d)}", PERSON)],
        "initials": lambda d: [(f"{initial(d)}.", PERSON)],
        "spell": lambda d: [(spelled(d), PERSON)],
        "mr": with_title,
        "street": lambda d: [(street(d, language), ADDRESS)],
        "streetonly": lambda d: [(street_name(d) if language == "en" else street(d, language), ADDRESS)],
        "addr": lambda d: address(d, language),
        "city": lambda d: [(place(d, language if d.chance(85) else "en"), PLACE)],
        "oname": lambda d: [(given(d) if d.chance(50) else family(d), ORG)],
        "astate": lambda d: [(d.pick(words("state") if d.chance(60) else words("state2")), CITY)],
        "acity": lambda d: [(place(d, language), CITY)],
        "zip": lambda d: _plain(zip_code(d, language)),
        "org": lambda d: [(org(d), ORG)],
        "date": lambda d: _plain(date(d)),
        "dob": lambda d: _plain(date(d)),
        "time": lambda d: _plain(time(d)),
        "money": lambda d: _plain(money(d)),
        "phone": lambda d: _plain(phone(d)),
        "email": lambda d: _plain(email(d)),
        "acct": lambda d: _plain(d.digits(d.between(4, 9))),
        "n": lambda d: _plain(str(d.between(1, 20))),
        "n4": lambda d: _plain(d.digits(4)),
        "num": lambda d: _plain(str(d.between(20, 5000))),
        "num2": lambda d: _plain(str(d.between(10, 90))),
        "year": lambda d: _plain(str(d.between(1900, 2026))),
        "country": lambda d: [(d.pick(words("country")), PLACE)],
        "state": lambda d: [(d.pick(words("state") if d.chance(60) else words("state2")), PLACE)],
        "place": lambda d: [(d.pick(words("place")), PLACE)],
    }
    table["word"] = lambda d: _plain(d.pick(_ordinary(language)))
    table["Word"] = lambda d: _plain(d.pick(_ordinary(language)).capitalize())
    table["WORD"] = lambda d: _plain(d.pick(_ordinary(language)).upper())
    for key in ("relation", "thing", "noun", "adj", "job", "nat", "weekday", "month", "product"):
        table[key] = _word(key)
    return table


@cache
def _ordinary(language: str) -> tuple[str, ...]:
    for line in lines("../../../redaction/names/ordinary.txt"):
        code, _, text = line.partition(":")
        if code == language:
            return tuple(text.split())
    raise ValueError("no ordinary words of this language")


def _word(key: str) -> Slot:
    return lambda dice: _plain(dice.pick(words(key)))
